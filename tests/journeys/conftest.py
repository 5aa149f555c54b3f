"""A small market that runs, and people who walk through it in browsers of their own."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.fixtures.databases import PostgresServer, copy_sqlite
from tests.fixtures.sites import Site
from tests.journeys import brokering
from tests.journeys.walking import Market, Walker

if TYPE_CHECKING:
    from playwright.sync_api import Browser

#: Enough neighbours that lists, counts and the model have something to say.
SMALL = ("--talents", "60", "--organisations", "15", "--jobs", "80", "--applications", "60")
OFFICE = "office@shucai.example"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.get_closest_marker("journey"):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.slow)


def _open(site: Site) -> Market:
    """Fill the site's database, make an operator, start its processes."""
    for command in (("demo", "load", *SMALL), ("users", "create-operator", OFFICE)):
        done = site.flask(*command, timeout=600)
        assert done.returncode == 0, done.stderr[-4000:]
    secret = re.search(r"secret=([A-Z2-7]+)", done.stdout)
    assert secret, "the command shows the key of the second factor"
    site.start_web()
    site.start_worker()
    return Market(site, OFFICE, secret[1])


@pytest.fixture(scope="session")
def small_market(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Market]:
    """On SQLite and the embedded index."""
    instance = tmp_path_factory.mktemp("market")
    path = instance / "talentmarket.db"
    copy_sqlite(path)
    site = Site(instance, f"sqlite:///{path}", {"TALENTMARKET_DEMO": "1"})
    yield _open(site)
    site.stop()


@pytest.fixture(scope="session")
def grown_market(
    tmp_path_factory: pytest.TempPathFactory,
    postgres_server: PostgresServer,
    elasticsearch_url: str,
) -> Iterator[Market]:
    """On PostgreSQL and Elasticsearch."""
    name = postgres_server.copy(postgres_server.template())
    prefix = f"test-{secrets.token_hex(5)}"
    environment = {
        "TALENTMARKET_DEMO": "1",
        "ELASTICSEARCH_URL": elasticsearch_url,
        "ELASTICSEARCH_INDEX_PREFIX": prefix,
    }
    site = Site(tmp_path_factory.mktemp("market"), postgres_server.address(name), environment)
    yield _open(site)
    site.stop()
    _drop_indices(elasticsearch_url, prefix)
    postgres_server.drop(name)


@pytest.fixture(scope="session")
def brokers(
    tmp_path_factory: pytest.TempPathFactory,
    postgres_server: PostgresServer,
    elasticsearch_url: str,
) -> Iterator[brokering.Market]:
    """On PostgreSQL and Elasticsearch, empty, with a clock that can be moved."""
    name = postgres_server.copy(postgres_server.template())
    prefix = f"test-{secrets.token_hex(5)}"
    environment = {
        "TALENTMARKET_DEMO": "1",
        "ELASTICSEARCH_URL": elasticsearch_url,
        "ELASTICSEARCH_INDEX_PREFIX": prefix,
        "FLASK_APP": "tests.journeys.shifted:app",
    }
    site = Site(
        tmp_path_factory.mktemp("brokers"),
        postgres_server.address(name),
        environment,
        served="tests.journeys.shifted:app()",
    )
    site.start_web()
    site.start_worker()
    yield brokering.Market(site)
    site.stop()
    _drop_indices(elasticsearch_url, prefix)
    postgres_server.drop(name)


def _drop_indices(url: str, prefix: str) -> None:
    from search.settings import SearchSettings, open_backend

    backend = open_backend(SearchSettings("unused", url=url, name=prefix), writable=True)
    backend.drop()
    backend.close()


Walk = Callable[..., Walker]


@pytest.fixture
def walk_in(browser: Browser, tmp_path: Path) -> Iterator[Walk]:
    """Somebody opens a browser: ``walk_in(market, phone=True, scripts=False)``."""
    contexts = []

    def enter(market: Market, *, phone: bool = False, scripts: bool = True) -> Walker:
        context = browser.new_context(
            base_url=market.site.url,
            java_script_enabled=scripts,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            viewport={"width": 390, "height": 844} if phone else {"width": 1440, "height": 900},
        )
        contexts.append(context)
        return Walker(market, context.new_page(), tmp_path)

    yield enter
    for context in contexts:
        context.close()

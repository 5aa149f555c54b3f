"""A site on each pair of database and engine, and what its commands say."""

from __future__ import annotations

import json
import secrets
import subprocess
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest

from tests.fixtures.proxies import Proxy
from tests.fixtures.sites import Site

#: The two ways the exchange is run: on nothing but files, and on two servers.
PAIRS = [
    pytest.param("sqlite", "embedded", id="files"),
    pytest.param(
        "postgresql", "elastic", id="servers", marks=[pytest.mark.postgresql, pytest.mark.elastic]
    ),
]
both_pairs = pytest.mark.parametrize(("database_kind", "engine"), PAIRS, indirect=["database_kind"])
on_files = pytest.mark.parametrize(
    ("database_kind", "engine"), PAIRS[:1], indirect=["database_kind"]
)
on_servers = pytest.mark.parametrize(
    ("database_kind", "engine"), PAIRS[1:], indirect=["database_kind"]
)


@pytest.fixture
def proxy(engine: str, request: pytest.FixtureRequest) -> Iterator[Proxy | None]:
    """What stands before the search server; None where the engine is no server."""
    if engine == "embedded":
        yield None
        return
    address = urlsplit(request.getfixturevalue("elasticsearch_url"))
    made = Proxy((address.hostname or "", address.port or 0))
    yield made
    made.close()


@pytest.fixture
def site(make_site: Callable[..., Site], proxy: Proxy | None) -> Iterator[Site]:
    """The site with two web processes on the engine of the test; nothing is started yet."""
    environment = {}
    if proxy is not None:
        environment = {
            "ELASTICSEARCH_URL": proxy.url,
            "ELASTICSEARCH_INDEX_PREFIX": f"test-{secrets.token_hex(5)}",
        }
    made = make_site(environment=environment, web_processes=2)
    yield made
    made.stop()
    if proxy is not None:
        proxy.mend()
        from talentmarket.indexing.engine import SearchHandle

        app = made.inside()
        settings = app.extensions["talentmarket_settings"].with_(
            elasticsearch_url=environment["ELASTICSEARCH_URL"],
            elasticsearch_index_prefix=environment["ELASTICSEARCH_INDEX_PREFIX"],
        )
        with app.app_context(), SearchHandle(app, settings).writer() as backend:
            backend.drop()


def said(done: subprocess.CompletedProcess[str]) -> str:
    return f"{done.returncode}: {done.stdout[-1500:]} {done.stderr[-1500:]}"


@pytest.fixture
def clean(site: Site) -> Callable[[], None]:
    """A function that drains the outbox and finds index and database equal, or fails."""

    def run() -> None:
        drained = site.flask("index", "drain")
        assert drained.returncode == 0, said(drained)
        checked = site.flask("index", "check")
        assert checked.returncode == 0, said(checked)
        found = json.loads(checked.stdout.splitlines()[-1])
        assert found["database"] == found["index"] > 0
        assert not any(found[name] for name in ("missing", "extra", "stale", "waiting"))

    return run

"""A site on each pair of database and engine, and what its commands say."""

from __future__ import annotations

import secrets
import subprocess
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from tests.fixtures.proxies import Proxy
from tests.fixtures.sites import Site

if TYPE_CHECKING:
    from flask import Flask

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
def site(
    make_site: Callable[..., Site], proxy: Proxy | None, request: pytest.FixtureRequest
) -> Iterator[Site]:
    """The site on the engine of the test; nothing is started yet."""
    if proxy is None:
        yield make_site()
        return
    prefix = f"test-{secrets.token_hex(5)}"
    environment = {"ELASTICSEARCH_URL": proxy.url, "ELASTICSEARCH_INDEX_PREFIX": prefix}
    made = make_site(environment=environment)
    yield made
    made.stop()
    drop_indexes(request.getfixturevalue("elasticsearch_url"), prefix)


def drop_indexes(url: str, prefix: str) -> None:
    """Remove all indexes of this name, whoever made them and whatever became of them."""
    from elasticsearch import Elasticsearch

    with Elasticsearch(url, request_timeout=120) as client:
        for index in client.indices.get_alias(index=f"{prefix}-*").body:
            client.indices.delete(index=index)


def said(done: subprocess.CompletedProcess[str]) -> str:
    return f"{done.returncode}: {done.stdout[-1500:]} {done.stderr[-1500:]}"


def drain(app: Flask, seconds: float = 240) -> None:
    """What `flask index drain` does, without a process: nothing waits, nothing was set aside."""
    from talentmarket.core import outbox
    from talentmarket.core.db import db
    from talentmarket.indexing.drain import drain_once
    from talentmarket.indexing.engine import EngineUnavailable, handle

    until = time.monotonic() + seconds
    refusal = ""
    with app.app_context():
        while (left := outbox.waiting(db.session()))[0]:
            assert time.monotonic() < until, f"{left} {refusal}"
            try:
                with handle().writer() as backend:
                    drain_once(backend)
            except EngineUnavailable as error:
                refusal = str(error)
                time.sleep(0.2)
            finally:
                db.session.remove()
        assert not left[2]
        db.session.remove()


def check(app: Flask) -> None:
    """What `flask index check` does, without a process: index and database are equal."""
    from talentmarket.core.db import db
    from talentmarket.indexing.check import check as compare
    from talentmarket.indexing.engine import handle

    with app.app_context():
        with handle().reader() as backend:
            found = compare(backend)
        db.session.remove()
    assert found.exit_code == 0, found
    assert found.database == found.index > 0


def whole(app: Flask) -> None:
    """Bring all that waits to the index, and find it and the database equal. No worker runs."""
    drain(app)
    check(app)

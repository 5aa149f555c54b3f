"""The engine or the database is away: pages say so soon, and what is written stays written."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from sqlalchemy.engine import make_url

from tests.fixtures.proxies import Proxy
from tests.fixtures.sites import Site
from tests.integration.faults.conftest import both_pairs, on_files, on_servers
from tests.integration.faults.visitors import PROFILE, headline, lost, make_writers, soon

DEGRADED = "搜索暂时降级"
AWAY = "数据库暂时连不上"


def timed(site: Site) -> tuple[float, str]:
    """Seconds that the page of jobs took, and the page."""
    before = time.monotonic()
    status, page = site.get("/jobs")
    assert status == 200
    return time.monotonic() - before, page


@on_servers
@pytest.mark.parametrize("way", ["cut", "stall"])
def test_pages_come_from_the_database_while_the_engine_is_away(
    site: Site, proxy: Proxy, engine: str, way: str, clean: Callable[[], None]
) -> None:
    app = site.inside()
    (one,) = make_writers(site, app, people=1, jobs=3)
    site.start_web()
    site.start_worker()
    assert soon(lambda: site.ready()["outbox_waiting"] == 0), site.log("worker")[-3000:]
    for _ in range(4):  # each process has shown the page before
        timed(site)
    usual, page = timed(site)
    assert DEGRADED not in page

    getattr(proxy, way)()
    for _ in range(4):
        took, page = timed(site)
        assert DEGRADED in page
        assert took < usual + 1, f"{took:.2f} s instead of {usual:.2f} s"
    assert site.ready()["search"] == "degraded"
    assert site.get("/readyz")[0] == 200
    assert site.get("/readyz?strict=1")[0] == 503
    one.edit()
    one.apply()
    assert one.edits == 1
    assert len(one.applied) == 1
    assert site.ready()["outbox_waiting"]

    proxy.mend()
    assert soon(lambda: site.ready()["outbox_waiting"] == 0), site.log("worker")[-3000:]
    assert soon(lambda: DEGRADED not in site.get("/jobs")[1])
    assert lost(app, [one]) == []
    site.kill("worker")
    clean()


@on_files
def test_a_writer_who_waits_too_long_is_told(site: Site, engine: str) -> None:
    (one,) = make_writers(site, site.inside(), people=1, jobs=1)
    site.start_web()
    holder = sqlite3.connect(make_url(site.database_url).database or "", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    assert site.get("/jobs")[0] == 200
    page = one.visitor.ask(PROFILE)[2]
    assert 'name="headline"' in page
    status, _, told = one.visitor.ask(PROFILE, one.visitor.filled(page, headline=headline(1)))
    assert status == 503
    assert AWAY in told
    holder.execute("ROLLBACK")
    holder.close()
    one.edit()
    assert one.edits == 1
    assert "Traceback" not in site.log("web")


@pytest.fixture
def gate(site: Site, database_kind: str) -> Proxy:
    """A proxy before the database server."""
    address = urlsplit(site.database_url)
    proxy = Proxy((address.hostname or "", address.port or 0))
    port = str(address.port)
    site.database_url = site.database_url.replace(f":{port}/", f":{proxy.port}/")
    return proxy


@on_servers
def test_the_database_is_away(gate: Proxy, site: Site, engine: str) -> None:
    (one,) = make_writers(site, site.inside(), people=1, jobs=1)
    site.start_web()
    one.edit()
    gate.cut()
    try:
        for path in ("/jobs", PROFILE):
            status, _, page = one.visitor.ask(path)
            assert status == 503, path
            assert AWAY in page
        assert site.get("/healthz")[0] == 200
        assert site.get("/readyz")[0] == 503
    finally:
        gate.mend()
    assert soon(lambda: site.get("/readyz")[0] == 200)
    one.edit()
    assert one.edits == 2
    assert "Traceback" not in site.log("web")
    site.stop()
    gate.close()


@both_pairs
def test_an_index_that_was_never_built(site: Site, engine: str) -> None:
    make_writers(site, site.inside(), people=1, jobs=1)
    site.start_web()
    assert site.ready()["search"] == "degraded"
    assert DEGRADED in site.get("/jobs")[1]

"""The engine or the database is away: pages say so soon, and what is written stays written."""

from __future__ import annotations

import signal
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from urllib.parse import quote, urlsplit

import pytest
from sqlalchemy.engine import make_url

from tests.fixtures.proxies import Proxy
from tests.fixtures.sites import Site
from tests.integration.faults.conftest import both_pairs, drain, on_files, on_servers, whole
from tests.integration.faults.visitors import (
    PROFILE,
    headline,
    lost,
    make_writers,
    soon,
    unfound,
)

DEGRADED = "搜索暂时降级"
AWAY = "数据库暂时连不上"
PAGES = ("/jobs", "/jobs?q=大数据", "/organisations")
#: More pages than an open breaker can let probes through while they are read: it waits twice as
#: long after each.
MANY = 15
#: Seconds that a writer on SQLite waits for another, on a site where that is what is tested.
PATIENCE = 2

#: Seconds: patience with a busy machine, and less than a writer waits for a server (30).
LESS_THAN_A_WRITER = 25


def get(site: Site, path: str, timeout: float = 120) -> tuple[int, str]:
    """A page; status 0 when it takes longer."""
    return site.get(quote(path, safe="/?=&"), timeout=timeout)


def recovers(site: Site) -> None:
    """What waited is in the index, and the pages come from it, without anybody's help."""
    assert soon(lambda: site.ready()["outbox_waiting"] == 0), site.log("worker")[-3000:]
    assert soon(lambda: site.ready()["search"] == "ok"), site.log("web")[-3000:]
    for path in PAGES:
        # A busy machine may be late for one question, and the engine rests a moment after it.
        assert soon(lambda path=path: DEGRADED not in get(site, path)[1]), path


@on_servers
def test_pages_come_from_the_database_while_the_engine_is_sick(
    site: Site, proxy: Proxy, engine: str
) -> None:
    """In each way in turn, on one site: what is mended between them has to be well again."""
    app = site.inside()
    (one,) = make_writers(site, app, people=1, jobs=6)
    site.start_web()
    site.start_worker()
    ways: dict[str, Callable[[], object]] = {
        "cut": proxy.cut,
        "stall": proxy.stall,
        # Longer than this test takes: whoever waits for the answer shows no page.
        "delay": lambda: proxy.delay(900),
        "garble": proxy.garble,
    }
    for turn, (way, fall_ill) in enumerate(ways.items(), start=1):
        recovers(site)
        fall_ill()
        for path in PAGES:
            status, page = get(site, path)
            assert status == 200, (way, path)
            assert DEGRADED in page, (way, path)
        site.signal("worker", signal.SIGSTOP)  # only pages ask now
        before = proxy.requests
        for _ in range(MANY):
            assert DEGRADED in get(site, "/jobs")[1], way
        asked = proxy.requests - before
        assert asked < MANY, f"{way}: an engine that is known to be off is asked each time"
        assert site.ready()["search"] == "degraded", way
        assert site.get("/readyz")[0] == 200
        assert site.get("/readyz?strict=1")[0] == 503
        site.signal("worker", signal.SIGCONT)
        one.edit()
        one.apply()
        assert one.edits == turn, one.visitor.refusal
        assert len(one.applied) == turn, one.visitor.refusal
        assert site.ready()["outbox_waiting"], way
        assert not site.ready()["dead_letters"], way
        proxy.mend()
    recovers(site)
    assert lost(app, [one]) == []
    site.kill("worker")
    whole(app)
    assert unfound(app, [one]) == []
    assert "Traceback" not in site.log("web")


@on_servers
def test_a_process_that_starts_while_the_engine_is_stopped_waits_for_nothing(
    site: Site, proxy: Proxy, engine: str
) -> None:
    """The first question to the engine is answered as late as the others: never."""
    app = site.inside()
    make_writers(site, app, people=1, jobs=1)
    drain(app)
    site.start_web()
    hold = proxy.hold(b"_alias")
    status, page = get(site, "/jobs", LESS_THAN_A_WRITER)
    assert not hold.released.is_set()
    assert hold.reached.is_set()
    assert status == 200
    assert DEGRADED in page
    hold.release()


@on_files
def test_a_writer_who_waits_too_long_is_told(site: Site, engine: str) -> None:
    site.database_url += f"?timeout={PATIENCE}"
    (one,) = make_writers(site, site.inside(), people=1, jobs=1)
    site.start_web()
    path = make_url(site.database_url).database or ""
    with closing(sqlite3.connect(path, isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        assert get(site, "/jobs")[0] == 200
        page = one.visitor.ask(PROFILE)[2]
        assert 'name="headline"' in page
        status, _, told = one.visitor.ask(PROFILE, one.visitor.filled(page, headline=headline(1)))
        assert status == 503
        assert AWAY in told
        holder.execute("ROLLBACK")
    one.edit()
    assert one.edits == 1, one.visitor.refusal
    assert "Traceback" not in site.log("web")


@pytest.fixture
def gate(site: Site, database_kind: str) -> Iterator[Proxy]:
    """A proxy before the database server."""
    address = urlsplit(site.database_url)
    made = Proxy((address.hostname or "", address.port or 0))
    port = str(address.port)
    site.database_url = site.database_url.replace(f":{port}/", f":{made.port}/")
    yield made
    made.mend()
    site.stop()
    made.close()


@on_servers
def test_the_database_is_away(gate: Proxy, site: Site, engine: str) -> None:
    (one,) = make_writers(site, site.inside(), people=1, jobs=1)
    site.start_web()
    site.start_worker()
    one.edit()
    gate.cut()
    for path in ("/jobs", PROFILE):
        status, _, page = one.visitor.ask(path)
        assert status == 503, path
        assert AWAY in page
    assert site.get("/healthz")[0] == 200
    assert site.get("/readyz")[0] == 503
    gate.mend()
    assert soon(lambda: site.get("/readyz")[0] == 200)
    one.edit()
    assert one.edits == 2, one.visitor.refusal
    assert "Traceback" not in site.log("web")
    # The worker has lived through it and goes on.
    assert soon(lambda: site.ready()["outbox_waiting"] == 0), site.log("worker")[-3000:]


@both_pairs
def test_an_index_that_was_never_built(site: Site, engine: str) -> None:
    app = site.inside()
    make_writers(site, app, people=1, jobs=1)
    visitor = app.test_client()
    page = visitor.get("/jobs")
    assert page.status_code == 200
    assert DEGRADED in page.text
    assert visitor.get("/readyz").get_json()["search"] == "degraded"

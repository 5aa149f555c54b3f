"""Real processes end at random moments while people write; what was acknowledged is there."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing

from sqlalchemy.engine import make_url

from tests.fixtures.processes import descendants
from tests.fixtures.proxies import Proxy
from tests.fixtures.sites import Site
from tests.integration.faults.conftest import both_pairs, whole
from tests.integration.faults.visitors import (
    Writer,
    at_work,
    lost,
    make_writers,
    soon,
    unfound,
)
from tests.scale import scale


def workers_of(engine: str) -> tuple[str, ...]:
    """The embedded index has one writer; a server takes several."""
    return ("worker", "second") if engine == "elastic" else ("worker",)


def kill_a_web_process(site: Site, chooser: random.Random) -> None:
    """SIGKILL to one of gunicorn's processes; the parent starts another."""
    assert site.web is not None
    children = sorted(descendants(site.web.pid))
    if children:
        os.kill(chooser.choice(children), signal.SIGKILL)


def restart(site: Site, name: str) -> None:
    site.kill(name)
    if name == "web":
        site.start_web()
    else:
        site.start_worker(name)


def break_engine(proxy: Proxy | None, chooser: random.Random) -> None:
    """The search server is away for a moment: killed or stopped, as seen from the site."""
    if proxy is None:
        return
    chooser.choice([proxy.cut, proxy.stall])()
    time.sleep(chooser.uniform(0.2, 1.5))
    proxy.mend()


def goes_on(site: Site, writers: list[Writer]) -> None:
    """Writes are being acknowledged."""
    before = sum(one.edits for one in writers)
    more = soon(lambda: sum(one.edits for one in writers) >= before + 2)
    assert more, f"{site.log('web')[-3000:]}\n{[one.visitor.refusal for one in writers]}"


@both_pairs
def test_every_acknowledged_write_survives_kill_9(
    site: Site, proxy: Proxy | None, engine: str
) -> None:
    chooser = random.Random(11)
    site.web_processes = 2  # one goes on while the other is killed
    app = site.inside()
    writers = make_writers(site, app, people=3, jobs=scale(20))
    site.start_web()
    for name in workers_of(engine):
        site.start_worker(name)
    acts: list[Callable[[], None]] = [
        *(lambda name=name: restart(site, name) for name in workers_of(engine)),  # type: ignore[misc]
        lambda: kill_a_web_process(site, chooser),
        lambda: break_engine(proxy, chooser),
        lambda: restart(site, "web"),
    ]
    with at_work(writers):
        for act in acts * scale(1):
            goes_on(site, writers)
            time.sleep(chooser.uniform(0.0, 0.5))
            act()
        goes_on(site, writers)
    for name in workers_of(engine):
        site.kill(name)
    assert lost(app, writers) == []
    assert sum(len(one.applied) for one in writers) > 1
    whole(app)
    assert unfound(app, writers) == []
    # And the site is whole again.
    assert soon(lambda: site.ready()["search"] == "ok")


def stop_outside_a_write(site: Site, database_url: str) -> None:
    """SIGSTOP to the worker; again, if it held the one write lock SQLite has."""
    path = make_url(database_url).database or ""

    def free() -> bool:
        site.signal("worker", signal.SIGCONT)
        time.sleep(0.3)
        site.signal("worker", signal.SIGSTOP)
        if not database_url.startswith("sqlite"):
            return True
        with closing(sqlite3.connect(path, timeout=1, isolation_level=None)) as connection:
            try:
                connection.execute("BEGIN IMMEDIATE")
                connection.execute("ROLLBACK")
            except sqlite3.OperationalError:
                return False
        return True

    assert soon(free)


@both_pairs
def test_a_stopped_worker_delays_the_index_and_nothing_else(site: Site, engine: str) -> None:
    """The writer of the embedded index, or the only worker of a server, under SIGSTOP."""
    app = site.inside()
    writers = make_writers(site, app, people=2, jobs=2)
    site.start_web()
    site.start_worker()
    assert soon(lambda: site.ready()["outbox_waiting"] == 0), site.log("worker")[-3000:]
    for _ in range(scale(1)):
        stop_outside_a_write(site, site.database_url)
        before = [one.edits for one in writers]
        for one in writers:
            one.edit()
            one.apply()
        refusals = [one.visitor.refusal for one in writers]
        assert [one.edits for one in writers] == [edits + 1 for edits in before], refusals
        assert site.ready()["outbox_waiting"]
        # The index is read while its writer stands still; a busy server may miss one answer.
        assert soon(lambda: site.ready()["search"] == "ok")
        assert site.get("/jobs")[0] == 200
        site.signal("worker", signal.SIGCONT)
        drained = soon(lambda: site.ready()["outbox_waiting"] == 0)
        assert drained, site.log("worker")[-3000:]
    assert all(one.applied for one in writers)
    assert lost(app, writers) == []
    assert unfound(app, writers) == []
    site.kill("worker")
    whole(app)

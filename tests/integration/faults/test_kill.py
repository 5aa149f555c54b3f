"""Real processes end at random moments while people write; what was acknowledged is there."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import sqlalchemy as sa

from tests.fixtures.processes import descendants
from tests.fixtures.proxies import Proxy
from tests.fixtures.sites import Site
from tests.integration.faults.conftest import both_pairs
from tests.integration.faults.visitors import Writer, at_work, lost, make_writers, soon
from tests.scale import scale

if TYPE_CHECKING:
    from flask import Flask


def kill_a_web_process(site: Site, chooser: random.Random) -> None:
    """SIGKILL to one of gunicorn's processes; the parent starts another."""
    assert site.web is not None
    children = sorted(descendants(site.web.pid))
    if children:
        os.kill(chooser.choice(children), signal.SIGKILL)


def restart_web(site: Site) -> None:
    site.kill("web")
    site.start_web()


def restart_worker(site: Site) -> None:
    site.kill("worker")
    site.start_worker()


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
    assert more, site.log("web")[-3000:]


@both_pairs
def test_every_acknowledged_write_survives_kill_9(
    site: Site, proxy: Proxy | None, engine: str, clean: Callable[[], None]
) -> None:
    chooser = random.Random(11)
    app = site.inside()
    writers = make_writers(site, app, people=4, jobs=scale(30))
    site.start_web()
    site.start_worker()
    acts: list[Callable[[], None]] = [
        lambda: restart_worker(site),
        lambda: kill_a_web_process(site, chooser),
        lambda: break_engine(proxy, chooser),
        lambda: restart_worker(site),
        lambda: kill_a_web_process(site, chooser),
        lambda: restart_web(site),
    ]
    with at_work(writers):
        for act in acts * scale(1):
            goes_on(site, writers)
            time.sleep(chooser.uniform(0.0, 0.5))
            act()
        goes_on(site, writers)
    site.kill("worker")
    assert lost(app, writers) == []
    assert sum(len(one.applied) for one in writers) > 4
    clean()
    # And the site is whole again: what was written last is what is found.
    site.start_worker()
    assert soon(lambda: site.ready()["search"] == "ok")


def stop_outside_a_write(site: Site, app: Flask) -> None:
    """SIGSTOP to the worker; again, if it held the one write lock SQLite has."""
    from sqlalchemy.exc import OperationalError

    from talentmarket.core.db import db
    from talentmarket.core.uow import unit_of_work

    def held() -> bool:
        site.signal("worker", signal.SIGCONT)
        time.sleep(0.3)
        site.signal("worker", signal.SIGSTOP)
        try:
            with app.app_context():
                if db.engine.dialect.name == "sqlite":
                    db.session.execute(sa.text("PRAGMA busy_timeout=500"))
                    db.session.rollback()
                with unit_of_work():
                    db.session.execute(sa.text("SELECT 1"))
        except OperationalError:
            return True
        return False

    assert soon(lambda: not held())


@both_pairs
def test_a_stopped_worker_delays_the_index_and_nothing_else(
    site: Site, engine: str, clean: Callable[[], None]
) -> None:
    app = site.inside()
    writers = make_writers(site, app, people=2, jobs=2)
    site.start_web()
    site.start_worker()
    assert soon(lambda: site.ready()["outbox_waiting"] == 0), site.log("worker")[-3000:]
    stop_outside_a_write(site, app)
    for _ in range(scale(3)):
        for one in writers:
            before = time.monotonic()
            one.edit()
            assert time.monotonic() - before < 10
    assert all(one.edits == scale(3) for one in writers)
    assert site.ready()["outbox_waiting"]
    assert site.get("/jobs")[0] == 200
    site.signal("worker", signal.SIGCONT)
    assert soon(lambda: site.ready()["outbox_waiting"] == 0), site.log("worker")[-3000:]
    assert lost(app, writers) == []
    clean()

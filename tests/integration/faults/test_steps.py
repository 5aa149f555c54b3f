"""The worker is killed at each step of the drain: projected, written, read back, row dropped.

Nothing in the product knows of this. The step is held from outside: a proxy stops the request to
the search server or to the database, or another connection holds the lock that the next step
needs; then the real worker is killed.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import psycopg
import pytest
from sqlalchemy.engine import make_url

from tests.fixtures.proxies import Hold, Proxy
from tests.fixtures.sites import Site
from tests.integration.faults.conftest import check, drain, on_files, on_servers
from tests.integration.faults.visitors import Writer, headline, make_writers, soon
from tests.scale import scale

if TYPE_CHECKING:
    from flask import Flask

BULK = (b"/_bulk",)
READ_BACK = (b"/_doc/", b"/_mget")


def edit(app: Flask, one: Writer) -> None:
    """What the site does when the person saves the headline, without a web process."""
    import sqlalchemy as sa

    from talentmarket.core import outbox
    from talentmarket.core.uow import unit_of_work
    from talentmarket.members.models import Talent

    one.last += 1
    with app.app_context(), unit_of_work() as session:
        session.execute(
            sa.update(Talent)
            .where(Talent.public_id == one.public_id)
            .values(headline=headline(one.last))
        )
        outbox.changed(session, "talent", one.public_id)


def waiting(app: Flask) -> int:
    from talentmarket.core import outbox
    from talentmarket.core.db import db

    with app.app_context():
        count, _, dead = outbox.waiting(db.session())
        db.session.remove()
    return count + dead


def indexed(app: Flask, one: Writer) -> int:
    """The number in the headline that the index holds."""
    from search.fields import Kind
    from talentmarket.indexing.engine import handle

    with app.app_context():
        stored = handle().call(lambda backend: backend.get(Kind.TALENT, one.public_id))
        handle().reset()
    assert stored is not None
    return int("".join(filter(str.isdigit, str(stored.values["headline"]))) or 0)


@pytest.fixture
def one(site: Site, engine: str) -> tuple[Flask, Writer]:
    """A person whose profile is in the index, on a site whose outbox is empty."""
    app = site.inside()
    (writer,) = make_writers(site, app, people=1, jobs=1)
    drain(app)
    return app, writer


@contextmanager
def worker_killed(site: Site, **environ: str) -> Iterator[None]:
    """A worker that runs while the block waits for the step, and is killed at its end."""
    site.start_worker("worker", **environ)
    try:
        yield
    finally:
        site.kill("worker")


@on_servers
def test_killed_at_a_request_to_the_server(
    site: Site, proxy: Proxy, one: tuple[Flask, Writer]
) -> None:
    app, writer = one
    steps: dict[str, Callable[[], Hold]] = {
        "projected": lambda: proxy.hold(*BULK),
        "written": lambda: proxy.hold(*BULK, answer=True),
        "read back": lambda: proxy.hold(*READ_BACK, answer=True),
    }
    for step, stop_there in list(steps.items()) * scale(1, 50):
        edit(app, writer)
        hold = stop_there()
        with worker_killed(site):
            hold.wait()
        proxy.sever()
        assert waiting(app) == 1, f"{step}: the row must outlive the worker"
        arrived = indexed(app, writer) == writer.last
        assert arrived == (step != "projected"), step
        drain(app)
        assert indexed(app, writer) == writer.last, step
        check(app)


@pytest.fixture
def gate(site: Site, engine: str) -> Iterator[Proxy]:
    """A proxy before the database server, for those who are told of it."""
    address = urlsplit(site.database_url)
    made = Proxy((address.hostname or "", address.port or 0))
    yield made
    site.stop()
    made.close()


@on_servers
def test_killed_while_the_row_is_dropped(
    site: Site, gate: Proxy, one: tuple[Flask, Writer]
) -> None:
    """After reading back, at the COMMIT: before it reaches the database, or before its answer."""
    app, writer = one
    own = make_url(site.database_url).set(port=gate.port)
    for arrives in [False, True] * scale(1, 50):
        edit(app, writer)
        with ExitStack() as stack:
            lock = stack.enter_context(closing(psycopg.connect(_plain(site.database_url))))
            lock.execute("SELECT id FROM outbox FOR UPDATE")
            stack.enter_context(
                worker_killed(site, DATABASE_URL=own.render_as_string(hide_password=False))
            )
            # Read back: the worker waits for the row that it wants to drop.
            assert soon(lambda: _waits_for_a_lock(site.database_url)), site.log("worker")[-3000:]
            hold = gate.hold(b"COMMIT", answer=arrives)
            lock.rollback()
            hold.wait()
        gate.sever()
        assert soon(lambda: _alone(site.database_url))
        assert waiting(app) == (0 if arrives else 1)
        assert indexed(app, writer) == writer.last
        drain(app)
        check(app)


def _plain(url: str) -> str:
    return url.replace("postgresql+psycopg://", "postgresql://")


def _ask(url: str, question: str) -> int:
    with closing(psycopg.connect(_plain(url), autocommit=True)) as connection:
        row: Any = connection.execute(question).fetchone()
    return int(row[0])


_OTHERS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    " AND pid <> pg_backend_pid()"
)


def _waits_for_a_lock(url: str) -> bool:
    return _ask(url, f"{_OTHERS} AND wait_event_type = 'Lock'") > 0


def _alone(url: str) -> bool:
    """No transaction of a killed process is left."""
    return _ask(url, f"{_OTHERS} AND state <> 'idle'") == 0


@on_servers
def test_an_old_write_that_arrives_late_loses(
    site: Site, proxy: Proxy, one: tuple[Flask, Writer], elasticsearch_url: str
) -> None:
    """Two workers: the first is killed with its request on the way, the second writes on."""
    app, writer = one
    for _ in range(scale(1, 20)):
        edit(app, writer)
        hold = proxy.hold(*BULK)
        with worker_killed(site):
            hold.wait()
        edit(app, writer)
        site.start_worker("second", ELASTICSEARCH_URL=elasticsearch_url)
        assert soon(lambda: waiting(app) == 0), site.log("second")[-3000:]
        site.kill("second")
        assert indexed(app, writer) == writer.last
        hold.release()
        time.sleep(0.5)
        assert indexed(app, writer) == writer.last
        check(app)


@on_files
def test_killed_after_reading_back_before_the_row_is_dropped(
    site: Site, one: tuple[Flask, Writer]
) -> None:
    app, writer = one
    path = make_url(site.database_url).database or ""
    for _ in range(scale(1, 50)):
        edit(app, writer)
        with closing(sqlite3.connect(path, isolation_level=None)) as holder:
            holder.execute("BEGIN IMMEDIATE")
            with worker_killed(site):
                arrived = soon(lambda: indexed(app, writer) == writer.last)
                assert arrived, site.log("worker")[-3000:]
            holder.execute("ROLLBACK")
        assert waiting(app) == 1
        drain(app)
        check(app)


@on_files
def test_killed_anywhere_in_a_batch(site: Site, one: tuple[Flask, Writer]) -> None:
    """The embedded index has no request to hold: the batch is long, the moment any."""
    app, writer = one
    more = make_writers(site, app, people=scale(40, 120), jobs=20)
    drain(app)
    for turn in range(scale(2, 50)):
        for person in [writer, *more]:
            edit(app, person)
        begun = site.log("worker").count("worker started")
        with worker_killed(site):
            assert soon(lambda begun=begun: site.log("worker").count("worker started") > begun)
            time.sleep(0.05 * (turn % 20))
        drain(app)
        check(app)
        assert [one for one in more if indexed(app, one) != one.last] == []

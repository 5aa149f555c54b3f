"""One run of the night's lists by several processes: its blocks are tasks, and whoever is free takes
the next.

Who lays a run out reads all people and notes who has changed, as for a run alone. Each process that
takes a block reads all people once for the run. A block that was stored and is done again after a
kill finds its jobs as they are and stores nothing. The run comes to its end in the transaction in
which its last block is said to be done.
"""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
import structlog
from flask import Flask

from talentmarket.core import clock, tasks
from talentmarket.core.db import db
from talentmarket.core.tasks import Task
from talentmarket.core.uow import unit_of_work
from talentmarket.matching import batch, kept
from talentmarket.matching.kept import HEAD, MatchHead

NIGHT, PIECE = "match.night", "match.block"
#: The hours (of the exchange's zone) between which the worker has a run laid out, once a night.
FROM, UNTIL = 2, 6
log = structlog.get_logger(__name__)

_lock = threading.Lock()
_at_work: dict[int, batch.Work] = {}  # of the run in which this process takes part, at most one


def lay_out(block: int = batch.BLOCK, way: str | None = None) -> batch.Work:
    """Begin a run and leave its blocks as tasks; `way` as for :func:`batch.begin`."""
    work = batch.begin(way)
    ends = [(rows[0].id, rows[-1].id) for rows in batch.blocks(db.session(), block)]
    with unit_of_work() as session:
        kept.hold(session, work.number)
        for first, last in ends:
            piece = {"run": work.number, "first": first, "last": last, "way": work.crowd.way}
            tasks.put(session, PIECE, piece, key=_key(work.number, first))
        if not ends:
            kept.finish(session, work.number)
    with _lock:
        _at_work.clear()
        _at_work[work.number] = work
    return work


def help_on(limit: int = 1) -> int:
    """Do up to `limit` blocks that wait; returns how many."""
    return tasks.run_due(limit, (PIECE,))


def blocks_left(run: int) -> int:
    """How many blocks of a run are not done."""
    found = db.session.scalar(
        sa.select(sa.func.count())
        .select_from(Task)
        .where(
            Task.name == PIECE,
            Task.key.startswith(_key(run, ""), autoescape=True),
            Task.done_at.is_(None),
            Task.attempts < tasks.MAX_ATTEMPTS,
        )
    )
    db.session.rollback()
    return found or 0


def head() -> tuple[int, int]:
    """The number of the last run that was begun, and of the last that came to its end."""
    found = db.session.get(MatchHead, HEAD, populate_existing=True)
    numbers = (found.run, found.finished) if found is not None else (0, 0)
    db.session.rollback()
    return numbers


def _key(run: int, first: int | str) -> str:
    return f"{PIECE}:{run}:{first}"


@tasks.handler(NIGHT)
def _night(_arguments: dict[str, Any]) -> None:
    lay_out()


@tasks.handler(PIECE)
def _piece(arguments: dict[str, Any]) -> None:
    run, first, last = arguments["run"], arguments["first"], arguments["last"]
    if head()[0] != run:
        return  # replaced: its people are not those of today
    try:
        work = _work_of(run, arguments.get("way"))
        while rows := batch.jobs_between(db.session(), first, last, batch.BLOCK):
            work.do(rows)
            first = rows[-1].id + 1
    except kept.Replaced:
        return
    _say_done(run, arguments["first"])


def _work_of(run: int, way: str | None) -> batch.Work:
    with _lock:
        if run not in _at_work:
            _at_work.clear()  # before another million people are read
            _at_work[run] = batch.join(run, way)
        return _at_work[run]


def _say_done(run: int, first: int) -> None:
    with unit_of_work() as session:
        found = session.get_one(MatchHead, HEAD, with_for_update=True, populate_existing=True)
        tasks.finish(session, _key(run, first))
        if found.run == run and not tasks.any_open(session, PIECE, _key(run, "")):
            found.finished = run


def when_due() -> int:
    """Have tonight's run laid out, and let go of the people of a run that is over."""
    run, finished = head()
    with _lock:
        for number in list(_at_work):
            if number != run or number == finished:
                del _at_work[number]
    now = clock.local(clock.now())
    if not FROM <= now.hour < UNTIL:
        return 0
    tonight = clock.start_of_day(clock.today()) + timedelta(hours=FROM)
    before = sa.exists().where(
        Task.name == NIGHT, sa.or_(Task.due_at >= tonight, Task.done_at.is_(None))
    )
    if db.session.scalar(sa.select(before)):
        db.session.rollback()
        return 0
    db.session.rollback()
    with unit_of_work() as session:
        tasks.put(session, NIGHT, key=NIGHT)
    log.info("tonight's lists are laid out")
    return 1


def register(app: Flask) -> None:
    """Give the worker its round."""
    app.extensions.setdefault("talentmarket_rounds", []).append(("night lists", 60.0, when_due))

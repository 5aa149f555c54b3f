"""`flask worker`: one process that does everything that is not a page."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

import click
import structlog
from flask import Flask, current_app
from flask.cli import with_appcontext
from sqlalchemy.exc import OperationalError, ProgrammingError

from talentmarket.core import counters, events, tasks
from talentmarket.core.db import db
from talentmarket.core.outbox import waiting
from talentmarket.core.uow import unit_of_work
from talentmarket.indexing.choice import Mark
from talentmarket.indexing.drain import BATCH, drain_once, preparer_for
from talentmarket.indexing.engine import (
    EngineUnavailable,
    IndexLocked,
    MappingConflict,
    SearchBackend,
    SearchError,
    handle,
)
from talentmarket.indexing.rebuild import missing, rebuild

log = structlog.get_logger(__name__)

#: Rows of a round while the outbox is long.
LONG_ROUND = 4 * BATCH
#: Seconds between two looks into an outbox that was empty.
LOOK = 0.1


@dataclass
class Round:
    """A piece of the worker's work and how often it comes, in seconds.

    `run` returns how much it did: a round that did something comes again at once.
    """

    name: str
    every: float
    run: Callable[[], int]
    next_at: float = field(default=0.0)
    failures: int = 0

    def turn(self, at: float) -> bool:
        """Run when due; a failure is written down and the round waits longer."""
        if at < self.next_at:
            return False
        did = 0
        try:
            did = self.run()
            self.failures = 0
        except (EngineUnavailable, IndexLocked, MappingConflict) as error:
            self.failures += 1
            log.warning("round waits", round=self.name, error=str(error))
        except Exception:
            self.failures += 1
            log.exception("round failed", round=self.name)
        finally:
            db.session.remove()
        pause = max(self.every, min(30.0, self.every * 2 ** min(self.failures, 6)))
        self.next_at = time.monotonic() + (0.0 if did else pause)
        return bool(did)


class Indexer:
    """Holds the writing backend for as long as it works. One thread at a time has it."""

    def __init__(self, stack: ExitStack) -> None:
        self._held = threading.RLock()
        self._outer = stack
        self._stack: ExitStack | None = None
        self._backend: SearchBackend | None = None
        self._mark: Mark = None
        self._preparer = preparer_for(0)

    def drain(self) -> int:
        """One round of the outbox: larger ones, on all cores, while it is long.

        Nothing while another thread rebuilds: that one drains between its lists.
        """
        if not self._held.acquire(blocking=False):
            return 0
        try:
            return self._drained()
        finally:
            self._held.release()

    def _drained(self) -> int:
        limit = LONG_ROUND if self._preparer.helpers else BATCH
        done = drain_once(self._open(), limit, preparer=self._preparer)
        taken = done.written + done.failed
        if taken < BATCH:
            self._prepare_for(0)
        elif not self._preparer.helpers:
            self._prepare_for(waiting(db.session())[0])
            db.session.rollback()
        return taken

    def _prepare_for(self, rows: int) -> None:
        """Have processes help, or end those that do."""
        if rows or self._preparer.helpers:
            self._preparer.close()
            self._preparer = preparer_for(rows)

    def rebuild(self, arguments: dict[str, Any]) -> None:
        """The task `index.rebuild`; changes go on reaching the index while it runs."""
        ratio = float(arguments.get("minimum_ratio", 0.8))
        with self._held:
            rebuild(self._open(), minimum_ratio=ratio, meanwhile=self._drain_if_it_fits)

    def _drain_if_it_fits(self) -> None:
        """A live index of another version takes nothing: what waits is for the new one."""
        try:
            self.drain()
        except MappingConflict as error:
            log.warning("changes wait for the rebuild", error=str(error))
            db.session.rollback()

    def _open(self) -> SearchBackend:
        if self._backend is not None and handle().mark != self._mark:
            self.let_go()  # the site was moved to another engine
        if self._backend is None:
            stack = ExitStack()
            self._mark = handle().mark
            self._backend = stack.enter_context(handle().writer())
            self._stack = self._outer.enter_context(stack)
            _have_missing_built(self._backend)
        return self._backend

    def let_go(self) -> None:
        """Close after a fault, so that the next round opens anew."""
        with self._held:
            self._prepare_for(0)
            if self._stack is not None:
                stack, self._stack = self._stack, None
                self._backend = None
                stack.close()
            self._backend = None


def _have_missing_built(backend: SearchBackend) -> None:
    """A new site, or one whose index was thrown away, is searched without a command. By a task:
    who is killed while he builds leaves it to the next one, not an index that looks whole."""
    if kinds := missing(backend):
        log.info("indexes that are missing are built", kinds=[kind.value for kind in kinds])
        with unit_of_work() as session:
            tasks.put(session, "index.rebuild", {"minimum_ratio": 0.0}, key="index.rebuild")


@dataclass
class Outbox:
    """The most urgent round, in a thread of its own: nobody waits for what he wrote to be found
    because saved searches are gone through or mail is sent."""

    indexer: Indexer
    stop: threading.Event
    round: Round = field(init=False)

    def __post_init__(self) -> None:
        self.round = Round("outbox", LOOK, self.indexer.drain)

    def turn(self) -> bool:
        """One round when it is due; after a fault the index is opened anew."""
        did = self.round.turn(time.monotonic())
        if self.round.failures:
            try:
                self.indexer.let_go()
            except SearchError as error:
                log.warning("index closed with an error", error=str(error))
        return did

    @contextmanager
    def turning(self) -> Iterator[None]:
        """Round after round while the block runs. Should it ever end before, so does the worker:
        whoever started it starts another one."""
        app = current_app._get_current_object()  # type: ignore[attr-defined]
        thread = threading.Thread(target=self._turn, args=(app,), name="outbox")
        thread.start()
        try:
            yield
        finally:
            self.stop.set()
            thread.join()

    def _turn(self, app: Flask) -> None:
        try:
            with app.app_context():
                while not self.stop.is_set():
                    if not self.turn():
                        self.stop.wait(LOOK)
        finally:
            self.stop.set()


def rounds(indexer: Indexer) -> list[Round]:
    """All rounds but that of the outbox, the most urgent first."""
    tasks.handler("index.rebuild")(indexer.rebuild)
    named: list[tuple[str, float, Callable[[], int]]] = [
        ("tasks", 0.5, tasks.run_due),
        ("event chain", 15.0, _chain),
        ("counters", 600.0, _counters),
    ]
    named += current_app.extensions.get("talentmarket_rounds", [])
    return [Round(*item) for item in named]


def _chain() -> int:
    found = events.links(db.session(), 2000)
    db.session.rollback()
    if found:  # no write lock is taken for nothing
        with unit_of_work() as session:
            events.append(session, found)
    return len(found)


def _counters() -> int:
    with unit_of_work() as session:
        counters.expire(session)
    return 0


def _wait_for_tables(stop: threading.Event) -> None:
    """Until the database answers and has tables: one line says so, not one for each round."""
    said = ""
    while not stop.is_set():
        try:
            waiting(db.session())
            return
        except (OperationalError, ProgrammingError) as error:
            if (told := str(error.orig)) != said:
                said = told
                log.warning("worker waits for the database", error=said, hint="flask db upgrade")
        finally:
            db.session.remove()
        stop.wait(1.0)


@click.command("worker")
@click.option("--once", is_flag=True, help="Do what is due now and end.")
@with_appcontext
def cli(once: bool) -> None:
    """Drain the outbox, do tasks, send notices, keep clocks. Ends on SIGTERM or SIGINT."""
    stop = threading.Event()

    def ask(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, ask)
    signal.signal(signal.SIGINT, ask)
    if once:
        waiting(db.session())  # a database without tables is named in one line
        db.session.remove()
    else:
        _wait_for_tables(stop)
    log.info("worker started")
    with ExitStack() as stack:
        indexer = Indexer(stack)
        stack.callback(indexer.let_go)
        outbox, work = Outbox(indexer, stop), rounds(indexer)
        if once:
            while any([outbox.turn(), *(one.turn(time.monotonic()) for one in work)]):
                continue
        else:
            with outbox.turning():
                while not stop.is_set():
                    if not any([one.turn(time.monotonic()) for one in work]):  # noqa: C419 (each has its turn)
                        stop.wait(0.1)
    log.info("worker ended")

"""From a write to the moment when it is found, while the real worker runs."""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Iterator

import sqlalchemy as sa

from benchmarks.market import JOBS, Market, market, process
from benchmarks.registry import Options, benchmark
from benchmarks.report import Row, progress, row
from search.fields import Kind
from search.requests import Ids, SearchRequest
from talentmarket.core.db import db
from talentmarket.core.outbox import OutboxRow, changed
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.models import Job, JobState
from talentmarket.indexing.engine import handle

WRITES = 50  # a second
LOOK = 0.01  # seconds between two looks for what was written
PATIENCE = 120.0


@benchmark("findable_p95")
def findable(options: Options) -> Iterator[Row]:
    """Seconds from before the transaction to the first search that finds the new title, p95."""
    site = market(options.size(*JOBS))
    with process(site, "worker", "flask", "worker"):
        _settled()
        waits = Writer(site, options.size(30, 10)).run()
    p95 = statistics.quantiles(waits, n=20)[-1]
    progress(
        f"findable: {len(waits)} writes, p50 {statistics.median(waits):.2f} s, p95 {p95:.2f} s"
    )
    yield row("findable_p95", p95, "s", target=1)


def _settled() -> None:
    """Wait until the worker has done what was due and takes up a change."""
    with unit_of_work() as session:
        one = session.scalar(sa.select(Job.public_id).where(Job.state == JobState.PUBLISHED))
        assert one is not None
        changed(session, Kind.JOB.value, one)
    until = time.monotonic() + PATIENCE
    while db.session.scalar(sa.select(sa.func.count()).select_from(OutboxRow)):
        db.session.rollback()
        if time.monotonic() > until:
            raise TimeoutError("the worker does not drain")
        time.sleep(0.1)
    db.session.rollback()


class Writer:
    """Gives published jobs new titles at an even pace, while a thread looks for them."""

    def __init__(self, site: Market, seconds: int) -> None:
        self._app = site.app
        self._count = WRITES * seconds
        self._written: list[tuple[str, str, float]] = []
        self._waits: list[float] = []
        self._done = threading.Event()

    def run(self) -> list[float]:
        """The seconds that each write waited. Raises TimeoutError."""
        keys = list(
            db.session.scalars(
                sa.select(Job.public_id)
                .where(Job.state == JobState.PUBLISHED, Job.listed.is_(True))
                .order_by(Job.id)
                .limit(self._count)
            )
        )
        db.session.rollback()
        looking = threading.Thread(target=self._look, name="looking")
        looking.start()
        begin = time.monotonic()
        try:
            for number in range(self._count):
                time.sleep(max(0.0, begin + number / WRITES - time.monotonic()))
                self._write(keys[number % len(keys)], f"zq{number}x")
        finally:
            self._done.set()
        took = time.monotonic() - begin
        progress(f"findable: {self._count / took:.0f} writes a second")
        looking.join(PATIENCE)
        if len(self._waits) < self._count:
            raise TimeoutError(f"{self._count - len(self._waits)} writes were never found")
        return self._waits

    def _write(self, key: str, word: str) -> None:
        begin = time.monotonic()
        with unit_of_work() as session:
            session.execute(
                sa.update(Job).where(Job.public_id == key).values(title=f"工程师 {word}")
            )
            changed(session, Kind.JOB.value, key)
        self._written.append((key, word, begin))

    def _look(self) -> None:
        """Search for the oldest write that was not found yet, again and again."""
        until = time.monotonic() + self._count / WRITES + PATIENCE
        with self._app.app_context():
            while time.monotonic() < until:
                if len(self._waits) == len(self._written):
                    if self._done.is_set():
                        return
                    time.sleep(LOOK)
                    continue
                key, word, begin = self._written[len(self._waits)]
                if _found(key, word):
                    self._waits.append(time.monotonic() - begin)
                else:
                    time.sleep(LOOK)


def _found(key: str, word: str) -> bool:
    request = SearchRequest(Kind.JOB, words=word, filters=(Ids((key,)),), limit=1)
    return bool(handle().call(lambda backend: backend.search(request)).total)

"""From the outbox to the index: project, write, read back, and only then drop the row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from operator import itemgetter

import sqlalchemy as sa
import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from search.backend import SearchBackend
from search.documents import Operation
from search.errors import SearchError
from search.fields import Kind
from search.preparing import Preparer, helpers_for
from talentmarket.core import clock
from talentmarket.core.db import db
from talentmarket.core.outbox import OutboxRow
from talentmarket.core.uow import unit_of_work
from talentmarket.indexing import clustering, documents
from talentmarket.indexing.writing import Listed, Written, write_all, write_each

BATCH = 500
#: Documents of one write where more than a list is taken: small commits cost merges later.
WRITTEN_AT_ONCE = 4 * BATCH
MAX_ATTEMPTS = 8
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Drained:
    """What one round did: documents in the index, rows that must wait, rows set aside."""

    written: int = 0
    failed: int = 0
    dead: int = 0

    def __add__(self, other: Drained) -> Drained:
        return Drained(
            self.written + other.written, self.failed + other.failed, self.dead + other.dead
        )


def preparer_for(waiting: int) -> Preparer:
    """What makes documents ready for an outbox of this length: on all cores if it is long."""
    return Preparer(helpers_for(waiting))


def drain_once(
    backend: SearchBackend,
    limit: int = BATCH,
    *,
    preparer: Preparer | None = None,
    more: Callable[[], bool] = lambda: True,
) -> Drained:
    """Take up to `limit` due rows, oldest first, and bring their documents to the index.

    They are made list by list, at most :data:`BATCH` rows in each; with the processes of a
    `preparer` further lists are read and made ready while others are written. `more` is asked before each
    further list. Raises :class:`~search.errors.EngineUnavailable` when the engine is off:
    the rows stay as they are and no attempt is counted, since it is not the rows' fault.
    """
    broken: dict[tuple[Kind, str], str] = {}
    preparer = preparer or Preparer()
    made = preparer.prepared(_lists(backend, limit, more, broken), backend.name)
    lists = _joined(made, more)
    all_written = write_all(backend, lists) if preparer.helpers else write_each(backend, lists)
    total = Drained()
    with closing(all_written):
        for done in all_written:
            total += _dropped(done)
    return total + _set_aside(broken)


def _joined(lists: Iterable[Listed], more: Callable[[], bool]) -> Iterator[Listed]:
    """Lists of one kind that follow each other as one, up to :data:`WRITTEN_AT_ONCE`. What is
    ready when no more is wanted is left: its rows wait."""
    for kind, following in groupby(lists, itemgetter(0)):
        ready: list[Operation] = []
        for _, operations in following:
            ready += operations
            if len(ready) >= WRITTEN_AT_ONCE:
                yield kind, ready
                if not more():
                    return
                ready = []
        if ready:
            yield kind, ready


def _lists(
    backend: SearchBackend,
    limit: int,
    more: Callable[[], bool],
    broken: dict[tuple[Kind, str], str],
) -> Iterator[tuple[Kind, list[Operation]]]:
    """The documents of due rows, list by list; `broken` takes those that cannot be made."""
    last, taken, whole = 0, 0, True
    there: set[Kind] = set()
    while whole and taken < limit and (not taken or more()):
        wanted = min(BATCH, limit - taken)
        found = _due(db.session(), last, wanted)
        db.session.rollback()  # each list reads afresh
        if not found:
            return
        # What comes while the last rows are on their way is for the next round.
        last, taken, whole = found[-1].id, taken + len(found), len(found) == wanted
        for kind in Kind:
            ids = list(dict.fromkeys(row.document_id for row in found if row.kind == kind.value))
            if ids:
                if kind not in there:  # of no other kind are documents made for nothing
                    backend.ensure(kind)
                    there.add(kind)
                _cluster(kind, ids)
                operations, faults = _project(kind, ids)
                db.session.rollback()
                broken |= {(kind, one): reason for one, reason in faults.items()}
                yield kind, operations


def _due(session: Session, after: int, limit: int) -> Sequence[sa.Row[tuple[int, str, str]]]:
    return session.execute(
        sa.select(OutboxRow.id, OutboxRow.kind, OutboxRow.document_id)
        .where(
            OutboxRow.id > after, OutboxRow.dead_at.is_(None), OutboxRow.not_before <= clock.now()
        )
        .order_by(OutboxRow.id)
        .limit(limit)
    ).all()


def _dropped(done: Written) -> Drained:
    """Drop the rows of what was read back, count what failed."""
    if done.whole:
        with unit_of_work() as session:
            _drop(session, done.kind, done.whole)
    faults = {(done.kind, one): why for one, why in done.broken.items()}
    return Drained(len(done.whole)) + _set_aside(faults)


def _set_aside(broken: Mapping[tuple[Kind, str], str]) -> Drained:
    """Count what failed; without a failure nothing is written."""
    if not broken:
        return Drained()
    with unit_of_work() as session:
        dead = sum(_set_back(session, *place, reason) for place, reason in broken.items())
    return Drained(0, len(broken) - dead, dead)


def _cluster(kind: Kind, ids: Sequence[str]) -> None:
    """Find what postings stand for one; a fault in it never holds back a document."""
    if kind is not Kind.JOB:
        return
    try:
        clustering.assign(ids)
    except SQLAlchemyError as error:
        db.session.rollback()
        log.warning("postings not compared", size=len(ids), error=type(error).__name__)


def _project(kind: Kind, ids: Sequence[str]) -> tuple[list[Operation], dict[str, str]]:
    """The documents of a batch; one that cannot be projected never holds back the others."""
    try:
        return documents.load(db.session(), kind, ids), {}
    except SearchError:
        raise
    except Exception:
        log.warning("a batch could not be projected whole", kind=kind.value, size=len(ids))
        db.session.rollback()
    operations: list[Operation] = []
    broken: dict[str, str] = {}
    for one in ids:
        try:
            operations += documents.load(db.session(), kind, [one])
        except Exception as error:
            db.session.rollback()
            broken[one] = f"{type(error).__name__}: {error}"
    return operations, broken


def _drop(session: Session, kind: Kind, whole: Sequence[Operation]) -> None:
    """Remove the rows of what is in the index; a change made meanwhile keeps its row."""
    by_version: defaultdict[int, list[str]] = defaultdict(list)
    for one in whole:
        by_version[one.version].append(one.id)
    for version, ids in by_version.items():  # a load has one version, or a few
        session.execute(
            sa.delete(OutboxRow)
            .where(
                OutboxRow.kind == kind.value,
                OutboxRow.document_id.in_(ids),
                OutboxRow.version <= version,
            )
            .execution_options(synchronize_session=False)
        )


def _set_back(session: Session, kind: Kind, document_id: str, reason: str) -> bool:
    """Count the failure; set the rows aside after the last attempt. Returns whether they were."""
    mine = sa.and_(OutboxRow.kind == kind.value, OutboxRow.document_id == document_id)
    attempts = 1 + (session.scalar(sa.select(sa.func.max(OutboxRow.attempts)).where(mine)) or 0)
    at = clock.now()
    dead = attempts >= MAX_ATTEMPTS
    session.execute(
        sa.update(OutboxRow)
        .where(mine, OutboxRow.dead_at.is_(None))
        .values(
            attempts=attempts,
            error=reason[:300],
            not_before=at + timedelta(seconds=min(300, 2**attempts)),
            dead_at=at if dead else None,
        )
    )
    log.warning("document not indexed", kind=kind.value, document=document_id, attempts=attempts)
    return dead


def revive(session: Session, rows: Iterable[int] | None = None) -> int:
    """Give rows that were set aside (all, or those with these keys) another chance."""
    statement = sa.update(OutboxRow).where(OutboxRow.dead_at.is_not(None))
    if rows is not None:
        statement = statement.where(OutboxRow.id.in_(list(rows)))
    done = session.execute(
        statement.values(dead_at=None, attempts=0, error=None, not_before=clock.now())
    )
    return int(done.rowcount)  # type: ignore[attr-defined]

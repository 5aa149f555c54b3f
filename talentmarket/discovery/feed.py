"""All jobs, and what changes in them: a snapshot by pages, then the stream of changes.

Both walk the same order (:mod:`talentmarket.core.changes`). A snapshot ends at the number that
was the last when it began; what changes meanwhile comes in the stream after it, so a reader that
takes the one and then the other misses nothing and needs to hold nothing back.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from talentmarket.core.changes import Head, number_waiting
from talentmarket.core.errors import DomainError, Invalid
from talentmarket.core.outbox import IndexState
from talentmarket.discovery.jobs import load_jobs
from talentmarket.exchange import showing
from talentmarket.exchange.models import Job

KIND = "job"
_CURSOR = re.compile(r"([a-z2-9]{12})\.(\d{1,18})(?:\.(\d{1,18}))?", re.ASCII)


class CursorGone(DomainError):
    """The stream does not go back to this cursor: the reader begins again with a snapshot."""

    code = "cursor-gone"
    status = 410
    message = _l("这个游标已经失效，请重新读取快照，再从快照给出的游标继续。")


@dataclass(frozen=True)
class Change:
    """A job as it is now, or only its id when nobody may find it any more."""

    id: str
    job: Job | None


@dataclass(frozen=True)
class Changes:
    """A part of the stream. `next` is where to go on, now when there is `more`, else later."""

    changes: tuple[Change, ...]
    next: str
    more: bool


@dataclass(frozen=True)
class Snapshot:
    """A part of all jobs. `next` continues it, None at its end; `changes` is the cursor of the
    stream that follows the snapshot."""

    jobs: tuple[Job, ...]
    next: str | None
    changes: str


def read_changes(session: Session, after: str, limit: int) -> Changes:
    """What changed after a cursor (from the beginning when it is empty), each job once.

    Raises Invalid for what is no cursor, CursorGone for one of another era.
    """
    head = number_waiting(session, KIND, showing.listed_ids)
    place = _opened("after", after, head)[0] if after else 0
    rows = _rows(session, place, None, limit + 1)
    page = rows[:limit]
    more = len(rows) > limit
    found = {job.public_id: job for job in load_jobs(session, [row[1] for row in page])}
    # At the end the cursor is the head: what is numbered below it and hidden is not read again.
    last = page[-1][0] if more else max(head.value, place, *(row[0] for row in page))
    return Changes(
        tuple(Change(row[1], found.get(row[1])) for row in page), _cursor(head, last), more
    )


def read_snapshot(session: Session, cursor: str, limit: int) -> Snapshot:
    """All jobs that everybody may find, by pages. Raises as :func:`read_changes`."""
    head = number_waiting(session, KIND, showing.listed_ids)
    place, end = 0, head.value
    if cursor:
        place, end = _opened("cursor", cursor, head)
    rows = _rows(session, place, end, limit + 1)
    page = rows[:limit]
    following = f"{_cursor(head, page[-1][0])}.{end}" if len(rows) > limit else None
    return Snapshot(
        tuple(load_jobs(session, [row[1] for row in page])), following, _cursor(head, end)
    )


def _rows(
    session: Session, after: int, end: int | None, limit: int
) -> Sequence[sa.Row[tuple[int, str]]]:
    """Number and id of what the stream holds; what nobody ever could read is not in it."""
    rows = sa.select(IndexState.sequence, IndexState.document_id).where(
        IndexState.kind == KIND, IndexState.sequence > after, IndexState.shown
    )
    if end is not None:
        rows = rows.where(IndexState.sequence <= end)
    return session.execute(rows.order_by(IndexState.sequence).limit(limit)).all()  # type: ignore[return-value]


def _cursor(head: Head, number: int) -> str:
    return f"{head.era}.{number}"


def _opened(name: str, text: str, head: Head) -> tuple[int, int]:
    """The number after which to go on, and where a snapshot ends."""
    match = _CURSOR.fullmatch(text)
    if match is None:
        raise Invalid({name: _l("%(name)s 不是这里给出的游标。", name=name)})
    era, number, end = match[1], int(match[2]), int(match[3] or 0)
    if era != head.era or max(number, end) > head.value:
        raise CursorGone()
    return number, end or head.value

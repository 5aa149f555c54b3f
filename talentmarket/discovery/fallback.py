"""Search by the database while the engine is off: words and the plainest filters, by date."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from talentmarket.core.folding import fold
from talentmarket.discovery.cursors import Cursor
from talentmarket.exchange import showing
from talentmarket.exchange.models import Job
from talentmarket.members.models import STANDING, Organisation, OrganisationKind

#: Filters that the database can hold to: name → column of the job.
_COLUMNS: dict[str, Any] = {
    "channel": Job.channel,
    "kind": Job.kind,
    "mode": Job.work_mode,
    "rest": Job.rest_days,
    "origin": Job.origin,
}
MOST_WORDS = 6
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class RowsPage:
    """A page of rows and the places before and after."""

    rows: tuple[Job, ...]
    previous: Cursor | None
    next: Cursor | None


def jobs(
    session: Session,
    words: str,
    filters: Mapping[str, Sequence[str]],
    cursor: Cursor,
    size: int,
    clauses: Iterable[sa.ColumnElement[bool]] = (),
) -> RowsPage:
    """A page of published jobs, newest first. `clauses`: further conditions."""
    back = cursor.before is not None
    query = _open_jobs(words, filters).where(*clauses)
    key = sa.tuple_(Job.published_at, Job.public_id)
    if mark := cursor.before or cursor.after:
        edge = sa.tuple_(
            sa.literal(EPOCH + timedelta(microseconds=mark[0]), Job.published_at.type),
            sa.literal(mark[1]),
        )
        query = query.where(key > edge if back else key < edge)
    order = (Job.published_at, Job.public_id)
    query = query.order_by(*(order if back else [column.desc() for column in order]))
    found = session.scalars(query.limit(size + 1)).all()
    more, rows = len(found) > size, list(found[:size])
    if back:
        rows.reverse()
    before = cursor.moved(before=_mark(rows[0])) if rows else None
    after = cursor.moved(after=_mark(rows[-1])) if rows else None
    if back:
        return RowsPage(tuple(rows), before if more else None, after)
    return RowsPage(tuple(rows), before if cursor.after else None, after if more else None)


def _mark(job: Job) -> tuple[int, str]:
    at = job.published_at or EPOCH
    return (at - EPOCH) // timedelta(microseconds=1), job.public_id


def _open_jobs(words: str, filters: Mapping[str, Sequence[str]]) -> sa.Select[tuple[Job]]:
    """Postings that everybody can find, by words and the plainest filters."""
    query = showing.listed_jobs()
    for word in words.split()[:MOST_WORDS]:
        like = f"%{escaped(word)}%"
        query = query.where(
            sa.or_(
                Job.title.ilike(like, escape="\\"),
                Job.employer_name.ilike(like, escape="\\"),
                Job.description.ilike(like, escape="\\"),
            )
        )
    for name, codes in filters.items():
        if name in _COLUMNS and codes:
            known = {member.value for member in _COLUMNS[name].type.enum_class}
            query = query.where(_COLUMNS[name].in_([code for code in codes if code in known]))
        elif name == "region" and codes:
            query = query.where(sa.or_(*(_within(code) for code in codes)))
    return query


def ignored(filters: Mapping[str, Sequence[str]]) -> list[str]:
    """The filters among these that the database cannot hold to."""
    return [name for name, codes in filters.items() if codes and name not in (*_COLUMNS, "region")]


def organisations(
    session: Session, words: str, kinds: Sequence[OrganisationKind], page: int, size: int
) -> tuple[list[Organisation], bool]:
    """A page of organisations by name, and whether there are more."""
    query = (
        sa.select(Organisation)
        .where(Organisation.state.in_(STANDING), Organisation.kind.in_(kinds))
        .order_by(Organisation.name_pinyin, Organisation.id)
    )
    for word in words.split()[:MOST_WORDS]:
        query = query.where(Organisation.name_folded.like(f"%{escaped(fold(word))}%", escape="\\"))
    found = session.scalars(query.offset((page - 1) * size).limit(size + 1)).all()
    return list(found[:size]), len(found) > size


def escaped(word: str) -> str:
    """`word` with the signs of LIKE taken literally."""
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _within(code: str) -> sa.ColumnElement[bool]:
    """Places by the digits of their code: a province's first two, a city's first four."""
    digits = code.rstrip("0")
    width = 2 if len(digits) <= 2 else 4 if len(digits) <= 4 else 6
    return Job.region_code.like(f"{escaped(code[:width])}%", escape="\\")

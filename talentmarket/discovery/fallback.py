"""Search by the database while the engine is off: words and the plainest filters, by date."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from talentmarket.core import clock
from talentmarket.core.folding import fold
from talentmarket.exchange.models import Job, JobState
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


def jobs(
    session: Session,
    words: str,
    filters: Mapping[str, Sequence[str]],
    page: int,
    size: int,
) -> tuple[list[Job], bool]:
    """A page of published jobs, newest first, and whether there are more."""
    query = (
        sa.select(Job)
        .join(Organisation, Organisation.id == Job.organisation_id)
        .where(
            Job.state == JobState.PUBLISHED,
            Job.listed.is_(True),
            sa.or_(Job.valid_until.is_(None), Job.valid_until >= clock.today()),
            sa.or_(Organisation.state.in_(STANDING), Organisation.kind == OrganisationKind.SOURCE),
        )
        .options(joinedload(Job.employer), joinedload(Job.organisation), selectinload(Job.skills))
        .order_by(Job.published_at.desc(), Job.id.desc())
    )
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
    found = session.scalars(query.offset((page - 1) * size).limit(size + 1)).all()
    return list(found[:size]), len(found) > size


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

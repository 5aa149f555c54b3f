"""The names of employers that a search knows: those that stand, and those of reference postings.

Kept for each process and made anew when they changed; looking them up is pure
(:mod:`talentmarket.discovery.understanding.employers`).
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session

from talentmarket.discovery.understanding.employers import EmployerNames
from talentmarket.exchange.models import Job, JobState, Origin
from talentmarket.exchange.suspended import suspended_names
from talentmarket.members.models import STANDING, Organisation, OrganisationKind

#: Seconds after which a process looks whether names have changed.
FRESH = 60.0
MOST_ORGANISATIONS = 20_000
#: The latest postings whose employers, known by name only, are taken in.
MOST_POSTINGS = 20_000
_KEY = "talentmarket_employer_names"


@dataclass
class _Held:
    version: tuple[object, ...]
    names: EmployerNames
    looked: float
    gone: frozenset[str]


def employer_names(session: Session, gone: Iterable[str] = ()) -> EmployerNames:
    """The names as they were at most a minute ago. `gone`: organisations that have been suspended
    since, whose names are known no longer."""
    held: _Held | None = current_app.extensions.get(_KEY)
    now = time.monotonic()
    left = frozenset(gone)
    if held is not None and now - held.looked < FRESH and left <= held.gone:
        return held.names
    version = _version(session)
    if held is None or held.version != version:
        names = EmployerNames([*_organisations(session), *_references(session)])
        held = _Held(version, names, now, left)
        current_app.extensions[_KEY] = held
    held.looked, held.gone = now, left
    return held.names


def _version(session: Session) -> tuple[object, ...]:
    organisations = sa.select(
        sa.func.count(), sa.func.max(Organisation.id), sa.func.sum(Organisation.revision)
    ).where(_known())
    last = sa.select(sa.func.max(Job.id)).where(Job.origin == Origin.REFERENCE)
    # A thousand postings more or less change little.
    return (*session.execute(organisations).one(), (session.scalar(last) or 0) // 1000)


def _known() -> sa.ColumnElement[bool]:
    return sa.and_(Organisation.state.in_(STANDING), Organisation.kind == OrganisationKind.EMPLOYER)


def _organisations(session: Session) -> list[tuple[str, tuple[str, ...]]]:
    rows = session.execute(
        sa.select(
            Organisation.public_id, Organisation.name, Organisation.short_name, Organisation.name_en
        )
        .where(_known())
        .order_by(Organisation.id)
        .limit(MOST_ORGANISATIONS)
    )
    return [(row[0], tuple(filter(None, row[1:]))) for row in rows]


def _references(session: Session) -> list[tuple[str, tuple[str, ...]]]:
    latest = (
        sa.select(Job.employer_name, Job.employer_id, Job.state)
        .where(Job.origin == Origin.REFERENCE)
        .order_by(Job.id.desc())
        .limit(MOST_POSTINGS)
        .subquery()
    )
    named = (
        sa.select(latest.c.employer_name)
        .where(
            latest.c.employer_name != "",
            latest.c.employer_id.is_(None),
            latest.c.state == JobState.PUBLISHED,
            latest.c.employer_name.not_in(suspended_names()),
        )
        .distinct()
    )
    return [("", (name,)) for name in session.scalars(named)]

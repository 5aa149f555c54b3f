"""The clocks of verification: due after six months, lapsed a month later, reminders before both."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from talentmarket.core import clock
from talentmarket.core.uow import unit_of_work
from talentmarket.members.models import Organisation, OrganisationState
from talentmarket.members.verification import day, move, tell_owners
from talentmarket.members.verification_states import (
    GRACE,
    REMIND_DUE,
    REMIND_LAPSE,
    Party,
    lapses_at,
)

S = OrganisationState


def run_due(limit: int = 100) -> int:
    """Let verifications fall due and lapse; returns how many states moved."""
    with unit_of_work() as session:
        return _fall_due(session, limit) + _lapse(session, limit)


def remind() -> int:
    """Leave the reminders whose time has come; their keys make each happen once. Returns 0."""
    with unit_of_work() as session:
        at = clock.now()
        for least, most in _bands(REMIND_DUE):
            for one, due in _between(session, S.VERIFIED, at + least, at + most):
                key = f"{most.days}:{due.date()}"
                code = "organisation.renewal_soon"
                tell_owners(session, one, code, key, deadline=due, until=day(due))
        for least, most in _bands(REMIND_LAPSE):
            begin, end = at - GRACE + least, at - GRACE + most
            for one, due in _between(session, S.RENEWAL_DUE, begin, end):
                ends = lapses_at(due)
                key = f"{most.days}:{ends.date()}"
                code = "organisation.renewal_due"
                tell_owners(session, one, code, key, deadline=ends, until=day(ends))
    return 0


def _bands(days: tuple[int, ...]) -> list[tuple[timedelta, timedelta]]:
    """Spans between the reminders: (30, 7) gives 0–7 and 7–30, so that one is sent at a time."""
    ends = sorted(days)
    return [(timedelta(days=a), timedelta(days=b)) for a, b in zip([0, *ends], ends, strict=False)]


def _fall_due(session: Session, limit: int) -> int:
    rows = _in_state(session, S.VERIFIED, Organisation.renewal_due_at <= clock.now(), limit)
    for organisation in rows:
        move(session, organisation, "fall_due", Party.SYSTEM)
        assert organisation.renewal_due_at is not None
        ends = lapses_at(organisation.renewal_due_at)
        key = organisation.renewal_due_at.isoformat()
        code = "organisation.renewal_due"
        tell_owners(session, organisation, code, key, deadline=ends, until=day(ends))
    return len(rows)


def _lapse(session: Session, limit: int) -> int:
    over = Organisation.renewal_due_at <= clock.now() - GRACE
    # While the office has the renewal in hand, its delay is not the organisation's.
    idle = sa.and_(over, Organisation.submitted_at.is_(None))
    rows = _in_state(session, S.RENEWAL_DUE, idle, limit)
    for organisation in rows:
        move(session, organisation, "lapse", Party.SYSTEM)
        tell_owners(session, organisation, "organisation.lapsed", clock.now().isoformat())
    return len(rows)


def _between(
    session: Session, state: S, begin: datetime, end: datetime
) -> list[tuple[Organisation, datetime]]:
    within = sa.and_(
        Organisation.renewal_due_at > begin,
        Organisation.renewal_due_at <= end,
        Organisation.submitted_at.is_(None),
    )
    rows = _in_state(session, state, within, 1000)
    return [(row, row.renewal_due_at) for row in rows if row.renewal_due_at is not None]


def _in_state(session: Session, state: S, when: Any, limit: int) -> list[Organisation]:
    return list(
        session.scalars(
            sa.select(Organisation)
            .where(Organisation.state == state, when)
            .order_by(Organisation.renewal_due_at, Organisation.id)
            .limit(limit)
        )
    )

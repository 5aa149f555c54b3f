"""Reply promises: clocks, what counts as an answer, and the public on-time rate.

A promise runs in working days and ends at 18:00. Only a shortlist, an interview, an offer or a
reasoned refusal is an answer. Late stays late: the rate looks back 90 days and is shown from ten
answers on; below 80 percent an organisation's new jobs wait until its overdue answers are given.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from talentmarket.core import calendar, clock
from talentmarket.exchange.models import Application, ApplicationState
from talentmarket.exchange.stages import (
    ANSWERS,
    FORWARD,
    RATE_DAYS,
    RATE_HOLD,
    RATE_LEAST,
    UNANSWERED_AFTER,
    clock_days,
)
from talentmarket.members.models import Organisation

#: States in which the person still waits for the first answer.
UNANSWERED_YET = FORWARD[:2]


@dataclass(frozen=True)
class Rate:
    """Answers of the last 90 days: how many were due or given, how many in time."""

    due: int
    on_time: int

    @property
    def percent(self) -> int | None:
        """Whole percent; None below ten answers, where a rate would say nothing."""
        return None if self.due < RATE_LEAST else 100 * self.on_time // self.due

    def holds(self, overdue: int) -> bool:
        """Whether new jobs wait: a low rate and answers that are still owed."""
        return self.percent is not None and self.percent < RATE_HOLD and overdue > 0


def is_answer(state: ApplicationState) -> bool:
    """Whether a move to `state` keeps the promise."""
    return state in ANSWERS


def stage_due(
    state: ApplicationState, at: datetime, answer_due_at: datetime, reply_days: int
) -> datetime | None:
    """When the clock of `state`, entered at `at`, is due; None when no clock runs."""
    if state in UNANSWERED_YET:
        return answer_due_at
    days = clock_days(state, reply_days)
    return None if days is None else calendar.due(at, days)


def closes_at(answer_due_at: datetime) -> datetime:
    """When an application without an answer closes by itself."""
    return calendar.due(answer_due_at, UNANSWERED_AFTER)


def used_percent(begin: datetime, due: datetime, at: datetime) -> int:
    """How much of the span from `begin` to `due` is over, 0 to 100."""
    whole = (due - begin).total_seconds()
    if whole <= 0:
        return 100
    return max(0, min(100, int(100 * (at - begin).total_seconds() / whole)))


def rate_of(organisation: Organisation) -> Rate:
    """The rate as it stands with the organisation."""
    return Rate(organisation.answers_due, organisation.answers_on_time)


def overdue_count(session: Session, organisation_id: int) -> int:
    """Answers the organisation owes and has missed."""
    return (
        session.scalar(
            sa.select(sa.func.count())
            .select_from(Application)
            .where(
                Application.organisation_id == organisation_id,
                Application.state.in_(UNANSWERED_YET),
                Application.answer_due_at < clock.now(),
            )
        )
        or 0
    )


def refresh(session: Session, organisation_ids: Iterable[int]) -> None:
    """Count the answers of these organisations anew and hold or free their new jobs."""
    wanted = sorted(set(organisation_ids))
    if not wanted:
        return
    session.flush()
    counted = _counts(session, wanted)
    for organisation_id in wanted:
        rate = counted.get(organisation_id, Rate(0, 0))
        overdue = overdue_count(session, organisation_id)
        session.execute(
            sa.update(Organisation)
            .where(Organisation.id == organisation_id)
            .values(
                answers_due=rate.due,
                answers_on_time=rate.on_time,
                posting_held=rate.holds(overdue),
            )
        )


def refresh_all(session: Session) -> int:
    """Count anew for every organisation with answers in its rate; the worker does so daily."""
    ids = session.scalars(
        sa.select(Organisation.id).where(
            sa.or_(Organisation.answers_due > 0, Organisation.posting_held)
        )
    ).all()
    refresh(session, ids)
    return len(ids)


def _counts(session: Session, organisation_ids: list[int]) -> dict[int, Rate]:
    answered = Application.answered_at.is_not(None)
    in_time = sa.and_(answered, Application.late.is_(False))
    rows = session.execute(
        sa.select(
            Application.organisation_id,
            sa.func.count(),
            sa.func.sum(sa.case((in_time, 1), else_=0)),
        )
        .where(
            Application.organisation_id.in_(organisation_ids),
            Application.answer_due_at >= clock.now() - timedelta(days=RATE_DAYS),
            sa.or_(answered, Application.late.is_(True)),
        )
        .group_by(Application.organisation_id)
    )
    return {row[0]: Rate(row[1], int(row[2] or 0)) for row in rows}

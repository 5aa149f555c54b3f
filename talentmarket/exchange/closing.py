"""Clocks that run out: late answers are marked, long unanswered applications close.

The worker calls :func:`close_due` every minute; each row is changed by a conditional UPDATE, so
two workers, or a worker and a person, never do it twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from talentmarket.core import clock
from talentmarket.core.errors import Conflict
from talentmarket.core.events import SYSTEM, record
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange import invitations, moves, promises, telling
from talentmarket.exchange.models import Application
from talentmarket.exchange.stages import UNANSWERED_AFTER, By


@dataclass(frozen=True)
class Closed:
    """What one run did."""

    late: int
    unanswered: int
    expired: int


def close_due(session: Session, limit: int = 500) -> Closed:
    """Mark answers that are late, close what stayed unanswered, end old invitations."""
    return Closed(
        late=_mark_late(session, limit),
        unanswered=_close_unanswered(session, limit),
        expired=invitations.expire_due(session, limit),
    )


def _waiting(limit: int) -> sa.Select[tuple[Application]]:
    return (
        sa.select(Application)
        .options(
            joinedload(Application.job),
            joinedload(Application.organisation),
            joinedload(Application.talent),
        )
        .where(Application.state.in_(promises.UNANSWERED_YET))
        .order_by(Application.answer_due_at, Application.id)
        .limit(limit)
    )


def _mark_late(session: Session, limit: int) -> int:
    rows = session.scalars(
        _waiting(limit).where(Application.late.is_(False), Application.answer_due_at < clock.now())
    ).all()
    marked = [row for row in rows if _mark(session, row)]
    promises.refresh(session, {row.organisation_id for row in marked})
    return len(marked)


def _mark(session: Session, application: Application) -> bool:
    done = session.execute(
        sa.update(Application)
        .where(
            Application.id == application.id,
            Application.state.in_(promises.UNANSWERED_YET),
            Application.late.is_(False),
        )
        .values(late=True)
        .execution_options(synchronize_session=False)
    )
    if done.rowcount != 1:  # type: ignore[attr-defined]
        return False
    session.refresh(application, ["late"])
    record(session, "application", application.public_id, "late", actor=SYSTEM)
    due = telling.moment(application.answer_due_at)
    closes = promises.closes_at(application.answer_due_at)
    telling.tell_organisation(
        session,
        application,
        "application.overdue",
        key=f"overdue:{application.public_id}",
        deadline=closes,
        due=due,
        closes=telling.moment(closes),
    )
    telling.tell_talent(
        session, application, "application.late", key=f"late:{application.public_id}", due=due
    )
    return True


def _close_unanswered(session: Session, limit: int) -> int:
    at = clock.now()
    # Ten working days are at least that many days; the calendar decides on the rest.
    earliest = at - timedelta(days=UNANSWERED_AFTER)
    rows = session.scalars(_waiting(limit).where(Application.answer_due_at < earliest)).all()
    closed = 0
    for application in rows:
        if promises.closes_at(application.answer_due_at) > at:
            continue
        try:
            moves.move(session, application, "unanswered", by=By.SYSTEM, actor=SYSTEM)
        except Conflict:  # answered in this moment
            continue
        closed += 1
    return closed


def run_due() -> int:
    """A round of the worker: close what is due; returns how many rows changed."""
    with unit_of_work() as session:
        done = close_due(session)
    return done.late + done.unanswered + done.expired


def refresh_rates() -> int:
    """A round of the worker: answers older than 90 days leave the public rates."""
    with unit_of_work() as session:
        promises.refresh_all(session)
    return 0

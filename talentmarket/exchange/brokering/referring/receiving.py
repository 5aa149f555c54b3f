"""What firms sent to an employer, as the employer lists it: what waits for its answer first."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from talentmarket.exchange.brokering.referring.models import (
    Referral,
    ReferralClaim,
    ReferralState,
)
from talentmarket.members.models import Organisation

#: Rows of a page; all that waits is on the first one, up to `MOST`.
PAGE, MOST = 50, 300
_READ = (
    joinedload(Referral.job),
    joinedload(Referral.firm),
    joinedload(Referral.application),
)


@dataclass(frozen=True)
class Received:
    """A page of what came: `waiting` by clock, on the first page only; `rest` newest first, which
    `next_id` continues."""

    waiting: list[Referral]
    rest: list[Referral]
    next_id: int | None


def _waits() -> sa.ColumnElement[bool]:
    return sa.and_(Referral.state == ReferralState.SENT, Referral.claim == ReferralClaim.PENDING)


def waiting_count(employer_id: int) -> sa.Select[tuple[int]]:
    """How many wait for the employer to say whether the person is new to it: one number, for a
    statement of several."""
    return (
        sa.select(sa.func.count())
        .select_from(Referral)
        .where(Referral.employer_id == employer_id, _waits())
    )


def received(session: Session, employer: Organisation, *, before: int | None = None) -> Received:
    """What firms sent to the employer. `before`: the `next_id` of the page before."""
    sent = (
        sa.select(Referral)
        .options(*_READ)
        .where(Referral.employer_id == employer.id, Referral.sent_at.is_not(None))
    )
    first = sent.where(_waits()).order_by(Referral.answer_due_at, Referral.id).limit(MOST)
    waiting = [] if before is not None else list(session.scalars(first))
    rest = sent.where(sa.not_(_waits())).order_by(Referral.id.desc()).limit(PAGE + 1)
    if before is not None:
        rest = rest.where(Referral.id < before)
    rows = list(session.scalars(rest))
    return Received(waiting, rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None)

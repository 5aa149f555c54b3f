"""The columns of a firm's board, from asked to guaranteed, as expressions of the database.

A referral has a state of its own until it was sent; then its application and its placement say how
far it came. The board asks one question of all three: in which column, since when, until when.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from talentmarket.exchange.brokering.placing.models import Placement, PlacementState
from talentmarket.exchange.brokering.referring.models import (
    RUNNING,
    Referral,
    ReferralClaim,
    ReferralState,
)
from talentmarket.exchange.models.applications import ENDED, Application, ApplicationState

S, R, P = ApplicationState, ReferralState, PlacementState


class Column(StrEnum):
    """Where a referral stands on the board."""

    ASKED = "asked"
    INTERESTED = "interested"
    CONSENTED = "consented"
    SENT = "sent"  # with the employer, until an interview
    INTERVIEW = "interview"
    OFFER = "offer"  # made or accepted
    STARTED = "started"  # until the end of the guarantee
    GUARANTEED = "guaranteed"
    OVER = "over"  # declined, withdrawn, lapsed, refused, left: no column, asked for by name


#: The columns that are shown, in their order.
SHOWN = tuple(Column)[:-1]
#: States of the application that stand in a column of the board.
OF_APPLICATION: dict[Column, tuple[ApplicationState, ...]] = {
    Column.SENT: (S.SUBMITTED, S.VIEWED, S.SHORTLISTED),
    Column.INTERVIEW: (S.INTERVIEW,),
    Column.OFFER: (S.OFFER, S.ACCEPTED),
    Column.STARTED: (S.STARTED, S.CONFIRMED),
}
OF_PLACEMENT: dict[PlacementState, Column] = {
    P.IN_GUARANTEE: Column.STARTED,
    P.GUARANTEED: Column.GUARANTEED,
    P.LEFT: Column.OVER,
    P.REPLACED: Column.OVER,
    P.REFUNDED: Column.OVER,
    P.NOT_STARTED: Column.OVER,
}

_AGREED = sa.and_(Placement.state == P.AGREED, Application.state.not_in((S.STARTED, S.CONFIRMED)))


def joined() -> sa.Select[Any]:
    """Referrals beside their last placement and the application that counts: that of the placement
    (a claim may have revived by another one), else the one the referral opened."""
    last = (
        sa.select(sa.func.max(Placement.id))
        .where(Placement.referral_id == Referral.id)
        .correlate(Referral)
        .scalar_subquery()
    )
    application = sa.func.coalesce(Placement.application_id, Referral.application_id)
    return (
        sa.select(Referral.id)
        .outerjoin(Placement, Placement.id == last)
        .outerjoin(Application, Application.id == application)
    )


def column_at(at: datetime | sa.BindParameter[datetime]) -> sa.ColumnElement[str]:
    """The column of a row of :func:`joined`; what ran out before `at` is over."""
    by_placement = [(Placement.state == state, str(one)) for state, one in OF_PLACEMENT.items()]
    by_application = [
        (Application.state.in_(states), str(one)) for one, states in OF_APPLICATION.items()
    ]
    return sa.case(
        *by_placement,
        (_AGREED, str(Column.OFFER)),
        (Placement.state == P.AGREED, str(Column.STARTED)),
        (sa.and_(Referral.state.in_(RUNNING), Referral.expires_at <= at), str(Column.OVER)),
        *((Referral.state == state, str(state)) for state in RUNNING),
        (Referral.state != R.SENT, str(Column.OVER)),
        *by_application,
        else_=str(Column.OVER),
    )


def since() -> sa.ColumnElement[datetime]:
    """Since when it stands in its column."""
    return sa.case(
        (Referral.state == R.ASKED, Referral.asked_at),
        (Referral.state == R.INTERESTED, Referral.interested_at),
        (Referral.state == R.CONSENTED, Referral.consented_at),
        (Application.state.in_(OF_APPLICATION[Column.SENT]), Referral.sent_at),
        else_=sa.func.coalesce(Application.moved_at, Referral.ended_at, Referral.asked_at),
    )


def due() -> sa.ColumnElement[datetime | None]:
    """Until when the next answer or act is owed; none for what waits for a day (the guarantee)."""
    pending = sa.and_(Referral.state == R.SENT, Referral.claim == ReferralClaim.PENDING)
    return sa.case(
        (
            Referral.state == R.CONSENTED,
            sa.func.coalesce(Referral.reply_due_at, Referral.expires_at),
        ),
        (Referral.state.in_(RUNNING), Referral.expires_at),
        (sa.and_(pending, Application.state.not_in(ENDED)), Referral.answer_due_at),
        (Application.state.not_in(ENDED), Application.due_at),
        else_=sa.null(),
    )

"""Somebody who applied to a firm's posting waits for the firm: what it may read, and its clock."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from talentmarket.core import clock
from talentmarket.exchange import telling
from talentmarket.exchange.brokering.referring import asking, consenting
from talentmarket.exchange.brokering.referring.models import (
    Referral,
    ReferralSnapshot,
    ReferralState,
)

#: Before the reply time of the firm ends it is reminded.
REMIND_BEFORE = timedelta(hours=24)


def is_late(referral: Referral) -> bool:
    """Whether the firm let its reply time pass."""
    due = referral.reply_due_at
    return referral.state is ReferralState.CONSENTED and due is not None and due <= clock.now()


def seen_by_firm(session: Session, referral: Referral) -> ReferralSnapshot | None:
    """What the firm may read of a person who applied to its posting: the frozen profile, while the
    consent stands and the firm still has to do with it."""
    if referral.state not in (ReferralState.CONSENTED, ReferralState.SENT):
        return None
    frozen = referral.frozen
    if frozen is None or frozen.erased_at is not None:
        return None
    return frozen if consenting.standing(session, referral, referral.firm) else None


def remind_due(session: Session, limit: int = 500) -> int:
    """Remind firms whose reply time ends within a day; tell both sides once it is over. Returns how
    many were told."""
    at = clock.now()
    due = session.scalars(
        sa.select(Referral)
        .options(*asking.WHOLE)
        .where(
            Referral.state == ReferralState.CONSENTED,
            Referral.reply_due_at <= at + REMIND_BEFORE,
        )
        .order_by(Referral.reply_due_at.desc())
        .limit(limit)
    ).all()
    told = 0
    for referral in due:
        key = referral.public_id
        if not is_late(referral):
            told += tell_firm(session, referral, "referral.reply_due", f"reply-due:{key}")
        elif tell_firm(session, referral, "referral.reply_over", f"reply-over:{key}"):
            asking.tell_person(session, referral, "referral.reply_late")
            told += 1
    return told


def tell_firm(session: Session, referral: Referral, code: str, key: str) -> bool:
    """Tell the firm under `key`, with the end of its reply time. False when it was told before."""
    due = referral.reply_due_at
    return asking.tell_firm(session, referral, code, key=key, deadline=due, due=telling.moment(due))

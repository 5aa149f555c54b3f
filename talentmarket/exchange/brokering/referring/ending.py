"""How an asking ends before it was sent: recalled or refused by the firm, or by time.

What the person had agreed to ends with it: what it was given for is over (个人信息保护法 art. 47).
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from talentmarket.core import clock
from talentmarket.core.events import SYSTEM, Actor
from talentmarket.exchange import telling
from talentmarket.exchange.brokering.referring import consenting
from talentmarket.exchange.brokering.referring.asking import WHOLE, tell_firm, tell_person
from talentmarket.exchange.brokering.referring.models import RUNNING, Referral, ReferralState
from talentmarket.exchange.brokering.referring.moves import advance
from talentmarket.exchange.refusals import Refusal
from talentmarket.exchange.stages import By


def recall(session: Session, referral: Referral, *, actor: Actor) -> None:
    """Take back what was asked and not sent; the person is told."""
    at = clock.now()
    advance(session, referral, "recall", By.ORGANISATION, actor, ended_at=at)
    consenting.end(session, referral, at)
    tell_person(session, referral, "referral.recalled")


def refuse(session: Session, referral: Referral, refusal: Refusal, *, actor: Actor) -> None:
    """The firm does not forward a person who agreed, and says why; the person reads all of it."""
    at = clock.now()
    advance(
        session,
        referral,
        "refuse",
        By.ORGANISATION,
        actor,
        ended_at=at,
        refusal=refusal.reason,
        refusal_requirement=refusal.requirement,
        refusal_text=refusal.text,
    )
    consenting.end(session, referral, at)
    reason = telling.word_of("end_reason", refusal.reason)
    tell_person(session, referral, "referral.refused", reason=reason)


def lapse_due(session: Session, limit: int = 500) -> int:
    """End what was asked and whose time has run out; returns how many. Who had agreed is told."""
    due = session.scalars(
        sa.select(Referral)
        .options(*WHOLE)
        .where(Referral.state.in_(RUNNING), Referral.expires_at <= clock.now())
        .order_by(Referral.expires_at)
        .limit(limit)
    ).all()
    for referral in due:
        agreed, at = referral.state is ReferralState.CONSENTED, clock.now()
        advance(session, referral, "lapse", By.SYSTEM, SYSTEM, ended_at=at)
        consenting.end(session, referral, at)
        if agreed:
            tell_person(session, referral, "referral.not_sent")
            tell_firm(session, referral, "referral.missed")
    return len(due)

"""Whom an organisation leaves alone: who said no to it, to an invitation or to a firm's question
whether it may recommend them, in the last 90 days. One no holds for both ways of asking."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from talentmarket.core import clock
from talentmarket.exchange.brokering.referring.models import Referral, ReferralState
from talentmarket.exchange.models import Invitation, InvitationState
from talentmarket.exchange.stages import DECLINE_REST_DAYS
from talentmarket.members.models import Organisation, Talent


def resting_talents(organisation: Organisation) -> sa.Select[tuple[int]]:
    """A query for the keys of the talents that this organisation may not ask again yet."""
    since = clock.now() - timedelta(days=DECLINE_REST_DAYS)
    invited = sa.select(Invitation.talent_id).where(
        Invitation.organisation_id == organisation.id,
        Invitation.state == InvitationState.DECLINED,
        Invitation.answered_at > since,
    )
    asked = sa.select(Referral.talent_id).where(
        Referral.firm_id == organisation.id,
        Referral.state == ReferralState.DECLINED,
        Referral.ended_at > since,
    )
    return sa.select(sa.union_all(invited, asked).subquery().c.talent_id)


def is_resting(session: Session, organisation: Organisation, talent: Talent) -> bool:
    """Whether the person said no to this organisation in the last 90 days."""
    return (
        session.scalar(sa.select(sa.literal(talent.id).in_(resting_talents(organisation)))) is True
    )

"""What had begun between a person and an employer before the person blocked it.

A block takes nothing back that the person gave by applying: that is a step of their own, and they
are told what is left to take.
"""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from talentmarket.core import clock
from talentmarket.exchange.brokering.referring.models import Referral, ReferralState
from talentmarket.exchange.models import Application, Invitation
from talentmarket.exchange.models.applications import ENDED
from talentmarket.members.blocks import is_blocked
from talentmarket.members.models import Organisation, Talent


@dataclass(frozen=True)
class Begun:
    """Applications that run, invitations that wait and consents to be referred that stand, with
    organisations a block binds."""

    applications: tuple[Application, ...] = ()
    invitations: tuple[Invitation, ...] = ()
    referrals: tuple[Referral, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.applications or self.invitations or self.referrals)


def begun(session: Session, talent: Talent) -> Begun:
    """What runs on with those the person blocks, and with whoever acts for them; newest first."""
    if not talent.blocks:
        return Begun()
    running = session.scalars(
        sa.select(Application)
        .options(joinedload(Application.job), joinedload(Application.organisation))
        .where(Application.talent_id == talent.id, Application.state.not_in(ENDED))
        .order_by(Application.id.desc())
    ).all()
    waiting = session.scalars(
        sa.select(Invitation)
        .options(joinedload(Invitation.job), joinedload(Invitation.organisation))
        .where(
            Invitation.talent_id == talent.id,
            Invitation.state.in_(("sent", "seen")),
            Invitation.expires_at > clock.now(),
        )
        .order_by(Invitation.id.desc())
    ).all()
    given = session.scalars(
        sa.select(Referral)
        .options(joinedload(Referral.job), joinedload(Referral.firm), joinedload(Referral.employer))
        .where(
            Referral.talent_id == talent.id,
            Referral.state.in_((ReferralState.CONSENTED, ReferralState.SENT)),
            Referral.consent_until >= clock.today(),
        )
        .order_by(Referral.id.desc())
    ).all()
    organisations: dict[int, Organisation] = {
        **{one.organisation_id: one.organisation for one in running},
        **{one.organisation_id: one.organisation for one in waiting},
        **{one.firm_id: one.firm for one in given},
        **{one.employer_id: one.employer for one in given},
    }
    bound = {key for key, one in organisations.items() if is_blocked(session, talent, one)}
    return Begun(
        tuple(one for one in running if one.organisation_id in bound),
        tuple(one for one in waiting if one.organisation_id in bound),
        tuple(one for one in given if {one.firm_id, one.employer_id} & bound),
    )

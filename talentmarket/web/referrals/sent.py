"""Referrals as the employer of the address finds them."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from talentmarket.core.errors import NotFound
from talentmarket.exchange.brokering.referring.models import Referral
from talentmarket.web.org_desk import common


def sent_to(session: Session, org: str, referral_id: str) -> Referral:
    """A referral that was sent to this employer. Raises NotFound for any other."""
    employer = common.organisation_of(session, org)
    found = session.scalar(
        sa.select(Referral)
        .options(
            joinedload(Referral.job),
            joinedload(Referral.firm),
            joinedload(Referral.employer),
            joinedload(Referral.talent),
            joinedload(Referral.application),
        )
        .where(
            Referral.public_id == referral_id,
            Referral.employer_id == employer.id,
            Referral.sent_at.is_not(None),
        )
    )
    if found is None:
        raise NotFound()
    return found

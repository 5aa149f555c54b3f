"""Whether an offer wants its terms first: a firm has a claim on the person."""

from __future__ import annotations

from sqlalchemy.orm import Session

from talentmarket.exchange.brokering import offers, sending
from talentmarket.exchange.models import ApplicationRoute
from talentmarket.web.org_desk import common


def wants_terms(session: Session, org: str, application_id: str) -> bool:
    """Whether the terms of an offer have to be written down before it can be made."""
    application = common.application_of(session, org, application_id)
    if offers.current(session, application) is not None:
        return False
    if application.route is ApplicationRoute.REFERRAL:
        return True
    return sending.claim_on(session, application.talent, application.job) is not None

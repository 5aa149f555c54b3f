"""What the tests of organisations share."""

from __future__ import annotations

import sqlalchemy as sa

from talentmarket.core.events import Actor
from talentmarket.core.uow import unit_of_work
from talentmarket.members.models import Organisation
from talentmarket.notices.models import Notice

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def actor_of(account, organisation=None):
    return Actor(account.public_id, organisation.public_id if organisation else None)


def inside(organisation, act):
    """Do `act` in a unit of its own, on the organisation as it is there."""
    with unit_of_work() as unit:
        return act(unit, unit.get_one(Organisation, organisation.id))


def codes(session, account):
    query = sa.select(Notice.code).where(Notice.account_id == account.id).order_by(Notice.id)
    return list(session.scalars(query))

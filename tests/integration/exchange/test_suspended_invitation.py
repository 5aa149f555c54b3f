"""An invitation of a suspended firm: refused with a word on why, nothing changed, good again after."""

from __future__ import annotations

import sqlalchemy as sa

from talentmarket.alliance import suspension
from talentmarket.core.events import Actor
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.models import Application, Invitation, InvitationState, Snapshot
from talentmarket.members import cards
from talentmarket.members.models import Organisation, Talent
from tests.integration.exchange.steps import apply, text


def test_a_suspended_firms_invitation_is_not_accepted(session, people):
    card = cards.card_of(session.get_one(Talent, people.talent.id), people.org)
    path = f"/org/{people.org}/invitations/new"
    people.desk.post(path, data={"card": card, "job": people.job.public_id})
    invitation = session.scalars(sa.select(Invitation)).one()
    address = f"/me/invitations/{invitation.public_id}"
    assert "接受并申请" in text(people.person.get(address))
    with unit_of_work() as unit:
        own = unit.get_one(Organisation, people.organisation.id)
        suspension.suspend(unit, own, "untrue", "营业执照系伪造。", actor=Actor())
    page = text(people.person.get(address))
    assert "邀请您的单位已被停用" in page
    assert "接受并申请" not in page

    sent = people.person.post(
        f"/jobs/{people.job.public_id}/apply",
        data={"contact_when": "now", "invitation": invitation.public_id, "note": "您好"},
    )
    assert sent.status_code == 409
    assert "这个单位已被停用，现在不能申请它的岗位。" in sent.get_data(as_text=True)
    assert session.scalars(sa.select(Invitation)).one().state is InvitationState.SEEN
    assert session.scalar(sa.select(sa.func.count()).select_from(Application)) == 0
    assert session.scalar(sa.select(sa.func.count()).select_from(Snapshot)) == 0

    with unit_of_work() as unit:
        suspension.lift(unit, unit.get_one(Organisation, people.organisation.id), actor=Actor())
    apply(people, invitation=invitation.public_id)
    assert session.scalars(sa.select(Invitation)).one().state is InvitationState.ACCEPTED

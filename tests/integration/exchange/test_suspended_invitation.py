"""What a suspended firm began with a person rests: nothing is given to it, and it is good again after."""

from __future__ import annotations

import sqlalchemy as sa

from talentmarket.alliance import suspension
from talentmarket.core.events import Actor
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.models import (
    Application,
    Invitation,
    InvitationState,
    Message,
    Snapshot,
)
from talentmarket.members import cards
from talentmarket.members.models import Consent, ConsentKind, Organisation, Talent
from tests.integration.exchange.steps import apply, move, propose, text


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


def test_an_application_rests_while_its_firm_is_suspended(session, people):
    key = apply(people)
    move(people, key, "shortlist")
    propose(people, key)
    own = f"/me/applications/{key}"
    page = text(people.person.get(own))
    assert "接受，开放电话和邮箱" in page
    assert f"{own}/messages" in page
    with unit_of_work() as unit:
        row = unit.get_one(Organisation, people.organisation.id)
        suspension.suspend(unit, row, "untrue", "营业执照系伪造。", actor=Actor())

    page = text(people.person.get(own))
    assert "这家单位已被停用。" in page
    assert "接受，开放电话和邮箱" not in page
    assert f"{own}/messages" not in page
    assert "单位已停用" in text(people.person.get("/me/applications"))
    accepted = people.person.post(f"{own}/interview", data={"answer": "accept", "sequence": 0})
    assert accepted.status_code == 302
    said = people.person.post(f"{own}/messages", data={"text": "您好"})
    assert "现在看不到您的申请" in text(said, 422)
    given = sa.select(sa.func.count()).where(Consent.kind == ConsentKind.CONTACT)
    assert session.scalar(given) == 0, "no contact is given to whom the office put out"
    assert session.scalar(sa.select(sa.func.count()).select_from(Message)) == 0

    with unit_of_work() as unit:
        suspension.lift(unit, unit.get_one(Organisation, people.organisation.id), actor=Actor())
    people.person.post(f"{own}/interview", data={"answer": "accept", "sequence": 0})
    assert session.scalar(given) == 1

"""A consultant's desk changes hands whole; who keeps the books sees no contact."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from talentmarket.core.errors import Conflict, Forbidden
from talentmarket.core.events import Actor, Event
from talentmarket.core.roles import OrgRole
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.brokering import desks
from talentmarket.exchange.brokering.joining.models import Joining
from talentmarket.exchange.brokering.mandating.models import Mandate
from talentmarket.exchange.brokering.referring import asking
from talentmarket.members import memberships
from talentmarket.members.models import Membership
from talentmarket.notices.models import Notice
from tests.factories import make_account, make_job, make_member, make_organisation, make_talent
from tests.factories.brokering import make_joined, make_mandate
from tests.integration.exchange.referring import Parties, now
from tests.integration.exchange.test_placements import Hire


@pytest.fixture
def parties(session):
    found = Parties()
    found.owner = make_member(found.firm, OrgRole.OWNER, make_account("机构负责人"))
    found.taker = make_member(found.firm, OrgRole.CONSULTANT, make_account("接手的顾问"))
    return found


def hand(parties, giver, taker):
    with unit_of_work() as session:
        return desks.hand_over(
            session,
            parties.firm,
            giver.public_id if giver else "",
            taker.public_id,
            actor=Actor(parties.owner.public_id, parties.firm.public_id),
        )


def told(session, code):
    session.expire_all()
    return set(session.scalars(sa.select(Notice.account_id).where(Notice.code == code)))


def test_everything_in_work_goes_and_what_is_over_stays(session, parties):
    sent = parties.sent()
    parties.talent = make_talent()
    asked = parties.ask()
    parties.talent = make_talent()
    over = parties.ask()
    parties._does(asking.decline, over)
    elsewhere = make_mandate(make_organisation(kind="hr_firm"), make_job(parties.employer))
    joining = make_joined(elsewhere, parties.firm, parties.consultant)
    handed = hand(parties, parties.consultant, parties.taker)
    assert handed == desks.Handed(mandates=1, referrals=2, joinings=1, people=0)
    session.expire_all()
    assert session.get_one(Mandate, parties.mandate.id).consultant_id == parties.taker.id
    assert session.get_one(Joining, joining.id).consultant_id == parties.taker.id
    assert {now(session, one).consultant_id for one in (sent, asked)} == {parties.taker.id}
    assert now(session, over).consultant_id == parties.consultant.id
    assert told(session, "desk.taken") == {parties.taker.id}
    assert told(session, "desk.given") == {parties.consultant.id}
    assert told(session, "desk.changed") == {parties.recruiter.id}
    (event,) = session.scalars(sa.select(Event).where(Event.verb == "hand_over_desk")).all()
    assert event.data["taker"] == parties.taker.public_id
    assert "顾问" not in str(event.data), "ids and numbers only"
    with pytest.raises(Conflict):
        hand(parties, parties.consultant, parties.taker)


def test_who_has_left_is_relieved_and_a_viewer_takes_nothing(session, parties):
    with unit_of_work() as unit:
        row = unit.scalars(
            sa.select(Membership).where(Membership.account_id == parties.consultant.id)
        ).one()
        row.removed_at = row.joined_at
    viewer = make_member(parties.firm, OrgRole.VIEWER, make_account("只看的人"))
    with pytest.raises(Forbidden):
        hand(parties, parties.consultant, viewer)
    assert hand(parties, parties.consultant, parties.taker).mandates == 1
    assert told(session, "desk.given") == set(), "who has left reads nothing more of the firm"
    members = memberships.members_of(session, parties.firm)
    assert parties.consultant.id not in {one.account_id for one in members}


def test_the_page(session, parties, make_client):
    owner = make_client(parties.owner)
    path = f"/org/{parties.firm.public_id}/mandates/hand-over"
    assert "顾问" in owner.get(path).get_data(as_text=True)
    values = {"giver": parties.consultant.public_id, "taker": parties.taker.public_id}
    assert owner.post(path, data=values).status_code == 302
    again = owner.post(path, data=values, follow_redirects=True)
    assert "没有未结束的工作" in again.get_data(as_text=True)
    assert make_client(parties.taker).get(path).status_code == 403


@pytest.mark.parametrize("role", [OrgRole.FINANCE, OrgRole.VIEWER])
def test_finance_and_viewers_read_placements_without_a_contact(session, parties, make_client, role):
    hire = Hire(parties).started()
    placement = hire.placement(session)
    reader = make_client(make_member(parties.firm, role, make_account("读者")))
    at = f"/org/{parties.firm.public_id}"
    page = reader.get(f"{at}/placements/{placement.public_id}")
    assert page.status_code == 200
    text = page.get_data(as_text=True)
    assert parties.talent.account.name not in text
    assert reader.get(f"{at}/placements").status_code == 200
    fees = reader.get(f"{at}/fees").status_code
    assert fees == (200 if role is OrgRole.FINANCE else 403)
    closed = (f"/referrals/{hire.referral.public_id}", "/talents", "/people", "/referrals/new")
    for path in closed:
        assert reader.get(at + path).status_code in (403, 308), path
    for path in (
        f"/placements/{placement.public_id}/leave",
        f"/mandates/{parties.mandate.public_id}/move",
    ):
        assert reader.post(at + path).status_code == 403, path

"""The shortlist of a mandate: the firm's own people by the match, and people of the exchange."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from talentmarket.core import clock as core_clock
from talentmarket.core.errors import NotFound
from talentmarket.core.events import Actor
from talentmarket.core.outbox import changed
from talentmarket.core.uow import unit_of_work
from talentmarket.discovery import shortlist
from talentmarket.discovery.talents import purposes
from talentmarket.exchange.brokering.mandating.models import Mandate, MandateState
from talentmarket.exchange.brokering.people import asking as askable
from talentmarket.exchange.brokering.people.models import FirmPerson
from talentmarket.exchange.brokering.referring import asking
from talentmarket.exchange.brokering.referring.models import Referral
from talentmarket.exchange.models import Channel, Entrustment, EntrustmentState, Job
from talentmarket.matching.service import score_snapshots
from talentmarket.matching.weights import State
from talentmarket.members.cards import card_of
from talentmarket.members.models import Account, Organisation, Talent, Visibility
from tests.factories import block_of, make_job, make_organisation, make_talent
from tests.factories.book import make_person, with_skills
from tests.integration.exchange.referring import Parties


@pytest.fixture
def parties(session):
    return Parties()


def linked(firm, talent, **changes):
    """A record of somebody who joined."""
    person = make_person(firm, phone="", mail=f"t{talent.id}@example.cn", **changes)
    with unit_of_work() as unit:
        row = unit.get_one(FirmPerson, person.id)
        row.account_id, row.accepted_at = talent.account_id, row.created_at
    return person


def own(session, parties, **values):
    session.expire_all()
    firm, mandate, job = _rows(session, parties)
    return shortlist.own_people(session, firm, mandate, job, **values)


def _rows(session, parties):
    return (
        session.get_one(Organisation, parties.firm.id),
        session.get_one(Mandate, parties.mandate.id),
        session.get_one(Job, parties.job.id),
    )


def ids(found):
    return [row.person.public_id for row in found.rows]


def test_people_of_the_book_are_ranked_by_the_rules_of_every_score(session, parties):
    asked = [row.skill_id for row in parties.job.skills]
    some = make_person(parties.firm, name="甲", skills=with_skills(asked[0]))
    most = make_person(parties.firm, name="乙", skills=with_skills(*asked))
    nothing = make_person(parties.firm, name="丙")
    found = own(session, parties)
    assert ids(found) == [most.public_id, some.public_id, nothing.public_id]
    assert (found.total, found.unranked) == (3, 1)
    totals = [row.match.total if row.match else None for row in found.rows]
    assert totals[0] > totals[1]
    assert totals[2] is None, "too little is known: no score, never agreement"
    job = session.get_one(Job, parties.job.id)
    again = score_snapshots(job, {"x": most.profile})["x"]
    assert again.total == totals[0]
    unknown = {one.row.key for one in found.rows[0].match.rows if one.row.state is State.UNKNOWN}
    assert unknown, "what the record does not say is unknown"
    assert all(
        one.points == 0 for one in found.rows[0].match.rows if one.row.state is State.UNKNOWN
    )


def test_another_firms_people_are_in_no_list(session, parties):
    other = Parties()
    make_person(other.firm, skills=with_skills("spark"))
    assert own(session, parties).rows == ()


def test_a_block_of_the_employer_binds_the_firm(session, parties):
    blocking = linked(parties.firm, parties.talent, skills=with_skills("spark"))
    assert ids(own(session, parties)) == [blocking.public_id]
    parties.block()
    found = own(session, parties)
    assert (ids(found), found.total, found.failing) == ([], 0, 0)
    firm, mandate, job = _rows(session, parties)
    person = session.get_one(FirmPerson, blocking.id)
    with pytest.raises(NotFound):
        shortlist.pair(session, firm, mandate, job, person)


def test_a_block_of_an_employer_the_firm_does_not_act_for_binds_nobody(session, parties):
    sister = make_organisation()
    with unit_of_work() as unit:
        unit.add(block_of(parties.talent, sister))
    person = linked(parties.firm, parties.talent, skills=with_skills("spark"))
    assert ids(own(session, parties)) == [person.public_id]


def test_whoever_cannot_be_asked_is_not_there_whatever_the_reason(session, parties):
    person = linked(parties.firm, parties.talent, skills=with_skills("spark"))
    referral = parties.ask()
    row = own(session, parties).rows[0]
    assert row.referral == referral.public_id
    with unit_of_work() as unit:
        asking.decline(unit, unit.get_one(Referral, referral.id), actor=Actor("person"))
    assert ids(own(session, parties)) == []
    assert person.public_id


def test_who_switched_ranking_off_stands_unranked(session, parties):
    person = linked(parties.firm, parties.talent, skills=with_skills("spark"))
    with unit_of_work() as unit:
        unit.get_one(Account, parties.talent.account_id).personal_ranking = False
    found = own(session, parties)
    assert ids(found) == [person.public_id]
    assert (found.rows[0].match, found.unranked) == (None, 1)


def test_only_those_whose_card_is_open_can_be_asked(session, parties):
    linked(parties.firm, parties.talent)
    assert own(session, parties).rows[0].may_be_asked
    with unit_of_work() as unit:
        unit.get_one(Talent, parties.talent.id).visibility = Visibility.PRIVATE
    row = own(session, parties).rows[0]
    assert not row.may_be_asked
    assert row.talent is not None


def test_people_of_the_exchange_stand_beside_them_once(session, parties, drain):
    other, mine = make_talent(), parties.talent
    linked(parties.firm, mine)
    blocking = make_talent()
    with unit_of_work() as unit:
        unit.add(block_of(blocking, parties.employer))
        changed(unit, "talent", other.public_id, mine.public_id, blocking.public_id)
    drain()
    session.expire_all()
    found, answered = shortlist.others(session, *_rows(session, parties))
    assert answered
    assert [one.talent.public_id for one in found] == [other.public_id]
    assert found[0].card == card_of(other, parties.firm.public_id)


def test_the_pages(session, parties, make_client):
    desk = make_client(parties.consultant)
    at = f"/org/{parties.firm.public_id}/people"
    asked = [row.skill_id for row in parties.job.skills]
    person = make_person(parties.firm, skills=with_skills(*asked))
    joined = linked(parties.firm, parties.talent, name="覃牧", skills=with_skills("spark"))
    address = f"{at}/for/{parties.mandate.public_id}"
    page = desk.get(address).get_data(as_text=True)
    for said in ("白露晞", "覃牧", "先邀请加入", "询问", "人选名单"):
        assert said in page, said
    card = card_of(parties.talent, parties.firm.public_id)
    assert f"referrals/new?card={card}" in page
    beside = desk.get(f"{at}/{person.public_id}/for/{parties.mandate.public_id}")
    assert "逐项要求" in beside.get_data(as_text=True)
    assert make_client(Parties().consultant).get(address).status_code == 404
    other = Parties()
    theirs = f"{at}/for/{other.mandate.public_id}"
    assert desk.get(theirs).status_code == 404, "only for a mandate of the firm's own"
    with unit_of_work() as unit:
        unit.get_one(Mandate, parties.mandate.id).state = MandateState.PAUSED
    page = desk.get(address).get_data(as_text=True)
    assert "没有生效" in page
    assert "白露晞" not in page
    pair = f"{at}/{joined.public_id}/for/{parties.mandate.public_id}"
    assert desk.get(pair).status_code == 409


def test_without_a_licence_nobody_is_asked_from_it(session, parties, make_client):
    linked(parties.firm, parties.talent, skills=with_skills("spark"))
    with unit_of_work() as unit:
        unit.execute(sa.text("DELETE FROM licences"))
    desk = make_client(parties.consultant)
    address = f"/org/{parties.firm.public_id}/people/for/{parties.mandate.public_id}"
    page = desk.get(address).get_data(as_text=True)
    assert "人才库只读" in page
    assert "referrals/new" not in page
    assert "平台上的人才" not in page


def test_people_of_the_exchange_are_opened_for_a_mandate_alone(session, parties):
    """A firm's posting for an employer is no purpose without a mandate that runs."""
    posting = make_job(parties.firm, channel=Channel.AGENCY)
    own_hire = make_job(parties.firm)

    def named():
        session.expire_all()
        firm = session.get_one(Organisation, parties.firm.id)
        return set(session.scalars(purposes(firm)))

    assert {one.id for one in named()} == {own_hire.id, parties.job.id}
    letter = _letter(parties)
    with unit_of_work() as unit:
        unit.get_one(Job, posting.id).entrustment_id = letter
        unit.get_one(Mandate, parties.mandate.id).entrustment_id = letter
    assert {one.id for one in named()} == {own_hire.id, parties.job.id, posting.id}
    with unit_of_work() as unit:
        unit.get_one(Mandate, parties.mandate.id).state = MandateState.PAUSED
    assert {one.id for one in named()} == {own_hire.id}
    with unit_of_work() as unit:
        row = unit.get_one(Mandate, parties.mandate.id)
        row.state, row.valid_until = MandateState.ACTIVE, core_clock.today() - timedelta(days=1)
    assert {one.id for one in named()} == {own_hire.id}


def _letter(parties):
    with unit_of_work() as unit:
        row = Entrustment(
            organisation_id=parties.firm.id,
            client_id=parties.employer.id,
            client_name=parties.employer.name,
            client_uscc=parties.employer.uscc,
            valid_until=core_clock.today() + timedelta(days=90),
            state=EntrustmentState.ACCEPTED,
            submitted_at=core_clock.now(),
        )
        unit.add(row)
        unit.flush()
        return row.id


def test_of_a_large_book_those_changed_last_are_ranked_and_it_is_said(
    session, clock, parties, make_client, monkeypatch
):
    monkeypatch.setattr(askable, "MOST_RANKED", 2)
    for name in ("甲", "乙", "丙"):
        clock.advance(minutes=1)
        make_person(parties.firm, name=name, skills=with_skills("spark"))
    found = own(session, parties)
    assert sorted(row.person.name for row in found.rows) == ["丙", "乙"]
    assert not found.whole
    address = f"/org/{parties.firm.public_id}/people/for/{parties.mandate.public_id}"
    page = make_client(parties.consultant).get(address).get_data(as_text=True)
    assert "只排列最近更新的 2 条" in page

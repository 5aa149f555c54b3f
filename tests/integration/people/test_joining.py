"""Inviting people of the book, and what they answer."""

from __future__ import annotations

import json

import pytest
import sqlalchemy as sa

from talentmarket.core.errors import Conflict, Forbidden, Invalid, NotFound, TooMany
from talentmarket.core.events import Actor
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.brokering.people import book, inviting, joining
from talentmarket.exchange.brokering.people.models import (
    FirmInvitation,
    FirmPerson,
    FirmRefusal,
)
from talentmarket.members import privacy, takeout
from talentmarket.members.identifiers import hold
from talentmarket.members.identities import identify
from talentmarket.members.models import Account, Talent
from talentmarket.notices.models import Channel, Delivery, Notice
from talentmarket.notices.texts import render
from tests.factories import make_account
from tests.factories.book import invite, make_person
from tests.factories.mandates import make_firm


@pytest.fixture
def firm(session):
    return make_firm()


@pytest.fixture
def person(firm):
    return make_person(firm.organisation, firm.consultant)


def holder_of(value, name="白露晞"):
    account = make_account(name)
    with unit_of_work() as session:
        assert hold(session, session.get_one(Account, account.id), identify(value))
    return account


def accept(token, account):
    with unit_of_work() as session:
        row = session.get_one(Account, account.id)
        joining.accept(session, token, row, actor=Actor(account.public_id))


def now(session, person):
    session.expire_all()
    return session.get(FirmPerson, person.id)


def test_the_invitation_says_who_where_from_and_how_to_refuse(session, firm, person):
    token = invite(person, firm.consultant)
    sent = session.scalars(sa.select(Delivery)).one()
    assert (sent.channel, sent.receiver) == (Channel.SMS, "+8613800004417")
    for locale, refusal in (("zh", "不再邀请"), ("en", "No more invitations")):
        said = render("firm_people.invited", json.loads(sent.arguments), locale).body
        for part in (firm.organisation.name, "校园招聘会", token, refusal):
            assert part in said


def test_accepting_links_the_account_and_works_once(session, firm, person):
    token = invite(person, firm.consultant)
    account = holder_of("13800004417")
    accept(token, account)
    row = now(session, person)
    assert row.account_id == account.id
    assert session.scalars(sa.select(Talent).where(Talent.account_id == account.id)).one()
    told = session.scalars(sa.select(Notice).where(Notice.account_id == firm.consultant.id)).all()
    assert [one.code for one in told] == ["firm_people.accepted"]
    with pytest.raises(NotFound):
        accept(token, account)
    with pytest.raises(Conflict):
        invite(person, firm.consultant)


def test_a_link_that_was_passed_on_links_nobody_else(session, firm, person):
    token = invite(person, firm.consultant)
    with pytest.raises(Forbidden):
        accept(token, holder_of("13911112222", "别人"))
    assert now(session, person).account_id is None
    accept(token, holder_of("luxi@example.cn"))
    assert now(session, person).account_id is not None, "the address of the record does as well"


def test_a_link_ends_after_two_weeks_and_when_it_is_taken_back(session, clock, firm, person):
    token = invite(person, firm.consultant)
    with pytest.raises(Conflict):
        invite(person, firm.consultant)
    with unit_of_work() as unit:
        inviting.revoke(unit, unit.get_one(FirmPerson, person.id), actor=firm.actor)
    with pytest.raises(NotFound):
        inviting.find_link(session, token)
    assert session.scalars(sa.select(Delivery)).all() == [], "what had not left does not"
    token = invite(person, firm.consultant)
    clock.advance(days=14, seconds=1)
    with pytest.raises(NotFound):
        inviting.find_link(session, token)


@pytest.mark.parametrize("delete", [False, True])
def test_a_refusal_holds_whatever_becomes_of_the_record(session, firm, person, delete):
    token = invite(person, firm.consultant)
    with unit_of_work() as unit:
        inviting.refuse(unit, token, delete=delete)
    assert (now(session, person) is None) is delete
    with pytest.raises(NotFound):
        inviting.find_link(session, token)
    if not delete:
        with pytest.raises(Conflict):
            invite(person, firm.consultant)
        with unit_of_work() as unit:
            book.remove(unit, unit.get_one(FirmPerson, person.id), "by_firm", actor=firm.actor)
    with pytest.raises(Conflict):
        make_person(firm.organisation, mail="")
    with pytest.raises(Conflict):
        make_person(firm.organisation, phone="")
    other = make_firm()
    assert invite(make_person(other.organisation), other.consultant), "it binds this firm alone"
    refused = session.scalars(sa.select(FirmRefusal)).all()
    assert len(refused) == 2
    assert all("4417" not in one.digest for one in refused)


def test_no_mass_mail(session, clock, firm):
    for number in range(inviting.DAILY):
        one = make_person(firm.organisation, phone=f"138{number:08d}", mail="")
        invite(one, firm.consultant)
    one_more = make_person(firm.organisation, phone="13900000001", mail="")
    with pytest.raises(TooMany):
        invite(one_more, firm.consultant)
    clock.advance(days=1)
    assert invite(one_more, firm.consultant)


def test_one_receiver_gets_two_a_day_of_all_firms(session):
    firms = [make_firm() for _ in range(3)]
    people = [make_person(one.organisation, one.consultant) for one in firms]
    for firm, person in list(zip(firms, people, strict=True))[:2]:
        invite(person, firm.consultant)
    with pytest.raises(TooMany):
        invite(people[2], firms[2].consultant)


def test_one_firm_asks_three_times_in_half_a_year_whatever_the_record(session, clock, firm):
    for _ in range(inviting.MOST_IN_HALF_A_YEAR):
        person = make_person(firm.organisation, mail="")
        invite(person, firm.consultant)
        clock.advance(days=15)
    with pytest.raises(Conflict) as caught:
        invite(person, firm.consultant)
    assert caught.value.code == "invited-enough"
    with pytest.raises(Conflict):
        invite(make_person(firm.organisation, mail=""), firm.consultant)
    clock.advance(days=184)
    assert invite(person, firm.consultant)


def test_a_record_without_a_source_or_a_way_is_not_invited(session, firm):
    for changes in ({"source": ""}, {"basis": None}, {"obtained_on": None}):
        with pytest.raises(Invalid):
            invite(make_person(firm.organisation, **changes), firm.consultant)
    with pytest.raises(Invalid):
        invite(make_person(firm.organisation, phone="", mail=""), firm.consultant)


def test_without_a_licence_nobody_is_invited(session, firm, person):
    with unit_of_work() as unit:
        unit.execute(sa.text("DELETE FROM licences"))
    with pytest.raises(Forbidden):
        invite(person, firm.consultant)
    assert session.scalars(sa.select(FirmInvitation)).all() == []


def test_the_person_sees_takes_along_and_deletes_what_the_firm_holds(session, firm, person):
    account = holder_of("13800004417")
    accept(invite(person, firm.consultant), account)
    session.expire_all()
    own = session.get_one(Account, account.id)
    held = takeout.collect(session, own)["firm_records"][0]
    assert held["firm"] == firm.organisation.name
    assert (held["name"], held["phone"], held["source"]) == (
        *("白露晞", "+8613800004417", "校园招聘会"),
    )
    assert "note" not in held
    with pytest.raises(NotFound):
        joining.own(session, make_account("别人"), person.public_id)
    with unit_of_work() as unit:
        own = unit.get_one(Account, account.id)
        row = joining.own(unit, own, person.public_id)
        joining.have_deleted(unit, row, actor=Actor(account.public_id))
    assert now(session, person) is None
    with pytest.raises(Conflict):
        make_person(firm.organisation)


def test_erasing_the_account_takes_the_linked_records_along(session, firm, person):
    account = holder_of("13800004417")
    accept(invite(person, firm.consultant), account)
    unlinked = make_person(make_firm().organisation)
    with unit_of_work() as unit:
        privacy.erase(unit, unit.get_one(Account, account.id), actor=Actor(account.public_id))
    assert now(session, person) is None
    assert now(session, unlinked) is not None, "a book nobody linked is its firm's alone"
    assert session.scalars(sa.select(FirmInvitation)).all() == []


def test_one_account_stands_for_one_record_of_a_firm(session, firm, person):
    account = holder_of("13800004417")
    accept(invite(person, firm.consultant), account)
    again = make_person(firm.organisation, mail="")
    token = invite(again, firm.consultant)
    with pytest.raises(Conflict):
        accept(token, account)
    assert now(session, again).account_id is None

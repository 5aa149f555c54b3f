"""The firm's book: written by hand, found again, sealed, its own firm's alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from talentmarket.core import clock as core_clock
from talentmarket.core.db import Base
from talentmarket.core.errors import Conflict, Forbidden, Invalid, NotFound
from talentmarket.core.events import Actor, Event
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.brokering.people import book, digests, values
from talentmarket.exchange.brokering.people.book import Wanted
from talentmarket.exchange.brokering.people.models import FirmPerson
from talentmarket.members.models import OrganisationKind
from tests.factories.book import make_person
from tests.factories.book import values as record
from tests.factories.mandates import make_firm


@pytest.fixture
def firm(session):
    return make_firm()


def found(session, firm, text="", **narrowed):
    rows, total = book.listed(session, firm.organisation, Wanted(text, **narrowed))
    assert total == len(rows)
    return [row.public_id for row in rows]


def edited(firm, person, **changes):
    with unit_of_work() as unit:
        row = unit.get_one(FirmPerson, person.id)
        book.edit(unit, row, record(**changes), revision=1, actor=firm.actor)


def noted(firm, person, day):
    with unit_of_work() as unit:
        book.contacted(unit, unit.get_one(FirmPerson, person.id), day, actor=firm.actor)


def test_a_record_is_found_by_whole_name_number_and_address_and_by_words(session, firm):
    one = make_person(firm.organisation, firm.consultant)
    other = make_person(
        firm.organisation, name="覃牧", phone="", mail="qin@example.cn", headline="测试工程师"
    )
    assert found(session, firm) == [other.public_id, one.public_id]
    for text in ("白露晞", "138 0000 4417", "+8613800004417", "LUXI@example.cn", "大数据"):
        assert found(session, firm, text) == [one.public_id], text
    assert found(session, firm, "白露") == [], "names are sealed: only a whole one is found"
    assert found(session, firm, mine=firm.consultant.id) == [one.public_id]


def test_nothing_that_names_or_reaches_stands_in_the_database_in_clear(session, firm):
    make_person(firm.organisation, resume="白露晞，13800004417，住在岫云巷", note="白露晞不愿出差")
    session.rollback()
    for table in Base.metadata.sorted_tables:
        for row in session.execute(sa.text(f"SELECT * FROM {table.name}")):
            said = repr(tuple(row))
            for secret in ("白露晞", "13800004417", "luxi@example.cn", "岫云巷"):
                assert secret not in said, (table.name, secret)


def test_digests_of_two_firms_have_nothing_in_common(session, firm):
    other = make_firm()
    mine = make_person(firm.organisation)
    theirs = make_person(other.organisation)
    for name in ("name_digest", "phone_digest", "mail_digest"):
        assert getattr(mine, name) != getattr(theirs, name)
    assert mine.phone_digest == digests.of_contact(firm.organisation, "+8613800004417")


def test_another_firms_record_is_not_there(session, firm):
    theirs = make_person(make_firm().organisation)
    with pytest.raises(NotFound):
        book.find(session, firm.organisation, theirs.public_id)
    assert found(session, firm) == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"phone": "12345"}, "phone"),
        ({"mail": "nobody"}, "mail"),
        ({"obtained_on": date(2099, 1, 1)}, "obtained_on"),
        ({"education_rank": 9}, "education_rank"),
        ({"home_region": "999999"}, "home_region"),
        ({"obtained_on": date(2020, 1, 1)}, "contacted_on"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(session, firm, changes, field):
    with pytest.raises(Invalid) as caught:
        make_person(firm.organisation, **changes)
    assert set(caught.value.errors) == {field}
    assert found(session, firm) == []


def test_how_long_a_record_stays(session, firm):
    today = core_clock.today()
    whole = make_person(firm.organisation, contacted_on=date(2024, 2, 29))
    assert whole.delete_on == date(2026, 2, 28), "24 months after the last contact"
    unfounded = make_person(firm.organisation, source="")
    assert unfounded.delete_on == today + timedelta(days=30)
    with unit_of_work() as unit:
        row = unit.get_one(FirmPerson, whole.id)
        book.contacted(unit, row, today, actor=firm.actor)
        assert row.delete_on == values.months_after(today, 24)
    with unit_of_work() as unit:
        row = unit.get_one(FirmPerson, unfounded.id)
        given = replace(values.values_of(row), source="本人投递")
        book.edit(unit, row, given, revision=row.revision, actor=firm.actor)
        assert row.delete_on == values.months_after(today, 24)


def test_who_changes_an_old_version_is_told(session, firm):
    person = make_person(firm.organisation)
    edited(firm, person, name="白露希")
    with pytest.raises(Conflict):
        edited(firm, person, name="白露西")
    session.expire_all()
    assert session.get_one(FirmPerson, person.id).name == "白露希"


def test_without_a_licence_the_book_is_read_and_shortened_only(session):
    firm = make_firm()
    person = make_person(firm.organisation)
    with unit_of_work() as unit:
        unit.execute(sa.text("DELETE FROM licences"))
    session.expire_all()
    assert found(session, firm) == [person.public_id]
    with pytest.raises(Forbidden):
        make_person(firm.organisation)
    with pytest.raises(Forbidden):
        edited(firm, person)
    with pytest.raises(Forbidden):
        noted(firm, person, core_clock.today())
    with unit_of_work() as unit:
        assert book.remove(unit, unit.get_one(FirmPerson, person.id), "by_firm", actor=firm.actor)
    assert found(session, firm) == []


def test_a_public_service_keeps_a_book_without_a_licence_and_an_employer_none(session):
    service = make_firm(kind=OrganisationKind.PUBLIC_SERVICE)
    assert make_person(service.organisation).public_id
    with pytest.raises(NotFound):
        book.require(make_firm(kind=OrganisationKind.EMPLOYER).organisation)


def test_events_hold_ids_and_codes_only(session, firm):
    person = make_person(firm.organisation)
    with unit_of_work() as unit:
        book.remove(unit, unit.get_one(FirmPerson, person.id), "by_firm", actor=Actor("someone"))
    rows = session.scalars(sa.select(Event).where(Event.subject_id == person.public_id)).all()
    assert [row.verb for row in rows] == ["add", "remove"]
    assert all(set(row.data) == {"firm"} for row in rows)

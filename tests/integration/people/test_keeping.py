"""Records end by themselves, and the firm is told ahead."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from talentmarket.core import clock as core_clock
from talentmarket.core.events import Event
from talentmarket.core.roles import OrgRole
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.brokering.people import book, keeping
from talentmarket.exchange.brokering.people.models import FirmPerson
from talentmarket.members.models import Membership, OrganisationKind
from talentmarket.notices.models import Notice
from tests.factories.book import invite, make_person
from tests.factories.mandates import make_firm


@pytest.fixture
def firm(session):
    return make_firm()


def there(session):
    session.expire_all()
    return {one.public_id for one in session.scalars(sa.select(FirmPerson))}


def told(session, account):
    session.expire_all()
    rows = sa.select(Notice).where(
        Notice.account_id == account.id, Notice.code == "firm_people.ending"
    )
    return [one.arguments["count"] for one in session.scalars(rows.order_by(Notice.id))]


def test_without_a_source_after_30_days_and_others_24_months_after_the_last_contact(
    session, clock, firm
):
    unfounded = make_person(firm.organisation, firm.consultant, source="")
    whole = make_person(firm.organisation, firm.consultant)
    invite(whole, firm.consultant)
    clock.advance(days=29)
    assert keeping.run_due() == 0
    clock.advance(days=1)
    gone, stays = unfounded.public_id, whole.public_id
    assert keeping.run_due() == 1
    assert there(session) == {stays}
    ends = session.get_one(FirmPerson, whole.id).delete_on
    clock.advance(days=(ends - core_clock.today()).days - 1)
    assert keeping.run_due() == 0
    clock.advance(days=1)
    assert keeping.run_due() == 1
    assert there(session) == set()
    verbs = sa.select(Event.verb, Event.reason).where(Event.subject_id == gone)
    assert session.execute(verbs.order_by(Event.id)).all()[-1] == ("remove", "time_over")


def test_a_contact_noted_in_time_keeps_the_record(session, clock):
    firm = make_firm(kind=OrganisationKind.PUBLIC_SERVICE)  # whose licence cannot end meanwhile
    person = make_person(firm.organisation, firm.consultant)
    clock.advance(days=600)
    with unit_of_work() as unit:
        row = unit.get_one(FirmPerson, person.id)
        book.contacted(unit, row, core_clock.today(), actor=firm.actor)
    clock.advance(days=300)
    assert keeping.run_due() == 0
    assert there(session) == {person.public_id}


def test_the_firm_is_told_two_weeks_ahead_once(session, clock, firm):
    mine = make_person(firm.organisation, firm.consultant, source="")
    make_person(firm.organisation, None, source="", phone="13800000009")
    clock.advance(days=15)
    keeping.run_due()
    assert told(session, firm.consultant) == told(session, firm.reviewer) == []
    clock.advance(days=1)
    keeping.run_due()
    keeping.run_due()
    assert told(session, firm.consultant) == [1], "of one's own"
    assert told(session, firm.reviewer) == [1], "the owner of what nobody is in charge of"
    with unit_of_work() as unit:
        row = unit.get_one(FirmPerson, mine.id)
        row.delete_on += timedelta(days=20)
    clock.advance(days=20)
    keeping.run_due()
    assert told(session, firm.consultant) == [1, 1], "again for another end"


def test_of_a_consultant_who_left_the_owner_is_told(session, clock, firm):
    make_person(firm.organisation, firm.consultant, source="")
    with unit_of_work() as unit:
        row = sa.update(Membership).where(Membership.role == OrgRole.CONSULTANT)
        unit.execute(row.values(removed_at=core_clock.now()))
    clock.advance(days=20)
    keeping.run_due()
    assert told(session, firm.consultant) == []
    assert told(session, firm.reviewer) == [1]


def test_many_end_in_steps(session, clock, firm):
    for number in range(7):
        make_person(firm.organisation, source="", phone=f"1380000{number:04d}")
    clock.advance(days=30)
    assert keeping.run_due(limit=3) == 7
    assert there(session) == set()

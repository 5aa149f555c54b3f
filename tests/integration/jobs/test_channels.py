"""Who stands between the person and the employer, and what each way needs."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from talentmarket.core import clock as core_clock
from talentmarket.core.errors import Conflict, Forbidden, Invalid, NotFound
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange import entrustments, jobs, review
from talentmarket.exchange.models import (
    Channel,
    EntrustmentState,
    Job,
)
from talentmarket.members import licences
from talentmarket.members.models import Licence, OrganisationKind
from talentmarket.notices.models import Notice
from tests.factories import (
    make_account,
    make_licence,
    make_member,
    make_organisation,
)
from tests.factories.organisations import credit_code
from tests.integration.jobs.helpers import ACTOR, do, draft, whole

PDF = b"%PDF-1.7 letter"


def notices(session):
    return session.scalars(sa.select(Notice.code).order_by(Notice.id)).all()


def letter(firm, **changes):
    values = {
        "client_name": "岷江装备制造有限公司",
        "client_uscc": credit_code(),
        "valid_until": core_clock.today() + timedelta(days=200),
        "data": PDF,
        "file_name": "委托书.pdf",
        "actor": ACTOR,
        **changes,
    }
    with unit_of_work() as session:
        return entrustments.submit(session, firm, **values)


def accept(one, verdict="accept", text=""):
    reviewer = make_account(is_operator=True)
    with unit_of_work() as session:
        found = entrustments.find(session, one.public_id)
        entrustments.answer(session, found, verdict, text, reviewer=reviewer, actor=ACTOR)


def test_an_agency_needs_licence_and_letter(session):
    firm = make_organisation(kind=OrganisationKind.HR_FIRM)
    make_member(firm)
    one = letter(firm)
    agency = whole(channel=Channel.AGENCY, entrustment_id=one.id)
    with pytest.raises(Forbidden):  # without a licence the desk is read-only
        draft(firm, agency)
    make_licence(firm)
    key = draft(firm, agency)
    with pytest.raises(Invalid) as refused:
        do(jobs.submit, key, actor=ACTOR)
    assert set(refused.value.errors) == {"employer_name", "entrustment_id"}
    accept(one)
    do(jobs.edit, key, agency, revision=1, actor=ACTOR)
    do(jobs.submit, key, actor=ACTOR)
    job = session.get_one(Job, key)
    assert job.employer_name == "岷江装备制造有限公司"
    assert "entrustment.accepted" in notices(session)


def test_an_expired_licence_or_letter_carries_nothing(session, clock):
    firm = make_organisation(kind=OrganisationKind.HR_FIRM)
    one = letter(firm, valid_until=core_clock.today() + timedelta(days=5))
    accept(one)
    make_licence(firm, expires_on=core_clock.today() + timedelta(days=3))
    key = draft(firm, whole(channel=Channel.AGENCY, entrustment_id=one.id))
    with pytest.raises(Invalid) as refused:
        do(jobs.submit, key, actor=ACTOR)
    assert set(refused.value.errors) == {"valid_until"}
    clock.advance(days=4)
    with pytest.raises(Invalid) as refused:
        do(jobs.submit, key, actor=ACTOR)
    assert "channel" in refused.value.errors


def test_a_job_lasts_no_longer_than_the_licence(session, clock):
    """Posted, extended or shown again: a firm without a licence shows nobody's jobs."""
    firm = make_organisation(kind=OrganisationKind.HR_FIRM)
    last = core_clock.today() + timedelta(days=10)
    make_licence(firm, expires_on=last, scope=[licences.ONLINE, licences.DISPATCH])
    hosted = whole(channel=Channel.DISPATCHED, client_name="岷江制造有限公司")
    key = draft(firm, hosted.but(valid_until=last + timedelta(days=1)))
    with pytest.raises(Invalid) as refused:
        do(jobs.submit, key, actor=ACTOR)
    assert last.isoformat() in str(refused.value.errors["valid_until"])
    do(jobs.edit, key, hosted.but(valid_until=last), revision=1, actor=ACTOR)
    do(jobs.submit, key, actor=ACTOR)
    do(review.approve, key, reviewer=make_account(is_operator=True), actor=ACTOR)
    with pytest.raises(Invalid):
        do(jobs.extend, key, last + timedelta(days=1), actor=ACTOR)
    do(jobs.pause, key, actor=ACTOR)
    do(jobs.resume, key, actor=ACTOR)
    do(jobs.pause, key, actor=ACTOR)
    clock.advance(days=11)
    with pytest.raises(Conflict) as late:
        do(jobs.resume, key, actor=ACTOR)
    assert "许可证" in str(late.value.message)


def test_a_letter_of_another_firm_is_none(session):
    firm, other = (make_organisation(kind=OrganisationKind.HR_FIRM) for _ in range(2))
    one = letter(other)
    accept(one)
    make_licence(firm)
    key = draft(firm, whole(channel=Channel.AGENCY, entrustment_id=one.id))
    assert session.get_one(Job, key).entrustment_id is None
    with pytest.raises(NotFound):
        entrustments.find_own(session, firm, one.public_id)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"client_uscc": "91510100MA00000000"}, "client_uscc"),
        ({"client_name": " "}, "client_name"),
        ({"valid_until": None}, "valid_until"),
        ({"data": b""}, "file"),
        ({"data": b"MZ not a document"}, "file"),
    ],
)
def test_a_letter_that_cannot_be_taken(session, changes, field):
    with pytest.raises(Invalid) as refused:
        letter(make_organisation(kind=OrganisationKind.HR_FIRM), **changes)
    assert field in refused.value.errors


def test_a_returned_letter_comes_again(session):
    firm = make_organisation(kind=OrganisationKind.HR_FIRM)
    one = letter(firm)
    accept(one, "return", "请补盖公章")
    with pytest.raises(Conflict):
        accept(one)
    with unit_of_work() as inside:
        again = entrustments.submit(
            inside,
            firm,
            client_name="岷江装备制造有限公司",
            client_uscc=credit_code(),
            valid_until=core_clock.today() + timedelta(days=100),
            data=b"",
            file_name="",
            actor=ACTOR,
            previous=entrustments.find_own(inside, firm, one.public_id),
        )
        assert (again.id, again.state) == (one.id, EntrustmentState.IN_REVIEW)
        assert again.file_id == one.file_id


def test_only_itself_or_its_branches(session):
    organisation, stranger = make_organisation(), make_organisation()
    branch = make_organisation(parent_id=organisation.id)
    own = draft(organisation, whole(employer_id=branch.id))
    assert session.get_one(Job, own).employer_name == branch.name
    other = draft(organisation, whole(employer_id=stranger.id))
    assert session.get_one(Job, other).employer_id == organisation.id


def test_dispatch_needs_an_own_licence(session):
    firm = make_organisation(kind=OrganisationKind.HR_FIRM)
    dispatched = whole(channel=Channel.DISPATCHED, client_name="岷江制造有限公司")
    with pytest.raises(Forbidden):
        draft(firm, dispatched)
    make_licence(firm)
    key = draft(firm, dispatched)
    with pytest.raises(Invalid) as refused:
        do(jobs.submit, key, actor=ACTOR)
    assert "劳务派遣经营许可证" in str(refused.value.errors["channel"])
    last = core_clock.today() + timedelta(days=20)
    own = make_licence(firm, scope=[licences.DISPATCH], expires_on=last)
    with pytest.raises(Invalid) as refused:
        do(jobs.submit, key, actor=ACTOR)
    assert last.isoformat() in str(refused.value.errors["valid_until"])
    with unit_of_work() as unit:
        unit.get_one(Licence, own.id).expires_on = core_clock.today() + timedelta(days=900)
    do(jobs.submit, key, actor=ACTOR)
    assert session.get_one(Job, key).client_name == "岷江制造有限公司"
    shown = licences.valid_licence(session, firm, core_clock.today())
    assert licences.ONLINE in shown.scope, "a firm is shown with the licence that lets it broker"


def test_a_licence_that_ends_is_reminded_of_though_one_of_another_kind_goes_on(session):
    firm = make_organisation(kind=OrganisationKind.HR_FIRM)
    make_member(firm)
    make_licence(firm, expires_on=core_clock.today() + timedelta(days=30))
    make_licence(firm, scope=[licences.DISPATCH])
    licences.remind()
    assert notices(session) == ["licence.expiring"]


def test_a_licence_that_ends_is_not_reminded_of_once_the_next_one_is_there(session):
    firm = make_organisation(kind=OrganisationKind.HR_FIRM)
    make_member(firm)
    make_licence(firm, expires_on=core_clock.today() + timedelta(days=30))
    make_licence(firm, scope=[licences.ONLINE])
    licences.remind()
    assert notices(session) == []

"""The office answers what it has read: not what was changed while the page was open."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from talentmarket.core import clock
from talentmarket.core.events import Actor
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange import jobs
from talentmarket.exchange.models import Entrustment, EntrustmentState, Job, JobState
from talentmarket.exchange.posting import posting_of
from talentmarket.members import organisations, verification
from talentmarket.members.models import (
    Licence,
    LicenceState,
    Organisation,
    OrganisationKind,
    OrganisationState,
)
from tests.factories import make_account, make_job, make_licence, make_organisation
from tests.factories.organisations import credit_code
from tests.guards.world_office import document_of

SEEN = re.compile(r'name="seen" value="([^"]+)"')
CHANGED = "您打开这一页以后有了变动"


@pytest.fixture
def operator(session, make_client):
    return make_client(make_account("秘书处", is_operator=True), second_factor=True)


def opened(operator, address: str) -> dict[str, str]:
    """The form of an answer as the page holds it."""
    return {"seen": SEEN.search(operator.get(address).text)[1]}


def refused(operator, address: str, **sent: str) -> dict[str, str]:
    """Send an answer that comes too late: nothing typed is lost, and the page shows what is new."""
    answer = operator.post(address, data=sent)
    assert answer.status_code == 422
    assert CHANGED in answer.text
    return {"seen": SEEN.search(answer.text)[1], "page": answer.text}


def test_a_job_that_was_changed_meanwhile_is_not_published_unread(session, operator):
    job = make_job(state=JobState.IN_REVIEW, address="天府五街")
    where = f"/operator/jobs/{job.public_id}"
    form = opened(operator, where)
    with unit_of_work() as unit:
        row = unit.get_one(Job, job.id)
        jobs.recall(unit, row, actor=Actor())
        posting = posting_of(row).but(title="读过之后换上的名称")
        jobs.edit(unit, row, posting, revision=row.revision, actor=Actor())
        jobs.submit(unit, row, actor=Actor())
    sent = {"verdict": "return", "reason": "element", "text": "请写明工作地点。"}
    again = refused(operator, where, **form, **sent)
    assert "读过之后换上的名称" in again["page"]
    assert "请写明工作地点。" in again["page"]
    refused(operator, where, **form, verdict="approve")
    assert operator.post(where, data={"seen": again["seen"], "verdict": "approve"}).location
    session.expire_all()
    assert job.state is JobState.PUBLISHED


def test_an_organisation_is_not_verified_on_what_nobody_read(session, operator):
    organisation = make_organisation(
        "读过的名称有限公司", state=OrganisationState.IN_REVIEW, submitted_at=clock.now()
    )
    where = f"/operator/organisations/{organisation.public_id}"
    form = opened(operator, where)
    with unit_of_work() as unit:
        row = unit.get_one(Organisation, organisation.id)
        verification.recall(unit, row, actor=Actor())
        kept = organisations.identity_of(row)
        organisations.edit(
            unit,
            row,
            organisations.card_of(row),
            identity=replace(kept, name="后来的名称有限公司"),
            revision=row.revision,
            actor=Actor(),
        )
        row.submitted_at, row.state = clock.now(), OrganisationState.IN_REVIEW
    again = refused(operator, where, **form, verdict="approve", name="读过的名称有限公司")
    assert 'value="后来的名称有限公司"' in again["page"]
    # A proof that is handed in while the page is open is one nobody opened.
    document_of(organisation)
    refused(operator, where, seen=again["seen"], verdict="approve")
    session.expire_all()
    assert organisation.state is OrganisationState.IN_REVIEW
    # What is no answer to a submission does not wait for a second look.
    sent = {"verdict": "suspend", "reason": "untrue", "text": "营业执照系伪造。"}
    assert operator.post(where, data={**form, **sent}).status_code == 302


def test_a_licence_and_a_letter_handed_in_again_are_read_again(session, operator, clock):
    firm = make_organisation(kind=OrganisationKind.HR_FIRM)
    licence = make_licence(firm, state=LicenceState.IN_REVIEW)
    with unit_of_work() as unit:
        letter = Entrustment(
            organisation_id=firm.id,
            client_name="西岭智造有限公司",
            client_uscc=credit_code(),
            valid_until=clock.now().date(),
            submitted_at=clock.now(),
        )
        unit.add(letter)
    licence_page = f"/operator/licences/{licence.public_id}"
    letter_page = f"/operator/entrustments/{letter.public_id}"
    forms = {page: opened(operator, page) for page in (licence_page, letter_page)}
    clock.advance(minutes=5)
    with unit_of_work() as unit:
        unit.get_one(Licence, licence.id).submitted_at = clock.now()
        unit.get_one(Entrustment, letter.id).submitted_at = clock.now()
    for page, good in ((licence_page, "approve"), (letter_page, "accept")):
        again = refused(operator, page, **forms[page], verdict=good)
        answer = operator.post(
            page, data={"seen": again["seen"], "verdict": good, "staff_checked": "y"}
        )
        assert answer.status_code == 302
    session.expire_all()
    assert licence.state is LicenceState.VALID
    assert session.get_one(Entrustment, letter.id).state is EntrustmentState.ACCEPTED

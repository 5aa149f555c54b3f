"""A refused renewal: who waits for a word of the organisation is told."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from talentmarket.core import clock
from talentmarket.members.models import OrganisationState
from talentmarket.notices.models import Notice
from tests.factories import (
    make_account,
    make_application,
    make_job,
    make_member,
    make_organisation,
    make_talent,
)


@pytest.fixture
def operator(session, make_client):
    return make_client(make_account("秘书处", is_operator=True), second_factor=True)


@pytest.mark.parametrize(
    ("state", "told"),
    [
        (OrganisationState.RENEWAL_DUE, ["organisation.refused_applicant"]),
        (OrganisationState.IN_REVIEW, []),
    ],
)
def test_who_waits_learns_that_a_renewal_was_refused(session, operator, make_client, state, told):
    organisation = make_organisation(state=state, submitted_at=clock.now())
    owner = make_member(organisation)
    talent = make_talent()
    application = make_application(make_job(organisation), talent)
    sent = {"verdict": "refuse", "reason": "untrue", "text": "营业执照系伪造。", "name": "x"}
    address = f"/operator/organisations/{organisation.public_id}"
    assert operator.post(address, data=sent).status_code == 302
    notices = sa.select(Notice.code).where(Notice.account_id == talent.account_id)
    assert session.scalars(notices).all() == told
    desk = f"/org/{organisation.public_id}/applications/{application.public_id}"
    assert make_client(owner).get(desk).status_code == 200, "it can still answer"

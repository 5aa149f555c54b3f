"""The report of an organisation: what was passed through, how long, and why it ended."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
from python_calamine import CalamineWorkbook

from talentmarket.core import clock as core_clock
from talentmarket.core.events import SYSTEM, record
from talentmarket.core.roles import OrgRole
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange import reporting
from talentmarket.exchange.models import ApplicationRoute, ApplicationState, InterviewState
from talentmarket.exchange.reporting import Period
from tests.factories import make_application, make_job, make_member, make_organisation, make_talent

S, R = ApplicationState, ApplicationRoute
TODAY = date(2025, 11, 24)
PERIOD = Period(TODAY, TODAY)


def walk(job, route, *steps, reason=None):
    """An application that went through `steps`: (verb, state, hours since the start)."""
    application = make_application(job, make_talent(), route=route)
    start = core_clock.now()
    with unit_of_work() as unit:
        for number, (verb, state, hours) in enumerate(steps):
            record(
                unit,
                "application",
                application.public_id,
                verb,
                actor=SYSTEM,
                to_state=state,
                at=start + timedelta(hours=hours),
                reason=reason if number == len(steps) - 1 else None,
            )
    return application


@pytest.fixture
def own(session):
    """An employer with four applications, and another with one."""
    organisation, other = make_organisation(), make_organisation()
    job = make_job(organisation)
    # The interview was accepted as a date, which is not the offer accepted.
    walk(
        job,
        R.OWN,
        ("submit", S.SUBMITTED, 0),
        ("view", S.VIEWED, 10),
        ("interview", S.INTERVIEW, 30),
        ("interview_propose", InterviewState.PROPOSED, 30),
        ("interview_accept", InterviewState.ACCEPTED, 31),
        ("offer", S.OFFER, 102),
    )
    walk(
        job,
        R.REFERRAL,
        ("submit", S.SUBMITTED, 0),
        ("view", S.VIEWED, 20),
        ("reject", S.REJECTED, 40),
        reason="pay",
    )
    walk(
        job,
        R.INVITATION,
        ("submit", S.SUBMITTED, 0),
        ("view", S.VIEWED, 2),
        ("interview", S.INTERVIEW, 3),
        ("undo", S.VIEWED, 4),
    )
    walk(job, R.OWN, ("submit", S.SUBMITTED, 0))
    walk(make_job(other), R.OWN, ("submit", S.SUBMITTED, 0), ("offer", S.OFFER, 1))
    return organisation


def test_stages_times_and_reasons(session, own):
    found = reporting.report(session, own.id, PERIOD)
    assert found.applications == 4
    totals = {str(row.stage): row.total for row in found.stages}
    assert totals == {
        "submitted": 4,
        "viewed": 3,
        "shortlisted": 1,  # jumped over
        "interview": 1,
        "offer": 1,
        "accepted": 0,
        "started": 0,
        "confirmed": 0,
    }
    submitted, viewed, shortlisted, interview = found.stages[:4]
    assert submitted.reached == {R.OWN: 2, R.INVITATION: 1, R.REFERRAL: 1}
    assert shortlisted.reached == {R.OWN: 1, R.INVITATION: 0, R.REFERRAL: 0}
    assert (submitted.left, submitted.quarter, submitted.median, submitted.most) == (3, 2, 10, 20)
    assert (viewed.left, viewed.median) == (2, 20)
    assert (interview.left, interview.median) == (1, 72)
    assert found.ends == (("rejected", "pay", 1),)


def test_other_days_have_none(session, own):
    yesterday = TODAY - timedelta(days=1)
    found = reporting.report(session, own.id, Period(yesterday, yesterday))
    assert found.applications == 0
    assert not any(row.total for row in found.stages)


def test_days_are_brought_into_order(session):
    assert reporting.period_of(None, None) == Period(TODAY - timedelta(days=89), TODAY)
    first, last = date(2025, 3, 1), date(2025, 5, 1)
    assert reporting.period_of(last, first) == Period(first, last)
    assert reporting.period_of(date(2001, 1, 1), None).since == TODAY - timedelta(days=365)
    assert reporting.period_of(None, date(2030, 1, 1)).until == TODAY


def test_the_page_and_the_table(session, own, make_client):
    client = make_client(make_member(own, OrgRole.RECRUITER))
    page = client.get(f"/org/{own.public_id}/reports").get_data(as_text=True)
    assert "4 份申请" in page
    assert page.count('class="score-bar"') == 8
    assert "薪资" in page
    answer = client.post(f"/org/{own.public_id}/reports/figures")
    stages = CalamineWorkbook.from_filelike(io.BytesIO(answer.data)).get_sheet_by_name("阶段")
    assert stages.to_python()[1][:5] == ["已提交", 2.0, 1.0, 1.0, 4.0]


@pytest.mark.parametrize(
    "asked", ["?since=x&until=9999-99-99", "?since=0001-01-01", "?until=2999-12-31", "?since[]=1"]
)
def test_hostile_days(own, make_client, asked):
    client = make_client(make_member(own))
    assert client.get(f"/org/{own.public_id}/reports{asked}").status_code == 200
    assert client.post(f"/org/{own.public_id}/reports/ledger{asked}").status_code == 200


@pytest.mark.parametrize("role", [OrgRole.HIRING_MANAGER, OrgRole.VIEWER, OrgRole.FINANCE])
def test_who_may_not(own, make_client, role):
    client = make_client(make_member(own, role))
    assert client.get(f"/org/{own.public_id}/reports").status_code == 403
    assert client.post(f"/org/{own.public_id}/reports/ledger").status_code == 403


def test_english_has_no_chinese_words(own, make_client):
    client = make_client(make_member(own))
    client.get("/language/en")
    client.set_cookie("lang", "en")
    answer = client.post(f"/org/{own.public_id}/reports/figures")
    assert "Reports" in client.get(f"/org/{own.public_id}/reports").get_data(as_text=True)
    names = CalamineWorkbook.from_filelike(io.BytesIO(answer.data)).sheet_names
    assert names == ["Stage", "Outcomes"]

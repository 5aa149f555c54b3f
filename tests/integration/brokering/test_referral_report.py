"""The report of referrals: counted by what was passed through, the same in the files."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
import sqlalchemy as sa
from python_calamine import CalamineWorkbook

from talentmarket.core import clock
from talentmarket.core.db import db
from talentmarket.core.events import SYSTEM, Event, record
from talentmarket.core.roles import OrgRole
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.brokering.board import report
from talentmarket.exchange.brokering.board.report import Asked, Source, Step
from talentmarket.exchange.brokering.fees import Cause
from talentmarket.exchange.brokering.placing.models import Placement, PlacementState
from talentmarket.exchange.brokering.referring.models import Referral, ReferralState
from talentmarket.exchange.brokering.tables import Column, separated
from talentmarket.exchange.models import Application, ApplicationState, EndReason
from talentmarket.exchange.reporting import Period
from talentmarket.members.models import Organisation
from tests.factories import make_job, make_member, make_organisation
from tests.factories.brokering import make_mandate
from tests.guards.test_pages import counted
from tests.integration.brokering.test_board import Desk

R, S, P = ReferralState, ApplicationState, PlacementState


def went(desk, hours, *, state=R.SENT, application=None, moves=(), placed=(), **values):
    """A referral that came to the asked stages after so many hours each."""
    start = clock.now()
    names = ("asked_at", "interested_at", "consented_at", "sent_at")
    times = dict.fromkeys(names[1:])
    times |= {name: start + timedelta(hours=at) for name, at in zip(names, hours, strict=False)}
    last = placed[-1][0] if placed else None
    row = desk.add(state, application, last, **{**times, **values})
    with unit_of_work() as unit:
        if row.application_id:
            subject = unit.get_one(Application, row.application_id).public_id
            for verb, to, at in moves:
                when = start + timedelta(hours=at)
                record(unit, "application", subject, verb, actor=SYSTEM, to_state=to, at=when)
        if placed:
            wanted = sa.select(Placement).where(Placement.referral_id == row.id)
            subject = unit.scalars(wanted).one().public_id
            for to, at in placed:
                when = start + timedelta(hours=at)
                record(unit, "placement", subject, str(to), actor=SYSTEM, to_state=to, at=when)
    return row


@pytest.fixture
def desk(session):
    """Six referrals: asked; declined; sent; interview and refused; guaranteed; left."""
    made = Desk()
    made.consultant = make_member(made.firm, OrgRole.CONSULTANT)
    went(made, (0,), state=R.ASKED)
    went(made, (0, 10), state=R.DECLINED, consultant_id=made.consultant.id)
    went(made, (0, 2, 6, 10), application=S.SUBMITTED)
    refused = went(
        made,
        (0, 4, 10, 20),
        application=S.REJECTED,
        moves=[("interview", S.INTERVIEW, 50), ("reject", S.REJECTED, 80)],
    )
    with unit_of_work() as unit:
        unit.get_one(Application, refused.application_id).end_reason = EndReason.PAY
    steps = [("offer", S.OFFER, 90), ("undo", S.INTERVIEW, 90.1), ("offer", S.OFFER, 100)]
    posting = make_job(made.firm)
    went(
        made,
        (0, 0, 0, 5),
        application=S.CONFIRMED,
        moves=[("interview", S.INTERVIEW, 40), *steps],
        placed=[(P.AGREED, 120), (P.IN_GUARANTEE, 200), (P.GUARANTEED, 2400)],
        posting_id=posting.id,
    )
    left = went(
        made,
        (0, 1, 2, 3),
        application=S.CONFIRMED,
        moves=[("offer", S.OFFER, 60)],
        placed=[(P.AGREED, 70), (P.IN_GUARANTEE, 100), (P.LEFT, 900)],
    )
    with unit_of_work() as unit:
        row = unit.scalars(sa.select(Placement).where(Placement.referral_id == left.id)).one()
        row.cause = Cause.OTHER
        made.cause = str(row.cause)
    return made


def found(session, desk, **asked):
    session.expire_all()
    firm = session.get_one(Organisation, desk.firm.id)
    period = Period(clock.today(), clock.today())
    return report.report(session, firm, Asked(period, **asked), firm=True)


def test_each_stage_counts_who_came_to_it_or_past_it(session, desk):
    made = found(session, desk)
    totals = {row.step: row.total for row in made.steps}
    assert totals == {
        Step.ASKED: 6,
        Step.INTERESTED: 5,
        Step.CONSENTED: 4,
        Step.SENT: 4,
        Step.INTERVIEW: 3,  # one was jumped over
        Step.OFFER: 2,
        Step.STARTED: 2,
        Step.GUARANTEED: 1,
    }
    assert made.steps[0].reached == {Source.ASKED: 5, Source.APPLIED: 1}
    assert made.referrals == 6


def test_time_in_stage_is_that_until_the_next(session, desk):
    rows = {row.step: row for row in found(session, desk).steps}
    asked = rows[Step.ASKED]  # 10, 2, 4, 0, 1 hours
    assert (asked.left, asked.median, asked.most) == (5, 2, 10)
    sent = rows[Step.SENT]  # 30, 35 and, without an interview, 57 hours
    assert (sent.left, sent.median, sent.most) == (3, 35, 57)
    offer = rows[Step.OFFER]  # the first offer was undone: 100 to 200, 60 to 100
    assert (offer.left, offer.median, offer.most) == (2, 100, 100)
    assert rows[Step.GUARANTEED].median is None


def test_why_they_ended_and_whose_they_were(session, desk):
    made = found(session, desk)
    assert set(made.ends) == {
        ("referral", "declined", "end_reason", None, 1),
        ("application", "rejected", "end_reason", "pay", 1),
        ("placement", "left", "leaving_cause", desk.cause, 1),
    }
    (mandate,) = made.mandates
    assert (mandate.reached[Step.ASKED], mandate.reached[Step.STARTED]) == (6, 2)
    by = {one.name: one.reached[Step.ASKED] for one in made.consultants}
    assert by == {None: 5, desk.consultant.name: 1}


def test_narrowed_to_a_mandate_a_consultant_a_period(session, desk):
    assert found(session, desk, consultant=desk.consultant.public_id).referrals == 1
    assert found(session, desk, mandate=desk.mandate.public_id).referrals == 6
    other = make_mandate(desk.firm, make_job(make_organisation()))
    assert found(session, desk, mandate=other.public_id).referrals == 0
    assert found(session, desk, mandate="nothing123").referrals == 0
    firm = session.get_one(Organisation, desk.firm.id)
    yesterday = clock.today() - timedelta(days=1)
    before = report.report(session, firm, Asked(Period(yesterday, yesterday)), firm=True)
    assert before.referrals == 0


def test_an_employer_sees_only_what_was_sent_to_it(session, desk, make_client):
    employer = session.get_one(Organisation, desk.job.organisation_id)
    asked = Asked(Period(clock.today(), clock.today() + timedelta(days=1)))
    made = report.report(session, employer, asked, firm=False)
    assert made.steps[0].step is Step.SENT
    assert made.referrals == 4
    assert not any(end[1] == "declined" for end in made.ends)
    page = make_client(make_member(employer)).get(f"/org/{employer.public_id}/reports/referrals")
    text = page.get_data(as_text=True)
    assert page.status_code == 200
    assert "按顾问" not in text
    assert desk.consultant.name not in text.partition("<main")[2]


def _export(client, desk, kind):
    at = f"/org/{desk.firm.public_id}/reports/referrals/figures"
    day = clock.today().isoformat()
    data = {"since": day, "until": day}
    return client.post(at, data={**data, **({"format": "csv"} if kind == "csv" else {})})


def test_files_hold_what_the_page_shows_and_leave_an_event(session, desk, make_client):
    client = make_client(desk.owner)
    page = client.get(f"/org/{desk.firm.public_id}/reports/referrals").get_data(as_text=True)
    for person in session.scalars(sa.select(Referral)):
        assert person.number not in page
        assert person.talent.account.name not in page.partition("<main")[2]
    book = CalamineWorkbook.from_filelike(io.BytesIO(_export(client, desk, "xlsx").data))
    assert book.sheet_names == ["阶段", "结果", "按委托", "按顾问"]
    funnel = book.get_sheet_by_name("阶段").to_python()
    assert [row[3] for row in funnel[1:]] == [6, 5, 4, 4, 3, 2, 2, 1]
    answer = _export(client, desk, "csv")
    assert answer.mimetype == "text/csv"
    lines = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert lines[0] == ["阶段"]
    assert [int(row[3]) for row in lines[2:10]] == [6, 5, 4, 4, 3, 2, 2, 1]
    events = session.scalars(sa.select(Event).where(Event.verb == "export")).all()
    assert [event.data["what"] for event in events] == ["referral_report"] * 2


def test_a_text_is_no_formula_in_a_file():
    data = separated([("表", (Column("名称"),), [("=1+1",), ("@cmd",), (-3,), ("普通",)])])
    lines = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    assert [line[0] for line in lines[2:]] == ["'=1+1", "'@cmd", "-3", "普通"]


def test_the_page_asks_as_often_for_many_as_for_few(session, desk, make_client):
    client = make_client(desk.owner)
    at, counts = f"/org/{desk.firm.public_id}/reports/referrals", []
    for _round in range(2):
        client.get(at)
        with counted(db.engine) as sent:
            assert client.get(at).status_code == 200
        counts.append(len(sent))
        for _times in range(10):
            went(desk, (0, 1, 2, 3), application=S.OFFER, moves=[("offer", S.OFFER, 9)])
    assert counts[0] == counts[1] <= 20

"""What a firm's page says: its own fields and regions, and figures that nobody can write."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta

import pytest
import sqlalchemy as sa

from talentmarket.core import clock as calendar_clock
from talentmarket.core.db import db
from talentmarket.core.errors import Invalid
from talentmarket.core.events import Actor, record
from talentmarket.core.roles import OrgRole
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange import moves
from talentmarket.exchange.brokering.firms import figures, profile
from talentmarket.exchange.brokering.firms.models import FirmFigures
from talentmarket.exchange.brokering.referring import disputes, sending
from talentmarket.exchange.brokering.referring.models import Dispute, Ruling
from talentmarket.exchange.models import Application
from talentmarket.exchange.stages import By
from talentmarket.members.models import Organisation
from tests.factories import make_account, make_job, make_member, make_talent
from tests.factories.brokering import make_mandate
from tests.integration.exchange.referring import Parties, now

TEN = figures.LEAST_CASES


@contextmanager
def statements():
    """What is asked of the database meanwhile."""
    seen = []

    def note(_connection, _cursor, statement, *_rest):
        seen.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)


def sent(parties):
    """Another person, sent and new to the employer."""
    parties.talent = make_talent()
    referral = parties.sent()
    parties._does(sending.say_new, referral)
    return referral


def move(parties, referral, name, by=By.ORGANISATION):
    with unit_of_work() as session:
        application = now(session, referral).application_id
        moves.move(session, session.get_one(Application, application), name, by=by, actor=Actor())


def count():
    figures.run_due()


def row_of(session, firm):
    session.expire_all()
    return figures.of(session, session.get_one(Organisation, firm.id))


def test_ten_cases_are_shown_and_nine_are_not(session, parties, clock, make_client):
    referrals = [sent(parties) for _one in range(TEN - 1)]
    move(parties, referrals[0], "shortlist")
    move(parties, referrals[0], "interview")
    count()
    row = row_of(session, parties.firm)
    assert (row.referrals, row.interviewed) == (9, 1)
    assert figures.shown(row, "referrals").count is None
    assert figures.shown(row, "interviewed").count is None
    page = make_client(None).get(f"/organisations/{parties.firm.public_id}")
    assert "不足 10 例" in page.get_data(as_text=True)
    assert "9 人" not in page.get_data(as_text=True)
    referrals.append(sent(parties))
    count()
    assert row_of(session, parties.firm).referrals == 9, "counted once a day, not per page"
    clock.advance(days=1)
    count()
    row = row_of(session, parties.firm)
    assert figures.shown(row, "referrals").count == TEN
    assert figures.shown(row, "interviewed") == figures.Shown(1, TEN)
    assert figures.shown_median(row)[0] is None, "one mandate says nothing of a median"
    text = make_client(None).get(f"/organisations/{parties.firm.public_id}").get_data(as_text=True)
    assert "10 人" in text
    assert "1 人（共推荐 10 人）" in text


def test_an_interview_that_was_taken_back_is_none(session, parties):
    referral = sent(parties)
    move(parties, referral, "shortlist")
    move(parties, referral, "interview")
    with unit_of_work() as unit:
        application = unit.get_one(Application, now(unit, referral).application_id)
        moves.undo(unit, application, by=By.ORGANISATION, actor=Actor())
    count()
    assert row_of(session, parties.firm).interviewed == 0


def test_what_lies_before_the_window_is_not_counted(session, parties, clock):
    sent(parties)
    clock.advance(days=200)
    parties.mandate = make_mandate(parties.firm, make_job(parties.employer))
    sent(parties)
    count()
    assert row_of(session, parties.firm).referrals == 2
    clock.advance(days=200)
    count()
    assert row_of(session, parties.firm).referrals == 1
    clock.advance(days=200)
    count()
    assert row_of(session, parties.firm).referrals == 0, "a row is not left as it was"


@pytest.mark.parametrize("appeal", [None, Ruling.UPHELD, Ruling.REFUSED])
def test_only_rulings_that_stand_count(session, parties, appeal):
    referral = sent(parties)
    rulings = [Ruling.REFUSED, *([appeal] if appeal else [])]
    for at, ruling in enumerate(rulings):
        with unit_of_work() as unit:
            row = now(unit, referral)
            disputes.file(
                unit,
                row,
                row.firm if at else row.employer,
                record_on=calendar_clock.today() - timedelta(days=9),
                record="九天前的面试登记表第 12 页。",
                actor=Actor(),
            )
        with unit_of_work() as unit:
            dispute = unit.scalars(sa.select(Dispute).where(Dispute.ruling.is_(None))).one()
            operator = make_account(is_operator=True)
            reasons = "登记表的日期早于推荐之日。"
            disputes.rule(unit, dispute, ruling, reasons, operator=operator, actor=Actor())
    count()
    expected = 0 if appeal is Ruling.UPHELD else 1
    assert row_of(session, parties.firm).disputes == expected


def test_days_run_from_the_countersignature_to_the_first_referral(session, parties, clock):
    mandates = []
    for _one in range(TEN):
        mandate = make_mandate(
            parties.firm, make_job(parties.employer), consultant=parties.consultant
        )
        with unit_of_work() as unit:
            record(unit, "mandate", mandate.public_id, "countersign", to_state="active")
        mandates.append(mandate)
    for at, mandate in enumerate(mandates):
        clock.advance(days=1)
        parties.mandate, parties.job = mandate, mandate.job
        sent(parties)
        if at == 0:
            sent(parties)  # the second of a mandate is not its first
    count()
    row = row_of(session, parties.firm)
    assert (row.mandates, row.referrals) == (TEN, TEN + 1)
    assert figures.shown_median(row) == (5.5, TEN)


def test_all_firms_are_counted_by_few_questions(app, session, parties):
    for _one in range(3):
        sent(parties)
    with statements() as few:
        figures.count_all(session, calendar_clock.now() - figures.WINDOW)
    for _one in range(4):
        sent(parties)
    session.expire_all()
    with statements() as more:
        figures.count_all(session, calendar_clock.now() - figures.WINDOW)
    assert len(more) == len(few)


def test_fields_and_regions(session, parties, make_client):
    owner = make_client(make_member(parties.firm, OrgRole.OWNER, make_account("机构负责人")))
    path = f"/org/{parties.firm.public_id}/firm/fields"
    assert owner.get(path).status_code == 200
    wrong = owner.post(path, data={"fields": ["nothing"], "regions": ["510107"]})
    assert wrong.status_code == 422
    assert owner.post(path, data={"fields": ["01"], "regions": ["510107"]}).status_code == 302
    text = make_client(None).get(f"/organisations/{parties.firm.public_id}").get_data(as_text=True)
    assert "服务行业" in text
    assert "武侯" in text
    many = [f"5101{n:02d}" for n in range(1, 20)]
    with pytest.raises(Invalid), unit_of_work() as unit:
        profile.say(unit, parties.firm, [], many, actor=Actor())
    assert make_client(parties.consultant).get(path).status_code == 403
    assert session.scalars(sa.select(FirmFigures)).all() == []


@pytest.fixture
def parties(session):
    return Parties()

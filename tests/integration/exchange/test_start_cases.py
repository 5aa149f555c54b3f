"""A start that one side does not confirm: proof after ten working days, a ruling, one appeal."""

from __future__ import annotations

import io
from datetime import datetime

import pytest
import sqlalchemy as sa

from talentmarket.core import calendar, files
from talentmarket.core import clock as site_clock
from talentmarket.core.errors import Conflict, Forbidden, Invalid
from talentmarket.core.events import Actor, Event
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange import reporting
from talentmarket.exchange.brokering.books.models import LedgerEntry
from talentmarket.exchange.brokering.firms import figures
from talentmarket.exchange.brokering.firms.models import FirmFigures
from talentmarket.exchange.brokering.placing import placements, proving, reminding
from talentmarket.exchange.brokering.placing.cases import (
    StartCase,
    StartCaseKind,
    StartParty,
    StartRuling,
)
from talentmarket.exchange.brokering.placing.models import Placement, PlacementState
from talentmarket.exchange.models import ApplicationState
from talentmarket.exchange.stages import By
from talentmarket.members import privacy
from talentmarket.members.models import Account
from talentmarket.notices.models import Notice
from tests.factories import make_account
from tests.guards.world_office import PDF
from tests.integration.exchange.hiring import Hire
from tests.integration.exchange.referring import Parties

P, S, K, R = PlacementState, ApplicationState, StartCaseKind, StartRuling
EMPLOYER, PERSON, FIRM = StartParty.EMPLOYER, StartParty.PERSON, StartParty.FIRM
TEXT = "十二月一日起在天府五街上班，有考勤记录。"


class Waiting(Hire):
    """A hire whose start one side has said, ten working days and an hour ago."""

    def __init__(self, clock, said=By.TALENT):
        super().__init__(Parties())
        self.clock, self.said = clock, said
        self.offer()
        self.move("accept", By.TALENT)
        self.move("start", said)
        self.silent = By.ORGANISATION if said is By.TALENT else By.TALENT
        self.at = calendar.due(site_clock.now(), proving.SILENCE_DAYS)
        self.operators = [make_account("甲"), make_account("乙")]

    def pass_time(self):
        self.clock.set(self.at)
        self.clock.advance(hours=1)
        return self

    def does(self, use, *values, **named):
        with unit_of_work() as session:
            placement = session.scalars(sa.select(Placement)).one()
            return use(session, placement, *values, **named, actor=Actor("someone"))

    def file(self, party, text=TEXT, upload=(PDF, "合同.pdf")):
        return self.does(proving.file, party, text, upload)

    def answer(self, party, text=TEXT):
        return self.does(proving.answer, party, text)

    def rule(self, ruling, operator=0, reasons="合同和考勤相符，足以认定。"):
        with unit_of_work() as session:
            case = session.scalars(sa.select(StartCase).order_by(StartCase.id.desc())).first()
            proving.rule(
                session,
                case,
                ruling,
                reasons,
                operator=session.get_one(Account, self.operators[operator].id),
                actor=Actor("operator"),
            )
        return case

    def appeal_time_over(self):
        with unit_of_work() as session:
            until = session.scalars(sa.select(StartCase.takes_effect_at)).first()
        assert isinstance(until, datetime)
        self.clock.set(until)
        return carried()


def carried():
    with unit_of_work() as session:
        return proving.carry_out_due(session)


def booked(session):
    session.expire_all()
    return session.scalar(sa.select(sa.func.count()).select_from(LedgerEntry))


@pytest.mark.parametrize(
    ("said", "party", "against"),
    [(By.TALENT, PERSON, EMPLOYER), (By.ORGANISATION, EMPLOYER, PERSON)],
)
def test_the_other_side_files_after_ten_working_days_and_the_office_decides(
    session, clock, said, party, against
):
    hire = Waiting(clock, said)
    for early in (party, FIRM, against):
        with pytest.raises(Conflict):
            hire.file(early)
    clock.set(hire.at)
    with pytest.raises(Conflict):
        hire.file(party)  # the tenth day is not over
    hire.pass_time()
    with pytest.raises(Conflict):
        hire.file(against)
    case = hire.file(party)
    assert case.due_at == calendar.due(site_clock.now(), 5)
    with pytest.raises(Conflict):
        hire.file(FIRM)  # once
    hire.answer(against)
    with pytest.raises(Conflict):
        hire.answer(against)
    hire.rule(R.STARTED)
    assert hire.application.state is S.STARTED, "the appeal is still open"
    assert booked(session) == 0
    assert carried() == 0
    assert hire.appeal_time_over() == 1
    assert hire.application.state is S.CONFIRMED
    placement = hire.placement(session)
    assert placement.state is P.IN_GUARANTEE
    assert placement.by_decision
    assert booked(session) == 1
    start = session.scalars(
        sa.select(Event).where(Event.subject_type == "placement", Event.verb == "start")
    ).one()
    assert start.reason == placements.BY_DECISION, "counted apart in the service ledger"
    assert carried() == 0


@pytest.mark.parametrize("decided", [True, False])
def test_figures_count_starts_by_decision_apart(session, clock, make_client, decided):
    hire = Waiting(clock)
    if decided:
        hire.pass_time()
        hire.file(PERSON)
        hire.rule(R.STARTED)
        hire.appeal_time_over()
    else:
        hire.move("confirm", By.ORGANISATION)
    figures.run_due()
    row = session.scalars(sa.select(FirmFigures)).one()
    assert (row.started, row.decided) == ((0, 1) if decided else (1, 0))
    employer = hire.parties.employer
    found = reporting.report(session, employer.id, reporting.period_of(None, None))
    assert found.decided == int(decided)
    page = make_client(hire.parties.recruiter).get(f"/org/{employer.public_id}/reports")
    assert ("由联盟裁定入职" in page.get_data(as_text=True)) is decided


def test_what_both_confirmed_is_not_by_decision(session, clock):
    hire = Waiting(clock)
    hire.move("confirm", By.ORGANISATION)
    assert not hire.placement(session).by_decision
    start = session.scalars(sa.select(Event).where(Event.verb == "start")).all()
    assert {one.reason for one in start} == {None}


def test_a_proof_that_shows_nothing_ends_it_and_no_fee_is_due(session, clock):
    hire = Waiting(clock).pass_time()
    hire.file(FIRM)
    hire.rule(R.NOT_PROVEN)
    hire.appeal_time_over()
    assert hire.application.state is S.NOT_STARTED
    assert hire.placement(session).state is P.NOT_STARTED
    assert booked(session) == 0


def test_one_appeal_by_who_lost_before_another_officer(session, clock):
    hire = Waiting(clock).pass_time()
    hire.file(PERSON)
    hire.rule(R.STARTED)
    for winner in (PERSON, FIRM):
        with pytest.raises(Conflict):
            hire.file(winner)
    appeal = hire.file(EMPLOYER, upload=None)
    assert appeal.kind is K.APPEAL
    with pytest.raises(Forbidden):
        hire.rule(R.NOT_PROVEN)
    clock.advance(days=60)
    assert carried() == 0, "the first ruling rests with the appeal"
    hire.answer(PERSON)
    hire.rule(R.NOT_PROVEN, operator=1)
    assert hire.application.state is S.NOT_STARTED, "the last word is carried out at once"
    with pytest.raises(Conflict):
        hire.rule(R.STARTED, operator=1)
    with pytest.raises(Conflict):
        hire.file(PERSON)


def test_who_proved_nothing_may_appeal_and_win(session, clock):
    hire = Waiting(clock).pass_time()
    hire.file(PERSON)
    hire.rule(R.NOT_PROVEN)
    with pytest.raises(Conflict):
        hire.file(EMPLOYER)
    hire.file(FIRM)
    hire.rule(R.STARTED, operator=1)
    assert hire.placement(session).by_decision
    assert booked(session) == 1


@pytest.mark.parametrize("when", ["open", "ruled", "appealed"])
def test_the_silent_side_may_confirm_at_any_time(session, clock, when):
    hire = Waiting(clock).pass_time()
    hire.file(PERSON)
    if when != "open":
        hire.rule(R.NOT_PROVEN)
    if when == "appealed":
        hire.file(PERSON)
    hire.move("confirm", By.ORGANISATION)
    placement = hire.placement(session)
    assert placement.state is P.IN_GUARANTEE
    assert not placement.by_decision
    clock.advance(days=60)
    assert carried() == 0
    assert hire.application.state is S.CONFIRMED
    with pytest.raises(Conflict):
        hire.rule(R.NOT_PROVEN, operator=1)
    assert booked(session) == 1


def test_what_cannot_be_filed_is_said_at_the_field(session, clock):
    hire = Waiting(clock).pass_time()
    for text, upload, fields in (
        ("太短", (PDF, "a.pdf"), {"text"}),
        (TEXT, None, {"file"}),
        (TEXT, (b"MZ\x90\x00", "a.pdf"), {"file"}),
        (TEXT, (b"", "a.pdf"), {"file"}),
        ("长" * 1001, None, {"text", "file"}),
    ):
        with pytest.raises(Invalid) as wrong:
            hire.file(PERSON, text, upload)
        assert set(wrong.value.errors) == fields
    assert session.scalars(sa.select(StartCase)).all() == []


def test_who_said_it_and_the_firm_are_told_when_they_may_file(session, clock):
    hire = Waiting(clock)
    for _ in range(60):
        with unit_of_work() as inner:
            reminding.ask_due(inner)
        clock.advance(hours=8)
    told = session.scalars(sa.select(Notice).where(Notice.code == "start.may_prove")).all()
    assert {one.account_id for one in told} == {
        hire.parties.talent.account_id,
        hire.parties.consultant.id,
    }
    assert len(told) == 2


def test_a_persons_text_and_file_go_with_the_person_and_the_case_is_decided(session, clock):
    hire = Waiting(clock).pass_time()
    hire.file(PERSON)
    key = hire.parties.talent.account_id
    with unit_of_work() as inner:
        copy = privacy.on_export["start_cases"](inner, inner.get_one(Account, key))
        assert copy[0]["text"] == TEXT
        assert [one.name for one in privacy.files_of(inner, inner.get_one(Account, key))] == [
            "合同.pdf"
        ]
    with unit_of_work() as inner:
        privacy.erase(inner, inner.get_one(Account, key), actor=Actor("person"))
    session.expire_all()
    case = session.scalars(sa.select(StartCase)).one()
    assert case.text == ""
    assert session.get_one(files.StoredFile, case.file_id).erased_at is not None
    hire.rule(R.STARTED)
    hire.appeal_time_over()
    assert hire.placement(session).state is P.IN_GUARANTEE


def test_the_pages_of_all_sides(session, clock, make_client):
    hire = Waiting(clock).pass_time()
    parties, placement = hire.parties, hire.placement(session)
    operator = make_account("秘书处", is_operator=True)
    clients = {
        PERSON: make_client(parties.talent.account),
        EMPLOYER: make_client(parties.recruiter),
        FIRM: make_client(parties.consultant),
    }
    pages = {
        PERSON: f"/me/applications/{hire.application.public_id}/start",
        EMPLOYER: f"/org/{parties.employer.public_id}/placements/{placement.public_id}/start",
        FIRM: f"/org/{parties.firm.public_id}/placements/{placement.public_id}/start",
    }

    def seen(party, path=""):
        return clients[party].get(pages[party] + path).get_data(as_text=True)

    assert "提交入职证明" in seen(PERSON)
    assert 'name="file"' not in seen(EMPLOYER)
    refused = clients[PERSON].post(pages[PERSON], data={"text": "太短"})
    assert refused.status_code == 422
    assert "太短" in refused.get_data(as_text=True)
    sent = {"text": TEXT, "file": (io.BytesIO(PDF), "合同.pdf")}
    assert clients[PERSON].post(pages[PERSON], data=sent).status_code == 302
    assert TEXT in seen(EMPLOYER)
    assert (
        clients[EMPLOYER]
        .post(pages[EMPLOYER], data={"act": "answer", "text": "本人只来过一天，没有办手续。"})
        .status_code
        == 302
    )
    case = session.scalars(sa.select(StartCase)).one()
    for party, status in ((PERSON, 302), (EMPLOYER, 302), (FIRM, 404)):
        opened = clients[party].get(f"{pages[party]}/{case.public_id}/file")
        assert opened.status_code == status
        if status == 302:
            assert clients[party].get(opened.headers["Location"]).data == PDF
    office = make_client(operator, second_factor=True)
    at = f"/operator/starts/{case.public_id}"
    assert parties.talent.account.name not in office.get(at).get_data(as_text=True)
    assert office.get("/operator/starts").get_data(as_text=True).count(at) == 1
    assert office.get(f"{at}/file").status_code == 302
    assert office.post(at, data={"ruling": "started", "reasons": "短"}).status_code == 422
    good = {"ruling": "started", "reasons": "合同、工资单相符，足以认定。"}
    assert office.post(at, data=good).status_code == 302
    assert "申诉" in seen(EMPLOYER)
    hire.appeal_time_over()
    placed = clients[FIRM].get(pages[FIRM].removesuffix("/start")).get_data(as_text=True)
    assert "裁定入职" in placed

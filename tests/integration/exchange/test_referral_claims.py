"""The employer's answer, what opens by it, withdrawing, disputes: on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest

from talentmarket.core import clock as calendar_clock
from talentmarket.core.errors import Conflict, Forbidden, Invalid
from talentmarket.core.events import Actor
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange import moves
from talentmarket.exchange.brokering.referring import consenting, disputes, sending, watching
from talentmarket.exchange.brokering.referring.models import (
    Dispute,
    DisputeKind,
    KnownAnswer,
    Referral,
    Ruling,
)
from talentmarket.exchange.models import (
    ApplicationState,
)
from talentmarket.exchange.stages import By
from talentmarket.members.models import (
    Account,
    Talent,
)
from tests.factories import (
    make_account,
)
from tests.integration.exchange.referring import C, Parties, R, now


@pytest.fixture
def parties(session):
    return Parties()


def test_the_employer_sees_no_name_before_it_has_answered(session, parties):
    referral = parties.sent(contact_now=True)
    assert parties.sight(referral) == type(parties.sight(referral))()
    application = now(session, referral).application
    with pytest.raises(Conflict) as refused:
        parties._does(moves.move, application, name="shortlist", by=By.ORGANISATION)
    assert refused.value.code == "answer-first"
    parties._does(sending.say_new, referral)
    assert now(session, referral).claim is C.STANDING
    seen = parties.sight(referral)
    assert (seen.snapshot, seen.name, seen.phone) == (True, False, True)
    parties._does(moves.move, application, name="shortlist", by=By.ORGANISATION)
    assert parties.sight(referral).name


def test_silence_counts_as_new(session, parties, clock):
    referral = parties.sent()
    assert watching.run_due() == 0
    clock.set(now(session, referral).answer_due_at + timedelta(minutes=1))
    assert watching.run_due() == 1
    row = now(session, referral)
    assert (row.claim, row.answer) == (C.STANDING, KnownAnswer.SILENCE)
    assert parties.sight(referral).snapshot


def test_known_since_needs_a_dated_record_from_before(session, parties):
    referral = parties.sent()
    with pytest.raises(Invalid) as wrong:
        parties._does(sending.say_known, referral, known_on=calendar_clock.today(), text="认识")
    assert set(wrong.value.errors) == {"known_on", "text"}
    assert now(session, referral).claim is C.PENDING
    parties._does(
        sending.say_known,
        referral,
        known_on=calendar_clock.today() - timedelta(days=30),
        text="上月校招会上收到过简历，登记编号 1123。",
    )
    assert now(session, referral).claim is C.KNOWN
    assert parties.sight(referral).snapshot, "the person gave it to this employer all the same"


def test_withdrawing_ends_access_at_once_and_leaves_a_resting_claim(session, parties):
    referral = parties.sent()
    parties._does(sending.say_new, referral)
    parties._does(consenting.withdraw, referral)
    row = now(session, referral)
    assert (row.state, row.claim) == (R.WITHDRAWN, C.DORMANT)
    assert row.application.state is ApplicationState.WITHDRAWN
    assert not parties.sight(referral).snapshot
    with unit_of_work() as unit:
        row = unit.get_one(Referral, referral.id)
        for one in (parties.firm, parties.employer):
            assert consenting.standing(unit, row, one) == frozenset()


def test_withdrawing_the_application_takes_back_what_the_firms_had(session, parties):
    referral = parties.sent()
    application = now(session, referral).application
    parties._does(moves.move, application, name="withdraw", by=By.TALENT)
    row = now(session, referral)
    assert (row.state, row.claim) == (R.WITHDRAWN, C.DORMANT)


def test_after_the_end_date_nothing_is_open(session, parties, clock):
    referral = parties.sent()
    parties._does(sending.say_new, referral)
    assert parties.sight(referral).snapshot
    clock.set(calendar_clock.now() + timedelta(days=consenting.CONSENT_DAYS + 1))
    assert not parties.sight(referral).snapshot


def test_an_objection_a_ruling_and_one_appeal(session, parties):
    referral = parties.sent()
    parties._does(sending.say_new, referral)
    operators = [make_account(f"裁定员{n}", is_operator=True) for n in range(2)]
    record = {
        "record_on": calendar_clock.today() - timedelta(days=9),
        "record": "九天前的面试登记表第 12 页。",
    }

    def file(organisation, **values):
        return parties._does(disputes.file, referral, organisation, **{**record, **values})

    def rule(dispute, ruling, operator):
        with unit_of_work() as unit:
            disputes.rule(
                unit,
                unit.get_one(Dispute, dispute.id),
                ruling,
                "登记表早于推荐，且有本人签字。",
                operator=unit.get_one(Account, operator.id),
                actor=Actor(operator.public_id),
            )

    with pytest.raises(Conflict):
        file(parties.firm)  # nothing was decided against it
    with pytest.raises(Invalid):
        file(parties.employer, record_on=calendar_clock.today())
    objection = file(parties.employer)
    assert objection.kind is DisputeKind.OBJECTION
    assert now(session, referral).claim is C.DISPUTED
    with pytest.raises(Conflict):
        file(parties.employer)
    rule(objection, Ruling.REFUSED, operators[0])
    assert now(session, referral).claim is C.REFUSED
    with pytest.raises(Conflict):
        rule(objection, Ruling.UPHELD, operators[1])
    appeal = file(parties.firm)
    assert appeal.kind is DisputeKind.APPEAL
    with pytest.raises(Forbidden):
        rule(appeal, Ruling.UPHELD, operators[0])
    rule(appeal, Ruling.UPHELD, operators[1])
    assert now(session, referral).claim is C.STANDING
    for one in (parties.firm, parties.employer):
        with pytest.raises(Conflict):
            file(one)


def test_the_claim_ends_with_its_time(session, parties, clock):
    referral = parties.sent()
    parties._does(sending.say_new, referral)
    with unit_of_work() as unit:
        talent, job = (
            unit.get_one(Talent, parties.talent.id),
            unit.get_one(type(parties.job), parties.job.id),
        )
        assert sending.claim_on(unit, talent, job).id == referral.id
    clock.set(calendar_clock.now() + timedelta(days=181))
    assert watching.run_due() == 1
    assert now(session, referral).claim is C.EXPIRED

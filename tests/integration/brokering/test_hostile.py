"""What comes at a bad moment: a licence that ends today, a job taken down during an offer, a person
erased during the guarantee, the turn of the year, files that are not what they say."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from talentmarket.core import clock as time
from talentmarket.core.errors import Conflict, DomainError, Forbidden, Invalid
from talentmarket.core.events import Actor
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange import jobs, moves
from talentmarket.exchange.brokering import fees
from talentmarket.exchange.brokering.books import checking, statement
from talentmarket.exchange.brokering.mandating import documents
from talentmarket.exchange.brokering.mandating.models import (
    Mandate,
    MandateDocument,
    MandateDocumentKind,
)
from talentmarket.exchange.brokering.placing import placements
from talentmarket.exchange.brokering.placing.models import Placement
from talentmarket.exchange.brokering.referring import sending, watching
from talentmarket.exchange.models import ApplicationState, EndReason, Job
from talentmarket.exchange.stages import By
from talentmarket.members import privacy
from talentmarket.members.models import Account, Licence, Organisation
from tests.factories import make_talent
from tests.factories.mandates import make_firm, make_mandate
from tests.integration.exchange.referring import C, Parties, now
from tests.integration.exchange.test_placements import GROSS, NET, Hire, P


def ends_today(parties):
    with unit_of_work() as unit:
        unit.execute(
            sa.update(Licence)
            .where(Licence.organisation_id == parties.firm.id)
            .values(expires_on=time.today())
        )


def shanghai(hour, minute=0, days=0):
    return time.start_of_day(time.today() + timedelta(days=days)) + timedelta(
        hours=hour, minutes=minute
    )


def test_a_licence_that_ends_today_counts_to_its_last_minute(session, clock):
    """At noon and a minute before midnight of Shanghai people are asked and sent; then no more."""
    parties = Parties()
    ends_today(parties)
    clock.set(shanghai(12))
    referral = parties.ask()
    parties.interest(referral)
    clock.set(shanghai(23, 59))
    parties.consent(referral)
    parties.send(referral)
    clock.set(shanghai(0, days=1))
    parties.talent = make_talent()
    with pytest.raises(Forbidden):
        parties.ask()
    # What was sent is finished by employer and person all the same.
    parties._does(sending.say_new, referral)
    row = now(session, referral)
    assert row.claim is C.STANDING
    parties._does(moves.move, row.application, name="shortlist", by=By.ORGANISATION)


def test_a_yes_given_on_the_last_day_is_not_sent_on_the_day_after(session, clock):
    parties = Parties()
    ends_today(parties)
    referral = parties.ask()
    parties.interest(referral)
    parties.consent(referral)
    clock.set(shanghai(0, days=1))
    with pytest.raises(Forbidden):
        parties.send(referral)
    assert now(session, referral).application is None


def test_a_job_taken_down_during_an_offer_ends_it_and_costs_nothing(session):
    hire = Hire(Parties())
    hire.offer()
    with unit_of_work() as unit:
        job = unit.get_one(Job, hire.parties.job.id)
        jobs.withdraw(unit, job, actor=Actor("recruiter"), reason=EndReason.FILLED)
    assert hire.application.state is ApplicationState.JOB_CLOSED
    with pytest.raises(Conflict):
        hire.move("accept", By.TALENT)
    assert session.scalars(sa.select(Placement)).all() == []
    assert now(session, hire.referral).claim is C.STANDING
    assert checking.check(session).entries == 0


def test_a_job_taken_down_after_the_acceptance_keeps_nobody_from_starting(session):
    hire = Hire(Parties())
    hire.offer()
    hire.move("accept", By.TALENT)
    with unit_of_work() as unit:
        job = unit.get_one(Job, hire.parties.job.id)
        jobs.withdraw(unit, job, actor=Actor("recruiter"), reason=EndReason.FILLED)
    hire.move("start", By.ORGANISATION)
    hire.move("confirm", By.TALENT)
    assert hire.placement(session).state is P.IN_GUARANTEE


def test_a_person_erased_during_the_guarantee_leaves_the_books_as_they_were(session, clock):
    hire = Hire(Parties()).started()
    with unit_of_work() as unit:
        account = unit.get_one(Account, hire.parties.talent.account_id)
        privacy.erase(unit, account, actor=Actor("person"))
    assert fees.due(hire.lines(session)) == GROSS
    seen = hire.parties.sight(hire.referral)
    assert (seen.name, seen.phone, seen.mail) == (False, False, False)
    clock.advance(days=29)
    hire.leaves()
    with unit_of_work() as unit:
        row = hire.placement(unit)
        placements.remedy(unit, row, replaced=False, by=By.ORGANISATION, actor=Actor("firm"))
    assert hire.placement(session).state is P.REFUNDED
    assert hire.lines(session)[-1].net == NET * 60 // 90 + 1
    assert checking.check(session).whole


def test_an_erased_persons_guarantee_ends_by_itself(session, clock):
    hire = Hire(Parties()).started()
    with unit_of_work() as unit:
        account = unit.get_one(Account, hire.parties.talent.account_id)
        privacy.erase(unit, account, actor=Actor("person"))
    clock.advance(days=91)
    watching.run_due()
    assert hire.placement(session).state is P.GUARANTEED


def test_a_fee_of_new_years_eve_is_of_the_old_year_and_its_refund_of_the_new(session, clock):
    """Half past eleven in the evening of 31 December in Shanghai; half past midnight is next year."""
    clock.set(datetime(2025, 12, 31, 15, 30, tzinfo=UTC))
    hire = Hire(Parties()).started()
    placement = hire.placement(session)
    assert placement.started_on == date(2025, 12, 31)
    assert placement.guarantee_until == date(2026, 3, 30)
    clock.advance(hours=1)
    hire.leaves()
    with unit_of_work() as unit:
        row = hire.placement(unit)
        placements.remedy(unit, row, replaced=False, by=By.ORGANISATION, actor=Actor("firm"))
    firm = session.get_one(Organisation, hire.parties.firm.id)
    old = statement.statement(session, firm, date(2025, 12, 1))
    new = statement.statement(session, firm, date(2026, 1, 1))
    assert [str(row.kind) for row in old.rows] == ["fee"]
    assert [str(row.kind) for row in new.rows] == ["refund"]
    assert (old.opening, new.opening) == (0, old.closing)
    assert new.closing == fees.due(hire.lines(session))


def test_the_last_day_of_a_leap_year_is_one(session, clock):
    clock.set(datetime(2026, 12, 31, 2, 0, tzinfo=UTC))
    hire = Hire(Parties()).started()
    assert hire.placement(session).guarantee_until == date(2027, 3, 30)


def hands_in(firm, mandate, data, name):
    with unit_of_work() as unit:
        row = unit.get_one(Mandate, mandate.id)
        documents.add(unit, row, MandateDocumentKind.LETTER, data, name, actor=firm.actor)


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"", "委托书.pdf"),
        (b"MZ\x90\x00 this program", "委托书.pdf"),
        (b"<html><script>alert(1)</script></html>", "委托书.pdf"),
        (b"PK\x03\x04 an archive", "营业执照.jpg"),
    ],
)
def test_a_document_that_is_not_what_it_says_is_refused(session, data, name):
    firm = make_firm()
    mandate = make_mandate(firm)
    with pytest.raises(Invalid):
        hands_in(firm, mandate, data, name)
    session.expire_all()
    assert session.scalars(sa.select(MandateDocument)).all() == []


def test_a_document_comes_too_late_once_the_mandate_is_examined(session):
    firm = make_firm()
    mandate = make_mandate(firm, "in_review")
    with pytest.raises(DomainError):
        hands_in(firm, mandate, b"%PDF-1.7 a letter", "委托书.pdf")

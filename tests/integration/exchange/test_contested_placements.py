"""A claim that is contested while the person is hired, and what a late withdrawal closes."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from talentmarket.core import clock as calendar_clock
from talentmarket.core.events import Actor
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange import applications, moves
from talentmarket.exchange.brokering import fees
from talentmarket.exchange.brokering.books import checking
from talentmarket.exchange.brokering.mandating.models import Mandate
from talentmarket.exchange.brokering.placing import offers
from talentmarket.exchange.brokering.placing.models import Placement
from talentmarket.exchange.brokering.referring import asking, consenting, disputes, sending
from talentmarket.exchange.brokering.referring.asking import NotAskable
from talentmarket.exchange.brokering.referring.models import Dispute, Ruling
from talentmarket.exchange.models import Application, ContactWhen, EndReason
from talentmarket.exchange.refusals import Refusal
from talentmarket.exchange.stages import By
from talentmarket.members.models import Account, OrganisationKind
from tests.factories import make_account, make_licence, make_organisation
from tests.factories.brokering import add_version, make_joined, terms_of
from tests.integration.exchange.referring import C, Parties, now
from tests.integration.exchange.test_placements import GROSS, Hire, P, values


class Contested(Hire):
    """A hire whose claim the employer, or the firm, brings before the office."""

    def contest(self, by):
        record_on = calendar_clock.today() - timedelta(days=9)
        record = "九天前的面试登记表第 12 页。"
        return self.parties._does(
            disputes.file, self.referral, by, record_on=record_on, record=record
        )

    def rule(self, dispute, ruling):
        operator = make_account("裁定员", is_operator=True).id
        with unit_of_work() as unit:
            disputes.rule(
                unit,
                unit.get_one(Dispute, dispute.id),
                ruling,
                "登记表早于推荐，且有本人签字。",
                operator=unit.get_one(Account, operator),
                actor=Actor("office"),
            )

    def objection(self, ruling):
        self.rule(self.contest(self.parties.employer), ruling)

    def appeal(self, by, ruling):
        self.rule(self.contest(by), ruling)


@pytest.fixture
def hire(session):
    return Contested(Parties())


def opened_to_another(parties):
    """Another firm, which has joined the mandate that its terms now open."""
    other = make_organisation("锦江猎聘有限公司", OrganisationKind.HR_FIRM)
    make_licence(other)
    with unit_of_work() as unit:
        terms = terms_of(parties.employer, opened=True, split=4_000)
        add_version(unit, unit.get_one(Mandate, parties.mandate.id), terms)
    make_joined(parties.mandate, other)
    return other


def due(session, hire):
    assert checking.check(session).whole
    return fees.due(hire.lines(session))


def test_what_a_ruling_took_is_due_again_once_the_appeal_is_upheld(session, hire):
    hire.started()
    hire.objection(Ruling.REFUSED)
    assert due(session, hire) == 0
    hire.appeal(hire.parties.firm, Ruling.UPHELD)
    assert now(session, hire.referral).claim is C.STANDING
    assert due(session, hire) == GROSS
    assert [str(one.kind) for one in hire.lines(session)] == [
        *("fee", "hold", "release", "waive", "fee")
    ]


def test_an_appeal_that_is_refused_leaves_what_the_first_ruling_said(session, hire):
    hire.started()
    hire.objection(Ruling.REFUSED)
    hire.appeal(hire.parties.firm, Ruling.REFUSED)
    assert due(session, hire) == 0


def test_the_employers_appeal_takes_what_the_first_ruling_left(session, hire):
    hire.started()
    hire.objection(Ruling.UPHELD)
    assert due(session, hire) == GROSS
    hire.appeal(hire.parties.employer, Ruling.REFUSED)
    assert due(session, hire) == 0


def test_a_claim_refused_before_the_start_costs_nothing(session, hire):
    hire.offer()
    hire.move("accept", By.TALENT)
    hire.objection(Ruling.REFUSED)
    assert hire.placement(session).state is P.NOT_STARTED
    hire.move("start", By.ORGANISATION)
    hire.move("confirm", By.TALENT)
    assert hire.lines(session) == ()
    hire.appeal(hire.parties.firm, Ruling.UPHELD)
    found = hire.placement(session)
    assert (found.state, found.started_on) == (P.IN_GUARANTEE, calendar_clock.today())
    assert due(session, hire) == GROSS


def test_who_was_hired_as_known_is_placed_once_the_claim_is_upheld(session):
    hire = Contested.__new__(Contested)
    hire.parties = Parties()
    hire.referral = hire.parties.sent()
    hire.parties._does(
        sending.say_known,
        hire.referral,
        known_on=calendar_clock.today() - timedelta(days=30),
        text="上月校招会上收到过简历，登记编号 1123。",
    )
    hire.started()
    assert session.scalars(sa.select(Placement)).all() == []
    hire.rule(hire.contest(hire.parties.firm), Ruling.UPHELD)
    assert hire.placement(session).state is P.IN_GUARANTEE
    assert due(session, hire) == GROSS


def test_a_claim_that_rests_while_it_is_refused_does_not_revive(session, hire):
    objection = hire.contest(hire.parties.employer)
    hire.parties._does(consenting.withdraw, hire.referral)
    assert now(session, hire.referral).claim is C.DORMANT
    hire.rule(objection, Ruling.REFUSED)
    assert now(session, hire.referral).claim is C.REFUSED


def _applies_and_is_hired(parties, session):
    application, created = parties._does(
        applications.apply, parties.talent, parties.job, contact_when=ContactWhen.INTERVIEW
    )
    assert created
    with unit_of_work() as unit:
        offers.make(
            unit,
            unit.get_one(Application, application.id),
            values(start_on=calendar_clock.today()),
            author=unit.get_one(Account, parties.recruiter.id),
            actor=Actor("recruiter"),
        )
    for name, by in (("accept", By.TALENT), ("start", By.TALENT), ("confirm", By.ORGANISATION)):
        parties._does(moves.move, application, name=name, by=by)


def test_a_hire_while_the_dispute_is_open_waits_for_the_ruling(session, hire):
    objection = hire.contest(hire.parties.employer)
    hire.parties._does(consenting.withdraw, hire.referral)
    _applies_and_is_hired(hire.parties, session)
    assert now(session, hire.referral).claim is C.DISPUTED
    assert [str(one.kind) for one in hire.lines(session)] == ["fee", "hold"]
    hire.rule(objection, Ruling.REFUSED)
    assert due(session, hire) == 0


def test_a_claim_counts_once_however_often_the_person_is_hired(session, hire):
    hire.started()
    assert due(session, hire) == GROSS
    _applies_and_is_hired(hire.parties, session)
    assert due(session, hire) == GROSS
    assert len(session.scalars(sa.select(Placement)).all()) == 1


def test_nobody_else_is_let_in_while_a_refused_claim_may_be_appealed(session, clock):
    parties = Parties()
    other = opened_to_another(parties)
    hire = Contested(parties)
    application = now(session, hire.referral).application
    parties._does(
        moves.move, application, name="reject", by=By.ORGANISATION, refusal=Refusal(EndReason.PAY)
    )
    hire.objection(Ruling.REFUSED)
    with pytest.raises(NotAskable):
        parties.ask(other)
    clock.advance(days=8)
    parties.ask(other)


def test_consent_taken_back_after_a_rejection_closes_what_was_still_seen(session, hire):
    parties = hire.parties
    application = now(session, hire.referral).application
    parties._does(moves.move, application, name="shortlist", by=By.ORGANISATION)
    parties._does(
        moves.move, application, name="reject", by=By.ORGANISATION, refusal=Refusal(EndReason.PAY)
    )
    assert parties.sight(hire.referral).name
    parties._does(consenting.withdraw, hire.referral)
    seen = parties.sight(hire.referral)
    assert (seen.snapshot, seen.name, seen.phone) == (False, False, False)


def test_a_resting_referral_may_not_be_asked_for_by_the_same_firm(session, hire):
    hire.parties._does(consenting.withdraw, hire.referral)
    with pytest.raises(NotAskable):
        hire.parties.ask()
    assert not asking.is_over(now(session, hire.referral))

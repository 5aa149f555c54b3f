"""From an offer to the end of the guarantee, and what the books say of it: on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from talentmarket.core import clock as calendar_clock
from talentmarket.core.errors import Conflict, Forbidden, Invalid, NotFound
from talentmarket.core.events import Actor, Event
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange import applications, copying, moves
from talentmarket.exchange.brokering import fees
from talentmarket.exchange.brokering.books import checking
from talentmarket.exchange.brokering.books.models import LedgerEntry, Posting
from talentmarket.exchange.brokering.fees import Cause, LineKind
from talentmarket.exchange.brokering.mandating.models import Mandate
from talentmarket.exchange.brokering.mandating.terms import Reach, Remedy
from talentmarket.exchange.brokering.placing import offers, placements
from talentmarket.exchange.brokering.placing.models import Placement, PlacementState
from talentmarket.exchange.brokering.referring import consenting, disputes, sending, watching
from talentmarket.exchange.brokering.referring.models import Dispute, Ruling
from talentmarket.exchange.models import Application, ApplicationState, ContactWhen, Job
from talentmarket.exchange.stages import By
from talentmarket.members.models import Account, Talent
from tests.factories import make_account, make_job, make_organisation
from tests.factories.brokering import add_version, terms_of
from tests.integration.exchange.hiring import GROSS, NET, Hire, values
from tests.integration.exchange.referring import C, Parties, now

P = PlacementState


@pytest.fixture
def hire(session):
    return Hire(Parties())


def balance(session):
    return session.scalar(sa.select(sa.func.sum(Posting.amount))) or 0


def test_an_offer_is_checked_and_nothing_moves_with_a_wrong_one(session, hire):
    with pytest.raises(Conflict) as refused:
        hire.move("offer", By.ORGANISATION)
    assert refused.value.code == "offer-first"
    for field, change in (
        ("pay_month", {"pay_month": 0}),
        ("pay_months", {"pay_months": 11}),
        ("start_on", {"start_on": calendar_clock.today() - timedelta(days=1)}),
        ("region_code", {"region_code": "999999"}),
        ("probation_months", {"contract_months": 12, "probation_months": 3}),
        ("contract_months", {"contract_months": 0}),
    ):
        with pytest.raises(Invalid) as wrong:
            hire.offer(**change)
        assert set(wrong.value.errors) == {field}
    assert hire.application.state is ApplicationState.VIEWED or (
        hire.application.state is ApplicationState.SUBMITTED
    )


def test_both_confirm_and_it_counts_once(session, hire):
    hire.offer()
    assert session.scalars(sa.select(Placement)).all() == []
    hire.move("accept", By.TALENT)
    assert hire.placement(session).state is P.AGREED
    hire.move("start", By.ORGANISATION)
    assert hire.placement(session).state is P.AGREED, "one side's word is not enough"
    with pytest.raises(Forbidden):
        hire.move("confirm", By.ORGANISATION)
    hire.move("confirm", By.TALENT)
    found = hire.placement(session)
    assert found.state is P.IN_GUARANTEE
    assert found.guarantee_until == calendar_clock.today() + timedelta(days=89)
    with pytest.raises(Conflict):
        hire.move("confirm", By.TALENT)
    (line,) = hire.lines(session)
    assert (line.kind, line.net, line.gross) == (LineKind.FEE, NET, GROSS)
    assert len(session.scalars(sa.select(LedgerEntry)).all()) == 1
    assert balance(session) == 0
    starts = sa.select(Event).where(Event.subject_type == "placement", Event.verb == "start")
    assert len(session.scalars(starts).all()) == 1


def test_taking_the_acceptance_back_and_giving_it_again_is_one_placement(session, hire):
    hire.offer()
    hire.move("accept", By.TALENT)
    hire.parties._does(moves.undo, hire.application, by=By.TALENT)
    assert hire.placement(session).state is P.NOT_STARTED
    hire.move("accept", By.TALENT)
    assert hire.placement(session).state is P.AGREED


def test_the_guarantee_ends_by_itself(session, hire, clock):
    hire.started()
    assert watching.run_due() == 0
    clock.advance(days=90)
    watching.run_due()
    assert hire.placement(session).state is P.GUARANTEED
    with pytest.raises(Invalid) as wrong:
        hire.leaves()
    assert set(wrong.value.errors) == {"on"}
    clock.advance(days=20)  # the last days may be told a little later, these no more
    with pytest.raises(Conflict):
        hire.leaves(on=calendar_clock.today() - timedelta(days=50))


def test_who_leaves_within_the_guarantee_costs_the_days_that_are_left(session, hire, clock):
    hire.started()
    clock.advance(days=29)
    with pytest.raises(Invalid) as wrong:
        hire.leaves(on=calendar_clock.today() + timedelta(days=1), reason="短", cause=None)
    assert set(wrong.value.errors) == {"on", "reason", "cause"}
    hire.leaves()
    with unit_of_work() as unit:
        placements.remedy(
            unit, hire.placement(unit), replaced=False, by=By.ORGANISATION, actor=Actor("firm")
        )
    found = hire.placement(session)
    assert found.state is P.REFUNDED
    refund = hire.lines(session)[-1]
    assert (refund.kind, refund.net) == (LineKind.REFUND, NET * 60 // 90 + 1)
    assert balance(session) == 0
    assert fees.due(hire.lines(session)) == GROSS - refund.gross


def test_nothing_goes_back_where_the_employer_was_the_cause(session, hire):
    hire.started()
    hire.leaves(cause=Cause.EMPLOYER)
    for replaced, by in ((False, By.ORGANISATION), (True, By.CLIENT)):
        with pytest.raises(Conflict), unit_of_work() as unit:
            placements.remedy(
                unit, hire.placement(unit), replaced=replaced, by=by, actor=Actor("someone")
            )
    assert fees.due(hire.lines(session)) == GROSS


def test_a_dispute_holds_its_amount_only_until_the_ruling(session, hire):
    hire.started()
    record = {
        "record_on": calendar_clock.today() - timedelta(days=9),
        "record": "面试登记表第 12 页。",
    }
    dispute = hire.parties._does(disputes.file, hire.referral, hire.parties.employer, **record)
    assert [one.kind for one in hire.lines(session)] == [LineKind.FEE, LineKind.HOLD]
    with unit_of_work() as unit:
        disputes.rule(
            unit,
            unit.get_one(Dispute, dispute.id),
            Ruling.REFUSED,
            "登记表早于推荐，且有本人签字。",
            operator=unit.get_one(Account, make_account("裁定员", is_operator=True).id),
            actor=Actor("office"),
        )
    assert fees.due(hire.lines(session)) == 0
    assert balance(session) == 0


def test_terms_of_the_day_the_person_was_sent_hold(session, hire):
    with unit_of_work() as unit:
        mandate = unit.get_one(Mandate, hire.parties.mandate.id)
        add_version(unit, mandate, terms_of(hire.parties.employer, fee_share=3_000))
    hire.started()
    assert hire.lines(session)[0].net == NET


def test_a_consent_taken_back_and_a_hire_two_months_later(session, hire, clock):
    parties = hire.parties
    parties._does(consenting.withdraw, hire.referral)
    assert now(session, hire.referral).claim is C.DORMANT
    clock.advance(days=60)
    with unit_of_work() as unit:
        job = unit.get_one(type(parties.job), parties.job.id)
        job.valid_until = calendar_clock.today() + timedelta(days=30)
    application, created = parties._does(
        applications.apply, parties.talent, parties.job, contact_when=ContactWhen.INTERVIEW
    )
    assert created
    for name, by in (("offer", By.ORGANISATION),):
        with pytest.raises(Conflict) as refused:
            parties._does(moves.move, application, name=name, by=by)
        assert refused.value.code == "offer-first"
    with unit_of_work() as unit:
        offers.make(
            unit,
            unit.get_one(Application, application.id),
            values(start_on=calendar_clock.today()),
            author=unit.get_one(Account, parties.recruiter.id),
            actor=Actor("recruiter"),
        )
    parties._does(moves.move, application, name="accept", by=By.TALENT)
    assert now(session, hire.referral).claim is C.STANDING, "the hire revives the claim"
    parties._does(moves.move, application, name="start", by=By.TALENT)
    parties._does(moves.move, application, name="confirm", by=By.ORGANISATION)
    assert hire.placement(session).state is P.IN_GUARANTEE


def test_after_the_time_of_ownership_a_hire_is_nobodys(session, hire, clock):
    parties = hire.parties
    parties._does(consenting.withdraw, hire.referral)
    clock.advance(days=181)
    with unit_of_work() as unit:
        job = unit.get_one(type(parties.job), parties.job.id)
        job.valid_until = calendar_clock.today() + timedelta(days=30)
    application, _ = parties._does(
        applications.apply, parties.talent, parties.job, contact_when=ContactWhen.INTERVIEW
    )
    parties._does(moves.move, application, name="offer", by=By.ORGANISATION)
    parties._does(moves.move, application, name="accept", by=By.TALENT)
    assert session.scalars(sa.select(Placement)).all() == []


def test_replacement_only_where_the_terms_say_so(session):
    parties = Parties()
    with unit_of_work() as unit:
        mandate = unit.get_one(Mandate, parties.mandate.id)
        add_version(unit, mandate, terms_of(parties.employer, remedy=Remedy.REPLACEMENT))
    hire = Hire(parties).started()
    hire.leaves()
    with unit_of_work() as unit:
        placements.remedy(
            unit, hire.placement(unit), replaced=True, by=By.CLIENT, actor=Actor("recruiter")
        )
    assert hire.placement(session).state is P.REPLACED
    assert fees.due(hire.lines(session)) == GROSS


@pytest.mark.parametrize(
    ("reach", "held"),
    [(Reach.JOB, []), (Reach.COPIES, ["copy"]), (Reach.GROUP, ["copy", "other", "branch"])],
)
def test_a_claim_reaches_as_far_as_the_terms_say(session, reach, held):
    parties = Parties()
    with unit_of_work() as unit:
        mandate = unit.get_one(Mandate, parties.mandate.id)
        add_version(unit, mandate, terms_of(parties.employer, reach=reach))
    parties._does(sending.say_new, parties.sent())
    branch = make_organisation(parent_id=parties.employer.id)
    copy = parties._does(copying.copy, parties.job, author=None)
    jobs = {
        "copy": copy,
        "other": make_job(parties.employer),
        "branch": make_job(branch),
        "stranger": make_job(),
    }
    with unit_of_work() as unit:
        talent = unit.get_one(Talent, parties.talent.id)
        found = [
            name
            for name, job in jobs.items()
            if sending.claim_on(unit, talent, unit.get_one(Job, job.id)) is not None
        ]
    assert found == held


def test_a_strangers_placement_is_not_found(session, hire):
    hire.started()
    found = hire.placement(session)
    for side in (hire.parties.firm, hire.parties.employer):
        assert placements.of_side(session, side, found.public_id).id == found.id
    with pytest.raises(NotFound):
        placements.of_side(session, make_organisation(), found.public_id)


def test_the_books_hold_together(session, hire):
    hire.started()
    assert checking.check(session).whole

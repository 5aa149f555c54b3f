"""Roads out of the guarantee: replaced under the same fee, paid back, told late, over a year's end."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from talentmarket.core import clock as site_clock
from talentmarket.core.errors import Conflict, Invalid
from talentmarket.core.events import Actor
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.brokering import fees
from talentmarket.exchange.brokering.books import checking
from talentmarket.exchange.brokering.books.models import (
    AccountKind,
    LedgerAccount,
    Posting,
)
from talentmarket.exchange.brokering.fees import Cause
from talentmarket.exchange.brokering.mandating.models import Mandate
from talentmarket.exchange.brokering.mandating.terms import Remedy
from talentmarket.exchange.brokering.placing import placements, replacing
from talentmarket.exchange.brokering.placing.models import Placement, PlacementState
from talentmarket.exchange.brokering.referring import watching
from talentmarket.exchange.jobs import withdraw
from talentmarket.exchange.models import ApplicationState, EndReason, Job
from talentmarket.exchange.stages import By
from talentmarket.members import privacy
from talentmarket.members.models import Account
from tests.factories import make_account, make_talent
from tests.factories.brokering import add_version, terms_of
from tests.integration.exchange.hiring import GROSS, Hire
from tests.integration.exchange.referring import Parties

P = PlacementState


class Second(Hire):
    """Another person of the same firm for the same mandate."""

    def __init__(self, parties, name="乙"):
        parties.talent = make_talent(make_account(name))
        super().__init__(parties)

    def placement(self, session):
        session.expire_all()
        found = sa.select(Placement).where(Placement.application_id == self.application.id)
        return session.scalars(found).one()


class First(Second):
    """The first person of a mandate whose terms promise a replacement."""

    def __init__(self, remedy=Remedy.REPLACEMENT):
        parties = Parties()
        with unit_of_work() as session:
            mandate = session.get_one(Mandate, parties.mandate.id)
            add_version(session, mandate, terms_of(parties.employer, remedy=remedy))
        super().__init__(parties, "甲")


def remedied(left, *, by=By.CLIENT, successor=None):
    with unit_of_work() as session:
        placement = session.get_one(Placement, left.id)
        found = session.get_one(Placement, successor.id) if successor is not None else None
        placements.remedy(
            session,
            placement,
            replaced=by is By.CLIENT,
            by=by,
            actor=Actor("someone"),
            successor=found,
        )


def owed(session):
    """What the employer owes by the books, fen."""
    session.expire_all()
    kinds = LedgerAccount.kind.in_((AccountKind.EMPLOYER, AccountKind.HELD))
    query = sa.select(sa.func.sum(Posting.amount)).join(
        LedgerAccount, LedgerAccount.id == Posting.account_id
    )
    return session.scalar(query.where(kinds)) or 0


def whole(session):
    session.expire_all()
    return checking.check(session).whole


@pytest.mark.parametrize("named", ["before it started", "after it started"])
def test_a_replacement_is_another_placement_under_the_same_fee(session, named):
    first = First().started()
    assert owed(session) == GROSS
    first.leaves()
    second = Second(first.parties)
    second.offer(pay_month=30_000_00)
    second.move("accept", By.TALENT)
    if named == "after it started":
        second.move("start", By.ORGANISATION)
        second.move("confirm", By.TALENT)
        assert owed(session) > GROSS, "booked as one of its own"
    left, new = first.placement(session), second.placement(session)
    assert [one.id for one in replacing.candidates(session, left)] == [new.id]
    remedied(left, successor=new)
    if named == "before it started":
        second.move("start", By.ORGANISATION)
        second.move("confirm", By.TALENT)
    assert owed(session) == GROSS, "one fee for both"
    new = second.placement(session)
    assert new.state is P.IN_GUARANTEE
    assert new.guarantee_until is not None, "with a guarantee of its own"
    assert second.lines(session) == ()
    assert first.placement(session).state is P.REPLACED
    assert whole(session)


def test_who_replaced_leaves_too_and_the_one_fee_goes_back(session):
    first = First().started()
    first.leaves()
    second = Second(first.parties).started()
    remedied(first.placement(session), successor=second.placement(session))
    second.leaves()
    third = Second(first.parties, "丙").started()
    remedied(second.placement(session), successor=third.placement(session))
    assert owed(session) == GROSS
    third.leaves()
    remedied(third.placement(session), by=By.ORGANISATION)
    assert owed(session) == 0
    assert third.placement(session).state is P.REFUNDED
    assert fees.due(first.lines(session)) == 0
    with pytest.raises(Conflict):
        remedied(third.placement(session), by=By.ORGANISATION)
    assert whole(session)


def test_a_person_takes_the_place_of_one_only(session):
    first = First().started()
    other = Second(first.parties, "丁").started()
    first.leaves()
    other.leaves()
    second = Second(first.parties).started()
    remedied(first.placement(session), successor=second.placement(session))
    assert replacing.candidates(session, other.placement(session)) == []
    with pytest.raises(Conflict):
        remedied(other.placement(session), successor=second.placement(session))
    assert other.placement(session).state is P.LEFT, "nothing is stored of what was refused"
    remedied(other.placement(session))  # brought outside the site
    assert other.placement(session).state is P.REPLACED
    assert whole(session)


def test_no_replacement_where_the_employer_was_the_cause(session):
    first = First().started()
    first.leaves(cause=Cause.EMPLOYER)
    second = Second(first.parties).started()
    with pytest.raises(Conflict) as refused:
        remedied(first.placement(session), successor=second.placement(session))
    assert refused.value.code == "nothing-owed"
    assert owed(session) == 2 * GROSS


def test_the_pages_of_a_replacement(session, make_client):
    first = First().started()
    first.leaves()
    second = Second(first.parties).started()
    employer, firm = first.parties.employer, first.parties.firm
    desk, consultant = make_client(first.parties.recruiter), make_client(first.parties.consultant)
    left, new = first.placement(session), second.placement(session)
    at = f"/org/{employer.public_id}/placements/{left.public_id}"
    assert new.public_id in desk.get(at).get_data(as_text=True)
    assert 'name="successor"' not in consultant.get(
        f"/org/{firm.public_id}/placements/{left.public_id}"
    ).get_data(as_text=True), "the employer says it"
    assert desk.post(f"{at}/remedy", data={"successor": "another"}).status_code == 404
    assert desk.post(f"{at}/remedy", data={"successor": new.public_id}).status_code == 302
    page = desk.get(f"/org/{employer.public_id}/placements/{new.public_id}")
    assert left.referral.number in page.get_data(as_text=True)
    assert owed(session) == GROSS


def ended(clock, placement, working_days):
    clock.set(
        site_clock.start_of_day(placement.guarantee_until) + timedelta(days=working_days, hours=10)
    )
    watching.run_due()


def test_the_last_days_of_a_guarantee_are_told_a_little_later(session, clock):
    hire = First(Remedy.REFUND_BY_DAYS).started()
    until = hire.placement(session).guarantee_until
    ended(clock, hire.placement(session), 1)
    assert hire.placement(session).state is P.GUARANTEED
    with pytest.raises(Invalid):
        hire.leaves(on=until + timedelta(days=1))
    assert hire.placement(session).state is P.GUARANTEED
    hire.leaves(on=until)
    assert hire.placement(session).state is P.LEFT


def test_after_that_it_stays_guaranteed(session, clock):
    hire = First(Remedy.REFUND_BY_DAYS).started()
    until = hire.placement(session).guarantee_until
    ended(clock, hire.placement(session), 15)
    assert not placements.may_leave(hire.placement(session))
    with pytest.raises(Conflict):
        hire.leaves(on=until)


@pytest.mark.parametrize(
    ("start", "until"),
    [
        (date(2025, 12, 31), date(2026, 3, 30)),
        (date(2026, 1, 1), date(2026, 3, 31)),
        (date(2027, 12, 2), date(2028, 2, 29)),
    ],
)
def test_a_guarantee_over_a_years_end(session, clock, start, until):
    # The last evening of the year in Shanghai is still the day before in UTC.
    clock.set(datetime(start.year, start.month, start.day, 4, tzinfo=UTC) - timedelta(days=3))
    hire = First(Remedy.REFUND_BY_DAYS)
    hire.offer(start_on=start)
    hire.move("accept", By.TALENT)
    clock.set(site_clock.start_of_day(start + timedelta(days=1)) - timedelta(minutes=1))
    hire.move("start", By.ORGANISATION)
    clock.advance(hours=9)  # the other side says it in the new year
    hire.move("confirm", By.TALENT)
    placement = hire.placement(session)
    assert (placement.started_on, placement.guarantee_until) == (start, until)
    clock.set(site_clock.start_of_day(until) + timedelta(hours=23))
    watching.run_due()
    assert hire.placement(session).state is P.IN_GUARANTEE
    hire.leaves(on=until)
    remedied(hire.placement(session), by=By.ORGANISATION)
    assert fees.due(hire.lines(session)) == GROSS, "all ninety days were worked"
    assert hire.lines(session)[0].on == start, "booked in the month of the start"


def test_a_job_withdrawn_during_an_offer_ends_the_offer_and_costs_nothing(session):
    hire = First()
    hire.offer()
    with pytest.raises(Conflict), unit_of_work() as inner:
        withdraw(inner, inner.get_one(Job, hire.parties.job.id), actor=Actor("recruiter"))
    with unit_of_work() as inner:
        job = inner.get_one(Job, hire.parties.job.id)
        withdraw(inner, job, reason=EndReason.FILLED, actor=Actor("recruiter"))
    assert hire.application.state is ApplicationState.JOB_CLOSED
    with pytest.raises(Conflict):
        hire.move("accept", By.TALENT)
    session.expire_all()
    assert session.scalars(sa.select(Placement)).all() == []
    assert owed(session) == 0


def test_a_job_withdrawn_after_the_acceptance_leaves_the_placement(session):
    hire = First()
    hire.offer()
    hire.move("accept", By.TALENT)
    with unit_of_work() as inner:
        withdraw(inner, inner.get_one(Job, hire.parties.job.id), actor=Actor("recruiter"))
    hire.move("start", By.ORGANISATION)
    hire.move("confirm", By.TALENT)
    assert hire.placement(session).state is P.IN_GUARANTEE
    assert owed(session) == GROSS


def test_a_person_erased_during_the_guarantee_leaves_placement_and_books_whole(
    session, clock, make_client
):
    hire = First(Remedy.REFUND_BY_DAYS).started()
    name, key = hire.parties.talent.account.name, hire.parties.talent.account_id
    with unit_of_work() as inner:
        privacy.erase(inner, inner.get_one(Account, key), actor=Actor("person"))
    placement = hire.placement(session)
    assert placement.state is P.IN_GUARANTEE
    assert owed(session) == GROSS
    for account, side in (
        (hire.parties.recruiter, hire.parties.employer),
        (hire.parties.consultant, hire.parties.firm),
    ):
        page = make_client(account).get(f"/org/{side.public_id}/placements/{placement.public_id}")
        assert page.status_code == 200
        assert name not in page.get_data(as_text=True)
        assert hire.referral.number in page.get_data(as_text=True)
    clock.advance(days=29)
    hire.leaves(on=site_clock.today())
    remedied(hire.placement(session), by=By.ORGANISATION)
    assert 0 < owed(session) < GROSS
    assert whole(session)

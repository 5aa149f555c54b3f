"""The firms' books: entries that sum to zero, told once, never edited, reversed once."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import count, pairwise

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from sqlalchemy.exc import DatabaseError

from talentmarket.core import clock, events
from talentmarket.core.errors import Conflict, Invalid
from talentmarket.core.events import SYSTEM
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.brokering import fees
from talentmarket.exchange.brokering.books import checking, posting, statement
from talentmarket.exchange.brokering.books.models import (
    AccountKind,
    EntryKind,
    LedgerAccount,
    LedgerEntry,
    Posting,
)
from talentmarket.exchange.brokering.fees import Cause, Disputed, Left, Placed, Refunded, Ruled
from talentmarket.exchange.brokering.fees import Started as Begun
from talentmarket.exchange.brokering.mandating.terms import FeeBasis, Remedy, Terms
from talentmarket.members.models import OrganisationKind
from tests.factories.organisations import make_organisation
from tests.fixtures.databases import on_sqlite
from tests.fixtures.tampering import tampering
from tests.scale import scale
from tests.unit.exchange.brokering.histories import histories

START = date(2025, 11, 3)
TERMS = Terms(
    fee_basis=FeeBasis.SHARE,
    fee_share=2_000,
    guarantee_days=90,
    remedy=Remedy.REFUND_BY_DAYS,
    opened=True,
    split=4_000,
)
PLACED = Placed(START, 180_000_00, shared=True)
K = AccountKind


@pytest.fixture
def sides(session):
    owner = make_organisation(kind=OrganisationKind.HR_FIRM)
    partner = make_organisation(kind=OrganisationKind.HR_FIRM)
    employer = make_organisation()
    return posting.Sides("pl2345678abc", owner, employer.public_id, partner)


def balances(session, firm):
    rows = session.execute(
        sa.select(LedgerAccount.kind, sa.func.sum(Posting.amount))
        .join(Posting)
        .where(LedgerAccount.organisation_id == firm.id)
        .group_by(LedgerAccount.kind)
    )
    return {kind: int(amount) for kind, amount in rows if amount}


def post(sides, *happened):
    lines = fees.reckon(TERMS, PLACED, happened)
    with unit_of_work() as unit:
        return posting.post_lines(unit, sides, lines)


def test_a_fee_stands_in_both_firms_books(session, sides):
    post(sides, Begun(START))
    assert balances(session, sides.owner) == {
        K.EMPLOYER: 3_816_000,
        K.TAX: -216_000,
        K.INCOME: -2_160_000,
        K.PARTNER: -1_440_000,
    }
    assert balances(session, sides.partner) == {K.OWNER: 1_440_000, K.INCOME: -1_440_000}


def test_lines_are_told_once_and_the_new_ones_added(session, sides):
    first = post(sides, Begun(START))
    left = START + timedelta(days=44)  # day 45 of 90: half goes back
    again = post(sides, Begun(START), Left(left, Cause.PERSON), Refunded(left))
    assert [one.kind for one in again] == [EntryKind.FEE, EntryKind.REFUND]
    assert again[0].id == first[0].id
    assert session.scalar(sa.select(sa.func.count()).select_from(LedgerEntry)) == 2
    assert balances(session, sides.owner) == {
        K.EMPLOYER: 1_908_000,
        K.TAX: -108_000,
        K.INCOME: -1_080_000,
        K.PARTNER: -720_000,
    }


def test_what_is_in_dispute_waits_apart(session, sides):
    post(sides, Begun(START), Disputed(START, 1_000_000))
    assert balances(session, sides.owner)[K.HELD] == 1_060_000
    assert balances(session, sides.owner)[K.EMPLOYER] == 2_756_000
    post(sides, Begun(START), Disputed(START, 1_000_000), Ruled(START, 1_000_000))
    assert K.HELD not in balances(session, sides.owner)
    assert balances(session, sides.owner)[K.EMPLOYER] == 2_756_000
    assert balances(session, sides.partner)[K.OWNER] == 1_040_000


def test_a_payment_counts_once_by_its_voucher(session, sides):
    post(sides, Begun(START))
    for _ in range(2):
        with unit_of_work() as unit:
            posting.post_payment(
                unit,
                sides.owner,
                sides.employer,
                3_816_000,
                START,
                placement=sides.placement,
                reference="20251103-7",
                actor=SYSTEM,
            )
    assert balances(session, sides.owner)[K.PAID] == 3_816_000
    assert K.EMPLOYER not in balances(session, sides.owner)


def test_an_entry_is_reversed_once_and_a_reversal_never(session, sides):
    (entry,) = post(sides, Begun(START))
    with unit_of_work() as unit:
        back = posting.reverse(unit, entry, "mistake", day=START, actor=SYSTEM)
    assert balances(session, sides.owner) == balances(session, sides.partner) == {}
    with pytest.raises(Conflict, match="reversed-already"), unit_of_work() as unit:
        posting.reverse(unit, entry, "mistake", day=START, actor=SYSTEM)
    with pytest.raises(Conflict, match="is-a-reversal"), unit_of_work() as unit:
        posting.reverse(unit, back, "mistake", day=START, actor=SYSTEM)


@pytest.mark.parametrize(
    "table", ["ledger_entries", "ledger_postings", "ledger_accounts", "events"]
)
@pytest.mark.parametrize("how", ["UPDATE {table} SET id = id", "DELETE FROM {table}"])
def test_the_database_refuses_to_change_what_was_written(session, sides, table, how):
    post(sides, Begun(START))
    with pytest.raises(DatabaseError, match="append-only"), unit_of_work() as unit:
        unit.connection().exec_driver_sql(how.format(table=table))
    assert checking.check(session).whole


def test_an_entry_that_does_not_sum_to_zero_is_not_stored(session, sides, monkeypatch):
    def lost_a_fen(sides, line):
        moves = whole(sides, line)
        return [*moves[:-1], (*moves[-1][:3], moves[-1][3] + 1)]

    whole = posting._moves
    monkeypatch.setattr(posting, "_moves", lost_a_fen)
    with pytest.raises(posting.NotBalanced):
        post(sides, Begun(START))
    assert session.scalar(sa.select(sa.func.count()).select_from(LedgerEntry)) == 0


def test_the_check_finds_what_was_changed_around_the_database(session, sides):
    post(sides, Begun(START), Disputed(START, 5), Ruled(START, 0))
    assert checking.check(session).whole
    first, second = session.scalars(sa.select(LedgerEntry).order_by(LedgerEntry.id)).all()[:2]
    names = first.public_id, second.public_id
    with unit_of_work() as unit, tampering(unit, "ledger_postings", "ledger_entries"):
        unit.execute(
            sa.update(Posting)
            .where(Posting.entry_id == first.id, Posting.amount > 0)
            .values(amount=Posting.amount + 7)
        )
        unit.execute(
            sa.update(LedgerEntry)
            .where(LedgerEntry.id == second.id)
            .values(day=START + timedelta(days=400))
        )
    found = checking.check(session)
    assert not found.whole
    assert found.total == 14
    assert found.not_balanced == names[:1]
    assert found.changed == names


def test_the_check_finds_what_is_gone_and_what_came_from_nowhere(session, sides):
    (entry,) = post(sides, Begun(START))
    gone = entry.public_id
    with unit_of_work() as unit, tampering(unit, "ledger_postings", "ledger_entries"):
        unit.execute(sa.delete(Posting))
        unit.execute(sa.delete(LedgerEntry))
        unit.add(
            LedgerEntry(
                key="x",
                kind=EntryKind.FEE,
                day=START,
                subject_type="placement",
                subject_id="x",
                at=clock.now(),
            )
        )
    found = checking.check(session)
    assert found.lost == (gone,)
    assert len(found.unknown) == len(found.not_balanced) == 1


def test_a_share_without_a_partner_is_a_fault(session, sides):
    alone = posting.Sides(sides.placement, sides.owner, sides.employer)
    with pytest.raises(Invalid, match="no-partner"):
        post(alone, Begun(START))


def test_a_statement_goes_on_where_the_month_before_ended(session, sides):
    left = date(2026, 1, 5)  # over the end of the year: day 64 of 90
    post(sides, Begun(START), Left(left, Cause.OTHER), Refunded(left))
    found = [
        statement.statement(session, sides.owner, date(year, month, 1))
        for year, month in ((2025, 10), (2025, 11), (2025, 12), (2026, 1))
    ]
    back = 3_600_000 * 26 // 90
    tax, share = back * 6 // 100, 416_000
    assert [one.closing for one in found] == [
        0,
        2_376_000,
        2_376_000,
        2_376_000 - (back + tax - share),
    ]
    for before, after in pairwise(found):
        assert after.opening == before.closing
    (row,) = found[1].rows
    assert (row.fee, row.share, row.tax, row.open) == (3_600_000, 1_440_000, 216_000, 2_376_000)
    (row,) = statement.statement(session, sides.partner, date(2025, 11, 1)).rows
    assert (row.fee, row.share, row.tax, row.open) == (1_440_000, 1_440_000, 0, 1_440_000)
    assert row.name == sides.owner.name


_numbers = count()


@on_sqlite
@settings(
    max_examples=scale(25),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(histories())
def test_any_history_leaves_whole_books(session, sides, history):
    terms, placed, happened = history
    one = posting.Sides(f"p{next(_numbers)}", sides.owner, sides.employer, sides.partner)
    lines = fees.reckon(terms, placed, happened)
    with unit_of_work() as unit:
        posting.post_lines(unit, one, lines)
    owed = session.scalar(
        sa.select(sa.func.coalesce(sa.func.sum(Posting.amount), 0))
        .join(LedgerEntry)
        .join(LedgerAccount)
        .where(
            LedgerEntry.subject_id == one.placement,
            LedgerAccount.kind.in_([K.EMPLOYER, K.HELD]),
        )
    )
    assert owed == fees.due(lines)
    assert checking.check(session).whole


def test_entries_are_events_in_the_chain(session, sides):
    post(sides, Begun(START))
    with unit_of_work() as unit:
        events.chain(unit)
    assert events.verify(session) is None

"""Fees: tables worked out by hand, and what holds for any placement."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from talentmarket.core.errors import Conflict, Invalid
from talentmarket.exchange.brokering import fees
from talentmarket.exchange.brokering.fees import (
    Cause,
    Disputed,
    Left,
    LineKind,
    Placed,
    Refunded,
    Replaced,
    Ruled,
    Started,
)
from talentmarket.exchange.brokering.mandating.terms import FeeBasis, Remedy, Terms
from tests.scale import scale
from tests.unit.exchange.brokering.histories import histories

START = date(2026, 11, 2)
TERMS = Terms(
    fee_basis=FeeBasis.SHARE,
    fee_share=2_000,
    tax_rate=600,
    guarantee_days=90,
    remedy=Remedy.REFUND,
    opened=True,
    split=4_000,
)


def amounts(terms, placed, *events):
    return [
        (line.kind.value, line.net, line.tax, line.own, line.share)
        for line in fees.reckon(terms, placed, events)
    ]


@pytest.mark.parametrize(
    ("terms", "pay", "shared", "expected"),
    [
        # 180 000 yuan × 20 % = 36 000.00; 6 % = 2 160.00; 40 % = 14 400.00
        (TERMS, 180_000_00, True, ("fee", 3_600_000, 216_000, 2_160_000, 1_440_000)),
        # the same, the owner's own person: no share
        (TERMS, 180_000_00, False, ("fee", 3_600_000, 216_000, 3_600_000, 0)),
        # 123 456.78 × 18.75 % = 23 148.14625 → .15; tax 1 388.889 → .89; 33.33 % = 7 715.278… → .28
        (
            TERMS.but(fee_share=1_875, split=3_333),
            12_345_678,
            True,
            ("fee", 2_314_815, 138_889, 1_543_287, 771_528),
        ),
        # 0.25 × 50 % = 0.125 → 0.13 (half up); 6 % of 0.13 = 0.0078 → 0.01; half of 13: 6.5 → 7
        (TERMS.but(fee_share=5_000, split=5_000), 25, True, ("fee", 13, 1, 6, 7)),
        # a fixed amount does not look at the pay; no tax agreed
        (
            TERMS.but(fee_basis=FeeBasis.AMOUNT, fee_amount=10_000_01, tax_rate=0, split=5_000),
            1,
            True,
            ("fee", 1_000_001, 0, 500_000, 500_001),
        ),
        # split agreed, mandate not open: nobody shares
        (TERMS.but(opened=False), 100_000_00, True, ("fee", 2_000_000, 120_000, 2_000_000, 0)),
    ],
)
def test_the_fee(terms, pay, shared, expected):
    assert amounts(terms, Placed(START, pay, shared), Started(START)) == [expected]


def test_nothing_is_due_before_both_sides_confirmed_and_it_is_due_once():
    placed = Placed(START, 100_000_00)
    assert fees.reckon(TERMS, placed, []) == ()
    with pytest.raises(Conflict, match="started-already"):
        fees.reckon(TERMS, placed, [Started(START), Started(START)])


def test_public_services_charge_nothing():
    free = TERMS.but(fee_basis=FeeBasis.NONE, fee_share=0)
    placed = Placed(START, 100_000_00, shared=True)
    left = Left(START + timedelta(days=5), Cause.PERSON)
    assert fees.reckon(free, placed, [Started(START), left, Refunded(left.on)]) == ()


@pytest.mark.parametrize(
    ("remedy", "left", "cause", "back"),
    [
        # fee 36 000.00 net; the 90 days run from 2026-11-02 to 2027-01-30, over the end of the year
        (Remedy.REFUND, date(2027, 1, 30), Cause.PERSON, 3_600_000),
        (Remedy.REFUND, date(2027, 1, 31), Cause.PERSON, 0),
        (Remedy.REFUND, date(2026, 12, 31), Cause.OTHER, 3_600_000),
        (Remedy.REFUND, date(2026, 12, 31), Cause.EMPLOYER, 0),
        # by days: 2026-12-31 is day 60: 30 of 90 are left: 12 000.00
        (Remedy.REFUND_BY_DAYS, date(2026, 12, 31), Cause.PERSON, 1_200_000),
        (Remedy.REFUND_BY_DAYS, date(2027, 1, 1), Cause.PERSON, 1_160_000),
        (Remedy.REFUND_BY_DAYS, date(2027, 1, 30), Cause.PERSON, 0),
        (Remedy.REFUND_BY_DAYS, date(2026, 11, 2), Cause.PERSON, 3_560_000),
        (Remedy.REFUND_BY_DAYS, date(2026, 11, 1), Cause.PERSON, 3_600_000),  # never came
        (Remedy.REFUND_BY_DAYS, date(2026, 12, 31), Cause.EMPLOYER, 0),
        (Remedy.REPLACEMENT, date(2026, 12, 31), Cause.PERSON, 3_600_000),  # nobody was brought
        (Remedy.NONE, date(2026, 11, 3), Cause.PERSON, 0),
    ],
)
def test_the_refund(remedy, left, cause, back):
    placed = Placed(START, 180_000_00, shared=True)
    events = [Started(START), Left(left, cause), Refunded(left)]
    lines = fees.reckon(TERMS.but(remedy=remedy), placed, events)
    returned = [line for line in lines if line.kind is LineKind.REFUND]
    assert sum(line.net for line in returned) == back
    assert sum(line.tax for line in returned) == back * 6 // 100
    assert sum(line.share for line in returned) == back * 4 // 10


def test_a_replacement_costs_nothing_and_ends_it():
    placed = Placed(START, 180_000_00)
    left = Left(START + timedelta(days=20), Cause.PERSON)
    events = [Started(START), left, Replaced(START + timedelta(days=40))]
    replaced = TERMS.but(remedy=Remedy.REPLACEMENT)
    assert [line.kind for line in fees.reckon(replaced, placed, events)] == [LineKind.FEE]
    with pytest.raises(Conflict, match="settled-already"):
        fees.reckon(replaced, placed, [*events, Refunded(START)])


def test_only_what_is_disputed_waits():
    placed = Placed(START, 180_000_00, shared=True)
    on = START + timedelta(days=3)
    ruled = START + timedelta(days=8)
    found = amounts(TERMS, placed, Started(START), Disputed(on, 1_000_000), Ruled(ruled, 250_000))
    assert found == [
        ("fee", 3_600_000, 216_000, 2_160_000, 1_440_000),
        ("hold", 1_000_000, 60_000, 600_000, 400_000),
        ("release", 1_000_000, 60_000, 600_000, 400_000),
        ("waive", 250_000, 15_000, 150_000, 100_000),
    ]


@pytest.mark.parametrize("amount", [0, -1, 3_600_001])
def test_no_more_is_disputed_than_is_due(amount):
    with pytest.raises(Invalid):
        fees.reckon(TERMS, Placed(START, 180_000_00), [Started(START), Disputed(START, amount)])


@pytest.mark.parametrize(
    "events",
    [
        [Left(START, Cause.PERSON)],
        [Started(START), Refunded(START)],
        [Started(START), Replaced(START)],
        [Started(START), Ruled(START, 0)],
        [Started(START), Left(START, Cause.PERSON), Left(START, Cause.PERSON)],
        [Started(START), Disputed(START, 1), Disputed(START, 1)],
        [Started(START), Disputed(START, 1), Left(START, Cause.PERSON), Refunded(START)],
    ],
)
def test_what_cannot_follow(events):
    with pytest.raises(Conflict):
        fees.reckon(TERMS, Placed(START, 180_000_00), events)


@settings(max_examples=scale(400), deadline=None)
@given(histories())
def test_what_holds_for_any_placement(history):
    terms, placed, events = history
    lines = fees.reckon(terms, placed, events)
    parts = ("net", "tax", "own", "share")
    for line in lines:
        assert line.own + line.share == line.net
        assert line.gross == line.net + line.tax
        assert min(getattr(line, part) for part in parts) >= 0
    sums = {
        kind: {
            part: sum(getattr(line, part) for line in lines if line.kind is kind) for part in parts
        }
        for kind in LineKind
    }
    for part in parts:  # nobody gives back more than was charged, or more than they had of it
        back = sums[LineKind.WAIVE][part] + sums[LineKind.REFUND][part]
        assert back <= sums[LineKind.FEE][part]
    assert sums[LineKind.HOLD] == sums[LineKind.RELEASE]
    assert fees.due(lines) >= 0
    for event in events:
        if isinstance(event, Left) and event.cause is Cause.EMPLOYER:
            assert not sums[LineKind.REFUND]["net"]
    # the lines of a history are those of its beginning, and more: nothing is told anew
    for cut in range(len(events)):
        assert lines[: len(found := fees.reckon(terms, placed, events[:cut]))] == found


@given(st.integers(0, 10**12), st.integers(0, 20_000), st.integers(1, 20_000))
def test_half_up(amount, of, whole):
    exact, rest = divmod(amount * of, whole)
    assert fees.part(amount, of, whole) == exact + (2 * rest >= whole)

"""Any terms, any placement, and what may happen to one, in order."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import strategies as st

from talentmarket.exchange.brokering import fees
from talentmarket.exchange.brokering.fees import (
    Cause,
    Disputed,
    Left,
    Placed,
    Refunded,
    Replaced,
    Ruled,
    Started,
)
from talentmarket.exchange.brokering.mandating.terms import FeeBasis, Remedy, Terms

any_terms = st.builds(
    Terms,
    fee_basis=st.sampled_from(FeeBasis),
    fee_share=st.integers(1, 6_000),
    fee_amount=st.integers(1, 1_000_000_00),
    tax_rate=st.integers(0, 2_000),
    guarantee_days=st.integers(0, 365),
    remedy=st.sampled_from(Remedy),
    opened=st.booleans(),
    split=st.integers(0, 9_999),
)
days = st.dates(date(2024, 1, 1), date(2032, 12, 31))


@st.composite
def histories(draw):
    """Terms, a placement, and what may happen to one, in order."""
    terms = draw(any_terms)
    placed = Placed(draw(days), draw(st.integers(1, 10**9)), draw(st.booleans()))
    on = placed.start
    events = [Started(on)]
    charged = fees.fee(terms, placed.yearly_pay)
    if charged and draw(st.booleans()):
        held = draw(st.integers(1, charged))
        events += [Disputed(on, held), Ruled(on, draw(st.integers(0, held)))]
    if draw(st.booleans()):
        last = on + timedelta(days=draw(st.integers(-3, 400)))
        events.append(Left(last, draw(st.sampled_from(Cause))))
        if draw(st.booleans()):
            events.append(draw(st.sampled_from([Replaced, Refunded]))(last))
    return terms, placed, events

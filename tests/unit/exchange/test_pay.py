"""Pay: the month of each unit, the width of a range."""

from __future__ import annotations

import pytest

from talentmarket.exchange.models import PayUnit
from talentmarket.exchange.pay import monthly, plausible, too_wide


@pytest.mark.parametrize(
    ("unit", "amount", "month"),
    [
        (PayUnit.MONTH, 1_500_000, 1_500_000),
        (PayUnit.DAY, 20_000, 435_000),
        (PayUnit.HOUR, 2_500, 435_000),
        (PayUnit.PROJECT, 5_000_000, None),
        (PayUnit.DAY, None, None),
    ],
)
def test_monthly(unit, amount, month):
    assert monthly(unit, amount) == month


@pytest.mark.parametrize(
    ("low", "high", "wide"), [(10, 20, False), (10, 21, True), (None, 20, False), (10, None, False)]
)
def test_too_wide(low, high, wide):
    assert too_wide(low, high) is wide


def test_plausible():
    assert plausible(PayUnit.MONTH, 1_500_000)
    assert not plausible(PayUnit.MONTH, 1_500)
    assert not plausible(PayUnit.HOUR, 1_500_000)

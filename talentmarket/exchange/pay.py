"""Pay of a posting: what must be said, what a month of it is, when the range says nothing.

All amounts are integer fen before tax, per `PayUnit`. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType

from talentmarket.exchange.models import PayUnit

#: Paid days of a month (劳社部发〔2008〕3号: 21.75 days, 8 hours each).
DAYS_A_MONTH = Fraction(87, 4)
_A_MONTH: Mapping[PayUnit, Fraction] = MappingProxyType(
    {
        PayUnit.MONTH: Fraction(1),
        PayUnit.DAY: DAYS_A_MONTH,
        PayUnit.HOUR: DAYS_A_MONTH * 8,
    }
)
#: Above this ratio of high to low a reviewer decides whether the range still says something.
WIDEST = 2
#: What is typed wrong more often than meant, in fen: (least, most) per unit.
PLAUSIBLE: Mapping[PayUnit, tuple[int, int]] = MappingProxyType(
    {
        PayUnit.MONTH: (50_000, 50_000_000),
        PayUnit.DAY: (2_000, 2_000_000),
        PayUnit.HOUR: (500, 500_000),
        PayUnit.PROJECT: (10_000, 10_000_000_000),
    }
)
MONTHS = tuple(range(12, 25))


def monthly(unit: PayUnit, amount: int | None) -> int | None:
    """`amount` as fen a month, rounded; None for a project, which has no month."""
    factor = _A_MONTH.get(unit)
    return None if amount is None or factor is None else round(amount * factor)


def too_wide(low: int | None, high: int | None) -> bool:
    """Whether the range is wider than 1 : 2."""
    return low is not None and high is not None and high > WIDEST * low


def plausible(unit: PayUnit, amount: int) -> bool:
    """Whether an amount can be meant as it stands."""
    least, most = PLAUSIBLE[unit]
    return least <= amount <= most

"""The fee of a placement a second time, by other means: fractions, and what is left at the end.

Written from the published rules, not from the product's function: the net fee half up, tax on what
is left of it, the bringer's share half up and the rest the owner's.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from math import floor
from typing import Any

Sums = dict[tuple[int, str], int]


def half_up(value: Fraction) -> int:
    """To whole fen, a half upwards."""
    return floor(value + Fraction(1, 2))


def expected(
    terms: Any,
    pay: int,
    started: date | None,
    events: Iterable[Any],
    owner: int,
    partner: int | None,
) -> Sums:
    """What the accounts of owner and partner hold by the lines of a placement, (firm, account)."""
    if started is None:
        return {}
    net = waived = held = back = 0
    left: Any = None
    refunded = False
    full = half_up(Fraction(pay * terms.fee_share, 10_000))
    for one in events:
        due = net - waived - back
        if one.kind == "started":
            net = full
        elif one.kind == "disputed":
            held = one.amount
        elif one.kind == "ruled":
            held, waived = 0, waived + one.amount
            if one.amount < 0 and refunded:  # what is due again goes back as the rest did
                back += _back(terms, started, left, -one.amount)
        elif one.kind == "left":
            left = one
        elif one.kind == "refunded":
            refunded, back = True, back + _back(terms, started, left, due)
    return _sums(terms, net - waived - back, held, owner, partner)


def _back(terms: Any, started: date, left: Any, due: int) -> int:
    worked = (left.on - started).days + 1
    if left.cause == "employer" or worked > terms.guarantee_days:
        return 0
    if terms.remedy != "refund_by_days":
        return due
    days = terms.guarantee_days
    return half_up(Fraction(due * (days - worked), days))


def _sums(terms: Any, due: int, held: int, owner: int, partner: int | None) -> Sums:
    def tax(net: int) -> int:
        return half_up(Fraction(net * terms.tax_rate, 10_000))

    def share(net: int) -> int:
        return half_up(Fraction(net * terms.split, 10_000)) if partner and terms.opened else 0

    rest = due - held
    waits = held + tax(due) - tax(rest)
    found: Sums = {
        (owner, "employer"): due + tax(due) - waits,
        (owner, "held"): waits,
        (owner, "tax"): -tax(due),
        (owner, "income"): -(due - share(due)),
    }
    if partner and share(due):
        found |= {
            (owner, "partner"): -share(due),
            (partner, "owner"): share(due),
            (partner, "income"): -share(due),
        }
    return found

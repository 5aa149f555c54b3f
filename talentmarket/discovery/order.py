"""The order of the first thousand: what the engine found, or the match, with small lifts. Pure.

Every lift stands in `BOOSTS`; docs/relevance.md gives each its source and effect. Both engines'
candidates go through here, so that the same rows stand in the same order on either.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from types import MappingProxyType

#: What each lift can add at most, in shares of the best candidate's relevance.
BOOSTS = MappingProxyType(
    {
        "fresh": 0.10,  # halves every FRESH_DAYS
        "on_time": 0.05,  # replies on time: nothing at 80 % and below, all of it at 100 %
        "few": 0.03,  # fewest applicants first
        "shuffle": 0.02,  # differs from day to day, the same for everybody
    }
)
FRESH_DAYS = 14
LEAST_RATE = 80  # percent; under it new jobs wait until overdue answers are given
UNKNOWN_RATE = 0.5  # of the lift: a firm with few answers yet is neither praised nor blamed
#: Among equal whole points of a match the lifts decide, never between one point and the next.
WITHIN_A_POINT = 0.045
DAY, CHINA = 86_400, 8 * 3_600


@dataclass(frozen=True, slots=True)
class Candidate:
    """A row that may be shown.

    `base`: relevance as a share of the best one's, or the match's points / 100. `tier`: rows of a
    lower one stand first. `published_at`: seconds; `on_time`: percent; `applicants`: the bits of
    their number (0, 1, 2–3, 4–7, …), as the index holds it.
    """

    id: str
    base: float
    tier: int = 0
    published_at: int | None = None
    on_time: int | None = None
    applicants: int | None = None
    cluster: int | None = None


def lifts(one: Candidate, day: int) -> dict[str, float]:
    """What each boost adds for a candidate on a day (days since 1970, China time)."""
    age = FRESH_DAYS * 10
    if one.published_at is not None:
        age = max(0, day - (one.published_at + CHINA) // DAY)
    rate = one.on_time
    shares = {
        "fresh": 0.5 ** (age / FRESH_DAYS),
        "on_time": UNKNOWN_RATE
        if rate is None
        else min(max((rate - LEAST_RATE) / (100 - LEAST_RATE), 0.0), 1.0),
        "few": 1 / (1 + (one.applicants or 0)),
        "shuffle": chance(day, one.id),
    }
    return {name: most * shares[name] for name, most in BOOSTS.items()}


def chance(day: int, row_id: str) -> float:
    """A number from 0 up to 1 that is drawn anew for each row each day."""
    drawn = hashlib.blake2b(f"{day}:{row_id}".encode(), digest_size=4).digest()
    return int.from_bytes(drawn, "big") / 2**32


def ranked(candidates: Iterable[Candidate], day: int, *, match: bool) -> list[Candidate]:
    """Best first. `match`: `base` is a match, whose points nothing here may overturn.

    Relevance is compared in hundredths: the last digits of a 32-bit sum are no difference.
    """
    share = WITHIN_A_POINT if match else 1.0
    return sorted(
        candidates,
        key=lambda one: (
            one.tier,
            -round(round(one.base, 2) + share * sum(lifts(one, day).values()), 9),
            one.id,
        ),
    )

"""The order of the first thousand: what the engine found, or the match, with small lifts. Pure.

Every lift stands in `BOOSTS`; docs/relevance.md gives each its source and effect. Both engines'
candidates go through here, so that the same rows stand in the same order on either.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from operator import itemgetter
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

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

Floats = NDArray[np.float64]


class Candidate(NamedTuple):
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


def lifts(candidates: Sequence[Candidate], day: int) -> dict[str, Floats]:
    """What each boost adds for each candidate on a day (days since 1970, China time)."""
    published = _numbers([one.published_at for one in candidates])
    age = np.maximum(0.0, day - (published + CHINA) // DAY)
    rate = _numbers([one.on_time for one in candidates])
    on_time = np.clip((rate - LEAST_RATE) / (100 - LEAST_RATE), 0.0, 1.0)
    shares = {
        "fresh": 0.5 ** (np.where(np.isnan(age), FRESH_DAYS * 10, age) / FRESH_DAYS),
        "on_time": np.where(np.isnan(rate), UNKNOWN_RATE, on_time),
        "few": 1 / (1 + _numbers([one.applicants or 0 for one in candidates])),
        "shuffle": np.array([chance(day, one.id) for one in candidates]),
    }
    return {name: most * shares[name] for name, most in BOOSTS.items()}


def _numbers(held: Sequence[int | None]) -> Floats:
    """The unknown is no number."""
    return np.array(held, dtype=np.float64)


def chance(day: int, row_id: str) -> float:
    """A number from 0 up to 1 that is drawn anew for each row each day."""
    drawn = hashlib.blake2b(f"{day}:{row_id}".encode(), digest_size=4).digest()
    return int.from_bytes(drawn, "big") / 2**32


def ranked(candidates: Sequence[Candidate], day: int, *, match: bool) -> list[Candidate]:
    """Best first. `match`: `base` is a match, whose points nothing here may overturn.

    Relevance is compared in hundredths: the last digits of a 32-bit sum are no difference.
    """
    if not candidates:
        return []
    share = WITHIN_A_POINT if match else 1.0
    lifted = np.sum(list(lifts(candidates, day).values()), axis=0)
    base = np.round(np.array([one.base for one in candidates]), 2)
    sums = (-np.round(base + share * lifted, 9)).tolist()
    keyed = [(one.tier, less, one.id, one) for less, one in zip(sums, candidates, strict=True)]
    return [one for *_, one in sorted(keyed, key=itemgetter(0, 1, 2))]

"""The order of the first thousand: what the engine found, or the match, with small lifts. Pure.

Every lift stands in `BOOSTS`; docs/relevance.md gives each its source and effect. Both engines'
candidates go through here, so that the same rows stand in the same order on either.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import lru_cache
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
#: Rows of a day whose number a process keeps, of a tenth of a kilobyte each.
MOST_DRAWN = 20_000
DAY, CHINA = 86_400, 8 * 3_600

Floats = NDArray[np.float64]


class Candidates(NamedTuple):
    """Rows that may be shown: what is known of each, in columns of one length.

    `base`: relevance as a share of the best one's, or the match's points / 100. `tiers`: rows of a
    lower one stand first; None where there is but one. `published_at`: seconds; `on_time`: percent;
    `applicants`: the bits of their number (0, 1, 2–3, 4–7, …), as the index holds it.
    """

    ids: Sequence[str]
    base: Sequence[float] | Floats
    published_at: Sequence[int | None]
    on_time: Sequence[int | None]
    applicants: Sequence[int | None]
    tiers: Sequence[int] | None = None


def lifts(candidates: Candidates, day: int) -> dict[str, Floats]:
    """What each boost adds for each candidate on a day (days since 1970, China time)."""
    published = _numbers(candidates.published_at)
    age = np.maximum(0.0, day - (published + CHINA) // DAY)
    rate = _numbers(candidates.on_time)
    on_time = np.clip((rate - LEAST_RATE) / (100 - LEAST_RATE), 0.0, 1.0)
    shares = {
        "fresh": 0.5 ** (np.where(np.isnan(age), FRESH_DAYS * 10, age) / FRESH_DAYS),
        "on_time": np.where(np.isnan(rate), UNKNOWN_RATE, on_time),
        "few": 1 / (1 + np.nan_to_num(_numbers(candidates.applicants))),
        "shuffle": chances(day, candidates.ids),
    }
    return {name: most * shares[name] for name, most in BOOSTS.items()}


def _numbers(held: Sequence[int | None]) -> Floats:
    """The unknown is no number."""
    return np.array(held, dtype=np.float64)


def chances(day: int, row_ids: Sequence[str]) -> Floats:
    """A number from 0 up to 1 for each row, drawn anew each day."""
    drawn = _drawn(day)
    try:
        return np.array([drawn[one] for one in row_ids], np.float64) / 2**32
    except KeyError:
        pass
    if len(drawn) + len(row_ids) > MOST_DRAWN:
        drawn.clear()
    begun = hashlib.blake2b(f"{day}:".encode(), digest_size=4)
    found = []
    for row_id in row_ids:
        one = begun.copy()
        one.update(row_id.encode())
        found.append(int.from_bytes(one.digest(), "big"))
    drawn.update(zip(row_ids, found, strict=True))
    return np.array(found, np.float64) / 2**32


@lru_cache(maxsize=2)
def _drawn(_day: int) -> dict[str, int]:
    """What was drawn on a day: a thousand for each page, the same on the next one."""
    return {}


def ranked(candidates: Candidates, day: int, *, match: bool) -> list[int]:
    """The places of the candidates, best first; equals by their id. `match`: `base` is a match,
    whose points nothing here may overturn.

    Relevance is compared in hundredths: the last digits of a 32-bit sum are no difference.
    """
    if not candidates.ids:
        return []
    share = WITHIN_A_POINT if match else 1.0
    lifted = np.sum(list(lifts(candidates, day).values()), axis=0)
    sums = np.round(np.round(candidates.base, 2) + share * lifted, 9)
    keys = [candidates.ids, -sums] + ([] if candidates.tiers is None else [candidates.tiers])
    found: list[int] = np.lexsort(keys).tolist()
    return found

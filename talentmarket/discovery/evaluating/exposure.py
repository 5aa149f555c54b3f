"""How lists share attention out: who stands in them how often, and how many jobs find enough people.

Pure: lists are given as rows of places, whoever made them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from talentmarket.matching.mutual import FREE, Mutual, Offer, Wishes, ahead_of, ranked
from talentmarket.matching.vector import Standing

#: Rows of a list that are looked at, lists that one person answers at a time, and good people from
#: which a job has enough.
SEEN, ANSWERS, ENOUGH = 10, 5, 5


@dataclass(frozen=True)
class Place:
    """Somebody's place in a job's list. `good`: for both sides, as whoever measures knows it;
    `worth`: which lists the person would answer first."""

    person: str
    good: bool
    worth: float


def gini(counts: ArrayLike) -> float:
    """How unevenly places are shared: 0 everybody has as many, near 1 one has all."""
    values = np.sort(np.asarray(counts, dtype=np.float64))
    if not len(values) or not values.sum():
        return 0.0
    rank = np.arange(1, len(values) + 1)
    return float((2 * rank - len(values) - 1) @ values / (len(values) * values.sum()))


def served(lists: Mapping[str, Sequence[Place]]) -> float:
    """The share of jobs with at least `ENOUGH` good people in their list who answer: everybody answers
    the `ANSWERS` lists that are worth most to them."""
    of_person: dict[str, list[tuple[float, str, bool]]] = {}
    for job, places in lists.items():
        for place in places:
            of_person.setdefault(place.person, []).append((-place.worth, job, place.good))
    counts = dict.fromkeys(lists, 0)
    for mine in of_person.values():
        for _worth, job, good in sorted(mine)[:ANSWERS]:
            counts[job] += good
    return float(np.mean([count >= ENOUGH for count in counts.values()])) if counts else 0.0


def mutual_lists(
    candidates: Mapping[str, Sequence[Standing]],
    offers: Mapping[str, Offer],
    wishes: Mapping[str, Wishes],
    side: str = "talent",
    first: int = FREE,
) -> dict[str, list[Mutual]]:
    """All lists for both sides at once, as the pages make each of them. `candidates`: by the id of
    who reads the list, best match first; `side`: what stands in the rows, whose `first` places in all
    of these lists are what is known of them."""
    known: dict[str, list[float]] = {}
    for some in candidates.values():
        for one in some[:first]:
            known.setdefault(getattr(one, side), []).append(one.exact)
    return {
        reader: ranked(some, offers, wishes, ahead_of(some, known, side), SEEN)
        for reader, some in candidates.items()
    }

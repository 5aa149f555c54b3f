"""A score is a sum of whole points that a person can check. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import floor
from typing import NamedTuple

from talentmarket.matching.asks import PARTS, Asks, asks_of, summed
from talentmarket.matching.facts import JobFacts, TalentFacts
from talentmarket.matching.kinship import Kinship
from talentmarket.matching.requirements import Row, in_order, largest_remainder
from talentmarket.matching.weights import Part, State, Weights

_STATES = tuple(State)


class Pointed(NamedTuple):
    """A requirement row with its whole points."""

    row: Row
    points: int
    of: int


class PartSum(NamedTuple):
    """One of the six parts."""

    code: Part
    points: int
    of: int


@dataclass(frozen=True)
class Match:
    """A job and a person together. `total` is None when too little is known of the person.

    The points of `rows` add up to the points of `parts`, and those to `total`, out of 100.
    """

    job: str
    talent: str
    total: int | None
    exact: float
    parts: tuple[PartSum, ...]
    rows: tuple[Pointed, ...]
    model: str

    @cached_property
    def counts(self) -> dict[str, int]:
        """Rows per state."""
        states = [item.row.state for item in self.rows]
        return {state.value: states.count(state) for state in _STATES}

    @property
    def met(self) -> int:
        """Rows that are met, with evidence or as claimed."""
        return self.counts["met"] + self.counts["claimed"]

    @property
    def hard_failed(self) -> bool:
        """Whether a hard condition is known not to be met."""
        return any(it.row.hard and it.row.state is State.MISSING for it in self.rows)

    @property
    def hard_unknown(self) -> bool:
        """Whether a hard condition is not known to be met: shown, marked, and standing after the
        others."""
        return any(it.row.after for it in self.rows)

    @property
    def order(self) -> tuple[bool, bool, float, str, str]:
        """The key that lists are sorted by: known first, then the exact sum, then the ids."""
        return (self.total is None, self.hard_unknown, -round(self.exact, 9), self.talent, self.job)


def score(
    job: JobFacts,
    talent: TalentFacts,
    kinship: Kinship,
    year: int,
    model: str,
    weights: Weights | None = None,
) -> Match:
    """Score a pair. `year` is the present calendar year, `model` the version to show, `weights`
    what the requirements are worth (None: the table)."""
    return score_pairs([job], [talent], kinship, year, model, weights)[0]


def score_pairs(
    jobs: Sequence[JobFacts],
    people: Sequence[TalentFacts],
    kinship: Kinship,
    year: int,
    model: str,
    weights: Weights | None = None,
) -> list[Match]:
    """Score as many pairs as the longer side has: one job with each of many people, one person with
    each of many jobs, or both side by side; the rest as in :func:`score`."""
    size = 0 if not jobs or not people else max(len(jobs), len(people))
    if not {len(jobs), len(people)} <= {0, 1, size}:
        raise ValueError("either side has one, or both have as many")
    asks = asks_of(jobs, people, kinship, year, weights) if size else []
    fields = [kinship.fields(one.by_skill) for one in people] if size else []
    return [
        _match(asks[n % len(asks)], people[n % len(people)], fields[n % len(people)], model)
        for n in range(size)  # of one it is always that
    ]


def _match(asks: Asks, talent: TalentFacts, fields: frozenset[str], model: str) -> Match:
    rows, most = asks.rows(talent, fields), asks.of
    exacts = [
        row.exact / row.most * top if row.most else 0.0 for row, top in zip(rows, most, strict=True)
    ]
    exact = in_order(exacts)
    points = largest_remainder(exacts, floor(exact + 0.5))
    sums = summed(asks.parts, points)
    parts = tuple(map(PartSum, PARTS, sums, asks.parts_of))
    total = floor(exact + 0.5) if talent.says_enough else None
    pointed = tuple(map(Pointed, rows, points, most))
    return Match(asks.job.id, talent.id, total, exact, parts, pointed, model)

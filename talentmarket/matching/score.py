"""A score is a sum of whole points that a person can check. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor

from talentmarket.matching.asks import Asks, asks_of
from talentmarket.matching.facts import JobFacts, TalentFacts
from talentmarket.matching.kinship import Kinship
from talentmarket.matching.requirements import Row, in_order, largest_remainder
from talentmarket.matching.weights import Part, State, Weights


@dataclass(frozen=True)
class Pointed:
    """A requirement row with its whole points."""

    row: Row
    points: int
    of: int


@dataclass(frozen=True)
class PartSum:
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

    @property
    def counts(self) -> dict[str, int]:
        """Rows per state."""
        found = {state.value: 0 for state in State}
        for item in self.rows:
            found[item.row.state.value] += 1
        return found

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
        """Whether a hard condition is unknown: shown, marked, and standing after the others."""
        return any(it.row.hard and it.row.state is State.UNKNOWN for it in self.rows)

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
    return [
        _match(asks[n % len(asks)], people[n % len(people)], model)  # of one it is always that
        for n in range(size)
    ]


def _match(asks: Asks, talent: TalentFacts, model: str) -> Match:
    rows, most = asks.rows(talent), asks.of
    exacts = [
        row.exact / row.most * top if row.most else 0.0 for row, top in zip(rows, most, strict=True)
    ]
    exact = in_order(exacts)
    points = largest_remainder(exacts, floor(exact + 0.5))
    sums = {part: [0, 0] for part in Part}
    pointed = []
    for row, got, top in zip(rows, points, most, strict=True):
        pointed.append(Pointed(row, got, top))
        sums[row.part][0] += got
        sums[row.part][1] += top
    parts = tuple(PartSum(part, got, top) for part, (got, top) in sums.items())
    total = floor(exact + 0.5) if talent.says_enough else None
    return Match(asks.job.id, talent.id, total, exact, parts, tuple(pointed), model)

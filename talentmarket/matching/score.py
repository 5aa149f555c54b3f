"""A score is a sum of whole points that a person can check. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor

from talentmarket.matching.facts import JobFacts, TalentFacts
from talentmarket.matching.kinship import Kinship
from talentmarket.matching.requirements import Row, in_order, rows_of
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
    rows = rows_of(job, talent, kinship, year, weights)
    # The points a requirement can give are whole first, so that a row met in full gives them all.
    most = largest_remainder([row.most for row in rows], 100)
    exacts = [
        row.exact / row.most * top if row.most else 0.0 for row, top in zip(rows, most, strict=True)
    ]
    exact = in_order(exacts)
    points = largest_remainder(exacts, floor(exact + 0.5))
    pointed = tuple(
        Pointed(row, got, top) for row, got, top in zip(rows, points, most, strict=True)
    )
    parts = tuple(
        PartSum(
            part,
            sum(it.points for it in pointed if it.row.part is part),
            sum(it.of for it in pointed if it.row.part is part),
        )
        for part in Part
    )
    total = floor(exact + 0.5) if talent.says_enough else None
    return Match(job.id, talent.id, total, exact, parts, pointed, model)


def largest_remainder(values: Sequence[float], total: int) -> list[int]:
    """Whole numbers next to `values` (all ≥ 0) that add up to `total`, the rounded sum of them.

    Each is its value rounded down, or up where the remainders are largest.
    """
    if not values:
        return []
    found = [floor(value + 1e-9) for value in values]
    short = total - sum(found)
    order = sorted(range(len(values)), key=lambda n: (found[n] - values[n], n))
    for n in order[:short]:
        found[n] += 1
    return found

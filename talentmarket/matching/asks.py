"""A job laid out to be explained beside many people: what is a function of the job alone is worked
out once, and how near skills stand to it as a whole once for all who are shown. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from talentmarket.matching import requirements as rules
from talentmarket.matching import weights as w
from talentmarket.matching.facts import JobFacts, TalentFacts
from talentmarket.matching.kinship import Kinship
from talentmarket.matching.others import OTHERS, MakeOther
from talentmarket.matching.requirements import Row, WholeSkill, largest_remainder, points_of
from talentmarket.matching.weights import Part, Weights

#: Makes a row beside a person and the fields in which that person's skills lie.
Make = Callable[[TalentFacts, frozenset[str]], Row]
PARTS = {part: number for number, part in enumerate(Part)}


@dataclass(frozen=True)
class Asks:
    """A job: how to make each row that explains it, in the order of the parts, the number of the part
    of each, the whole points that each can give (`of`) and those of each part (`parts_of`)."""

    job: JobFacts
    makes: tuple[Make, ...]
    parts: tuple[int, ...]
    of: tuple[int, ...]
    parts_of: tuple[int, ...]

    def rows(self, talent: TalentFacts, fields: frozenset[str]) -> list[Row]:
        """All requirement rows of the pair, in the order of the parts. `fields`: those in which the
        person's skills lie (:meth:`Kinship.fields`)."""
        return together([make(talent, fields) for make in self.makes])


def together(rows: list[Row]) -> list[Row]:
    """The rows of a pair, each made for itself: conditions count as far as there is something in
    common with the work."""
    common = in_common(rows)
    return rows if common >= 1.0 else [_with(row, common) for row in rows]


def _with(row: Row, common: float) -> Row:
    """The row of a pair that has so much in common. Not by `_replace`, which takes three times as
    long and is called for each row of a page."""
    exact = row.exact * common if row.condition else row.exact
    return Row(
        row.key, row.part, row.state, row.most, exact, row.near, row.evidence, row.asked,
        row.has, row.hard, common, row.after,
    )  # fmt: skip


def in_common(rows: Iterable[Row]) -> float:
    """How far what is no part of the work counts, 0 to 1: not at all for somebody who has nothing
    that is near to it. 1 for a job that says nothing of the work."""
    credits = [row.exact / row.most if row.most else 0.0 for row in rows if not row.condition]
    return min(1.0, max(credits) / w.COMMON_ENOUGH) if credits else 1.0


def asks_of(
    jobs: Sequence[JobFacts],
    people: Sequence[TalentFacts],
    kinship: Kinship,
    year: int,
    weights: Weights | None = None,
) -> list[Asks]:
    """These jobs, each to be explained beside any of these people. `year`: the present one;
    `weights`: None for the table."""
    points = [points_of(job, kinship, weights) for job in jobs]
    whole = _wholes(jobs, people, kinship) if any(one.get("whole") for one in points) else []
    return [
        _asks(job, most, whole[n] if whole else {}, kinship, year)
        for n, (job, most) in enumerate(zip(jobs, points, strict=True))
    ]


def _wholes(
    jobs: Sequence[JobFacts], people: Sequence[TalentFacts], kinship: Kinship
) -> list[dict[str, WholeSkill]]:
    """For each job, of each skill that anybody holds: how near it is to the job as a whole."""
    codes = tuple(dict.fromkeys(code for one in people for code in one.by_skill))
    asked = [
        [it.skill for it in job.wanted if not kinship.is_certificate(it.skill)] for job in jobs
    ]
    found = kinship.whole(asked, kinship.placing(codes))
    return [
        dict(zip(codes, zip(near, worth, strict=True), strict=True))
        for near, worth in zip(found.nearness.tolist(), found.worth.tolist(), strict=True)
    ]


def _asks(
    job: JobFacts,
    most: Mapping[str, float],
    whole: Mapping[str, WholeSkill],
    kinship: Kinship,
    year: int,
) -> Asks:
    found: list[tuple[Part, float, Make]] = [
        _of_skill(rules.SkillAsked.of(it, most[f"skill:{it.skill}"], kinship, year))
        for it in job.wanted
    ]
    if most.get("whole"):
        asked = rules.WholeAsked.of(job, most["whole"], whole, year)
        found.append(
            (Part.MUST, asked.most, lambda talent, _fields: rules.whole_row(asked, talent))
        )
    found += [
        _of_other(part, make, job, most[key])
        for key, (part, make) in OTHERS.items()
        if most.get(key, 0.0) > 0 or (key == "mode" and key in most)
    ]
    found.sort(key=lambda one: PARTS[one[0]])
    # The points a requirement can give are whole first, so that a row met in full gives them all.
    of = largest_remainder([points for _part, points, _make in found], 100)
    parts = tuple(PARTS[part] for part, _points, _make in found)
    makes = tuple(make for _part, _points, make in found)
    return Asks(job, makes, parts, tuple(of), summed(parts, of))


def summed(parts: Sequence[int], points: Sequence[int]) -> tuple[int, ...]:
    """Points by part; `parts`: the number of the part of each."""
    sums = [0] * len(PARTS)
    for part, got in zip(parts, points, strict=True):
        sums[part] += got
    return tuple(sums)


def _of_skill(asked: rules.SkillAsked) -> tuple[Part, float, Make]:
    return asked.part, asked.most, lambda talent, fields: rules.skill_row(asked, talent, fields)


def _of_other(part: Part, make: MakeOther, job: JobFacts, most: float) -> tuple[Part, float, Make]:
    return part, most, lambda talent, _fields: make(job, talent, most)

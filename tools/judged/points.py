"""What each weight of a match decides: one at a time off, and doubled where that means something.

::

    python -m tools.judged.points [--only NAME …]

Scores all 354 people of the judged set with all of its 660 jobs, without a trained model. One line of JSON
for each change: how much of a person's first ten jobs, and of a job's first ten people, is then
another, in percent. Whether the others are better can be told from outcomes alone.
The figures stand in docs/relevance.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from statistics import fmean
from typing import Any
from unittest.mock import patch

import click

from talentmarket import create_app
from talentmarket.cli.workshop import say, tell, temporary_site
from talentmarket.core import clock
from talentmarket.core.db import db
from talentmarket.core.uow import unit_of_work
from talentmarket.discovery.evaluating import documents
from talentmarket.matching import kinship, weights
from talentmarket.matching.kinship import Kinship
from talentmarket.matching.reading import read_jobs, read_people
from talentmarket.matching.tables import Jobs, People
from talentmarket.matching.vector import Standing, score_all
from talentmarket.taxonomy.model import get_taxonomy

FIRST = 10
#: What each number of the table is when it decides nothing: no discount, no credit, no share.
NEUTRAL: Mapping[str, float] = {
    "OCCUPATION_SHARE": 0.0,
    "CERTIFICATE_SHARE": 0.0,
    "PAY_SHARE": 0.0,
    "CLAIMED_CREDIT": 1.0,
    "RELATED_CREDIT": 0.0,
    "LEVEL_STEP": 0.0,
    "LEVEL_UNKNOWN": 1.0,
    "OLD_CREDIT": 1.0,
    "STALE_CREDIT": 1.0,
    "NARROWER_EDGE": 0.0,
    "WIDER_EDGE": 0.0,
    "RELATED_EDGE": 0.0,
    "SAME_SUBCLASS": 0.0,
    "SAME_CLASS": 0.0,
    "YEARS_CLAIMED": 1.0,
    "EDUCATION_CLAIMED": 1.0,
    "COMMON_ENOUGH": 1e-6,
    "MOVES_CREDIT": 1.0,
    "LATER_CREDIT": 1.0,
}
#: Key → the ids of its first.
Lists = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Change:
    """One number of the table as it is not. `within`: the block in which it holds."""

    name: str
    value: float
    change: str
    within: AbstractContextManager[Any]


def changes() -> Iterator[Change]:
    """Every part off and doubled, every number inside them without effect."""
    for part, points in weights.POINTS.items():
        for name, factor in (("off", 0), ("double", 2)):
            within = patch.dict(weights.POINTS, {part: points * factor})
            yield Change(part.value, points, name, within)
    for name, neutral in NEUTRAL.items():
        module = kinship if hasattr(kinship, name) else weights
        value: float = getattr(weights, name)
        yield Change(name, value, "off", patch.object(module, name, neutral))


def first_ten(jobs: Sequence[Jobs], people: People) -> tuple[Lists, Lists]:
    """The first jobs of each person and the first people of each job, as lists show them.

    `jobs`: each by itself.
    """
    near, year = Kinship(get_taxonomy()), clock.today().year
    by_job: dict[str, list[Standing]] = {}
    by_person: dict[str, list[Standing]] = {}
    for job in jobs:
        for one in score_all(job, people, near, year).standings():
            by_job.setdefault(one.job, []).append(one)
            by_person.setdefault(one.talent, []).append(one)
    return (
        {person: [one.job for one in _best(row)] for person, row in by_person.items()},
        {job: [one.talent for one in _best(row)] for job, row in by_job.items()},
    )


def _best(row: Sequence[Standing]) -> list[Standing]:
    kept = [one for one in row if one.total is not None and not one.hard_failed]
    return sorted(kept, key=lambda one: one.order)[:FIRST]


def replaced(before: Lists, after: Lists) -> float:
    """How much of the first is another, in percent, on average over the lists that are not empty."""
    shares = [
        1 - len(set(rows) & set(after[key])) / len(rows) for key, rows in before.items() if rows
    ]
    return round(100 * fmean(shares), 1)


def _ids(name: str) -> list[str]:
    return [documents.public_id(row["id"]) for row in documents.read(name)]


@click.command()
@click.option("--only", multiple=True, help="Only this number (repeatable).")
def main(only: tuple[str, ...]) -> None:
    """What each weight of a match decides; JSON lines."""
    with create_app().app_context(), temporary_site():
        with unit_of_work() as session:
            documents.load(session)
        jobs = [read_jobs(db.session(), [one]) for one in _ids("jobs")]
        people = read_people(db.session(), _ids("talents"))
        say(f"{len(jobs)} jobs, {len(people.ids)} people")
        before = first_ten(jobs, people)
        for one in changes():
            if only and one.name not in only:
                continue
            say(one.name)
            with one.within:
                after = first_ten(jobs, people)
            shares = [replaced(*pair) for pair in zip(before, after, strict=True)]
            told = dict(zip(("jobs", "people"), shares, strict=True))
            tell(weight=one.name, value=round(one.value, 3), change=one.change, **told)


if __name__ == "__main__":
    main()

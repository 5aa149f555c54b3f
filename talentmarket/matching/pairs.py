"""Pairs of jobs and people as rows of two tables, and the members of rows that have several."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from talentmarket.matching.tables import Ints, Jobs, Lists, People


@dataclass(frozen=True)
class Pairs:
    """The rows of each pair in the two tables. `plain`: each row of the longer side once, in order."""

    jobs: Jobs
    people: People
    job: Ints
    person: Ints
    plain: bool = False


def pairs_of(jobs: Jobs, people: People) -> Pairs:
    """As many as the longer side has rows: one row beside each of the other side, or both side by
    side. Raises ValueError where neither is so."""
    sizes = {len(jobs.ids), len(people.ids)}
    size = 0 if 0 in sizes else max(sizes)
    if not sizes <= {0, 1, size}:
        raise ValueError("either side has one row, or both have as many")
    job, person = (
        np.zeros(size, dtype=np.int64) if len(side.ids) == 1 else np.arange(size)
        for side in (jobs, people)
    )
    return Pairs(jobs, people, job, person, plain=True)


def listed(rows: Ints, members: Ints, size: int) -> Lists:
    """Members by row, as they come sorted by it."""
    start = np.concatenate(([0], np.cumsum(np.bincount(rows, minlength=size))))
    return Lists(start, members, ())


def members(lists: Lists, rows: Ints) -> tuple[Ints, Ints]:
    """The members of these rows one after the other: the number of the row asked, the member."""
    counts = lists.counts[rows]
    number = np.repeat(np.arange(len(rows)), counts)
    before = np.cumsum(counts) - counts
    member = np.arange(len(number)) - np.repeat(before - lists.start[rows], counts)
    return number, member

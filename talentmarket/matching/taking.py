"""Some rows of many: the columns of some people, or some jobs, in the order asked."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from talentmarket.matching.tables import Jobs, Lists, People

Rows = NDArray[np.intp]


def take(people: People, rows: Rows) -> People:
    """The columns of some of them, in this order."""
    skills, member = taken(people.skills, rows)
    return replace(
        people,
        ids=tuple(people.ids[n] for n in rows.tolist()),
        education=people.education[rows],
        education_verified=people.education_verified[rows],
        years=people.years[rows],
        years_verified=people.years_verified[rows],
        moves=people.moves[rows],
        mode=people.mode[rows],
        pay=people.pay[rows],
        start_days=people.start_days[rows],
        occupations=_named(taken(people.occupations, rows)[0]),
        places=_named(taken(people.places, rows)[0]),
        skills=_named(skills),
        level=people.level[member],
        skill_years=people.skill_years[member],
        last_used=people.last_used[member],
        verified=people.verified[member],
    )


def take_jobs(jobs: Jobs, rows: Rows) -> Jobs:
    """The columns of some of them, in this order."""
    skills, member = taken(jobs.skills, rows)
    return replace(
        jobs,
        ids=tuple(jobs.ids[n] for n in rows.tolist()),
        education=jobs.education[rows],
        years=jobs.years[rows],
        pay=jobs.pay[rows],
        mode=jobs.mode[rows],
        occupation=tuple(jobs.occupation[n] for n in rows.tolist()),
        places=_named(taken(jobs.places, rows)[0]),
        skills=_named(skills),
        must=jobs.must[member],
        level=jobs.level[member],
        skill_years=jobs.skill_years[member],
    )


def taken(lists: Lists, rows: Rows) -> tuple[Lists, Rows]:
    """The lists of these rows, and where each of their codes stood."""
    start, member = members(lists, rows)
    return Lists(start, lists.codes[member], lists.names), member


def members(lists: Lists, rows: Rows) -> tuple[NDArray[np.int64], Rows]:
    """Where each of these rows begins among their members, and where those stand in the lists."""
    first = lists.start[rows]
    counts = lists.start[rows + 1] - first
    start = np.concatenate(([0], np.cumsum(counts)))
    return start, np.arange(start[-1]) + np.repeat(first - start[:-1], counts)


def _named(lists: Lists) -> Lists:
    """The same with no name that nobody has: a score asks about each name."""
    used, codes = np.unique(lists.codes, return_inverse=True)
    return Lists(lists.start, codes, tuple(lists.names[n] for n in used.tolist()))

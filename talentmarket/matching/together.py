"""The lists of many jobs at once: by compiled loops where there are, else job by job from the pool.

Either way the points are those of the page, and nobody else decides the order.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from talentmarket.matching import lanes
from talentmarket.matching.facts import JobFacts
from talentmarket.matching.pool import SPARE, Pool
from talentmarket.matching.tables import Jobs, jobs_of
from talentmarket.matching.taking import take
from talentmarket.matching.vector import Standing, score_all

Rows = NDArray[np.intp]

PART = 1_024  # jobs that are asked in one go
SCORED = 256  # jobs whose lists are scored in one go


def best_of_all(
    pool: Pool, jobs: Sequence[JobFacts], limit: int = 50, barred: Sequence[Rows] | None = None
) -> list[list[Standing]]:
    """For each job who stands first, as :meth:`Pool.best` has it. `barred`: for each job the rows of
    those who may not come, in order."""
    away = barred if barred is not None else [np.zeros(0, np.intp)] * len(jobs)
    found: list[list[Standing]] = []
    for start in range(0, len(jobs), PART):
        part = slice(start, start + PART)
        found += _best(pool, jobs[part], limit, away[part])
    return found


def rows_of_all(
    pool: Pool, jobs: Sequence[JobFacts], most: int, barred: Sequence[Rows]
) -> list[Rows]:
    """For each job the rows of those who stand first, at most `most`, the best first."""
    return _rows(pool, jobs, jobs_of(jobs), most, barred)


def _rows(
    pool: Pool, jobs: Sequence[JobFacts], table: Jobs, most: int, barred: Sequence[Rows]
) -> list[Rows]:
    found: list[Rows | None] = [None] * len(jobs)
    if len(jobs) >= lanes.JOBS and pool.lanes is not None:
        found = pool.lanes.first_rows(table, most, barred)
    rest = [n for n, rows in enumerate(found) if rows is None]
    for n, asked in zip(rest, pool.asked_all([jobs[n] for n in rest]), strict=True):
        found[n] = pool.first_rows(asked, most, without=barred[n])
    return [rows for rows in found if rows is not None]


def _best(
    pool: Pool, jobs: Sequence[JobFacts], limit: int, barred: Sequence[Rows]
) -> list[list[Standing]]:
    rows = _rows(pool, jobs, jobs_of(jobs), limit + SPARE, barred)
    found: list[list[Standing]] = []
    for start in range(0, len(jobs), SCORED):
        part = slice(start, start + SCORED)
        found += [some[:limit] for some in _scored(pool, jobs_of(jobs[part]), rows[part])]
    return found


def _scored(pool: Pool, jobs: Jobs, rows: Sequence[Rows]) -> list[list[Standing]]:
    """These people of each job in their order, by the score of the page."""
    number = np.repeat(np.arange(len(rows)), [len(some) for some in rows])
    people, person = np.unique(np.concatenate(rows), return_inverse=True)
    table, both = take(pool.people, people), (number, person)
    scores = score_all(jobs, table, pool.kinship, pool.year, pool.weights, rows=both)
    found: list[list[Standing]] = [[] for _ in rows]
    for n, one in zip(number.tolist(), scores.standings(), strict=True):
        if one.total is not None and not one.hard_failed:
            found[n].append(one)
    return [sorted(some, key=lambda one: one.order) for some in found]

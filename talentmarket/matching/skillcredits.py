"""What skills give in many pairs at once, in arrays: those asked for, and all for the job as a whole.

The same sums in the same order as `skill_row` and `whole_row` of :mod:`requirements`.
"""

from __future__ import annotations

import numpy as np

from talentmarket.matching import weights as w
from talentmarket.matching.kinship import Kinship
from talentmarket.matching.pairs import Pairs, listed, members
from talentmarket.matching.plan import Plan
from talentmarket.matching.tables import Floats, Ints, Jobs, Lists, People


def fill_skills(exacts: Floats, pairs: Pairs, asks: Plan, kinship: Kinship, year: int) -> None:
    """For each skill asked for, the best of those held: the same or a related one."""
    wanted, held = pairs.jobs.skills, pairs.people.skills
    nearness = _nearness(wanted, held, kinship)
    row, item, one = _related(pairs, nearness)
    near = nearness[wanted.codes[item], held.codes[one]]
    column = asks.of_skill[item]
    verified = np.where(pairs.people.verified[one], 1.0, w.CLAIMED_CREDIT)
    exact = asks.most[pairs.job[row], column] * near * verified
    asked = pairs.jobs.level[item], pairs.jobs.skill_years[item]
    exact = exact * _degree(pairs.people, one, *asked, year)
    exact = np.where(near == 1.0, exact, exact * w.RELATED_CREDIT)
    np.maximum.at(exacts.reshape(-1), row * exacts.shape[1] + column, exact)


def _related(pairs: Pairs, nearness: Floats) -> tuple[Ints, Ints, Ints]:
    """Every skill asked for with every one held that counts for it: the pair's row, the places among
    the skills asked for and held. Of a side that is one job or one person it is worked out once, what
    counts for each skill of the other: of all pairs of skills a hundredth does."""
    wanted, held = pairs.jobs.skills, pairs.people.skills
    if pairs.plain and len(pairs.people.ids) == 1:
        code, member = np.nonzero(nearness[:, held.codes])
        item, at = members(listed(code, member, len(nearness)), wanted.codes)
        return wanted.rows[item], item, member[at]
    if pairs.plain and len(pairs.jobs.ids) == 1:
        code, member = np.nonzero(nearness[wanted.codes].T)
        one, at = members(listed(code, member, nearness.shape[1]), held.codes)
        return held.rows[one], member[at], one
    pair, item = members(wanted, pairs.job)
    which, one = members(held, pairs.person[pair])
    (kept,) = np.nonzero(nearness[wanted.codes[item[which]], held.codes[one]])
    which, one = which[kept], one[kept]
    return pair[which], item[which], one


def _nearness(wanted: Lists, held: Lists, kinship: Kinship) -> Floats:
    """Skills asked for × skills held: 1 for the same, 0 for what does not count as related."""
    found = np.zeros((len(wanted.names), len(held.names)))
    rows = {code: number for number, code in enumerate(wanted.names)}
    if len(held.names) < len(wanted.names):
        for column, code in enumerate(held.names):
            near = kinship.counted_for(code)
            for other in near.keys() & rows.keys():
                found[rows[other], column] = near[other]
            if code in rows:
                found[rows[code], column] = 1.0
        return found
    columns = {code: number for number, code in enumerate(held.names)}
    for code, row in rows.items():
        known = kinship.neighbours(code)
        for other in columns.keys() & known.keys():
            found[row, columns[other]] = known[other].nearness
        if code in columns:
            found[row, columns[code]] = 1.0
    return found


def whole_credit(pairs: Pairs, kinship: Kinship, year: int) -> Floats:
    """What people have near the jobs as a whole: the sum of what each of their skills counts for."""
    jobs, held = pairs.jobs, pairs.people.skills
    worth = kinship.whole_of(jobs.skills, kinship.placing(held.names)).worth
    if pairs.plain and len(pairs.people.ids) == 1:
        pair, one = np.nonzero(worth[:, held.codes])
    else:
        pair, one = members(held, pairs.person)
        (near,) = np.nonzero(worth[pairs.job[pair], held.codes[one]])
        pair, one = pair[near], one[near]
    job = pairs.job[pair]
    verified = np.where(pairs.people.verified[one], 1.0, w.CLAIMED_CREDIT)
    exact = worth[job, held.codes[one]] * verified
    exact = exact * _degree(pairs.people, one, levels_of(jobs)[job], np.zeros(len(job)), year)
    count = np.bincount(pair, exact, minlength=len(pairs.job))
    return np.asarray(np.minimum(1.0, count / w.WHOLE_ENOUGH))


def levels_of(jobs: Jobs) -> Floats:
    """`level_of` of :mod:`requirements` for each job; NaN where no level is asked."""
    told = ~np.isnan(jobs.level)
    rows, size = jobs.skills.rows[told], len(jobs.ids)
    total = np.bincount(rows, jobs.level[told], minlength=size)
    number = np.bincount(rows, minlength=size)
    mean = np.floor(total / np.maximum(number, 1) + 0.5)
    return np.where(number > 0, mean, np.nan)


def _degree(
    people: People, one: Ints, asked_level: Floats, asked_years: Floats, year: int
) -> Floats:
    """Level, years and freshness in degrees; what is not asked or not said costs nothing."""
    level = people.level[one]
    below = 1.0 - w.LEVEL_STEP * np.maximum(0.0, asked_level - level)
    degree = np.where(np.isnan(level), w.LEVEL_UNKNOWN, below)
    degree = np.where(np.isnan(asked_level), 1.0, degree)
    years = people.skill_years[one]
    counts = (asked_years > 0) & ~np.isnan(years)
    share = np.minimum(1.0, years / np.where(counts, 10 * asked_years, 1.0))
    degree = degree * np.where(counts, share, 1.0)
    age = year - people.last_used[one]
    old = np.where(age > w.OLD_AFTER, w.OLD_CREDIT, 1.0)
    return np.asarray(degree * np.where(age > w.STALE_AFTER, w.STALE_CREDIT, old))

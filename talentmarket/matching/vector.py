"""The score of many pairs at once, in arrays: the same whole points as :mod:`score`, no words.

What a list needs to be put in order. The rows that explain a score are made one pair at a time, by
:func:`talentmarket.matching.score.score`, for the people or jobs that are shown. Both read
:mod:`weights` and do the same sums in the same order, so that not the last digit differs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from talentmarket.matching import hard
from talentmarket.matching import weights as w
from talentmarket.matching.kinship import Kinship
from talentmarket.matching.others import occupation_nearness
from talentmarket.matching.pairs import Pairs, members, pairs_of
from talentmarket.matching.plan import PARTS, Plan, largest_remainders, plan_of
from talentmarket.matching.skillcredits import fill_skills, whole_credit
from talentmarket.matching.tables import Flags, Floats, Ints, Jobs, People

_AFTER = 1_000.0  # more than any score: whose hard condition is unknown stands after all others
_EQUAL = 1e-8  # wider than the digits by which an order tells two sums apart


class Standing(NamedTuple):
    """What decides where a pair stands in a list; the fields are those of a match."""

    job: str
    talent: str
    total: int | None
    exact: float
    hard_failed: bool
    hard_unknown: bool

    @property
    def order(self) -> tuple[bool, bool, float, str, str]:
        """The key that lists are sorted by: known first, then the exact sum, then the ids."""
        return (self.total is None, self.hard_unknown, -round(self.exact, 9), self.talent, self.job)


@dataclass(frozen=True)
class Scores:
    """Scores of pairs, a row each. `total` is -1 where too little is known of the person.

    `exacts` (pairs × requirements) add up to `exact`; `of` are the points that each can give. A
    column of a requirement that the job does not have is not `asked`; `part` is the part of each.
    """

    jobs: tuple[str, ...]
    people: tuple[str, ...]
    total: Ints
    exact: Floats
    exacts: Floats
    of: Ints
    asked: Flags
    part: Ints
    hard_failed: Flags
    hard_unknown: Flags

    @cached_property
    def points(self) -> Ints:
        """Whole points of each requirement, which add up to the total. No list is put in order by
        them: they are found when they are asked for."""
        whole = np.floor(self.exact + 0.5).astype(np.int64)
        return largest_remainders(self.exacts, whole, self.asked)

    @property
    def parts(self) -> Ints:
        """Pairs × parts: the points of each part, which add up to the total."""
        return _by_part(self.points, self.part)

    @property
    def parts_of(self) -> Ints:
        """Pairs × parts: the points that each can give."""
        return _by_part(self.of, self.part)

    def standings(self) -> Iterator[Standing]:
        """Each pair as a value, in the order given."""
        return self._standings(np.arange(len(self.jobs)))

    def best(self, limit: int) -> list[Standing]:
        """The first `limit` of those that belong in a list: a score can be given, and no hard
        condition is failed. Only these are made into values."""
        (rows,) = np.nonzero((self.total >= 0) & ~self.hard_failed)
        if 0 < limit < len(rows):
            value = self.exact[rows] - _AFTER * self.hard_unknown[rows]
            least = np.sort(value)[len(rows) - limit]
            rows = rows[value >= least - _EQUAL]  # among equals the ids decide
        return sorted(self._standings(rows), key=lambda one: one.order)[:limit]

    def _standings(self, rows: Ints) -> Iterator[Standing]:
        columns = (self.total, self.exact, self.hard_failed, self.hard_unknown)
        for row, total, exact, failed, unknown in zip(
            rows.tolist(), *(column[rows].tolist() for column in columns), strict=True
        ):
            known = None if total < 0 else total
            yield Standing(self.jobs[row], self.people[row], known, exact, failed, unknown)


def score_all(
    jobs: Jobs,
    people: People,
    kinship: Kinship,
    year: int,
    weights: w.Weights | None = None,
    plan: Plan | None = None,
    rows: tuple[Ints, Ints] | None = None,
) -> Scores:
    """Score as many pairs as the longer side has rows: one job with each of many people, one person
    with each of many jobs, or both side by side; or the pairs of these `rows` of jobs and of people.
    `year` is the present calendar year, `weights` as in :func:`score.score`; `plan`: that of the jobs
    by these weights, where it is at hand."""
    pairs = pairs_of(jobs, people) if rows is None else Pairs(jobs, people, *rows)
    asks = plan or plan_of(jobs, kinship, weights)
    asked, of = asks.asked[pairs.job], asks.of[pairs.job]
    near, unsaid = _place(pairs)
    exacts = _credits(pairs, asks, kinship, year, near) * of
    exact = np.add.accumulate(exacts, axis=1)[:, -1]
    place = asked[:, asks.column["place"]]
    whole = np.floor(exact + 0.5).astype(np.int64)
    failed, unknown = hard.of_pairs(jobs, people, pairs.job, pairs.person, kinship)
    return Scores(
        jobs=_ids(jobs.ids, pairs.job, plain=pairs.plain),
        people=_ids(people.ids, pairs.person, plain=pairs.plain),
        total=np.where(people.says_enough[pairs.person], whole, -1),
        exact=exact,
        exacts=exacts,
        of=of,
        asked=asked,
        part=asks.part,
        hard_failed=failed | place & (near == 0.0) & ~unsaid,
        hard_unknown=unknown | place & unsaid,
    )


def _ids(ids: tuple[str, ...], rows: Ints, *, plain: bool) -> tuple[str, ...]:
    """Those of each pair. Of a `plain` side there are as many as pairs, or one for all."""
    if not plain:
        return tuple(ids[row] for row in rows.tolist())
    return ids if len(ids) == len(rows) else ids[:1] * len(rows)


def _by_part(points: Ints, part: Ints) -> Ints:
    return np.stack([points[:, part == number].sum(axis=1) for number in PARTS.values()], axis=1)


def credits_of(
    jobs: Jobs, people: People, kinship: Kinship, year: int, *, together: bool = True
) -> tuple[Plan, Ints, Floats]:
    """How much of its points each requirement gives, whatever it is worth: the plan of the jobs, the
    job's row in it for each pair, and pairs × requirements, 0 to 1. Not `together`: conditions as
    they are for who has enough in common with the work."""
    pairs = pairs_of(jobs, people)
    asks = plan_of(jobs, kinship)
    near = _place(pairs)[0]
    if together:
        return asks, pairs.job, _credits(pairs, asks, kinship, year, near)
    return asks, pairs.job, _share(_alone(pairs, asks, kinship, year, near), asks.most[pairs.job])


def _credits(pairs: Pairs, asks: Plan, kinship: Kinship, year: int, near: Floats) -> Floats:
    """Pairs × requirements: the share of its points that each gives."""
    most = asks.most[pairs.job]
    exacts = _alone(pairs, asks, kinship, year, near)
    conditions = [asks.column[name] for name in w.CONDITIONS]
    exacts[:, conditions] *= in_common(_share(exacts, most), asks, pairs.job)[:, None]
    return _share(exacts, most)


def _alone(pairs: Pairs, asks: Plan, kinship: Kinship, year: int, near: Floats) -> Floats:
    """Pairs × requirements: the points that each gives by itself, before rounding."""
    most = asks.most[pairs.job]
    exacts = np.zeros_like(most)
    fill_skills(exacts, pairs, asks, kinship, year)
    credits = {
        "whole": whole_credit(pairs, kinship, year),
        "occupation": _occupation(pairs),
        "years": _years(pairs),
        "education": _education(pairs),
        "place": near,
        "mode": np.zeros(len(near)),
        "pay": _pay(pairs),
        "availability": _availability(pairs),
    }
    for name, credit in credits.items():
        column = asks.column[name]
        exacts[:, column] = most[:, column] * credit
    return exacts


def _share(exacts: Floats, most: Floats) -> Floats:
    return np.asarray(np.divide(exacts, most, out=np.zeros_like(most), where=most != 0))


def work_of(asks: Plan) -> Flags:
    """Which requirements are the work itself, and no conditions."""
    work = np.ones(len(asks.part), dtype=np.bool_)
    work[[asks.column[name] for name in w.CONDITIONS]] = False
    return work


def in_common(credits: Floats, asks: Plan, job: Ints) -> Floats:
    """`in_common` of :mod:`asks` for each pair. `job`: its row in the plan."""
    work = work_of(asks)
    says = np.asarray(asks.asked[:, work].any(axis=1))[job]
    return common_of(credits[:, work].max(axis=1), says)


def common_of(best: Floats, says: Flags) -> Floats:
    """How far conditions count with this as the best credit of the work. `says`: the job asks for
    anything of it."""
    return np.where(says, np.minimum(1.0, best / w.COMMON_ENOUGH), 1.0)


# -- the others: the share of the points that each gives, 0 where nothing is known ----------------
def _occupation(pairs: Pairs) -> Floats:
    names = tuple(dict.fromkeys(pairs.jobs.occupation))
    number = {code: row for row, code in enumerate(names)}
    wanted = np.array([number[code] for code in pairs.jobs.occupation], dtype=np.int64)
    aims = pairs.people.occupations
    near = np.array(
        [[occupation_nearness(one, other) for other in aims.names] for one in names]
    ).reshape(len(names), len(aims.names))
    pair, aim = members(aims, pairs.person)
    best = np.zeros(len(pairs.job))
    np.maximum.at(best, pair, near[wanted[pairs.job[pair]], aims.codes[aim]])
    return best


def _years(pairs: Pairs) -> Floats:
    years, asked = pairs.people.years[pairs.person], pairs.jobs.years[pairs.job]
    share = np.minimum(1.0, np.nan_to_num(years) / np.where(asked > 0, 10 * asked, 1.0))
    whole = np.where(pairs.people.years_verified[pairs.person], 1.0, w.YEARS_CLAIMED)
    fewer = np.where(share >= w.YEARS_ENOUGH, w.YEARS_CLAIMED * share * share, 0.0)
    return np.where(share >= 1.0, whole, fewer)


def _education(pairs: Pairs) -> Floats:
    rank, asked = pairs.people.education[pairs.person], pairs.jobs.education[pairs.job]
    verified = pairs.people.education_verified[pairs.person]
    return np.where(rank >= asked, np.where(verified, 1.0, w.EDUCATION_CLAIMED), 0.0)


def _place(pairs: Pairs) -> tuple[Floats, Flags]:
    """The credit, and who says neither where nor whether they would move."""
    offered, wanted = pairs.jobs.places, pairs.people.places
    number = {code: column for column, code in enumerate(wanted.names)}
    theirs = np.array([number.get(code, -1) for code in offered.names], dtype=np.int64)
    column = theirs[offered.codes]
    holds = np.zeros((len(pairs.jobs.ids), len(wanted.names)), dtype=np.bool_)
    holds[offered.rows[column >= 0], column[column >= 0]] = True
    pair, one = members(wanted, pairs.person)
    here = np.zeros(len(pairs.job), dtype=np.bool_)
    here[pair[holds[pairs.job[pair], wanted.codes[one]]]] = True
    moves = pairs.people.moves[pairs.person]
    credit = np.where(here, 1.0, np.where(moves == 1.0, w.MOVES_CREDIT, 0.0))
    return credit, (wanted.counts[pairs.person] == 0) & np.isnan(moves)


def _pay(pairs: Pairs) -> Floats:
    wish, top = pairs.people.pay[pairs.person], pairs.jobs.pay[pairs.job]
    over = np.where(top > 0, wish / np.where(top > 0, top, 1.0) - 1, 1.0)
    above = np.where(over <= w.PAY_OVER, 1 - over * w.PAY_SLOPE, 0.0)
    return np.where(np.isnan(wish), 0.0, np.where(wish <= top, 1.0, above))


def _availability(pairs: Pairs) -> Floats:
    days = pairs.people.start_days[pairs.person]
    later = np.where(days <= w.START_LATER, w.LATER_CREDIT, w.LATEST_CREDIT)
    credit = np.where(days <= w.START_SOON, 1.0, later)
    return np.where(np.isnan(days), 0.0, credit)

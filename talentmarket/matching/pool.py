"""Many people laid out to be asked by many jobs: who holds a skill stands in one list, with how well.

A job is answered in four steps, each for fewer people and closer to the score: all who hold a skill
that is asked or one near it, in bytes; the best of those with all other requirements, from tables
(:mod:`credits`); the best of those with each of their skills; and the best of those by
:func:`vector.score_all`, which has the last word. So what comes out has the points of the page. What
may be lost on the way is measured (`recall_1m` of `python -m benchmarks matching`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from talentmarket.matching import credits
from talentmarket.matching import weights as w
from talentmarket.matching.credits import Credits
from talentmarket.matching.doors import Doors
from talentmarket.matching.facts import JobFacts
from talentmarket.matching.holders import Holders, greatest
from talentmarket.matching.kinship import Kinship
from talentmarket.matching.plan import Plan, plan_of
from talentmarket.matching.skillcredits import levels_of
from talentmarket.matching.tables import Flags, Jobs, People, jobs_of
from talentmarket.matching.taking import members, take, taken
from talentmarket.matching.vector import Scores, Standing, score_all
from talentmarket.matching.weights import Weights

if TYPE_CHECKING:
    from talentmarket.matching.lanes.layout import Lanes

Rows = NDArray[np.intp]
Bytes = NDArray[np.uint8]
Sums = NDArray[np.float32]

#: How many the first step leaves (with all that stand as high as the last of them), the second, and
#: the third beyond the length of the list.
FIRST, SECOND, SPARE = 12_000, 900, 14
#: Related skills of one asked for that the first step looks up: the nearest, as far as they give so
#: many points.
NEIGHBOURS = 8
LEAST = 1.5
WHOLE = 40  # skills near the job as a whole that the first step looks up: the nearest
BYTE = 250  # what all that the first step looks at gives together, in bytes
SAMPLE = 100_000  # of more people than that, so many tell where the first step cuts
COMMON = 32  # a place is common that more than one in so many want
MOVES, UNSAID, HERE = 1, 2, 3  # places of :meth:`Credits.place`; 0: elsewhere


@dataclass(frozen=True)
class Conditions:
    """What is asked of people besides, as filters; who does not say it passes (unknown never hides).

    `education`: the lowest rank; `years`: whole years at least; `start_days`: days until they could
    start at most.
    """

    education: int | None = None
    years: int | None = None
    start_days: int | None = None


@dataclass(frozen=True)
class Asked:
    """A job with its plan, for one question to a pool. `skills`: the codes asked for, `of` the whole
    points that each can give; `worth` how many skills each of the pool's counts for near the job as a
    whole, at this `level`."""

    jobs: Jobs
    plan: Plan
    skills: tuple[str, ...]
    of: NDArray[np.int64]
    worth: Sums
    level: float

    @property
    def says_work(self) -> bool:
        """Whether the job asks for anything of the work itself."""
        return bool(self.skills) or bool(self.jobs.occupation[0])

    def points(self, name: str) -> np.float32:
        """Whole points of a requirement that is no skill."""
        return np.float32(self.plan.of[0, self.plan.column[name]])


class Pool:
    """People as one table and their codes by row; made once, asked often, changed by nobody."""

    def __init__(
        self, people: People, kinship: Kinship, year: int, weights: Weights | None = None
    ) -> None:
        self.people = people
        self.kinship = kinship
        self.year = year
        self.weights = weights
        self.credits = Credits(kinship, year)
        self.placing = kinship.placing(people.skills.names)
        self.skills = Holders.of(people.skills)
        self.aims = Holders.of(people.occupations)
        self.places = Holders.of(people.places)
        entry = credits.entry_code(people, year)
        self.entries = entry[self.skills.member]
        # One number for what is read together: else each costs a way to memory of its own.
        self.held = (people.skills.codes << 16 | entry).astype(np.uint32)
        self.wishes, wish = np.unique(people.pay, return_inverse=True)
        self.codes = _packed(people, wish)
        self.ranks = (self.codes >> 10 & 31).astype(np.uint8)
        self.tenths = (self.codes >> 1 & 255).astype(np.uint8)
        self.starts = (self.codes >> 16 & 7).astype(np.uint8)
        unsaid = (people.places.counts == 0) & np.isnan(people.moves)
        self.moves = np.where(unsaid, UNSAID, people.moves == 1).astype(np.uint8)
        self.doors = Doors(people, self.skills, kinship)
        self.everywhere = self._in_common_places()

    def _in_common_places(self) -> dict[str, Bytes]:
        """For the places that many want: HERE for each who does, else 0."""
        found = {}
        for name in self.people.places.names:
            rows = self.places.rows[self.places.part(name)]
            if len(rows) * COMMON > len(self.people.ids):
                found[name] = np.zeros(len(self.people.ids), np.uint8)
                found[name][rows] = HERE
        return found

    def asked(self, job: JobFacts) -> Asked:
        """A job, planned."""
        return self.asked_all([job])[0]

    def asked_all(self, jobs: Sequence[JobFacts]) -> list[Asked]:
        """These jobs, planned in one go: a block of the night costs hardly more than one of them."""
        if not jobs:
            return []
        table = jobs_of(jobs)
        plan, levels = plan_of(table, self.kinship, self.weights), levels_of(table)
        worth = self._worth(table, plan)
        found, start = [], table.skills.start.tolist()
        for n, job in enumerate(jobs):
            one = plan.of_job(n, slice(start[n], start[n + 1]))
            codes = table.skills.codes[start[n] : start[n + 1]].tolist()
            skills = tuple(table.skills.names[code] for code in codes)
            of, level = one.of[0, one.of_skill], float(levels[n])
            found.append(Asked(jobs_of([job]), one, skills, of, worth[n], level))
        return found

    def _worth(self, jobs: Jobs, plan: Plan) -> Sums:
        """How many skills each of the pool's counts for near the jobs as a whole."""
        worth = np.zeros((len(jobs.ids), len(self.people.skills.names)), np.float32)
        (rows,) = np.nonzero(plan.asked[:, plan.column["whole"]])
        if len(rows):
            worth[rows] = self.kinship.whole_of(jobs.skills, self.placing).worth[rows]
        return worth

    @cached_property
    def lanes(self) -> Lanes | None:
        """Its people laid out for many jobs at once; None where that saves nothing or needs what is
        not installed."""
        from talentmarket.matching import lanes

        if len(self.people.ids) < lanes.PEOPLE or not lanes.installed():
            return None
        from talentmarket.matching.lanes.layout import Lanes

        return Lanes(self)

    def among(self, conditions: Conditions) -> Bytes:
        """255 for each person whom the conditions let pass, 0 for the others."""
        passes = np.ones(len(self.people.ids), np.bool_)
        if conditions.education is not None:
            passes &= _at_least(self.ranks, conditions.education + 1)
        if conditions.years is not None:
            passes &= _at_least(self.tenths, 10 * conditions.years + 1)
        if conditions.start_days is not None:
            passes &= self.starts <= credits.latest_start(conditions.start_days)
        return passes.view(np.uint8) * np.uint8(255)

    def best(
        self,
        job: JobFacts,
        limit: int = 50,
        among: Bytes | None = None,
        without: Rows | None = None,
    ) -> list[Standing]:
        """Who stands first for a job, at most `limit`: no one who fails a hard condition or of whom
        too little is known. `among`: for each person 255 or 0, who may come; `without`: rows of
        those who may not."""
        return self.best_of(self.asked(job), limit, among, without)

    def best_of(
        self,
        asked: Asked,
        limit: int = 50,
        among: Bytes | None = None,
        without: Rows | None = None,
    ) -> list[Standing]:
        """The same for a job that is planned."""
        rows = self.first_rows(asked, limit + SPARE, among, without)
        found = self.scores(asked, rows)
        kept = [one for one in found.standings() if one.total is not None and not one.hard_failed]
        return sorted(kept, key=lambda one: one.order)[:limit]

    def scores(self, asked: Asked, rows: Rows) -> Scores:
        """The scores of these people, as the page has them."""
        people = take(self.people, rows)
        return score_all(asked.jobs, people, self.kinship, self.year, self.weights, plan=asked.plan)

    def first_rows(
        self, asked: Asked, most: int, among: Bytes | None = None, without: Rows | None = None
    ) -> Rows:
        """The rows of those who stand first, at most `most`, the best first."""
        points, scale = self._first(asked)
        open_to = self.open_to(asked)
        passes, unsaid = self.doors.of(asked.jobs)
        for some in (open_to, among):
            if some is not None:
                passes &= some != 0
        if without is not None:
            passes[without] = False
        # Conditions leave fewer who stand out: those who follow them are nearer together.
        wider = 1 if among is None else 2
        if len(points) <= SECOND or not (asked.skills or asked.points("occupation")):
            rows = np.flatnonzero(passes)
        else:
            points *= passes
            rows = _upper(points, wider * FIRST)
        others, behind = self.others(asked, rows, open_to, unsaid)
        # As if there were enough in common: who has come so far has something that is near.
        near = points[rows] * np.float32(1 / scale) + others + behind
        if len(rows) > (second := wider * SECOND):
            kept = np.argpartition(near, len(rows) - second)[-second:]
            rows, others, behind = rows[kept], others[kept], behind[kept]
        work, common = self.work(asked, rows)
        exact = work + common * others + behind
        return rows[np.lexsort((rows, -exact))[:most]]

    def _first(self, asked: Asked) -> tuple[Bytes, float]:
        """What skills and occupation give each person, and how many bytes a point is."""
        jobs, aim = asked.jobs, asked.points("occupation")
        whole = asked.points("whole")
        scale = BYTE / max(1.0, float(asked.of.sum() + aim + whole))
        total = np.zeros(len(self.people.ids), np.uint8)
        best, least = np.empty_like(total), LEAST * scale
        for n, skill in enumerate(asked.skills):
            best[:] = 0
            credit = self.credits.entries(jobs.level[n], jobs.skill_years[n])
            given = credit * np.float32(asked.of[n] * scale)
            for near, share in self.credits.near(skill)[-NEIGHBOURS:]:
                # As if nothing were known of how well: to look it up would cost as much again.
                typical = int(given[0] * share)
                if typical >= least:
                    best[self.skills.rows[self.skills.part(near)]] = typical
            part = self.skills.part(skill)
            best[self.skills.rows[part]] = given.astype(np.uint8).take(self.entries[part])
            total += best
        if aim:
            near_aims = self.credits.occupation(jobs.occupation[0], self.people.occupations.names)
            best[:] = 0
            for n in np.argsort(near_aims, kind="stable")[np.count_nonzero(near_aims == 0) :]:
                part = self.aims.part(self.people.occupations.names[n])
                best[self.aims.rows[part]] = int(near_aims[n] * aim * scale)
            total += best
        if whole:
            total += self._first_whole(asked, float(whole) * scale)
        return total, scale

    def _first_whole(self, asked: Asked, most: float) -> Bytes:
        """What the skills nearest to the job as a whole give together, as if nothing were known of
        how well."""
        sums = np.zeros(len(self.people.ids), np.uint16)
        given = asked.worth * (self.credits.entries(asked.level, 0)[0] * most / w.WHOLE_ENOUGH)
        kept = np.argsort(-given, kind="stable")[:WHOLE]
        for code in kept[given[kept] >= 1].tolist():
            part = self.skills.part(self.people.skills.names[code])
            sums[self.skills.rows[part]] += np.uint16(given[code])
        return np.minimum(sums, np.uint16(most)).astype(np.uint8)

    def open_to(self, asked: Asked) -> Bytes | None:
        """For each person one of the codes of :meth:`Credits.place`; None where it does not
        matter."""
        places = asked.jobs.places
        if not places.counts[0]:
            return None
        found = self.moves.copy()
        for code in places.codes.tolist():
            name = places.names[code]
            if (known := self.everywhere.get(name)) is not None:
                np.maximum(found, known, out=found)
            else:
                found[self.places.rows[self.places.part(name)]] = HERE
        return found

    def others(
        self, asked: Asked, rows: Rows | slice, open_to: Bytes | None, unsaid: Flags | None
    ) -> tuple[Sums, Sums]:
        """The points of all that is no part of the work, for whom there is enough in common; and
        what puts those far below of whom too little is known or who leave a hard one unsaid."""
        jobs, table = asked.jobs, self.credits
        codes = self.codes[rows]
        behind = _NOT_ENOUGH.take(codes & 1)
        start = table.availability() * asked.points("availability")
        found = start.take(codes >> 16 & 7)
        if asked.points("years"):
            years = table.years(jobs.years[0]) * asked.points("years")
            found += years.take(codes >> 1 & 511)
        if asked.points("education"):
            education = table.education(jobs.education[0]) * asked.points("education")
            found += education.take(codes >> 10 & 63)
        if asked.points("pay"):
            pay = table.pay(jobs.pay[0], self.wishes) * asked.points("pay")
            found += pay.take(codes >> 19)
        late = np.zeros(len(codes), np.bool_) if unsaid is None else unsaid[rows]
        if open_to is not None:
            found += (table.place() * asked.points("place")).take(open_to[rows])
            late = late | (open_to[rows] == UNSAID)
        return found, np.asarray(behind + _BEHIND * late, np.float32)

    def work(self, asked: Asked, rows: Rows) -> tuple[Sums, Sums]:
        """The points of the work itself (skills, the job as a whole, occupation), and how far all
        else counts with these, 0 to 1."""
        skills, whole, aims = (
            self.skills_of(asked, rows),
            self.whole_of(asked, rows),
            self.aims_of(asked, rows),
        )
        points = asked.of.astype(np.float32) @ skills
        points += asked.points("whole") * whole + asked.points("occupation") * aims
        if not asked.says_work:
            return points, np.ones(len(rows), np.float32)
        best = np.maximum(skills.max(axis=0, initial=0), np.maximum(whole, aims))
        return points, np.minimum(best / np.float32(w.COMMON_ENOUGH), np.float32(1))

    def aims_of(self, asked: Asked, rows: Rows) -> Sums:
        """The credit of the occupation."""
        if not asked.jobs.occupation[0]:
            return np.zeros(len(rows), np.float32)
        aims, _member = taken(self.people.occupations, rows)
        near = self.credits.occupation(asked.jobs.occupation[0], aims.names)
        return np.asarray(greatest(near.take(aims.codes)[None, :], aims.start)[0])

    def whole_of(self, asked: Asked, rows: Rows) -> Sums:
        """The credit of what people have near the job as a whole."""
        if not asked.worth.any():
            return np.zeros(len(rows), np.float32)
        start, member = members(self.people.skills, rows)
        held = self.held[member]
        table = self.credits.entries(asked.level, 0)
        given = asked.worth.take(held >> 16) * table.take((held & 0xFFFF).astype(np.intp))
        row = np.repeat(np.arange(len(rows)), np.diff(start))
        count = np.bincount(row, given, minlength=len(rows)).astype(np.float32)
        return np.asarray(np.minimum(count / np.float32(w.WHOLE_ENOUGH), np.float32(1)))

    def skills_of(self, asked: Asked, rows: Rows) -> Sums:
        """Skills asked for × people: the credit of each, by the best of what each person has."""
        start, member = members(self.people.skills, rows)
        held = self.held[member]
        code, entry = (held >> 16).astype(np.intp), (held & 0xFFFF).astype(np.intp)
        found = np.empty((len(asked.skills), len(member)), np.float32)
        for n, skill in enumerate(asked.skills):
            table = self.credits.entries(asked.jobs.level[n], asked.jobs.skill_years[n])
            share = self.credits.shares(skill, self.people.skills.names)
            np.multiply(share.take(code), table.take(entry), out=found[n])
        return greatest(found, start)


def _at_least(codes: Bytes, least: int) -> NDArray[np.bool_]:
    """Whether each code is so high, or 0. Codes end below 255, with all that is above."""
    # One below 0 is the highest byte there is.
    found: NDArray[np.bool_] = codes - np.uint8(1) >= np.uint8(min(least, 254) - 1)
    return found


def _packed(people: People, wish: NDArray[np.intp]) -> NDArray[np.int64]:
    """What is known of each person but skills, places and aims, as one number of codes."""
    years = credits.years_code(people.years, people.years_verified).astype(np.int64)
    education = credits.rank_code(people.education, people.education_verified).astype(np.int64)
    start = credits.start_code(people.start_days).astype(np.int64)
    return wish << 19 | start << 16 | education << 10 | years << 1 | people.says_enough


_NOT_ENOUGH = np.array([-10_000, 0], np.float32)  # by whether a score can be given
_BEHIND = np.float32(-1_000)


def _upper(points: Bytes, most: int) -> Rows:
    """About `most` rows with the highest points: all down to the level at which there are enough;
    none without any."""
    some = np.ascontiguousarray(points[:: max(1, len(points) // SAMPLE)])
    enough = most * len(some) / max(1, len(points))
    low, high = 1, 255
    while low < high:  # the highest level at which there are enough of some
        middle = (low + high + 1) // 2
        if np.count_nonzero(some >= middle) >= enough:
            low = middle
        else:
            high = middle - 1
    return np.flatnonzero(points >= low)

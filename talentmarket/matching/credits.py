"""What a requirement gives for each thing that may be known of a person: tables in place of sums.

Each table is asked of the score itself, once, with a job that has this one requirement and people of
whom this one thing is known. So a change of a weight changes the tables, and no rule stands twice.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from talentmarket.matching import weights as w
from talentmarket.matching.facts import START_DAYS, JobFacts, Wanted
from talentmarket.matching.kinship import Kinship
from talentmarket.matching.plan import plan_of
from talentmarket.matching.tables import Floats, Jobs, Lists, People, jobs_of
from talentmarket.matching.vector import score_all

Table = NDArray[np.float32]

#: Codes of what is known; 0 is "not said". Years in tenths, the last one and all above together.
YEARS = 256
RANKS = 32
#: Of one skill: levels, ages (years since the last use), and years, of which all above twelve and a
#: half are as good as that.
LEVELS, AGES, TENTHS = 5, 10, 128
ENTRIES = LEVELS * AGES * 2 * TENTHS


def years_code(tenths: Floats, verified: NDArray[np.bool_]) -> NDArray[np.uint16]:
    """Tenths of years and whether they are verified, as one number below 2 × YEARS."""
    return (_coded(tenths, YEARS) + YEARS * verified).astype(np.uint16)


def _coded(values: Floats, count: int) -> NDArray[np.int64]:
    """One more than each value, 0 where it is not said, below `count`."""
    said = np.clip(np.nan_to_num(values) + 1, 1, count - 1)
    return np.where(np.isnan(values), 0, said).astype(np.int64)


def rank_code(rank: Floats, verified: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """An education rank and whether it is verified, as one number below 2 × RANKS."""
    return (_coded(rank, RANKS) + RANKS * verified).astype(np.uint8)


def start_code(days: Floats) -> NDArray[np.uint8]:
    """The number of an availability in :data:`START_DAYS`, from 1."""
    found = np.searchsorted(_STARTS, np.nan_to_num(days)) + 1
    return np.where(np.isnan(days), 0, np.minimum(found, len(_STARTS))).astype(np.uint8)


def latest_start(days: int) -> int:
    """The highest :func:`start_code` of those who could start within so many days."""
    return int(np.searchsorted(_STARTS, days, side="right"))


def entry_code(people: People, year: int) -> NDArray[np.uint16]:
    """Level, age, verification and years of each skill held, as one number below ENTRIES."""
    level = np.nan_to_num(people.level).astype(np.int64)
    aged = _coded(year - people.last_used, AGES)
    code = (level * AGES + aged) * 2 + people.verified
    return (code * TENTHS + _coded(people.skill_years, TENTHS)).astype(np.uint16)


_STARTS = np.array(sorted(START_DAYS.values()), dtype=np.float64)


class Credits:
    """The tables for one way of relating skills; kept as they are asked for."""

    def __init__(self, kinship: Kinship, year: int) -> None:
        self._kinship = kinship
        self._year = year
        self._kept: dict[Hashable, Table] = {}
        self._near: dict[str, list[tuple[str, float]]] = {}

    def years(self, asked: float) -> Table:
        """By :func:`years_code`."""
        return self._table(
            ("years", asked), "years", JobFacts("", years_min=int(asked)), _people_of_years
        )

    def education(self, asked: float) -> Table:
        """By :func:`rank_code`."""
        job = JobFacts("", education_rank=int(asked))
        return self._table(("education", asked), "education", job, _people_of_ranks)

    def availability(self) -> Table:
        """By :func:`start_code`."""
        return self._table("start", "availability", JobFacts(""), _people_of_starts)

    def occupation(self, asked: str, names: tuple[str, ...]) -> Table:
        """By the number of an occupation in `names`."""
        job = JobFacts("", occupation=asked)
        return self._table(
            ("occupation", asked, names), "occupation", job, lambda: _people_of_aims(names)
        )

    def pay(self, top: float, wishes: Floats) -> Table:
        """For each of these wishes, of a job that pays `top`."""
        job = JobFacts("", pay_high=int(top))
        key = ("pay", int(top), wishes.ctypes.data, len(wishes))
        return self._table(key, "pay", job, lambda: _nobody(len(wishes), pay=wishes))

    def place(self) -> Table:
        """0: elsewhere and not moving, 1: moving, 2: does not say, 3: here."""
        return self._table("place", "place", JobFacts("", places=("-",)), _people_of_places)

    def entries(self, level: float, years: float) -> Table:
        """Of the skill that is asked for, by :func:`entry_code`."""
        known, asked = None if np.isnan(level) else int(level), int(years) or None
        return self._table(
            ("entries", known, asked),
            None,
            JobFacts("", wanted=(Wanted("-", True, known, asked),)),
            lambda: _people_of_entries(self._year),
        )

    def near(self, skill: str) -> list[tuple[str, float]]:
        """Related skills, the nearest last, with the share of the credit that each gives."""
        if skill not in self._near:
            found = self._kinship.similar(skill, len(self._kinship.neighbours(skill)))
            self._near[skill] = [(one.skill, related(one.nearness)) for one in reversed(found)]
        return self._near[skill]

    def shares(self, asked: str, held: tuple[str, ...]) -> Table:
        """How much of a skill's credit each of these gives: 1 the same, 0 one that is not near."""
        key = ("shares", asked, id(held))
        if key not in self._kept:
            number = {code: n for n, code in enumerate(held)}
            found = np.zeros(len(held), np.float32)
            for code, share in self.near(asked):
                if code in number:
                    found[number[code]] = share
            if asked in number:
                found[number[asked]] = 1.0
            self._kept[key] = found
        return self._kept[key]

    def _table(
        self, key: Hashable, name: str | None, job: JobFacts, people: Callable[[], People]
    ) -> Table:
        if key not in self._kept:
            self._kept[key] = self._asked(name, job, people())
        return self._kept[key]

    def _asked(self, name: str | None, job: JobFacts, people: People) -> Table:
        """Shares of the points of one requirement (None: of the skill)."""
        jobs: Jobs = jobs_of([job])
        plan = plan_of(jobs, self._kinship)
        column = int(plan.of_skill[0]) if name is None else plan.column[name]
        exact = score_all(jobs, people, self._kinship, self._year).exact
        return np.asarray(exact / plan.of[0, column], dtype=np.float32)


def related(nearness: float) -> float:
    """The share of a skill's credit that a related one gives."""
    return nearness * w.RELATED_CREDIT


# -- people of whom one thing is known -----------------------------------------------------------
def _nobody(size: int, **known: NDArray[np.generic] | Lists) -> People:
    unknown, no = np.full(size, np.nan), np.zeros(size, dtype=np.bool_)
    none = Lists(np.zeros(size + 1, dtype=np.int64), np.zeros(0, dtype=np.int64), ())
    skills = known.get("skills", none)
    held = int(skills.start[-1]) if isinstance(skills, Lists) else 0
    entries, unproved = np.full(held, np.nan), np.zeros(held, dtype=np.bool_)
    nobody = People(
        ids=("",) * size,
        education=unknown,
        education_verified=no,
        years=unknown,
        years_verified=no,
        moves=unknown,
        mode=unknown,
        pay=unknown,
        start_days=unknown,
        occupations=none,
        places=none,
        skills=none,
        level=entries,
        skill_years=entries,
        last_used=entries,
        verified=unproved,
    )
    return replace(nobody, **known)  # type: ignore[arg-type]


def _or_unsaid(codes: NDArray[np.int64]) -> Floats:
    """What the codes stand for: one less, 0 for nothing said."""
    return np.where(codes == 0, np.nan, codes - 1.0)


def _people_of_years() -> People:
    code = np.arange(2 * YEARS)
    return _nobody(len(code), years=_or_unsaid(code % YEARS), years_verified=code >= YEARS)


def _people_of_ranks() -> People:
    code = np.arange(2 * RANKS)
    return _nobody(len(code), education=_or_unsaid(code % RANKS), education_verified=code >= RANKS)


def _people_of_starts() -> People:
    return _nobody(len(_STARTS) + 1, start_days=np.concatenate(([np.nan], _STARTS)))


def _people_of_aims(names: tuple[str, ...]) -> People:
    each = np.arange(len(names))
    return _nobody(len(names), occupations=Lists(np.arange(len(names) + 1), each, names))


def _people_of_places() -> People:
    lists = Lists(np.array([0, 1, 2, 2, 3]), np.array([0, 0, 1]), ("elsewhere", "-"))
    return _nobody(4, places=lists, moves=np.array([0.0, 1.0, np.nan, np.nan]))


def _people_of_entries(year: int) -> People:
    code = np.arange(ENTRIES)
    rest, tenths = code // TENTHS, code % TENTHS
    rest, verified = rest // 2, rest % 2
    level, aged = rest // AGES, rest % AGES
    lists = Lists(np.arange(ENTRIES + 1), np.zeros(ENTRIES, dtype=np.int64), ("-",))
    return _nobody(
        ENTRIES,
        skills=lists,
        level=np.where(level == 0, np.nan, level),
        last_used=np.where(aged == 0, np.nan, year + 1.0 - aged),
        skill_years=_or_unsaid(tenths),
        verified=verified == 1,
    )

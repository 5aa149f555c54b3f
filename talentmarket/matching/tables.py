"""Many people or many jobs as columns: what a score reads of them, one array for each fact.

What a row has several of (skills, occupations, places) is kept as in a CSR matrix: all codes one
after the other, and where each row's begin. Unknown numbers are NaN.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from talentmarket.matching.facts import MODES, JobFacts, TalentFacts, start_days

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Lists:
    """Codes of many rows: those of row n are `names[code]` for `codes[start[n]:start[n + 1]]`."""

    start: Ints
    codes: Ints
    names: tuple[str, ...]

    @property
    def counts(self) -> Ints:
        """How many codes each row has."""
        return np.diff(self.start)

    @property
    def rows(self) -> Ints:
        """The row of each code."""
        return np.repeat(np.arange(len(self.start) - 1), self.counts)


@dataclass(frozen=True)
class People:
    """People as columns; `moves` is 1, 0 or NaN, `mode` of :data:`MODES`, `start_days` the days until one could start.

    `level` (1–4), `skill_years` (tenths of a year), `last_used` (calendar year) and `verified`
    stand beside `skills.codes`.
    """

    ids: tuple[str, ...]
    education: Floats
    education_verified: Flags
    years: Floats
    years_verified: Flags
    moves: Floats
    mode: Floats
    pay: Floats
    start_days: Floats
    occupations: Lists
    places: Lists
    skills: Lists
    level: Floats
    skill_years: Floats
    last_used: Floats
    verified: Flags

    @property
    def says_enough(self) -> Flags:
        """Of whom a score can be given at all, as :attr:`TalentFacts.says_enough` has it."""
        target = (self.occupations.counts > 0) & ~np.isnan(self.years)
        return (self.skills.counts > 0) | target


@dataclass(frozen=True)
class Jobs:
    """Jobs as columns; `education` and `years` are 0 where nothing is asked, `places` empty where
    the place does not matter, `pay` the most that is paid (fen a month), `mode` of :data:`MODES`.

    `must`, `level` (1–4) and `skill_years` (whole years, 0: not asked) stand beside
    `skills.codes`; `occupation` is "" where there is none.
    """

    ids: tuple[str, ...]
    education: Floats
    years: Floats
    pay: Floats
    mode: Floats
    occupation: tuple[str, ...]
    places: Lists
    skills: Lists
    must: Flags
    level: Floats
    skill_years: Floats


#: One person: id, education rank, is it verified, tenths of years, are they verified, would move,
#: lowest pay, availability, way of working. One skill: number of the row, skill, level, tenths of
#: years, last used, verified. One job: id, education rank, years, pay, occupation, way of working.
Person = tuple[
    str, int | None, bool, int | None, bool, bool | None, int | None, str | None, str | None
]
Skill = tuple[int, str, int | None, int | None, int | None, bool]
Post = tuple[str, int | None, int | None, int | None, str | None, str | None]
Asked = tuple[int, str, bool, int | None, int | None]
Coded = tuple[int, str]


def people(
    persons: Sequence[Person],
    skills: Sequence[Skill],
    occupations: Sequence[Coded],
    places: Sequence[Coded],
) -> People:
    """The columns of these rows; lists hold the number of a person's row and come sorted by it."""
    ids, education, studied, years, worked, moves, pay, availability, mode = _columns(persons, 9)
    of, codes, level, skill_years, last_used, verified = _columns(skills, 6)
    return People(
        ids=tuple(ids),
        education=_floats(education),
        education_verified=np.array(studied, dtype=np.bool_),
        years=_floats(years),
        years_verified=np.array(worked, dtype=np.bool_),
        moves=_floats(moves),
        mode=_modes(mode),
        pay=_floats(pay),
        start_days=_floats([None if one is None else start_days(one) for one in availability]),
        occupations=_lists(len(ids), *_columns(occupations, 2)),
        places=_lists(len(ids), *_columns(places, 2)),
        skills=_lists(len(ids), of, codes),
        level=_floats(level),
        skill_years=_floats(skill_years),
        last_used=_floats(last_used),
        verified=np.array(verified, dtype=np.bool_),
    )


def jobs(posts: Sequence[Post], asked: Sequence[Asked], places: Sequence[Coded]) -> Jobs:
    """The columns of these rows; lists hold the number of a job's row and come sorted by it."""
    return jobs_in_columns(posts, _columns(asked, 5), places)


def jobs_in_columns(
    posts: Sequence[Post], asked: Sequence[list[Any]], places: Sequence[Coded]
) -> Jobs:
    """The same with the columns of `asked`: there are ten times as many as jobs."""
    ids, education, years, pay, occupation, mode = _columns(posts, 6)
    of, codes, must, level, skill_years = asked
    return Jobs(
        ids=tuple(ids),
        education=_floats(education, 0),
        years=_floats(years, 0),
        pay=_floats(pay),
        mode=_modes(mode),
        occupation=tuple(one or "" for one in occupation),
        places=_lists(len(ids), *_columns(places, 2)),
        skills=_lists(len(ids), of, codes),
        must=np.array(must, dtype=np.bool_),
        level=_floats(level),
        skill_years=_floats(skill_years, 0),
    )


def people_of(facts: Sequence[TalentFacts]) -> People:
    """The columns of people whose facts are at hand."""
    return people(
        [
            (
                one.id,
                one.education_rank,
                one.education_verified,
                one.years_tenths,
                one.years_verified,
                one.moves,
                one.pay_low,
                one.availability,
                one.mode,
            )
            for one in facts
        ],
        [
            (row, held.skill, held.level, held.years_tenths, held.last_used, held.verified)
            for row, one in enumerate(facts)
            for held in one.by_skill.values()
        ],
        [(row, code) for row, one in enumerate(facts) for code in one.occupations],
        [(row, code) for row, one in enumerate(facts) for code in one.places],
    )


def jobs_of(facts: Sequence[JobFacts]) -> Jobs:
    """The columns of jobs whose facts are at hand."""
    return jobs(
        [
            (
                one.id,
                one.education_rank,
                one.years_min,
                one.pay_high if one.pay_high is not None else one.pay_low,
                one.occupation,
                one.mode,
            )
            for one in facts
        ],
        [
            (row, item.skill, item.must, item.level, item.years)
            for row, one in enumerate(facts)
            for item in one.wanted
        ],
        [(row, code) for row, one in enumerate(facts) if not one.remote for code in one.places],
    )


def _columns(rows: Sequence[tuple[Any, ...]], width: int) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)] or [[] for _ in range(width)]


def _modes(values: Iterable[str | None]) -> Floats:
    return _floats([None if one is None else MODES[one] for one in values])


def _floats(values: Iterable[object], unknown: float = np.nan) -> Floats:
    found = np.array(list(values), dtype=np.float64)
    return np.where(np.isnan(found), unknown, found)


def _lists(rows: int, of: Sequence[object], codes: Sequence[object]) -> Lists:
    numbers: dict[object, int] = {}
    coded = [numbers.setdefault(code, len(numbers)) for code in codes]
    counts = np.bincount(np.array(of, dtype=np.int64), minlength=rows)
    start = np.concatenate(([0], np.cumsum(counts)))
    return Lists(start, np.array(coded, dtype=np.int64), tuple(map(str, numbers)))

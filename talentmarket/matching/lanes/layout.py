"""The people of a pool in the order in which the loops go through them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from talentmarket.matching import credits
from talentmarket.matching.lanes.asking import QUALITY, Asking
from talentmarket.matching.lanes.shapes import LANES, MOST, Crowd, Found
from talentmarket.matching.pool import Pool
from talentmarket.matching.tables import Floats, Ints, Jobs, Lists
from talentmarket.matching.taking import members, take_jobs

Rows = NDArray[np.intp]
Sums = NDArray[np.float32]


class Lanes:
    """The people of a pool in the order in which the loops go through them."""

    def __init__(self, pool: Pool) -> None:
        self.pool = pool
        self.vectors = pool.placing.vectors.astype(np.float32)
        self.weight = pool.placing.weight.astype(np.float32)
        people = pool.people
        first, place = _sets(people.places, pool.moves + np.uint8(4) * pool.doors.modes)
        self.moves, self.modes = pool.moves[first], pool.doors.said(first)
        self.wants = _holds(people.places, first)
        first_aim, aim = _sets(people.occupations, np.zeros(len(people.ids), np.uint8))
        self.aim_start, member = members(people.occupations, first_aim)
        self.aims = people.occupations.codes[member]
        group = aim * len(self.moves) + place
        kept = np.flatnonzero(people.says_enough)  # of the others no score can be given
        self.rows = kept[np.argsort(group[kept], kind="stable")]
        group = group[self.rows]
        begins = np.flatnonzero(np.diff(group, prepend=-1))
        self.group = np.repeat(
            np.arange(len(begins), dtype=np.int32), np.diff(begins, append=len(group))
        )
        self._lay_out(begins, place, aim)
        self._near: dict[str, tuple[int, int]] = {}
        self._meeting = np.zeros(0, np.int32), np.zeros(0, np.float32)
        self.near(people.skills.names)  # once for all: a block asks for a third of them
        self._levels: dict[tuple[float, float], int] = {}
        self._credit = np.zeros((0, credits.ENTRIES), np.float32)

    def _lay_out(self, begins: Ints, place: Ints, aim: Ints) -> None:
        pool, rows = self.pool, self.rows
        codes = pool.codes[rows]
        held, member = members(pool.people.skills, rows)
        skills, size = pool.held[member].astype(np.uint32), np.diff(held)
        known = codes & 0x7FFFF
        self.years, years = np.unique(codes >> 1 & 511, return_inverse=True)
        self.others, others = np.unique(codes >> 10 & 511, return_inverse=True)
        plain = pool.credits.entries(np.nan, 0)
        quality = np.abs(QUALITY[:, None] - plain[None, :]).argmin(axis=0)
        widths = [
            ("skills", len(pool.people.skills.names) * len(QUALITY)),
            ("years", len(self.years)),
            ("others", len(self.others)),
            ("wishes", len(pool.wishes)),
            ("aims", len(self.aim_start) - 1),
            ("places", len(self.moves)),
        ]
        ends = np.cumsum([1, *(width for _name, width in widths)])  # row 0 is worth nothing
        self.at = {name: int(at) for (name, _width), at in zip(widths, ends[:-1], strict=True)}
        self.size = int(ends[-1])
        terms = [
            years + self.at["years"],
            others + self.at["others"],
            (codes >> 19) + self.at["wishes"],
        ]
        of_skills = (skills >> 16) * len(QUALITY) + quality[skills & 0xFFFF] + self.at["skills"]
        first = np.concatenate(([0], np.cumsum((size + 3 + 3) // 4 * 4)))
        told: list[NDArray[Any]] = [rows, self.group, known, codes >> 19, size]
        at = np.concatenate(([0], np.cumsum(size + len(told))))
        self.crowd = Crowd(
            first,
            _joined(terms, of_skills, first[:-1], size, int(first[-1])),
            at.astype(np.uint32),
            _joined(told, skills, at[:-1], size, int(at[-1])),
            np.append(begins, len(rows)),
            place[rows[begins]].astype(np.int32),
            aim[rows[begins]].astype(np.int32),
        )

    def first_rows(self, jobs: Jobs, most: int, barred: Sequence[Rows] = ()) -> list[Rows | None]:
        """For each job the rows in the pool of those who stand first, at most `most`, the best
        first; None where the pool is to be asked. `barred`: rows of those who may not come, in
        order, for each job (empty: nobody)."""
        order = sorted(range(len(jobs.ids)), key=self._order(jobs))
        found: list[Rows | None] = [None] * len(order)
        sorted_jobs = take_jobs(jobs, np.array(order, dtype=np.intp))
        away = [barred[n] for n in order] if barred else [np.zeros(0, np.intp)] * len(order)
        asking = Asking(self, sorted_jobs)
        room = self._room()
        for start in range(0, len(order), LANES):
            part = slice(start, min(start + LANES, len(order)))
            rows = asking.best(part, most, away[part], room)
            for n, one in zip(order[part], rows, strict=True):
                found[n] = one
        return found

    def _order(self, jobs: Jobs) -> Callable[[int], tuple[list[int], str]]:
        """Jobs of one place together, so that whoever lives elsewhere is passed by; then of one
        kind of work."""
        codes, start = jobs.places.codes.tolist(), jobs.places.start.tolist()
        return lambda n: (codes[start[n] : start[n + 1]], jobs.occupation[n])

    def _room(self) -> Found:
        shape = (LANES, MOST)
        size = np.zeros(LANES, np.int64)
        return Found(np.empty(shape, np.uint32), np.empty(shape, np.uint8), size)

    def near(self, skills: Sequence[str]) -> tuple[Ints, NDArray[np.int32], Sums]:
        """For each of these that are asked for where that which meets it begins and ends; and of all
        that were asked so far the skills of the pool that meet them, and how far."""
        new = [one for one in dict.fromkeys(skills) if one not in self._near]
        if new:
            codes, shares = self._meeting
            more = list(map(self._meets, new))
            ends = len(codes) + np.cumsum([0, *(len(one) for one, _shares in more)])
            self._near |= {
                one: (begin, end)
                for one, (begin, end) in zip(new, pairwise(ends.tolist()), strict=True)
            }
            self._meeting = (
                np.concatenate([codes, *(one for one, _shares in more)]),
                np.concatenate([shares, *(one for _codes, one in more)]),
            )
        ends = np.array([self._near[one] for one in skills], np.int64).reshape(-1, 2)
        return ends, *self._meeting

    def _meets(self, skill: str) -> tuple[NDArray[np.int32], Sums]:
        number = self.pool.skills.number
        meets = dict(self.pool.credits.near(skill)) | {skill: 1.0}
        kept = {number[code]: share for code, share in meets.items() if code in number}
        size = len(kept)
        return np.fromiter(kept, np.int32, size), np.fromiter(kept.values(), np.float32, size)

    def credit(self, level: Floats, years: Floats) -> tuple[NDArray[np.int32], Sums]:
        """The row of credits for each level and years asked, of all that were asked so far."""
        keys = list(zip(np.nan_to_num(level).tolist(), years.tolist(), strict=True))
        new = [key for key in dict.fromkeys(keys) if key not in self._levels]
        if new:
            more = [self.pool.credits.entries(level or np.nan, years) for level, years in new]
            self._levels |= {key: len(self._levels) + n for n, key in enumerate(new)}
            self._credit = np.vstack((self._credit, *more))
            # Most entries are alike for what is asked: a small table stays near the processor.
            self.columns, entry = np.unique(self._credit, axis=1, return_inverse=True)
            self.columns = np.ascontiguousarray(self.columns)
            self.entry = entry.reshape(-1).astype(np.uint16)
        return np.array([self._levels[key] for key in keys], np.int32), self.columns


def _sets(lists: Lists, besides: NDArray[np.uint8]) -> tuple[Rows, Ints]:
    """One row of each set of codes (with what is known besides), and the number of everybody's.

    Sets are told apart by the sum of a random number of each code: that two of a million sets have
    the same is one chance in ten million.
    """
    chance = np.random.default_rng(1).integers(0, 2**63, len(lists.names), dtype=np.uint64)
    sums = np.concatenate(([np.uint64(0)], np.cumsum(chance[lists.codes], dtype=np.uint64)))
    told = sums[lists.start[1:]] - sums[lists.start[:-1]] + besides
    _, first, number = np.unique(told, return_index=True, return_inverse=True)
    return first, number.reshape(-1)


def _holds(lists: Lists, rows: Rows) -> NDArray[np.bool_]:
    """Rows × codes: which each has."""
    start, member = members(lists, rows)
    found = np.zeros((len(rows), len(lists.names)), np.bool_)
    found[np.repeat(np.arange(len(rows)), np.diff(start)), lists.codes[member]] = True
    return found


def _joined(
    heads: Sequence[NDArray[Any]], rest: NDArray[Any], first: Ints, size: Ints, length: int
) -> NDArray[np.uint32]:
    """For each person these numbers and then those of the `rest` that are theirs, from `first` on."""
    found = np.zeros(length, np.uint32)
    for n, head in enumerate(heads):
        found[first + n] = head
    begin = np.cumsum(size) - size
    found[np.arange(len(rest)) + np.repeat(first + len(heads) - begin, size)] = rest
    return found

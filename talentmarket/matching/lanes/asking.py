"""Jobs as the loops take them, part by part."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

from talentmarket.matching import hard
from talentmarket.matching import weights as w
from talentmarket.matching.credits import RANKS, YEARS
from talentmarket.matching.lanes import points, shapes, sums
from talentmarket.matching.lanes.shapes import LANES, Found, Sums, Tables
from talentmarket.matching.plan import Plan, plan_of
from talentmarket.matching.skillcredits import levels_of
from talentmarket.matching.tables import Floats, Jobs

if TYPE_CHECKING:
    from talentmarket.matching.lanes.layout import Lanes

Rows = NDArray[np.intp]

#: How many the first step leaves: so many, and of more people one in so many, up to a limit. Where
#: it cuts is told from one person in `EACH`.
WANTED, ONE_IN, LIMIT = 600, 500, 3_000
EACH = 24
SCALE = np.float32(2.5)  # bytes a point: a hundred points are 250
#: What a related skill counts in the first step: it gives nothing to who has a nearer one.
RELATED = np.float32(0.5)
#: How well a skill is held, as the first step has it: the nearest of these shares of its points.
QUALITY = np.array([1.0, w.CLAIMED_CREDIT, w.CLAIMED_CREDIT * w.OLD_CREDIT], np.float32)


class Asking:
    """Jobs in columns with their plan, as the loops take them, part by part."""

    def __init__(self, lanes: Lanes, jobs: Jobs) -> None:
        self.lanes, self.jobs = lanes, jobs
        pool = lanes.pool
        self.plan: Plan = plan_of(jobs, pool.kinship, pool.weights)
        self.worth = self._worth()
        self.licensed = np.zeros(len(jobs.ids), np.bool_)
        for _licence, wants in hard.licences(jobs, pool.kinship):
            self.licensed |= wants
        skills = jobs.skills
        self.of = self.plan.of[skills.rows, self.plan.of_skill].astype(np.float32)
        ends, self.meets, self.shares = lanes.near(skills.names)
        self.near = ends[skills.codes]
        level = np.concatenate((jobs.level, levels_of(jobs)))
        years = np.concatenate((jobs.skill_years, np.zeros(len(jobs.ids))))
        rows, columns = lanes.credit(level, years)
        self.credit, self.level_row = rows[: len(self.of)], rows[len(self.of) :]
        table = pool.credits
        self.years_row, by_years = _tables(jobs.years, table.years, 2 * YEARS)
        self.education_row, by_education = _tables(jobs.education, table.education, 2 * RANKS)
        self.pay_row, by_pay = _tables(
            jobs.pay, lambda top: table.pay(top, pool.wishes), len(pool.wishes), least=0.0
        )
        self.tables = Tables(
            lanes.entry,
            columns.ravel(),
            columns.shape[1],
            by_years,
            by_education,
            table.availability(),
            by_pay,
            np.float32(w.WHOLE_ENOUGH),
            np.float32(w.COMMON_ENOUGH),
        )
        self.says_work = np.array([bool(one) for one in jobs.occupation]) | (skills.counts > 0)
        self.place_codes = self._place_codes()

    def points(self, name: str, part: slice) -> Sums:
        """Whole points of a requirement that is no skill, for each job."""
        found: Sums = self.plan.of[part, self.plan.column[name]].astype(np.float32)
        return found

    def _worth(self) -> Sums:
        lanes, jobs = self.lanes, self.jobs
        with _libraries().limit(limits=1, user_api="blas"):  # so small that threads only wait
            near = lanes.pool.kinship.toward(jobs.skills, lanes.vectors)
        sums.worth_of(near, lanes.weight, *map(np.float32, lanes.pool.kinship.WHOLE))
        return near

    def _place_codes(self) -> list[tuple[int, ...]]:
        """The numbers in the pool of the places of each job."""
        number, places = self.lanes.pool.places.number, self.jobs.places
        code = [number.get(name, -1) for name in places.names]
        codes, start = places.codes.tolist(), places.start.tolist()
        return [
            tuple(code[one] for one in codes[start[n] : start[n + 1]] if code[one] >= 0)
            for n in range(len(self.jobs.ids))
        ]

    def best(self, part: slice, most: int, away: Sequence[Rows], room: Found) -> list[Rows | None]:
        """Of the jobs of a part; see :meth:`Lanes.first_rows`."""
        lanes = self.lanes
        size = part.stop - part.start
        block, open_at = self._block(part, away)
        left = max(WANTED, min(len(lanes.rows) // ONE_IN, LIMIT))
        wanted = np.array([left + len(one) for one in away], np.int64)
        level = sums.levels(lanes.crowd, block, open_at, lanes.group, EACH, wanted)
        cut = level[:size] > 0
        level[size:] = 255
        room.size[:] = 0
        sums.candidates(lanes.crowd, block, open_at, level, room)
        rows = np.full((size, most), -1, np.int32)
        values = np.zeros((size, most), np.float32)
        points.best(lanes.crowd, block, self.tables, room, rows, values)
        full = (rows[:, -1] >= 0) | ~cut
        says = self.says_work[part] & ~self.licensed[part]  # licences are the pool's to ask
        return [
            row[row >= 0].astype(np.intp) if whole and work else None
            for row, whole, work in zip(rows, full.tolist(), says.tolist(), strict=True)
        ]

    def _block(self, part: slice, away: Sequence[Rows]) -> tuple[shapes.Jobs, NDArray[np.uint8]]:
        """The jobs of a part side by side, and for each place whether it is one of any of them."""
        lanes = self.lanes
        start = self.jobs.skills.start
        first, last = int(start[part.start]), int(start[part.stop])
        table = np.zeros((lanes.size, LANES), np.uint8)
        state = self._state(part)
        closed, unsaid = self._doors(part, state)
        place, aim = self._place(part, state), self._aim(part)
        self._fill(table, part, place, aim)
        barred = np.concatenate([*away, np.zeros(0, np.intp)]).astype(np.int32)
        block = shapes.Jobs(
            table,
            lanes.at["places"],
            lanes.at["aims"],
            np.where(closed, np.uint8(255), np.uint8(0)),
            unsaid,
            place,
            aim,
            start[part.start : part.stop + 1] - first,
            self.of[first:last],
            self.credit[first:last],
            self.near[first:last],
            self.meets,
            self.shares,
            self.worth[part],
            self.points("whole", part),
            self.level_row[part],
            self.points("occupation", part),
            self.says_work[part],
            self.points("years", part),
            self.years_row[part],
            self.points("education", part),
            self.education_row[part],
            self.points("availability", part),
            self.points("pay", part),
            self.pay_row[part],
            barred,
            np.concatenate(([0], np.cumsum([len(one) for one in away], dtype=np.int64))),
        )
        sums.fill_skills(block, lanes.at["skills"], QUALITY, SCALE, RELATED, self.tables.enough)
        size = part.stop - part.start
        return block, np.asarray((~closed[:, :size]).any(axis=1), np.uint8)

    def _fill(self, table: NDArray[np.uint8], part: slice, place: Sums, aim: Sums) -> None:
        """The rows of all that is no skill."""
        lanes, tables, size = self.lanes, self.tables, part.stop - part.start
        years = tables.years[self.years_row[part]][:, lanes.years]
        education = tables.education[self.education_row[part]][:, lanes.others & 63]
        start = tables.start[lanes.others >> 6]
        given = {
            "years": years * self.points("years", part)[:, None],
            "others": education * self.points("education", part)[:, None]
            + start * self.points("availability", part)[:, None],
            "wishes": tables.pay[self.pay_row[part]] * self.points("pay", part)[:, None],
            "aims": aim.T[:size] * self.points("occupation", part)[:, None],
            "places": place.T[:size],
        }
        for name, worth in given.items():
            at = lanes.at[name]
            rounded = np.minimum(worth * SCALE + np.float32(0.5), np.float32(255))
            table[at : at + worth.shape[1], :size] = rounded.astype(np.uint8).T

    def _state(self, part: slice) -> NDArray[np.uint8]:
        """Places × lanes: the codes of :meth:`Credits.place`."""
        lanes = self.lanes
        found = np.zeros((len(lanes.moves), LANES), np.uint8)
        known: dict[tuple[int, ...] | None, NDArray[np.uint8]] = {
            None: np.full(len(lanes.moves), 3, np.uint8)  # where the place does not matter
        }
        asked = self.jobs.places.counts[part].tolist()
        for lane, codes in enumerate(self.place_codes[part]):
            key = codes if asked[lane] else None
            if key not in known:
                here = lanes.wants[:, list(codes)].any(axis=1)
                known[key] = np.where(here, np.uint8(3), lanes.moves)
            found[:, lane] = known[key]
        return found

    def _doors(
        self, part: slice, state: NDArray[np.uint8]
    ) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Places × lanes, with the way of working: who is not let in, and who leaves one unsaid."""
        closed, unsaid, modes = state == 0, state == 2, self.lanes.modes
        for lane, mode in enumerate(self.jobs.mode[part].tolist()):
            if not np.isnan(mode):
                closed[:, lane] |= hard.apart(np.array(mode), modes)
                unsaid[:, lane] |= np.isnan(modes)
        return closed, unsaid

    def _place(self, part: slice, state: NDArray[np.uint8]) -> Sums:
        size = part.stop - part.start
        found = np.zeros(state.shape, np.float32)
        credit = self.lanes.pool.credits.place()
        found[:, :size] = credit[state[:, :size]] * self.points("place", part)
        return found

    def _aim(self, part: slice) -> Sums:
        """Wishes for work × lanes: the credit of the nearest."""
        lanes, names = self.lanes, self.lanes.pool.people.occupations.names
        found = np.zeros((len(lanes.aim_start) - 1, LANES), np.float32)
        full = np.flatnonzero(np.diff(lanes.aim_start))
        known: dict[str, Sums] = {}
        for lane, code in enumerate(self.jobs.occupation[part]):
            if code and len(full):
                if code not in known:
                    credit = lanes.pool.credits.occupation(code, names)[lanes.aims]
                    known[code] = np.maximum.reduceat(credit, lanes.aim_start[full])
                found[full, lane] = known[code]
        return found


@cache
def _libraries() -> ThreadpoolController:
    return ThreadpoolController()


def _tables(
    asked: Floats,
    table: Callable[[float], NDArray[np.float32]],
    width: int,
    *,
    least: float = 1.0,
) -> tuple[NDArray[np.int32], Sums]:
    """The row of each in the tables of all that are asked; row 0 is of jobs that do not ask, which
    is to say: nothing, or less than `least`."""
    said = asked >= least  # never true of what is not said
    values, row = np.unique(asked[said], return_inverse=True)
    rows = np.zeros(len(asked), np.int32)
    rows[said] = row + 1
    return rows, np.stack([np.zeros(width, np.float32), *map(table, values.tolist())])

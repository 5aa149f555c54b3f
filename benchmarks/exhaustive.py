"""The reference of the matching rows: the score of the page for every one of a million people, in
NumPy alone, and the best fifty of them.

Written as well as one can: from the same arrays and tables as the kernel, in float32, each skill and
each related one only for those who hold it, each other requirement by a table and a code of one or
two bytes, the best by the greatest of each piece. Nothing is left out or rounded, which
:func:`check` holds against the score itself.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from talentmarket.matching import weights as w
from talentmarket.matching.pool import UNSAID, Asked, Bytes, Pool, Rows, take
from talentmarket.matching.vector import score_all

Sums = NDArray[np.float32]
PIECE = 100


class Exhaustive:
    """The arrays of a pool with the codes of each person apart."""

    def __init__(self, pool: Pool) -> None:
        self.pool = pool
        self.size = len(pool.people.ids)
        codes = pool.codes
        self.years = (codes >> 1 & 511).astype(np.uint16)
        self.education = (codes >> 10 & 63).astype(np.uint8)
        self.start = (codes >> 16 & 7).astype(np.uint8)
        self.wish = (codes >> 19).astype(np.uint16)
        self.aim = pool.people.occupations.codes.astype(np.uint8)  # each has one
        self.best = np.empty(self.size, np.float32)

    def sums(self, asked: Asked) -> Sums:
        """The points of everybody; -inf for who fails a hard condition, 1,000 less for who does not
        say."""
        jobs, table = asked.jobs, self.pool.credits
        work, best = self._work(asked)
        total = np.zeros(self.size, np.float32)
        for credit, name, codes in (
            (table.years(jobs.years[0]), "years", self.years),
            (table.education(jobs.education[0]), "education", self.education),
            (table.availability(), "availability", self.start),
            (table.pay(jobs.pay[0], self.pool.wishes), "pay", self.wish),
        ):
            total += (credit * asked.points(name))[codes]
        place = table.place() * asked.points("place")
        behind = np.zeros_like(place)
        behind[0], behind[UNSAID] = -np.inf, -1_000
        open_to = self.pool.open_to(asked)
        assert open_to is not None
        total += place[open_to]
        total *= np.minimum(best / np.float32(w.COMMON_ENOUGH), np.float32(1))
        total += work
        passes, unsaid = self.pool.doors.of(asked.jobs)
        after = behind[open_to]
        if unsaid is not None:
            np.minimum(after, np.float32(-1_000) * unsaid, out=after)
        after[~passes] = -np.inf
        total += after
        return total

    def _work(self, asked: Asked) -> tuple[Sums, Sums]:
        """The points of the work itself, and the credit of what is met best of it."""
        pool, best, total = self.pool, self.best, np.zeros(self.size, np.float32)
        names = pool.people.occupations.names
        top = pool.credits.occupation(asked.jobs.occupation[0], names)[self.aim]
        total += top * asked.points("occupation")
        for n, skill in enumerate(asked.skills):
            best[:] = 0
            table = pool.credits.entries(asked.jobs.level[n], asked.jobs.skill_years[n])
            for code, share in (*pool.credits.near(skill), (skill, 1.0)):
                part = pool.skills.part(code)
                if part.start != part.stop:
                    rows = pool.skills.rows[part]
                    given = (table * np.float32(share)).take(pool.entries[part])
                    best[rows] = np.maximum(best[rows], given)
            np.maximum(top, best, out=top)
            total += best * np.float32(asked.of[n])
        whole = self._whole(asked)
        np.maximum(top, whole, out=top)
        total += whole * asked.points("whole")
        return total, top

    def _whole(self, asked: Asked) -> Sums:
        """What the skills near the job as a whole give together."""
        pool, count = self.pool, np.zeros(self.size, np.float32)
        table = pool.credits.entries(asked.level, 0)
        for code in np.flatnonzero(asked.worth).tolist():
            part = pool.skills.part(pool.people.skills.names[code])
            given = (table * asked.worth[code]).take(pool.entries[part])
            count[pool.skills.rows[part]] += given
        return np.minimum(count / np.float32(w.WHOLE_ENOUGH), np.float32(1))

    def first_rows(self, asked: Asked, most: int, among: Bytes | None = None) -> Rows:
        """The rows of the best, the best first; of those `among`, when given."""
        sums = self.sums(asked)
        if among is not None:
            sums[among == 0] = -np.inf
        greatest = sums[: self.size // PIECE * PIECE].reshape(-1, PIECE).max(axis=1)
        least = np.partition(greatest, -most)[-most]
        rows = np.flatnonzero(sums >= least)
        return rows[np.lexsort((rows, -sums[rows]))[:most]]

    def check(self, asked: Asked, rows: Rows) -> None:
        """Raise unless these people have the points that the page gives them."""
        people = take(self.pool.people, rows)
        found = score_all(asked.jobs, people, self.pool.kinship, self.pool.year)
        stands = ~found.hard_failed
        exact = np.where(found.hard_unknown, found.exact - 1_000, found.exact)[stands]
        if np.abs(exact - self.sums(asked)[rows][stands]).max(initial=0) > 1e-3:
            raise AssertionError("the exhaustive score is not that of the page")

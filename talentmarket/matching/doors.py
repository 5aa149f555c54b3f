"""Hard conditions besides the place for all people of a pool: who is let in by a job, and who stands
behind the others."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from talentmarket.matching import hard
from talentmarket.matching.facts import MODES
from talentmarket.matching.holders import Holders
from talentmarket.matching.kinship import Kinship
from talentmarket.matching.tables import Flags, Floats, Jobs, People
from talentmarket.matching.taking import Rows

_UNSAID = len(MODES)


class Doors:
    """Made once of a pool's people; asked with each job."""

    def __init__(self, people: People, skills: Holders, kinship: Kinship) -> None:
        self.size = len(people.ids)
        self.skills = skills
        self.kinship = kinship
        self.modes: NDArray[np.uint8] = np.nan_to_num(people.mode, nan=_UNSAID).astype(np.uint8)
        self.certified = self._holds(filter(kinship.is_certificate, people.skills.names))

    def of(self, job: Jobs) -> tuple[Flags, Flags | None]:
        """Who passes the way of working and the licences of one job, and who does not say enough of
        them (None: nothing is asked)."""
        passes, unsaid = np.ones(self.size, np.bool_), None
        if not np.isnan(mode := float(job.mode[0])):
            for at in MODES.values():
                if hard.apart(np.array(mode), np.array(float(at))):
                    passes &= self.modes != at
            unsaid = self.modes == _UNSAID
        for licence, _wants in hard.licences(job, self.kinship):
            out, unproved = hard.of_people(licence, self._holds, self.certified)
            passes &= ~out
            unsaid = unproved if unsaid is None else unsaid | unproved
        return passes, unsaid

    def said(self, rows: Rows) -> Floats:
        """How these people want to work; NaN where they do not say."""
        modes = self.modes[rows].astype(np.float64)
        return np.where(modes == _UNSAID, np.nan, modes)

    def _holds(self, skills: Iterable[str]) -> Flags:
        found = np.zeros(self.size, np.bool_)
        for one in skills:
            found[self.skills.rows[self.skills.part(one)]] = True
        return found

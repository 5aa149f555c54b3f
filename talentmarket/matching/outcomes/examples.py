"""What was shown and what came of it, as arrays: what weights are learned from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from talentmarket.matching.tables import Flags, Floats, Ints

HELD_BACK = 0.25  # of the lists, the latest


@dataclass(frozen=True)
class Outcomes:
    """Shown rows, by the time of their lists, and what came of each.

    `x`: rows × kinds; `lists`: number of the list, rising; `ranks` from 1; `grades`: 0 nothing, 1
    opened, 2 shortlisted or applied, 3 offered, 4 confirmed; `refused`: for what the person has or
    lacks; `surfaces`: number of where it was shown.
    """

    x: Floats
    lists: Ints
    ranks: Ints
    grades: Ints
    refused: Flags
    surfaces: Ints

    @property
    def chosen(self) -> Flags:
        """Rows that somebody decided for."""
        return np.asarray(self.grades >= 2)

    def part(self, rows: Flags) -> Outcomes:
        """Some of the rows, their lists numbered anew."""
        _names, lists = np.unique(self.lists[rows], return_inverse=True)
        return Outcomes(
            self.x[rows],
            lists.astype(np.int64),
            self.ranks[rows],
            self.grades[rows],
            self.refused[rows],
            self.surfaces[rows],
        )

    def split(self) -> tuple[Outcomes, Outcomes]:
        """The earlier lists and the latest."""
        count = int(self.lists.max()) + 1 if len(self.lists) else 0
        early = self.lists < count - int(count * HELD_BACK)
        return self.part(early), self.part(~early)

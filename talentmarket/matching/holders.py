"""Codes of many rows turned round: who has a code stands in one list."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from talentmarket.matching.tables import Lists

Rows = NDArray[np.intp]


@dataclass(frozen=True)
class Holders:
    """Rows by code, turned round: `rows[start[c]:start[c + 1]]` are those that have code c, in
    order, and `member` where each stood in the lists."""

    start: NDArray[np.int64]
    rows: Rows
    member: Rows
    number: dict[str, int]

    @classmethod
    def of(cls, lists: Lists) -> Holders:
        """Those of a table."""
        order = np.argsort(lists.codes, kind="stable")
        counts = np.bincount(lists.codes, minlength=len(lists.names))
        start = np.concatenate(([0], np.cumsum(counts)))
        number = {name: n for n, name in enumerate(lists.names)}
        return cls(start, lists.rows[order].astype(np.intp), order, number)

    def part(self, code: str) -> slice:
        """Where the holders of a code stand; nowhere for one that nobody has."""
        n = self.number.get(code)
        return slice(0, 0) if n is None else slice(int(self.start[n]), int(self.start[n + 1]))


def greatest(values: NDArray[np.float32], start: NDArray[np.int64]) -> NDArray[np.float32]:
    """In each row of `values` the greatest of each piece between `start`s; 0 of an empty one."""
    found = np.zeros((len(values), len(start) - 1), np.float32)
    full = np.flatnonzero(np.diff(start))
    if len(full):
        found[:, full] = np.maximum.reduceat(values, start[full], axis=1)
    return found

"""Sets of terms or codes as a few bits: enough to say how much two documents have in common.

Each term sets one bit of `BITS`, chosen by a hash, the same on every engine and machine (a Bloom
filter of one hash function; B. H. Bloom, 1970). A sketch is kept as whole numbers that any engine
holds as a column, `PART` bits each, and read for a thousand hits with their other numbers.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PART = 62  # bits of a number that every engine holds exactly
PARTS = 2
BITS = PART * PARTS


def sketch(terms: Iterable[str]) -> tuple[int, ...]:
    """The bits of these terms, in `PARTS` numbers."""
    found = 0
    for bit in map(_bit, terms):
        found |= bit
    return tuple(found >> part * PART & (1 << PART) - 1 for part in range(PARTS))


@lru_cache(maxsize=65_536)
def _bit(term: str) -> int:
    return 1 << zlib.crc32(term.encode("utf-8")) % BITS


def bits(columns: Sequence[Sequence[int | None]]) -> NDArray[np.float64]:
    """(rows, `BITS`): 1 for each bit that is set. `columns`: the numbers of each part, row by row;
    the unknown sets none."""
    import numpy as np  # only for readers: a process that makes documents starts without it

    parts = []
    for column in columns:
        numbers = np.array([number or 0 for number in column], dtype="<u8")
        unpacked = np.unpackbits(numbers.view(np.uint8), bitorder="little")
        parts.append(unpacked.reshape(len(numbers), 64)[:, :PART])
    return np.concatenate(parts, axis=1).astype(np.float64)

"""How large the counted tests are: `TALENTMARKET_TEST_SCALE`, 1 unless set."""

from __future__ import annotations

import os

FACTOR = float(os.environ.get("TALENTMARKET_TEST_SCALE") or 1)
#: The factor of `make test-long`.
LONG = 20


def scale(count: int, long: int | None = None) -> int:
    """`count` in a usual run, more of them in a long one; never fewer than one.

    `long`: how many there are in `make test-long`, where that is not twenty times as many.
    """
    if long is None:
        return max(1, round(count * FACTOR))
    return max(1, round(count + (long - count) * (FACTOR - 1) / (LONG - 1)))

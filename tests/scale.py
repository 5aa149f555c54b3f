"""How large the counted tests are: `TALENTMARKET_TEST_SCALE`, 1 unless set."""

from __future__ import annotations

import os

FACTOR = float(os.environ.get("TALENTMARKET_TEST_SCALE") or 1)


def scale(count: int) -> int:
    """`count` in a usual run, more of them in a long one; never fewer than one."""
    return max(1, round(count * FACTOR))

"""What a benchmark reports: one JSON line a row on stdout, progress on stderr."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass
from typing import Literal

Better = Literal["lower", "higher"]


@dataclass(frozen=True, slots=True)
class Row:
    """A measured figure beside its target.

    `ratio` is what the target speaks of: value / reference, or the value itself where the limit
    is absolute and `reference` is None.
    """

    name: str
    value: float
    unit: str
    reference: float | None
    ratio: float
    target: float
    better: Better

    def line(self) -> str:
        """The row as JSON, numbers to four places."""
        rounded = {
            key: round(held, 4) if isinstance(held, float) else held
            for key, held in asdict(self).items()
        }
        return json.dumps(rounded, ensure_ascii=False)


def row(
    name: str,
    value: float,
    unit: str,
    *,
    target: float,
    reference: float | None = None,
    better: Better = "lower",
) -> Row:
    """A row with its ratio worked out; `reference` in the unit of the value."""
    ratio = value if reference is None else value / reference
    return Row(name, value, unit, reference, ratio, target, better)


def progress(text: str) -> None:
    """Tell who watches; never on stdout, which is for rows only."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()

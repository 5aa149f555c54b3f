"""One JSON line for each measured row."""

from __future__ import annotations

import json
import sys


def report(
    name: str,
    value: float,
    unit: str,
    reference: float | None,
    ratio: float,
    target: float,
    better: str,
) -> None:
    """Print a row. For absolute limits `reference` is None and `ratio` the measured value."""
    row = {
        "name": name,
        "value": round(value, 4),
        "unit": unit,
        "reference": None if reference is None else round(reference, 4),
        "ratio": round(ratio, 4),
        "target": target,
        "better": better,
    }
    sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")
    sys.stdout.flush()

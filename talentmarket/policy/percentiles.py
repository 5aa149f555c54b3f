"""Low, median and high of a sample. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

LEAST_SAMPLE = 10  # below it a figure says more about single people than about a market


@dataclass(frozen=True)
class Spread:
    """Quartiles of a sample, in its unit; `n`: its size."""

    low: float
    median: float
    high: float
    n: int


def spread(values: Sequence[float]) -> Spread | None:
    """First quartile, median and third quartile; None for a sample under ten.

    Linear interpolation between the two values around a place (type 7 of Hyndman and Fan, 1996).
    """
    if len(values) < LEAST_SAMPLE:
        return None
    ranked = sorted(values)
    return Spread(_at(ranked, 0.25), _at(ranked, 0.5), _at(ranked, 0.75), len(ranked))


def _at(ranked: Sequence[float], share: float) -> float:
    place = share * (len(ranked) - 1)
    below = int(place)
    above = min(below + 1, len(ranked) - 1)
    return ranked[below] + (ranked[above] - ranked[below]) * (place - below)

"""What is proposed for a title, and a chance in words. Apart from the arrays, which take long to load."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

MOST = 3  # proposals for a title
BY_NAME = 0.9  # the chance of an occupation that has the title among its names


class Band(StrEnum):
    """A chance in words."""

    LIKELY = "likely"
    POSSIBLE = "possible"
    FAINT = "faint"


#: The least chance of each band. A title is unknown whose best occupation is less than possible; beside
#: a possible one faint ones are named. What is likely may be found by.
BANDS: tuple[tuple[Band, float], ...] = (
    (Band.LIKELY, 0.7),
    (Band.POSSIBLE, 0.4),
    (Band.FAINT, 0.15),
)
SURE, KNOWN, LEAST = (least for _, least in BANDS)


class Proposed(NamedTuple):
    """An occupation that a title may belong to. `chance`: 0 to 1, that a person would agree;
    `near`: the known name that it is near to."""

    occupation: str
    chance: float
    near: str

    @property
    def band(self) -> Band:
        """The chance in words."""
        return band_of(self.chance)


def band_of(chance: float) -> Band:
    """A chance in words."""
    return next((band for band, least in BANDS if chance >= least), Band.FAINT)

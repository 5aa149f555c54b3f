"""What is known of a job and of a person, as plain values: the only inputs of a score.

Sex, age, ethnicity, birthplace, marital state, photo, name and school are not among them
(个人信息保护法 art. 24; 就业促进法 arts. 3, 26–31).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

#: Days until somebody could start, by the stored code of availability.
START_DAYS = {"now": 0, "two_weeks": 14, "month": 30, "quarter": 90, "looking_around": 120}
#: Ways of working in a line: two that stand next to each other can be agreed on, the ends cannot.
MODES = {"onsite": 0, "hybrid": 1, "remote": 2}


def start_days(availability: str) -> int:
    """Days until somebody could start; a code that is none is as late as it gets."""
    return START_DAYS.get(availability, max(START_DAYS.values()))


@dataclass(frozen=True)
class Wanted:
    """A skill a job asks for. `level` 1–4, `years` whole."""

    skill: str
    must: bool = True
    level: int | None = None
    years: int | None = None


@dataclass(frozen=True)
class JobFacts:
    """A job. `places`: the codes from the job's place upwards; pay in fen a month; `mode`: of
    :data:`MODES`, None where it is not said."""

    id: str
    wanted: tuple[Wanted, ...] = ()
    occupation: str | None = None
    education_rank: int | None = None
    years_min: int | None = None
    years_max: int | None = None
    places: tuple[str, ...] = ()
    remote: bool = False
    pay_low: int | None = None
    pay_high: int | None = None
    kind: str = "full"
    mode: str | None = None


@dataclass(frozen=True)
class Evidence:
    """An entry that proves a skill: its kind and title; `verified` by somebody else and in force.

    `expired`: the last day (ISO) of a certificate that is over; it proves nothing any more.
    """

    kind: str
    title: str
    verified: bool
    expired: str | None = None


@dataclass(frozen=True)
class Held:
    """A skill a person has. `years_tenths` of a year; `last_used` a calendar year."""

    skill: str
    level: int | None = None
    years_tenths: int | None = None
    last_used: int | None = None
    evidence: tuple[Evidence, ...] = ()

    @cached_property
    def verified(self) -> bool:
        """Whether anything verified stands behind it."""
        return bool(self.evidence) and any(item.verified for item in self.evidence)


@dataclass(frozen=True)
class TalentFacts:
    """A person as far as a reader sees them. `places`: codes wanted; `moves`: would move; `mode`: the
    way of working wanted; pay in fen a month; `hidden`: sections kept from the reader, which are unknown to the score as well."""

    id: str
    held: tuple[Held, ...] = ()
    occupations: tuple[str, ...] = ()
    education_rank: int | None = None
    education_verified: bool = False
    years_tenths: int | None = None
    years_verified: bool = False
    places: tuple[str, ...] = ()
    moves: bool | None = None
    mode: str | None = None
    pay_low: int | None = None
    availability: str | None = None
    hidden: frozenset[str] = frozenset()
    by_skill: dict[str, Held] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_skill", {item.skill: item for item in self.held})

    @property
    def says_enough(self) -> bool:
        """Whether a score can be given at all: at least one skill, or a target with years."""
        return bool(self.held) or bool(self.occupations and self.years_tenths is not None)

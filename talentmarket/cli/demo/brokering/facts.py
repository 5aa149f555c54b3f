"""What a claim and its placement consist of while they are invented. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from talentmarket.core import calendar
from talentmarket.exchange.brokering.fees import Cause, Line
from talentmarket.exchange.brokering.placing.models import HappenedKind, PlacementState
from talentmarket.exchange.brokering.referring.models import DisputeKind, KnownAnswer, Ruling
from talentmarket.exchange.brokering.referring.stages import RULING_WORKING_DAYS


@dataclass(slots=True)
class Contest:
    """A dispute. `by_firm`: the firm brought it forward, else the employer."""

    kind: DisputeKind
    by_firm: bool
    filed_at: datetime
    ruling: Ruling | None = None
    ruled_at: datetime | None = None
    #: A second member of the office ruled, so that an appeal goes to the first.
    by_second: bool = False

    @property
    def due_at(self) -> datetime:
        """When the ruling is due."""
        return calendar.due(self.filed_at, RULING_WORKING_DAYS)


@dataclass(frozen=True, slots=True)
class Moved:
    """One move of a claim or a placement, for its event."""

    at: datetime
    verb: str
    source: StrEnum | None
    target: StrEnum
    by: str  # firm, employer, person, office, second, site
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing the fee is reckoned from, with the moment it was told."""

    at: datetime
    key: str
    kind: HappenedKind
    on: date
    cause: Cause | None = None
    amount: int = 0


@dataclass(frozen=True, slots=True)
class Offered:
    """What the employer offered. Fen a month."""

    at: datetime
    pay_month: int
    pay_months: int
    start_on: date


@dataclass(slots=True)
class Placed:
    """A placement with its facts and lines; `told`: when each line went into the books."""

    agreed_at: datetime
    offer: Offered
    state: PlacementState = PlacementState.AGREED
    moves: list[Moved] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    lines: tuple[Line, ...] = ()
    told: list[datetime] = field(default_factory=list)
    started_on: date | None = None
    guarantee_until: date | None = None
    left_on: date | None = None
    cause: Cause | None = None
    #: When the employer paid the fee.
    paid_at: datetime | None = None


@dataclass(slots=True)
class Forced:
    """What a shown claim does instead of leaving it to chance: moments, None for chance."""

    answer: tuple[datetime, KnownAnswer] | None = None
    dispute: datetime | None = None
    ruling: tuple[datetime, Ruling] | None = None
    appeal: datetime | None = None
    calm: bool = False  # nothing is contested
    stays: bool = False  # nobody leaves

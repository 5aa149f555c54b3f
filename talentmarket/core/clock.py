"""The only source of time. The factory gives one to the app; tests give a fixed one.

Times are timezone-aware and in UTC inside; :data:`SHANGHAI` is the reader's zone and decides
what day it is.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Protocol
from zoneinfo import ZoneInfo

from flask import current_app

SHANGHAI = ZoneInfo("Asia/Shanghai")


class Clock(Protocol):
    """What tells the time."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""


class SystemClock:
    """The machine's time."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        return datetime.now(UTC)


class FixedClock:
    """A clock that stands until it is moved; for tests and for demo histories."""

    def __init__(self, at: datetime) -> None:
        self._at = at.astimezone(UTC)

    def now(self) -> datetime:
        """The moment the clock was set to."""
        return self._at

    def set(self, at: datetime) -> None:
        """Move the clock to `at` (aware)."""
        self._at = at.astimezone(UTC)

    def advance(self, **delta: float) -> None:
        """Move the clock on by a timedelta's arguments (``hours=3``)."""
        self._at += timedelta(**delta)


def current_clock() -> Clock:
    """The clock of the current app."""
    clock: Clock = current_app.extensions["talentmarket_clock"]
    return clock


def now() -> datetime:
    """The present moment of the current app's clock, aware, in UTC."""
    return current_clock().now()


def today() -> date:
    """The present day in the exchange's zone."""
    return local(now()).date()


def local(at: datetime) -> datetime:
    """`at` in the exchange's zone, to show to a reader or to decide what day it is."""
    return at.astimezone(SHANGHAI)


@lru_cache(maxsize=2_048)
def start_of_day(day: date) -> datetime:
    """Midnight of `day` in the exchange's zone, as an aware moment in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI).astimezone(UTC)

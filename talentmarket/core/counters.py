"""Counters all processes share: limits by window, daily views.

They live in the database, or in Redis where `REDIS_URL` is given (then a count stays even if the
unit of work it belongs to is rolled back).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache
from math import ceil
from threading import Lock

import sqlalchemy as sa
from flask import current_app
from redis import Redis
from sqlalchemy.orm import Mapped, Session, mapped_column

from talentmarket.core import clock
from talentmarket.core.db import Base, UTCDateTime
from talentmarket.core.errors import TooMany
from talentmarket.core.uow import unit_of_work


class Counter(Base):
    """How often something happened in a window of time."""

    __tablename__ = "counters"

    name: Mapped[str] = mapped_column(sa.String(120), primary_key=True)
    window: Mapped[datetime] = mapped_column(primary_key=True)
    count: Mapped[int]
    expires_at: Mapped[datetime] = mapped_column(index=True)


def count(session: Session, name: str, window: timedelta, by: int = 1) -> int:
    """Raise the counter `name` of the current window and return its value. One statement."""
    at = clock.now()
    begin = _begin(at, window)
    if (redis := _redis()) is not None:
        key = _key(name, begin)
        with redis.pipeline() as pipe:
            pipe.incrby(key, by)
            pipe.expire(key, int(2 * window.total_seconds()))
            return int(pipe.execute()[0])
    value = session.scalar(
        _raising(), {"name": name, "begin": begin, "by": by, "until": begin + 2 * window}
    )
    return int(value or 0)


@lru_cache(maxsize=1)
def _raising() -> sa.TextClause:
    # Both databases read it as it stands. SQLAlchemy compiles its own ON CONFLICT anew each time.
    return sa.text(
        'INSERT INTO counters (name, "window", count, expires_at)'
        " VALUES (:name, :begin, :by, :until)"
        ' ON CONFLICT (name, "window") DO UPDATE SET count = counters.count + excluded.count'
        " RETURNING count"
    ).bindparams(
        sa.bindparam("begin", type_=UTCDateTime()), sa.bindparam("until", type_=UTCDateTime())
    )


class Tally:
    """What one process counts of a window, told to the shared counters in steps.

    For limits that many harmless readers stay far below: writing each of their reads would have
    them wait for each other and for who writes. Once a counter is within `exact` of its limit,
    as far as this process knows, each count is told at once; far from it they are told in steps of
    a sixteenth of what is left, at least `step`. So past a limit of `most` no more than the first
    step go through for each further process, and fewer where all of them are asked alike.
    """

    def __init__(self, window: timedelta, most: int, *, step: int = 10, exact: int = 100) -> None:
        self.most = most
        self._window, self._step, self._exact = window, step, exact
        self._lock = Lock()
        self._begin: datetime | None = None
        #: Name → what the shared counter said last, and what it was not told yet.
        self._held: dict[str, tuple[int, int]] = {}

    def count(self, name: str) -> int:
        """Count once; the counter's value as far as this process knows it."""
        at = clock.now()
        with self._lock:
            if self._begin is None or not self._begin <= at < self._begin + self._window:
                self._begin, self._held = _begin(at, self._window), {}
            begin = self._begin
            shared, untold = self._held.get(name, (0, 0))
            untold += 1
            left = self.most - self._exact - shared
            if untold < max(self._step, left // 16) and untold <= left:
                self._held[name] = (shared, untold)
                return shared + untold
            self._held[name] = (shared, 0)
        with unit_of_work(counting=True) as session:
            used = count(session, name, self._window, untold)
        with self._lock:
            if begin == self._begin:
                self._held[name] = (max(used, self._held[name][0]), self._held[name][1])
        return used


def peek(session: Session, name: str, window: timedelta) -> int:
    """The counter's value without raising it."""
    begin = _begin(clock.now(), window)
    if (redis := _redis()) is not None:
        return int(str(redis.get(_key(name, begin)) or 0))
    value = session.scalar(
        sa.select(Counter.count).where(Counter.name == name, Counter.window == begin)
    )
    return int(value or 0)


def limit(session: Session, name: str, window: timedelta, most: int) -> None:
    """Count once; raise :class:`TooMany` past `most` in this window."""
    if count(session, name, window) > most:
        begin = _begin(clock.now(), window)
        left = (begin + window - clock.now()).total_seconds()
        raise TooMany(retry_after=max(1, ceil(left)))


def expire(session: Session) -> int:
    """Drop counters whose windows are over; returns how many."""
    done = session.execute(sa.delete(Counter).where(Counter.expires_at < clock.now()))
    return int(done.rowcount)  # type: ignore[attr-defined]


def _key(name: str, begin: datetime) -> str:
    return f"shucai:{int(begin.timestamp())}:{name}"


def _redis() -> Redis | None:
    url: str | None = current_app.extensions["talentmarket_settings"].redis_url
    return _connection(url) if url else None


@lru_cache(maxsize=4)
def _connection(url: str) -> Redis:
    return Redis.from_url(url, decode_responses=True, socket_timeout=2)


def _begin(at: datetime, window: timedelta) -> datetime:
    seconds = int(window.total_seconds())
    if seconds % 86_400 == 0:  # whole days begin at the reader's midnight
        return clock.start_of_day(clock.local(at).date())
    stamp = int(at.timestamp())
    return datetime.fromtimestamp(stamp - stamp % seconds, tz=at.tzinfo)

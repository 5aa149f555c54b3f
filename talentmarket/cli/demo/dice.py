"""Chance that can be repeated: the same seed, kind and number give the same answers.

Every firm, job and person of the demo is a function of the seed and its number, so that any of
them can be made again at any time and nothing has to be kept in memory.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import TypeVar

from talentmarket.core import calendar
from talentmarket.core.clock import SHANGHAI, local
from talentmarket.core.ids import ALPHABET, PUBLIC_ID_LENGTH

T = TypeVar("T")

#: Between these hours people look after their own affairs, and offices work.
AWAKE = (7.5, 22.5)
OFFICE = (9.0, 18.0)


class Dice(random.Random):
    """A random generator for one thing: `kind` and `number` name it within the seed."""

    @classmethod
    def of(cls, seed: int, kind: str, number: int = 0) -> Dice:
        """The dice of one thing."""
        text = f"{seed}:{kind}:{number}".encode()
        return cls(int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "big"))

    def aside(self, kind: str) -> Dice:
        """Dice for something that these have no say in: they go on as if it had not been thrown."""
        return Dice.of(hash(self.getstate()[1]), kind)

    def chance(self, share: float) -> bool:
        """True in `share` of all throws."""
        return self.random() < share

    def weighted(self, choices: Sequence[tuple[T, float]]) -> T:
        """One of the choices by their weights."""
        point = self.random() * sum(weight for _, weight in choices)
        for choice, weight in choices:
            point -= weight
            if point < 0:
                return choice
        return choices[-1][0]

    def some(self, things: Sequence[T], count: int) -> list[T]:
        """At most `count` different ones, in random order."""
        return self.sample(list(things), min(count, len(things)))

    def public_id(self) -> str:
        """A public id; random for the reader, the same for the same seed."""
        return "".join(self.choices(ALPHABET, k=PUBLIC_ID_LENGTH))

    def office(self, at: datetime, latest: datetime | None = None) -> datetime:
        """A moment in office hours on the first working day at or after `at`, and after `at`.

        With `latest` the moment stays before it.
        """
        day = local(at).date()
        if not calendar.is_working_day(day) or local(at).hour >= 18:
            day = calendar.add_working_days(day + timedelta(days=1), 0)
        moment = self.on(day)
        if moment <= at:
            moment = at + timedelta(minutes=self.randint(5, 90))
        if latest is not None and moment >= latest:
            moment = at + (latest - at) * self.uniform(0.3, 0.9)
        return moment.replace(microsecond=0)

    def on(self, day: date, first: int = 9, last: int = 17) -> datetime:
        """A moment of a day between two hours in the exchange's zone, as aware UTC."""
        hour, minute, second = self.randint(first, last), self.randrange(60), self.randrange(60)
        moment = datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=SHANGHAI)
        return moment.astimezone(UTC)


def awake(at: datetime, after: datetime, before: datetime) -> datetime:
    """`at` among the waking hours of its day; as it is where that is not between the two others."""
    return _between(_within(at, AWAKE), at, after, before)


def at_work(at: datetime, after: datetime, before: datetime) -> datetime:
    """`at` in office hours of its day or of a working day near it, rather before than after; as it
    is where none is between the two others."""
    days = (timedelta(days=n) for n in (0, -1, -2, -3, 1, 2, 3))
    for moment in (_within(at + step, OFFICE) for step in days):
        if calendar.is_working_day(local(moment).date()) and after < moment < before:
            return moment
    return awake(at, after, before)


def _within(at: datetime, hours: tuple[float, float]) -> datetime:
    """The day pressed into these hours: what came earlier still does."""
    begin = local(at).replace(hour=0, minute=0, second=0, microsecond=0)
    low, high = hours
    share = (local(at) - begin) / timedelta(days=1)
    moment = begin + timedelta(hours=low + (high - low) * share)
    return moment.astimezone(UTC).replace(microsecond=0)


def _between(moment: datetime, at: datetime, after: datetime, before: datetime) -> datetime:
    return moment if after < moment < before else at

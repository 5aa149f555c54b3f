"""Working days of the exchange's zone, from a dated data file with make-up days.

Beyond the file's last year weekdays count as working days and :func:`known_until` lets the
operator's page say so.
"""

from __future__ import annotations

import json
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from importlib import resources

from talentmarket.core.clock import SHANGHAI, local

#: Office hours, for clocks that count working hours (09:00–12:00, 13:00–18:00 → 8 a day).
OFFICE = ((time(9), time(12)), (time(13), time(18)))
DUE_AT = time(18)


@lru_cache(maxsize=1)
def _table() -> tuple[frozenset[date], frozenset[date], int]:
    text = resources.files("talentmarket.core").joinpath("data/workdays.json").read_text("utf-8")
    data = json.loads(text)
    return (
        frozenset(map(date.fromisoformat, data["holidays"])),
        frozenset(map(date.fromisoformat, data["make_up_days"])),
        int(data["last_year"]),
    )


def known_until() -> date:
    """The last day the data file speaks of."""
    return date(_table()[2], 12, 31)


def is_working_day(day: date) -> bool:
    """Whether offices are open: weekdays less holidays, plus make-up days."""
    holidays, make_up, _ = _table()
    return day in make_up or (day.weekday() < 5 and day not in holidays)


def add_working_days(day: date, count: int) -> date:
    """The `count`-th working day after `day` (0: the next working day on or after it)."""
    if count == 0:
        while not is_working_day(day):
            day += timedelta(days=1)
        return day
    while count:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day


def due(at: datetime, working_days: int) -> datetime:
    """When an answer promised within `working_days` is due: 18:00 of that day, as aware UTC."""
    day = add_working_days(local(at).date(), working_days)
    return datetime.combine(day, DUE_AT, SHANGHAI).astimezone(at.tzinfo)


def working_days_between(start: date, end: date) -> int:
    """Working days after `start` up to and including `end` (negative when `end` is earlier)."""
    if end < start:
        return -working_days_between(end, start)
    days = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
    return sum(map(is_working_day, days))


def add_working_hours(at: datetime, hours: float) -> datetime:
    """The moment `hours` of office time after `at`, as aware UTC."""
    left = timedelta(hours=hours)
    moment = local(at)
    while True:
        if is_working_day(moment.date()):
            for begins, ends in OFFICE:
                begin = max(moment, datetime.combine(moment.date(), begins, SHANGHAI))
                end = datetime.combine(moment.date(), ends, SHANGHAI)
                if begin < end:
                    if left <= end - begin:
                        return (begin + left).astimezone(at.tzinfo)
                    left -= end - begin
        moment = datetime.combine(moment.date() + timedelta(days=1), time(0), SHANGHAI)

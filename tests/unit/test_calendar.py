"""Working days and hours at the edges: weekends, holidays, make-up days, the last minute of a day.

2026: the national holiday is 1–7 October, with Sunday 20 September and Saturday 10 October worked;
the spring festival 15–23 February, with Saturdays 14 and 28 February worked.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from talentmarket.core import calendar
from talentmarket.core.clock import SHANGHAI


def at(text: str) -> datetime:
    """A moment in Shanghai, as the program holds it."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)


def said(moment: datetime) -> str:
    """A moment as a clock in Shanghai shows it."""
    return moment.astimezone(SHANGHAI).replace(tzinfo=None).isoformat(" ")


@pytest.mark.parametrize(
    ("day", "working"),
    [
        ("2026-09-30", True),
        ("2026-10-01", False),
        ("2026-10-07", False),
        ("2026-10-08", True),
        ("2026-10-10", True),  # a Saturday that is worked
        ("2026-10-11", False),
        ("2026-09-20", True),  # a Sunday that is worked
        ("2026-02-14", True),
        ("2026-02-23", False),
        ("2026-02-28", True),
        ("2027-01-01", True),  # beyond the file weekdays count
        ("2027-01-02", False),
    ],
)
def test_which_days_are_worked(day, working):
    assert calendar.is_working_day(date.fromisoformat(day)) is working


@pytest.mark.parametrize(
    ("asked", "days", "due"),
    [
        ("2026-09-30 10:00", 1, "2026-10-08 18:00:00"),
        ("2026-09-30 23:59", 3, "2026-10-10 18:00:00"),  # the make-up Saturday is the third
        ("2026-10-01 00:00", 3, "2026-10-10 18:00:00"),  # a minute later, in the holiday: the same
        ("2026-10-07 23:59", 1, "2026-10-08 18:00:00"),
        ("2026-10-08 00:00", 1, "2026-10-09 18:00:00"),
        ("2026-10-09 23:59", 1, "2026-10-10 18:00:00"),
        ("2026-10-10 09:00", 1, "2026-10-12 18:00:00"),
        ("2026-12-31 23:59", 1, "2027-01-01 18:00:00"),
    ],
)
def test_a_promise_in_working_days_ends_at_six(asked, days, due):
    assert said(calendar.due(at(asked), days)) == due


@pytest.mark.parametrize(
    ("asked", "due"),
    [
        ("2026-11-26 09:00", "2026-11-26 14:00:00"),  # an hour of midday does not count
        ("2026-11-26 08:59", "2026-11-26 14:00:00"),
        ("2026-11-26 12:30", "2026-11-26 17:00:00"),
        ("2026-11-26 14:00", "2026-11-26 18:00:00"),
        ("2026-11-26 14:01", "2026-11-27 09:01:00"),
        ("2026-11-27 17:59", "2026-11-30 13:59:00"),  # Friday evening → Monday
        ("2026-11-27 18:00", "2026-11-30 14:00:00"),
        ("2026-11-27 23:59", "2026-11-30 14:00:00"),
        ("2026-11-28 00:00", "2026-11-30 14:00:00"),
        ("2026-09-30 16:00", "2026-10-08 11:00:00"),  # over the whole holiday
        ("2026-10-03 12:00", "2026-10-08 14:00:00"),
        ("2026-10-09 16:00", "2026-10-10 11:00:00"),  # into the make-up Saturday
        ("2026-10-10 16:00", "2026-10-12 11:00:00"),  # and out of it
        ("2026-02-13 18:00", "2026-02-14 14:00:00"),
    ],
)
def test_four_working_hours(asked, due):
    assert said(calendar.add_working_hours(at(asked), 4)) == due


def test_days_between_are_counted_both_ways():
    eve, back = date(2026, 9, 30), date(2026, 10, 10)
    assert calendar.working_days_between(eve, back) == 3
    assert calendar.working_days_between(back, eve) == -3
    assert calendar.working_days_between(date(2026, 10, 1), date(2026, 10, 7)) == 0
    assert calendar.add_working_days(date(2026, 10, 3), 0) == date(2026, 10, 8)

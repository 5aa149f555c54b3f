"""The quiet hours: at night no mail leaves, but for codes that somebody is waiting for."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from talentmarket.core import clock

#: The hour of the day (of the exchange's zone) from which mail goes out, and the one that ends the
#: day: between the two nothing leaves at night.
HOUR, QUIET = 8, 22


def quiet(at: datetime) -> bool:
    """Whether `at` falls into the quiet hours."""
    return not HOUR <= clock.local(at).hour < QUIET


def ends(at: datetime) -> datetime:
    """When the quiet hours that `at` falls into are over; `at` itself by day."""
    if not quiet(at):
        return at
    local = clock.local(at)
    day = local.date() + timedelta(days=1 if local.hour >= QUIET else 0)
    return datetime.combine(day, time(HOUR), clock.SHANGHAI)


def leaves(at: datetime, deadline: datetime) -> datetime:
    """When a mail about a deadline leaves: at once by day, else when the night is over, unless that
    would be too late."""
    after = ends(at)
    return after if after < deadline else at

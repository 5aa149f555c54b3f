"""What an interview's times must be: ahead, in the day's hours, a few, and apart from each other."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from flask_babel import lazy_gettext as _l

from talentmarket.core import clock
from talentmarket.core.errors import Invalid
from talentmarket.core.folding import clean

MINUTES = (30, 45, 60, 90, 120)
#: Times that may stand on the table at once.
MOST_TIMES = 5
#: Days ahead, and the hours of the exchange's zone between which an interview begins and ends.
AHEAD = timedelta(days=90)
FIRST, LAST = time(7), time(22)
REASON_SIGNS = (2, 500)


def check(times: Sequence[datetime], minutes: int, place: str) -> list[datetime]:
    """The times in their order, each once. Raises Invalid with the field that is wrong."""
    found = sorted(set(times))
    if not found:
        raise Invalid({"starts_at": _l("请至少提一个时间。")})
    if len(found) > MOST_TIMES:
        raise Invalid({"starts_at": _l("一次最多提 5 个时间。")})
    if minutes not in MINUTES:
        raise Invalid({"minutes": _l("请从列出的时长中选择。")})
    for one in found:
        _check_one(one)
    if not place:
        raise Invalid({"place": _l("请写明面试地点，线上面试请写会议方式。")})
    return found


def _check_one(starts_at: datetime) -> None:
    if starts_at <= clock.now():
        raise Invalid({"starts_at": _l("面试时间要晚于现在。")})
    if starts_at > clock.now() + AHEAD:
        raise Invalid({"starts_at": _l("面试时间要在 90 天以内。")})


def check_hours(times: Sequence[datetime], minutes: int) -> None:
    """What people type lies in the hours of the day. Raises Invalid."""
    for one in times:
        begins = clock.local(one).time()
        # Reckoned within the day: the last day of the calendar has none after it.
        ends = timedelta(hours=begins.hour, minutes=begins.minute + minutes, seconds=begins.second)
        if begins < FIRST or ends > timedelta(hours=LAST.hour, minutes=LAST.minute):
            raise Invalid({"starts_at": _l("面试请安排在北京时间 7:00 到 22:00 之间。")})


def check_reason(text: str) -> str:
    """The reason for a change. Raises Invalid."""
    text = clean(text)
    least, most = REASON_SIGNS
    if not least <= len(text) <= most:
        raise Invalid({"reason": _l("请写明原因，2 到 500 个字，对方会看到。")})
    return text

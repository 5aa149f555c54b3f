"""What a clock says at the edges of days and holidays."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from talentmarket.core.clock import SHANGHAI, FixedClock
from talentmarket.web.applications.words import countdown
from tests.unit.web.bare import bare_app


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "due", "text", "tone"),
    [
        ("2026-09-30 10:00", "2026-10-09 18:00", "剩 2 个工作日", "fine"),
        ("2026-10-07 23:59", "2026-10-09 18:00", "剩 2 个工作日", "soon"),
        ("2026-10-08 00:00", "2026-10-09 18:00", "剩 1 个工作日", "soon"),
        ("2026-10-09 17:59", "2026-10-09 18:00", "今天 18:00 前", "soon"),
        ("2026-10-09 18:00", "2026-10-09 18:00", "今天 18:00 前", "soon"),
        ("2026-10-09 18:01", "2026-10-09 18:00", "超期 1 个工作日", "late"),
        ("2026-10-10 09:00", "2026-10-09 18:00", "超期 1 个工作日", "late"),
        ("2026-10-12 09:00", "2026-10-09 18:00", "超期 2 个工作日", "late"),
        # Promised before the year's holidays were known: the day came to lie in one.
        ("2026-09-30 20:00", "2026-10-05 18:00", "10月5日 18:00 前", "soon"),
    ],
)
def test_a_clock_says_how_long(monkeypatch, now, due, text, tone):
    app = bare_app()
    monkeypatch.setitem(app.extensions, "talentmarket_clock", FixedClock(at(now)))
    with app.test_request_context():
        said = countdown(at("2026-09-30 09:00"), at(due))
    assert (said["text"], said["tone"]) == (text, tone)

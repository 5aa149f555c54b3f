"""The clock goes to where something runs out: an answer that never came, a guarantee, a claim."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import Any

from talentmarket.core import clock
from talentmarket.exchange import promises
from tests.integration.brokering.any_order.acts import ACTS, LIVE, RUNNING, Act, Run


def _wait(
    name: str,
    rows: str,
    until: Callable[[Any], datetime | date | None],
    *,
    after: tuple[str, ...] = (),
    weight: float = 0.5,
) -> None:
    """Put waiting for the end of one of the rows on the table. `until`: None where none runs."""

    def where(run: Run) -> Iterable[datetime]:
        found = [until(row) for row in getattr(run.seen, rows).values()]
        moments = [_moment(one) for one in found if one is not None]
        return [one for one in moments if one > run.seen.now]

    ACTS[name] = Act(name, weight, where, _nothing, after, waits=True)


def _nothing(*_given: Any) -> None:
    """Who waits does nothing."""


def _moment(end: datetime | date) -> datetime:
    """A minute after a moment, or after a day of Shanghai."""
    if not isinstance(end, datetime):
        end = clock.start_of_day(end + timedelta(days=1))
    return end + timedelta(minutes=1)


_wait(
    "wait_no_answer_of_the_person",
    "referrals",
    lambda row: row.expires_at if row.state in RUNNING else None,
    after=("ask",),
)
_wait(
    "wait_silence",
    "referrals",
    lambda row: row.answer_due_at if row.claim == "pending" else None,
    after=("send",),
)
_wait(
    "wait_claim_over",
    "referrals",
    lambda row: row.claim_until if row.claim in LIVE else None,
    after=("say_new", "send"),
    weight=0.2,
)
_wait(
    "wait_guarantee_over",
    "placements",
    lambda row: row.guarantee_until if row.state == "in_guarantee" else None,
    after=("application_confirm",),
    weight=3,
)
_wait(
    "wait_no_answer_of_the_employer",
    "applications",
    lambda row: (
        promises.closes_at(row.answer_due_at) if row.state in ("submitted", "viewed") else None
    ),
    after=("send", "apply"),
    weight=0.2,
)
_wait(
    "wait_mandate_over",
    "mandates",
    lambda row: None if row.state in ("ended", "refused", "expired") else row.valid_until,
    weight=0.02,
)

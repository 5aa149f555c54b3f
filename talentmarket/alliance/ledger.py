"""Search in the events: by verb, subject, actor and day, page by page along the key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from talentmarket.core import clock
from talentmarket.core.events import Event, EventAnchor, EventHash

PAGE = 50


@dataclass(frozen=True, slots=True)
class Filters:
    """What is looked for; empty means anything. Ids are public ids."""

    verb: str = ""
    actor: str = ""
    acting_for: str = ""
    subject_type: str = ""
    subject_id: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class Found:
    """A page of events, newest first; `next_id` continues the list."""

    rows: list[Event]
    next_id: int | None


def search(session: Session, filters: Filters, *, before: int | None = None) -> Found:
    """Events that fit, newest first. Reads along the key: page 1,000 costs what page 1 does."""
    query = sa.select(Event).order_by(Event.id.desc()).limit(PAGE + 1)
    for name in ("verb", "actor", "acting_for", "subject_type", "subject_id"):
        if value := getattr(filters, name):
            query = query.where(getattr(Event, name) == value)
    if filters.since:
        query = query.where(Event.at >= clock.start_of_day(filters.since))
    if filters.until:
        query = query.where(Event.at < clock.start_of_day(filters.until + timedelta(days=1)))
    if before is not None:
        query = query.where(Event.id < before)
    rows = list(session.scalars(query))
    return Found(rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None)


def chained(session: Session) -> tuple[int, int]:
    """How many events there are, and how many stand in the chain of hashes."""
    total = session.scalar(sa.select(sa.func.count()).select_from(Event)) or 0
    linked = session.scalar(sa.select(sa.func.count()).select_from(EventHash)) or 0
    return total, linked


def purged(session: Session) -> int:
    """How many events went after their legal time; their digests stay."""
    return session.scalar(sa.select(sa.func.count()).select_from(EventAnchor)) or 0


def exports(session: Session, limit: int = 20) -> list[Event]:
    """Who took the service ledger along, the latest first."""
    rows = session.scalars(
        sa.select(Event).where(Event.verb == "export").order_by(Event.id.desc()).limit(10 * limit)
    )
    return [one for one in rows if one.data.get("what") == "service_ledger"][:limit]

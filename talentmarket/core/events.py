"""The one append-only table of what happened: ids and codes only.

Names, snapshots and notes live in erasable rows elsewhere, so that a person can be erased while
the chain stays whole. The database refuses to change or delete a row (`core/appending.py`), and
rows are chained by hash afterwards (:func:`chain`), so that a change made around that shows
(:func:`verify`). The rows of applications, mandates and placements are the service ledger
(kept ≥ 3 years: 网络招聘服务管理规定 arts. 25–26).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from contextvars import ContextVar
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from talentmarket.core import clock
from talentmarket.core.appending import append_only
from talentmarket.core.bulk import insert_many
from talentmarket.core.db import Base, Key, PublicId, Row

#: The request (or command) that is running; part of each event.
request_id: ContextVar[str | None] = ContextVar("request_id", default=None)


class Event(Row):
    """One thing that happened."""

    __tablename__ = "events"
    __table_args__ = (
        sa.Index("ix_events_subject", "subject_type", "subject_id", "id"),
        sa.Index("ix_events_actor", "actor", "id"),
        sa.Index("ix_events_acting_for", "acting_for", "id"),
        sa.Index("ix_events_verb_at", "verb", "at"),
    )

    at: Mapped[datetime]
    actor: Mapped[str | None] = mapped_column(PublicId)
    acting_for: Mapped[str | None] = mapped_column(PublicId)
    request_id: Mapped[str | None] = mapped_column(sa.String(40))
    subject_type: Mapped[str] = mapped_column(sa.String(32))
    subject_id: Mapped[str] = mapped_column(PublicId)
    verb: Mapped[str] = mapped_column(sa.String(40))
    from_state: Mapped[str | None] = mapped_column(sa.String(32))
    to_state: Mapped[str | None] = mapped_column(sa.String(32))
    reason: Mapped[str | None] = mapped_column(sa.String(40))
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)


append_only(Event.__table__)  # type: ignore[arg-type]


class EventHash(Base):
    """The chain: the hash of event n covers event n and the hash before it."""

    __tablename__ = "event_hashes"

    event_id: Mapped[int] = mapped_column(Key, sa.ForeignKey("events.id"), primary_key=True)
    position: Mapped[int] = mapped_column(Key, unique=True)
    digest: Mapped[str] = mapped_column(sa.String(64))


class EventAnchor(Base):
    """What stays of an event that was purged after its legal time (:mod:`core.purging`): its place in
    the chain and its digest, which tells nothing of it and holds the chain together."""

    __tablename__ = "event_anchors"

    position: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False)
    event_id: Mapped[int] = mapped_column(Key)
    digest: Mapped[str] = mapped_column(sa.String(64), index=True)


append_only(EventAnchor.__table__)  # type: ignore[arg-type]


class Actor:
    """Who acts, and for which organisation (public ids; both None for the site itself)."""

    __slots__ = ("account", "acting_for")

    def __init__(self, account: str | None = None, acting_for: str | None = None) -> None:
        self.account = account
        self.acting_for = acting_for


SYSTEM = Actor()


def record(
    session: Session,
    subject_type: str,
    subject_id: str,
    verb: str,
    *,
    actor: Actor = SYSTEM,
    from_state: str | StrEnum | None = None,
    to_state: str | StrEnum | None = None,
    reason: str | None = None,
    at: datetime | None = None,
    **data: Any,
) -> Event:
    """Append one event to the running unit of work. `data` holds ids, codes and numbers only."""
    event = Event(
        at=at or clock.now(),
        actor=actor.account,
        acting_for=actor.acting_for,
        request_id=request_id.get(),
        subject_type=subject_type,
        subject_id=subject_id,
        verb=verb,
        from_state=None if from_state is None else str(from_state),
        to_state=None if to_state is None else str(to_state),
        reason=reason,
        data=data,
    )
    session.add(event)
    return event


def history(session: Session, subject_type: str, subject_id: str) -> list[Event]:
    """All events of one subject, oldest first."""
    return list(
        session.scalars(
            sa.select(Event)
            .where(Event.subject_type == subject_type, Event.subject_id == subject_id)
            .order_by(Event.id)
        )
    )


def chain(session: Session, limit: int = 10_000) -> int:
    """Hash the events that are not in the chain yet, in id order; returns how many.

    Runs in one worker at a time (the unique position makes a second one fail).
    """
    found = links(session, limit)
    append(session, found)
    return len(found)


def links(session: Session, limit: int) -> list[dict[str, Any]]:
    """The next links of the chain, for :func:`append`. What takes time is here: nobody who writes
    waits for it."""
    position, digest = head(session)
    waiting = session.connection().execute(
        sa.select(Event.__table__)
        .outerjoin(EventHash, EventHash.event_id == Event.id)
        .where(EventHash.event_id.is_(None))
        .order_by(Event.id)
        .limit(limit)
    )
    found = []
    for event in waiting:
        position += 1
        digest = _digest(digest, event)
        found.append({"event_id": event.id, "position": position, "digest": digest})
    return found


def append(session: Session, found: Sequence[dict[str, Any]]) -> None:
    """Store links. Raises IntegrityError where somebody else has gone on with the chain."""
    if found:
        insert_many(session, EventHash.__table__, found)


def head(session: Session) -> tuple[int, str]:
    """Length of the chain and its last digest."""
    ends = [
        session.execute(
            sa.select(table.position, table.digest).order_by(table.position.desc()).limit(1)
        ).first()
        for table in (EventHash, EventAnchor)
    ]
    found = max((end for end in ends if end), default=None, key=lambda end: int(end.position))
    return (found.position, found.digest) if found else (0, "")


def verify(session: Session) -> int | None:
    """The id of the first event whose hash does not fit, or None when the chain is whole.

    Events that were purged are held by their anchors: one for each place, none left out.
    """
    position, digest = 0, ""
    rows = session.execute(
        sa.select(EventHash, Event)
        .outerjoin(Event, Event.id == EventHash.event_id)
        .order_by(EventHash.position)
        .execution_options(yield_per=2000)
    )
    with rows:  # the cursor of a chain that breaks early must not stay open
        for link, event in rows:
            if link.position != position + 1:
                digest = _anchored(session, position, link.position)
            digest = _digest(digest, event) if event is not None else ""
            if digest != link.digest:
                return int(link.event_id)
            position = link.position
    return None


def _anchored(session: Session, after: int, before: int) -> str:
    """The digest of the last place between two, where each of them has its anchor; else nothing
    that fits."""
    between = EventAnchor.position.between(after + 1, before - 1)
    counted = session.scalar(sa.select(sa.func.count()).where(between)) or 0
    last = session.get(EventAnchor, before - 1)
    return last.digest if last is not None and counted == before - 1 - after else "lost"


def _digest(before: str, event: Event | sa.Row[Any]) -> str:
    parts: Iterable[Any] = (
        before,
        event.id,
        event.at.isoformat(timespec="microseconds"),
        event.actor,
        event.acting_for,
        event.request_id,
        event.subject_type,
        event.subject_id,
        event.verb,
        event.from_state,
        event.to_state,
        event.reason,
        event.data,
    )
    return digest_of(parts)


def digest_of(parts: Iterable[Any]) -> str:
    """SHA-256 of the digest before and the columns of an event, in the order of the table's class:
    one JSON text without spaces, keys sorted. Exports are checked by it, too."""
    text = json.dumps(list(parts), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()

"""Mails and short messages that left or did not: receivers are never shown in full."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from talentmarket.core import clock
from talentmarket.core.errors import Conflict
from talentmarket.core.events import Actor, record
from talentmarket.notices.models import Delivery, DeliveryState

PAGE = 50


@dataclass(frozen=True)
class Found:
    """A page of deliveries, newest first; `next_id` continues the list."""

    rows: list[Delivery]
    next_id: int | None


def search(session: Session, *, state: str = "", before: int | None = None) -> Found:
    """Deliveries, newest first, of one state where given."""
    query = sa.select(Delivery).order_by(Delivery.id.desc()).limit(PAGE + 1)
    if state in set(DeliveryState):
        query = query.where(Delivery.state == DeliveryState(state))
    if before is not None:
        query = query.where(Delivery.id < before)
    rows = list(session.scalars(query))
    return Found(rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None)


def counts(session: Session) -> dict[str, int]:
    """How many are in each state."""
    rows = session.execute(sa.select(Delivery.state, sa.func.count()).group_by(Delivery.state))
    return {str(state): count for state, count in rows}


def retry(session: Session, delivery_id: int, *, actor: Actor) -> None:
    """Send a failed one again. Raises Conflict when it did not fail or its words are wiped."""
    at = clock.now()
    won = session.execute(
        sa.update(Delivery)
        .where(
            Delivery.id == delivery_id,
            Delivery.state == DeliveryState.FAILED,
            Delivery.receiver.is_not(None),
            Delivery.arguments.is_not(None),
        )
        .values(
            state=DeliveryState.WAITING,
            attempts=0,
            error=None,
            due_at=at,
            created_at=at,
            leased_until=None,
        )
        .execution_options(synchronize_session=False)
    )
    if not won.rowcount:  # type: ignore[attr-defined]
        raise Conflict(code="not-failed")
    record(session, "delivery", str(delivery_id), "retry", actor=actor)

"""Is what the exchange shows what its rows say: index, outbox, event chain."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from talentmarket.core import clock, events, outbox, tasks
from talentmarket.core.errors import NotFound
from talentmarket.core.events import Actor, Event, record
from talentmarket.core.outbox import OutboxRow
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.brokering.books import checking
from talentmarket.indexing import drain
from talentmarket.indexing.check import check
from talentmarket.indexing.engine import handle

CHECK_INDEX = "check-index"
CHECK_CHAIN = "check-chain"
CHECK_LEDGER = "check-ledger"


@dataclass(frozen=True)
class State:
    """The index as the operator sees it. `slow`: kinds whose files this process could not read as
    arrays, and why (codes of the engine)."""

    engine: str
    answers: bool
    slow: list[tuple[str, str]]
    waiting: int
    lag_seconds: float | None
    dead: list[OutboxRow]
    checked: Event | None
    chain: Event | None


def state_of(session: Session) -> State:
    """Engine, outbox, dead letters, and the last checks."""
    count, oldest, _dead = outbox.waiting(session)
    search = handle()
    dead = session.scalars(
        sa.select(OutboxRow).where(OutboxRow.dead_at.is_not(None)).order_by(OutboxRow.id).limit(100)
    ).all()
    return State(
        engine=search.engine_name,
        answers=search.answers(),
        slow=search.slow(),
        waiting=count,
        lag_seconds=_seconds_since(oldest),
        dead=list(dead),
        checked=last(session, CHECK_INDEX),
        chain=last(session, CHECK_CHAIN),
    )


def _seconds_since(at: datetime | None) -> float | None:
    return None if at is None else round((clock.now() - at).total_seconds(), 1)


def last(session: Session, verb: str) -> Event | None:
    """The last event of this verb: what a check found."""
    return session.scalar(
        sa.select(Event).where(Event.verb == verb).order_by(Event.id.desc()).limit(1)
    )


def revive(session: Session, *, actor: Actor) -> int:
    """Give everything that was set aside another chance; returns how many."""
    count = drain.revive(session)
    record(session, "site", "index", "revive", actor=actor, rows=count)
    return count


def ask(session: Session, name: str) -> None:
    """Have the worker check; the answer becomes an event. One of a name waits at a time."""
    if name not in (CHECK_INDEX, CHECK_CHAIN, CHECK_LEDGER):
        raise NotFound()
    tasks.put(session, name, key=name)


@tasks.handler(CHECK_INDEX)
def check_index(_arguments: dict[str, Any]) -> None:
    """Compare index and database, and write down what was found."""
    with handle().reader() as backend:
        found: dict[str, Any] = dict(check(backend).as_dict())
    with unit_of_work() as session:
        record(session, "site", "index", CHECK_INDEX, **found)


@tasks.handler(CHECK_CHAIN)
def check_chain(_arguments: dict[str, Any]) -> None:
    """Recompute the chain of hashes, and write down the first event that does not fit."""
    with unit_of_work() as session:
        while events.chain(session, 10_000):
            session.flush()
        broken = events.verify(session)
        record(session, "site", "events", CHECK_CHAIN, broken=broken)


@tasks.handler(CHECK_LEDGER)
def check_ledger(_arguments: dict[str, Any]) -> None:
    """Sum the books, compare them with their events, recompute the chain; write down what was
    found, as `flask ledger check` prints it. The first faults are named, the others counted."""
    with unit_of_work() as session:
        while events.chain(session, 10_000):
            session.flush()
        found = checking.check(session)
        broken = events.verify(session)
        faults = (*found.not_balanced, *found.changed, *found.unknown, *found.lost)
        record(
            session,
            "site",
            "ledger",
            CHECK_LEDGER,
            whole=found.whole and broken is None,
            entries=found.entries,
            total=found.total,
            broken_event=broken,
            first=list(faults[:20]),
            not_balanced=len(found.not_balanced),
            changed=len(found.changed),
            unknown=len(found.unknown),
            lost=len(found.lost),
        )

"""The worker's part: send what waits, each message once.

A message is taken by a conditional UPDATE that writes a lease, handed over outside any
transaction, then marked. Two workers never hold one message at the same time. A worker that dies
between handing over and marking leaves the message to be sent again under the same key, which
mail servers and the gateway use to drop the second copy.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session

from talentmarket.core import clock
from talentmarket.core.db import db
from talentmarket.core.uow import unit_of_work
from talentmarket.notices.models import Channel, Delivery, DeliveryState
from talentmarket.notices.send import site_address
from talentmarket.notices.texts import TEXTS, Rendered, render
from talentmarket.notices.transports import Message, NotSent, Sender, make_senders

LEASE = timedelta(minutes=2)
#: The function the factory gives in: the arguments of a notice as they are true now, or None.
Check = Callable[[Session, str, dict[str, Any]], dict[str, Any] | None]
MAX_ATTEMPTS = 6


@dataclass(frozen=True)
class _Taken:
    id: int
    key: str
    channel: Channel
    receiver: str
    locale: str
    code: str
    arguments: dict[str, Any]
    created_at: datetime
    attempts: int
    leased_until: datetime


def senders() -> dict[Channel, Sender]:
    """The app's ways out, made once."""
    made: dict[Channel, Sender] | None = current_app.extensions.get("talentmarket_senders")
    if made is None:
        made = make_senders(current_app.extensions["talentmarket_settings"])
        current_app.extensions["talentmarket_senders"] = made
    return made


def send_due(limit: int = 50) -> int:
    """Send up to `limit` waiting messages; returns how many left."""
    sent = 0
    for _ in range(limit):
        taken = _take()
        if taken is None:
            break
        sent += _send(taken)
    return sent


def _take() -> _Taken | None:
    at = clock.now()
    free = sa.or_(Delivery.leased_until.is_(None), Delivery.leased_until < at)
    due = sa.and_(Delivery.state == DeliveryState.WAITING, Delivery.due_at <= at, free)
    first = sa.select(Delivery.id).where(due).order_by(Delivery.due_at, Delivery.id).limit(1)
    if db.session.scalar(first) is None:  # nothing waits: no write lock is taken
        db.session.rollback()
        return None
    with unit_of_work() as session:
        row = session.execute(
            sa.update(Delivery)
            .where(Delivery.id == first.scalar_subquery(), due)
            .values(leased_until=at + LEASE, attempts=Delivery.attempts + 1)
            .returning(
                Delivery.id,
                Delivery.key,
                Delivery.channel,
                Delivery.receiver,
                Delivery.locale,
                Delivery.code,
                Delivery.arguments,
                Delivery.created_at,
                Delivery.attempts,
                Delivery.leased_until,
            )
        ).first()
    if row is None:
        return None
    arguments = json.loads(row.arguments) if row.arguments else {}
    return _Taken(**{**row._mapping, "receiver": row.receiver or "", "arguments": arguments})


def words_of(code: str, arguments: dict[str, Any], locale: str) -> Rendered:
    """The final words of a delivery; the daily mail and urgent notices hold other texts inside."""
    arguments = dict(arguments)
    if code == "digest":
        said = arguments.pop("notices")
        arguments["lines"] = "\n".join(_line(one, inner, locale) for one, inner in said)
        arguments.setdefault("unsubscribe", site_address("/me/settings"))
    elif code == "notice":
        one, inner = arguments.pop("notice")
        said = render(one, inner, locale)
        arguments.update(subject=said.subject, body=said.body)
    return render(code, arguments, locale)


def _line(code: str, arguments: dict[str, Any], locale: str) -> str:
    """One notice in the daily mail."""
    said = render(code, arguments, locale)
    rest = said.body.split("\n") if TEXTS[code].whole else []
    return "\n".join([f"· {said.subject}", *(f"    {line}" for line in rest)])


def _as_it_is_now(taken: _Taken) -> bool:
    """Take out of a daily mail what is over since it was put together; False when nothing stays."""
    check: Check | None = current_app.extensions.get("talentmarket_still_so")
    if taken.code != "digest" or check is None:
        return True
    before = taken.arguments["notices"]
    kept = [
        [code, now]
        for code, inner in before
        if (now := check(db.session(), code, inner)) is not None
    ]
    db.session.rollback()
    taken.arguments["notices"] = kept
    taken.arguments["count"] -= len(before) - len(kept)
    return bool(kept)


def _send(taken: _Taken) -> int:
    text = TEXTS.get(taken.code)
    if text and text.lifetime and clock.now() > taken.created_at + text.lifetime:
        return _mark(taken, DeliveryState.FAILED, error="too late")
    if not taken.receiver or text is None:
        return _mark(taken, DeliveryState.FAILED, error="no receiver or text")
    if not _as_it_is_now(taken):
        return _mark(taken, DeliveryState.FAILED, error="nothing left to say")
    sender = senders().get(taken.channel)
    stop = str(taken.arguments.get("unsubscribe", ""))
    try:
        if sender is None:
            raise NotSent("channel closed")
        said = words_of(taken.code, taken.arguments, taken.locale)
        sender.send(
            Message(taken.channel, taken.receiver, said.subject, said.body, taken.key, stop)
        )
    except (NotSent, KeyError, ValueError) as error:
        # The reason of NotSent is written without an address; of others only the kind is kept.
        reason = str(error) if isinstance(error, NotSent) else type(error).__name__
        final = not isinstance(error, NotSent) or error.final
        if final or taken.attempts >= MAX_ATTEMPTS:
            return _mark(taken, DeliveryState.FAILED, error=reason)
        wait = timedelta(seconds=min(3600, 5 * 3**taken.attempts))
        return _mark(taken, DeliveryState.WAITING, error=reason, due_at=clock.now() + wait)
    return _mark(taken, DeliveryState.SENT, sent_at=clock.now())


def _mark(taken: _Taken, state: DeliveryState, **values: Any) -> int:
    text = TEXTS.get(taken.code)
    if state is not DeliveryState.WAITING and text is not None and text.secret and not _kept():
        values.update(arguments=None, receiver=None)
    with unit_of_work() as session:
        session.execute(
            sa.update(Delivery)
            .where(Delivery.id == taken.id, Delivery.leased_until == taken.leased_until)
            .values(state=state, leased_until=None, **{"error": None, **values})
        )
    return state is DeliveryState.SENT


def _kept() -> bool:
    settings = current_app.extensions["talentmarket_settings"]
    return bool(settings.demo or settings.testing)


def recent(limit: int = 50) -> list[tuple[Delivery, Rendered]]:
    """The newest messages in their words, for the demo's page."""
    rows = db.session.scalars(sa.select(Delivery).order_by(Delivery.id.desc()).limit(limit))
    return [
        (row, words_of(row.code, json.loads(row.arguments), row.locale))
        for row in rows
        if row.arguments
    ]


def expire(days: int = 30) -> int:
    """Drop messages that left or failed more than `days` ago; returns how many."""
    before = clock.now() - timedelta(days=days)
    with unit_of_work() as session:
        done = session.execute(
            sa.delete(Delivery).where(
                Delivery.state != DeliveryState.WAITING, Delivery.created_at < before
            )
        )
    return int(done.rowcount)  # type: ignore[attr-defined]

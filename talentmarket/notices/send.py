"""Leave a message, in the same transaction as what it tells of."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy.orm import Session

from talentmarket.core import clock
from talentmarket.core.db import insert_for
from talentmarket.core.errors import Unavailable
from talentmarket.core.ids import new_public_id
from talentmarket.notices.models import Channel, Delivery, DeliveryState, Notice
from talentmarket.notices.quiet import leaves
from talentmarket.notices.texts import TEXTS


@dataclass(frozen=True)
class Address:
    """Where mail for an account goes; `digest`: the person wants the daily mail.

    `person`: the account's public id.
    """

    mail: str
    locale: str
    digest: bool
    person: str


#: The function the factory gives in: the mail address of an account, or None without one.
AddressBook = Callable[[Session, int], Address | None]


def address_of(session: Session, account_id: int) -> Address | None:
    """Where mail for the account goes; None when it has no verified address."""
    book: AddressBook | None = current_app.extensions.get("talentmarket_addresses")
    return book(session, account_id) if book else None


def site_address(path: str | None = None) -> str:
    """`path` as a full address where the site's own is set, else the path."""
    base = current_app.extensions["talentmarket_settings"].site_url or ""
    return base + (path or "/me/notices")


def channel_open(channel: Channel) -> bool:
    """Whether messages can leave by this way."""
    settings = current_app.extensions["talentmarket_settings"]
    given = settings.mail_url if channel is Channel.MAIL else settings.sms_gateway_url
    return bool(given or settings.demo or settings.testing)


def notify(
    session: Session,
    account_id: int,
    code: str,
    arguments: Mapping[str, Any] | None = None,
    *,
    link: str | None = None,
    key: str | None = None,
    deadline: datetime | None = None,
    urgent: bool = False,
) -> bool:
    """Leave a notice on the site; False when one with this `key` is there already.

    What has a `deadline` also goes out by mail at once (at night when the quiet hours end, unless
    that is too late); the rest waits for the daily mail, what is
    `urgent` for the next mail of the day.
    """
    if code not in TEXTS:
        raise KeyError(code)
    at = clock.now()
    public_id = new_public_id()
    by_mail = deadline is not None and channel_open(Channel.MAIL)
    address = address_of(session, account_id) if by_mail else None
    added = session.scalar(
        insert_for(session)(Notice)
        .values(
            public_id=public_id,
            account_id=account_id,
            code=code,
            arguments=dict(arguments or {}),
            link=link,
            key=key,
            deadline=deadline,
            urgent=urgent,
            created_at=at,
            digested_at=at if address else None,
        )
        .on_conflict_do_nothing()
        .returning(Notice.id)
    )
    if added is None:
        return False
    if address and deadline:
        _mail_at_once(session, account_id, address, code, arguments, link, deadline, public_id)
    return True


def _mail_at_once(
    session: Session,
    account_id: int,
    address: Address,
    code: str,
    arguments: Mapping[str, Any] | None,
    link: str | None,
    deadline: datetime,
    public_id: str,
) -> None:
    deliver(
        session,
        Channel.MAIL,
        address.mail,
        "notice",
        {
            "notice": [code, dict(arguments or {})],
            "deadline": {"moment": deadline.isoformat()},
            "address": site_address(link),
        },
        key=f"notice:{public_id}",
        locale=address.locale,
        account_id=account_id,
        due_at=leaves(clock.now(), deadline),
    )


def deliver(
    session: Session,
    channel: Channel,
    receiver: str,
    code: str,
    arguments: Mapping[str, Any],
    *,
    key: str,
    locale: str,
    account_id: int | None = None,
    due_at: datetime | None = None,
) -> bool:
    """Leave a mail or short message for the worker; False when `key` was left before.

    `due_at`: when it may leave, at once where not said.

    Raises :class:`Unavailable` when nothing can leave by this channel.
    """
    if code not in TEXTS:
        raise KeyError(code)
    if not channel_open(channel):
        raise Unavailable(code="channel-closed")
    at = clock.now()
    added = session.scalar(
        insert_for(session)(Delivery)
        .values(
            key=key,
            channel=channel,
            receiver=receiver,
            account_id=account_id,
            locale=locale,
            code=code,
            arguments=json.dumps(dict(arguments), ensure_ascii=False),
            state=DeliveryState.WAITING,
            attempts=0,
            created_at=at,
            due_at=due_at or at,
        )
        .on_conflict_do_nothing()
        .returning(Delivery.id)
    )
    return added is not None

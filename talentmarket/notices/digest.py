"""The mail of notices: one a day, of what is unread and was not mailed yet.

What is urgent does not wait for the day's hour: then a mail with all that waits leaves at once, one
an hour at most. Nothing leaves in the quiet hours.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session

from talentmarket.core import clock
from talentmarket.core.db import db
from talentmarket.core.uow import unit_of_work
from talentmarket.notices.models import Channel, Delivery, Notice
from talentmarket.notices.quiet import HOUR, QUIET, quiet
from talentmarket.notices.send import address_of, channel_open, deliver, site_address
from talentmarket.notices.unsubscribing import token_of

__all__ = ["HOUR", "QUIET", "run_digests"]

#: Between two mails of what is urgent to one person.
PAUSE = timedelta(hours=1)
MOST_LINES = 20

#: What rooms above have to say before a mail is put together; each returns how much it said.
Saying = Callable[[], int]


def run_digests(limit: int = 200) -> int:
    """Leave the mails that are due for up to `limit` accounts; returns how many. Safe to run often."""
    if quiet(clock.now()):
        return 0
    sayings: list[Saying] = current_app.extensions.get("talentmarket_before_digest", [])
    if said := sum(say() for say in sayings):
        return said  # once all is said, the mails are put together
    if not channel_open(Channel.MAIL):
        return 0
    accounts = list(db.session.scalars(_waiting(limit)))
    db.session.rollback()
    left = 0
    for account_id in accounts:
        with unit_of_work() as session:
            left += _digest(session, account_id)
    return left


def _waiting(limit: int) -> sa.Select[tuple[int]]:
    day = clock.start_of_day(clock.today())
    return (
        sa.select(Notice.account_id)
        .where(
            Notice.digested_at.is_(None),
            Notice.read_at.is_(None),
            sa.or_(
                ~_mailed_since(day), sa.and_(Notice.urgent, ~_mailed_since(clock.now() - PAUSE))
            ),
        )
        .group_by(Notice.account_id)
        .order_by(sa.func.min(Notice.id))
        .limit(limit)
    )


def _mailed_since(at: object) -> sa.ColumnElement[bool]:
    return sa.exists().where(
        Delivery.account_id == Notice.account_id,
        Delivery.code == "digest",
        Delivery.created_at >= at,
    )


def _digest(session: Session, account_id: int) -> bool:
    """One account's mail; the unique key makes a second worker's come to nothing."""
    fresh = (
        Notice.account_id == account_id,
        Notice.digested_at.is_(None),
        Notice.read_at.is_(None),
    )
    notices = session.scalars(sa.select(Notice).where(*fresh).order_by(Notice.id)).all()
    if not notices:
        return False
    address = address_of(session, account_id)
    wanted = address is not None and address.digest
    if address is not None and wanted:
        said = [[notice.code, notice.arguments] for notice in notices[-MOST_LINES:]]
        left = deliver(
            session,
            Channel.MAIL,
            address.mail,
            "digest",
            {
                "count": len(notices),
                "notices": said,
                "address": site_address(),
                "unsubscribe": site_address(f"/unsubscribe/{token_of(address.person)}"),
            },
            key=_key(session, account_id),
            locale=address.locale,
            account_id=account_id,
        )
        if not left:
            return False  # today's went out already: these wait for the next
    session.execute(
        sa.update(Notice)
        .where(Notice.id.in_([notice.id for notice in notices]))
        .values(digested_at=clock.now())
        .execution_options(synchronize_session=False)
    )
    return wanted


def _key(session: Session, account_id: int) -> str:
    """The day's, or for a further mail of the day the hour's."""
    day = f"digest:{account_id}:{clock.today().isoformat()}"
    taken = session.scalar(sa.select(sa.exists().where(Delivery.key == day)))
    return f"{day}:{clock.local(clock.now()).hour}" if taken else day

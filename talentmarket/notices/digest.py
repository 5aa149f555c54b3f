"""The daily mail: at most one a day, of what is unread and was not mailed yet."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from talentmarket.core import clock
from talentmarket.core.db import db
from talentmarket.core.uow import unit_of_work
from talentmarket.notices.models import Channel, Delivery, Notice
from talentmarket.notices.send import address_of, channel_open, deliver, site_address

#: The hour of the day (of the exchange's zone) from which the mail goes out.
HOUR = 8
MOST_LINES = 20


def run_digests(limit: int = 200) -> int:
    """Leave the day's mails for up to `limit` accounts; returns how many. Safe to run often."""
    if clock.local(clock.now()).hour < HOUR or not channel_open(Channel.MAIL):
        return 0
    had_today = sa.exists().where(
        Delivery.account_id == Notice.account_id,
        Delivery.code == "digest",
        Delivery.created_at >= clock.start_of_day(clock.today()),
    )
    waiting = (
        sa.select(Notice.account_id)
        .where(Notice.digested_at.is_(None), Notice.read_at.is_(None), ~had_today)
        .group_by(Notice.account_id)
        .order_by(sa.func.min(Notice.id))
        .limit(limit)
    )
    accounts = list(db.session.scalars(waiting))
    db.session.rollback()
    left = 0
    for account_id in accounts:
        with unit_of_work() as session:
            left += _digest(session, account_id)
    return left


def _digest(session: Session, account_id: int) -> bool:
    """One account's mail; the unique key of the day makes a second worker's come to nothing."""
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
            {"count": len(notices), "notices": said, "address": site_address()},
            key=f"digest:{account_id}:{clock.today().isoformat()}",
            locale=address.locale,
            account_id=account_id,
        )
        if not left:
            return False  # today's went out already: these wait for tomorrow's
    session.execute(
        sa.update(Notice)
        .where(Notice.id.in_([notice.id for notice in notices]))
        .values(digested_at=clock.now())
        .execution_options(synchronize_session=False)
    )
    return wanted

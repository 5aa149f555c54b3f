"""What a person reads on the site."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import sqlalchemy as sa
from sqlalchemy.orm import Session

from talentmarket.core import clock
from talentmarket.core.db import db
from talentmarket.core.errors import NotFound
from talentmarket.notices.models import Notice
from talentmarket.notices.texts import Rendered, render

PAGE = 30
LAST_PAGE = 100_000


@dataclass(frozen=True)
class Inbox:
    """One page of notices, newest first, each with its words."""

    items: list[tuple[Notice, Rendered]]
    page: int
    has_next: bool
    unread: int


def read_inbox(
    session: Session, account_id: int, locale: str, *, page: int = 1, unread_only: bool = False
) -> Inbox:
    """Page `page` (from 1) of the account's notices."""
    page = min(max(1, page), LAST_PAGE)
    wanted = sa.select(Notice).where(Notice.account_id == account_id)
    if unread_only:
        wanted = wanted.where(Notice.read_at.is_(None))
    rows = session.scalars(
        wanted.order_by(Notice.created_at.desc(), Notice.id.desc())
        .offset((page - 1) * PAGE)
        .limit(PAGE + 1)
    ).all()
    items = [(row, render(row.code, row.arguments, locale)) for row in rows[:PAGE]]
    return Inbox(items, page, len(rows) > PAGE, unread_count(account_id))


def unread_count(account_id: int) -> int:
    """How many notices the account has not read."""
    return db.session.scalar(_unread(), {"account": account_id}) or 0


@cache
def _unread() -> sa.Select[tuple[int]]:
    """Put together once: each page of somebody signed in asks it."""
    return sa.select(sa.func.count()).where(
        Notice.account_id == sa.bindparam("account"), Notice.read_at.is_(None)
    )


def open_notice(session: Session, account_id: int, public_id: str) -> str | None:
    """Mark one as read and give where it leads; raises :class:`NotFound` for another's."""
    notice = session.scalar(
        sa.select(Notice).where(Notice.account_id == account_id, Notice.public_id == public_id)
    )
    if notice is None:
        raise NotFound()
    if notice.read_at is None:
        notice.read_at = clock.now()
    return notice.link


def mark_all_read(session: Session, account_id: int) -> int:
    """Mark everything as read; returns how many were not."""
    done = session.execute(
        sa.update(Notice)
        .where(Notice.account_id == account_id, Notice.read_at.is_(None))
        .values(read_at=clock.now())
    )
    return int(done.rowcount)  # type: ignore[attr-defined]

"""The thread of an application: lines of both sides, masked until the contact is open."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session, selectinload

from talentmarket.core import clock
from talentmarket.core.db import insert_for
from talentmarket.core.errors import Conflict, Invalid
from talentmarket.core.events import Actor, record
from talentmarket.core.folding import clean
from talentmarket.core.ids import new_public_id
from talentmarket.core.masking import MASK, mask
from talentmarket.exchange import message_files, snapshots, telling
from talentmarket.exchange.message_files import FileLine, Given
from talentmarket.exchange.models import Application, Message, MessageFile, Side
from talentmarket.exchange.models.applications import ENDED
from talentmarket.exchange.suspended import require_standing
from talentmarket.exchange.visibility import Sight

MOST_SIGNS = 2000
_KEY = re.compile(r"[A-Za-z0-9_-]{8,40}")


@dataclass(frozen=True)
class Line:
    """A message as one side reads it."""

    side: Side
    text: str
    sent_at: datetime
    masked: bool
    read_at: datetime | None
    public_id: str = ""
    files: tuple[FileLine, ...] = ()


def send(
    session: Session,
    application: Application,
    *,
    side: Side,
    author_id: int,
    text: str,
    actor: Actor,
    key: str | None = None,
    given: Sequence[Given] = (),
) -> bool:
    """Add a line, with files where some are `given`; False when a line with this key is there already (the form was sent twice).

    Raises Invalid for an empty or too long text, Conflict when the application is over or the
    organisation is suspended.
    """
    text = clean(text)
    if not text and not given:
        raise Invalid({"text": _l("请写下要说的话。")})
    if len(text) > MOST_SIGNS:
        raise Invalid({"text": _l("消息最多 2000 字，请缩短后再发。")})
    if application.state in ENDED:
        raise Conflict(_l("申请已结束，不能再发消息。"), code="application-over")
    message_files.check(given)
    require_standing(application.organisation)
    if side is Side.ORGANISATION and not open_to_organisation(session, application):
        raise Conflict(
            _l("消息现在不能打开：本人的资料还没有开放，或已收回。"), code="not-open-yet"
        )
    key = key if key and _KEY.fullmatch(key) else None
    added = session.scalar(
        insert_for(session)(Message)
        .values(
            public_id=new_public_id(),
            application_id=application.id,
            side=side,
            author_id=author_id,
            text=text,
            key=key,
            sent_at=clock.now(),
        )
        .on_conflict_do_nothing()
        .returning(Message.id)
    )
    if added is None:
        return False
    message_files.keep(session, application, added, side, given, author_id)
    record(
        session,
        "application",
        application.public_id,
        "message",
        actor=actor,
        side=str(side),
        files=len(given),
    )
    _tell(session, application, side)
    return True


def _tell(session: Session, application: Application, side: Side) -> None:
    hour = clock.now().strftime("%Y%m%d%H")  # one notice an hour, however many lines
    key = f"message:{application.public_id}:{side}:{hour}"
    if side is Side.TALENT:
        telling.tell_organisation(session, application, "message.to_organisation", key=key)
    else:
        telling.tell_talent(session, application, "message.to_talent", key=key)


def open_to_organisation(session: Session, application: Application) -> bool:
    """Whether the organisation reads and writes in the thread: while the person gives it the
    snapshot. Not before it said whether a brought person is new to it, and not after it was taken
    back."""
    return "snapshot" in snapshots.given(session, application)


def thread(
    session: Session,
    application: Application,
    *,
    reader: Side,
    open_contact: bool,
    held: bool = True,
) -> list[Line]:
    """The lines in order as `reader` reads them; without `open_contact` numbers and mail addresses
    are masked. `held`: see :func:`files_held`."""
    rows = session.scalars(
        sa.select(Message)
        .options(selectinload(Message.files).joinedload(MessageFile.file))
        .where(Message.application_id == application.id)
        .order_by(Message.id)
    )
    return [_line(row, reader, open_contact, held) for row in rows]


def files_held(sight: Sight) -> bool:
    """Whether the person's files are held back from the organisation: until name and a way to reach
    the person are open to it."""
    return not (sight.name and sight.contact)


def _line(row: Message, reader: Side, open_contact: bool, held: bool) -> Line:
    shown = row.text if open_contact else mask(row.text)
    masked = MASK in shown and MASK not in row.text
    return Line(
        row.side,
        shown if masked else row.text,
        row.sent_at,
        masked,
        row.read_at,
        row.public_id,
        message_files.lines_of(row, reader, held=held, masked=not open_contact),
    )


def mark_read(session: Session, application: Application, reader: Side) -> None:
    """The other side's lines are read now."""
    session.execute(
        sa.update(Message)
        .where(
            Message.application_id == application.id,
            Message.side != reader,
            Message.read_at.is_(None),
        )
        .values(read_at=clock.now())
    )


def unread(session: Session, applications: list[int], reader: Side) -> dict[int, int]:
    """Unread lines of the other side, by application key."""
    if not applications:
        return {}
    rows = session.execute(
        sa.select(Message.application_id, sa.func.count())
        .where(
            Message.application_id.in_(applications),
            Message.side != reader,
            Message.read_at.is_(None),
        )
        .group_by(Message.application_id)
    )
    return {row[0]: row[1] for row in rows}

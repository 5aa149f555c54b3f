"""Private notes of an organisation on an application; the person never sees them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from talentmarket.core import clock
from talentmarket.core.errors import Conflict, Invalid
from talentmarket.core.events import Actor, record
from talentmarket.core.folding import clean
from talentmarket.core.masking import mask
from talentmarket.exchange import snapshots
from talentmarket.exchange.models import Application, Note
from talentmarket.members.models import Account

MOST_SIGNS = 2000


def write(
    session: Session, application: Application, *, author: Account, text: str, actor: Actor
) -> Note:
    """Add a note. The event says that one was written, not what it says. Raises Invalid; Conflict
    once the person gives nothing any more."""
    if snapshots.is_over(session, application):
        raise Conflict(_l("本人的资料已收回，不能再写备注。"), code="taken-back")
    text = clean(text)
    if not text:
        raise Invalid({"text": _l("请写下备注内容。")})
    if len(text) > MOST_SIGNS:
        raise Invalid({"text": _l("备注最多 2000 字，请缩短后再存。")})
    note = Note(
        application_id=application.id, author_id=author.id, text=text, written_at=clock.now()
    )
    session.add(note)
    record(session, "application", application.public_id, "note", actor=actor)
    session.flush()
    return note


@dataclass(frozen=True)
class Read:
    """A note as one reader reads it, with its author's name."""

    text: str
    written_at: datetime
    author: str


def notes_of(session: Session, application: Application, *, open_contact: bool) -> list[Read]:
    """The notes, newest first. Without `open_contact` numbers and mail addresses are masked: what a
    colleague noted down of the person is nobody's who may not reach the person. None once the person
    has taken back what they gave, or its end has come (个人信息保护法 arts. 15, 47): a note names whom
    it is about."""
    if snapshots.is_over(session, application):
        return []
    rows = session.execute(
        sa.select(Note, Account.name)
        .outerjoin(Account, Account.id == Note.author_id)
        .where(Note.application_id == application.id)
        .order_by(Note.id.desc())
    )
    return [
        Read(note.text if open_contact else mask(note.text), note.written_at, name or "")
        for note, name in rows
    ]

"""Reports of a message: who may file one, and how little of the thread the office reads for it."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from talentmarket.core.errors import Conflict, NotFound
from talentmarket.core.events import Actor, record
from talentmarket.exchange import reports
from talentmarket.exchange.models import (
    Application,
    Message,
    Report,
    ReportKind,
    ReportState,
    Side,
)
from talentmarket.members.models import Account

SUBJECT = "message"
#: What may be wrong with a message.
KINDS = ("discrimination", "fee", "fraud", "privacy", "other")


@dataclass(frozen=True, slots=True)
class Shown:
    """What the office reads for a report: the line and its neighbours, oldest first."""

    lines: tuple[Message, ...]
    reported: str
    application: Application


def find(session: Session, application: Application, message_id: str, reader: Side) -> Message:
    """A line of the other side's in this thread. Raises NotFound."""
    found = session.scalar(
        sa.select(Message).where(
            Message.public_id == message_id,
            Message.application_id == application.id,
            Message.side != reader,
        )
    )
    if found is None:
        raise NotFound()
    return found


def file(
    session: Session,
    application: Application,
    message_id: str,
    reader: Side,
    kind: ReportKind,
    text: str,
    *,
    reporter: Account,
    actor: Actor,
) -> Report:
    """Report a line. Raises NotFound, Invalid, TooMany, Conflict where a report of this account's
    about it waits already."""
    message = find(session, application, message_id, reader)
    waiting = sa.exists().where(
        Report.subject_type == SUBJECT,
        Report.subject_id == message.public_id,
        Report.reporter_id == reporter.id,
        Report.state == ReportState.OPEN,
    )
    if session.scalar(sa.select(waiting)):
        raise Conflict(_l("您已经举报过这条消息，正在处理。"), code="reported-already")
    return reports.file_report(
        session,
        SUBJECT,
        message.public_id,
        kind,
        text,
        reporter=reporter,
        limit_key=reporter.public_id,
        actor=actor,
    )


def shown_to_office(session: Session, report: Report, *, actor: Actor) -> Shown | None:
    """The reported line with the one before and the one after it; None once it was deleted. That
    it was opened is an event. Raises NotFound for a report of something else."""
    if report.subject_type != SUBJECT:
        raise NotFound()
    message = session.scalar(sa.select(Message).where(Message.public_id == report.subject_id))
    if message is None:
        return None
    near = [
        session.scalar(_beside(message).where(Message.id < message.id).order_by(Message.id.desc())),
        message,
        session.scalar(_beside(message).where(Message.id > message.id).order_by(Message.id)),
    ]
    record(
        session,
        "report",
        report.public_id,
        "open_messages",
        actor=actor,
        message=message.public_id,
    )
    lines = tuple(one for one in near if one is not None)
    application = session.get_one(Application, message.application_id)
    return Shown(lines, message.public_id, application)


def _beside(message: Message) -> sa.Select[tuple[Message]]:
    return sa.select(Message).where(Message.application_id == message.application_id).limit(1)

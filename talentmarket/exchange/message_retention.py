"""Messages go twelve months after the application ended, with their files and the organisation's notes:
what they were for is over (个人信息保护法 arts. 19, 47). That something was said stays among the events.
What a report that waits for its answer is about stays until then."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from talentmarket.core import clock
from talentmarket.core.events import SYSTEM, record
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange import message_files
from talentmarket.exchange.models import Application, Message, Note, Report, ReportState

#: Days after the end of an application for which its thread is kept.
KEPT_DAYS = 365


def delete_due(limit: int = 200) -> int:
    """A round of the worker: threads whose time is over. Returns how many."""
    with unit_of_work() as session:
        reported = (
            sa.select(Message.application_id)
            .join(Report, Report.subject_id == Message.public_id)
            .where(Report.subject_type == "message", Report.state == ReportState.OPEN)
        )
        due = session.scalars(
            sa.select(Application)
            .where(
                Application.closed_at < clock.now() - timedelta(days=KEPT_DAYS),
                sa.or_(
                    sa.exists().where(Message.application_id == Application.id),
                    sa.exists().where(Note.application_id == Application.id),
                ),
                Application.id.not_in(reported),
            )
            .order_by(Application.id)
            .limit(limit)
        ).all()
        for application in due:
            own = sa.select(Message.id).where(Message.application_id == application.id)
            message_files.erase(session, own)
            gone = session.execute(
                sa.delete(Message)
                .where(Message.application_id == application.id)
                .execution_options(synchronize_session=False)
            )
            noted = session.execute(
                sa.delete(Note)
                .where(Note.application_id == application.id)
                .execution_options(synchronize_session=False)
            )
            record(
                session,
                "application",
                application.public_id,
                "messages_deleted",
                actor=SYSTEM,
                count=int(gone.rowcount),  # type: ignore[attr-defined]
                notes=int(noted.rowcount),  # type: ignore[attr-defined]
            )
    return len(due)

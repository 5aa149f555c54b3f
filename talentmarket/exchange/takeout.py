"""What goes from this room into the copy of a person's data (个人信息保护法 art. 45).

What a member wrote in an organisation's name is about others and stays with the organisation; that
it was done stands among the events of the copy.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from talentmarket.core import events
from talentmarket.exchange import snapshots
from talentmarket.exchange.brokering.placing.models import Offer
from talentmarket.exchange.models import (
    Application,
    Interview,
    Invitation,
    Job,
    Message,
    Report,
    SavedJob,
)
from talentmarket.members import privacy
from talentmarket.members.models import Account
from talentmarket.members.takeout import plain

Copy = list[dict[str, Any]]


@privacy.exports("applications")
def applications_of(session: Session, account: Account) -> Copy:
    """The person's applications with what was given, said, agreed and done."""
    rows = session.scalars(
        sa.select(Application)
        .options(
            joinedload(Application.job),
            joinedload(Application.organisation),
            joinedload(Application.snapshot),
        )
        .where(Application.talent.has(account_id=account.id))
        .order_by(Application.id)
    ).all()
    return [_application(session, row) for row in rows]


def _application(session: Session, application: Application) -> dict[str, Any]:
    snapshot = application.snapshot
    return {
        "id": application.public_id,
        "number": application.number,
        "job": application.job.shown_title,
        "organisation": application.organisation.name,
        "state": str(application.state),
        "submitted_at": application.submitted_at.isoformat(),
        "answered_at": application.answered_at.isoformat() if application.answered_at else None,
        "reason": str(application.end_reason) if application.end_reason else None,
        "reason_text": application.end_text,
        "contact": str(application.contact_when),
        "given_now": sorted(snapshots.given(session, application)),
        "snapshot": snapshot.profile if snapshot else None,
        "offers": [plain(row) for row in _of_application(session, Offer, application)],
        "interviews": [plain(row) for row in _of_application(session, Interview, application)],
        "messages": [
            {
                "at": line.sent_at.isoformat(),
                "side": str(line.side),
                "text": line.text,
                "files": [one.file.name for one in line.files],
            }
            for line in _of_application(session, Message, application)
        ],
        "history": [
            {
                "at": row.at.isoformat(),
                "verb": row.verb,
                "from": row.from_state,
                "to": row.to_state,
                "reason": row.reason,
            }
            for row in events.history(session, "application", application.public_id)
        ],
    }


def _of_application(session: Session, table: Any, application: Application) -> list[Any]:
    rows = sa.select(table).where(table.application_id == application.id).order_by(table.id)
    return list(session.scalars(rows))


@privacy.exports("invitations")
def invitations_of(session: Session, account: Account) -> Copy:
    """What organisations asked the person to apply to."""
    rows = session.scalars(
        sa.select(Invitation)
        .options(joinedload(Invitation.job), joinedload(Invitation.organisation))
        .where(Invitation.talent.has(account_id=account.id))
        .order_by(Invitation.id)
    )
    return [
        plain(row) | {"job": row.job.shown_title, "organisation": row.organisation.name}
        for row in rows
    ]


@privacy.exports("saved_jobs")
def saved_jobs_of(session: Session, account: Account) -> Copy:
    """Jobs the person put aside."""
    rows = session.execute(
        sa.select(SavedJob, Job)
        .join(Job, Job.id == SavedJob.job_id)
        .where(SavedJob.account_id == account.id)
        .order_by(SavedJob.id)
    )
    return [plain(row) | {"job": job.public_id, "title": job.shown_title} for row, job in rows]


@privacy.exports("reports")
def reports_of(session: Session, account: Account) -> Copy:
    """What the person reported, and the answers."""
    rows = sa.select(Report).where(Report.reporter_id == account.id).order_by(Report.id)
    return [plain(row) for row in session.scalars(rows)]

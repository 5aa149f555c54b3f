"""Reports (投诉举报) of a job or an organisation: filed by anybody, answered by the operator."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from talentmarket.core import calendar, clock, counters
from talentmarket.core.errors import Conflict, Invalid, NotFound
from talentmarket.core.events import Actor, record
from talentmarket.core.folding import clean
from talentmarket.exchange import job_texts  # noqa: F401  the words of the codes used here
from talentmarket.exchange.models import Application, Job, Message, Report, ReportKind, ReportState
from talentmarket.members.models import Account, Organisation
from talentmarket.notices.send import notify

#: Working days within which a report is answered.
ANSWER_DAYS = 5
#: Reports one address or account may file a day.
MOST_A_DAY = 10
SUBJECTS: dict[str, type[Job] | type[Organisation] | type[Application] | type[Message]] = {
    "job": Job,
    "organisation": Organisation,
    "application": Application,
    "message": Message,
    "match": Job,  # of the reporter
}


def file_report(
    session: Session,
    subject_type: str,
    subject_id: str,
    kind: ReportKind,
    text: str,
    *,
    reporter: Account | None,
    contact: str = "",
    limit_key: str,
    actor: Actor,
) -> Report:
    """File a report; it lands in the operator's queue with its clock.

    `limit_key` names who files it (an account, or a keyed digest of an address), for the limit.
    Raises NotFound, Invalid, TooMany.
    """
    find_subject(session, subject_type, subject_id)
    text = clean(text)
    if not 10 <= len(text) <= 2000:
        raise Invalid({"text": _l("请写明发生了什么，10 到 2000 个字。")})
    counters.limit(session, f"report:{limit_key}"[:120], timedelta(days=1), MOST_A_DAY)
    at = clock.now()
    report = Report(
        subject_type=subject_type,
        subject_id=subject_id,
        reporter_id=reporter.id if reporter else None,
        contact=clean(contact)[:200] or None,
        kind=kind,
        text=text,
        created_at=at,
        due_at=calendar.due(at, ANSWER_DAYS),
    )
    session.add(report)
    session.flush()
    record(
        session,
        "report",
        report.public_id,
        "file",
        actor=actor,
        to_state=report.state,
        about=subject_type,
        subject=subject_id,
        kind=str(kind),
    )
    return report


def queue(session: Session) -> list[Report]:
    """Open reports, the one due first on top."""
    return list(
        session.scalars(
            sa.select(Report)
            .where(Report.state == ReportState.OPEN)
            .order_by(Report.due_at, Report.id)
        )
    )


def find(session: Session, public_id: str) -> Report:
    """The report with this public id. Raises NotFound."""
    report = session.scalar(sa.select(Report).where(Report.public_id == public_id))
    if report is None:
        raise NotFound()
    return report


def find_subject(session: Session, subject_type: str, subject_id: str) -> Any:
    """The job or organisation with this public id. Raises NotFound."""
    table = SUBJECTS.get(subject_type)
    found = session.scalar(sa.select(table).filter_by(public_id=subject_id)) if table else None
    if found is None:
        raise NotFound()
    return found


def answer(
    session: Session, report: Report, *, upheld: bool, text: str, by: Account, actor: Actor
) -> None:
    """Close a report with words for the reporter. Raises Invalid, Conflict."""
    text = clean(text)[:1000]
    if len(text) < 5:
        raise Invalid({"text": _l("写明处理结果，至少 5 个字，举报人会看到。")})
    state = ReportState.UPHELD if upheld else ReportState.DISMISSED
    won = session.execute(
        sa.update(Report)
        .where(Report.id == report.id, Report.state == ReportState.OPEN)
        .values(state=state, answer=text, answered_at=clock.now(), answered_by=by.id)
        .execution_options(synchronize_session=False)
    )
    if not won.rowcount:  # type: ignore[attr-defined]
        raise Conflict(code="answered-already")
    session.refresh(report)
    record(
        session,
        "report",
        report.public_id,
        "answer",
        actor=actor,
        from_state=ReportState.OPEN,
        to_state=state,
    )
    if report.reporter_id:
        notify(
            session,
            report.reporter_id,
            "score.reviewed"
            if report.subject_type in ("application", "match")
            else "report.answered",
            {"result": {"word": ["report", str(state)]}, "text": text},
            key=f"report.answered:{report.public_id}",
        )

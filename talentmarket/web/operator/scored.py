"""The score that somebody asked to have reviewed, row by row, now and as it was then."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from talentmarket.core.errors import NotFound
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange import reports, score_reviews
from talentmarket.exchange.models import Application, Job, Report, ReportState
from talentmarket.matching.service import explain_pair, score_snapshots
from talentmarket.members.models import OpeningLevel, Talent
from talentmarket.members.openings import record_opening
from talentmarket.web.applications import words
from talentmarket.web.matchviews import match_view
from talentmarket.web.operator.common import me


def scored(report_id: str) -> dict[str, Any] | None:
    """The score under review; None for other reports and where nothing is kept any more. Looking at
    it is an opening that the person sees."""
    with unit_of_work() as session:
        found = reports.find(session, report_id)
        if found.state is not ReportState.OPEN:
            return None
        try:
            subject = reports.find_subject(session, found.subject_type, found.subject_id)
        except NotFound:
            return None
        if isinstance(subject, Application):
            return _of_application(session, subject)
        return (
            _of_match(session, found, subject)
            if found.subject_type == score_reviews.MATCH
            else None
        )


def _of_application(session: Session, subject: Application) -> dict[str, Any] | None:
    if subject.snapshot is None or subject.snapshot.erased_at is not None:
        return None
    _note(session, subject.talent, OpeningLevel.SNAPSHOT, ("application", subject.public_id))
    key = subject.talent.public_id
    match = score_snapshots(subject.job, {key: subject.snapshot.profile})[key]
    return match_view(match, own=False)


def _of_match(session: Session, report: Report, job: Job) -> dict[str, Any] | None:
    """As an employer would read the person after an application now."""
    if report.reporter_id is None:
        return None
    talent = session.scalar(sa.select(Talent).where(Talent.account_id == report.reporter_id))
    if talent is None:
        return None
    match = explain_pair(job, talent)
    if match is not None:
        _note(session, talent, OpeningLevel.CARD, ("job", job.public_id))
    return match_view(match, own=False)


def _note(session: Session, talent: Talent, level: OpeningLevel, subject: tuple[str, str]) -> None:
    record_opening(
        session,
        talent,
        viewer=me(session),
        organisation=None,
        purpose="support",
        level=level,
        subject=subject,
    )


def told_view(told: dict[str, Any] | None) -> dict[str, Any] | None:
    """The score that the person asked about, as it was kept then."""
    if told is None:
        return None
    rows = [
        {"name": words.row_name(key), "state": state, "points": points, "of": most}
        for key, state, points, most in told["rows"]
    ]
    return {"total": told["total"], "model": told["model"], "rows": rows}

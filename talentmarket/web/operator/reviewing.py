"""Queues of jobs, letters of entrustment and reports, and the answers to them."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import Blueprint, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import TextAreaField
from wtforms.validators import Length

from talentmarket.alliance import queues
from talentmarket.core import events, files
from talentmarket.core.db import db
from talentmarket.core.errors import NotFound
from talentmarket.core.words import word
from talentmarket.exchange import entrustments, reports, review, score_reviews
from talentmarket.exchange.models import Application, Job, JobState, Message, Report
from talentmarket.members.models import Organisation
from talentmarket.web.applications.words import countdown
from talentmarket.web.jobs import describing
from talentmarket.web.operator.answering import (
    answered,
    case_page,
    check_seen,
    open_file,
    row,
    verdict,
)
from talentmarket.web.operator.common import (
    Answer,
    SeenForm,
    VerdictForm,
    actor,
    me,
    page,
)
from talentmarket.web.operator.happened import event_rows
from talentmarket.web.operator.quoted import quoted
from talentmarket.web.operator.scored import scored, told_view
from talentmarket.web.org_jobs.words import field_name


class AnswerForm(SeenForm):
    """Words for the one who asked."""

    text = TextAreaField(_l("处理结果"), [Length(max=1000)], render_kw={"rows": 4})


def routes(bp: Blueprint) -> None:
    """Add the routes to the area."""
    both = ["GET", "POST"]
    bp.add_url_rule("/jobs", view_func=jobs)
    bp.add_url_rule("/jobs/<job_id>", view_func=job, methods=both)
    bp.add_url_rule("/entrustments", view_func=letters, endpoint="entrustments")
    bp.add_url_rule(
        "/entrustments/<entrustment_id>", view_func=letter, endpoint="entrustment", methods=both
    )
    bp.add_url_rule(
        "/entrustments/<entrustment_id>/file", view_func=letter_file, endpoint="entrustment_file"
    )
    bp.add_url_rule("/reports", view_func=filed, endpoint="reports")
    bp.add_url_rule("/reports/<report_id>", view_func=report, methods=both)


def jobs() -> str:
    """Jobs in review, due within four working hours, the first due on top."""
    rows = [
        row(
            url_for("operator.job", job_id=one.public_id),
            one.title,
            [one.organisation.name, word("channel", one.channel)],
            one.submitted_at or one.review_due_at,
            one.review_due_at,
        )
        for one in review.queue(db.session())
    ]
    return page("operator/queue.html", name="jobs", rows=rows)


def job(job_id: str) -> Answer:
    """One job: what the check found, and the three answers; a published one can be taken down."""
    form = VerdictForm("review_reason")
    found = review.find_for_review(db.session(), job_id)
    act = partial(_answer_job, job_id, form)
    if done := answered(form, act, _("已处理，单位已收到通知。"), url_for(".jobs")):
        return done
    session = db.session()
    found = review.find_for_review(session, job_id)
    examined = review.examine(session, found)
    return case_page(
        "operator/job.html",
        form,
        job=found,
        seen=_job_seen(found),
        head=describing.head(found),
        elements=describing.elements(found),
        terms=describing.terms(found),
        findings=examined.findings,
        wide_pay=examined.wide_pay,
        problems=[(field_name(name), said) for name, said in examined.problems.items()],
        in_review=found.state is JobState.IN_REVIEW,
        published=found.state in (JobState.PUBLISHED, JobState.PAUSED),
        clock=countdown(found.submitted_at or found.review_due_at, found.review_due_at)
        if found.review_due_at
        else None,
        events=event_rows(reversed(events.history(session, "job", job_id)[-20:])),
    )


def _job_seen(job: Job) -> str:
    return f"{job.revision}:{job.submitted_at}"


def _answer_job(job_id: str, form: VerdictForm, session: Session) -> None:
    acts = {"return": review.return_, "reject": review.reject, "take_down": review.take_down}
    sent = verdict("approve", *acts)
    found, reviewer = review.find_for_review(session, job_id), me(session)
    check_seen(form, sent, _job_seen(found))
    if sent == "approve":
        review.approve(session, found, reviewer=reviewer, actor=actor())
    else:
        reason, text = form.reason.data or "", form.text.data or ""
        acts[sent](session, found, reason, text, reviewer=reviewer, actor=actor())


# --- letters of entrustment --------------------------------------------------------------------
def letters() -> str:
    """Letters that wait."""
    session = db.session()
    rows = [
        row(
            url_for("operator.entrustment", entrustment_id=one.public_id),
            one.client_name,
            [session.get_one(Organisation, one.organisation_id).name],
            one.submitted_at,
            queues.letter_due(one),
        )
        for one in entrustments.queue(session)
    ]
    return page("operator/queue.html", name="entrustments", rows=rows)


def letter(entrustment_id: str) -> Answer:
    """One letter: accept, return, refuse."""
    form = AnswerForm()
    entrustments.find(db.session(), entrustment_id)
    act = partial(_answer_letter, entrustment_id, form)
    if done := answered(form, act, _("已处理，机构已收到通知。"), url_for(".entrustments")):
        return done
    session = db.session()
    found = entrustments.find(session, entrustment_id)
    return case_page(
        "operator/entrustment.html",
        form,
        letter=found,
        seen=str(found.submitted_at),
        organisation=session.get_one(Organisation, found.organisation_id),
        clock=countdown(found.submitted_at, queues.letter_due(found)),
    )


def _answer_letter(entrustment_id: str, form: AnswerForm, session: Session) -> None:
    found, sent = entrustments.find(session, entrustment_id), verdict("accept", "return", "refuse")
    check_seen(form, sent, str(found.submitted_at))
    entrustments.answer(
        session,
        found,
        sent,
        form.text.data or "",
        reviewer=me(session),
        actor=actor(),
    )


def letter_file(entrustment_id: str) -> Answer:
    """The letter itself."""
    found = entrustments.find(db.session(), entrustment_id)
    file = db.session.get(files.StoredFile, found.file_id) if found.file_id else None
    return open_file(file, "entrustment", entrustment_id)


# --- reports -----------------------------------------------------------------------------------
def filed() -> str:
    """Open reports, the first due on top."""
    rows = [
        row(
            url_for("operator.report", report_id=one.public_id),
            _report_name(one),
            [_subject_name(_subject_of(one))],
            one.created_at,
            one.due_at,
        )
        for one in reports.queue(db.session())
    ]
    return page("operator/queue.html", name="reports", rows=rows)


def _subject_of(report: Report) -> Any:
    """What a report is about; None when it is gone."""
    try:
        return reports.find_subject(db.session(), report.subject_type, report.subject_id)
    except NotFound:
        return None


def _report_name(report: Report) -> str:
    if report.subject_type in score_reviews.SUBJECTS:
        return _("匹配分复核")
    return word("report_kind", report.kind)


def _subject_name(subject: Any) -> str:
    if isinstance(subject, Application):
        return f"{subject.number} · {subject.job.title}"
    if isinstance(subject, Message):
        return _("一条消息")
    return str(getattr(subject, "title", None) or getattr(subject, "name", ""))


def report(report_id: str) -> Answer:
    """One report with its subject; upheld or dismissed, with words for the reporter."""
    form = AnswerForm()
    reports.find(db.session(), report_id)
    act = partial(_answer_report, report_id, form)
    if done := answered(form, act, _("已处理。举报人登录后能看到结果。"), url_for(".reports")):
        return done
    match, lines = scored(report_id), quoted(report_id)
    found = reports.find(db.session(), report_id)
    subject = _subject_of(found)
    return case_page(
        "operator/report.html",
        form,
        report=found,
        name=_report_name(found),
        match=match,
        quoted=lines,
        told=told_view(found.told),
        subject=subject,
        subject_name=_subject_name(subject),
        subject_url=_subject_url(subject),
        clock=countdown(found.created_at, found.due_at),
    )


def _subject_url(subject: Any) -> str | None:
    if isinstance(subject, Job):
        return url_for("operator.job", job_id=subject.public_id)
    if isinstance(subject, Organisation):
        return url_for("operator.organisation", organisation=subject.public_id)
    return None


def _answer_report(report_id: str, form: AnswerForm, session: Session) -> None:
    reports.answer(
        session,
        reports.find(session, report_id),
        upheld=verdict("uphold", "dismiss") == "uphold",
        text=form.text.data or "",
        by=me(session),
        actor=actor(),
    )

"""The person's side of an interview: choose a time, ask for others, call it off, say who was missing."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from talentmarket.core.db import db
from talentmarket.core.errors import Conflict, DomainError, Invalid, NotFound
from talentmarket.core.folding import whole_number
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange import applications, interview_absence, interview_files, interviews
from talentmarket.exchange.interview_rules import check_hours
from talentmarket.exchange.models import Application
from talentmarket.exchange.stages import By
from talentmarket.web.applications.conflicts import told
from talentmarket.web.applications.interview_forms import (
    ACTS,
    ReasonForm,
    TimesForm,
    lead_of,
    moment_of,
    title_of,
)
from talentmarket.web.formpages import attach

Answer = str | Response | tuple[str, int]


def routes(bp: Blueprint) -> None:
    """Add the routes to the area."""
    base = "/me/applications/<application_id>/interview"
    both = ["GET", "POST"]
    bp.add_url_rule(base, view_func=answer_interview, methods=["POST"])
    bp.add_url_rule(f"{base}/<act>", view_func=change_interview, methods=both)
    bp.add_url_rule(f"{base}.ics", view_func=interview_file)


@told("applications.show")
def answer_interview(application_id: str) -> Response:
    """Take one of the proposed times (phone and mail open) or none."""
    answer = request.form.get("answer")
    sequence = whole_number(request.form.get("sequence"))
    if answer not in ("accept", "decline") or sequence is None:
        raise NotFound()
    try:
        with unit_of_work() as session:
            application = applications.own(session, current_user.talent, application_id)
            _answer(session, application, answer, sequence)
    except Invalid:
        db.session.rollback()
        flash(_("请从列出的时间中选一个。"), "warning")
        return redirect(url_for(".show", application_id=application_id, _anchor="interview"))
    if answer == "accept":
        flash(_("面试已约定，您的电话和邮箱已向这家单位开放。"), "done")
    else:
        flash(_("已谢绝这个时间，对方可以另提时间。"), "done")
    return redirect(url_for(".show", application_id=application_id))


def _answer(session: Session, application: Application, answer: str, sequence: int) -> None:
    actor = current_user.actor()
    if answer == "decline":
        interviews.decline(session, application, sequence=sequence, actor=actor)
        return
    chosen = moment_of(request.form.get("starts_at"))
    interviews.accept(session, application, sequence=sequence, actor=actor, starts_at=chosen)


@told("applications.show")
def change_interview(application_id: str, act: str) -> Answer:
    """Ask for other times, call it off, say that nobody came, or answer to that."""
    if act not in ACTS:
        raise NotFound()
    form = TimesForm() if act == "move" else ReasonForm()
    application = applications.own(db.session(), current_user.talent, application_id)
    interview = interviews.current(db.session(), application)
    if interview is None:
        raise NotFound()
    if request.method == "GET":
        form.sequence.data = str(interview.sequence)
    elif form.validate_on_submit():
        try:
            with unit_of_work() as session:
                own = applications.own(session, current_user.talent, application_id)
                _change(session, own, act, form)
        except Conflict:
            raise
        except DomainError as error:
            db.session.rollback()
            attach(form, error)
            application = applications.own(db.session(), current_user.talent, application_id)
            interview = interviews.current(db.session(), application)
        else:
            flash(_("已记下，并告诉了对方。"), "done")
            return redirect(url_for(".show", application_id=application_id, _anchor="interview"))
    page = render_template(
        "applications/interview.html",
        application=application,
        interview=interview,
        form=form,
        act=act,
        title=title_of(act),
        lead=lead_of(act),
    )
    return page, 422 if request.method == "POST" else 200


def _change(
    session: Session, application: Application, act: str, form: ReasonForm | TimesForm
) -> None:
    actor, text = current_user.actor(), form.reason.data or ""
    if isinstance(form, TimesForm):
        sequence = -1 if form.seen is None else form.seen
        now = interviews.current(session, application)
        check_hours(form.times, now.minutes if now is not None else 60)
        interviews.suggest(
            session, application, times=form.times, reason=text, sequence=sequence, actor=actor
        )
    elif act == "cancel":
        interviews.cancel(
            session, application, reason=text, sequence=form.seen, by=By.TALENT, actor=actor
        )
    elif act == "missed":
        interview_absence.say(session, application, text=text, by=By.TALENT, actor=actor)
    else:
        interview_absence.answer(session, application, text=text, by=By.TALENT, actor=actor)


def interview_file(application_id: str) -> Response:
    """The interview as a calendar file."""
    application = applications.own(db.session(), current_user.talent, application_id)
    return ics(
        db.session(),
        application,
        _(
            "面试：%(job)s，%(organisation)s",
            job=application.job.shown_title,
            organisation=application.organisation.name,
        ),
        url_for("applications.show", application_id=application_id, _external=True),
    )


def ics(session: Session, application: Application, summary: str, url: str) -> Response:
    """The interview of an application as a download. Raises NotFound without one agreed time."""
    interview = interviews.current(session, application)
    if interview is None or not interview_files.has_file(interview):
        raise NotFound()
    name = application.organisation.name
    body = interviews.calendar_file(interview, summary=summary, url=url, organiser=name)
    method = "CANCEL" if b"METHOD:CANCEL" in body else "PUBLISH"
    return Response(
        body,
        content_type=f"text/calendar; charset=utf-8; method={method}",
        headers={
            "Content-Disposition": f'attachment; filename="interview-{interview.public_id}.ics"'
        },
    )

"""The desk's side of an interview: propose times, take one the person asks for, call it off."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from talentmarket.core import clock
from talentmarket.core.db import db
from talentmarket.core.errors import Conflict, DomainError, Invalid, NotFound
from talentmarket.core.folding import whole_number
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange import interview_absence, interviews
from talentmarket.exchange.interview_rules import check_hours
from talentmarket.exchange.models import Application, Interview
from talentmarket.exchange.stages import By
from talentmarket.web.applications import interviewing
from talentmarket.web.applications.conflicts import told
from talentmarket.web.applications.interview_forms import (
    ACTS,
    ReasonForm,
    attach_times,
    lead_of,
    moment_of,
    moments,
    title_of,
)
from talentmarket.web.formpages import attach
from talentmarket.web.org_desk import common
from talentmarket.web.org_desk.forms import InterviewForm

Answer = str | Response | tuple[str, int]


def routes(bp: Blueprint) -> None:
    """Add the routes to the area."""
    base = "/applications/<application_id>/interview"
    both = ["GET", "POST"]
    bp.add_url_rule(base, view_func=interview, methods=both)
    bp.add_url_rule(f"{base}/answer", view_func=answer_interview, methods=["POST"])
    bp.add_url_rule(f"{base}/<act>", view_func=change_interview, methods=both)
    bp.add_url_rule(f"{base}.ics", view_func=interview_file)


@told("org_desk.show")
def interview(org: str, application_id: str) -> Answer:
    """Propose a time or several, or others."""
    session = common.read()
    application = common.application_of(session, org, application_id)
    if application.state not in interviews.STAGES:
        raise Conflict(code="moved-meanwhile")
    form = InterviewForm()
    last = interviews.current(session, application)
    if request.method == "GET":
        form.revision.data = application.revision
        form.minutes.data, form.manner.data = 60, "onsite"
        if last is not None:
            _fill(form, last)
    if form.validate_on_submit():
        try:
            _propose(org, application_id, form)
        except Conflict:
            raise
        except DomainError as error:
            db.session.rollback()
            attach_times(form, error)
            application = common.application_of(common.read(), org, application_id)
        else:
            flash(_("面试时间已提议，等对方答复。"), "done")
            return redirect(url_for(".show", org=org, application_id=application_id))
    return common.page(
        "org_desk/interview.html",
        application.organisation,
        application=application,
        job=application.job,
        form=form,
        moving=last is not None and last.state == "accepted",
    ), 422 if request.method == "POST" else 200


def _fill(form: InterviewForm, last: Interview) -> None:
    local = [clock.local(one).replace(tzinfo=None) for one in last.times[:3]]
    form.day.data, form.time.data = local[0].date(), local[0].time()
    for field, at in zip((form.second, form.third), local[1:], strict=False):
        field.data = at
    form.minutes.data, form.place.data = last.minutes, last.place
    form.manner.data = last.manner


def _propose(org: str, application_id: str, form: InterviewForm) -> None:
    others = moments(form.second.data, form.third.data)
    check_hours([form.starts_at, *others], form.minutes.data)
    with unit_of_work() as session:
        interviews.propose(
            session,
            common.application_of(session, org, application_id),
            starts_at=form.starts_at,
            others=others,
            minutes=form.minutes.data,
            place=form.place.data or "",
            by_video=form.manner.data == "video" or "by_video" in request.form,
            by_phone=form.manner.data == "phone",
            reason=form.reason.data or "",
            actor=current_user.actor(org),
            revision=form.seen,
        )


@told("org_desk.show")
def answer_interview(org: str, application_id: str) -> Response:
    """Take one of the times that the person asked for, or none."""
    answer, sequence = request.form.get("answer"), whole_number(request.form.get("sequence"))
    if answer not in ("accept", "decline") or sequence is None:
        raise NotFound()
    chosen = moment_of(request.form.get("starts_at"))
    try:
        with unit_of_work() as session:
            own = common.application_of(session, org, application_id)
            actor = current_user.actor(org)
            if answer == "accept":
                interviews.accept(
                    session,
                    own,
                    sequence=sequence,
                    actor=actor,
                    starts_at=chosen,
                    by=By.ORGANISATION,
                )
            else:
                interviews.decline(session, own, sequence=sequence, actor=actor, by=By.ORGANISATION)
    except Invalid:
        db.session.rollback()
        flash(_("请从列出的时间中选一个。"), "warning")
    else:
        flash(_("已记下，并告诉了对方。"), "done")
    return redirect(url_for(".show", org=org, application_id=application_id))


@told("org_desk.show")
def change_interview(org: str, application_id: str, act: str) -> Answer:
    """Call it off, say that the person did not come, or answer that nobody was there."""
    if act not in ACTS or act == "move":
        raise NotFound()
    application = common.application_of(common.read(), org, application_id)
    now = interviews.current(common.read(), application)
    if now is None:
        raise NotFound()
    form = ReasonForm()
    if request.method == "GET":
        form.sequence.data = str(now.sequence)
    # A page that was opened before reasons were asked sends none.
    elif form.validate_on_submit() or (act == "cancel" and "reason" not in request.form):
        try:
            with unit_of_work() as session:
                own = common.application_of(session, org, application_id)
                _change(session, own, act, form, org)
        except Conflict:
            raise
        except DomainError as error:
            db.session.rollback()
            attach(form, error)
            application = common.application_of(common.read(), org, application_id)
        else:
            flash(_("已记下，并告诉了对方。"), "done")
            return redirect(url_for(".show", org=org, application_id=application_id))
    page = common.page(
        "org_desk/interview_change.html",
        application.organisation,
        application=application,
        job=application.job,
        form=form,
        act=act,
        title=title_of(act),
        lead=lead_of(act),
    )
    return page, 422 if request.method == "POST" else 200


def _change(
    session: Session, application: Application, act: str, form: ReasonForm, org: str
) -> None:
    actor, text, by = current_user.actor(org), form.reason.data or "", By.ORGANISATION
    if act == "cancel":
        interviews.cancel(session, application, reason=text, sequence=form.seen, actor=actor)
    elif act == "missed":
        interview_absence.say(session, application, text=text, by=by, actor=actor)
    else:
        interview_absence.answer(session, application, text=text, by=by, actor=actor)


def interview_file(org: str, application_id: str) -> Response:
    """The interview as a calendar file; the number stands for the person."""
    application = common.application_of(common.read(), org, application_id)
    return interviewing.ics(
        db.session(),
        application,
        _("面试：%(number)s，%(job)s", number=application.number, job=application.job.title),
        url_for("org_desk.show", org=org, application_id=application_id, _external=True),
    )

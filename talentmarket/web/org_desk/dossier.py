"""One application on the desk: what is open of the person, moves, notes, messages, interview."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from talentmarket.core.db import db
from talentmarket.core.errors import Conflict, DomainError, NotFound
from talentmarket.core.events import history
from talentmarket.core.uow import unit_of_work
from talentmarket.core.words import word
from talentmarket.exchange import (
    applications,
    interview_absence,
    interviews,
    messages,
    moves,
    notes,
    refusals,
    score_reviews,
    snapshots,
)
from talentmarket.exchange.brokering.referring import watching
from talentmarket.exchange.brokering.referring.models import Referral
from talentmarket.exchange.brokering.referring.sending import awaits_answer, of_application
from talentmarket.exchange.models import (
    Application,
    ApplicationRoute,
    ApplicationState,
    EndReason,
    Side,
)
from talentmarket.exchange.models.applications import ENDED
from talentmarket.exchange.stages import APPLICATION, By
from talentmarket.exchange.visibility import Reader, Sight
from talentmarket.members.models import Account
from talentmarket.web.applications import attachments, words
from talentmarket.web.applications.conflicts import told
from talentmarket.web.applications.forms import MessageForm
from talentmarket.web.applications.snapshot import about, snapshot_view
from talentmarket.web.formpages import attach
from talentmarket.web.matchviews import match_view
from talentmarket.web.org_desk import common, views
from talentmarket.web.org_desk.forms import NoteForm, RefuseForm

S = ApplicationState
Answer = str | Response | tuple[str, int]


def routes(bp: Blueprint) -> None:
    """Add the routes to the area."""
    base = "/applications/<application_id>"
    both = ["GET", "POST"]
    bp.add_url_rule(base, view_func=show)
    bp.add_url_rule(f"{base}/notes", view_func=note, methods=["POST"])
    bp.add_url_rule(f"{base}/messages", view_func=write, methods=["POST"])
    bp.add_url_rule(f"{base}/refuse", view_func=refuse, methods=both)


def show(org: str, application_id: str) -> str:
    """The application. Opening it is kept, and the first opening makes it "viewed"."""
    sight = _open(org, application_id)
    return page(org, application_id, sight)


def _open(org: str, application_id: str) -> Sight:
    with unit_of_work() as session:
        application = common.application_of(session, org, application_id)
        scope = common.scope_of(session, org)
        sight = applications.open_by_organisation(
            session,
            application,
            reader=scope.reader,
            viewer=session.get_one(Account, scope.account_id),
            actor=current_user.actor(org),
        )
        if scope.reader is Reader.DESK and messages.open_to_organisation(session, application):
            messages.mark_read(session, application, Side.ORGANISATION)
    return sight


def page(
    org: str,
    application_id: str,
    sight: Sight | None = None,
    form: MessageForm | None = None,
    note_form: NoteForm | None = None,
) -> str:
    """The page of an application as this reader may see it. Showing it is opening it."""
    if sight is None:
        sight = _open(org, application_id)
    session = common.read()
    application = common.application_of(session, org, application_id)
    scope = common.scope_of(session, org)
    if form is None:
        form = MessageForm(formdata=None)
    form.fresh_key()
    scored = [application] if sight.snapshot else []
    match = views.matches_of(session, application.job, scored).get(application.talent.public_id)
    referral = _referral_of(session, application)
    talking = messages.open_to_organisation(session, application)
    closed = snapshots.is_over(session, application)
    frozen = application.snapshot
    profile = frozen.profile if frozen and sight.snapshot else None
    return common.page(
        "org_desk/show.html",
        scope.organisation,
        application=application,
        job=application.job,
        person=views.person_view(application, sight),
        sight=sight,
        view=snapshot_view(profile) if profile else None,
        about=about(profile) if profile else [],
        taken_at=frozen.taken_at if frozen else None,
        match=match_view(match, own=False),
        review=score_reviews.last(session, application) if sight.snapshot else None,
        reached=words.reached(application),
        ended=words.ended_word(application),
        clock=words.clock_of(application),
        undo=moves.undoable(application, By.ORGANISATION),
        acts=views.acts_of(application),
        held=watching.AFTER_ANSWER if awaits_answer(referral) else (),
        events=_events(application),
        interview=(now := interviews.current(session, application)),
        missable=interview_absence.may_say(application, now),
        explainable=interview_absence.may_answer(now, By.ORGANISATION),
        referral=referral,
        lines=_lines(session, application, sight) if talking else [],
        talking=talking,
        notes=notes.notes_of(session, application, open_contact=sight.contact),
        form=form,
        note_form=note_form or NoteForm(formdata=None),
        reason=_reason(application, closed),
        closed=closed,
        over=application.state in ENDED,
        is_desk=scope.reader is Reader.DESK,
        when=words.when,
    )


def _lines(session: Session, application: Application, sight: Sight) -> list[messages.Line]:
    return messages.thread(
        session,
        application,
        reader=Side.ORGANISATION,
        open_contact=sight.contact,
        held=messages.files_held(sight),
    )


def _referral_of(session: Session, application: Application) -> Referral | None:
    """The referral behind it; asked only where a firm sent the person."""
    if application.route is not ApplicationRoute.REFERRAL:
        return None
    return of_application(session, application)


def _events(application: Application) -> list[dict[str, Any]]:
    rows = history(db.session(), "application", application.public_id)
    return words.event_views(rows, words.acting_names(db.session(), rows), None)


def _reason(application: Application, closed: bool) -> dict[str, str] | None:
    """Why it ended, as the person was told; `closed`: without the words, which speak to the person."""
    if application.end_reason is None:
        return None
    row = refusals.requirement_of(application.job, application.end_requirement)
    return {
        "reason": str(application.end_reason),
        "requirement": words.requirement_name(row) if row else "",
        "text": "" if closed else application.end_text,
    }


def note(org: str, application_id: str) -> Answer:
    """Write a private note; hiring managers comment here too."""
    form = NoteForm()
    if not form.validate_on_submit():
        return page(org, application_id, note_form=form)
    try:
        with unit_of_work() as session:
            application = common.application_of(session, org, application_id)
            notes.write(
                session,
                application,
                author=session.get_one(Account, current_user.account.id),
                text=form.note.data or "",
                actor=current_user.actor(org),
            )
    except Conflict as error:
        db.session.rollback()
        flash(str(error.message), "warning")
    return redirect(url_for(".show", org=org, application_id=application_id, _anchor="notes"))


def write(org: str, application_id: str) -> Answer:
    """Send a line to the person."""
    form = MessageForm()
    if not form.validate_on_submit():
        return page(org, application_id, form=form)
    try:
        with unit_of_work() as session:
            application = common.application_of(session, org, application_id)
            messages.send(
                session,
                application,
                side=Side.ORGANISATION,
                author_id=current_user.account.id,
                text=form.text.data or "",
                key=form.key.data,
                given=attachments.given(form.files),
                actor=current_user.actor(org),
            )
    except DomainError as error:
        if error.status == 404:
            raise
        db.session.rollback()
        attach(form, error)
        return page(org, application_id, form=form)
    return redirect(url_for(".show", org=org, application_id=application_id, _anchor="messages"))


@told("org_desk.show")
def refuse(org: str, application_id: str) -> Answer:
    """Refuse with a typed reason; or take an offer back with one."""
    session = common.read()
    application = common.application_of(session, org, application_id)
    name = request.args.get("move", "reject")
    if name not in ("reject", "rescind"):
        raise NotFound()
    if application.state not in APPLICATION_SOURCES[name]:
        raise Conflict(code="moved-meanwhile")
    form = RefuseForm(application.job)
    if request.method == "GET":
        form.revision.data = application.revision
        form.requirement.data = request.args.get("requirement", "")
    status = 422 if request.method == "POST" else 200
    if form.validate_on_submit():
        try:
            _refuse(org, application_id, name, form)
        except DomainError as error:
            db.session.rollback()
            application = common.application_of(common.read(), org, application_id)
            status = _kept(form, error, application, name)
        else:
            flash(_("已告诉对方原因。30 分钟内可以撤销。"), "done")
            return redirect(url_for(".show", org=org, application_id=application_id))
    return common.page(
        "org_desk/refuse.html",
        application.organisation,
        application=application,
        job=application.job,
        form=form,
        move=name,
    ), status


def _kept(form: RefuseForm, error: DomainError, application: Application, name: str) -> int:
    """Say on the form why it was not sent; what was typed stays. Raises the Conflict of a stage
    that allows no refusal any more."""
    if not isinstance(error, Conflict):
        attach(form, error)
        return 422
    if application.state not in APPLICATION_SOURCES[name]:
        raise error
    form.revision.data = application.revision
    form.form_errors.append(
        _(
            "您打开以后，同事已把申请移到“%(state)s”，还没有告诉对方。核对后可以再次发送。",
            state=word("application", application.state),
        )
    )
    return 409


#: From which stages a refusal of each kind is possible.
APPLICATION_SOURCES = {
    step.name: step.sources for step in APPLICATION.moves if step.name in ("reject", "rescind")
}


def _refuse(org: str, application_id: str, name: str, form: RefuseForm) -> None:
    with unit_of_work() as session:
        application = common.application_of(session, org, application_id)
        refusal = refusals.check(
            application.job,
            EndReason(form.reason.data),
            form.requirement.data or None,
            form.text.data or "",
        )
        moves.move(
            session,
            application,
            name,
            by=By.ORGANISATION,
            actor=current_user.actor(org),
            revision=form.seen,
            refusal=refusal,
        )

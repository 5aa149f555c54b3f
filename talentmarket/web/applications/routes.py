"""A person's way: apply, follow, talk, take back, withdraw."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from talentmarket.core.db import db
from talentmarket.core.errors import DomainError, Invalid, NotFound
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange import applications, desk, invitations, moves, score_reviews
from talentmarket.exchange.applications import Standing
from talentmarket.exchange.brokering.referring import applying
from talentmarket.exchange.models import Application, ContactWhen, Invitation, Job
from talentmarket.exchange.stages import By
from talentmarket.exchange.suspended import require_standing
from talentmarket.members.cards import snapshot_profile
from talentmarket.members.models import Talent
from talentmarket.web.applications import conversation, interviewing, invited, show, through
from talentmarket.web.applications.conflicts import told
from talentmarket.web.applications.forms import ApplyForm, ReviewForm
from talentmarket.web.applications.snapshot import snapshot_view
from talentmarket.web.applications.words import job_meta
from talentmarket.web.formpages import FormAnswer, attach, form_page
from talentmarket.web.terms import TERMS

bp = Blueprint("applications", __name__)
show.routes(bp)
conversation.routes(bp)
interviewing.routes(bp)
invited.routes(bp)

Answer = str | Response | FormAnswer | tuple[str, int]


def own_talent(session: Session) -> Talent:
    """The signed-in person's profile. Raises NotFound without one."""
    talent: Talent | None = current_user.talent
    if talent is None:
        raise NotFound()
    return session.get_one(Talent, talent.id)


@bp.route("/jobs/<job_id>/apply", methods=["GET", "POST"])
def apply(job_id: str) -> Answer:
    """Apply: what will be frozen and who receives it stands on the page before it is sent."""
    session = db.session()
    job = applications.open_job(session, job_id)
    talent = current_user.talent
    if talent is None:
        return render_template("applications/no_profile.html", job=job)
    running = applications.open_application(session, talent, job)
    if running is not None:
        flash(_("您已经申请了这个岗位，这是那份申请。"), "notice")
        return redirect(url_for(".show", application_id=running.public_id))
    form = ApplyForm()
    if request.method == "GET":
        form.invitation.data = request.args.get("invitation", "")
    road = applying.road(session, job)
    if road is not None:
        return through.page(road, form, _standing(job_id))
    if form.validate_on_submit():
        try:
            public_id, created = _send(job_id, form)
        except DomainError as error:
            db.session.rollback()
            attach(form, error)
            job = applications.open_job(db.session(), job_id)
        else:
            said = _("申请已提交。") if created else _("您已经申请了这个岗位，这是那份申请。")
            flash(said, "done" if created else "notice")
            return redirect(url_for(".show", application_id=public_id))
    return _apply_page(job, form), 422 if request.method == "POST" else 200


def _apply_page(job: Job, form: ApplyForm) -> str:
    profile = snapshot_profile(current_user.talent)
    return render_template(
        "applications/apply.html",
        job=job,
        meta=job_meta(job),
        form=form,
        view=snapshot_view(profile),
        name=current_user.account.name,
    )


def _send(job_id: str, form: ApplyForm) -> tuple[str, bool]:
    when = ContactWhen(form.contact_when.data)
    standing = _standing(job_id)
    common: dict[str, Any] = {
        "contact_when": when,
        "note": form.note.data or "",
        "standing": standing,
    }
    with unit_of_work() as session:
        talent = own_talent(session)
        common["actor"] = current_user.actor()
        if form.invitation.data:
            invitation = invitations.own(session, talent, form.invitation.data)
            if invitation.job.public_id != job_id:
                raise NotFound()
            application, created = invitations.accept(session, invitation, **common)
        else:
            job = applications.open_job(session, job_id)
            application, created = applications.apply(session, talent, job, **common)
            _settle_invitation(session, talent, job)
        return application.public_id, created


def _settle_invitation(session: Session, talent: Talent, job: Job) -> None:
    """Who applies by the usual way has answered a waiting invitation to the same job."""
    waiting: Invitation | None = invitations.waiting_for(session, talent, job)
    if waiting is not None:
        invitations.answered_by_applying(session, waiting, actor=current_user.actor())


def _standing(job_id: str) -> Standing:
    job = applications.open_job(db.session(), job_id)
    match = desk.match_of(job, current_user.talent)
    if match is None or match.total is None:
        return Standing()
    return Standing(int(match.total), str(match.model))


@bp.route("/me/applications/<application_id>/withdraw", methods=["GET", "POST"])
@told("applications.show")
def withdraw(application_id: str) -> Answer:
    """Withdraw: asks once, can be undone for half an hour."""
    if request.method == "GET":
        application = applications.own(db.session(), current_user.talent, application_id)
        return render_template("applications/withdraw.html", application=application)
    with unit_of_work() as session:
        application = applications.own(session, own_talent(session), application_id)
        moves.move(session, application, "withdraw", by=By.TALENT, actor=current_user.actor())
    flash(_("申请已撤回，资料不再向对方显示。30 分钟内可以撤销。"), "done")
    return redirect(url_for(".show", application_id=application_id))


@bp.post("/me/applications/<application_id>/undo")
@told("applications.show")
def undo(application_id: str) -> Response:
    """Take the last own move back."""
    with unit_of_work() as session:
        application = applications.own(session, own_talent(session), application_id)
        moves.undo(session, application, by=By.TALENT, actor=current_user.actor())
    flash(_("已撤销，申请恢复到之前的阶段。"), "done")
    return redirect(url_for(".show", application_id=application_id))


#: What a person may do with a button of the page, by the name of the move.
OWN_MOVES = ("accept", "decline_offer", "start", "confirm", "not_started")


@bp.post("/me/applications/<application_id>/move")
@told("applications.show")
def move(application_id: str) -> Response:
    """Answer an offer, say that one has started, or confirm it."""
    name = request.form.get("move", "")
    if name not in OWN_MOVES:
        raise NotFound()
    with unit_of_work() as session:
        application = applications.own(session, own_talent(session), application_id)
        if name == "accept":
            require_standing(application.organisation)
        moves.move(
            session,
            application,
            name,
            by=By.TALENT,
            actor=current_user.actor(),
            revision=request.form.get("revision", type=int),
        )
    flash(_("已记录，并告诉了对方。"), "done")
    return redirect(url_for(".show", application_id=application_id))


@bp.route("/me/applications/<application_id>/review", methods=["GET", "POST"])
@told("applications.show")
def ask_review(application_id: str) -> Answer:
    """Ask that a person looks at the score."""
    form = ReviewForm()
    if form.validate_on_submit():
        try:
            with unit_of_work() as session:
                application = applications.own(session, own_talent(session), application_id)
                score_reviews.ask(
                    session, application, form.text.data or "", actor=current_user.actor()
                )
        except Invalid as error:
            db.session.rollback()
            attach(form, error)
        else:
            said = ngettext(
                "已请求人工复核，%(num)d 个工作日内答复您。",
                "已请求人工复核，%(num)d 个工作日内答复您。",
                TERMS.office["reports"],
            )
            flash(said, "done")
            return redirect(url_for(".show", application_id=application_id))
    application = applications.own(db.session(), current_user.talent, application_id)
    return form_page("applications/ask_review.html", form, application=application)


@bp.route("/me/applications/<application_id>/take-back", methods=["GET", "POST"])
def take_back(application_id: str) -> Answer:
    """Take phone and mail back; the application goes on."""
    if request.method == "GET":
        application = applications.own(db.session(), current_user.talent, application_id)
        return render_template("applications/take_back.html", application=application)
    with unit_of_work() as session:
        application = applications.own(session, own_talent(session), application_id)
        conversation.take_contact_back(session, application, current_user.actor())
    flash(_("联系方式已收回，对方页面上不再显示。"), "done")
    return redirect(url_for(".show", application_id=application_id))


@bp.post("/me/applications/<application_id>/remind")
@told("applications.show")
def remind(application_id: str) -> Response:
    """Ask for an overdue answer."""
    with unit_of_work() as session:
        application: Application = applications.own(session, own_talent(session), application_id)
        applications.remind(session, application, actor=current_user.actor())
    flash(_("已催办，每天最多一次。"), "done")
    return redirect(url_for(".show", application_id=application_id))

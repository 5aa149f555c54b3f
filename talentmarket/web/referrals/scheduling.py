"""Interview times by the firm: the employer leaves them to it, the firm proposes, the person chooses."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from talentmarket.core.db import db
from talentmarket.core.errors import Conflict, DomainError, NotFound
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.brokering.referring import asking, scheduling
from talentmarket.exchange.brokering.referring.models import Referral
from talentmarket.exchange.interview_rules import check_hours
from talentmarket.web.applications import words
from talentmarket.web.applications.conflicts import told
from talentmarket.web.applications.interview_forms import attach_times, moments
from talentmarket.web.org_desk import common
from talentmarket.web.org_desk.forms import InterviewForm
from talentmarket.web.referrals.sent import sent_to

Answer = str | Response | tuple[str, int]
View = dict[str, Any]


def routes(bp: Blueprint) -> None:
    """Add the routes to the area."""
    both = ["GET", "POST"]
    bp.add_url_rule("/referrals/<referral_id>/interview", view_func=schedule, methods=both)
    bp.add_url_rule("/referred/<referral_id>/scheduling", view_func=let_schedule, methods=["POST"])


def of_firm(session: Session, referral: Referral) -> View:
    """What the firm's page says of the interview: its times while the employer leaves them to it;
    what the two sides write to each other of it stays theirs."""
    return {
        "interview": scheduling.shown(session, referral),
        "may_schedule": scheduling.may_propose(session, referral),
        "when": words.when,
    }


def of_employer(session: Session, referral: Referral) -> View:
    """What the employer's page says of it."""
    return {
        "schedules_since": referral.schedules_since,
        "may_let": scheduling.may_let(session, referral),
    }


@told("org_referrals.show")
def schedule(org: str, referral_id: str) -> Answer:
    """The firm proposes up to three times."""
    session = common.read()
    firm = common.organisation_of(session, org)
    referral = asking.of_firm(session, firm, referral_id)
    if not scheduling.may_propose(session, referral):
        raise Conflict(
            _("现在不能由机构约面试：用人单位没有请代约，或者时间已经约定。"), code="not-now"
        )
    form = InterviewForm()
    if request.method == "GET":
        assert referral.application is not None
        form.revision.data = referral.application.revision
        form.minutes.data, form.manner.data = 60, "onsite"
    if form.validate_on_submit():
        try:
            _propose(org, referral_id, form)
        except Conflict:
            raise
        except DomainError as error:
            db.session.rollback()
            attach_times(form, error)
        else:
            flash(_("面试时间已提议，本人和用人单位会看到是贵机构提议的。"), "done")
            return redirect(url_for(".show", org=org, referral_id=referral_id))
    session = common.read()
    firm = common.organisation_of(session, org)
    body = common.page(
        "referrals/interview.html",
        firm,
        referral=asking.of_firm(session, firm, referral_id),
        form=form,
    )
    return body, 422 if request.method == "POST" else 200


def _propose(org: str, referral_id: str, form: InterviewForm) -> None:
    others = moments(form.second.data, form.third.data)
    check_hours([form.starts_at, *others], form.minutes.data)
    with unit_of_work() as session:
        firm = common.organisation_of(session, org)
        scheduling.propose(
            session,
            asking.of_firm(session, firm, referral_id),
            starts_at=form.starts_at,
            others=others,
            minutes=form.minutes.data,
            place=form.place.data or "",
            by_video=form.manner.data == "video",
            by_phone=form.manner.data == "phone",
            revision=form.seen,
            actor=current_user.actor(org),
        )


@told("org_referrals.referred")
def let_schedule(org: str, referral_id: str) -> Response:
    """The employer leaves the times to the firm, or takes them back."""
    answer = request.form.get("answer")
    acts = {"let": scheduling.let, "stop": scheduling.stop}
    if answer not in acts:
        raise NotFound()
    with unit_of_work() as session:
        acts[answer](session, sent_to(session, org, referral_id), actor=current_user.actor(org))
    flash(
        _("机构现在可以代约面试时间。") if answer == "let" else _("机构不再代约面试时间。"), "done"
    )
    return redirect(url_for(".referred", org=org, referral_id=referral_id))

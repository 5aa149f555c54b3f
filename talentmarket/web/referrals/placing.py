"""Offers and placements: what is offered, the start, the guarantee, and what it costs."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import Session, joinedload
from werkzeug.wrappers import Response

from talentmarket.core.db import db
from talentmarket.core.errors import Conflict, DomainError, NotFound
from talentmarket.core.events import history
from talentmarket.core.uow import unit_of_work
from talentmarket.core.words import word
from talentmarket.exchange.brokering import fees
from talentmarket.exchange.brokering.fees import Cause
from talentmarket.exchange.brokering.mandating.models import Mandate
from talentmarket.exchange.brokering.mandating.terms import Remedy
from talentmarket.exchange.brokering.money import yuan
from talentmarket.exchange.brokering.placing import offers, placements, proving, replacing
from talentmarket.exchange.brokering.placing.models import Placement, PlacementState
from talentmarket.exchange.brokering.referring.models import Referral
from talentmarket.exchange.models import ApplicationState
from talentmarket.exchange.stages import By
from talentmarket.members.models import Account, Organisation
from talentmarket.web.applications.conflicts import told
from talentmarket.web.applications.words import when
from talentmarket.web.formpages import attach
from talentmarket.web.org_desk import common
from talentmarket.web.referrals.forms import LeaveForm, OfferForm, ReplacementForm

Answer = str | Response | tuple[str, int]

_BEFORE_OFFER = (
    ApplicationState.SUBMITTED,
    ApplicationState.VIEWED,
    ApplicationState.SHORTLISTED,
    ApplicationState.INTERVIEW,
)


def routes(bp: Blueprint) -> None:
    """Add the routes to the area."""
    both = ["GET", "POST"]
    bp.add_url_rule("/applications/<application_id>/offer", view_func=offer, methods=both)
    bp.add_url_rule("/placements", endpoint="placements", view_func=listed)
    bp.add_url_rule("/placements/<placement_id>", endpoint="placement", view_func=show)
    bp.add_url_rule("/placements/<placement_id>/leave", view_func=leave, methods=["POST"])
    bp.add_url_rule("/placements/<placement_id>/remedy", view_func=remedy, methods=["POST"])


@told("org_desk.show")
def offer(org: str, application_id: str) -> Answer:
    """Write down what is offered, and offer it."""
    session = common.read()
    application = common.application_of(session, org, application_id)
    if application.state not in _BEFORE_OFFER:
        raise Conflict(code="moved-meanwhile")
    form = OfferForm()
    if request.method == "GET":
        job = application.job
        form.revision.data = application.revision
        form.region_code.data, form.pay_months.data = job.region_code, job.pay_months or 12
        form.contract_months.data = job.contract_months
        form.probation_months.data = job.probation_months or 0
    if form.validate_on_submit():
        try:
            _offer(org, application_id, form)
        except DomainError as error:
            if isinstance(error, Conflict | NotFound):
                raise
            db.session.rollback()
            attach(form, error)
            application = common.application_of(common.read(), org, application_id)
        else:
            flash(_("已发出录用，对方会看到薪资、入职日期、合同期限和试用期。"), "done")
            return redirect(url_for("org_desk.show", org=org, application_id=application_id))
    return common.page(
        "referrals/offer.html",
        application.organisation,
        application=application,
        job=application.job,
        form=form,
    ), 422 if request.method == "POST" else 200


def _offer(org: str, application_id: str, form: OfferForm) -> None:
    values = form.values()
    with unit_of_work() as session:
        offers.make(
            session,
            common.application_of(session, org, application_id),
            values,
            revision=int(form.revision.data) if (form.revision.data or "").isdigit() else None,
            author=session.get_one(Account, current_user.account.id),
            actor=current_user.actor(org),
        )


def listed(org: str) -> str:
    """The placements of this firm, or of this employer; people by their numbers."""
    session = common.read()
    organisation = common.organisation_of(session, org)
    rows = session.scalars(
        sa.select(Placement)
        .join(Referral, Referral.id == Placement.referral_id)
        .join(Mandate, Mandate.id == Referral.mandate_id)
        .options(
            joinedload(Placement.referral).joinedload(Referral.job),
            joinedload(Placement.referral).joinedload(Referral.firm),
            joinedload(Placement.referral).joinedload(Referral.employer),
        )
        .where(
            sa.or_(
                Referral.firm_id == organisation.id,
                Referral.employer_id == organisation.id,
                Mandate.organisation_id == organisation.id,  # which another firm joined
            )
        )
        .order_by(Placement.id.desc())
        .limit(200)
    ).all()
    return common.page("referrals/placements.html", organisation, rows=rows)


def show(org: str, placement_id: str) -> str:
    """One placement, the same facts for both sides."""
    return _page(org, placement_id, LeaveForm(formdata=None))


def _page(org: str, placement_id: str, form: LeaveForm) -> str:
    session = common.read()
    organisation = common.organisation_of(session, org)
    found = placements.of_side(session, organisation, placement_id)
    terms = placements.terms_of(session, found)
    lines = placements.lines_of(session, found)
    employer = organisation.id == found.referral.employer_id
    owed = found.state is PlacementState.LEFT and placements.owes(found, terms)
    may_replace = owed and employer and terms.remedy is Remedy.REPLACEMENT
    return common.page(
        "referrals/placement.html",
        organisation,
        placement=found,
        referral=found.referral,
        offer=found.offer,
        lines=[_line(one) for one in lines],
        due=yuan(fees.due(lines)),
        yearly=yuan(found.offer.yearly_pay),
        month=yuan(found.offer.pay_month),
        events=placement_events(session, found),
        form=form,
        start_case=found.application.state is ApplicationState.STARTED
        or bool(proving.cases_of(session, found)),
        root=replacing.root_of(found) if found.replaces_id else None,
        leavable=placements.may_leave(found),
        may_replace=may_replace,
        replacement=ReplacementForm(_successors(session, found), formdata=None)
        if may_replace
        else None,
        may_refund=owed and not employer and terms.remedy is not Remedy.NONE,
    )


def _successors(session: Session, left: Placement) -> list[tuple[str, str]]:
    rows = replacing.candidates(session, left)
    return [(one.public_id, f"{one.referral.number} · {one.offer.start_on}") for one in rows]


def _line(one: fees.Line) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "on": one.on,
        "net": yuan(one.net),
        "tax": yuan(one.tax),
        "gross": yuan(one.gross),
        "own": yuan(one.own),
        "share": yuan(one.share) if one.share else "",
    }


def placement_events(session: Session, placement: Placement) -> list[dict[str, Any]]:
    """The course for the macro, newest first."""
    return [
        {
            "at": one.at,
            "when": when(one.at),
            "head": word("placement_verb", one.verb),
            "who": _("平台") if one.actor is None else "",
            "kind": "move",
        }
        for one in reversed(history(session, "placement", placement.public_id))
    ]


def _side(session: Session, org: str, placement_id: str) -> tuple[Placement, By]:
    organisation: Organisation = common.organisation_of(session, org)
    found = placements.of_side(session, organisation, placement_id)
    employer = organisation.id == found.referral.employer_id
    return found, By.CLIENT if employer else By.ORGANISATION


def leave(org: str, placement_id: str) -> Answer:
    """The person left within the guarantee."""
    form = LeaveForm()
    if form.validate_on_submit():
        try:
            with unit_of_work() as session:
                found, by = _side(session, org, placement_id)
                placements.leave(
                    session,
                    found,
                    on=form.on.data,
                    cause=Cause(form.cause.data),
                    reason=form.reason.data or "",
                    by=by,
                    actor=current_user.actor(org),
                )
        except DomainError as error:
            if error.status == 404:
                raise
            db.session.rollback()
            attach(form, error)
        else:
            flash(_("已记录，对方会看到。"), "done")
            return redirect(url_for(".placement", org=org, placement_id=placement_id))
    return _page(org, placement_id, form), 422


@told("org_referrals.placement")
def remedy(org: str, placement_id: str) -> Answer:
    """The employer confirms a replacement, or the firm gives the fee back."""
    chosen = request.form.get("successor", "")
    with unit_of_work() as session:
        found, by = _side(session, org, placement_id)
        replaced = by is By.CLIENT
        placements.remedy(
            session,
            found,
            replaced=replaced,
            by=by,
            actor=current_user.actor(org),
            successor=replacing.find(session, found, chosen) if replaced and chosen else None,
        )
    flash(_("已记录，账目已更新。"), "done")
    return redirect(url_for(".placement", org=org, placement_id=placement_id))

"""Applying to a firm's posting: the page names who receives what, the button says it again."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from talentmarket.core.db import db
from talentmarket.core.errors import DomainError, NotFound
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange import applications, invitations
from talentmarket.exchange.applications import Standing
from talentmarket.exchange.brokering.referring import applying
from talentmarket.exchange.brokering.referring.applying import Road
from talentmarket.exchange.models import ContactWhen, Job
from talentmarket.exchange.showing import is_open
from talentmarket.members.cards import snapshot_profile
from talentmarket.members.models import Talent
from talentmarket.web.applications.forms import ApplyForm
from talentmarket.web.applications.snapshot import snapshot_view
from talentmarket.web.applications.words import job_meta
from talentmarket.web.formpages import attach

Answer = str | Response | tuple[str, int]


def page(road: Road, form: ApplyForm, standing: Standing) -> Answer:
    """The page, and what it sends. What the person agreed to already is shown instead."""
    session, talent = db.session(), current_user.talent
    waiting = applying.running(session, road, talent)
    if waiting is not None:
        flash(_("您已经申请了这个岗位，正在等机构处理。"), "notice")
        return redirect(url_for("referrals.show", referral_id=waiting.public_id))
    posting_id, posted = road.posting.public_id, form.is_submitted()
    if form.validate_on_submit():
        try:
            address, created = _send(posting_id, form, standing)
        except NotFound:
            raise
        except DomainError as error:
            db.session.rollback()
            attach(form, error)
            road = road_of(db.session(), applications.open_job(db.session(), posting_id))
        else:
            said = _("申请已提交。") if created else _("您已经申请了这个岗位，这是那份申请。")
            flash(said, "done" if created else "notice")
            return redirect(address)
    return _shown(road, form), 422 if posted else 200


def road_of(session: Session, posting: Job) -> Road:
    """The road of a posting that has one. Raises NotFound once its mandate is gone."""
    road = applying.road(session, posting)
    if road is None:
        raise NotFound()
    return road


def _shown(road: Road, form: ApplyForm) -> str:
    session, talent = db.session(), current_user.talent
    offer, hindered, own = None, None, None
    try:
        applying.check(session, road, talent)
        offer = applying.offered(session, road, talent)
        form.digest.data = offer.digest
    except DomainError as error:
        hindered = error.message
        own = applying.brought_by(session, road, talent)
    other = road.mandate.job
    direct = (
        other if road.employer and other and other.organisation_id == road.employer.id else None
    )
    return render_template(
        "applications/apply_through.html",
        job=road.posting,
        meta=job_meta(road.posting),
        firm=road.firm,
        employer=road.employer.name if road.employer else road.mandate.client_name,
        on_site=road.employer is not None,
        target=road.job,
        direct=direct if direct is not None and is_open(direct) else None,
        offer=offer,
        hindered=hindered,
        brought=own,
        form=form,
        view=snapshot_view(snapshot_profile(talent)),
        name=current_user.account.name,
    )


def _send(posting_id: str, form: ApplyForm, standing: Standing) -> tuple[str, bool]:
    when = ContactWhen(form.contact_when.data)
    digest, note, actor = form.digest.data or "", form.note.data or "", current_user.actor()
    with unit_of_work() as session:
        talent = session.get_one(Talent, current_user.talent.id)
        posting = applications.open_job(session, posting_id)
        road = road_of(session, posting)
        if road.employer is None:
            application, created = applying.apply_at_firm(
                session,
                talent,
                road,
                digest=digest,
                contact_when=when,
                note=note,
                standing=standing,
                actor=actor,
            )
            address = url_for("applications.show", application_id=application.public_id)
        else:
            referral, created = applying.apply(
                session,
                talent,
                road,
                digest=digest,
                contact_now=when is ContactWhen.NOW,
                note=note,
                actor=actor,
            )
            address = url_for("referrals.show", referral_id=referral.public_id)
        waiting = invitations.waiting_for(session, talent, posting)
        if waiting is not None:
            invitations.answered_by_applying(session, waiting, actor=actor)
        return address, created

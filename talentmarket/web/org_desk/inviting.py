"""Invitations on the organisation's side."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from talentmarket.core.db import db
from talentmarket.core.errors import DomainError, NotFound
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange import invitations
from talentmarket.exchange.desk import Scope
from talentmarket.exchange.models import Job, JobState, Origin
from talentmarket.members import cards
from talentmarket.members.models import Account, Talent
from talentmarket.web.applications import words
from talentmarket.web.formpages import attach
from talentmarket.web.org_desk import common
from talentmarket.web.org_desk.forms import InviteForm

Answer = str | Response | tuple[str, int]


def routes(bp: Blueprint) -> None:
    """Add the routes to the area."""
    bp.add_url_rule("/invitations", endpoint="invitations", view_func=listed)
    bp.add_url_rule("/invitations/new", view_func=invite, methods=["GET", "POST"])
    bp.add_url_rule(
        "/invitations/<invitation_id>/withdraw",
        endpoint="withdraw_invitation",
        view_func=withdraw,
        methods=["POST"],
    )


def listed(org: str) -> str:
    """What was sent and what became of it; people by their card numbers."""
    session = common.read()
    organisation = common.organisation_of(session, org)
    rows = [
        {
            "id": row.public_id,
            "job": row.job.title,
            "number": cards.number_of(cards.card_of(row.talent, org)),
            "state": row.state,
            "sent_at": row.sent_at,
            "waiting": row.state in ("sent", "seen"),
            "clock": words.countdown(row.sent_at, row.expires_at),
        }
        for row in invitations.sent_by(session, organisation)
    ]
    return common.page("org_desk/invitations.html", organisation, rows=rows)


def _open_jobs(session: Session, scope: Scope) -> list[Job]:
    return list(
        session.scalars(
            sa.select(Job)
            .where(
                Job.organisation_id == scope.organisation.id,
                Job.state == JobState.PUBLISHED,
                Job.origin == Origin.OWN,
            )
            .order_by(Job.published_at.desc(), Job.id)
            .limit(200)
        )
    )


def _talent(session: Session, scope: Scope, card: str) -> Talent:
    """The person behind the card this organisation sees. Raises NotFound."""
    talent = cards.find_by_card(session, card, scope.organisation.public_id)
    if talent is None or not cards.may_see(session, talent, scope.organisation):
        raise NotFound()
    return talent


def invite(org: str) -> Answer:
    """Invite the person of a card to one of the published jobs."""
    session = common.read()
    scope = common.scope_of(session, org)
    form = InviteForm(_open_jobs(session, scope))
    card = form.card.data or request.args.get("card", "")
    talent = _talent(session, scope, card)
    if request.method == "GET":
        form.card.data = card
        form.job.data = request.args.get("job", "")
    if form.validate_on_submit():
        try:
            _send(org, card, form)
        except DomainError as error:
            if error.status == 404:
                raise
            db.session.rollback()
            attach(form, error)
            scope = common.scope_of(common.read(), org)
            talent = _talent(common.read(), scope, card)
        else:
            flash(_("邀请已发出，对方会看到单位名称和岗位。"), "done")
            return redirect(url_for(".invitations", org=org))
    return common.page(
        "org_desk/invite.html",
        scope.organisation,
        form=form,
        number=cards.number_of(card),
        headline=cards.anonymous_card(talent, viewer_org=org).headline,
    ), 422 if request.method == "POST" else 200


def _send(org: str, card: str, form: InviteForm) -> None:
    with unit_of_work() as session:
        scope = common.scope_of(session, org)
        invitations.send(
            session,
            common.job_of(session, scope, form.job.data),
            _talent(session, scope, card),
            sender=session.get_one(Account, scope.account_id),
            actor=current_user.actor(org),
            text=form.text.data or "",
        )


def withdraw(org: str, invitation_id: str) -> Response:
    """Take an unanswered invitation back."""
    with unit_of_work() as session:
        scope = common.scope_of(session, org)
        invitation = invitations.of_organisation(session, scope.organisation, invitation_id)
        invitations.withdraw(session, invitation, actor=current_user.actor(org))
    flash(_("邀请已撤回。"), "done")
    return redirect(url_for(".invitations", org=org))

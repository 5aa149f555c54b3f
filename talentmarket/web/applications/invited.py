"""Invitations on the person's side."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from talentmarket.core.db import db
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange import invitations
from talentmarket.exchange.models import InvitationState
from talentmarket.exchange.published import as_published
from talentmarket.exchange.showing import suspended
from talentmarket.members.models import TRUSTED
from talentmarket.web.applications import words


def routes(bp: Blueprint) -> None:
    """Add the routes to the area."""
    base = "/me/invitations"
    bp.add_url_rule(base, endpoint="invitations", view_func=listed)
    bp.add_url_rule(f"{base}/<invitation_id>", endpoint="invitation", view_func=one)
    bp.add_url_rule(
        f"{base}/<invitation_id>/decline",
        endpoint="decline_invitation",
        view_func=decline,
        methods=["GET", "POST"],
    )


def listed() -> str:
    """All invitations, those that wait first."""
    talent = current_user.talent
    rows = invitations.all_of(db.session(), talent) if talent else []
    return render_template(
        "applications/invitations.html",
        rows=[
            (row, invitations.is_over(row), words.countdown(row.sent_at, row.expires_at))
            for row in rows
        ],
    )


def one(invitation_id: str) -> str:
    """One invitation; opening it is told to the organisation as "seen"."""
    invitation = invitations.own(db.session(), current_user.talent, invitation_id)
    if invitation.state is InvitationState.SENT and not invitations.is_over(invitation):
        with unit_of_work() as session:
            invitation = invitations.own(session, current_user.talent, invitation_id)
            invitations.see(session, invitation, actor=current_user.actor())
        invitation = invitations.own(db.session(), current_user.talent, invitation_id)
    waiting = invitation.state in (InvitationState.SENT, InvitationState.SEEN)
    job = as_published(invitation.job)
    return render_template(
        "applications/invitation.html",
        invitation=invitation,
        job=job,
        meta=words.job_meta(job),
        verified=invitation.organisation.state in TRUSTED,
        waiting=waiting and not invitations.is_over(invitation),
        over=waiting and invitations.is_over(invitation),
        suspended=suspended(invitation.job),
        clock=words.countdown(invitation.sent_at, invitation.expires_at),
        when=words.when,
    )


def decline(invitation_id: str) -> str | Response:
    """Decline: asks once and says what it means."""
    if request.method == "GET":
        invitation = invitations.own(db.session(), current_user.talent, invitation_id)
        return render_template("applications/decline_invitation.html", invitation=invitation)
    with unit_of_work() as session:
        invitation = invitations.own(session, current_user.talent, invitation_id)
        invitations.decline(session, invitation, actor=current_user.actor())
    flash(_("已谢绝。这家单位 90 天内不能再邀请您。"), "done")
    return redirect(url_for(".invitations"))

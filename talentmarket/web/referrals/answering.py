"""The firm answers somebody who applied to its posting: the frozen profile, and a refusal with
reasons. Forwarding is the same step as for people it asked."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from talentmarket.core.db import db
from talentmarket.core.errors import Conflict, DomainError
from talentmarket.core.masking import mask
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange import refusals
from talentmarket.exchange.brokering.referring import asking, awaiting, ending
from talentmarket.exchange.brokering.referring.models import Referral, ReferralState
from talentmarket.exchange.models import EndReason
from talentmarket.members.models import Account, OpeningLevel
from talentmarket.members.openings import record_opening
from talentmarket.web.applications.conflicts import told
from talentmarket.web.applications.snapshot import snapshot_view
from talentmarket.web.applications.words import requirement_name, written
from talentmarket.web.formpages import attach
from talentmarket.web.org_desk import common
from talentmarket.web.org_desk.forms import RefuseForm

Answer = str | Response | tuple[str, int]


def routes(bp: Blueprint) -> None:
    """Add the route to the area."""
    bp.add_url_rule("/referrals/<referral_id>/refuse", view_func=refuse, methods=["GET", "POST"])


def keep_opening(org: str, referral_id: str) -> None:
    """Write down for the person that the firm reads the frozen profile, where it does."""
    with unit_of_work() as session:
        firm = common.organisation_of(session, org)
        referral = asking.of_firm(session, firm, referral_id)
        if awaiting.seen_by_firm(session, referral) is not None:
            record_opening(
                session,
                referral.talent,
                viewer=session.get_one(Account, current_user.account.id),
                organisation=firm,
                purpose="referral",
                level=OpeningLevel.NAME,
                subject=("referral", referral.public_id),
            )


def applicant(session: Session, referral: Referral) -> dict[str, Any] | None:
    """Name, words and frozen profile of somebody who applied to the firm's posting; None where the
    firm asked, or may not read it any more."""
    frozen = awaiting.seen_by_firm(session, referral)
    if frozen is None:
        return None
    held = json.loads(frozen.person) if frozen.person else {}
    return {
        "name": held.get("name") or "",
        "note": mask(referral.note),
        "view": snapshot_view(frozen.profile),
        "taken_at": frozen.taken_at,
    }


def refusal_of(referral: Referral) -> dict[str, str] | None:
    """Why the firm did not forward, for the page."""
    if referral.refusal is None:
        return None
    job = referral.posting or referral.job
    row = refusals.requirement_of(job, referral.refusal_requirement)
    return {
        "reason": str(referral.refusal),
        "requirement": requirement_name(row) if row else "",
        "text": written(referral.refusal_text),
    }


@told("org_referrals.show")
def refuse(org: str, referral_id: str) -> Answer:
    """Do not forward: a typed reason, which the person reads."""
    session = common.read()
    firm = common.organisation_of(session, org)
    referral = asking.of_firm(session, firm, referral_id)
    if referral.posting is None or referral.state is not ReferralState.CONSENTED:
        raise Conflict(code="moved-meanwhile")
    form = RefuseForm(referral.posting)
    if form.validate_on_submit():
        try:
            _refuse(org, referral_id, form)
        except Conflict:
            raise
        except DomainError as error:
            db.session.rollback()
            attach(form, error)
            firm = common.organisation_of(common.read(), org)
            referral = asking.of_firm(common.read(), firm, referral_id)
        else:
            flash(_("已告诉对方原因，资料已收回。"), "done")
            return redirect(url_for(".show", org=org, referral_id=referral_id))
    return common.page("referrals/refuse.html", firm, referral=referral, form=form), (
        422 if request.method == "POST" else 200
    )


def _refuse(org: str, referral_id: str, form: RefuseForm) -> None:
    with unit_of_work() as session:
        firm = common.organisation_of(session, org)
        referral = asking.of_firm(session, firm, referral_id)
        asking.check_running(referral)
        refusal = refusals.check(
            referral.posting or referral.job,
            EndReason(form.reason.data),
            form.requirement.data or None,
            form.text.data or "",
        )
        ending.refuse(session, referral, refusal, actor=current_user.actor(org))

"""Disputes about claims: the queue, one dispute with what both sides say, the ruling."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from talentmarket.core.db import db
from talentmarket.core.words import word
from talentmarket.exchange.brokering.mandating.models import MandateTerms
from talentmarket.exchange.brokering.referring import disputes
from talentmarket.exchange.brokering.referring.models import Ruling
from talentmarket.web.operator.answering import answered, case_page, row
from talentmarket.web.operator.common import Answer, actor, me, page
from talentmarket.web.referrals import views
from talentmarket.web.referrals.forms import RulingForm


def routes(bp: Blueprint) -> None:
    """Add the routes to the area."""
    bp.add_url_rule("/disputes", endpoint="disputes", view_func=listed)
    bp.add_url_rule(
        "/disputes/<dispute_id>", endpoint="dispute", view_func=one, methods=["GET", "POST"]
    )


def listed() -> Answer:
    """Disputes that wait for a ruling, those due first."""
    rows: list[dict[str, Any]] = [
        row(
            url_for("operator.dispute", dispute_id=one.public_id),
            one.referral.job.title,
            [one.referral.number, word("dispute_kind", one.kind), one.organisation.name],
            one.filed_at,
            one.due_at,
        )
        for one in disputes.queue(db.session())
    ]
    return page("operator/queue.html", name="disputes", rows=rows)


def one(dispute_id: str) -> Answer:
    """One dispute, and the ruling with its reasons."""
    form = RulingForm()

    def act(session: Session) -> None:
        disputes.rule(
            session,
            disputes.find(session, dispute_id),
            Ruling(form.ruling.data),
            form.reasons.data or "",
            operator=me(session),
            actor=actor(),
        )

    done = answered(form, act, _("已裁定，各方会看到理由。"), url_for("operator.disputes"))
    if done is not None:
        return done
    session = db.session()
    found = disputes.find(session, dispute_id)
    referral = found.referral
    version = session.get(MandateTerms, referral.terms_id) if referral.terms_id else None
    return case_page(
        "operator/dispute.html",
        form,
        dispute=found,
        referral=referral,
        terms=version.terms if version else None,
        version=version,
        facts=views.claim_facts(referral),
        events=views.events_of(session, referral),
        disputes=views.disputes_of(session, referral),
    )

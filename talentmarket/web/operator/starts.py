"""Starts that one side does not confirm: the queue with its clock, one case, the ruling."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from talentmarket.core.db import db
from talentmarket.core.words import word
from talentmarket.exchange.brokering.placing import proving
from talentmarket.exchange.brokering.placing.cases import StartRuling
from talentmarket.web.operator.answering import answered, case_page, open_file, row
from talentmarket.web.operator.common import Answer, actor, me, page
from talentmarket.web.referrals.placing import placement_events
from talentmarket.web.starts.forms import RulingForm


def routes(bp: Blueprint) -> None:
    """Add the routes to the area."""
    bp.add_url_rule("/starts", endpoint="starts", view_func=listed)
    bp.add_url_rule("/starts/<case_id>", endpoint="start", view_func=one, methods=["GET", "POST"])
    bp.add_url_rule("/starts/<case_id>/file", endpoint="start_file", view_func=proof)


def listed() -> Answer:
    """Cases that wait for a ruling, those due first."""
    rows: list[dict[str, Any]] = [
        row(
            url_for("operator.start", case_id=one.public_id),
            one.placement.referral.job.title,
            [
                one.placement.referral.number,
                word("start_case", one.kind),
                word("start_party", one.party),
                one.placement.referral.employer.name,
            ],
            one.filed_at,
            one.due_at,
        )
        for one in proving.queue(db.session())
    ]
    return page("operator/queue.html", name="starts", rows=rows)


def one(case_id: str) -> Answer:
    """One case with all that was filed, and the ruling with its reasons."""
    form = RulingForm()

    def act(session: Session) -> None:
        proving.rule(
            session,
            proving.find(session, case_id),
            StartRuling(form.ruling.data),
            form.reasons.data or "",
            operator=me(session),
            actor=actor(),
        )

    done = answered(form, act, _("已裁定，各方会看到理由。"), url_for("operator.starts"))
    if done is not None:
        return done
    session = db.session()
    found = proving.find(session, case_id)
    placement = found.placement
    filed = proving.cases_of(session, placement)
    return case_page(
        "operator/start.html",
        form,
        case=found,
        cases=[
            (one, url_for("operator.start_file", case_id=one.public_id) if one.file_id else None)
            for one in filed
        ],
        placement=placement,
        referral=placement.referral,
        application=placement.application,
        said=proving.said_by(placement),
        events=placement_events(session, placement),
    )


def proof(case_id: str) -> Answer:
    """The file through a signed link."""
    found = proving.find(db.session(), case_id)
    return open_file(found.file, "placement", found.placement.public_id)

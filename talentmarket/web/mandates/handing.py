"""A consultant's desk is handed to another member."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask_babel import ngettext

from talentmarket.core.db import db
from talentmarket.core.errors import NotFound
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.brokering import standing
from talentmarket.exchange.brokering.mandating import reviewing
from talentmarket.members import memberships
from talentmarket.web.choices import written_choices
from talentmarket.web.mandates.common import Answer
from talentmarket.web.org_desk.common import organisation_of, page
from talentmarket.web.org_jobs.common import actor


def hand_over(org: str) -> Answer:
    """Who has how many, and to whom they go."""
    session = db.session()
    organisation = organisation_of(session, org)
    if not standing.brokers(organisation):
        raise NotFound()
    if request.method == "POST":
        giver, taker = request.form.get("giver", ""), request.form.get("taker", "")
        if giver == taker:
            raise NotFound()
        with unit_of_work() as unit:
            organisation = organisation_of(unit, org)
            count = reviewing.hand_over_desk(unit, organisation, giver, taker, actor=actor(org))
        flash(ngettext("已移交 %(num)d 份委托。", "已移交 %(num)d 份委托。", count), "done")
        return redirect(url_for("org_mandates.listed", org=org))
    members = memberships.members_of(session, organisation)
    takers = [one for one in members if one.role in reviewing.REVIEWERS]
    return page(
        "mandates/hand_over.html",
        organisation,
        desks=reviewing.desks(session, organisation),
        takers=written_choices(
            (one.account.public_id, one.account.name or one.account.public_id) for one in takers
        ),
    )

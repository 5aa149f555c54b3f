"""A consultant's desk is handed to another member."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from talentmarket.core.db import db
from talentmarket.core.errors import Conflict, NotFound
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.brokering import desks, standing
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
        try:
            with unit_of_work() as unit:
                organisation = organisation_of(unit, org)
                done = desks.hand_over(unit, organisation, giver, taker, actor=actor(org))
        except Conflict as error:
            db.session.rollback()
            flash(str(error.message), "warning")
            return redirect(url_for("org_mandates.hand_over", org=org))
        flash(
            _(
                "已移交 %(mandates)s 份委托、%(referrals)s 个推荐、%(joinings)s 份合作委托、"
                "人才库 %(people)s 人。接手人和委托单位已收到通知。",
                mandates=done.mandates,
                referrals=done.referrals,
                joinings=done.joinings,
                people=done.people,
            ),
            "done",
        )
        return redirect(url_for("org_mandates.listed", org=org))
    members = memberships.members_of(session, organisation)
    takers = [one for one in members if one.role in reviewing.REVIEWERS]
    return page(
        "mandates/hand_over.html",
        organisation,
        desks=desks.desks(session, organisation),
        takers=written_choices(
            (one.account.public_id, one.account.name or one.account.public_id) for one in takers
        ),
    )

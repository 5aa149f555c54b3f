"""The page behind a link by which employer or person says the start, and the person's own case."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from talentmarket.core import counters
from talentmarket.core.db import db
from talentmarket.core.errors import Conflict, DomainError, NotFound
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.brokering.placing import links
from talentmarket.exchange.brokering.placing.starting import Said
from talentmarket.exchange.stages import By
from talentmarket.web.starts import cases

bp = Blueprint("starts", __name__)

#: Clicks of one address in an hour: links are signed, this only keeps it from asking all day.
HOURLY = 120
#: Two words at one moment: who was second looks again, and says the second word.
TRIES = 3


@bp.route("/starts/<token>", methods=["GET", "POST"])
def by_link(token: str) -> str | Response:
    """What is to be confirmed; opening it changes nothing, confirming twice counts once."""
    with unit_of_work(counting=True) as session:
        counters.limit(session, f"starts:{request.remote_addr}", timedelta(hours=1), HOURLY)
    if request.method == "POST":
        try:
            said = say(token)
        except NotFound:
            raise
        except DomainError as error:
            db.session.rollback()
            flash(str(error.message), "warning")
        else:
            flash(_said(said), "done")
        return redirect(url_for(".by_link", token=token))
    asked = links.find(db.session(), token)
    placement = asked.placement
    return render_template(
        "starts/link.html",
        token=token,
        asked=asked,
        open=asked.open,
        person=asked.side is By.TALENT,
        job=placement.referral.job,
        employer=placement.referral.employer,
        application=placement.application,
        start_on=placement.offer.start_on,
    )


def say(token: str) -> Said:
    for attempt in range(TRIES):
        try:
            with unit_of_work() as session:
                return links.say_by_link(session, token)
        except Conflict as error:
            if error.code != "moved-meanwhile" or attempt == TRIES - 1:
                raise
    raise AssertionError("unreachable")


def _said(said: Said) -> str:
    if said is Said.BOTH:
        return _("双方都已确认入职。")
    if said is Said.BEFORE:
        return _("您已经确认过，不用再确认。")
    return _("已确认。对方也确认后才算完成。")


@bp.route("/me/applications/<application_id>/start", methods=["GET", "POST"])
def mine(application_id: str) -> cases.Answer:
    """The person's page of a start that one side does not confirm."""

    def render(**values: Any) -> str:
        return render_template("starts/case_mine.html", **values)

    return cases.answered(lambda session: cases.persons_seat(session, application_id), render)


@bp.get("/me/applications/<application_id>/start/<case_id>/file")
def my_file(application_id: str, case_id: str) -> Response:
    """The file of a case through a signed link."""
    return cases.opened(lambda session: cases.persons_seat(session, application_id), case_id)

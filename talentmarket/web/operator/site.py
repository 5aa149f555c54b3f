"""What runs below the pages: events, messages that left, index."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from talentmarket.alliance import deliveries, health, ledger
from talentmarket.alliance.ledger import Filters
from talentmarket.core import words
from talentmarket.core.db import db
from talentmarket.core.folding import clean_line, whole_number
from talentmarket.core.uow import unit_of_work
from talentmarket.web.operator.common import Answer, actor, page, told
from talentmarket.web.operator.happened import event_rows, verb_choices


def routes(bp: Blueprint) -> None:
    """Add the routes to the area."""
    post = ["POST"]
    bp.add_url_rule("/events", view_func=events)
    bp.add_url_rule("/deliveries", view_func=sent, endpoint="deliveries")
    bp.add_url_rule("/deliveries/<int:delivery>/retry", view_func=retry, methods=post)
    bp.add_url_rule("/index", view_func=index)
    bp.add_url_rule("/index/revive", view_func=revive, methods=post)
    bp.add_url_rule("/index/check/<name>", view_func=check, methods=post)


def _day(name: str) -> date | None:
    try:
        day = date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None
    return day if 2000 <= day.year < 3000 else None  # the ends of the calendar have no midnight


def events() -> str:
    """Search in the events."""
    names = ("verb", "actor", "acting_for", "subject_type", "subject_id")
    given = {name: clean_line(request.args.get(name, ""))[:40] for name in names}
    filters = Filters(**given, since=_day("since"), until=_day("until"))
    found = ledger.search(db.session(), filters, before=whole_number(request.args.get("before")))
    kept: dict[str, Any] = {
        name: value for name in (*names, "since", "until") if (value := request.args.get(name))
    }
    return page(
        "operator/events.html",
        filters=filters,
        verbs=verb_choices(),
        subjects=words.choices("event_subject"),
        rows=event_rows(found.rows),
        next_url=url_for("operator.events", **{**kept, "before": found.next_id})
        if found.next_id
        else None,
    )


def sent() -> str:
    """Mails and short messages with what became of them."""
    session = db.session()
    state = request.args.get("state", "")
    before = whole_number(request.args.get("before"))
    return page(
        "operator/deliveries.html",
        found=deliveries.search(session, state=state, before=before),
        counts=deliveries.counts(session),
        state=state,
    )


@told("operator.deliveries")
def retry(delivery: int) -> Answer:
    """Send a failed one again."""
    with unit_of_work() as session:
        deliveries.retry(session, delivery, actor=actor())
    flash(_("已放回发送队列。"), "done")
    return redirect(url_for("operator.deliveries", state="failed"))


def index() -> str:
    """State of the index, the outbox and the chain of events."""
    session = db.session()
    total, linked = ledger.chained(session)
    return page("operator/index.html", state=health.state_of(session), total=total, linked=linked)


def revive() -> Answer:
    """Another chance for what was set aside."""
    with unit_of_work() as session:
        count = health.revive(session, actor=actor())
    flash(ngettext("%(num)d 行放回队列。", "%(num)d 行放回队列。", count), "done")
    return redirect(url_for("operator.index"))


def check(name: str) -> Answer:
    """Have the worker check the index or the chain."""
    with unit_of_work() as session:
        health.ask(session, name)
    flash(_("已交给后台进程核对，完成后这里显示结果。"), "done")
    return redirect(url_for("operator.index"))

"""No more mails, by the link of a mail: no signing in, one click (RFC 8058)."""

from __future__ import annotations

from flask import Blueprint, make_response, render_template, request
from werkzeug.wrappers import Response

from talentmarket.core.errors import NotFound
from talentmarket.core.extensions import csrf
from talentmarket.core.uow import unit_of_work
from talentmarket.members.accounts import stop_daily_mail
from talentmarket.notices.unsubscribing import person_of


def routes(bp: Blueprint) -> None:
    """Add the route to the area."""
    bp.add_url_rule("/unsubscribe/<token>", view_func=unsubscribe, methods=["GET", "POST"])


@csrf.exempt  # the mail program that posts has no page of ours; the token says who
def unsubscribe(token: str) -> Response:
    """A page with a button, since programs open links by themselves; the POST ends the mails."""
    person = person_of(token)
    if person is None:
        raise NotFound()
    done = request.method == "POST"
    if done:
        with unit_of_work() as session:
            stop_daily_mail(session, person)
    page = make_response(render_template("notices/unsubscribe.html", done=done))
    page.headers["X-Robots-Tag"] = "noindex"
    page.headers["Referrer-Policy"] = "no-referrer"
    return page

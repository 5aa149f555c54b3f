"""What everybody sees of people: how they are found, and those who chose to be public."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from flask_login import current_user

from talentmarket.core.db import db
from talentmarket.core.errors import NotFound
from talentmarket.core.permissions import DESK
from talentmarket.discovery.talents import public_cards
from talentmarket.members import cards
from talentmarket.web import addresses
from talentmarket.web.me.card_views import card_view
from talentmarket.web.talents.views import card_row

bp = Blueprint("talents", __name__)


def _own_organisations() -> list[str]:
    """The organisations this reader belongs to."""
    return [desk.org for desk in current_user.desks]


@bp.get("/talents")
def search() -> str:
    """Who may search people and how; below, the cards of those who chose to be public."""
    state = addresses.read("talents.search", ())
    people, more = public_cards(db.session(), state.page, _own_organisations())
    rows = []
    for talent in people:
        card = cards.anonymous_card(talent, viewer_org=None)
        rows.append(card_row(card, url_for(".show", card=card.id)))
    return render_template(
        "talents/search.html",
        state=state,
        rows=rows,
        more=more,
        desks=[desk for desk in current_user.desks if desk.role in DESK.roles],
    )


@bp.get("/talents/<card>")
def show(card: str) -> str:
    """One public card."""
    session = db.session()
    talent = cards.find_by_card(session, card, None)
    if talent is None or not cards.may_see_public(session, talent, _own_organisations()):
        raise NotFound()
    shown = cards.anonymous_card(talent, viewer_org=None)
    return render_template(
        "talents/show.html",
        card=card_view(shown),
        back=url_for(".search", page=request.args.get("page", type=int)),
        desks=[desk for desk in current_user.desks if desk.role in DESK.roles],
    )

"""The first way through: five steps that end with who may see the profile."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from talentmarket.core.db import db
from talentmarket.core.uow import unit_of_work
from talentmarket.members import blocks, proposals, talents
from talentmarket.members import onboarding as services
from talentmarket.members.models import EntryKind
from talentmarket.web.me.blocks import block_chosen
from talentmarket.web.me.blueprint import bp
from talentmarket.web.me.drafting import Page
from talentmarket.web.me.edit import (
    basics_page,
    proposed_occupations,
    send_basics,
    send_wishes,
    wishes_page,
)
from talentmarket.web.me.person import account, actor, own_talent, viewer
from talentmarket.web.me.sight import send_sight, sight_page

Answer = tuple[str, int] | Response


def _next(step: str) -> Response:
    at = services.STEPS.index(step) + 1
    return redirect(url_for("me.onboarding_step", step=services.STEPS[at]))


@bp.get("/onboarding")
def onboarding() -> str | Response:
    """What the profile is for; leads on to the first step that is not done."""
    step = services.step_of(viewer().talent)
    if step is None:
        return redirect(url_for("me.profile"))
    if viewer().talent is not None:
        return redirect(url_for("me.onboarding_step", step=step))
    return render_template("me/start.html")


@bp.post("/onboarding")
def start() -> Response:
    """Make the profile: empty and private."""
    with unit_of_work() as session:
        talents.ensure_talent(session, account(), actor=actor())
    return redirect(url_for("me.onboarding_step", step=services.STEPS[0]))


@bp.route("/onboarding/<step>", methods=["GET", "POST"])
def onboarding_step(step: str) -> Answer:
    """One step."""
    if step not in services.STEPS:
        abort(404)
    own_talent()
    return _STEPS[step]()


def _basics() -> Answer:
    page = basics_page()
    if send_basics(page):
        return _next("basics")
    return _render("basics", page=page)


def _wishes() -> Answer:
    page = wishes_page()
    if send_wishes(page):
        return _next("wishes")
    return _render("wishes", page=page, proposed=proposed_occupations(page))


def _experience() -> Answer:
    if request.method == "POST":
        return _next("experience")
    talent = own_talent()
    waiting = len(proposals.waiting(db.session(), talent))
    return _render(
        "experience", talent=talent, waiting=waiting, kinds=[str(kind) for kind in EntryKind]
    )


def _blocks() -> Answer:
    talent = own_talent()
    if request.method == "POST":
        block_chosen()
        with unit_of_work() as session:
            services.confirm_blocks(session, talent, actor=actor())
        return _next("blocks")
    return _render("blocks", talent=talent, proposed=blocks.proposed(db.session(), talent))


def _visibility() -> Answer:
    talent = own_talent()
    page = sight_page(chosen=talent.visibility_chosen_at is not None)
    if send_sight(page):
        with unit_of_work() as session:
            services.complete(session, talent, actor=actor())
        flash(_("档案建好了。范围随时可以改，谁看过都有记录。"), "done")
        return redirect(url_for("me.profile"))
    return _render("visibility", page=page)


_STEPS = {
    "basics": _basics,
    "wishes": _wishes,
    "experience": _experience,
    "blocks": _blocks,
    "visibility": _visibility,
}


def _render(step: str, *, page: Page | None = None, **values: object) -> tuple[str, int]:
    at = services.STEPS.index(step) + 1
    body = render_template("me/onboarding.html", step=step, at=at, page=page, **values)
    return body, page.status if page else 200

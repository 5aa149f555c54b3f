"""Employers that must never see the person."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from talentmarket.core.db import db
from talentmarket.core.errors import Invalid
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange import blocked
from talentmarket.members import blocks as services
from talentmarket.web.formpages import FormAnswer, attach, form_page
from talentmarket.web.me.blueprint import bp
from talentmarket.web.me.forms import BlockForm
from talentmarket.web.me.person import actor, own_talent


def block_chosen() -> int:
    """Block the ticked ones of the proposed employers; returns how many."""
    talent = own_talent()
    wanted = set(request.form.getlist("employer"))
    with unit_of_work() as session:
        chosen = [
            one for one in services.proposed(session, talent) if (one.uscc or one.name) in wanted
        ]
        for one in chosen:
            services.add_block(session, talent, one.name, one.uscc, actor=actor())
    return len(chosen)


@bp.route("/blocks", methods=["GET", "POST"])
def blocks() -> FormAnswer | Response:
    """The blocked employers; block another one by name or credit code."""
    talent = own_talent()
    form = BlockForm()
    if request.method == "POST":
        if request.form.get("act") == "proposed":
            count = block_chosen()
            message = (
                _("已屏蔽 %(count)s 家。", count=count) if count else _("还没有勾选任何一家。")
            )
            flash(message, "done" if count else "warning")
            return redirect(url_for("me.blocks"))
        try:
            with unit_of_work() as session:
                name, code = form.name.data or "", form.uscc.data
                blocked_now = services.add_block(session, talent, name, code, actor=actor()).name
        except Invalid as error:
            attach(form, error)
        else:
            flash(_("已屏蔽 %(name)s。受它委托的机构也搜不到您。", name=blocked_now), "done")
            return redirect(url_for("me.blocks"))
    proposed = services.proposed(db.session(), talent)
    begun = blocked.begun(db.session(), talent)
    waiting = services.unmatched(db.session(), talent)
    return form_page(
        "me/blocks.html", form, talent=talent, proposed=proposed, begun=begun, waiting=waiting
    )


@bp.post("/blocks/lift")
def lift_block() -> Response:
    """Lift a block."""
    talent = own_talent()
    with unit_of_work() as session:
        services.remove_block(session, talent, request.form.get("name", ""), actor=actor())
    flash(_("已取消屏蔽。"), "done")
    return redirect(url_for("me.blocks"))

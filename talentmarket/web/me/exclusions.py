"""What the person never wants to see among jobs, said once."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from talentmarket.core.db import db
from talentmarket.core.uow import unit_of_work
from talentmarket.core.words import word
from talentmarket.exchange import exclusions as services
from talentmarket.exchange.models import Exclusion
from talentmarket.web.me.blueprint import bp
from talentmarket.web.me.person import account, viewer
from talentmarket.web.site.routes import safe_next


@bp.route("/exclusions", methods=["GET", "POST"])
def exclusions() -> str | Response:
    """All there is to leave out, with what is chosen."""
    if request.method == "POST":
        sent = set(request.form.getlist("code"))
        with unit_of_work() as session:
            services.choose(session, account(), [one for one in Exclusion if one.value in sent])
        flash(_("已保存。搜索、人数和推荐从现在起都这样算。"), "done")
        return redirect(url_for("me.exclusions"))
    chosen = services.chosen(db.session(), account())
    talent = viewer().talent
    return render_template(
        "me/exclusions.html",
        choices=[(one.value, word("exclusion", one.value), one in chosen) for one in Exclusion],
        blocked=len(talent.blocks) if talent is not None else None,
    )


@bp.post("/exclusions/drop")
def drop_exclusion() -> Response:
    """Lift one for good, from where it was seen."""
    code = request.form.get("code", "")
    with unit_of_work() as session:
        for one in Exclusion:
            if one.value == code:
                services.drop(session, account(), one)
                flash(_("以后都放开：%(value)s。", value=word("exclusion", code)), "done")
    return redirect(safe_next(request.form.get("next"), url_for("me.exclusions")))

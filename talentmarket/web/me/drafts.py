"""Drafts: a script sends them while somebody types; without one a button does."""

from __future__ import annotations

from flask import flash, jsonify, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from talentmarket.core import clock
from talentmarket.core.errors import DomainError
from talentmarket.core.uow import unit_of_work
from talentmarket.members import drafts
from talentmarket.web.me.blueprint import bp
from talentmarket.web.me.drafting import PREFIX
from talentmarket.web.me.person import account
from talentmarket.web.site.routes import safe_next


def _asks_json() -> bool:
    return request.accept_mimetypes.best == "application/json"


@bp.post("/drafts/<form>")
def save_draft(form: str) -> Response | tuple[Response, int]:
    """Keep what was typed into a form."""
    data = drafts.collect(request.form.items(multi=True))
    try:
        with unit_of_work() as session:
            drafts.save(session, account(), PREFIX + form, data)
    except DomainError as error:
        if _asks_json():
            return jsonify(message=str(error.message)), error.status
        raise
    saved = clock.local(clock.now()).strftime("%H:%M")
    if _asks_json():
        return jsonify(message=_("%(time)s 已自动保存", time=saved))
    flash(_("草稿已保存，可以以后再来填完。"), "done")
    return redirect(safe_next(request.args.get("next"), url_for("me.profile")))


@bp.post("/drafts/<form>/drop")
def drop_draft(form: str) -> Response:
    """Give a draft up."""
    with unit_of_work() as session:
        drafts.drop(session, account(), PREFIX + form)
    flash(_("草稿已放弃，下面是已保存的内容。"), "notice")
    return redirect(safe_next(request.args.get("next"), url_for("me.profile")))

"""The privacy notice, a person's copy of their data, and its end."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask import Response as FlaskResponse
from flask import session as cookie
from flask_babel import gettext as _
from flask_login import current_user, logout_user
from werkzeug.wrappers import Response

from talentmarket.core import clock
from talentmarket.core.db import db
from talentmarket.core.errors import Conflict
from talentmarket.core.uow import unit_of_work
from talentmarket.members import consents, privacy, takeout
from talentmarket.web.account.entering import fresh
from talentmarket.web.account.forms import EraseForm
from talentmarket.web.formpages import FormAnswer, form_page, wrong
from talentmarket.web.site.routes import safe_next

Answer = str | FormAnswer | Response


def routes(bp: Blueprint) -> None:
    """Add the routes to the area."""
    bp.add_url_rule("/privacy", view_func=privacy_notice, endpoint="privacy")
    bp.add_url_rule("/me/data", view_func=data)
    bp.add_url_rule("/me/data/agree", view_func=agree, methods=["POST"])
    bp.add_url_rule("/me/data/export", view_func=export, methods=["POST"])
    bp.add_url_rule("/me/data/erase", view_func=erase, methods=["GET", "POST"])


def privacy_notice() -> str:
    """The notice in force, with its version."""
    return render_template("account/privacy_notice.html", version=consents.NOTICE_VERSION)


def data() -> str:
    """What is kept, what was agreed to, the copy and the end."""
    session, account = db.session(), current_user.account
    return render_template(
        "account/data.html",
        consents=consents.consents_of(session, account),
        agreed=consents.agreed_version(session, account),
        version=consents.NOTICE_VERSION,
        sixteen=account.sixteen_declared_at,
        next=request.args.get("next", ""),
    )


def agree() -> Response:
    """Agree to the notice in its present version, and go on to where the question came up."""
    with unit_of_work() as session:
        consents.agree_to_notice(session, current_user.account, actor=current_user.actor())
    flash(_("已记录您的同意。"), "done")
    return redirect(safe_next(request.form.get("next"), url_for("account.data")))


@fresh
def export() -> Response:
    """The copy, as an archive."""
    with unit_of_work() as session:
        account = current_user.account
        collected = takeout.collect(session, account)
        takeout.note_export(session, account, actor=current_user.actor())
        packed = takeout.archive(session, account, collected)
    name = f"shucai-{clock.today().isoformat()}.zip"
    return FlaskResponse(
        packed,
        mimetype="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@fresh
def erase() -> Answer:
    """The last question, then the end."""
    form = EraseForm()
    account = current_user.account
    if form.validate_on_submit():
        if not form.sure.data:
            wrong(form, "sure", _("请勾选，确认您明白注销的后果。"))
        else:
            try:
                with unit_of_work() as session:
                    privacy.erase(session, current_user.account, actor=current_user.actor())
            except Conflict as error:
                wrong(form, "sure", error.message)
            else:
                logout_user()
                cookie.clear()
                flash(_("账号已注销，资料已删除。"), "done")
                return redirect(url_for("site.home"))
    alone = privacy.organisations_only_of(db.session(), account)
    return form_page("account/erase.html", form, alone=alone)

"""Name, language, mail, personal ranking, numbers and addresses."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from talentmarket.core.db import db
from talentmarket.core.errors import DomainError, Invalid
from talentmarket.core.uow import unit_of_work
from talentmarket.members import accounts, codes, identifiers
from talentmarket.members.identities import held_by, identify, needed_kinds, of_row
from talentmarket.members.models import IdentifierKind
from talentmarket.web.account.entering import fresh, is_fresh
from talentmarket.web.account.forms import CodeForm, IdentifierForm, SettingsForm
from talentmarket.web.account.sign_in import asked, send, take_code, wrong_code
from talentmarket.web.formpages import FormAnswer, attach, form_page, wrong
from talentmarket.web.locale import COOKIE
from talentmarket.web.site.routes import YEAR, safe_next

Answer = str | FormAnswer | Response


def routes(bp: Blueprint) -> None:
    """Add the routes to the area."""
    both = ["GET", "POST"]
    bp.add_url_rule("/me/settings", view_func=settings, methods=both)
    bp.add_url_rule("/me/settings/ranking", view_func=ranking, methods=["POST"])
    bp.add_url_rule("/me/settings/identifiers", view_func=identifier, methods=both)
    bp.add_url_rule(
        "/me/settings/identifiers/remove", view_func=remove_identifier, methods=["POST"]
    )
    bp.add_url_rule("/verify", view_func=verify, methods=both)


def settings() -> Answer:
    """Settings of the account."""
    account = current_user.account
    form = SettingsForm(obj=account)
    if form.validate_on_submit():
        with unit_of_work() as session:
            accounts.change_settings(
                session,
                current_user.account,
                name=form.name.data or "",
                locale=form.locale.data,
                daily_mail=form.daily_mail.data,
            )
        flash(_("已保存。"), "done")
        response = redirect(url_for("account.settings"))
        response.set_cookie(COOKIE, form.locale.data, max_age=YEAR, samesite="Lax", httponly=True)
        return response
    held = [
        (identifiers.reference(row), one.shown, row)
        for row in held_by(db.session(), current_user.account)
        if (one := of_row(row))
    ]
    return form_page("account/settings.html", form, held=held)


def ranking() -> Response:
    """Turn personal ranking on or off; it holds from the next request on."""
    on = request.form.get("on") == "1"
    with unit_of_work() as session:
        accounts.set_personal_ranking(session, current_user.account, on, actor=current_user.actor())
    said = _("已开启个性化排序。") if on else _("已关闭个性化排序，列表改按时间和关键词排列。")
    flash(said, "done")
    return redirect(safe_next(request.form.get("next"), url_for("account.settings")))


@fresh
def identifier() -> Answer:
    """Add a number or address: it is proven by a code first."""
    return _add(url_for("account.identifier"), url_for("account.settings"))


def verify() -> Answer:
    """For somebody without a verified number: prove one, then go on."""
    if current_user.is_verified and request.method == "GET":
        return redirect(safe_next(request.args.get("next"), url_for("account.settings")))
    if current_user.is_verified:
        return redirect(url_for("account.identifier"))
    back = safe_next(request.values.get("next"), url_for("account.settings"))
    if not is_fresh() and _has_a_way_in():
        # As in the settings: a browser left open must not give the account another way in.
        here = url_for("account.verify", next=back)
        return redirect(url_for("account.prove", next=here))
    number_only = IdentifierKind.MAIL not in needed_kinds()
    return _add(url_for("account.verify"), back, number_only=number_only)


def _has_a_way_in() -> bool:
    """Whether the person can prove who they are: by a code to what they hold, or by password."""
    account = current_user.account
    reached = identifiers.main_identity(db.session(), account) is not None
    return reached or account.password_hash is not None


def _add(here: str, back: str, *, number_only: bool = False) -> Answer:
    act = request.form.get("act")
    form = CodeForm() if act == "enter" else IdentifierForm()
    sent = act == "enter"
    if request.method == "GET":
        form.next.data = request.args.get("next", "")
    elif form.validate_on_submit():
        try:
            identity = identify(form.identifier.data)
            if number_only and identity.kind is not IdentifierKind.PHONE:
                raise Invalid({"identifier": _("请填写手机号，例如 138 0000 4417。")})
            if not sent:
                send(codes.ADD, identity)
                form, sent = asked(CodeForm(formdata=None), form), True
            elif take_code(codes.ADD, identity, form.code.data):
                with unit_of_work() as session:
                    identifiers.add_identifier(
                        session, current_user.account, identity, actor=current_user.actor()
                    )
                flash(_("已加到您的账号。"), "done")
                return redirect(back)
            else:
                wrong(form, "code", wrong_code())
        except DomainError as error:
            if act == "again":
                form, sent = asked(CodeForm(formdata=None), form), True
            attach(form, error)
    if number_only:
        form.identifier.label.text = _("手机号")
    return form_page(
        "account/identifier.html",
        form,
        sent=sent,
        form_url=here,
        back=back,
        number_only=number_only,
    )


@fresh
def remove_identifier() -> Response:
    """Take a number or address off; the last one stays."""
    try:
        with unit_of_work() as session:
            identifiers.remove_identifier(
                session,
                current_user.account,
                request.form.get("identifier", ""),
                actor=current_user.actor(),
            )
        flash(_("已移除，不能再用它登录。"), "done")
    except DomainError as error:
        flash(str(error.message), "warning")
    return redirect(url_for("account.settings"))

"""Password, second factor, signed-in browsers."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask import Response as FlaskResponse
from flask import session as cookie
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.exceptions import NotFound as PageNotFound
from werkzeug.wrappers import Response

from talentmarket.core.db import db
from talentmarket.core.errors import DomainError
from talentmarket.core.secrecy import seal, unseal
from talentmarket.core.uow import unit_of_work
from talentmarket.members import accounts, identifiers, passwords, second_factor, sessions
from talentmarket.members.identities import held_by, of_row
from talentmarket.web.account.entering import fresh
from talentmarket.web.account.forms import NewPasswordForm, TotpForm
from talentmarket.web.formpages import FormAnswer, attach, form_page

Answer = str | FormAnswer | Response
_SECRET = "totp"


def routes(bp: Blueprint) -> None:
    """Add the routes to the area."""
    both, post = ["GET", "POST"], ["POST"]
    bp.add_url_rule("/me/security", view_func=security)
    bp.add_url_rule("/me/security/password", view_func=password, methods=both)
    bp.add_url_rule("/me/security/second-factor", view_func=enrol, methods=both)
    bp.add_url_rule("/me/security/second-factor/qr", view_func=enrol_qr)
    bp.add_url_rule("/me/security/second-factor/off", view_func=second_factor_off, methods=post)
    bp.add_url_rule("/me/security/sessions", view_func=revoke_session, methods=post)
    bp.add_url_rule("/me/security/sessions/others", view_func=revoke_others, methods=post)


def security() -> str:
    """What protects the account, and where it is signed in."""
    account = current_user.account
    rows = [
        (sessions.reference(row), row, sessions.is_session(row, current_user.token))
        for row in sessions.sessions_of(db.session(), account)
    ]
    return render_template("account/security.html", account=account, rows=rows)


@fresh
def password() -> Answer:
    """Set or change the password; every other browser is signed out."""
    form = NewPasswordForm()
    if form.validate_on_submit():
        account = current_user.account
        own = [account.name]
        own += [one.value for row in held_by(db.session(), account) if (one := of_row(row))]
        try:
            passwords.require_good(form.password.data, own)
        except DomainError as error:
            attach(form, error)
        else:
            _store(passwords.hash_password(form.password.data))
            flash(_("新密码已保存，其他设备已退出登录。"), "done")
            return redirect(url_for("account.security"))
    return form_page("account/password.html", form)


def _store(hashed: str) -> None:
    with unit_of_work() as session:
        account = current_user.account
        accounts.set_password(session, account, hashed, actor=current_user.actor())
        sessions.revoke_all(session, account, except_token=current_user.token)


@fresh
def enrol() -> Answer:
    """Turn the second factor on: scan, then type the first code."""
    if current_user.account.totp_secret:
        flash(_("动态口令已经启用。"), "notice")
        return redirect(url_for("account.security"))
    secret = _waiting_secret()
    if secret is None:
        secret = second_factor.new_secret()
        cookie[_SECRET] = seal(secret)
    form = TotpForm()
    if form.validate_on_submit():
        try:
            _enable(secret, form.code.data)
            cookie.pop(_SECRET, None)
            flash(_("动态口令已启用。下次登录需要验证器上的 6 位数字。"), "done")
            return redirect(url_for("account.security"))
        except DomainError as error:
            attach(form, error)
    spaced = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
    return form_page("account/enrol.html", form, secret=spaced)


def _enable(secret: str, code: str) -> None:
    with unit_of_work() as session:
        account = current_user.account
        second_factor.enable(session, account, secret, code, actor=current_user.actor())
        sessions.give_second_factor(session, current_user.token)
        identifiers.tell(session, account, "account.second_factor_on")


def _waiting_secret() -> str | None:
    sealed = cookie.get(_SECRET)
    return unseal(sealed) if sealed else None


@fresh
def enrol_qr() -> Response:
    """The QR code of the secret that waits for its first code."""
    secret = _waiting_secret()
    if secret is None:
        raise PageNotFound()
    uri = second_factor.provisioning_uri(secret, current_user.account.public_id)
    response = FlaskResponse(second_factor.qr_svg(uri), mimetype="image/svg+xml")
    response.headers["Cache-Control"] = "no-store"
    return response


@fresh
def second_factor_off() -> Response:
    """Turn the second factor off; operators cannot."""
    try:
        with unit_of_work() as session:
            account = current_user.account
            second_factor.disable(session, account, actor=current_user.actor())
            identifiers.tell(session, account, "account.second_factor_off")
        flash(_("动态口令已停用。"), "done")
    except DomainError as error:
        flash(str(error.message), "warning")
    return redirect(url_for("account.security"))


def revoke_session() -> Response:
    """Sign one browser out."""
    with unit_of_work() as session:
        done = sessions.revoke_one(session, current_user.account, request.form.get("session", ""))
    flash(_("那台设备已退出登录。") if done else _("那台设备早已退出。"), "done")
    return redirect(url_for("account.security"))


def revoke_others() -> Response:
    """Sign out everywhere but here."""
    with unit_of_work() as session:
        count = sessions.revoke_all(session, current_user.account, except_token=current_user.token)
    flash(_("其他 %(count)s 台设备已退出登录。", count=count), "done")
    return redirect(url_for("account.security"))

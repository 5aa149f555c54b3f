"""Signing in and up in one flow: a code first, a password for those who set one."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask import session as cookie
from flask_babel import gettext as _
from flask_login import current_user, logout_user
from werkzeug.wrappers import Response

from talentmarket.core import events
from talentmarket.core.db import db
from talentmarket.core.errors import DomainError
from talentmarket.core.language import language
from talentmarket.core.uow import unit_of_work
from talentmarket.members import accounts, codes, limits, passwords, sessions
from talentmarket.members.identities import Identity, identify
from talentmarket.members.verification_states import ANSWER_DAYS
from talentmarket.web.account import pending
from talentmarket.web.account.entering import go_on, home_of
from talentmarket.web.account.forms import (
    ROLES,
    AuthForm,
    CodeForm,
    IdentifierForm,
    PasswordForm,
)
from talentmarket.web.account.pending import Pending
from talentmarket.web.formpages import FormAnswer, attach, form_page, wrong
from talentmarket.web.site.routes import safe_next

Answer = str | FormAnswer | Response


def routes(bp: Blueprint) -> None:
    """Add the routes to the area."""
    both = ["GET", "POST"]
    bp.add_url_rule("/sign-in", view_func=sign_in, methods=both)
    bp.add_url_rule("/sign-up", view_func=sign_up, methods=both)
    bp.add_url_rule("/sign-in/password", view_func=sign_in_password, methods=both)
    bp.add_url_rule("/sign-out", view_func=sign_out, methods=["POST"])


def sign_in() -> Answer:
    """Ask for a number or address, send a code, take it."""
    return _by_code("")


def sign_up() -> Answer:
    """The same, for newcomers: the role says what the account will need."""
    role = request.values.get("as") or request.values.get("role") or "talent"
    return _by_code(role if role in ROLES else "talent")


def _by_code(role: str) -> Answer:
    if current_user.is_authenticated and request.method == "GET":
        return redirect(safe_next(request.args.get("next"), home_of(role)))
    act = request.form.get("act")
    form = CodeForm() if act == "enter" else IdentifierForm()
    if request.method == "GET":
        _carry(form, role)
        return _page(form, role)
    if not form.validate_on_submit():
        return _page(form, role, sent=act == "enter")
    try:
        identity = identify(form.identifier.data)
        if act == "enter":
            return _enter(form, identity, role)
        send(codes.SIGN_IN, identity)
    except DomainError as error:
        if act == "again":
            form = asked(CodeForm(formdata=None), form)
        attach(form, error)
        return _page(form, role, sent=act in ("enter", "again"))
    # The next step asks for the code; the browser shows the same whether there is an account.
    return _page(asked(CodeForm(formdata=None), form), role, sent=True)


def asked(form: CodeForm, before: AuthForm) -> CodeForm:
    """The form that takes a code, with what the step `before` carried: after a code was sent, and
    when another one was not, for the one sent before still opens."""
    for name in ("identifier", "next", "role"):
        form[name].data = before[name].data
    return form


def _carry(form: AuthForm, role: str) -> None:
    form.next.data = request.values.get("next", "")
    form.role.data = role


def send(purpose: str, identity: Identity, *, text: str | None = None) -> None:
    """Send a code within the limits. The answer never says whether an account is there."""
    with unit_of_work() as session:
        limits.attempt(session, "send", identity.digest, request.remote_addr)
        codes.send_code(session, purpose, identity, locale=language(), text=text)


def take_code(purpose: str, identity: Identity, code: str) -> bool:
    """Try a code within the limits; the try counts whatever comes of it."""
    with unit_of_work() as session:
        limits.attempt(session, "code", identity.digest, request.remote_addr)
    with unit_of_work() as session:
        return codes.use_code(session, purpose, identity, code)


def wrong_code() -> str:
    """What a code that does not open is answered with."""
    return _("验证码不对或已失效。每个验证码只能用一次，以最后一次收到的为准。")


def _enter(form: CodeForm, identity: Identity, role: str) -> Answer:
    if not take_code(codes.SIGN_IN, identity, form.code.data):
        wrong(form, "code", wrong_code())
        return _page(form, role, sent=True)
    proven = accounts.standing_of(db.session(), identity)
    next_url = form.next.data or ""
    if proven.account is None:
        pending.keep(Pending(pending.REGISTER, next_url, role, identity.kind.value, identity.value))
        return redirect(url_for("account.complete"))
    public_id = proven.account.public_id
    if proven.standing is accounts.Standing.STALE:
        pending.keep(
            Pending(pending.AGAIN, next_url, role, identity.kind.value, identity.value, public_id)
        )
        return redirect(url_for("account.second_proof"))
    return go_on(public_id, next_url=next_url, role=role, identity=identity)


def _sign_up_url(role: str) -> str:
    values: dict[str, Any] = {"as": role}  # a word of the language, so no keyword
    return url_for("account.sign_up", **values)


def _page(form: AuthForm, role: str, *, sent: bool = False) -> FormAnswer:
    here = _sign_up_url(role) if role else url_for("account.sign_in")
    return _shown(form, way="code", form_url=here, role=role, sent=sent)


def _shown(
    form: AuthForm, *, way: str, form_url: str, role: str = "", sent: bool = False
) -> FormAnswer:
    return form_page(
        "account/sign_in.html",
        form,
        role=role,
        sent=sent,
        way=way,
        form_url=form_url,
        answer_days=ANSWER_DAYS,
    )


def sign_in_password() -> Answer:
    """Sign in with a password. One answer for an unknown number and a wrong password."""
    if current_user.is_authenticated and request.method == "GET":
        return redirect(safe_next(request.args.get("next"), home_of()))
    form = PasswordForm()
    here = url_for("account.sign_in_password")
    if request.method == "GET":
        _carry(form, "")
    elif form.validate_on_submit():
        try:
            answer = _check_password(form)
            if answer is not None:
                return answer
            wrong(form, "password", _("号码、邮箱或密码不对。忘记密码可以用验证码登录。"))
        except DomainError as error:
            attach(form, error)
    return _shown(form, way="password", form_url=here)


def _check_password(form: PasswordForm) -> Response | None:
    identity = identify(form.identifier.data)
    with unit_of_work() as session:
        limits.attempt(session, "password", identity.digest, request.remote_addr)
    public_id, hashed = accounts.credentials(db.session(), identity)
    db.session.rollback()  # nothing is held open while argon2 works
    if not passwords.verify_password(form.password.data, hashed) or public_id is None:
        return None
    if hashed and passwords.needs_rehash(hashed):
        fresh_hash = passwords.hash_password(form.password.data)
        with unit_of_work() as session:
            account = accounts.find_account(session, public_id)
            assert account is not None
            account.password_hash = fresh_hash
    return go_on(public_id, next_url=form.next.data or "")


def sign_out() -> Response:
    """End this session here and in the database."""
    if current_user.is_authenticated:
        with unit_of_work() as session:
            sessions.revoke(session, current_user.token)
            public_id = current_user.account.public_id
            events.record(session, "account", public_id, "signed_out", actor=current_user.actor())
        logout_user()
        cookie.clear()
        flash(_("已退出登录。"), "done")
    return redirect(url_for("site.home"))

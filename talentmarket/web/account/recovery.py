"""Forgotten passwords, and proving again who one is."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from talentmarket.core.db import db
from talentmarket.core.errors import DomainError
from talentmarket.core.events import Actor
from talentmarket.core.language import language
from talentmarket.core.uow import unit_of_work
from talentmarket.members import accounts, codes, identifiers, limits, passwords, sessions
from talentmarket.members.identities import Identity, identify
from talentmarket.web.account.entering import mark_fresh
from talentmarket.web.account.forms import IdentifierForm, ProveForm, ResetForm
from talentmarket.web.account.sign_in import asked, send, take_code, wrong_code
from talentmarket.web.formpages import FormAnswer, attach, form_page, wrong
from talentmarket.web.site.routes import safe_next

Answer = str | FormAnswer | Response


def routes(bp: Blueprint) -> None:
    """Add the routes to the area."""
    both = ["GET", "POST"]
    bp.add_url_rule("/reset", view_func=reset, methods=both)
    bp.add_url_rule("/me/prove", view_func=prove, methods=both)


def reset() -> Answer:
    """A code to a number or address of the account, then a new password."""
    act = request.form.get("act")
    form = ResetForm() if act == "enter" else IdentifierForm()
    sent = act == "enter"
    if form.validate_on_submit():
        try:
            identity = identify(form.identifier.data)
            if sent:
                answer = _reset(form, identity)
                if answer is not None:
                    return answer
            else:
                _send_reset(identity)
                form, sent = asked(ResetForm(formdata=None), form), True
        except DomainError as error:
            if act == "again":
                form, sent = asked(ResetForm(formdata=None), form), True
            attach(form, error)
    return form_page("account/reset.html", form, sent=sent)


def _send_reset(identity: Identity) -> None:
    """A code to somebody with an account, another text to somebody without: the page and the
    work done are the same for both."""
    known = accounts.standing_of(db.session(), identity).standing is accounts.Standing.KNOWN
    send(codes.RESET, identity, text=None if known else "code.no_account")


def _reset(form: ResetForm, identity: Identity) -> Response | None:
    passwords.require_good(form.password.data, [identity.value])
    hashed = passwords.hash_password(form.password.data)
    if not take_code(codes.RESET, identity, form.code.data):
        wrong(form, "code", wrong_code())
        return None
    with unit_of_work() as session:
        proven = accounts.standing_of(session, identity)
        # A number that may have a new holder opens nothing by itself.
        if proven.account is None or proven.standing is not accounts.Standing.KNOWN:
            wrong(form, "code", wrong_code())
            return None
        accounts.require_active(proven.account)
        actor = Actor(proven.account.public_id)
        accounts.use_identity(session, proven.account, identity)
        accounts.set_password(session, proven.account, hashed, actor=actor)
        sessions.revoke_all(session, proven.account)
    flash(_("新密码已保存，所有设备都已退出。请用新密码登录。"), "done")
    return redirect(url_for("account.sign_in_password"))


def prove() -> Answer:
    """Ask again who it is, by password or by a code."""
    account = current_user.account
    form = ProveForm()
    act = request.form.get("act")
    to = identifiers.main_identity(db.session(), account)
    next_url = safe_next(request.values.get("next"), url_for("account.security"))
    sent = False
    try:
        if act == "send" and to:
            _send_proof(to)
            sent = True
            form = ProveForm(formdata=None)
        elif form.validate_on_submit():
            if _proof_fits(form.given.data):
                mark_fresh()
                return redirect(next_url)
            wrong(form, "given", _("密码或验证码不对。"))
    except DomainError as error:
        attach(form, error)
    return form_page(
        "account/prove.html",
        form,
        next_url=next_url,
        to=to.shown if to else None,
        sent=sent,
        has_password=current_user.account.password_hash is not None,
    )


def _send_proof(to: Identity) -> None:
    with unit_of_work() as session:
        limits.attempt(session, "send", to.digest, request.remote_addr)
        codes.send_code(
            session, codes.PROVE, to, locale=language(), account_id=current_user.account.id
        )


def _proof_fits(given: str) -> bool:
    account = current_user.account
    public_id, hashed = account.public_id, account.password_hash
    with unit_of_work() as session:
        limits.attempt(session, "prove", public_id, request.remote_addr)
    with unit_of_work() as session:
        if identifiers.prove_by_code(session, current_user.account, given):
            return True
    return passwords.verify_password(given, hashed)

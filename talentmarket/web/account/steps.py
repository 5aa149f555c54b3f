"""The steps that may follow a right code: a new account, a second proof, the second factor."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from talentmarket.core.db import db
from talentmarket.core.errors import Conflict, DomainError
from talentmarket.core.language import language
from talentmarket.core.uow import unit_of_work
from talentmarket.members import accounts, codes, identifiers, limits, passwords, second_factor
from talentmarket.members.identities import Identity, held_by, of_row
from talentmarket.members.models import Account, IdentifierKind
from talentmarket.notices.send import channel_open
from talentmarket.web.account import pending
from talentmarket.web.account.entering import go_on
from talentmarket.web.account.forms import RegisterForm, SecondProofForm, TotpForm
from talentmarket.web.account.pending import Pending
from talentmarket.web.formpages import FormAnswer, attach, form_page, wrong

Answer = str | FormAnswer | Response


def routes(bp: Blueprint) -> None:
    """Add the routes to the area."""
    both = ["GET", "POST"]
    bp.add_url_rule("/sign-in/new", view_func=complete, methods=both)
    bp.add_url_rule("/sign-in/again", view_func=second_proof, methods=both)
    bp.add_url_rule(
        "/sign-in/second-factor",
        view_func=second_factor_step,
        methods=both,
        endpoint="second_factor",
    )


def _start_again() -> Response:
    flash(_("这一步已超过 10 分钟，请重新登录。"), "warning")
    return redirect(url_for("account.sign_in"))


def complete() -> Answer:
    """Make the account: consent and age, each by itself; name and password if wished."""
    waiting = pending.load(pending.REGISTER)
    if waiting is None:
        return redirect(url_for("account.sign_in")) if request.method == "GET" else _start_again()
    form = RegisterForm()
    if form.validate_on_submit():
        try:
            return _register(form, waiting)
        except Conflict as error:
            pending.drop()
            flash(str(error.message), "warning")
            return redirect(url_for("account.sign_in", next=waiting.next))
        except DomainError as error:
            attach(form, error)
    return form_page("account/complete.html", form, waiting=waiting)


def _register(form: RegisterForm, waiting: Pending) -> Response:
    identity = waiting.identity
    hashed = None
    if form.password.data:
        passwords.require_good(form.password.data, [form.name.data or "", identity.value])
        hashed = passwords.hash_password(form.password.data)
    with unit_of_work() as session:
        account = accounts.register(
            session,
            identity,
            locale=language(),
            name=form.name.data or "",
            password_hash=hashed,
            sixteen=form.sixteen.data,
            agreed=form.agreed.data,
        )
        public_id = account.public_id
    return go_on(public_id, next_url=waiting.next, role=waiting.role, identity=identity)


def second_proof() -> Answer:
    """A number not proven for 90 days: ask for more, or begin as a new person."""
    waiting = pending.load(pending.AGAIN)
    if waiting is None:
        return redirect(url_for("account.sign_in")) if request.method == "GET" else _start_again()
    account = accounts.find_account(db.session(), waiting.account)
    if account is None:
        return _start_again()
    mail = _mail_of(account)
    form = SecondProofForm()
    act = request.form.get("act")
    if act == "new":
        return _begin_anew(waiting)
    try:
        if act == "send" and mail:
            _send_second(waiting, mail)
            flash(_("验证码已发到这个账号的邮箱，10 分钟内有效。"), "done")
        elif form.validate_on_submit():
            if _second_fits(waiting, account, mail, form.given.data):
                return go_on(
                    waiting.account,
                    next_url=waiting.next,
                    role=waiting.role,
                    identity=waiting.identity,
                )
            wrong(form, "given", _("密码或验证码不对。"))
    except DomainError as error:
        attach(form, error)
    ways = {"mail": mail is not None, "password": account.password_hash is not None}
    return form_page("account/second_proof.html", form, shown=waiting.identity.shown, ways=ways)


def _mail_of(account: Account) -> Identity | None:
    """The account's address, if a code can go there; the page never shows it."""
    for row in held_by(db.session(), account):
        identity = of_row(row)
        if identity and identity.kind is IdentifierKind.MAIL and channel_open(identity.channel):
            return identity
    return None


def _send_second(waiting: Pending, mail: Identity) -> None:
    with unit_of_work() as session:
        limits.attempt(session, "send", mail.digest, request.remote_addr)
        codes.send_code(session, codes.SIGN_IN, mail, locale=language())


def _second_fits(waiting: Pending, account: Account, mail: Identity | None, given: str) -> bool:
    hashed = account.password_hash
    with unit_of_work() as session:
        limits.attempt(session, "prove", waiting.account, request.remote_addr)
    if mail and len(given) == codes.DIGITS and given.isdigit():
        with unit_of_work() as session:
            return codes.use_code(session, codes.SIGN_IN, mail, given)
    return passwords.verify_password(given, hashed)


def _begin_anew(waiting: Pending) -> Response:
    """The number has a new holder: the old account loses it, a new one can be made."""
    with unit_of_work() as session:
        identifiers.take_over(session, waiting.identity)
    pending.keep(Pending(pending.REGISTER, waiting.next, waiting.role, waiting.kind, waiting.value))
    return redirect(url_for("account.complete"))


def second_factor_step() -> Answer:
    """Ask for the code of the authenticator; each is good once."""
    waiting = pending.load(pending.SECOND)
    if waiting is None:
        return redirect(url_for("account.sign_in")) if request.method == "GET" else _start_again()
    form = TotpForm()
    if form.validate_on_submit():
        try:
            if _second_factor_fits(waiting, form.code.data):
                return go_on(
                    waiting.account,
                    next_url=waiting.next,
                    role=waiting.role,
                    identity=waiting.identity if waiting.value else None,
                    second_factor=True,
                )
            wrong(form, "code", _("动态口令不对或已用过，请等下一个 6 位数字。"))
        except DomainError as error:
            attach(form, error)
    return form_page("account/second_factor.html", form)


def _second_factor_fits(waiting: Pending, code: str) -> bool:
    with unit_of_work() as session:
        limits.attempt(session, "second", waiting.account, request.remote_addr)
    with unit_of_work() as session:
        account = accounts.find_account(session, waiting.account)
        return account is not None and second_factor.use_second_factor(session, account, code)

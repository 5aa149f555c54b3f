"""Users: found by id or exact number, suspended, opened with a reason."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from talentmarket.alliance import users
from talentmarket.core import events
from talentmarket.core.db import db
from talentmarket.core.errors import Invalid, NotFound
from talentmarket.core.folding import whole_number
from talentmarket.core.uow import unit_of_work
from talentmarket.members.identities import held_by, of_row
from talentmarket.web.applications.snapshot import snapshot_view
from talentmarket.web.choices import pair_choices, word_choices
from talentmarket.web.operator.common import (
    Answer,
    actor,
    attempt,
    me,
    page,
    told,
)
from talentmarket.web.operator.happened import event_rows


class SuspendForm(FlaskForm):
    """Why an account is suspended."""

    reason = SelectField(_l("停用原因"), [Optional()])

    def __init__(self, *arguments: object, **named: object) -> None:
        super().__init__(*arguments, **named)
        self.reason.choices = [
            *pair_choices([("", _l("请选择"))]),
            *word_choices("account_reason"),
        ]


class OpenForm(FlaskForm):
    """Why a person's data is opened."""

    purpose = SelectField(
        _l("打开的理由"),
        [InputRequired(_l("选一个打开的理由，会记入日志并告诉本人。"))],
        description=_l("理由、时间和您的编号会记入日志，本人在“谁看过我”里能看到。"),
    )
    report = StringField(_l("相关投诉编号"), [Length(max=32)])

    def __init__(self, *arguments: object, **named: object) -> None:
        super().__init__(*arguments, **named)
        self.report.flags.optional = True
        self.purpose.choices = [
            *pair_choices([("", _l("请选择"))]),
            *word_choices("purpose", users.PURPOSES),
        ]


def routes(bp: Blueprint) -> None:
    """Add the routes to the area."""
    bp.add_url_rule("/users", view_func=listed, endpoint="users", methods=["GET", "POST"])
    bp.add_url_rule("/users/<account>", view_func=user, methods=["GET", "POST"])
    bp.add_url_rule("/users/<account>/lift", view_func=lift, methods=["POST"])
    bp.add_url_rule("/users/<account>/person", view_func=person, methods=["GET", "POST"])


def listed() -> Answer:
    """Accounts without names and numbers; a whole number finds its account.

    The number is sent in the body: an address of a page is written to logs.
    """
    wrong = None
    if request.method == "POST":
        try:
            with unit_of_work() as session:
                found = users.search_exact(session, request.form.get("q", ""), actor=actor())
                public_id = found.public_id if found else None
            if public_id:
                return redirect(url_for("operator.user", account=public_id))
            wrong = _("没有这个编号、手机号或邮箱的账号。")
        except Invalid:
            wrong = _("请输入完整的编号、手机号或邮箱。")
    state = request.args.get("state", "")
    operators = request.args.get("operators") == "1"
    found_page = users.list_accounts(
        db.session(),
        state=state,
        operators=operators,
        before=whole_number(request.args.get("before")),
    )
    return page(
        "operator/users.html", found=found_page, state=state, operators=operators, wrong=wrong
    ), (422 if wrong else 200)


def user(account: str) -> Answer:
    """One account: state, rights, memberships, events; no name and no number."""
    form = SuspendForm()
    users.find(db.session(), account)
    if form.validate_on_submit() and attempt(form, lambda: _suspend(account, form)):
        flash(_("账号已停用，已退出所有设备。"), "done")
        return redirect(url_for("operator.user", account=account))
    session = db.session()
    found = users.find(session, account)
    held = [one.shown for one in map(of_row, held_by(session, found)) if one]
    text = page(
        "operator/user.html",
        account=found,
        form=form,
        held=held,
        talent=users.talent_of(session, found),
        memberships=users.memberships_of(session, found),
        events=event_rows(reversed(events.history(session, "account", account)[-30:])),
    )
    return text, 422 if form.errors else 200


def _suspend(account: str, form: SuspendForm) -> None:
    with unit_of_work() as session:
        found = users.find(session, account)
        users.suspend(session, found, form.reason.data or "", actor=actor())


@told("operator.users")
def lift(account: str) -> Answer:
    """Let the person in again."""
    with unit_of_work() as session:
        users.lift(session, users.find(session, account), actor=actor())
    flash(_("账号已恢复。"), "done")
    return redirect(url_for("operator.user", account=account))


@told("operator.users")
def person(account: str) -> Answer:
    """Ask for the reason; with one, show the person's data on this answer only."""
    form = OpenForm()
    found = users.find(db.session(), account)
    if not form.validate_on_submit():
        text = page("operator/person_ask.html", account=found, form=form)
        return text, 422 if form.errors else 200
    with unit_of_work() as session:
        found = users.find(session, account)
        if found.erased_at is not None:
            raise NotFound()
        opened = users.open_person(
            session,
            found,
            form.purpose.data,
            report=form.report.data or "",
            by=me(session),
            actor=actor(),
        )
    found = users.find(db.session(), account)
    view = snapshot_view(opened.profile) if opened.profile else None
    return page(
        "operator/person.html",
        account=found,
        opened=opened,
        view=view,
        purpose=form.purpose.data,
    )

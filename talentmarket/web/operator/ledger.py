"""The service ledger for an inspection: whose, which days, which part; and whether it is whole."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

from flask import Blueprint, flash, redirect, send_file, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext
from flask_wtf import FlaskForm
from wtforms import DateField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from talentmarket.alliance import health, ledger
from talentmarket.core import clock
from talentmarket.core.db import db
from talentmarket.core.errors import DomainError, Invalid, NotFound
from talentmarket.core.folding import clean_line
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.brokering import retention, service_ledger
from talentmarket.exchange.brokering.service_ledger import Scope
from talentmarket.members import organisations
from talentmarket.web.choices import word_choices
from talentmarket.web.formpages import attach
from talentmarket.web.operator.common import Answer, actor, page

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class LedgerForm(FlaskForm):
    """What is handed out."""

    since = DateField(_l("自"), [InputRequired(_l("填写第一天。"))])
    until = DateField(lazy_pgettext("date", "至"), [InputRequired(_l("填写最后一天。"))])
    organisation = StringField(
        _l("单位编号"),
        [Length(max=32, message=_l("最多 32 个字符。"))],
        description=_l("单位主页地址里的编号；不填为全部单位。"),
    )
    kind = SelectField(_l("种类"), default="all")

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.kind.choices = word_choices("ledger_kind")
        self.organisation.flags.optional = True

    def scope(self, session: Any) -> Scope:
        """The rows asked for. Raises Invalid at `organisation`, `since` or `until`."""
        since, until, whose = self.since.data, self.until.data, None
        assert since is not None
        assert until is not None
        if not 2000 <= since.year < 3000 or not 2000 <= until.year < 3000:
            raise Invalid({"since": _l("填写 2000 年以后的日期。")})
        if until < since:
            raise Invalid({"until": _l("最后一天不能早于第一天。")})
        if given := clean_line(self.organisation.data or ""):
            try:
                whose = organisations.find(session, given)
            except NotFound as error:
                raise Invalid({"organisation": _l("没有这个编号的单位。")}) from error
        return Scope(since, until, whose, self.kind.data)


def routes(bp: Blueprint) -> None:
    """Add the routes to the area."""
    bp.add_url_rule("/ledger", endpoint="ledger", view_func=home, methods=["GET", "POST"])
    bp.add_url_rule("/ledger/check", endpoint="ledger_check", view_func=check, methods=["POST"])


def home() -> Answer:
    """The form of an export, the state of the ledger, what went after its time."""
    form = LedgerForm()
    if not form.is_submitted():
        form.until.data = clock.today()
        form.since.data = clock.today() - timedelta(days=364)
    if form.validate_on_submit():
        try:
            with unit_of_work() as session:
                data = service_ledger.export(session, form.scope(session), actor=actor())
        except DomainError as error:
            db.session.rollback()
            if error.code == "too-many-rows":
                error = Invalid({"until": _l("这段时间的记录太多，一份表格放不下，请缩短时间。")})
            attach(form, error)
        else:
            name = f"{_('服务台账')} {form.since.data} {form.until.data}.xlsx"
            return send_file(
                io.BytesIO(data), mimetype=XLSX, as_attachment=True, download_name=name, max_age=0
            )
    session = db.session()
    total, linked = ledger.chained(session)
    body = page(
        "operator/ledger.html",
        form=form,
        total=total,
        linked=linked,
        purged=ledger.purged(session),
        kept_from=retention.cut_on(clock.today()),
        checked=health.last(session, health.CHECK_LEDGER),
        exports=ledger.exports(session),
    )
    return body, 422 if form.errors or form.form_errors else 200


def check() -> Answer:
    """Have the worker check books and chain; the result stands on the page."""
    with unit_of_work() as session:
        health.ask(session, health.CHECK_LEDGER)
    flash(_("已交给后台进程核对，完成后这里显示结果。"), "done")
    return redirect(url_for("operator.ledger"))

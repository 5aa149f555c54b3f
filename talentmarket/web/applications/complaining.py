"""Reporting a message: the office sees that line and the one before and after it, nothing more."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_login import current_user
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import RadioField, TextAreaField
from wtforms.validators import InputRequired

from talentmarket.core.db import db
from talentmarket.core.errors import DomainError, NotFound
from talentmarket.core.masking import mask
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange import message_reports
from talentmarket.exchange.models import Application, ReportKind, Side
from talentmarket.web.choices import word_choices
from talentmarket.web.formpages import attach, form_page
from talentmarket.web.terms import TERMS


class ReportMessageForm(FlaskForm):
    """What is wrong with a message."""

    kind = RadioField(_l("问题"), [InputRequired(_l("选一个最接近的问题。"))])
    text = TextAreaField(
        _l("发生了什么"),
        [InputRequired(_l("请写明发生了什么，10 到 2000 个字。"))],
        render_kw={"rows": 5, "maxlength": 2000},
    )

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.kind.choices = word_choices("report_kind", message_reports.KINDS)


def page(application: Application, message_id: str, reader: Side, back: str) -> Any:
    """Report a line of the other side's. Raises NotFound for another thread's or one's own."""
    found = message_reports.find(db.session(), application, message_id, reader)
    form, quoted = ReportMessageForm(), mask(found.text)
    if form.validate_on_submit():
        try:
            with unit_of_work() as session:
                message_reports.file(
                    session,
                    session.get_one(Application, application.id),
                    message_id,
                    reader,
                    ReportKind(form.kind.data),
                    form.text.data or "",
                    reporter=current_user.account,
                    actor=current_user.actor(),
                )
        except NotFound:
            raise
        except DomainError as error:
            db.session.rollback()
            attach(form, error)
        else:
            said = ngettext(
                "已收到举报，秘书处会在 %(num)d 个工作日内处理。",
                "已收到举报，秘书处会在 %(num)d 个工作日内处理。",
                TERMS.office["reports"],
            )
            flash(said, "done")
            answer: Response = redirect(back)
            return answer
    name = _("一条消息")
    return form_page("applications/report_message.html", form, name=name, back=back, quoted=quoted)

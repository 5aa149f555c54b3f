"""Reporting a job or an organisation, signed in or not."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_login import current_user
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from wtforms import RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from talentmarket.core.db import db
from talentmarket.core.errors import DomainError, NotFound
from talentmarket.core.events import SYSTEM
from talentmarket.core.secrecy import digest
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange import reports
from talentmarket.exchange.models import ReportKind
from talentmarket.web.choices import word_choices
from talentmarket.web.formpages import attach, form_page
from talentmarket.web.jobs import describing
from talentmarket.web.jobs.show import shown_to_viewer
from talentmarket.web.terms import TERMS


class ReportForm(FlaskForm):
    """What is wrong. A contact is not needed; it is sealed and seen by the operator only."""

    kind = RadioField(_l("问题"), [InputRequired(_l("选一个最接近的问题。"))])
    text = TextAreaField(
        _l("发生了什么"),
        [InputRequired(_l("请写明发生了什么，10 到 2000 个字。"))],
        description=_l("写明时间、原话或页面上的位置，便于核实。"),
        render_kw={"rows": 6, "maxlength": 2000},
    )
    contact = StringField(
        _l("联系方式"),
        [Length(max=200, message=_l("联系方式最多 200 字。"))],
        description=_l("只有秘书处能看到。登录后举报，答复会发到您的消息里，可以不填。"),
    )

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.kind.choices = word_choices("report_kind")
        self.contact.flags.optional = True


def routes(bp: Blueprint) -> None:
    """Add the routes to the area."""
    bp.add_url_rule("/jobs/<job_id>/report", view_func=report, methods=["GET", "POST"])
    bp.add_url_rule(
        "/organisations/<organisation>/report",
        view_func=report_organisation,
        methods=["GET", "POST"],
    )


def report(job_id: str) -> Any:
    """Report a job the viewer can see."""
    job = shown_to_viewer(db.session(), job_id).job
    back = url_for("jobs.show", job_id=job_id)
    return _answer("job", job_id, job.title, back)


def report_organisation(organisation: str) -> Any:
    """Report an organisation."""
    found = reports.find_subject(db.session(), "organisation", organisation)
    back = describing.address("organisations.show", organisation=organisation) or "/"
    return _answer("organisation", organisation, found.name, back)


def _answer(subject_type: str, subject_id: str, name: str, back: str) -> Any:
    form = ReportForm()
    if form.validate_on_submit():
        try:
            with unit_of_work() as session:
                _file(session, subject_type, subject_id, form)
        except NotFound:
            raise
        except DomainError as error:
            attach(form, error)
        else:
            said = ngettext(
                "已收到举报，秘书处会在 %(num)d 个工作日内处理。",
                "已收到举报，秘书处会在 %(num)d 个工作日内处理。",
                TERMS.office["reports"],
            )
            flash(said, "done")
            return redirect(back)
    return form_page("jobs/report.html", form, name=name, back=back)


def _file(session: Session, subject_type: str, subject_id: str, form: ReportForm) -> None:
    known = current_user.is_authenticated
    key = current_user.account.public_id if known else digest("report", request.remote_addr or "")
    reports.file_report(
        session,
        subject_type,
        subject_id,
        ReportKind(form.kind.data),
        form.text.data or "",
        reporter=current_user.account if known else None,
        contact=form.contact.data or "",
        limit_key=key,
        actor=current_user.actor() if known else SYSTEM,
    )

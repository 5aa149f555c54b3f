"""Moves of a job: recall, pause, resume, extend, reopen, close."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_wtf import FlaskForm
from wtforms import DateField, RadioField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from talentmarket.core import clock
from talentmarket.core.db import db
from talentmarket.core.errors import Conflict, DomainError, Invalid, NotFound
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange import jobs
from talentmarket.exchange.job_moves import waiting_applications
from talentmarket.exchange.models import EndReason
from talentmarket.exchange.stages import CLOSING_REASONS, VALID_DAYS
from talentmarket.web.choices import word_choices
from talentmarket.web.formpages import attach
from talentmarket.web.org_jobs.common import actor, job_of, page, told
from talentmarket.web.terms import TERMS

_ACTS = {
    "recall": (jobs.recall, _l("已撤回提交，岗位回到草稿。")),
    "redraft": (jobs.redraft, _l("岗位回到草稿，可以修改后再提交。")),
    "pause": (jobs.pause, _l("岗位已暂停，不再出现在搜索中；已有申请照常处理。")),
    "resume": (jobs.resume, _l("岗位已恢复显示。")),
}


class UntilForm(FlaskForm):
    """A new last day."""

    valid_until = DateField(
        _l("有效期至"),
        [InputRequired(_l("填写日期。"))],
        description=_l("今天之后、90 天以内。"),
    )


class CloseForm(FlaskForm):
    """Why a job is closed; one reason for all who still wait."""

    reason = RadioField(_l("给未答复申请的统一说明"), [Optional()])
    text = TextAreaField(
        _l("补充说明"),
        [Length(max=500, message=_l("补充说明最多 500 字。"))],
        description=_l("申请人会看到。选“其他”时至少 10 个字。"),
        render_kw={"rows": 3},
    )

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.reason.choices = word_choices("end_reason", CLOSING_REASONS)
        self.text.flags.optional = True


def routes(bp: Blueprint) -> None:
    """Add the routes to the area."""
    both = ["GET", "POST"]
    bp.add_url_rule("/<job_id>/move/<act>", view_func=move, methods=["POST"])
    bp.add_url_rule("/<job_id>/extend", view_func=extend, methods=both)
    bp.add_url_rule("/<job_id>/reopen", view_func=reopen, methods=both)
    bp.add_url_rule("/<job_id>/fill", view_func=fill, methods=both)
    bp.add_url_rule("/<job_id>/withdraw", view_func=withdraw, methods=both)


@told
def move(org: str, job_id: str, act: str) -> Any:
    """A move without further questions."""
    if act not in _ACTS:
        raise NotFound()
    service, said = _ACTS[act]
    with unit_of_work() as session:
        _organisation, job = job_of(session, org, job_id)
        service(session, job, actor=actor(org))
    flash(str(said), "done")
    return _back(org, job_id)


def extend(org: str, job_id: str) -> Any:
    """A later last day."""
    return _until(org, job_id, "extend", jobs.extend, _("有效期已延长。"))


def reopen(org: str, job_id: str) -> Any:
    """Send a closed job to review again."""
    said = ngettext(
        "已重新提交审核，%(num)d 个工作小时内有结果。",
        "已重新提交审核，%(num)d 个工作小时内有结果。",
        TERMS.review,
    )
    return _until(org, job_id, "reopen", jobs.reopen, said)


def _until(org: str, job_id: str, name: str, service: Any, said: str) -> Any:
    organisation, job = job_of(db.session(), org, job_id)
    form = UntilForm()
    if request.method == "GET":
        form.valid_until.data = clock.today() + timedelta(days=VALID_DAYS)
    if form.validate_on_submit():
        try:
            with unit_of_work() as session:
                _organisation, job = job_of(session, org, job_id)
                service(session, job, form.valid_until.data, actor=actor(org))
        except NotFound:
            raise
        except DomainError as error:
            db.session.rollback()
            attach(form, error)
            organisation, job = job_of(db.session(), org, job_id)
        else:
            flash(said, "done")
            return _back(org, job_id)
    status = 422 if form.errors or form.form_errors else 200
    return page("org_jobs/until.html", organisation, job=job, form=form, name=name), status


def fill(org: str, job_id: str) -> Any:
    """Close as filled."""
    return _close(org, job_id, "fill", jobs.fill)


def withdraw(org: str, job_id: str) -> Any:
    """Take it down."""
    return _close(org, job_id, "withdraw", jobs.withdraw)


def _close(org: str, job_id: str, name: str, service: Any) -> Any:
    session = db.session()
    organisation, job = job_of(session, org, job_id)
    form = CloseForm()
    if form.validate_on_submit():
        try:
            with unit_of_work() as inside:
                _organisation, job = job_of(inside, org, job_id)
                closed = service(
                    inside,
                    job,
                    actor=actor(org),
                    reason=EndReason(form.reason.data) if form.reason.data else None,
                    text=form.text.data or "",
                )
        except (Conflict, Invalid) as error:
            db.session.rollback()
            attach(form, error)
            organisation, job = job_of(db.session(), org, job_id)
        else:
            flash(_closed(name, closed), "done")
            return _back(org, job_id)
    waiting = waiting_applications(db.session(), job)
    body = page(
        "org_jobs/close.html", organisation, job=job, form=form, name=name, waiting=len(waiting)
    )
    return body, 422 if form.errors or form.form_errors else 200


def _closed(name: str, count: int) -> str:
    said = _("岗位已标为招满。") if name == "fill" else _("岗位已下架。")
    if not count:
        return said
    heard = ngettext("已告知 %(num)d 位申请人。", "已告知 %(num)d 位申请人。", count)
    return f"{said} {heard}"


def _back(org: str, job_id: str) -> Any:
    return redirect(url_for(".show", org=org, job_id=job_id))

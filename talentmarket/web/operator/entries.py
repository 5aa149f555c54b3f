"""Single entries of profiles: what somebody asks to have verified, opened with a reason."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from wtforms import HiddenField, SelectField
from wtforms.validators import InputRequired

from talentmarket.core import files
from talentmarket.core.db import db
from talentmarket.core.uow import unit_of_work
from talentmarket.core.words import word
from talentmarket.members import entry_verification as checks
from talentmarket.members.models import EntryKind, Talent, TalentEntry
from talentmarket.web.applications.words import countdown
from talentmarket.web.choices import pair_choices, word_choices
from talentmarket.web.context import day
from talentmarket.web.me.names import span_text
from talentmarket.web.operator.answering import answered, case_page, row, verdict
from talentmarket.web.operator.common import Answer, VerdictForm, actor, attempt, me, page
from talentmarket.web.organisations.showing import file_link


class OpenEntryForm(FlaskForm):
    """Why the proof is opened."""

    purpose = SelectField(
        _l("打开的理由"),
        [InputRequired(_l("选一个打开的理由，会记入日志并告诉本人。"))],
        description=_l("理由、时间和您的编号会记入日志，本人在“谁看过我”里能看到。"),
    )

    def __init__(self, *arguments: object, **named: object) -> None:
        super().__init__(*arguments, **named)
        self.purpose.choices = [
            *pair_choices([("", _l("请选择"))]),
            *word_choices("purpose", checks.PURPOSES),
        ]


class EntryVerdictForm(VerdictForm):
    """Verified, or returned. `asked_at`: of the request that was read."""

    asked_at = HiddenField()


def routes(bp: Blueprint) -> None:
    """Add the routes to the area."""
    bp.add_url_rule("/entries", view_func=waiting, endpoint="entries")
    bp.add_url_rule("/entries/<entry_id>", view_func=entry, methods=["GET", "POST"])


def waiting() -> str:
    """Entries that wait, the oldest first; no person is named."""
    rows = [
        row(
            url_for("operator.entry", entry_id=one.public_id),
            word("entry", one.kind),
            [one.public_id],
            one.asked_at,
            checks.answer_due(one),
        )
        for one in checks.queue(db.session())
    ]
    return page("operator/queue.html", name="entries", rows=rows)


def entry(entry_id: str) -> Answer:
    """Asks for a reason first; with one, the entry and its proof stand on this answer, with the
    form of the verdict."""
    checks.find_waiting(db.session(), entry_id)
    if "verdict" in request.form:
        return _judge(entry_id)
    form = OpenEntryForm()
    if form.validate_on_submit() and attempt(form, partial(_open, entry_id, form.purpose.data)):
        found, talent = checks.find_waiting(db.session(), entry_id)
        asked_at = found.asked_at.isoformat() if found.asked_at else ""
        verdict_form = EntryVerdictForm("entry_reason", formdata=None, asked_at=asked_at)
        return _opened_page(found, talent, verdict_form)
    found, _talent = checks.find_waiting(db.session(), entry_id)
    return case_page("operator/entry_ask.html", form, entry=found, clock=_clock(found))


def _open(entry_id: str, purpose: str) -> None:
    with unit_of_work() as session:
        checks.open_entry(session, entry_id, purpose, by=me(session))


def _judge(entry_id: str) -> Answer:
    form = EntryVerdictForm("entry_reason")
    act = partial(_answer, entry_id, form)
    if done := answered(form, act, _("已处理，本人已收到通知。"), url_for(".entries")):
        return done
    session = db.session()
    found, talent = checks.find_waiting(session, entry_id)
    if not checks.was_opened(session, found, me(session)):
        flash(_("先打开扫描件核对，再给出结论。"), "warning")
        return redirect(url_for(".entry", entry_id=entry_id))
    return _opened_page(found, talent, form)


def _answer(entry_id: str, form: EntryVerdictForm, session: Session) -> None:
    checks.answer(
        session,
        entry_id,
        verdict(*checks.VERDICTS),
        reason=form.reason.data or "",
        text=form.text.data or "",
        asked_at=form.asked_at.data or "",
        by=me(session),
        actor=actor(),
    )


def _opened_page(found: TalentEntry, talent: Talent, form: EntryVerdictForm) -> Answer:
    held = db.session.get(files.StoredFile, found.file_id) if found.file_id else None
    return case_page(
        "operator/entry.html",
        form,
        entry=found,
        facts=_facts(found, talent),
        link=file_link(held) if held is not None and held.erased_at is None else None,
        clock=_clock(found),
    )


def _facts(found: TalentEntry, talent: Talent) -> list[tuple[str, Any]]:
    study = found.kind is EntryKind.EDUCATION
    level = word("education_rank", found.level) if study and found.level else found.level
    current = found.kind is EntryKind.EXPERIENCE
    rows = [
        (_("账号上的姓名"), talent.account.name),
        (_("单位、学校或发证机构"), found.organisation),
        (_("统一社会信用代码"), found.organisation_uscc),
        (_("名称"), found.title),
        (_("专业或方向"), found.subject),
        (_("学历或等级"), level),
        (_("证书编号"), found.number),
        (_("起止"), span_text(found.start_month, found.end_month, current=current)),
        (_("有效至"), day(found.valid_until)),
    ]
    return [(name, value) for name, value in rows if value]


def _clock(found: TalentEntry) -> dict[str, Any] | None:
    return countdown(found.asked_at, checks.answer_due(found)) if found.asked_at else None

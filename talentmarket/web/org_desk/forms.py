"""Forms of the desk."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import InputRequired, Length, Optional

from talentmarket.core.clock import SHANGHAI
from talentmarket.core.folding import whole_number
from talentmarket.exchange import interviews, notes
from talentmarket.exchange.invitations import TEXT_SIGNS
from talentmarket.exchange.models import Job
from talentmarket.exchange.refusals import MOST_SIGNS, requirements_of
from talentmarket.web.applications.interview_forms import TimeField as MomentField
from talentmarket.web.applications.words import requirement_name
from talentmarket.web.choices import pair_choices, word_choices


class SeenForm(FlaskForm):
    """A form that says which revision its reader saw."""

    revision = HiddenField()

    @property
    def seen(self) -> int | None:
        """The revision; None when it was not sent."""
        return whole_number(self.revision.data)


class RefuseForm(SeenForm):
    """A typed reason; the person reads all of it."""

    reason = RadioField(_l("原因"), [InputRequired(_l("请选一个原因。"))])
    requirement = SelectField(
        _l("未达到哪一项要求"),
        [Optional()],
        description=_l("选“未达到某项要求”时必选，对方会看到是哪一项。"),
    )
    text = TextAreaField(
        _l("补充说明"),
        [Length(max=MOST_SIGNS, message=_l("说明最多 500 字。"))],
        description=_l("对方会看到。选“其他”时至少 10 个字。"),
        render_kw={"rows": 3},
    )

    def __init__(self, job: Job, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.reason.choices = word_choices("end_reason")
        rows = [(row.key, requirement_name(row)) for row in requirements_of(job)]
        self.requirement.choices = pair_choices([("", _("请选择")), *rows])


class InterviewForm(SeenForm):
    """A proposed time and up to two more, in the exchange's zone."""

    day = DateField(_l("日期"), [InputRequired(_l("请填写日期，例如 2025-12-01。"))])
    time = TimeField(_l("开始时间"), [InputRequired(_l("请填写时间，例如 14:30。"))])
    minutes = SelectField(_l("时长"), coerce=int)
    second = MomentField(_l("时间二"), [Optional()])
    third = MomentField(_l("时间三"), [Optional()])
    manner = RadioField(_l("方式"), [Optional()], validate_choice=False)
    place = StringField(
        _l("地点或会议方式"),
        [InputRequired(_l("请写明面试地点，线上面试请写会议方式。")), Length(max=200)],
        description=_l("现场写地址，线上写会议链接，电话写谁打给谁。"),
    )
    reason = StringField(
        _l("改时间的原因"),
        [Length(max=500, message=_l("请写明原因，2 到 500 个字，对方会看到。"))],
        description=_l("对方会看到。"),
    )

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.manner.choices = word_choices("interview_manner")
        for field in (self.second, self.third, self.reason):
            field.flags.optional = True
        self.minutes.choices = pair_choices(
            (minutes, _("%(minutes)s 分钟", minutes=minutes)) for minutes in interviews.MINUTES
        )

    @property
    def starts_at(self) -> datetime:
        """The moment that was typed."""
        return datetime.combine(self.day.data, self.time.data, SHANGHAI)


class NoteForm(FlaskForm):
    """A private note."""

    note = TextAreaField(
        _l("写备注"),
        [
            InputRequired(_l("请写下备注内容。")),
            Length(max=notes.MOST_SIGNS, message=_l("备注最多 2000 字，请缩短后再存。")),
        ],
        render_kw={"rows": 3},
    )


class InviteForm(FlaskForm):
    """An invitation: which job, and a few words."""

    job = SelectField(
        _l("邀请申请的岗位"), [InputRequired(_l("请选择岗位。"))], render_kw={"lang": "zh"}
    )
    text = TextAreaField(
        _l("给对方的附言"),
        [Length(max=TEXT_SIGNS, message=_l("附言最多 500 字。"))],
        description=_l("对方会看到单位名称、岗位和这段话。"),
        render_kw={"rows": 4},
    )
    card = HiddenField()

    def __init__(self, jobs: Iterable[Job], *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.text.flags.optional = True
        self.job.choices = pair_choices((job.public_id, job.title) for job in jobs)

"""Forms by which either side changes an interview: other times, a reason, what to say to an absence."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateTimeLocalField, HiddenField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from talentmarket.core.clock import SHANGHAI
from talentmarket.core.errors import DomainError, Invalid
from talentmarket.core.folding import whole_number
from talentmarket.web.formpages import attach

_WRONG = _l("请填写日期和时间，例如 2025-12-01 14:30。")


class ReasonForm(FlaskForm):
    """A reason that the other side reads. `sequence`: the interview as its reader saw it."""

    reason = TextAreaField(
        _l("原因"),
        [
            InputRequired(_l("请写明原因，2 到 500 个字，对方会看到。")),
            Length(max=500, message=_l("请写明原因，2 到 500 个字，对方会看到。")),
        ],
        description=_l("对方会看到。"),
        render_kw={"rows": 3, "maxlength": 500},
    )
    sequence = HiddenField()

    @property
    def seen(self) -> int | None:
        """The sequence; None when it was not sent."""
        return whole_number(self.sequence.data)


class TimeField(DateTimeLocalField):
    """A moment in the exchange's zone, said in Chinese where it cannot be read."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Raises ValueError for what is no moment."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(str(_WRONG)) from None


class TimesForm(ReasonForm):
    """Up to three other times, and why."""

    starts_at = TimeField(_l("时间一"), [InputRequired(_WRONG)], description=_l("北京时间"))
    second = TimeField(_l("时间二"), [Optional()])
    third = TimeField(_l("时间三"), [Optional()])

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.second.flags.optional = self.third.flags.optional = True

    @property
    def times(self) -> list[datetime]:
        """The moments that were typed."""
        return moments(self.starts_at.data, self.second.data, self.third.data)


def moments(*typed: datetime | None) -> list[datetime]:
    """Typed moments in the exchange's zone, empty ones left out."""
    return [one.replace(tzinfo=SHANGHAI) for one in typed if one is not None]


def moment_of(text: str | None) -> datetime | None:
    """The moment a choice carries; None for anything else."""
    try:
        found = datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None


#: What can be changed of an interview, and on which side there is a page for it.
ACTS = ("move", "cancel", "missed", "explain")


def title_of(act: str) -> str:
    """The head of the page."""
    return {
        "move": _("请求改面试时间"),
        "cancel": _("取消面试"),
        "missed": _("对方没有参加面试"),
        "explain": _("说明面试缺席"),
    }[act]


def lead_of(act: str) -> str:
    """What the act means, said before it is done."""
    return {
        "move": _("对方选定其中一个时间后，您的电话和邮箱向这家单位开放，仅用于本岗位。"),
        "cancel": _("时间取消后可以再约；存入日历的面试用新文件更新后会删除。"),
        "missed": _("双方都会看到这句话，对方可以说明一次。申请的阶段不会因此改变。"),
        "explain": _("只能说明一次，双方都看得到。"),
    }[act]


def attach_times(form: Any, error: DomainError) -> None:
    """Show a service's error in a form that proposes times: what is wrong with a moment, at its day."""
    attach(form, error)
    if isinstance(error, Invalid) and "starts_at" in error.errors:
        form.day.errors = [error.errors["starts_at"]]
        form.form_errors.clear()

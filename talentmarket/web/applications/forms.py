"""Forms of a person's applications."""

from __future__ import annotations

import secrets
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, MultipleFileField, RadioField, TextAreaField
from wtforms.validators import InputRequired, Length

from talentmarket.exchange.applications import NOTE_SIGNS
from talentmarket.exchange.messages import MOST_SIGNS
from talentmarket.web.choices import word_choices


class ApplyForm(FlaskForm):
    """The choice of contact is the person's: nothing is ticked before."""

    contact_when = RadioField(
        _l("手机号何时给对方"),
        [InputRequired(_l("请选择何时给出手机号。"))],
        description=_l("邮箱总是在您接受面试后才开放。"),
    )
    note = TextAreaField(
        _l("附言"),
        [Length(max=NOTE_SIGNS, message=_l("附言最多 1000 字。"))],
        description=_l("对方第一眼看到的话。其中的号码和邮箱在联系方式开放前不显示。"),
        render_kw={"rows": 4},
    )
    invitation = HiddenField()
    digest = HiddenField()  # of the receivers that were read, where a firm posted the job

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.contact_when.choices = word_choices("contact_when")
        self.note.flags.optional = True


class ReviewForm(FlaskForm):
    """What is wrong with a score."""

    text = TextAreaField(
        _l("哪一项不对，为什么"),
        [InputRequired(_l("请写明哪一项不对、为什么，10 到 2000 个字。"))],
        description=_l("例如：我有经核验的 Flink 项目，却标为缺少。"),
        render_kw={"rows": 5, "maxlength": 2000},
    )


class MessageForm(FlaskForm):
    """A line for the thread. The key makes sending it twice the same as once."""

    text = TextAreaField(
        _l("消息"),
        [Length(max=MOST_SIGNS, message=_l("消息最多 2000 字，请缩短后再发。"))],
        render_kw={"rows": 3},
    )
    files = MultipleFileField(
        _l("附件"),
        description=_l("PDF、PNG、JPEG 或 Word（docx），最多 3 个，每个不超过 10 MB。"),
        render_kw={"accept": ".pdf,.png,.jpg,.jpeg,.docx"},
    )
    key = HiddenField()

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.files.flags.optional = True

    def fresh_key(self) -> None:
        """A new key for a form that is shown."""
        self.key.data = secrets.token_urlsafe(12)

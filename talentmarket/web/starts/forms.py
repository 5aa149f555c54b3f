"""Forms of a start that one side does not confirm."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import RadioField, TextAreaField
from wtforms.validators import InputRequired, Length

from talentmarket.exchange.brokering.rulings import TEXT_SIGNS
from talentmarket.web.choices import word_choices

_MOST = Length(max=TEXT_SIGNS[1], message=_l("最多 1000 字。"))
_WRITE = _l("写明情况，10 到 1000 个字。")


class ProofForm(FlaskForm):
    """What happened, and a file that shows it."""

    text = TextAreaField(
        _l("情况说明"),
        [InputRequired(_WRITE), _MOST],
        description=_l("对方和联盟会看到。写清入职日期、地点、怎样可以核实。"),
        render_kw={"rows": 5},
    )
    file = FileField(
        _l("证明文件"),
        description=_l("劳动合同、工资单、社保记录等。对方和联盟可以打开，请遮去无关内容。"),
    )

    def upload(self) -> tuple[bytes, str] | None:
        """Bytes and name of the file, where one was chosen."""
        sent = self.file.data
        return (sent.read(), sent.filename or "") if sent and sent.filename else None


class AnswerForm(FlaskForm):
    """What the other side says to it."""

    text = TextAreaField(
        _l("情况说明"),
        [InputRequired(_WRITE), _MOST],
        description=_l("对方和联盟会看到。已经入职的，请直接确认入职。"),
        render_kw={"rows": 4},
    )


class RulingForm(FlaskForm):
    """What the alliance office decides."""

    ruling = RadioField(_l("裁定"), [InputRequired(_l("请选一项。"))])
    reasons = TextAreaField(
        _l("理由"),
        [InputRequired(_l("写明理由，10 到 1000 个字，各方都会看到。")), _MOST],
        description=_l("各方都会看到。"),
        render_kw={"rows": 5},
    )

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.ruling.choices = word_choices("start_ruling", ("started", "not_proven"))

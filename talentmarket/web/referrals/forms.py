"""Forms of a referral."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, HiddenField, RadioField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from talentmarket.exchange.brokering.asking import TEXT_SIGNS
from talentmarket.exchange.brokering.disputes import TEXT_SIGNS as DISPUTE_SIGNS
from talentmarket.exchange.brokering.models import Mandate
from talentmarket.exchange.brokering.sending import RECORD_SIGNS
from talentmarket.web.choices import pair_choices, word_choices, written_choices


class AskForm(FlaskForm):
    """For which mandate, how much of the employer, and words of the firm's own."""

    mandate = SelectField(_l("委托"), [InputRequired(_l("请选一份生效的委托。"))])
    employer_named = RadioField(
        _l("第一步怎样介绍用人单位"), [InputRequired(_l("请选择怎样介绍用人单位。"))]
    )
    text = TextAreaField(
        _l("想对人才说的话"),
        [Length(max=TEXT_SIGNS, message=_l("最多 500 字。"))],
        description=_l("岗位吸引人的地方、团队、节奏。不要写联系方式，也不要索要材料。"),
        render_kw={"rows": 4},
    )
    card = HiddenField()

    def __init__(self, mandates: Iterable[Mandate], *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        rows = [(one.public_id, f"{one.title} · {one.client_name}") for one in mandates]
        unsaid = pair_choices([("", _("请选择"))])
        self.mandate.choices = [*unsaid, *written_choices(rows)]
        self.employer_named.choices = word_choices("employer_named")
        self.text.flags.optional = True


class ConsentForm(FlaskForm):
    """The separate yes; `digest` says what was read."""

    contact_when = RadioField(
        _l("手机号何时给用人单位"), [InputRequired(_l("请选择何时给出手机号。"))]
    )
    digest = HiddenField()

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.contact_when.choices = word_choices("contact_when")


class KnownForm(FlaskForm):
    """Whether the employer knew the person before."""

    answer = RadioField(_l("这位人才对本单位是"), [InputRequired(_l("请选一项。"))])
    known_on = DateField(
        _l("记录日期"), [Optional()], description=_l("选“此前已有记录”时必填，须早于推荐之日。")
    )
    text = TextAreaField(
        _l("什么记录，在哪里可以查到"),
        [Length(max=RECORD_SIGNS[1], message=_l("最多 500 字。"))],
        description=_l("机构会看到。机构不认可时由联盟裁定。"),
        render_kw={"rows": 3},
    )

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.answer.choices = word_choices("known_answer", ("new", "known"))
        self.known_on.flags.optional = self.text.flags.optional = True


class DisputeForm(FlaskForm):
    """A dated record, and what it shows."""

    record_on = DateField(_l("记录日期"), [InputRequired(_l("填写记录的日期。"))])
    record = TextAreaField(
        _l("依据和记录的出处"),
        [
            InputRequired(_l("写明依据和记录的出处，10 到 1000 个字。")),
            Length(max=DISPUTE_SIGNS[1], message=_l("最多 1000 字。")),
        ],
        render_kw={"rows": 4},
    )


class RulingForm(FlaskForm):
    """What the alliance office decides."""

    ruling = RadioField(_l("裁定"), [InputRequired(_l("请选一项。"))])
    reasons = TextAreaField(
        _l("理由"),
        [
            InputRequired(_l("写明理由，10 到 1000 个字，各方都会看到。")),
            Length(max=DISPUTE_SIGNS[1], message=_l("最多 1000 字。")),
        ],
        description=_l("各方都会看到。"),
        render_kw={"rows": 5},
    )

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.ruling.choices = word_choices("ruling")

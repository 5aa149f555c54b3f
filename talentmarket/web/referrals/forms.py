"""Forms of a referral."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional

from talentmarket.core.language import language
from talentmarket.exchange.brokering.mandating.models import Mandate
from talentmarket.exchange.brokering.money import fen
from talentmarket.exchange.brokering.placing.offers import OfferValues
from talentmarket.exchange.brokering.referring.asking import TEXT_SIGNS
from talentmarket.exchange.brokering.referring.sending import RECORD_SIGNS
from talentmarket.exchange.brokering.rulings import TEXT_SIGNS as DISPUTE_SIGNS
from talentmarket.web.choices import pair_choices, word_choices, written_choices
from talentmarket.web.org_jobs.forms import places


class AskForm(FlaskForm):
    """For which mandate, how much of the employer, and words of the firm's own."""

    mandate = SelectField(_l("哪份委托"), [InputRequired(_l("请选一份生效的委托。"))])
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


class OfferForm(FlaskForm):
    """What is offered; the person reads it before accepting."""

    pay_month = StringField(_l("月薪（元，税前）"), [InputRequired(_l("填写月薪。"))])
    pay_months = IntegerField(_l("一年发薪月数"), [InputRequired(_l("填写 12 到 24 的整数。"))])
    start_on = DateField(_l("入职日期"), [InputRequired(_l("填写入职日期。"))])
    region_code = SelectField(_l("工作地点"), render_kw={"data-choose": "1"})
    contract_months = IntegerField(
        _l("劳动合同期限（月）"), [Optional()], description=_l("无固定期限请留空。")
    )
    probation_months = IntegerField(_l("试用期（月）"), [InputRequired(_l("没有试用期请填 0。"))])
    revision = HiddenField()

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.region_code.choices = pair_choices([("", _("请选择")), *places(language())])
        self.contract_months.flags.optional = True

    def values(self) -> OfferValues:
        """What was filled in. Raises Invalid for a pay that is no amount."""
        return OfferValues(
            pay_month=fen(self.pay_month.data or "", "pay_month"),
            pay_months=self.pay_months.data,
            start_on=self.start_on.data,
            region_code=self.region_code.data or "",
            contract_months=self.contract_months.data,
            probation_months=self.probation_months.data or 0,
        )


class LeaveForm(FlaskForm):
    """When and why somebody left within the guarantee."""

    on = DateField(_l("最后工作日"), [InputRequired(_l("填写最后工作日。"))])
    cause = RadioField(_l("原因在哪一方"), [InputRequired(_l("请选择离职原因在哪一方。"))])
    reason = TextAreaField(
        _l("原因"),
        [InputRequired(_l("写明原因，5 到 500 个字，双方都会看到。"))],
        description=_l("双方都会看到。原因在用人单位的，不退费也不补人。"),
        render_kw={"rows": 3},
    )

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.cause.choices = word_choices("leaving_cause")


class ReplacementForm(FlaskForm):
    """Who came in the place of a person who left."""

    successor = SelectField(
        _l("补充的人选"),
        description=_l("选中的入职不再另收服务费；已入账的会冲回。"),
    )

    def __init__(self, rows: Iterable[tuple[str, str]], *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        outside = pair_choices([("", _("站外到岗，不在列表中"))])
        self.successor.choices = [*outside, *written_choices(rows)]


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

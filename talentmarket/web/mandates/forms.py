"""Forms of a mandate: what it is for, who handles it, its terms, answers to it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    DateField,
    DecimalField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from talentmarket.exchange.brokering.mandating.mandates import Handler, MandateValues
from talentmarket.exchange.brokering.mandating.models import MandateDocumentKind
from talentmarket.exchange.brokering.mandating.terms import (
    GUARANTEE_DAYS_MOST,
    OBJECTION_DAYS,
    OWNERSHIP_DAYS,
    FeeBasis,
    Reach,
    Remedy,
    Terms,
)
from talentmarket.web.choices import word_choices

_TWO_PLACES = Decimal("0.01")


def _cents(_form: Any, field: Any) -> None:
    """Money and percents have two decimals; a third is no rounding of ours to do."""
    value = field.data
    if value is not None and (not value.is_finite() or value != value.quantize(_TWO_PLACES)):
        raise ValidationError(_l("最多两位小数。"))


def _decimal(label: Any, low: int, high: int, **more: Any) -> DecimalField:
    message = _l("填写 %(low)s 到 %(high)s 之间的数。", low=low, high=high)
    return DecimalField(label, [Optional(), NumberRange(low, high, message), _cents], **more)


def _whole(label: Any, low: int, high: int, **more: Any) -> IntegerField:
    message = _l("填写 %(low)s 到 %(high)s 之间的整数。", low=low, high=high)
    return IntegerField(label, [InputRequired(message), NumberRange(low, high, message)], **more)


class MandateForm(FlaskForm):
    """What a mandate is for; `letter` is the public id of an accepted letter it takes over."""

    letter = HiddenField()
    client_uscc = StringField(
        _l("委托单位的统一社会信用代码"),
        [Length(max=24)],
        description=_l("只凭代码就能开始，委托单位可以还没有注册。"),
    )
    client_name = StringField(
        _l("委托单位全称"),
        [Length(max=160)],
        description=_l("已在平台上的单位以登记的名称为准。"),
    )
    title = StringField(_l("招聘岗位"), [Length(max=120)])
    headcount = _whole(_l("招聘人数"), 1, 9999, default=1)
    valid_until = DateField(
        _l("委托有效期至"), [Optional()], description=_l("今天之后、三年以内。")
    )

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.valid_until.flags.optional = False  # the service says what is wrong with it

    def values(self) -> MandateValues:
        """What was typed."""
        return MandateValues(
            client_uscc=self.client_uscc.data or "",
            client_name=self.client_name.data or "",
            title=self.title.data or "",
            headcount=self.headcount.data,
            valid_until=self.valid_until.data,
        )


class HandlerForm(FlaskForm):
    """Who acts for the client."""

    name = StringField(_l("经办人姓名"), [Length(max=40)])
    contact = StringField(
        _l("手机号或邮箱"),
        [Length(max=120)],
        description=_l("会签时验证码发到这里。"),
    )
    number = StringField(
        _l("身份证号码"),
        [Length(max=24)],
        description=_l("只核对，不保存：保存的是遮住中间各位的号码。已登记的不用再填。"),
        render_kw={"autocomplete": "off"},
    )

    def handler(self) -> Handler:
        """What was typed."""
        return Handler(self.name.data or "", self.contact.data or "", self.number.data or "")


class DocumentForm(FlaskForm):
    """One of the four documents."""

    kind = SelectField(_l("材料"), [InputRequired(_l("请选择材料种类。"))])
    file = FileField(_l("文件"), description=_l("PDF、PNG 或 JPEG，不超过 10 MB。"))

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.kind.choices = word_choices("mandate_document")

    def chosen(self) -> MandateDocumentKind:
        """The kind."""
        return MandateDocumentKind(self.kind.data)


class TermsForm(FlaskForm):
    """The terms. Money in yuan, shares in percent: :meth:`terms` says fen and basis points."""

    exclusive = BooleanField(_l("独家：只由本机构承办"))
    fee_basis = RadioField(_l("服务费计法"), default=str(FeeBasis.SHARE))
    fee_share = _decimal(_l("年薪比例（%）"), 0, 60, description=_l("按年薪比例计费时填写。"))
    fee_amount = _decimal(
        _l("每人金额（元）"), 0, 1_000_000, description=_l("按固定金额计费时填写。")
    )
    tax_rate = _decimal(
        _l("税率（%）"), 0, 20, default=Decimal(6), description=_l("服务费不含税，税另加。")
    )
    guarantee_days = _whole(_l("保证期（天）"), 0, GUARANTEE_DAYS_MOST, default=90)
    remedy = SelectField(_l("保证期内离职"), description=_l("因委托单位的原因离职的，不退不补。"))
    ownership_days = _whole(
        _l("归属期（天）"), OWNERSHIP_DAYS[0], OWNERSHIP_DAYS[2], default=OWNERSHIP_DAYS[1]
    )
    reach = SelectField(_l("归属范围"))
    objection_days = _whole(_l("异议期（工作日）"), 1, OBJECTION_DAYS, default=OBJECTION_DAYS)
    opened = BooleanField(_l("对其他机构开放：可以加入并带来人选"))
    split = _decimal(
        _l("带来人选的机构分成（%）"), 0, 100, description=_l("对其他机构开放时填写。")
    )
    record_name = StringField(
        _l("签订劳动合同的单位"),
        [Length(max=160)],
        description=_l("不填就是委托单位（人力资源市场暂行条例第30条）。"),
    )
    record_uscc = StringField(_l("该单位代码"), [Length(max=24)])
    host_name = StringField(
        _l("实际用工单位"), [Length(max=160)], description=_l("与签约单位不同时填写。")
    )
    host_uscc = StringField(_l("用工单位代码"), [Length(max=24)])

    def __init__(self, *arguments: Any, free: bool = False, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.free = free
        bases = [FeeBasis.NONE] if free else [FeeBasis.SHARE, FeeBasis.AMOUNT]
        self.fee_basis.choices = word_choices("fee_basis", bases)
        self.remedy.choices = word_choices("remedy")
        self.reach.choices = word_choices("reach")
        for name in ("fee_share", "fee_amount", "tax_rate", "split"):
            self[name].flags.optional = False  # the hint says when they are needed
        for name in ("record_name", "record_uscc", "host_name", "host_uscc"):
            self[name].flags.optional = True

    def fill(self, terms: Terms) -> None:
        """Show these terms."""
        for name in terms.__slots__:
            field, value = self[name], getattr(terms, name)
            if name in ("fee_share", "tax_rate", "split", "fee_amount"):
                field.data = Decimal(value) / 100
            else:
                field.data = str(value) if isinstance(value, str) else value

    def terms(self) -> Terms:
        """What was typed."""
        return Terms(
            exclusive=bool(self.exclusive.data),
            fee_basis=FeeBasis(self.fee_basis.data),
            fee_share=_hundredths(self.fee_share.data),
            fee_amount=_hundredths(self.fee_amount.data),
            tax_rate=_hundredths(self.tax_rate.data),
            guarantee_days=self.guarantee_days.data or 0,
            remedy=Remedy(self.remedy.data),
            ownership_days=self.ownership_days.data or 0,
            reach=Reach(self.reach.data),
            objection_days=self.objection_days.data or 0,
            opened=bool(self.opened.data),
            split=_hundredths(self.split.data),
            record_name=self.record_name.data or "",
            record_uscc=self.record_uscc.data or "",
            host_name=self.host_name.data or "",
            host_uscc=self.host_uscc.data or "",
        )


def _hundredths(value: Decimal | None) -> int:
    return int((value or Decimal(0)) * 100)


class JobForm(FlaskForm):
    """Which of the client's jobs people are asked for."""

    job = SelectField(_l("委托的岗位"), [InputRequired(_l("请选一个岗位。"))])


class SubmitForm(FlaskForm):
    """Who examines."""

    reviewer = SelectField(_l("审核人"), [InputRequired(_l("请选择审核人。"))])


class AnswerForm(FlaskForm):
    """An answer to a mandate or to terms: `number` and `digest` say which text was read."""

    number = HiddenField()
    digest = HiddenField()
    text = TextAreaField(_l("说明"), [Length(max=1000)], render_kw={"rows": 3})

    def version(self) -> int:
        """The version that was read; 0 for none."""
        given = self.number.data or ""
        return int(given) if given.isascii() and given.isdigit() and len(given) < 6 else 0


class SignForm(AnswerForm):
    """What the handler signs with."""

    name = StringField(_l("您的姓名"), [Length(max=40)])
    uscc = StringField(
        _l("贵单位的统一社会信用代码"), [Length(max=24)], render_kw={"autocomplete": "off"}
    )
    code = StringField(
        _l("验证码"),
        [Length(max=12)],
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric"},
    )

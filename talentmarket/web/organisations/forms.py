"""Forms of an organisation: who it is, what it says of itself, a claim on it."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from talentmarket.core.language import language
from talentmarket.members.models import Organisation, OrganisationKind
from talentmarket.members.organisations import FEES_MOST, INTRO_MOST, KINDS, Card, Identity
from talentmarket.taxonomy.model import get_taxonomy
from talentmarket.web.choices import pair_choices, word_choices
from talentmarket.web.org_jobs.forms import places

_UNSAID = ("", _l("暂不填写"))
#: Fields of a card that come from the taxonomy's code tables.
TABLES = {"nature": "org_nature", "size": "org_scale", "industry": "industry"}
_SELECTS = (*TABLES, "region_code")


def _optional(field: Any) -> None:
    field.flags.optional = True


class CardForm(FlaskForm):
    """What an organisation says of itself."""

    revision = HiddenField()
    short_name = StringField(
        _l("简称"), [Length(max=60)], description=_l("列表和工作台里显示，例如“天工云谱”。")
    )
    name_en = StringField(_l("英文名称"), [Length(max=200)], render_kw={"lang": "en"})
    nature = SelectField(_l("单位性质"), [Optional()])
    size = SelectField(_l("人员规模"), [Optional()])
    industry = SelectField(_l("所属行业"), [Optional()], render_kw={"data-choose": "1"})
    region_code = SelectField(_l("所在地"), [Optional()], render_kw={"data-choose": "1"})
    address = StringField(_l("地址"), [Length(max=200)])
    website = StringField(_l("网址"), [Length(max=200)], render_kw={"inputmode": "url"})
    contact_phone = StringField(
        _l("联系电话"),
        [Length(max=40)],
        description=_l("只给秘书处核对用，不对外显示。"),
        render_kw={"inputmode": "tel", "autocomplete": "off"},
    )
    handler_name = StringField(
        _l("经办人姓名"),
        [Length(max=80)],
        description=_l("与经办人授权书一致；不对外显示。"),
        render_kw={"autocomplete": "off"},
    )
    intro = TextAreaField(_l("单位介绍"), [Length(max=INTRO_MOST)], render_kw={"rows": 6})
    fee_standard = TextAreaField(
        _l("收费标准"),
        [Length(max=FEES_MOST)],
        description=_l("只能向用人单位收费。会在单位主页公示。"),
        render_kw={"rows": 4},
    )

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        taxonomy, tongue = get_taxonomy(), language()
        for name, table in TABLES.items():
            self[name].choices = pair_choices([_UNSAID, *taxonomy.choices(table, tongue)])
        self.region_code.choices = pair_choices([_UNSAID, *places(tongue)])
        for field in (self.short_name, self.name_en, self.website, self.contact_phone):
            _optional(field)
        for field in (self.intro, self.address, self.fee_standard):
            _optional(field)

    def card(self) -> Card:
        """The card that was typed."""
        values = {name: self[name].data or "" for name in Card.__dataclass_fields__}
        for name in (*_SELECTS, "contact_phone"):
            values[name] = values[name] or None
        return Card(**values)


class IdentityForm(CardForm):
    """The same with name, code and kind: before verification."""

    kind = RadioField(_l("单位类型"), [InputRequired(_l("请选择单位类型。"))])
    name = StringField(
        _l("单位全称"),
        [InputRequired(_l("填写证照上的单位全称，2 到 160 个字。")), Length(max=160)],
        description=_l("与营业执照或设立批准文件一致。"),
        render_kw={"autocomplete": "organization"},
    )
    uscc = StringField(
        _l("统一社会信用代码"),
        [InputRequired(_l("统一社会信用代码是 18 位，请核对。")), Length(max=40)],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
    legal_form = SelectField(_l("组织形式"), [Optional()])
    parent = HiddenField()

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.kind.choices = word_choices("organisation_kind", KINDS)
        forms = get_taxonomy().choices("legal_form", language())
        self.legal_form.choices = pair_choices([_UNSAID, *forms])

    def identity(self) -> Identity:
        """Name, code and kind that were typed."""
        return Identity(
            OrganisationKind(self.kind.data),
            self.name.data or "",
            self.uscc.data or "",
            self.legal_form.data or None,
        )


def fill(form: CardForm, organisation: Organisation) -> None:
    """Show what the organisation has now."""
    form.process(obj=organisation)
    for name in (*_SELECTS, "legal_form"):
        if name in form._fields:
            form[name].data = getattr(organisation, name) or ""
    if isinstance(form, IdentityForm):
        form.kind.data = str(organisation.kind)
        form.parent.data = ""
    form.revision.data = str(organisation.revision)


class ClaimForm(FlaskForm):
    """Somebody says that an organisation is theirs."""

    text = TextAreaField(
        _l("您与单位的关系"),
        [InputRequired(_l("说明您与单位的关系，10 到 1000 个字。")), Length(max=1000)],
        description=_l("例如：现任人事负责人，原负责人已离职。现有负责人和秘书处会看到。"),
        render_kw={"rows": 4},
    )
    file = FileField(
        _l("证明材料"),
        description=_l("经办人授权书（盖章）。PDF、PNG 或 JPEG，不超过 10 MB。"),
    )

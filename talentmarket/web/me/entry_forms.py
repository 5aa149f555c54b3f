"""The forms of entries: one class, each kind with its own fields and labels."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.validators import Optional

from talentmarket.members.entries import EntryValues
from talentmarket.members.models import EntryKind
from talentmarket.taxonomy.model import get_taxonomy
from talentmarket.web.choices import pair_choices, word_choices
from talentmarket.web.me.forms import OPEN, VersionedForm, reader_locale

_TITLE = {
    EntryKind.EXPERIENCE: _l("担任的岗位"),
    EntryKind.EDUCATION: _l("学位名称"),
    EntryKind.CERTIFICATE: _l("证书名称"),
    EntryKind.PROJECT: _l("项目名称"),
}
_ORGANISATION = {
    EntryKind.EXPERIENCE: _l("单位"),
    EntryKind.EDUCATION: _l("学校"),
    EntryKind.CERTIFICATE: _l("发证机构"),
    EntryKind.PROJECT: _l("所在单位或团队"),
}
_SUBJECT = {EntryKind.EDUCATION: _l("专业"), EntryKind.PROJECT: _l("承担的角色")}
#: Which fields the form of a kind has, in their order.
ENTRY_FIELDS = {
    EntryKind.EXPERIENCE: (
        *("organisation", "organisation_uscc", "organisation_industry", "organisation_size"),
        *("title", "start_month", "end_month", "text"),
    ),
    EntryKind.EDUCATION: ("organisation", "level", "subject", "start_month", "end_month", "text"),
    EntryKind.CERTIFICATE: (
        *("title", "organisation", "level", "number", "start_month", "valid_until", "text"),
    ),
    EntryKind.PROJECT: ("title", "organisation", "subject", "start_month", "end_month", "text"),
}


class EntryForm(VersionedForm):
    """One entry; fields that its kind does not have are taken off."""

    title = StringField()
    organisation = StringField()
    organisation_uscc = StringField(
        _l("统一社会信用代码"), [Optional()], description=_l("18 位。用于屏蔽和核验，别人看不到。")
    )
    organisation_industry = SelectField(
        _l("单位所属领域"),
        description=_l("匿名展示时代替单位名称。"),
        render_kw={"data-choose": ""},
        validate_choice=False,
    )
    organisation_size = SelectField(_l("单位规模"), validate_choice=False)
    subject = StringField(validators=[Optional()])
    level = StringField(_l("级别"), [Optional()])
    number = StringField(_l("证书编号"), [Optional()], description=_l("只用于核验，别人看不到。"))
    start_month = StringField(_l("开始年月"), render_kw={"type": "month", "maxlength": "7"})
    end_month = StringField(
        _l("结束年月"), [Optional()], render_kw={"type": "month", "maxlength": "7"}
    )
    valid_until = DateField(_l("有效至"), [Optional()])
    text = TextAreaField(_l("做了什么，结果如何"), [Optional()], render_kw={"rows": 5})

    def __init__(self, kind: EntryKind, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        taxonomy, locale = get_taxonomy(), reader_locale()
        self.organisation_industry.choices = [
            *OPEN,
            *pair_choices(taxonomy.choices("industry", locale)),
        ]
        self.organisation_size.choices = [
            *OPEN,
            *pair_choices(taxonomy.choices("org_scale", locale)),
        ]
        self.title.label.text = _TITLE[kind]
        self.organisation.label.text = _ORGANISATION[kind]
        self.subject.label.text = _SUBJECT.get(kind, "")
        if kind is EntryKind.CERTIFICATE:
            self.start_month.label.text = _l("发证年月")
            self.text.label.text = _l("说明")
        if kind is EntryKind.EXPERIENCE:
            self.end_month.description = _l("仍在职请留空。")
        for name in (name for name in EntryValues.__dataclass_fields__ if name in self):
            if name not in ENTRY_FIELDS[kind]:
                del self[name]

    @staticmethod
    def data_of(values: EntryValues) -> dict[str, Any]:
        """Form data of stored values."""
        names = EntryValues.__dataclass_fields__
        return {name: getattr(values, name) for name in names if name != "kind"}

    def values(self) -> EntryValues:
        """What was sent."""
        given = {name: self[name].data for name in ENTRY_FIELDS[self.kind]}
        for name in ("title", "organisation", "subject", "text"):
            given[name] = given.get(name) or ""
        return EntryValues(kind=self.kind, **given)


class DegreeForm(EntryForm):
    """A study: the level is one of the ranks."""

    level = SelectField(_l("学历"), validate_choice=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.level.choices = [
            *pair_choices([("", _l("请选择"))]),
            *word_choices("education_rank")[1:],
        ]


def entry_form(kind: EntryKind) -> type[EntryForm]:
    """The form class of a kind of entry."""
    return DegreeForm if kind is EntryKind.EDUCATION else EntryForm

"""The form of a job, and the way between its fields and a posting."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_ngettext as _nl
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    DecimalField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Length, NumberRange, Optional, ValidationError

from talentmarket.core.db import db
from talentmarket.core.folding import clean, clean_line
from talentmarket.core.language import language
from talentmarket.exchange import pay
from talentmarket.exchange.drafting import LONGEST
from talentmarket.exchange.managers import NOT_A_MANAGER
from talentmarket.exchange.models import (
    Channel,
    Entrustment,
)
from talentmarket.exchange.posting import CODES, MOST_SKILLS, NAMES, Posting, SkillWanted
from talentmarket.members.models import Account, Organisation
from talentmarket.taxonomy import retired
from talentmarket.taxonomy.model import SICHUAN, get_taxonomy
from talentmarket.taxonomy.recognise import recognise
from talentmarket.web.choices import pair_choices, word_choices, written_choices
from talentmarket.web.concepts import occupation_name, place_name, skill_name, with_held
from talentmarket.web.jobs.describing import level_name

_UNSAID = ("", _l("未写明"))
#: Fields of a posting that have one field of the form each.
_PLAIN = tuple(name for name in NAMES if name not in ("skills", "benefits", "employer_name"))
#: Fields that a posting must have although a draft may lack them.
_NEEDED = ("headcount", "pay_low", "pay_high", "base_pay", "valid_until")
_MONEY = ("pay_low", "pay_high", "base_pay")
_MOST_YUAN = 100_000_000
_LEVELS = ("1", "2", "3", "4")


def _whole(label: Any, low: int, high: int, **more: Any) -> IntegerField:
    message = _l("填写 %(low)s 到 %(high)s 之间的整数。", low=low, high=high)
    return IntegerField(label, [Optional(), NumberRange(low, high, message)], **more)


def _yuan(label: Any) -> DecimalField:
    message = _l("填写以元为单位的数字。")
    return DecimalField(
        label, [Optional(), NumberRange(0, _MOST_YUAN, message)], places=None, rounding=None
    )


class SkillRow(Form):
    """One skill that is asked for. `wanted`: must, wish or drop."""

    skill_id = HiddenField()
    wanted = SelectField(_l("要求程度"))
    level = SelectField(_l("水平"), validate_choice=False)  # a certificate has none
    years = _whole(_l("年限"), 0, 50)

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.wanted.choices = pair_choices(
            [("must", _l("必备")), ("wish", _l("优先")), ("drop", _l("删去"))]
        )
        self.level.choices = pair_choices(
            [("", _l("水平不限")), *((str(n), level_name(n)) for n in range(1, 5))]
        )

    @property
    def name(self) -> str:
        """The skill in the reader's language."""
        return skill_name(self.skill_id.data or "")

    @property
    def certificate(self) -> bool:
        """Whether it is a certificate: one has it or not, without a level and without years."""
        skill = get_taxonomy().skills.get(self.skill_id.data or "")
        return skill is not None and skill.kind == "certificate"


class JobForm(FlaskForm):
    """All that a job says. Every field may stay empty in a draft."""

    version = HiddenField()
    title = StringField(_l("岗位名称"), [Length(max=60, message=_l("岗位名称最多 60 字。"))])
    occupation_code = SelectField(
        _l("对应职业"),
        description=_l("按《职业分类大典》的数字职业；不确定可留空。"),
        render_kw={"data-choose": "1"},
    )
    kind = RadioField(_l("岗位类型"))
    channel = RadioField(_l("招聘方式"))
    # Shown to those who can choose only; an unknown choice is none.
    employer_id = SelectField(
        _l("用人单位"), description=_l("本单位或其分支机构。"), validate_choice=False
    )
    entrustment_id = SelectField(
        _l("委托书"),
        description=_l("代招须有审核通过的委托书，用人单位以委托书为准。"),
        validate_choice=False,
    )
    client_name = StringField(
        _l("派驻或用工单位"),
        [Length(max=160, message=_l("单位名称最多 160 字。"))],
        description=_l("外包写派驻的客户单位，派遣写实际用工单位。"),
    )
    headcount = _whole(_l("招聘人数"), 1, 9999)
    description = TextAreaField(
        _l("工作内容与任职要求"),
        [Length(max=LONGEST, message=_l("内容太长，请压缩到 2 万字以内。"))],
        description=_l("写做什么、要会什么；不写性别、年龄、婚育、户籍限制。"),
        render_kw={"rows": 14, "lang": "zh"},
    )
    education_rank = SelectField(_l("最低学历"))
    years_min = _whole(_l("最少年限"), 0, 50)
    years_max = _whole(_l("最多年限"), 0, 50)
    skills = FieldList(FormField(SkillRow), max_entries=MOST_SKILLS + 20)
    add_skills = StringField(
        _l("添加技能"),
        [Length(max=400)],
        description=_l("可以一次写几个，用逗号隔开，保存后出现在上面。"),
    )
    take_skills = SelectMultipleField(validate_choice=False, choices=[])
    region_code = SelectField(_l("工作地点"), render_kw={"data-choose": "1"})
    address = StringField(_l("详细地址"), [Length(max=200, message=_l("地址最多 200 字。"))])
    work_mode = SelectField(_l("办公方式"))
    rest_days = SelectField(_l("休息"))
    hours = StringField(_l("工作时间"), [Length(max=80, message=_l("工作时间最多 80 字。"))])
    pay_unit = SelectField(_l("计薪单位"))
    pay_low = _yuan(_l("最低薪资"))
    pay_high = _yuan(_l("最高薪资"))
    pay_months = SelectField(_l("一年几薪"), coerce=int)
    base_pay = _yuan(_l("基本工资"))
    insurance = SelectField(_l("社会保险与公积金"))
    contract = SelectField(_l("合同种类"))
    contract_months = _whole(_l("合同期限（月）"), 1, 600)
    probation_months = _whole(_l("试用期（月）"), 0, 6)
    benefits = StringField(
        _l("福利"), [Length(max=600)], description=_l("用逗号隔开，例如：年度体检，餐饮补贴")
    )
    reply_days = RadioField(
        _l("答复期限"),
        coerce=int,
        description=_l("您承诺多久内答复每份申请，会显示在岗位上。"),
    )
    valid_until = DateField(_l("有效期至"), [Optional()], description=_l("今天之后、90 天以内。"))
    listed = BooleanField(
        _l("在搜索和列表中显示"), description=_l("不勾选时，只有拿到地址的人能打开。")
    )

    manager_id = SelectField(
        _l("用人经理"),
        description=_l(
            "能看这个岗位的入围者并写备注，看不到联系方式；角色在“成员”页给出。不公开。"
        ),
        validate_choice=False,
    )

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        #: Choices of rows: public ids in the form, keys in the posting.
        self.keys: dict[str, dict[str, int]] = {}
        for name in _NEEDED:  # a draft may leave them empty, a posting may not
            self[name].flags.optional = False

    def offer(
        self,
        channels: Sequence[Channel],
        employers: Sequence[Organisation],
        letters: Sequence[Entrustment],
        managers: Sequence[Account],
    ) -> None:
        """Fill the choices: what this organisation can choose from, in the reader's language."""
        taxonomy, locale = get_taxonomy(), language()
        self.kind.choices = word_choices("job_kind")
        self.channel.choices = word_choices("channel", channels)
        self.keys = {
            "employer_id": {one.public_id: one.id for one in employers},
            "entrustment_id": {one.public_id: one.id for one in letters},
            "manager_id": {one.public_id: one.id for one in managers},
        }
        self.employer_id.choices = written_choices((one.public_id, one.name) for one in employers)
        clients = written_choices((one.public_id, one.client_name) for one in letters)
        self.entrustment_id.choices = [*pair_choices([_UNSAID]), *clients]
        people = written_choices((one.public_id, one.name or one.public_id) for one in managers)
        self.manager_id.choices = [*pair_choices([("", _l("不指定"))]), *people]
        occupations = [(one.code, one.name(locale)) for one in taxonomy.occupations.values()]
        self.occupation_code.choices = pair_choices([_UNSAID, *occupations])
        levels = [
            (str(it.position), it.name(locale)) for it in taxonomy.codes["education"].values()
        ]
        self.education_rank.choices = pair_choices([_UNSAID, *levels])
        self.region_code.choices = pair_choices([_UNSAID, *places(locale)])
        for name in ("work_mode", "rest_days", "insurance", "contract"):
            self[name].choices = [*pair_choices([_UNSAID]), *word_choices(name)]
        self.pay_unit.choices = word_choices("pay_unit")
        self.pay_months.choices = pair_choices(
            (months, _l("%(months)s 薪", months=months)) for months in pay.MONTHS
        )
        self.reply_days.choices = pair_choices(
            (days, _nl("%(num)d 个工作日", "%(num)d 个工作日", days)) for days in range(1, 6)
        )

        self._offer_held()

    def _offer_held(self) -> None:
        for name, name_of in (("occupation_code", occupation_name), ("region_code", place_name)):
            self[name].choices = with_held(self[name].choices, [self[name].data], name_of)

    def validate_manager_id(self, field: SelectField) -> None:
        """Refuse who is not offered: another organisation's member, or one who has left since."""
        if field.data and field.data not in self.keys["manager_id"]:
            raise ValidationError(NOT_A_MANAGER)

    def show(self, posting: Posting, revision: int) -> None:
        """Put a posting into the fields."""
        self.version.data = str(revision)
        for name in _PLAIN:
            self[name].data = _shown(name, getattr(posting, name))
        for name, keys in self.keys.items():
            public = {key: public_id for public_id, key in keys.items()}
            self[name].data = public.get(getattr(posting, name) or 0, "")
        self._offer_held()
        self.benefits.data = "，".join(posting.benefits)
        while self.skills.entries:
            self.skills.pop_entry()
        for one in posting.skills:
            self.skills.append_entry(
                {
                    "skill_id": one.skill_id,
                    "wanted": "must" if one.must else "wish",
                    "level": str(one.level or ""),
                    "years": one.years,
                }
            )

    def posting(self) -> Posting:
        """What the fields say. Ids of employer and letter are checked by the service."""
        values = {name: _read(name, self[name].data) for name in _PLAIN}
        for name, keys in self.keys.items():
            values[name] = keys.get(self[name].data or "")
        parts = (self.benefits.data or "").replace("、", "，").replace(",", "，").split("，")
        benefits = tuple(dict.fromkeys(clean_line(part)[:40] for part in parts if part.strip()))
        return Posting(**values, benefits=benefits, skills=self._skills())

    def _skills(self) -> tuple[SkillWanted, ...]:
        found: dict[str, SkillWanted] = {}
        known = get_taxonomy().skills
        for entry in self.skills.entries:
            row = entry.form
            code = row.skill_id.data or ""
            if row.wanted.data != "drop" and retired.skill(db.session(), code):
                level = int(row.level.data) if row.level.data in _LEVELS else None
                found[code] = SkillWanted(code, row.wanted.data == "must", level, row.years.data)
        taken = [code for code in self.take_skills.data or () if code in known]
        for code in (*skills_named(self.add_skills.data or ""), *taken):
            found.setdefault(code, SkillWanted(code))
        return tuple(sorted(found.values(), key=lambda one: not one.must))


def skills_named(text: str) -> list[str]:
    """Codes of the skills in a list that somebody typed; unknown words are passed over."""
    taxonomy = get_taxonomy()
    codes: list[str] = []
    for part in text.replace("，", ",").replace("、", ",").split(","):
        if not part.strip():
            continue
        skill = taxonomy.find_skill(part.strip())
        codes += [skill.code] if skill else recognise(part).skills
    return list(dict.fromkeys(codes))


def places(locale: str) -> list[tuple[str, str]]:
    """Sichuan's counties and areas below their cities, then the other cities of the country."""
    taxonomy = get_taxonomy()
    own, others = [], []
    for region in taxonomy.regions.values():
        province = taxonomy.province_of(region.code)
        inside = province is not None and province.code == SICHUAN
        if region.kind in ("city", "county", "area") and inside:
            own.append((region.code, taxonomy.place_name(region.code, locale)))
        elif region.kind == "city":
            others.append((region.code, region.short(locale)))
    return own + others


def _shown(name: str, value: Any) -> Any:
    if name in _MONEY:
        return None if value is None else Decimal(value) / 100
    if name == "education_rank":
        return "" if value is None else str(value)
    if name in CODES or name in ("occupation_code", "region_code"):
        return "" if value is None else str(value)
    return value


def _read(name: str, value: Any) -> Any:
    """A field's value for the posting; what the form has refused counts as unsaid."""
    if name in _MONEY:
        said = value is not None and value.is_finite() and 0 <= value <= _MOST_YUAN
        return round(value * 100) if said else None
    if name == "education_rank":
        return int(value) if value in tuple("01234567") else None
    if name in CODES:
        return CODES[name](value) if value in set(CODES[name]) else None
    if name in ("occupation_code", "region_code"):
        return value or None
    if name == "description":
        return clean((value or "").replace("\r\n", "\n"))
    if name in ("title", "client_name", "address", "hours"):
        return clean_line(value or "")
    return value

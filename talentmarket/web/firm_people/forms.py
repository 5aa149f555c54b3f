"""The form of a record, and the small ones beside it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import request
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext
from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    DecimalField,
    FileField,
    HiddenField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Length, NumberRange, Optional

from talentmarket.core.folding import whole_number
from talentmarket.exchange.brokering.people.models import LegalBasis
from talentmarket.exchange.brokering.people.values import (
    MOST_HEADLINE,
    MOST_NAME,
    MOST_NOTE,
    MOST_RESUME,
    MOST_SOURCE,
    PersonValues,
    skill_row,
    skills_typed,
)
from talentmarket.exchange.importing.rows import place_code
from talentmarket.taxonomy.model import get_taxonomy
from talentmarket.taxonomy.titles import guess_occupation
from talentmarket.web.choices import pair_choices, word_choices, written_choices
from talentmarket.web.concepts import occupation_name, place_name, skill_name

_COMMAS = str.maketrans("，；;、\n", ",,,,,")


class PersonForm(FlaskForm):
    """A record. `version`: the revision that is changed, so that nobody overwrites another."""

    version = HiddenField()
    name = StringField(_l("姓名"), [Length(max=MOST_NAME, message=_l("最多 40 个字。"))])
    phone = StringField(_l("手机号"), [Optional(), Length(max=40)])
    mail = StringField(_l("邮箱"), [Optional(), Length(max=254)])
    headline = StringField(
        _l("一句话介绍"), [Optional(), Length(max=MOST_HEADLINE, message=_l("最多 120 个字。"))]
    )
    occupation = StringField(
        _l("职业"), [Optional(), Length(max=80)], description=_l("例如：大数据开发工程师。")
    )
    skills = TextAreaField(
        lazy_pgettext("heading", "技能"),
        [Optional(), Length(max=4000)],
        description=_l("用顿号或逗号分开。词表里没有的照原样保存，不参与匹配。"),
        render_kw={"rows": 2},
    )
    education_rank = SelectField(_l("学历"), [Optional()])
    years = DecimalField(
        _l("工作年限"),
        [Optional(), NumberRange(0, 60, message=_l("工作年限应在 0 到 60 年之间。"))],
    )
    home = StringField(_l("所在城市"), [Optional(), Length(max=80)])
    wanted = StringField(
        _l("希望工作地点"),
        [Optional(), Length(max=200)],
        description=_l("可写几个，用顿号分开。不清楚就不填：匹配时按“未知”，不当作符合。"),
    )
    source = StringField(
        _l("来源"),
        [Optional(), Length(max=MOST_SOURCE, message=_l("最多 160 个字。"))],
        description=_l("从哪里得到，例如：本人投递、校园招聘会。邀请时会告诉本人。"),
    )
    basis = SelectField(_l("处理依据"), [Optional()])
    obtained_on = DateField(_l("取得日期"), [Optional()])
    contacted_on = DateField(_l("最后联系"), [Optional()])
    note = TextAreaField(
        _l("备注"),
        [Optional(), Length(max=MOST_NOTE, message=_l("最多 4000 字。"))],
        description=_l("只有本机构看得到。"),
        render_kw={"rows": 3},
    )
    resume = TextAreaField(
        _l("简历文字"),
        [Optional(), Length(max=MOST_RESUME, message=_l("最多 10 万字。"))],
        description=_l("粘贴后点“读出建议”，勾选的经历和技能才写进记录。"),
        render_kw={"rows": 8},
    )
    file = FileField(
        _l("或上传文件"),
        description=_l("PDF 或 Word（docx），最大 10 MB。只读文字，文件本身不保存。"),
    )

    def __init__(self, before: PersonValues = PersonValues(), **given: Any) -> None:
        super().__init__(**given)
        self.before = before
        self.education_rank.choices = [
            ("", _l("不清楚")),
            *word_choices("education_rank", range(1, 8)),
        ]
        self.basis.choices = [("", _l("还没有写明")), *word_choices("legal_basis")]

    def fill(self, values: PersonValues) -> None:
        """Put a record into the fields."""
        for name in ("name", "phone", "mail", "headline", "source", "note", "resume"):
            self[name].data = getattr(values, name)
        self.obtained_on.data, self.contacted_on.data = values.obtained_on, values.contacted_on
        self.occupation.data = "、".join(occupation_name(one) for one in values.occupations)
        self.skills.data = "、".join(
            [*(skill_name(one["skill"]) for one in values.skills), *values.other_skills]
        )
        rank, tenths = values.education_rank, values.years_tenths
        self.education_rank.data = "" if rank is None else str(rank)
        self.years.data = None if tenths is None else tenths / 10
        self.home.data = place_name(values.home_region) if values.home_region else ""
        self.wanted.data = "、".join(place_name(one) for one in values.regions)
        self.basis.data = str(values.basis or "")

    def fill_gaps(self, read: PersonValues) -> None:
        """Put what a text says into fields that are empty; what was typed stays."""
        for name in ("name", "phone", "mail", "headline"):
            if not self[name].data:
                self[name].data = getattr(read, name)
        if not self.education_rank.data and read.education_rank is not None:
            self.education_rank.data = str(read.education_rank)
        if self.years.data is None and read.years_tenths is not None:
            self.years.data = read.years_tenths / 10

    def values(self) -> PersonValues | None:
        """What the fields say; None when one of them says nothing known, which is then at it."""
        codes, others = skills_typed(self.skills.data or "")
        had = {one["skill"]: one for one in self.before.skills}
        dropped = set(request.form.getlist("drop"))
        texts = ("name", "phone", "mail", "headline", "source", "note", "resume")
        typed: dict[str, Any] = {name: self[name].data or "" for name in texts}
        values = replace(
            self.before,
            **typed,
            obtained_on=self.obtained_on.data,
            contacted_on=self.contacted_on.data,
            occupations=tuple(self._known(self.occupation, _occupation, _l("没有认出这个职业。"))),
            home_region=next(iter(self._known(self.home, _place, _l("没有认出这个地点。"))), None),
            regions=tuple(self._known(self.wanted, _place, _l("没有认出这个地点。"))),
            education_rank=whole_number(self.education_rank.data, 7),
            years_tenths=None if self.years.data is None else round(self.years.data * 10),
            skills=tuple(had.get(code) or skill_row(code) for code in codes),
            other_skills=tuple(others),
            entries=tuple(one for one in self.before.entries if one["id"] not in dropped),
            basis=LegalBasis(self.basis.data) if self.basis.data else None,
        )
        return None if self.errors else values

    def _known(self, field: Any, find: Any, message: Any) -> list[str]:
        names = [one.strip() for one in (field.data or "").translate(_COMMAS).split(",")]
        found = [(one, find(one)) for one in names if one]
        wrong = [name for name, code in found if code is None]
        if wrong:
            field.errors = [*field.errors, _l("%(why)s“%(name)s”", why=message, name=wrong[0])]
        return list(dict.fromkeys(code for _name, code in found if code))


def _occupation(text: str) -> str | None:
    known = get_taxonomy().find_occupation(text) or guess_occupation(text)
    return known.code if known else None


def _place(text: str) -> str | None:
    return place_code(text)


class ContactForm(FlaskForm):
    """A contact that was had."""

    contacted_on = DateField(_l("联系日期"), [Optional()])


class HandForm(FlaskForm):
    """Who takes the record."""

    consultant = SelectField(_l("负责顾问"))

    def __init__(self, members: list[tuple[str, str]], **given: Any) -> None:
        super().__init__(**given)
        self.consultant.choices = written_choices(members)


class InviteForm(FlaskForm):
    """By which way an invitation goes."""

    channel = SelectField(_l("发到"))

    def __init__(self, ways: list[tuple[str, str]], **given: Any) -> None:
        super().__init__(**given)
        self.channel.choices = pair_choices(ways)

"""The forms of a profile. Values become the services' dataclasses, and come from them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    DecimalField,
    FileField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional
from wtforms.widgets import CheckboxInput, ListWidget

from talentmarket.members.models import (
    Availability,
    RestDays,
    WorkMode,
)
from talentmarket.members.skills import SkillValues
from talentmarket.members.talents import Basics, Wishes
from talentmarket.taxonomy.model import SICHUAN, get_taxonomy
from talentmarket.web.choices import pair_choices, word_choices
from talentmarket.web.concepts import occupation_name, place_name, with_held

OPEN = pair_choices([("", _l("暂不填写"))])


def reader_locale() -> str:
    return str(get_locale() or "zh")


def region_choices() -> list[SelectChoice]:
    """Sichuan and its cities first, then the other cities of the country."""
    taxonomy, locale = get_taxonomy(), reader_locale()
    own = taxonomy.regions_of_kind("city", SICHUAN)
    others = [city for city in taxonomy.regions_of_kind("city") if city.parent != SICHUAN]
    province = taxonomy.regions[SICHUAN]
    return pair_choices((one.code, one.short(locale)) for one in (province, *own, *others))


def occupation_choices() -> list[SelectChoice]:
    """The digital occupations by name."""
    locale = reader_locale()
    occupations = get_taxonomy().occupations.values()
    return pair_choices((one.code, one.name(locale)) for one in occupations)


def tenths(years: Any) -> int | None:
    """Years of a form as tenths; what is no number of years is below zero, and so refused."""
    if years is None:
        return None
    number = Decimal(str(years))  # of the field, or as it was stored where nothing was sent
    return round(number * 10) if number.is_finite() and abs(number) < 1000 else -1


def digit(text: Any) -> int | None:
    """A code that is one digit, as the lists of ranks and levels have them."""
    return int(text) if text in tuple("0123456789") else None


def years(value: int | None) -> float | int | None:
    """Tenths as years of a form."""
    if value is None:
        return None
    return value // 10 if value % 10 == 0 else value / 10


class VersionedForm(FlaskForm):
    """A form that knows on which values it was opened."""

    version = HiddenField()


def _number(label: Any, **more: Any) -> DecimalField:
    return DecimalField(label, [Optional()], places=None, **more)


class BasicsForm(VersionedForm):
    """Name, headline, years, schooling, where the person lives."""

    name = StringField(
        _l("姓名"), description=_l("入围前任何单位都看不到。"), render_kw={"autocomplete": "name"}
    )
    headline = StringField(
        _l("一句话标题"), description=_l("您做什么，例如“大数据开发工程师，离线数仓与实时指标”。")
    )
    years = _number(_l("工作年限（年）"), render_kw={"inputmode": "decimal"})
    education_rank = SelectField(_l("最高学历"), validate_choice=False)
    home_region = SelectField(_l("现居地"), render_kw={"data-choose": ""}, validate_choice=False)
    summary = TextAreaField(
        _l("自我介绍"),
        [Optional()],
        description=_l("做过什么、做成了什么。不要写手机号、邮箱和微信，匿名展示时会被遮住。"),
        render_kw={"rows": 6},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.education_rank.choices = [*OPEN, *word_choices("education_rank")[1:]]
        home = [*OPEN, *region_choices()]
        self.home_region.choices = with_held(home, [self.home_region.data], place_name)

    @staticmethod
    def data_of(values: Basics) -> dict[str, Any]:
        """Form data of stored values."""
        return {
            "name": values.name,
            "headline": values.headline,
            "summary": values.summary,
            "years": years(values.years_tenths),
            "education_rank": "" if values.education_rank is None else str(values.education_rank),
            "home_region": values.home_region or "",
        }

    def values(self) -> Basics:
        """What was sent."""
        return Basics(
            name=self.name.data or "",
            headline=self.headline.data or "",
            summary=self.summary.data or "",
            education_rank=digit(self.education_rank.data),
            years_tenths=tenths(self.years.data),
            home_region=self.home_region.data or None,
        )


class WishesForm(VersionedForm):
    """What the person looks for. Pay in yuan a month."""

    occupations = SelectMultipleField(
        _l("目标职业"),
        description=_l("最多 5 个，排在前面的优先。"),
        render_kw={"data-choose": "", "data-max": "5", "size": "6"},
        validate_choice=False,
    )
    regions = SelectMultipleField(
        _l("期望地点"),
        description=_l("最多 10 个。"),
        render_kw={"data-choose": "", "data-max": "10", "size": "6"},
        validate_choice=False,
    )
    pay_low = IntegerField(_l("最低月薪（元）"), [Optional()], render_kw={"inputmode": "numeric"})
    pay_high = IntegerField(_l("最高月薪（元）"), [Optional()], render_kw={"inputmode": "numeric"})
    work_mode = RadioField(_l("办公方式"), [Optional()], validate_choice=False)
    rest_days = RadioField(_l("休息日"), [Optional()], validate_choice=False)
    availability = RadioField(_l("到岗时间"), [Optional()], validate_choice=False)
    willing_to_move = RadioField(
        _l("愿意搬到别的城市吗"),
        [Optional()],
        choices=pair_choices([("", _l("暂不填写")), ("yes", _l("愿意")), ("no", _l("不愿意"))]),
        validate_choice=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.occupations.choices = with_held(
            occupation_choices(), self.occupations.data or (), occupation_name
        )
        self.regions.choices = with_held(region_choices(), self.regions.data or (), place_name)
        for name in ("work_mode", "rest_days", "availability"):
            self[name].choices = [*OPEN, *word_choices(name)]

    @staticmethod
    def data_of(values: Wishes) -> dict[str, Any]:
        """Form data of stored values."""
        move = values.willing_to_move
        return {
            "occupations": list(values.occupations),
            "regions": list(values.regions),
            "pay_low": None if values.pay_low is None else values.pay_low // 100,
            "pay_high": None if values.pay_high is None else values.pay_high // 100,
            "work_mode": str(values.work_mode or ""),
            "rest_days": str(values.rest_days or ""),
            "availability": str(values.availability or ""),
            "willing_to_move": "" if move is None else "yes" if move else "no",
        }

    def values(self) -> Wishes:
        """What was sent; a code that does not exist counts as nothing."""
        low, high = self.pay_low.data, self.pay_high.data
        return Wishes(
            occupations=tuple(self.occupations.data or ()),
            regions=tuple(self.regions.data or ()),
            pay_low=None if low is None else low * 100,
            pay_high=None if high is None else high * 100,
            work_mode=_member(WorkMode, self.work_mode.data),
            rest_days=_member(RestDays, self.rest_days.data),
            availability=_member(Availability, self.availability.data),
            willing_to_move={"yes": True, "no": False}.get(self.willing_to_move.data or ""),
        )


def _member(enum: Any, code: str | None) -> Any:
    return enum(code) if code in set(enum) else None


class BoxesField(SelectMultipleField):
    """Several of a list, each with a box."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class SkillForm(VersionedForm):
    """How well, how long, how recently, and what proves it."""

    level = RadioField(
        _l("掌握程度"),
        [Optional()],
        description=_l("照实选。自述与佐证分开显示，匹配时有据的得分更高。"),
        validate_choice=False,
    )
    years = _number(_l("使用年限（年）"), render_kw={"inputmode": "decimal"})
    last_used = IntegerField(
        _l("最近使用（年份）"), [Optional()], render_kw={"inputmode": "numeric"}
    )
    evidence = BoxesField(_l("佐证"), [Optional()], validate_choice=False)

    def __init__(self, entries: list[tuple[str, Any]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.level.choices = word_choices("skill_level")
        self.evidence.choices = pair_choices(entries)

    @staticmethod
    def data_of(values: SkillValues) -> dict[str, Any]:
        """Form data of stored values."""
        return {
            "level": "" if values.level is None else str(values.level),
            "years": years(values.years_tenths),
            "last_used": values.last_used,
            "evidence": list(values.evidence),
        }

    def values(self) -> SkillValues:
        """What was sent."""
        return SkillValues(
            level=digit(self.level.data),
            years_tenths=tenths(self.years.data),
            last_used=self.last_used.data,
            evidence=tuple(sorted(self.evidence.data or ())),
        )


class ImportForm(FlaskForm):
    """A text or a file to read entries and skills from."""

    text = TextAreaField(
        _l("粘贴文字"),
        [Optional()],
        description=_l("整份简历、岗位描述或随手写的几段话都可以。"),
        render_kw={"rows": 12},
    )
    file = FileField(_l("或上传文件"), [Optional()])


class ProofForm(FlaskForm):
    """A scan that goes with an entry."""

    file = FileField(_l("扫描件"))


class BlockForm(FlaskForm):
    """An employer to block."""

    name = StringField(_l("单位名称"), [Optional()])
    uscc = StringField(
        _l("统一社会信用代码"), [Optional()], description=_l("18 位，填了更准。不知道可以不填。")
    )

"""What a record says, as values; and what it has to be like to be kept. Pure but for the digests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l

from talentmarket.core.errors import Invalid
from talentmarket.core.folding import clean, clean_line, fold_phone
from talentmarket.exchange.brokering.people.models import FirmPerson, LegalBasis
from talentmarket.members.identities import identify
from talentmarket.members.models import IdentifierKind
from talentmarket.taxonomy.model import get_taxonomy

MOST_NAME, MOST_HEADLINE, MOST_SOURCE = 40, 120, 160
MOST_RESUME, MOST_NOTE = 100_000, 4_000
MOST_SKILLS, MOST_ENTRIES = 80, 60
#: Days after which a record that does not say where it comes from goes.
UNFOUNDED_DAYS = 30
#: Months after the last contact after which any record goes.
KEPT_MONTHS = 24


@dataclass(frozen=True)
class PersonValues:
    """A record as somebody fills it in.

    `years_tenths` of a year at work; `skills`, `entries`: rows of a frozen profile; `regions`:
    codes of places wished for; `home_region`: where the person lives.
    """

    name: str = ""
    phone: str = ""
    mail: str = ""
    headline: str = ""
    home_region: str | None = None
    regions: tuple[str, ...] = ()
    occupations: tuple[str, ...] = ()
    education_rank: int | None = None
    years_tenths: int | None = None
    skills: tuple[Mapping[str, Any], ...] = ()
    other_skills: tuple[str, ...] = ()
    entries: tuple[Mapping[str, Any], ...] = ()
    resume: str = ""
    note: str = ""
    source: str = ""
    basis: LegalBasis | None = None
    obtained_on: date | None = None
    contacted_on: date | None = None
    #: What the profile says besides and no form asks (an imported way of working, pay).
    more: Mapping[str, Any] = field(default_factory=dict)

    @property
    def profile(self) -> dict[str, Any]:
        """The part a score reads, in the form of a frozen profile."""
        return {
            **self.more,
            "format": 1,
            "occupations": list(self.occupations),
            "regions": list(self.regions),
            "education_rank": self.education_rank,
            "years_tenths": self.years_tenths,
            "skills": [dict(one) for one in self.skills],
            "entries": [dict(one) for one in self.entries],
        }


_FORMED = ("occupations", "regions", "education_rank", "years_tenths", "skills", "entries")


def values_of(person: FirmPerson) -> PersonValues:
    """A record as it can be filled in again."""
    profile = person.profile
    return PersonValues(
        name=person.name or "",
        phone=person.phone or "",
        mail=person.mail or "",
        headline=person.headline,
        home_region=person.home_region,
        regions=tuple(profile.get("regions") or ()),
        occupations=tuple(profile.get("occupations") or ()),
        education_rank=profile.get("education_rank"),
        years_tenths=profile.get("years_tenths"),
        skills=tuple(profile.get("skills") or ()),
        other_skills=tuple(person.other_skills),
        entries=tuple(profile.get("entries") or ()),
        resume=person.resume or "",
        note=person.note or "",
        source=person.source,
        basis=person.basis,
        obtained_on=person.obtained_on,
        contacted_on=person.contacted_on,
        more={key: one for key, one in profile.items() if key not in (*_FORMED, "format")},
    )


def skill_row(
    code: str, level: int | None = None, years_tenths: int | None = None
) -> dict[str, Any]:
    """A skill of a profile: said by the firm, so without proof."""
    return {"skill": code, "level": level, "years_tenths": years_tenths, "evidence": []}


def skills_typed(text: str) -> tuple[list[str], list[str]]:
    """(codes of the vocabulary, words it does not know) of a list somebody typed."""
    taxonomy, codes, others = get_taxonomy(), [], []
    for part in clean(text).replace("、", ",").replace("，", ",").replace("；", ",").split(","):
        for word in part.replace(";", ",").replace("\n", ",").replace("|", ",").split(","):
            named = clean_line(word)[:60]
            if not named:
                continue
            skill = taxonomy.find_skill(named)
            if skill is not None:
                codes.append(skill.code)
            else:
                others.append(named)
    return list(dict.fromkeys(codes)), list(dict.fromkeys(others))


def checked(values: PersonValues, today: date) -> PersonValues:
    """The values as they are stored: contacts folded, text cleaned. Raises Invalid."""
    wrong: dict[str, Any] = {}
    name = clean_line(values.name)
    if not 1 <= len(name) <= MOST_NAME:
        wrong["name"] = _l("填写姓名，最多 40 个字。")
    phone = _phone(values.phone, wrong)
    mail = _mail(values.mail, wrong)
    headline, source = clean_line(values.headline), clean_line(values.source)
    if len(headline) > MOST_HEADLINE:
        wrong["headline"] = _l("最多 120 个字。")
    if len(source) > MOST_SOURCE:
        wrong["source"] = _l("最多 160 个字。")
    for key in ("obtained_on", "contacted_on"):
        day = getattr(values, key)
        if day is not None and not date(1990, 1, 1) <= day <= today:
            wrong[key] = _l("日期应在今天或以前。")
    if values.education_rank is not None and not 0 <= values.education_rank <= 7:
        wrong["education_rank"] = _l("请从列表中选择。")
    if values.years_tenths is not None and not 0 <= values.years_tenths <= 600:
        wrong["years"] = _l("工作年限应在 0 到 60 年之间。")
    regions = get_taxonomy().regions
    if values.home_region and values.home_region not in regions:
        wrong["home_region"] = _l("请从列表中选择。")
    if any(code not in regions for code in values.regions):
        wrong["regions"] = _l("请从列表中选择。")
    if len(values.skills) > MOST_SKILLS or len(values.entries) > MOST_ENTRIES:
        wrong["skills"] = _l("最多 80 项技能、60 段经历。")
    if not wrong and _over(values, source, today):
        wrong["contacted_on"] = _l(
            "最后联系（没有则为取得日期）已满 24 个月，按保存期限不能再留。有新的联系请填写日期。"
        )
    resume, note = clean(values.resume), clean(values.note)
    if len(resume) > MOST_RESUME:
        wrong["resume"] = _l("最多 10 万字。")
    if len(note) > MOST_NOTE:
        wrong["note"] = _l("最多 4000 字。")
    if wrong:
        raise Invalid(wrong)
    return PersonValues(
        **{
            **values.__dict__,
            "name": name,
            "phone": phone,
            "mail": mail,
            "headline": headline,
            "source": source,
            "resume": resume,
            "note": note,
            "other_skills": tuple(values.other_skills)[:MOST_SKILLS],
        }
    )


def _over(values: PersonValues, source: str, today: date) -> bool:
    """Whether the record would be gone as soon as it is written."""
    if not (source and values.basis and values.obtained_on):
        return False
    return today >= delete_on(
        founded=True,
        created=today,
        obtained=values.obtained_on,
        contacted=values.contacted_on,
    )


def _phone(text: str, wrong: dict[str, Any]) -> str:
    text = clean_line(text)
    if not text:
        return ""
    folded = fold_phone(text)
    if folded is None:
        wrong["phone"] = _l("手机号不对，例如 138 0000 4417。")
    return folded or ""


def _mail(text: str, wrong: dict[str, Any]) -> str:
    text = clean_line(text)
    if not text:
        return ""
    try:
        found = identify(text)
    except Invalid as error:
        wrong["mail"] = next(iter(error.errors.values()))
        return ""
    if found.kind is not IdentifierKind.MAIL:
        wrong["mail"] = _l("这个邮箱地址不完整，例如应为 name@example.cn。")
        return ""
    return found.value


def delete_on(
    *,
    founded: bool,
    created: date,
    obtained: date | None = None,
    contacted: date | None = None,
) -> date:
    """The first day on which a record is gone: 30 days after it came where it does not say its
    source, legal basis and date; else 24 months after the last contact, or after it was obtained
    where there was none (个人信息保护法 arts. 19, 47: kept no longer than needed).
    """
    if not founded:
        return created + timedelta(days=UNFOUNDED_DAYS)
    return months_after(contacted or obtained or created, KEPT_MONTHS)


def months_after(day: date, months: int) -> date:
    """The same day so many months on; the last of the month where it has no such day."""
    total = day.year * 12 + day.month - 1 + months
    year, month = divmod(total, 12)
    first_of_next = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return min(
        date(year, month + 1, 1) + timedelta(days=day.day - 1), first_of_next - timedelta(days=1)
    )


def together(one: Iterable[Any], other: Iterable[Any], key: str) -> tuple[Any, ...]:
    """Rows of two profiles, those of the first where both have one."""
    rows: dict[Any, Any] = {}
    for row in (*one, *other):
        rows.setdefault(row.get(key) or id(row), row)
    return tuple(rows.values())

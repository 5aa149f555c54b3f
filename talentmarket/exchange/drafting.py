"""A pasted text → the fields and skills of a draft, for a person to confirm. Pure.

Nothing is guessed that the text does not say; what was read is listed, so that the form can mark
it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from talentmarket.core.folding import clean
from talentmarket.exchange.models import Contract, Insurance, JobKind, PayUnit
from talentmarket.exchange.posting import MOST_SKILLS, Posting, SkillWanted
from talentmarket.members.models import RestDays, WorkMode
from talentmarket.taxonomy.mentions import Mention, Recognition
from talentmarket.taxonomy.model import Taxonomy, get_taxonomy
from talentmarket.taxonomy.pay import Pay, parse_pay
from talentmarket.taxonomy.places import narrowest
from talentmarket.taxonomy.recognise import recognise
from talentmarket.taxonomy.titles import guess_occupation

LONGEST = 20_000
#: The most years of work a posting is read to ask for.
MOST_YEARS = 15
_TITLE = re.compile(
    r"(?:岗位名称|职位名称|招聘岗位|招聘职位|岗位|职位|job title|position)\s*[:：]\s*(.{2,60})",
    re.I,
)
_HIRING = re.compile(r"^(?:诚聘|招聘|急聘|急招|高薪诚聘)[:：]?")
_NO_TITLE = re.compile(
    r"[,，。;；:：!！?？]|(?:职责|要求|条件|描述|内容|简介|介绍|福利|待遇|信息|启事|公告|公司|jd)$|^(?:我们|关于)",
    re.I,
)
_HEADCOUNT = re.compile(
    r"(?:招聘人数|人数|招聘名额|名额|headcount)\s*[:：]?\s*(\d{1,4})|(?:招聘?|需要?)\s*(\d{1,4})\s*[人名]"
    r"|(?<!\d)(\d{1,3})\s*名(?=[,，。;；\s]|$)",
    re.I,
)
_BASE = re.compile(
    r"(?:基本工资|底薪|无责底薪|base(?: pay| salary)?)\s*[:：]?\s*(?:为|约)?\s*(\d{3,6})(?:\s*元)?",
    re.I,
)
_TRIAL = re.compile(r"试用期\s*[:：]?\s*(?:为)?\s*([一二三四五六1-6])\s*个?月")
_TERM = re.compile(r"(?:签(?:订)?|合同(?:期限?)?\s*[:：]?\s*为?)\s*([一二三四五1-9])\s*年")
_HOURS = re.compile(r"(?:工作时间|上班时间|作息时间)\s*[:：]\s*([^\n。；;]{4,60})")
_ADDRESS = re.compile(r"(?:工作地址|上班地址|办公地址|详细地址)\s*[:：]\s*([^\n。；;]{4,80})")
#: A line that lists certificates: what it names besides is their subject, not a skill of its own.
_CERTIFICATES = re.compile(
    r"^\W*(?:\d{1,2}[.、)）])?\W*(?:(?:所需|持有|相关|职业|资格|技能|资质|等级|职称)[及和与/]?)*(?:证书|持证|执业资格)"
    r"(?:要求|情况)?\s*[:：](.*)$|^\W*(?:required )?(?:certificates?|certifications?|licen[cs]es?)\s*[:：](.*)$",
    re.I | re.M,
)
_DIGITS = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6}
#: First match wins.
_REST = (
    (RestDays.ALTERNATE, "大小周"),
    (RestDays.TWO, "周末双休|双休|五天工作制|做五休二|5天8小时|每周工作5天"),
    (RestDays.ONE, "单休|做六休一|每周工作6天"),
    (RestDays.SHIFTS, "轮休|排班|倒班|轮班"),
    (RestDays.FLEXIBLE, "弹性工作|弹性上下班|弹性时间"),
)
_INSURANCE = (
    (
        Insurance.FULL_AND_FUND,
        "五险一金|六险一金|七险一金|五险二金|六险二金|社保(?:和|、|及|\\+)?公积金",
    ),
    (Insurance.FULL, "五险|缴纳社保|购买社保|社会保险"),
    (Insurance.INJURY_ONLY, "仅(?:缴)?工伤保险"),
)
_MODE = (
    (WorkMode.HYBRID, "混合办公|部分居家|可居家|每周[^,，。\n]{0,6}居家"),
    (WorkMode.REMOTE, "远程办公|居家办公|全职远程|远程工作|remote"),
)
_KIND = (
    (JobKind.INTERNSHIP, "实习生|实习岗位|实习期间|internship"),
    (JobKind.PART, "兼职|part[- ]time"),
    (JobKind.PROJECT, "项目制|按项目结算|项目外包合作"),
)
_CONTRACT = (
    (Contract.OPEN, "无固定期限"),
    (Contract.TASK, "以完成(?:一定)?(?:工作)?任务为期限"),
    (Contract.SERVICE, "劳务协议|劳务合同"),
    (Contract.INTERN, "实习协议"),
    (Contract.FIXED, "固定期限|劳动合同"),
)
_BENEFITS = (
    *(
        "补充医疗",
        "补充公积金",
        "商业保险",
        "年终奖",
        "绩效奖金",
        "项目奖金",
        "股票期权",
        "带薪年假",
        "餐补",
    ),
    *(
        "餐饮补贴",
        "免费三餐",
        "交通补贴",
        "住房补贴",
        "通讯补贴",
        "免费班车",
        "包吃",
        "包住",
        "提供宿舍",
    ),
    *(
        "定期体检",
        "年度体检",
        "员工旅游",
        "节日福利",
        "生日福利",
        "下午茶",
        "职称评审",
        "人才公寓",
        "落户",
    ),
    *("高温补贴", "出差补贴", "学历提升", "专业培训", "健身房", "团建"),
)


@dataclass(frozen=True, slots=True)
class Draft:
    """A proposal: the posting as far as it was read, and the names of the fields that were."""

    posting: Posting
    found: tuple[str, ...]


def propose(text: str, taxonomy: Taxonomy | None = None) -> Draft:
    """Read a text into a draft. The text itself becomes the description."""
    taxonomy = taxonomy or get_taxonomy()
    text = clean(text)[:LONGEST]
    seen = recognise(text)
    title = _title(text)
    values: dict[str, Any] = {"title": title}
    guess = guess_occupation(title) if title else None
    values["occupation_code"] = guess.code if guess else None
    values["skills"] = skills_of(_without_subjects(seen, taxonomy))
    values["education_rank"] = education_of(seen, taxonomy)
    values["years_min"], values["years_max"] = years_of(seen)
    values["region_code"] = next(iter(narrowest(taxonomy, seen.regions)), None)
    values["headcount"] = _number(_HEADCOUNT, text)
    values["address"] = _line(_ADDRESS, text)
    values["hours"] = _line(_HOURS, text)
    values.update(terms_of(text))
    values.update(_pay(text))
    read = {name: value for name, value in values.items() if value not in (None, "", ())}
    return Draft(Posting(description=text, **read), tuple(read))


def skills_of(seen: Recognition, most: int = MOST_SKILLS) -> tuple[SkillWanted, ...]:
    """The skills a text asks for, musts first, in the order of the text."""
    wanted = sorted(seen.demands, key=lambda one: (one.wish, one.start))[:most]
    return tuple(
        SkillWanted(one.id, not one.wish, one.level, int(one.years.low) if one.years else None)
        for one in wanted
    )


def _without_subjects(seen: Recognition, taxonomy: Taxonomy) -> Recognition:
    """What was read, without the skills that stand in a line of certificates."""
    lines = [match.span() for match in _CERTIFICATES.finditer(seen.text)]

    def subject(one: Mention) -> bool:
        there = one.kind == "skill" and any(low <= one.start < high for low, high in lines)
        return there and taxonomy.skills[one.id].kind != "certificate"

    return Recognition(seen.text, tuple(one for one in seen.mentions if not subject(one)))


def education_of(seen: Recognition, taxonomy: Taxonomy) -> int | None:
    """The lowest schooling a text asks for, as a rank from 0 (none asked) to 7."""
    items = taxonomy.codes["education"]
    asked = [items[m.id].position for m in seen.of("education") if not m.wish]
    return min(asked, default=None)


def years_of(seen: Recognition) -> tuple[int | None, int | None]:
    """The widest demand of years: the highest floor that is named, with its ceiling.

    More years than anybody asks for are the firm's own ("创立至今 48 年").
    """
    spans = [
        m.years
        for m in seen.of("years")
        if m.years is not None and not m.wish and m.years.low <= MOST_YEARS
    ]
    if not spans:
        return None, None
    span = max(spans, key=lambda one: one.low)
    return int(span.low), int(span.high) if span.high is not None else None


def terms_of(text: str) -> dict[str, Any]:
    """Rest days, insurance, place of work, kind, contract and benefits that a text names."""
    values: dict[str, Any] = {}
    for name, table in (
        ("rest_days", _REST),
        ("insurance", _INSURANCE),
        ("work_mode", _MODE),
        ("kind", _KIND),
        ("contract", _CONTRACT),
    ):
        for value, pattern in table:
            if re.search(pattern, text, re.I):
                values[name] = value
                break
    if match := _TRIAL.search(text):
        values["probation_months"] = _small(match[1])
    if match := _TERM.search(text):
        values["contract"] = values.get("contract", Contract.FIXED)
        values["contract_months"] = 12 * _small(match[1])
    values["benefits"] = tuple(word for word in _BENEFITS if word in text)
    return values


def _pay(text: str) -> dict[str, Any]:
    values: dict[str, Any] = {}
    pay = parse_pay(text)
    if pay is not None and not pay.negotiable and (pay.low or pay.high):
        values = _in_unit(pay)
        if pay.months:
            values["pay_months"] = pay.months
    if match := _BASE.search(text):
        values["base_pay"] = int(match[1]) * 100
    return values


def _in_unit(pay: Pay) -> dict[str, Any]:
    low, high = pay.low, pay.high
    if pay.unit == "year":
        low, high = pay.monthly()
    unit = PayUnit.MONTH if pay.unit == "year" else PayUnit(pay.unit)
    return {"pay_unit": unit, "pay_low": low, "pay_high": high}


def _title(text: str) -> str:
    if match := _TITLE.search(text):
        return re.split(r"[\n,，。;；]", match[1])[0].strip()[:60]
    first = text.split("\n", 1)[0].strip()
    bare = [_HIRING.sub("", one).strip() for one in (first, re.split(r"[,，。;；:：\s]", first)[0])]
    for one in bare:
        if 2 <= len(one) <= 40 and guess_occupation(one):
            return one
    # A line by itself that is no sentence and no heading.
    alone = "\n" in text and 2 <= len(bare[0]) <= 30 and not _NO_TITLE.search(first)
    return bare[0] if alone else ""


def _number(pattern: re.Pattern[str], text: str) -> int | None:
    match = pattern.search(text)
    if match is None:
        return None
    value = int(next(group for group in match.groups() if group))
    return value or None


def _line(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text)
    return match[1].strip() if match else ""


def _small(text: str) -> int:
    return _DIGITS.get(text) or int(text)

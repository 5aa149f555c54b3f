"""One row of a table → the values of a record, and what is to be said about it. Pure.

Faults are codes with a line and a column; their words are said in the reader's language. A row
without a name, or with a number or address that is none, is left out; what else is not understood
is left empty and remarked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from talentmarket.core.errors import Invalid
from talentmarket.core.folding import clean_line, fold
from talentmarket.exchange.brokering.people.models import LegalBasis
from talentmarket.exchange.brokering.people.values import (
    PersonValues,
    checked,
    skill_row,
    skills_typed,
)
from talentmarket.exchange.importing.columns import Columns, columns_of
from talentmarket.exchange.importing.rows import education_of, place_code
from talentmarket.taxonomy.model import get_taxonomy
from talentmarket.taxonomy.titles import guess_occupation

#: Our name → how files call it.
NAMES: Mapping[str, tuple[str, ...]] = {
    "external_id": ("external_id", "id", "record id", "记录编号", "编号", "人才编号", "候选人编号"),
    "name": ("name", "姓名", "名字", "候选人", "候选人姓名"),
    "phone": (
        "phone",
        "mobile",
        "手机",
        "手机号",
        "手机号码",
        "电话",
        "联系电话",
        "联系方式",
        "mobile number",
    ),
    "mail": ("mail", "email", "e-mail", "邮箱", "电子邮箱", "电子邮件"),
    "headline": ("headline", "in one line", "一句话介绍", "简介", "当前职位", "现任职位", "职位"),
    "occupation": ("occupation", "职业", "应聘职位", "期望职位", "意向岗位"),
    "skills": ("skills", "skill", "技能", "专业技能", "技能标签"),
    "education_rank": ("education", "学历", "最高学历"),
    "years": ("years", "years of experience", "工作年限", "工作经验", "经验", "年限"),
    "home": ("city", "lives in", "城市", "所在城市", "现居地", "所在地", "居住地"),
    "wanted": (
        "wanted_city",
        "wants to work in",
        "期望城市",
        "期望工作地",
        "期望地点",
        "希望工作地点",
        "意向城市",
    ),
    "source": ("source", "来源", "简历来源", "渠道"),
    "basis": ("basis", "legal_basis", "legal basis", "依据", "处理依据", "合法依据"),
    "obtained_on": ("obtained_on", "obtained on", "取得日期", "获取日期", "入库日期", "收录日期"),
    "contacted_on": (
        "contacted_on",
        "last_contact",
        "last contact",
        "最后联系",
        "最近联系",
        "上次联系",
    ),
    "note": ("note", "notes", "备注"),
    "resume": ("resume", "cv", "résumé text", "简历", "简历文字", "简历内容"),
}
_BY_HEAD = {fold(head): name for name, heads in NAMES.items() for head in heads}
_BASES = {
    LegalBasis.CONSENT: (
        "consent",
        "person agreed",
        "同意",
        "本人同意",
        "个人同意",
        "授权",
        "本人授权",
    ),
    LegalBasis.CONTRACT: (
        "contract",
        "needed for a contract",
        "合同",
        "订立合同",
        "履行合同",
        "订立或履行合同所必需",
    ),
    LegalBasis.DUTY: (
        "duty",
        "duty laid down by law",
        "法定",
        "法定义务",
        "法定职责",
        "法定职责或义务",
    ),
    LegalBasis.PUBLIC: (
        "public",
        "made public by the person",
        "公开",
        "已公开",
        "公开信息",
        "本人已公开",
        "本人已公开的信息",
    ),
}
_BY_WORD = {fold(word): basis for basis, words in _BASES.items() for word in words}
_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})")
_NUMBER = re.compile(r"\d{1,2}(?:\.\d)?")
_COMMAS = str.maketrans("，；;、/|\n", ",,,,,,,")
_NOTHING = frozenset({"", "无", "-", "--", "null", "none", "nan", "n/a", "不详", "未知"})
#: Faults for which a row is left out; the others are remarks.
REFUSING = frozenset(
    {
        *("broken-line", "too-many-fields", "column-twice", "field-long", "unreadable-signs"),
        *("name", "phone", "mail", "date-ahead", "too-old", "too-long", "twice", "turned-away"),
    }
)


class Fault(NamedTuple):
    """A line (from 1), the column it is about ("" for the whole line) and a code of the words
    `book_fault`."""

    line: int
    column: str
    code: str

    @property
    def refuses(self) -> bool:
        """Whether the row was left out for it."""
        return self.code in REFUSING


@dataclass(frozen=True)
class Line:
    """A row that can be taken: `external_id` as the file says it, "" for none."""

    line: int
    external_id: str
    values: PersonValues


def read_header(fields: Sequence[str]) -> Columns | None:
    """The columns of a header; None when there is no name among them."""
    return columns_of(fields, _BY_HEAD, "name")


def read_line(
    line: int, fields: Sequence[str] | None, columns: Columns, defaults: PersonValues, today: date
) -> tuple[Line | None, list[Fault]]:
    """The row and what is to be said about it; no row when it cannot be taken.

    `defaults`: source, basis and date of rows that bring none of their own.
    """
    found, wrong = columns.values(fields)
    if wrong:
        return None, [Fault(line, *one) for one in wrong]
    said = {name: "" if one.strip().casefold() in _NOTHING else one for name, one in found.items()}
    faults: list[Fault] = []
    values = _values(line, said, defaults, faults)
    try:
        values = checked(values, today)
    except Invalid as error:
        faults += [Fault(line, *_wrong(name)) for name in error.errors]
        return None, faults
    return Line(line, clean_line(said.get("external_id", ""))[:200], values), faults


def _wrong(name: str) -> tuple[str, str]:
    if name in ("name", "phone", "mail"):
        return name, name
    if name == "contacted_on":
        return name, "too-old"
    return name, "date-ahead" if name == "obtained_on" else "too-long"


def _values(
    line: int, said: dict[str, str], defaults: PersonValues, faults: list[Fault]
) -> PersonValues:
    def remark(name: str, code: str) -> None:
        faults.append(Fault(line, name, code))

    def day(name: str) -> date | None:
        text = said.get(name, "")
        found = _day(text)
        if text and found is None:
            remark(name, "date-unknown")
        return found

    codes, others = skills_typed(said.get("skills", ""))
    basis = _BY_WORD.get(fold(said.get("basis", "")))
    if said.get("basis") and basis is None:
        remark("basis", "basis-unknown")
    rank = education_of(said.get("education_rank", ""))
    if said.get("education_rank") and not rank:
        remark("education_rank", "education-unknown")
    years = _NUMBER.search(said.get("years", ""))
    if said.get("years") and years is None:
        remark("years", "years-unknown")
    home = _known(said.get("home", ""), "home", place_code, remark, "place-unknown")[:1]
    return replace(
        defaults,
        name=said.get("name", ""),
        phone=said.get("phone", ""),
        mail=said.get("mail", ""),
        headline=clean_line(said.get("headline", ""))[:120],
        occupations=tuple(
            _known(
                said.get("occupation", ""), "occupation", _occupation, remark, "occupation-unknown"
            )
        ),
        skills=tuple(skill_row(code) for code in codes[:80]),
        other_skills=tuple(others[:80]),
        education_rank=rank or None,
        years_tenths=round(float(years[0]) * 10) if years and float(years[0]) <= 60 else None,
        home_region=home[0] if home else None,
        regions=tuple(
            _known(said.get("wanted", ""), "wanted", place_code, remark, "place-unknown")
        ),
        source=clean_line(said.get("source", ""))[:160] or defaults.source,
        basis=basis or defaults.basis,
        obtained_on=day("obtained_on") or defaults.obtained_on,
        contacted_on=day("contacted_on"),
        note=said.get("note", "")[:4000],
        resume=said.get("resume", ""),
    )


def _known(
    text: str,
    name: str,
    find: Callable[[str], str | None],
    remark: Callable[[str, str], None],
    code: str,
) -> list[str]:
    names = [one.strip() for one in text.translate(_COMMAS).split(",")]
    found = [(one, find(one)) for one in names if one]
    if any(value is None for _one, value in found):
        remark(name, code)
    return list(dict.fromkeys(value for _one, value in found if value))


def _occupation(text: str) -> str | None:
    known = get_taxonomy().find_occupation(text) or guess_occupation(text)
    return known.code if known else None


def _day(text: str) -> date | None:
    match = _DATE.search(text)
    if match is None:
        return None
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None

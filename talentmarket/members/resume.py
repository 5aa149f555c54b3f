"""Reading the entries out of a pasted text: what stands there, nothing made up. Pure.

A line with a span of months opens an entry; headings say of which kind; parts of the line are told
apart by what they look like (a school, a firm, a title the taxonomy knows).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from talentmarket.core.folding import fold_width
from talentmarket.members.entries import EntryValues
from talentmarket.members.models import EntryKind
from talentmarket.taxonomy.model import Taxonomy

MAX_TEXT = 2000

_HEADINGS: tuple[tuple[EntryKind | None, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(rf"^\W*(?:{words})(?:\s*[/(（].*)?\W*$", re.IGNORECASE))
    for kind, words in (
        (
            EntryKind.EXPERIENCE,
            "工作经历|工作经验|任职经历|职业经历|实习经历|工作履历|(?:work |professional )?experience|employment(?: history)?",
        ),
        (EntryKind.EDUCATION, "教育经历|教育背景|学习经历|学历|education(?:al background)?"),
        (EntryKind.PROJECT, "项目经历|项目经验|项目|主要项目|作品|projects?(?: experience)?"),
        (
            EntryKind.CERTIFICATE,
            "证书|资格证书|职业证书|技能证书|资质证书|certificates?|certifications?",
        ),
        (
            None,
            "基本信息|个人信息|个人资料|求职意向|期望工作|自我评价|个人评价|自我介绍|个人优势|专业技能|技能|"
            "技能特长|技术栈|语言能力|兴趣爱好|获奖情况|荣誉|skills?|summary|profile|languages?|awards?|interests?",
        ),
    )
)
_MONTH = r"((?:19|20)\d\d)\s*[年./-]?\s*(1[0-2]|0?[1-9])?\s*月?"
_SPAN = re.compile(
    rf"[（(【\[]?\s*{_MONTH}\s*(?:-{{1,2}}|~|–|—+|至|到|\bto\b)\s*"
    rf"(?:{_MONTH}|(至今|今|现在|目前|present|now|current))\s*[)）】\]]?",
    re.IGNORECASE,
)
_MOMENT = re.compile(r"((?:19|20)\d\d)\s*[年./-]\s*(1[0-2]|0?[1-9])\s*月?")
_SPLIT = re.compile(r"\s*[|｜;；,，\t]\s*|\s+[-–—/·•]\s+|\s{2,}|\s*·\s*")
_SCHOOL = re.compile(r"大学|学院|学校|中学|技校|党校|university|college|institute of|school", re.I)
_FIRM = re.compile(
    r"公司|集团|事务所|研究院|研究所|银行|医院|中心|工作室|工厂|厂$|局$|协会|联盟|"
    r"\b(?:inc|ltd|llc|corp|gmbh|co)\b\.?",
    re.I,
)
_SUBJECT = re.compile(r"专业|学$|工程$|技术$|管理$|科学|engineering|science", re.I)
_BULLET = re.compile(r"^[\s\-•·●◆■*○▪\d.、)）]+(?=\S)")
_LABEL = re.compile(r"^(?:公司|单位|学校|职位|岗位|职务|专业|学历|项目名称|项目|角色)\s*[:：]\s*")


@dataclass
class Found:
    """An entry as the text gives it and the line it was read from."""

    values: EntryValues
    source: str
    body: list[str] = field(default_factory=list)


def read_entries(text: str, taxonomy: Taxonomy) -> list[Found]:
    """The entries of a text in its order."""
    reader = _Reader(taxonomy)
    for line, following in _with_following(fold_width(text).splitlines()):
        reader.take(line, following)
    return reader.done()


def heading_of(line: str) -> tuple[bool, EntryKind | None]:
    """(whether the line is a heading, the kind of entries below it)."""
    short = line.strip()
    if len(short) <= 24:
        for kind, pattern in _HEADINGS:
            if pattern.match(short):
                return True, kind
    return False, None


def _with_following(lines: list[str]) -> Iterator[tuple[str, str]]:
    filled = [line.strip() for line in lines if line.strip()]
    return zip(filled, [*filled[1:], ""], strict=True)


class _Reader:
    """Goes through the lines once."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self.taxonomy = taxonomy
        self.section: EntryKind | None = None
        self.found: list[Found] = []
        self.open: Found | None = None
        self.before = ""
        self.taken = ""

    def take(self, line: str, following: str) -> None:
        """One line."""
        is_heading, kind = heading_of(line)
        if is_heading:
            self.section, self.open, self.before = kind, None, ""
            return
        span = _SPAN.search(line)
        if span is not None:
            self._begin(line, span, following)
        elif line == self.taken:
            self.taken = ""
        elif self.section is EntryKind.CERTIFICATE:
            self._certificate(line)
        elif self.open is not None:
            self.open.body.append(line)
        self.before = line

    def done(self) -> list[Found]:
        """What was found, each with its text."""
        for one in self.found:
            text = "\n".join(_BULLET.sub("", line) for line in one.body)[:MAX_TEXT]
            one.values = EntryValues(**{**one.values.__dict__, "text": text})
        return self.found

    def _begin(self, line: str, span: re.Match[str], following: str) -> None:
        rest = (line[: span.start()] + "  " + line[span.end() :]).strip(" -|·,，:：")
        if len(rest) < 2:
            # The months stand alone: the names are above (if nothing took them) or below.
            above = self.open is None or (self.open.body and self.open.body[-1] == self.before)
            if self.before and above and _names_something(self.before):
                rest = self.before
                if self.open is not None and self.open.body:
                    self.open.body.pop()
            elif following and _SPAN.search(following) is None:
                rest = self.taken = following
        parts = [_LABEL.sub("", part) for part in _parts(rest)]
        values = self._values(parts, span)
        if values is None:
            return
        self.open = Found(values, line if rest in line else f"{rest} {line}")
        self.found.append(self.open)

    def _values(self, parts: list[str], span: re.Match[str]) -> EntryValues | None:
        start = _month(span[1], span[2])
        end = None if span[5] else _month(span[3], span[4])
        school = next((part for part in parts if _SCHOOL.search(part)), None)
        firm = next((part for part in parts if _FIRM.search(part)), "")
        if self.section is EntryKind.EDUCATION or (
            school and not firm and self.section is not EntryKind.EXPERIENCE
        ):
            return self._education(parts, school, start, end)
        if self.section is EntryKind.PROJECT:
            title = parts[0] if parts else ""
            return EntryValues(EntryKind.PROJECT, title=title, start_month=start, end_month=end)
        title = next((part for part in parts if part != firm and self._is_title(part)), "")
        if self.section is not EntryKind.EXPERIENCE and not firm and not title:
            return None
        others = [part for part in parts if part not in (firm, title)]
        firm = firm or (others.pop(0) if others else "")
        title = title or (others.pop(0) if others else "")
        return EntryValues(
            EntryKind.EXPERIENCE, title=title, organisation=firm, start_month=start, end_month=end
        )

    def _education(
        self, parts: list[str], school: str | None, start: str | None, end: str | None
    ) -> EntryValues:
        level, level_part = None, None
        for part in parts:
            if (level := degree_rank(part, self.taxonomy)) is not None:
                level_part = part
                break
        others = [part for part in parts if part not in (school, level_part)]
        subject = next((part for part in others if _SUBJECT.search(part)), "")
        subject = subject or (others[0] if others and school else "")
        return EntryValues(
            EntryKind.EDUCATION,
            organisation=school or (others[0] if others else ""),
            subject=subject.removesuffix("专业"),
            level=str(level) if level is not None else None,
            start_month=start,
            end_month=end,
        )

    def _certificate(self, line: str) -> None:
        moment = _MOMENT.search(line)
        named = _MOMENT.sub("  ", _BULLET.sub("", line))
        for part in _parts(named):
            if 3 <= len(part) <= 80:
                values = EntryValues(
                    EntryKind.CERTIFICATE,
                    title=part,
                    start_month=_month(moment[1], moment[2]) if moment else None,
                )
                self.found.append(Found(values, line))

    def _is_title(self, part: str) -> bool:
        known = self.taxonomy.find_title(part) or self.taxonomy.find_occupation(part)
        return known is not None or bool(
            re.search(
                r"(?:工程师|经理|主管|总监|专员|助理|开发|分析师|设计师|架构师|实习生|顾问|员|师)$",
                part,
            )
        )


#: The education codes of the taxonomy and the ranks stored with people and jobs.
RANKS = {
    "junior": 1,
    "vocational": 2,
    "senior": 3,
    "college": 4,
    "bachelor": 5,
    "master": 6,
    "doctor": 7,
}


def degree_rank(text: str, taxonomy: Taxonomy) -> int | None:
    """The education rank a few words name, None when they name none."""
    folded = text.casefold()
    for code, rank in sorted(RANKS.items(), key=lambda pair: -pair[1]):
        item = taxonomy.item("education", code)
        words = (*item.extra.get("words", ()), item.name_en.casefold()) if item else ()
        if any(word.casefold() in folded for word in words):
            return rank
    english = (("phd", 7), ("doctor", 7), ("master", 6), ("bachelor", 5), ("diploma", 4))
    return next((rank for word, rank in english if word in folded), None)


def _names_something(line: str) -> bool:
    return len(line) <= 60 and not line.endswith(("。", ".", "；", ";")) and not _BULLET.match(line)


def _parts(text: str) -> list[str]:
    parts = [part.strip(" -|·:：") for part in _SPLIT.split(text)]
    parts = [part for part in parts if part]
    if len(parts) == 1 and not parts[0].isascii():
        parts = parts[0].split()
    return parts


def _month(year: str | None, month: str | None) -> str | None:
    """`YYYY-MM`; None when the month is not said (it is not made up)."""
    return f"{year}-{int(month):02d}" if year and month else None

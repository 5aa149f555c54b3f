"""Years of experience as people write them."""

from __future__ import annotations

import re
from typing import NamedTuple

from talentmarket.taxonomy.folding import Folded


class Years(NamedTuple):
    """A span of years; `high` None means open above."""

    low: float
    high: float | None


_NUMBERS = dict(zip("零一二三四五六七八九十", range(11), strict=True)) | {"两": 2, "半": 0.5}
_NUMBER = r"(\d{1,2}(?:\.\d)?|[一二三四五六七八九十两半]{1,3})"
_TO = r"\s*(?:-|~|–|—|至|到|to)\s*"
_SPAN_BEFORE = re.compile(rf"(?<![\d年.-]){_NUMBER}(?:{_TO}{_NUMBER})?\s*个?\Z")
_NOT_A_SPAN = tuple("级度会终龄代前末假薪底内初均检轻")
_HOW = re.compile(r"(?:\s*[(（]?(?:含|包含)?[)）]?)?\s*(及?以上|及?以内|以下|左右)?")
_ENGLISH = re.compile(
    rf"(?<![\d.]){_NUMBER}(?:{_TO}(\d{{1,2}}))?\s*(\+|or\s+more)?\s*(?:years?|yrs?)\b"
    r"(?!\s+old)(?:\s+(or\s+more))?"
)
_GRADUATE = re.compile("应届(?:毕业)?生|应届|在校生|经验不限|不限经验|无需经验|无经验要求")
_BEFORE = re.compile(
    r"(?:经验|经历|工作|从业)\S{0,4}$|(?:至少|不少于|不低于|满|具有|具备|有|工作)\s*$"
)
_AFTER = re.compile(
    r"[^,。;\n]{0,16}?(?:经验|经历|工作|从业|开发|研发|测试|设计|运维|运营|管理|experience|java|编程)"
)


def _number(text: str) -> float:
    if text[0].isdigit():
        return float(text)
    if len(text) == 1:
        return float(_NUMBERS[text])
    tens, _, ones = text.partition("十")
    if not _:
        return float(_NUMBERS[text[0]])
    return float(_NUMBERS.get(tens, 1) * 10 + _NUMBERS.get(ones, 0))


def find_years(plain: str) -> list[tuple[int, int, Years]]:
    """(start, end, span) of each span of experience in a text in plain (folded, spaced) form."""
    found = []
    at = plain.find("年")
    while at >= 0:
        if (one := _chinese_span(plain, at)) is not None:
            found.append(one)
        at = plain.find("年", at + 1)
    if "year" in plain or "yrs" in plain or "yr" in plain:
        for match in _ENGLISH.finditer(plain):
            how = "以上" if match[3] or match[4] or not match[2] else ""
            span = _span(match[1], match[2], how)
            if span is not None:
                found.append((*match.span(), span))
    if "应届" in plain or "在校生" in plain or "不限" in plain or "无" in plain:
        for match in _GRADUATE.finditer(plain):
            word = match[0]
            free = Years(0, None) if "经验" in word else Years(0, 0)
            found.append((*match.span(), free))
    return sorted(found)


def _chinese_span(plain: str, at: int) -> tuple[int, int, Years] | None:
    """The span whose 年 stands at a position; None for years of something else (2023年, 年薪)."""
    before = _SPAN_BEFORE.search(plain[max(0, at - 10) : at])
    if before is None or plain.startswith(_NOT_A_SPAN, at + 1):
        return None
    start = max(0, at - 10) + before.start()
    after = _HOW.match(plain, at + 1)
    end = after.end() if after else at + 1
    how = (after[1] if after else None) or ""
    is_work = _AFTER.match(plain, end) or _BEFORE.search(plain[max(0, start - 8) : start])
    if not is_work and not _stands_alone(plain, start, end):
        return None
    span = _span(before[1], before[2], how)
    return None if span is None else (start, end, span)


def _span(low: str, high: str | None, how: str) -> Years | None:
    first = _number(low)
    if high is not None:
        second = _number(high)
        return Years(first, second) if first <= second <= 50 else None
    if first > 50:
        return None
    if how.endswith(("以内", "以下")):
        return Years(0, first)
    return Years(first, None)


def _stands_alone(plain: str, start: int, end: int) -> bool:
    """ "3年以上" as a whole clause or query word."""
    return (start == 0 or not plain[start - 1].isalnum()) and (
        end == len(plain) or not plain[end].isalnum()
    )


def parse_years(text: str) -> Years | None:
    """The first span of years of experience in a text, None when there is none.

    "3-5年" → (3, 5); "3年以上" → (3, None); "应届生" → (0, 0); "经验不限" → (0, None).
    """
    found = find_years(Folded(text).plain)
    return found[0][2] if found else None

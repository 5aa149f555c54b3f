"""Pay as people write it, in integer fen."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from talentmarket.taxonomy.folding import Folded


class Pay(NamedTuple):
    """A stated pay in fen per `unit` (month, year, day, hour, project).

    `high` None: open above (15k以上); `low` None: open below (10k以下). `months` is how many
    months' pay a year holds where the text says so (14薪). `negotiable` (面议): no figure is given.
    """

    low: int | None
    high: int | None
    unit: str = "month"
    months: int | None = None
    negotiable: bool = False

    def monthly(self) -> tuple[int | None, int | None]:
        """The span in fen a month: a year by twelve, a day by 21.75 days (the statutory mean,
        人社部 公告2025年第2号), an hour by 8 such hours; a project has none.
        """
        scale = {"month": "1", "year": "12", "day": "21.75", "hour": "174", "project": "0"}
        by = Decimal(scale[self.unit])
        if not by:
            return None, None
        ends = (self.low, self.high)
        if self.unit == "year":
            low, high = (None if end is None else int(end / by) for end in ends)
        else:
            low, high = (None if end is None else int(end * by) for end in ends)
        return low, high


_AMOUNT = r"(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|[一二三四五六七八九十两]{1,3}(?=万|千|百))"
_SCALE = r"(万元|万|千元|千|百|w|k|元)?"
_PER = (
    r"(?:rmb|cny|元|块)?\s*(?:/|每|一|per\s*|a\s+)?\s*"
    r"(?P<per>个?月|month|mo\b|年|year|yr\b|天|日|day|小时|时|hour|hr\b|项目|单|project)?"
)
#: What stands behind a scale: 一万五, 1万5, 1万2千, 六千五百.
_HALF = r"(?<=万)[1-9一二三四五六七八九]千(?:[1-9一二三四五六七八九]百)?|(?<=千)[1-9一二三四五六七八九]百|[一二三四五六七八九](?![百千万年个])|(?<=[万wk千])[1-9](?=$|[\s\-~–—至到/元块以左起+的,])"
_PAY = re.compile(
    r"(?P<lead>月薪|底薪|基本工资|月工资|工资|薪资|薪酬|年薪|年包|日薪|时薪|salary|pay)?"
    r"(?:范围|待遇|要求|期望|约|为|是|:|\s|¥|￥|rmb|cny)*"
    rf"(?<![\d.a-z]){_AMOUNT}\s*{_SCALE}(?P<half>{_HALF})?\s*"
    rf"(?:(?:-|~|–|—|－|至|到|to)+\s*¥?\s*{_AMOUNT}\s*{_SCALE}(?P<high_half>{_HALF})?)?\s*{_PER}"
    r"\s*(?P<bound>及?以上|起|\+|及?以下|以内|左右)?"
    r"(?:(?<=[上起+下内右])\s*(?:/|每|一)\s*(?P<per_last>个?月|年|天|日|小时))?"
    r"(?:[·,*x×\s]*(?P<months>1[0-9]|2[0-4])\s*(?:薪|个月|months?)"
    r"|\s*[*x×]\s*(?P<times>1[2-9]|2[0-4])(?!\d))?"
)
_SCALES = {
    "万元": 10_000,
    "万": 10_000,
    "w": 10_000,
    "千元": 1000,
    "千": 1000,
    "k": 1000,
    "百": 100,
}
_UNITS = {
    **dict.fromkeys(("月", "个月", "month", "mo"), "month"),
    **dict.fromkeys(("年", "year", "yr"), "year"),
    **dict.fromkeys(("天", "日", "day"), "day"),
    **dict.fromkeys(("小时", "时", "hour", "hr"), "hour"),
    **dict.fromkeys(("项目", "单", "project"), "project"),
}
#: Two digits that follow each other say about how much: 五六千, 两三万.
_ABOUT = re.compile("一二|二三|三四|四五|五六|六七|七八|八九|一两|两三")
_LEADS = {"年薪": "year", "年包": "year", "日薪": "day", "时薪": "hour"}
#: What a span of two small numbers behind a word of pay counts, in yuan; of others a thousand.
_SHORT = {"年薪": 10_000, "年包": 10_000, "日薪": 1, "时薪": 1}
_NO_SHORT = frozenset("岁号日周点%人名个级")
_DIGITS = dict(zip("一二三四五六七八九", range(1, 10), strict=True)) | {"两": 2}
_NEGOTIABLE = re.compile("面议|negotiable")
_NO_PAY_BEFORE = re.compile(
    "(?:日活|月活|用户|流水|营收|资本|融资|规模|下载量?|销售额|投资|数据|并发|粉丝|注册|补贴|奖金|超过?|过|近|达|收入|估值)"
    r"[\s:]*$"
)
#: A bare number is pay only when it is as large as a month's pay can be.
_LEAST_BARE = 1000


def _value(text: str) -> Decimal:
    if text[0].isdigit():
        return Decimal(text.replace(",", ""))
    tens, ten, ones = text.partition("十")
    if not ten:
        return Decimal(_DIGITS.get(text[0], 0))
    return Decimal(_DIGITS.get(tens, 1) * 10 + _DIGITS.get(ones, 0))


def _half(digit: str | None, scale: str) -> Decimal:
    """What 五 adds in 一万五: a tenth of the scale for each."""
    if not digit or scale not in _SCALES:
        return Decimal(0)
    counts = [int(one) if one.isdigit() else _DIGITS[one] for one in digit if one not in "千百"]
    return sum(
        (Decimal(one * _SCALES[scale]) / 10**at for at, one in enumerate(counts, 1)), Decimal(0)
    )


def _read(match: re.Match[str], plain: str) -> Pay | None:
    low_text, low_scale, high_text, high_scale = match.group(2, 3, 5, 6)
    per = match["per"] or match["per_last"]
    lead, bound, months = match["lead"], match["bound"] or "", match["months"] or match["times"]
    low = _value(low_text)
    high = _value(high_text) if high_text else None
    named = high_scale if high_text else low_scale
    if high is not None and not high_scale:
        named = None
    first = low_scale or (named if high is None or low <= high else None) or ""
    second = named or low_scale or ""
    low *= _SCALES.get(first, 1)
    low += _half(match["half"], first)
    if high is not None:
        high = high * _SCALES.get(second, 1) + _half(match["high_half"], second)
    elif _ABOUT.fullmatch(low_text):  # 五六千
        high = Decimal(_DIGITS[low_text[1]] * _SCALES.get(first, 1))
    scaled = first in _SCALES or second in _SCALES
    if lead and not scaled and not per and high is not None and 1 <= low < high < 100:
        if plain[match.end() : match.end() + 1] in _NO_SHORT:
            return None
        scale = _SHORT.get(lead, 1000)  # 月薪15-20, 年薪20-30
        low, high, scaled = low * scale, high * scale, True
    alone = match[0].strip() == plain.strip() and (high is not None or bound)
    if not (scaled or per or lead or months or "元" in match[0] or alone):
        return None
    if not scaled and not per and not lead and low < _LEAST_BARE:
        return None
    unit = _UNITS[per] if per else _LEADS.get(lead or "", "month")
    if not per and not lead and scaled and low >= 100_000:
        unit = "year"
    if high is not None and high < low:
        return None
    fen_low = int(low * 100)
    fen_high = int(high * 100) if high is not None else None
    if high is None and bound in ("以下", "及以下", "以内"):
        return Pay(None, fen_low, unit, int(months) if months else None)
    if high is None and bound not in ("以上", "及以上", "起", "+"):
        fen_high = fen_low
    return Pay(fen_low, fen_high, unit, int(months) if months else None)


def find_pay(text: str, *, typed: bool = False) -> list[tuple[int, int, Pay]]:
    """(start, end, pay) of each pay in a text, in original positions.

    `typed`: words of a search, where a space parts what has nothing to do with each other: 大数据 15k.
    """
    plain = Folded(text).plain
    found = []
    for match in _PAY.finditer(plain):
        pay = _read(match, plain)
        if pay is not None and _is_pay(plain, match, pay, typed=typed):
            end = match.end() - (len(match[0]) - len(match[0].rstrip()))
            found.append((match.start(), end, pay))
    return found


def _is_pay(plain: str, match: re.Match[str], pay: Pay, *, typed: bool) -> bool:
    """Not a number of people, users, orders, or a year of the calendar or of experience."""
    if match["lead"] or match["months"] or match["times"]:
        return True
    before = plain[max(0, match.start(2) - 5) : match.start(2)].rstrip("¥￥")
    apart = typed and pay.unit != "year" and before[-1:].isspace()
    if not apart and _NO_PAY_BEFORE.search(plain[max(0, match.start() - 5) : match.start()]):
        return False
    after = plain[match.end() : match.end() + 2]
    if typed and (after[:1].isspace() or match[0][-1].isspace()):
        after = ""
    after = after.lstrip()
    if after and after[0] in "人名条个级行次并用户年月日倍台家款篇+平%":
        return False
    per = match["per"]
    if per in (
        "年",
        "月",
        "日",
        "个月",
        "天",
        "year",
        "day",
        "month",
        "小时",
        "时",
        "hour",
        "项目",
    ):
        # 3年, 5天, 8小时 are spans of time; with a scale or a sign of money they are pay.
        gap = match[0][: match[0].rfind(per)]
        return bool(re.search(r"[万千百wk元/每¥块]|per|rmb", gap))
    return True


def parse_pay(text: str) -> Pay | None:
    """The first pay in a text, None when there is none.

    "15-25K·14薪" → 15,000–25,000 yuan a month × 14; "20-40万/年"; "200-300元/天"; "8-10千";
    "月薪八千"; "1.5万-2万"; "15k以上" (open above); "面议" gives `negotiable`.
    """
    found = find_pay(text)
    if found:
        return found[0][2]
    if _NEGOTIABLE.search(Folded(text).plain):
        return Pay(None, None, negotiable=True)
    return None

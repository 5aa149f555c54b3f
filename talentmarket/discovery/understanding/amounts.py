"""Pay, years and dates as people type them into a search. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from talentmarket.discovery.understanding.found import AMOUNT, Found
from talentmarket.discovery.understanding.values import pay_code
from talentmarket.taxonomy.folding import Folded
from talentmarket.taxonomy.pay import Pay, find_pay

_HAN_DIGITS = dict(zip("零一二三四五六七八九十", range(11), strict=True)) | {"两": 2, "半": 0}
_NUMBER = r"(\d{1,2}|[零一二三四五六七八九十两半]{1,3})"
_TO = r"\s*(?:-|~|–|—|至|到|to)\s*"

# -- pay -----------------------------------------------------------------------------------------
_ANY_NUMBER = re.compile(r"[\d零一二三四五六七八九十两半万]")
_BOUND = re.compile(
    r"(?:(?P<least>不低于|不少于|至少|最少|最低|高于|大于|超过|起薪|底薪|>=?|≥|over|above|min(?:imum)?|at least|from)"
    r"|(?P<most>不到|不超过|不高于|最高|最多|低于|小于|少于|<=?|≤|under|below|up to|(?<![a-z])max))"
    r"\s*(?=[¥￥]?\s*[\d一二三四五六七八九十两])"
)
_LEAD = re.compile(
    r"(?:(?:期望|要求|综合)?(?:月薪|薪资|工资|薪水|待遇|收入|预算|税前|税后|到手|月入|底薪)|每月|每个月|一个月|期望|pay|salary)\s*$"
)
#: What makes a figure a resolution or a number of something. A span, and 以上, say that it is pay
#: where a space follows: 15k以上 人工智能, but 4k 显示.
_NO_PAY = re.compile(
    r"\s*(?:视频|分辨率|显示|画质|超高清|高清|屏|电视|人|用户|粉|家|台|套|题|部|\+?\s*star)"
)
#: A number alone is pay when it has the size of a month's pay, stands alone and is no year.
_BARE = re.compile(
    r"(?:(?<![\w.#+/,-])|(?<=每月)|(?<=个月))[¥￥]?(\d{4,5}|\d{1,2},\d{3})(?:\s*(?:-|~|–|—|至|到)\s*(\d{4,5}))?\s*"
    r"(?P<coin>块钱?|rmb|cny)?\s*(?P<bound>及?以上|起薪?|\+|及?以下|以内|左右)?"
    r"(?:(?![\w.%#/,-])|(?=每月|一个月|/月|的?(?:底薪|工资|薪资|月薪|薪水)))"
)
#: 月薪过万, 万元以上: ten thousand or more.
_OVER = re.compile(
    r"(?:月薪|工资|薪资|薪水|收入)\s*(?:过|超过?|破|上)\s*"
    r"([一二三四五六七八九两]|\d{1,2})?万元?(?![\d千一二三四五六七八九])(?:以上)?"
    r"|(?<!\w)(?:过|超|破|上)([一二三四五六七八九两]|\d{1,2})?万(?!\w)"
    r"|(?:(?:月薪|工资|薪资|薪水|收入)\s*|(?<!\w))万元以上(?!\w)"
)
#: 年薪百万: a million a year.
_MILLION = re.compile(r"年薪\s*(?P<over>过|超过?|破|上)?百万元?(?P<above>以上)?|(?<!\w)百万年薪")
#: 一天200, 每小时30: by the day or the hour, with the number behind.
_EACH = re.compile(
    r"(?<!\w)(?:(?P<day>一天|每天|日结)|一小时|每小时)\s*(?P<count>\d{2,4})(?:\s*[-~–—至到]\s*(?P<high>\d{2,4}))?"
    r"\s*(?:元|块钱?)?\s*(?P<above>及?以上|起|\+)?(?!\w)"
)
#: Other words for the two that are read, of the same length.
_SAME = (
    ("年收入", "年薪 "),
    ("年总包", "年薪 "),
    ("年入", "年薪"),
    ("月收入", "月薪 "),
    ("月入", "月薪"),
)
_FIGURE_INSIDE = re.compile(r"(?:[^\W\d]|[+#])\d")
#: A figure of pay that is written on to a word: java15k以上, 前端8000起.
_GLUED = re.compile(
    r"(?:(?<=[a-z+#]{2})|(?<=\d[a-z]))"
    r"(?=\d{1,3}(?:\.\d)?(?:\s*[-~–—至到]\s*\d{1,3}(?:\.\d)?)?\s*[kw千万]\d?(?![a-z0-9]))"
    r"|(?<=[a-z+#\u4e00-\u9fff]{2})(?<![薪资水入遇低于过超少最])"
    r"(?=[1-9]\d{3,4}(?:\s*[-~–—至到]\s*\d{4,5}|\s*(?:元|及?以上|及?以下|起|\+|左右)))"
)
_NAMED, _GAP = frozenset({"occupation", "skill"}), "\0"
#: Names that share a sign with a figure leave it alone: Angular 1 of "1.5万", 上云 of "以上云".
_AN_AMOUNT = re.compile(
    r"\d\s*[\d.kyw千万元年-]|[一二三四五六七八九十两半]个?[天周月年]|以[上下内]|[薪资]$"
)
_ABOVE, _BELOW = ("以上", "及以上", "起", "+"), ("以下", "及以下", "以内")
_TAIL = re.compile(
    r"\s*(?:薪|钱|/\s*月|每月|一个月|左右|的?(?:工资|薪资|月薪|薪水|底薪)(?!\s*(?:\d|过|超|破|上)))"
)


def parted(text: str) -> str:
    """A text with a space before each figure of pay that is written on to a word."""
    if not _FIGURE_INSIDE.search(text):
        return text
    plain = Folded(text).plain
    if len(plain) != len(text):
        return text
    places = [match.start() for match in _GLUED.finditer(plain)]
    for place in reversed(places):
        text = f"{text[:place]} {text[place:]}"
    return text


def find_amounts(plain: str, names: Iterable[Found] = ()) -> list[Found]:
    """Pay, years and dates in a text in plain form.

    `names`: occupations and skills found in it, which are no part of a figure: the 日 of 日语 is
    no day, the 人 of 人工智能 counts nobody.
    """
    plain = _without(plain, names)
    if "\n" not in plain:
        return list(_in_line(plain))
    found: list[Found] = []
    start = 0
    for line in plain.split("\n"):  # white space in the patterns crosses no line end
        found += [
            one._replace(start=one.start + start, end=one.end + start) for one in _in_line(line)
        ]
        start += len(line) + 1
    return found


def _in_line(plain: str) -> Iterator[Found]:
    if _ANY_NUMBER.search(plain):
        yield from _pay(plain)
        yield from _years(plain)
    if _DATE_HINT.search(plain):
        yield from _dates(plain)


def _without(plain: str, names: Iterable[Found]) -> str:
    for one in names:
        if one.kind in _NAMED and not _AN_AMOUNT.search(plain, max(0, one.start - 1), one.end + 2):
            plain = plain[: one.start] + _GAP * (one.end - one.start) + plain[one.end :]
    return plain


def _pay(plain: str) -> Iterator[Found]:
    for word, same in _SAME:
        plain = plain.replace(word, same)
    bounds = {match.end(): match for match in _BOUND.finditer(plain)}
    for match in bounds.values():  # they would stand in the way of the amount
        plain = plain[: match.start()] + " " * len(match[0]) + plain[match.end() :]
    taken: list[tuple[int, int]] = []
    for start, end, code in _in_words(plain):
        taken.append((start, end))
        yield Found(AMOUNT, start, end, "pay", code)
    for start, end, pay in find_pay(plain, typed=True):
        if any(start < last and first < end for first, last in taken):
            continue
        if pay.negotiable or _counts(plain, end, pay) or not any(pay.monthly()):
            continue
        taken.append((start, end))
        yield _bounded(plain, start, end, pay, bounds)
    for found in _BARE.finditer(plain):
        if any(start < found.end() and found.start() < end for start, end in taken):
            continue
        bare = _bare(plain, found, said=found.start() in bounds)
        if bare is not None:
            yield _bounded(plain, found.start(), found.end(), bare, bounds)


def _in_words(plain: str) -> Iterator[tuple[int, int, str]]:
    """(start, end, code) of pay that has no figure, or its unit before the figure."""
    for over in _OVER.finditer(plain):
        count = over[1] or over[2]
        yield *over.span(), f"{(_value(count) if count else 1) * 10_000}-"
    for million in _MILLION.finditer(plain):
        pay = Pay(100_000_000, None if million["over"] or million["above"] else 100_000_000, "year")
        yield *million.span(), pay_code(pay)
    for each in _EACH.finditer(plain):
        low, high = int(each["count"]), int(each["high"] or each["count"])
        least = 50 if each["day"] else 10
        if least <= low <= high:
            top = None if each["above"] else high * 100
            yield *each.span(), pay_code(Pay(low * 100, top, "day" if each["day"] else "hour"))


def _counts(plain: str, end: int, pay: Pay) -> bool:
    parted = pay.low != pay.high and plain[end : end + 1].isspace()
    return not parted and _NO_PAY.match(plain, end) is not None


def _bare(plain: str, match: re.Match[str], *, said: bool) -> Pay | None:
    low, high = int(match[1].replace(",", "")), int(match[2] or 0)
    bound = (match["bound"] or "").removesuffix("薪")
    said = bool(said or bound or high or match["coin"] or _LEAD.search(plain, 0, match.start()))
    if not 1500 <= low <= 99_999 or (high and high < low) or low % 50 or high % 50:
        return None
    if not said and (1900 <= low <= 2100 or low % 100):
        return None
    ends = (low * 100, (high or low) * 100)
    if bound in _ABOVE:
        return Pay(ends[0], None)
    return Pay(None, ends[1]) if bound in _BELOW else Pay(*ends)


def _bounded(plain: str, start: int, end: int, pay: Pay, bounds: dict[int, re.Match[str]]) -> Found:
    """The pay with the words around it, of which some open it upwards or downwards."""
    start += len(plain[start:end]) - len(plain[start:end].lstrip())
    bound = next((bounds[at] for at in range(start, end) if at in bounds), None)
    if bound is not None:
        start = min(start, bound.start())
        if bound["least"]:
            pay = pay._replace(high=None if pay.low == pay.high else pay.high)
        else:
            pay = pay._replace(low=None)
    if lead := _LEAD.search(plain, 0, start):
        start = lead.start()
    if tail := _TAIL.match(plain, end):
        end = tail.end()
    return Found(AMOUNT, start, end, "pay", pay_code(pay))


# -- years ---------------------------------------------------------------------------------------
_YEARS = re.compile(
    rf"(?:(?P<least>至少|最少|不少于|不低于|超过|大于|满|at least\s|over\s|more than\s)"
    rf"|(?P<most>不到|不满|不足|少于|低于|小于|不超过|最多|under\s|less than\s)|经验|工作|experience\s*)?\s?"
    rf"(?<![\d年.])(?:{_NUMBER}{_TO})?{_NUMBER}\s*(\+)?\s*"
    r"(?:个?年(?![级度会终龄代前末假薪底内初均检轻包])|年内|years?\b|yrs?\b)\s*"
    r"(及?以上|及?以内|以下|左右|\+|or more)?(?:的|of)?\s?(?:相关|工作|从业|开发|work)?\s?(?:经[验历]|experience)?"
)
#: Those who leave school in a year: 25届, 2026届毕业生.
_CLASS = re.compile(r"(?<!\d)(?:20)?[23]\d届(?:应届)?(?:毕业生|生|校招|秋招|春招)?")
#: Years that begin a band of the trade stand for the band: 3年 is asked of those with 3 to 5.
_BANDS = {0: 1, 1: 3, 3: 5, 5: 10, 10: None}


def _years(plain: str) -> Iterator[Found]:
    for match in _CLASS.finditer(plain):
        yield Found(AMOUNT, *match.span(), "years", "0-0")
    if "年" not in plain and "y" not in plain:
        return
    for match in _YEARS.finditer(plain):
        first, second, plus, how = match.group(3, 4, 5, 6)
        low = _value(first if first else second)
        high: int | None = _value(second) if first else None
        how = plus or how or ""
        if low > 50 or (high is not None and (high < low or high > 50)):
            continue
        if how.endswith(("以内", "以下")) or "年内" in match[0] or match["most"]:
            low, high = 0, low if high is None else high
        elif high is None and (match["least"] or how.endswith(("以上", "+", "more"))):
            high = None
        elif high is None:
            high = _BANDS.get(low, low)
        end = match.end() - (len(match[0]) - len(match[0].rstrip()))
        yield Found(AMOUNT, match.start(), end, "years", f"{low}-{'' if high is None else high}")


def _value(text: str) -> int:
    if text.isdigit():
        return int(text)
    tens, ten, ones = text.partition("十")
    if not ten:
        return _HAN_DIGITS[text[0]]
    return _HAN_DIGITS.get(tens, 1) * 10 + _HAN_DIGITS.get(ones, 0)


# -- dates ---------------------------------------------------------------------------------------
_DATE_HINT = re.compile(r"[天日周月期拜y]|day|week|month")
_COUNT = r"(\d{1,3}|[一二三四五六七八九十两半]{1,3})?"
_DATE = re.compile(
    rf"(?P<near>最近|近|过去|这|last|past|within)\s*{_COUNT}\s*(?P<unit>个?月|周|星期|礼拜|天|日|days?|weeks?|months?)(?:内|以内|之内)?(?:发布|更新)?(?:的)?"
    rf"|(?<![\d一二三四五六七八九十两半]){_COUNT}\s*(?P<unit2>个?月|周|星期|礼拜|天|日)(?:内|以内|之内)(?:发布|更新)?(?!到岗)"
)
_DAYS = {"天": 1, "日": 1, "day": 1, "周": 7, "星期": 7, "礼拜": 7, "week": 7}


def _dates(plain: str) -> Iterator[Found]:
    for match in _DATE.finditer(plain):
        unit = match["unit"] or match["unit2"]
        count_text = match[2] if match["near"] else match[4]
        if match["near"] == "这" and not count_text:  # 这周 is a calendar's week
            continue
        count = _value(count_text) if count_text else 1
        days = 15 if count_text == "半" else count * _DAYS.get(unit.rstrip("s"), 30)
        if not match["near"] and not count_text:
            continue
        if 0 < days <= 365:
            yield Found(AMOUNT, match.start(), match.end(), "posted", str(days))

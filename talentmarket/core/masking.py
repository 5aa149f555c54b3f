"""What identifies a person taken out of a free text: addresses, numbers, names. Pure.

Used for everything that is shown before name and contact are open: anonymous cards, what the
index holds, profile snapshots.
"""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from talentmarket.core.folding import fold_width

MASK = "＊＊＊"

_MAIL = re.compile(
    r"[\w.+-]{1,64}\s?(?:@|\(at\)|\[at\])\s?[\w-]+(?:\s?\.\s?[\w-]+)+", re.IGNORECASE
)
#: Seven digits or more, with the usual separators between them (138-0013 8000).
_NUMBER = re.compile(r"(?<![\d.])\+?\d(?:[\s.\-_·()]{0,2}\d){6,}")
_HAN_NUMBER = re.compile(
    r"[零〇一二三四五六七八九幺两](?:[\s,、-]?[零〇一二三四五六七八九幺两]){6,}"
)
_HANDLE = re.compile(
    r"(微\s?信|薇信|加\s?v|weixin|wechat|v\s?x|v信|q\s?q|telegram|whatsapp|skype)"
    r"(号|账号|id)?\s*[:：是为=]?\s*"
    r"([a-z0-9][\w.-]{4,30})",
    re.IGNORECASE,
)
_LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
#: An address of a page without its protocol; looked for after mail addresses, which hold one.
_SITE = re.compile(
    r"\b(?:github|gitee|gitlab|linkedin|zhihu|csdn|weibo|juejin|bilibili)\.\w+/\S+"
    r"|\b[\w-]+\.(?:com|cn)(?:\.cn)?(?:/\S*)?(?![\w.])",
    re.IGNORECASE,
)
#: Long numbers that are no way to reach anybody: dates and spans of months or years.
_DATE = re.compile(
    r"(?:19|20)\d\d(?:[-./]\d{1,2}){0,2}(?:\s*[-~]\s*(?:19|20)\d\d(?:[-./]\d{1,2}){0,2})?"
)
#: What firms add to the name that people know them by.
_LEGAL = re.compile(
    r"(?:\([^)]*\)|股份有限公司|有限责任公司|有限公司|集团公司|集团|公司|分公司|事务所|"
    r"co\.?,?\s*ltd\.?|inc\.?|corp\.?|gmbh)+$",
    re.IGNORECASE,
)
#: Places that stand before a firm's own name without 省 or 市.
_TOWNS = (
    "北京|上海|天津|重庆|广东|江苏|浙江|山东|福建|湖北|湖南|河南|河北|安徽|江西|陕西|贵州|云南|广西|"
    "海南|辽宁|吉林|黑龙江|甘肃|青海|宁夏|新疆|西藏|内蒙古|山西|深圳|广州|杭州|南京|苏州|武汉|西安|"
    "长沙|郑州|青岛|厦门|合肥|成都|自贡|攀枝花|泸州|德阳|绵阳|广元|遂宁|内江|乐山|南充|眉山|宜宾|"
    "广安|达州|雅安|巴中|资阳|阿坝|甘孜|凉山"
)
_PLACE = re.compile(rf"^(?:中国|四川省?|(?:{_TOWNS})[省市]?|[\u4e00-\u9fff]{{2,3}}(?:省|市))+")
#: What a firm does, said behind the name it has of its own.
_TRADE = re.compile(
    r"(?:人工智能|区块链|物联网|互联网|云计算|电子商务|人力资源|微电子|半导体|新能源|自动化|"
    r"科技|技术|网络|信息|软件|数据|电子|实业|传媒|文化|制造|智造|精密|机械|装备|材料|能源|环保|"
    r"生物|医药|医疗|食品|农业|商贸|贸易|商务|物流|咨询|服务|广告|设计|工程|建设|教育|通信|光电|"
    r"汽车|航空|电力|电气|智能|智算|数字|系统|集成|管理|发展|控股|产业)$"
)

#: How schools are shortened: 电子科技大学 is 电子科大.
_SCHOOLS = (
    *(("科技大学", "科大"), ("师范大学", "师大"), ("工业大学", "工大"), ("理工大学", "理工")),
    *(("交通大学", "交大"), ("农业大学", "农大"), ("财经大学", "财大"), ("医科大学", "医大")),
)
#: A short form of two signs is a firm only where a firm would stand: 岷江 alone may be a river.
_BEFORE = "(?<=[在于从去入开到])"
_AFTER = "(?=公司|集团|任职|工作|实习|期间|内部|担任|负责|上班|做过|的团队|[一二三四五六七八九十两\\d]+年)"
_HAN = re.compile(r"[\u4e00-\u9fff]+")
_PLAIN = frozenset(string.ascii_lowercase + string.digits)
_PERSON_SIGNS = range(2, 5)
#: A month in a text of one's own: of the date the year may stay.
_MONTH = re.compile(
    r"(?<!\d)((?:19|20)\d\d)\s*(?:年\s*(?:0?[1-9]|1[0-2])\s*月(?:\s*\d{1,2}\s*[日号])?"
    r"|[-./](?:0?[1-9]|1[0-2])(?:[-./]\d{1,2})?(?![\d.]|\s*[万亿元%个人倍]))"
)


def mask(text: str, names: Iterable[str] = ()) -> str:
    """`text` without ways to reach somebody and without `names`.

    A name of an organisation is also looked for in the short form people use (without legal form
    and place), a person's with spaces and in pinyin. Comparison is by NFKC and letter case.
    """
    text = fold_width(text)
    there = _folded(text)
    for form in _forms_of(names):
        if form.signs <= there:  # most stand in no text: their patterns are never made
            text = _compiled(form.pattern).sub(MASK, text)
    text = _LINK.sub(MASK, text)
    text = _MAIL.sub(MASK, text)
    text = _SITE.sub(MASK, text)
    text = _HANDLE.sub(lambda found: f"{found[1]}{found[2] or ''} {MASK}", text)
    text = _NUMBER.sub(_unless_date, text)
    return _HAN_NUMBER.sub(MASK, text)


def years_only(text: str) -> str:
    """`text` with its dates as years: months and days tell people apart.

    >>> years_only("2019.03-2021年5月，Java 8")
    '2019-2021，Java 8'
    """
    return _MONTH.sub(lambda found: found[1], text)


def short_forms(name: str) -> list[str]:
    """The name and what people shorten it to, longest first, none under two signs.

    >>> short_forms("成都岷江软件有限公司")
    ['成都岷江软件有限公司', '成都岷江软件', '岷江软件', '岷江']
    >>> short_forms("四川岷源精密制造有限公司")[2:]
    ['岷源精密制造', '岷源精密', '岷源']
    """
    whole = unicodedata.normalize("NFKC", name).strip()
    plain = _LEGAL.sub("", whole).strip(" ,.")
    forms = [whole, plain, _PLACE.sub("", plain)]
    forms += _without_trade(forms[-1])
    for long, short in _SCHOOLS:
        forms += [form.replace(long, short) for form in forms[:3] if form.endswith(long)]
    kept = [form for form in dict.fromkeys(forms) if len(form) >= 2]
    return sorted(kept, key=len, reverse=True)


def _without_trade(name: str) -> list[str]:
    """A firm's name less one after the other of the words for its trade; none where nothing of
    its own would be left, as of 大数据技术."""
    forms: list[str] = []
    while (shorter := _TRADE.sub("", name)) != name:
        forms.append(shorter)
        name = shorter
    return forms if len(name) >= 2 else []


class _Form(NamedTuple):
    """One way a name is written. `signs`: Han characters, letters and digits, folded, without
    which the pattern finds nothing."""

    name: str
    pattern: str
    signs: frozenset[str]


def _forms_of(names: Iterable[str]) -> list[_Form]:
    """The ways in which the names are written, longest first, each once."""
    forms: dict[str, _Form] = {}
    for name in names:
        for form in _forms(name):
            forms.setdefault(form.name, form)
    return sorted(forms.values(), key=lambda form: len(form.name), reverse=True)


@lru_cache(maxsize=16_384)
def _forms(name: str) -> tuple[_Form, ...]:
    whole = unicodedata.normalize("NFKC", name).strip()
    forms = []
    for form in short_forms(name) if whole else ():
        pattern = _pattern(form)
        if len(form) == 2 and form != whole:
            pattern = f"{_BEFORE}{pattern}|{pattern}{_AFTER}"
        forms.append(_Form(form, pattern, _signs(form)))
    if _HAN.fullmatch(whole) and len(whole) in _PERSON_SIGNS:
        forms += [
            _Form(f"{whole} {number}", pattern, signs)
            for number, (pattern, signs) in enumerate(_in_pinyin(whole))
        ]
    return tuple(forms)


def _folded(text: str) -> frozenset[str]:
    # Without regard to case a pattern takes the dotless ı for i; folding leaves it.
    return frozenset(text.casefold().replace("ı", "i"))


def _signs(form: str) -> frozenset[str]:
    return frozenset(sign for sign in _folded(form) if sign in _PLAIN or _HAN.match(sign))


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def _pattern(form: str) -> str:
    if _HAN.fullmatch(form):
        return r"[\s·・]{0,2}".join(form)
    escaped = re.escape(form).replace(r"\(", "[(（]").replace(r"\)", "[)）]")
    return rf"(?<![A-Za-z0-9]){escaped}(?![A-Za-z0-9])" if form.isascii() else escaped


def _in_pinyin(name: str) -> list[tuple[str, frozenset[str]]]:
    """Patterns of a person's name in letters, surname first and last, and the letters of it."""
    from pypinyin import lazy_pinyin  # its phrases take a second to load

    family, *own = lazy_pinyin(name)
    given = r"['’\s-]?".join(own)
    orders = [rf"{family}[\s,._-]*{given}", rf"{given}[\s,._-]*{family}"]
    signs = _signs(family + "".join(own))
    return [(rf"(?<![A-Za-z]){order}(?![A-Za-z])", signs) for order in orders]


def _unless_date(found: re.Match[str]) -> str:
    whole = found[0].strip()
    return found[0] if _DATE.fullmatch(whole) else MASK

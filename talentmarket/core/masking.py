"""What identifies a person taken out of a free text: addresses, numbers, names. Pure.

Used for everything that is shown before name and contact are open: anonymous cards, what the
index holds, profile snapshots.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

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
    r"(微信|weixin|wechat|vx|v信|qq|telegram|whatsapp|skype)(号|账号|id)?\s*[:：是为=]?\s*"
    r"([a-z0-9][\w.-]{4,30})",
    re.IGNORECASE,
)
_LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
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
_PLACE = re.compile(r"^(?:中国|四川省?|[\u4e00-\u9fff]{2,3}(?:省|市))+")
_BRANCH = re.compile(r"(?:科技|技术|网络|信息|软件|数据|电子|实业|传媒)+$")


def mask(text: str, names: Iterable[str] = ()) -> str:
    """`text` without ways to reach somebody and without `names`.

    A name of an organisation is also looked for in the short form people use (without legal form
    and place). Comparison is by NFKC and letter case.
    """
    text = fold_width(text)
    for pattern in _name_patterns(names):
        text = pattern.sub(MASK, text)
    text = _LINK.sub(MASK, text)
    text = _MAIL.sub(MASK, text)
    text = _HANDLE.sub(lambda found: f"{found[1]}{found[2] or ''} {MASK}", text)
    text = _NUMBER.sub(_unless_date, text)
    return _HAN_NUMBER.sub(MASK, text)


def short_forms(name: str) -> list[str]:
    """The name and what people shorten it to, longest first, none under two signs.

    >>> short_forms("四川岷江软件有限公司")
    ['四川岷江软件有限公司', '四川岷江软件', '岷江软件']
    """
    whole = unicodedata.normalize("NFKC", name).strip()
    plain = _LEGAL.sub("", whole).strip(" ,.")
    forms = [whole, plain, _PLACE.sub("", plain)]
    # 岷江 alone may be a river; a short form needs the branch, or three signs.
    bare = _BRANCH.sub("", forms[-1])
    if len(bare) >= 3:
        forms.append(bare)
    kept = [form for form in dict.fromkeys(forms) if len(form) >= 2]
    return sorted(kept, key=len, reverse=True)


def _name_patterns(names: Iterable[str]) -> list[re.Pattern[str]]:
    forms = {form for name in names if name.strip() for form in short_forms(name)}
    patterns = []
    for form in sorted(forms, key=len, reverse=True):
        escaped = re.escape(form).replace(r"\(", "[(（]").replace(r"\)", "[)）]")
        if form.isascii():
            escaped = rf"(?<![A-Za-z0-9]){escaped}(?![A-Za-z0-9])"
        patterns.append(re.compile(escaped, re.IGNORECASE))
    return patterns


def _unless_date(found: re.Match[str]) -> str:
    whole = found[0].strip()
    return found[0] if _DATE.fullmatch(whole) else MASK

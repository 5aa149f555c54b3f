"""Folded forms of names, numbers and addresses, so that no database collation is relied on."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import phonenumbers

#: Signs that change how text is shown without being seen: bidi controls, zero width, BOM.
_INVISIBLE = dict.fromkeys(
    [*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200B, 0x200E, 0x200F, 0x2060, 0xFEFF]
)


#: Chinese marks that NFKC would turn into ASCII ones.
_MARKS = re.compile("[^，。；：！？（）]+")


def fold_width(text: str) -> str:
    """NFKC for text that people go on reading: letters, digits and compatibility signs are
    folded, Chinese punctuation stays."""
    return _MARKS.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)


#: Text of these alone has nothing to take out, and most texts have no other.
_USUAL = re.compile(
    "[\t\n -~\u00b7\u2014\u2018\u2019\u201c\u201d\u2026\u3000-\u303f\u4e00-\u9fff\uff01-\uff5e]*"
)


def clean(text: str) -> str:
    """`text` without control and bidi signs, ends trimmed; line breaks and tabs stay."""
    if _USUAL.fullmatch(text):
        return text.strip()
    kept = text.translate(_INVISIBLE)
    kept = "".join(
        sign for sign in kept if sign in "\n\t" or not unicodedata.category(sign).startswith("C")
    )
    return kept.strip()


def clean_line(text: str) -> str:
    """`text` as one line, runs of white space as one space."""
    return " ".join(clean(text).split())


def fold(text: str) -> str:
    """NFKC, case folded, white space dropped: for "is this the same name"."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


@lru_cache(maxsize=65_536)
def pinyin_key(text: str) -> str:
    """A key that sorts names by pinyin in both databases (at most 120 signs)."""
    from pypinyin import Style, lazy_pinyin  # its phrases take a second to load

    return " ".join(lazy_pinyin(fold(text)[:40], style=Style.TONE3))[:120]


def fold_mail(address: str) -> str:
    """The address folded for look-up; the domain case folded, the local part too."""
    return unicodedata.normalize("NFKC", address).strip().casefold()


def digits_of(text: str) -> str:
    """The digits of a typed code as 0 to 9: Chinese keyboards also write them full width."""
    folded = unicodedata.normalize("NFKC", text)
    return "".join(sign for sign in folded if sign in "0123456789")


def whole_number(text: str | None, most: int = 2**31 - 1) -> int | None:
    """The number a form or an address carries, 0 to `most`; None for anything else."""
    if not text or len(text) > 10 or not (text.isascii() and text.isdigit()):
        return None
    return number if (number := int(text)) <= most else None


def fold_phone(number: str, region: str = "CN") -> str | None:
    """E.164 (+8613…), or None when it is no valid number."""
    try:
        parsed = phonenumbers.parse(unicodedata.normalize("NFKC", number), region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(parsed):
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def spaced_phone(number: str) -> str:
    """A number as people read it: groups, and the country only where it is another (E.164 in)."""
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return number
    own = parsed.country_code == 86
    style = phonenumbers.PhoneNumberFormat
    return phonenumbers.format_number(parsed, style.NATIONAL if own else style.INTERNATIONAL)

"""Amounts as people write and read them, to and from integer fen."""

from __future__ import annotations

import re

from flask_babel import lazy_gettext as _l

from talentmarket.core.errors import Invalid

#: 10 billion yuan: more is a slip of the pen, and far below what the database holds.
MOST = 10**12
_WRITTEN = re.compile(
    r"[¥￥]?\s*((?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,12}))(?:\.([0-9]{1,2}))?\s*元?", re.A
)
#: Full-width signs. Not the whole of NFKC, which makes a 2 of a square and would read 52 from 5².
_WIDE = {0xFF01 + at: 0x21 + at for at in range(0x5E)} | {0x3000: 0x20}
_TOO_FINE = re.compile(r"[0-9,]+\.[0-9]{3,}")


def fen(text: str, field: str = "amount") -> int:
    """The amount in fen that `text` says in yuan: ``12,345.6`` → 1234560.

    Raises Invalid at `field` for what is no amount, for more than two decimals (nothing is rounded
    behind the writer's back), and for more than :data:`MOST`.
    """
    plain = text.translate(_WIDE).strip()
    if _TOO_FINE.search(plain):
        raise Invalid({field: _l("金额最多两位小数，精确到分。")})
    if not (found := _WRITTEN.fullmatch(plain)):
        raise Invalid({field: _l("填写金额，例如 12000 或 12,000.50。")})
    whole, decimals = found.groups()
    amount = int(whole.replace(",", "")) * 100 + int((decimals or "").ljust(2, "0"))
    if amount > MOST:
        raise Invalid({field: _l("金额过大，请核对。")})
    return amount


def yuan(amount: int) -> str:
    """An amount in fen as a reader of both languages reads it: 1234560 → ``12,345.60``."""
    whole, decimals = divmod(abs(amount), 100)
    return f"{'-' if amount < 0 else ''}{whole:,}.{decimals:02d}"


_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "万亿")


def in_words(amount: int) -> str:
    """The amount in capital numerals, as on Chinese vouchers (《支付结算办法》 annex 1):
    10050 → ``壹佰元伍角整``. Not for negative amounts."""
    whole, decimals = divmod(amount, 100)
    tenth, hundredth = divmod(decimals, 10)
    text = _integer(whole) + "元" if whole or not decimals else ""
    if not decimals:
        return text + "整"
    if tenth:
        text += _DIGITS[tenth] + "角"
    elif whole:
        text += "零"
    return text + (_DIGITS[hundredth] + "分" if hundredth else "整")


def _integer(whole: int) -> str:
    if not whole:
        return "零"
    groups: list[tuple[int, int]] = []
    index = 0
    while whole:
        whole, group = divmod(whole, 10_000)
        groups.append((index, group))
        index += 1
    text, gap = "", False
    for index, group in reversed(groups):
        if not group:
            gap = bool(text)
            continue
        if text and (gap or group < 1000):
            text += "零"
        text += _four(group) + _GROUPS[index]
        gap = False
    return text


def _four(group: int) -> str:
    text, gap = "", False
    for place in (3, 2, 1, 0):
        digit = group // 10**place % 10
        if digit:
            text += ("零" if gap and text else "") + _DIGITS[digit] + _PLACES[place]
            gap = False
        else:
            gap = True
    return text

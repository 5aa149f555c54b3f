"""Folding text for matching, with the way back to the original positions.

Fold = NFKC, case folded, traditional to simplified, spaces, hyphens and underscores dropped.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from functools import lru_cache

from opencc import OpenCC

#: Dropped when folding; also what is invisible (zero width signs, soft hyphen, BOM).
_DROPPED = r"\s\-_\u00ad\u200b-\u200f\u2060\ufeff"
#: Words that Taiwan and Hong Kong write with other signs, in the same number of signs.
_REGIONAL = {
    "軟體": "软件", "硬體": "硬件", "韌體": "固件", "程式": "程序", "網路": "网络",
    "資料庫": "数据库", "資料": "数据", "資訊": "信息", "伺服器": "服务器", "專案": "项目",
    "介面": "界面", "人工智慧": "人工智能", "雲端": "云端", "行動應用": "移动应用",
    "行動裝置": "移动设备", "數位": "数字", "視訊": "视频", "音訊": "音频", "晶片": "芯片",
    "積體": "集成", "品質": "质量", "聯網": "联网", "執行緒": "线程 ", "物件導向": "面向对象",
}  # fmt: skip
_REGIONAL_PATTERN = re.compile("|".join(sorted(_REGIONAL, key=len, reverse=True)))


@lru_cache(maxsize=1)
def _tables() -> tuple[dict[int, int], re.Pattern[str], dict[str, str], re.Pattern[str]]:
    """(sign to sign, pattern of what changes length, what those become, traditional signs)."""
    one = {code: code for code in range(0x10000)}
    longer: dict[str, str] = {}
    for code in [*range(0x80, 0xD800), *range(0xF900, 0x10000)]:
        sign = chr(code)
        folded = unicodedata.normalize("NFKC", sign).casefold()
        if len(folded) == 1:
            one[code] = ord(folded)
        elif folded and not folded.isspace():
            longer[sign] = "".join(folded.split())
    for code in range(0x41, 0x5B):
        one[code] = code + 32
    one[0x2010] = one[0x2011] = ord("-")
    han = "".join(map(chr, [*range(0x3400, 0x4DC0), *range(0x4E00, 0xA000)]))
    simplified = OpenCC("t2s").convert(han)
    pairs = zip(han, simplified, strict=True)
    changed = {sign: plain for sign, plain in pairs if sign != plain and ord(plain) < 0x10000}
    one.update({ord(sign): ord(plain) for sign, plain in changed.items()})
    signs = "".join(re.escape(sign) for sign in longer)
    traditional = re.compile("[" + "".join(changed) + "]")
    return one, re.compile(f"[{_DROPPED}]+|[{signs}]"), longer, traditional


class Folded:
    """A text in three forms: `original`, `plain` (same length as the original, spaces kept)
    and `text` (folded). :meth:`span` leads from folded positions to original ones.
    """

    __slots__ = ("_folded_at", "_original_at", "original", "plain", "text")

    def __init__(self, original: str) -> None:
        one, special, longer, traditional = _tables()
        self.original = original
        if traditional.search(original) is not None:  # only there are these words regional
            plain = _REGIONAL_PATTERN.sub(lambda found: _REGIONAL[found[0]], original)
        else:
            plain = original
        self.plain = plain = plain.translate(one)
        # Piecewise: from folded position f[i] on, the original stands at o[i] + (x - f[i]).
        folded_at, original_at, parts = [0], [0], []
        here = length = 0
        for found in special.finditer(plain):
            start, end = found.span()
            piece = plain[here:start]
            parts.append(piece)
            length += len(piece)
            if grown := longer.get(found[0]):
                for sign in grown:  # each sign of the expansion stands at the same place
                    folded_at.append(length)
                    original_at.append(start)
                    parts.append(sign)
                    length += 1
            folded_at.append(length)
            original_at.append(end)
            here = end
        parts.append(plain[here:])
        self._folded_at, self._original_at = folded_at, original_at
        self.text = "".join(parts) if here else plain

    def at(self, position: int) -> int:
        """The original position of a folded sign."""
        if len(self._folded_at) == 1:
            return position
        piece = bisect_right(self._folded_at, position) - 1
        return self._original_at[piece] + position - self._folded_at[piece]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Original [start, end) of folded [start, end)."""
        if len(self._folded_at) == 1:
            return start, end
        return self.at(start), self.at(end - 1) + 1


@lru_cache(maxsize=65_536)
def fold_name(name: str) -> str:
    """A name as it is compared."""
    return Folded(name).text

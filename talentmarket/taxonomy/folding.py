"""Folding text for matching, with the way back to the original positions.

Fold = NFKC, case folded, traditional to simplified, spaces, hyphens and underscores dropped.
"""

from __future__ import annotations

import re
import unicodedata
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


#: Folded before anything else because nearly every text holds them.
_FREQUENT = tuple(zip("，：；（）！？／．　\xa0", ",:;()!?/.  ", strict=True))


#: No name holds a sign beyond the basic plane (emoji); one unit for each keeps positions.
_BEYOND = re.compile("[\U00010000-\U0010ffff\ud800-\udfff]")


class _Tables:
    """Made once: `one` sign to one sign, `longer` sign to several, and patterns to find them."""

    def __init__(self) -> None:
        self.one = {code: code for code in range(0x10000)}
        self.longer: dict[str, str] = {}
        for code in [*range(0x80, 0x2460), *range(0x2500, 0xD800), *range(0xF900, 0x10000)]:
            sign = chr(code)
            folded = unicodedata.normalize("NFKC", sign).casefold()
            if len(folded) == 1:
                self.one[code] = ord(folded)
            elif folded and not folded.isspace():
                self.longer[sign] = "".join(folded.split())
        self.one.update({code: code + 32 for code in range(0x41, 0x5B)})
        self.one[0x2010] = self.one[0x2011] = ord("-")
        han = "".join(map(chr, [*range(0x3400, 0x4DC0), *range(0x4E00, 0xA000)]))
        pairs = zip(han, OpenCC("t2s").convert(han), strict=True)
        changed = {sign: ord(plain) for sign, plain in pairs if sign != plain <= "\uffff"}
        self.one.update({ord(sign): code for sign, code in changed.items()})
        rare = [chr(code) for code, to in self.one.items() if code != to and code > 0x7F]
        lengthening = "".join(re.escape(sign) for sign in self.longer)
        self.rare = re.compile(
            "[" + "".join(rare) + lengthening + "\ud800-\udfff\U00010000-\U0010ffff]"
        )
        self.traditional = re.compile("[" + "".join(changed) + "]")
        self.gaps = re.compile(f"([{_DROPPED}]+)")
        self.gaps_or_longer = re.compile(f"([{_DROPPED}]+|[{lengthening}])")


@lru_cache(maxsize=1)
def _tables() -> _Tables:
    return _Tables()


class Folded:
    """A text in three forms: `original`, `plain` (same length as the original, spaces kept)
    and `text` (folded). :meth:`span` leads from folded positions to original ones.

    `breaks` are the folded positions before which signs were dropped, `spaced` those where white
    space was among them, `lines` those where a line ended. `origin` is the original position of
    each folded sign, empty when they are the same.
    """

    __slots__ = ("breaks", "lines", "origin", "original", "plain", "spaced", "text")

    def __init__(self, original: str) -> None:
        tables = _tables()
        plain = original.lower()
        for sign, to in _FREQUENT:
            plain = plain.replace(sign, to)
        special = tables.gaps
        if len(plain) != len(original) or tables.rare.search(plain) is not None:
            plain = original
            if tables.traditional.search(plain) is not None:  # only there are the words regional
                plain = _REGIONAL_PATTERN.sub(lambda found: _REGIONAL[found[0]], plain)
            plain = _BEYOND.sub("\ufffd", plain).translate(tables.one)
            special = tables.gaps_or_longer
        self.original, self.plain = original, plain
        self.breaks: set[int] = set()
        self.spaced: set[int] = set()
        self.lines: set[int] = set()
        self.origin: list[int] = []
        self.text = self._without_gaps(special)

    def _without_gaps(self, special: re.Pattern[str]) -> str:
        """Drop gaps and expand long signs; note where each kept sign came from."""
        plain, origin = self.plain, self.origin
        parts: list[str] = []
        longer, breaks, spaced = _tables().longer, self.breaks, self.spaced
        pieces = special.split(plain)
        if len(pieces) == 1:
            return plain
        at = 0
        for number, piece in enumerate(pieces):
            if number & 1:  # what stood between two pieces
                start, at = at, at + len(piece)
                if grown := longer.get(piece):
                    parts.append(grown)
                    origin.extend([start] * len(grown))
                elif piece == " ":
                    breaks.add(len(origin))
                    spaced.add(len(origin))
                else:
                    self._note_gap(piece, len(origin))
            elif piece:
                parts.append(piece)
                start, at = at, at + len(piece)
                origin.extend(range(start, at))
        return "".join(parts)

    def _note_gap(self, gap: str, position: int) -> None:
        self.breaks.add(position)
        if white := gap.strip("-_"):
            self.spaced.add(position)
            if "\n" in white or "\r" in white:
                self.lines.add(position)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Original [start, end) of folded [start, end)."""
        origin = self.origin
        return (origin[start], origin[end - 1] + 1) if origin else (start, end)


@lru_cache(maxsize=65_536)
def fold_name(name: str) -> str:
    """A name as it is compared."""
    return Folded(name).text

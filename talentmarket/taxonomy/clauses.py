"""Where clauses, sentences and sections of a text begin and end.

Positions are those of the plain form of a text (as long as the original).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import accumulate

# Full-width marks are already folded. A number with a mark behind it begins a list item
# ("1、熟悉…2、了解…"); a point ends a sentence only before a space.
_BREAK = re.compile("([,。;!?\n\r\u2460-\u2473·•●◆■★▪►])")
_ITEM = re.compile(r"\d[、.)](?!\d)")
_POINT = re.compile(r"\.(?=\s|$)")
_FIELD_STOP = re.compile(
    "学历|经验|以上|年|负责|优先|要求|良好|毕业|熟悉|精通|掌握|熟练|了解|具有|具备|有|会|在|或以"
)
_FIELD_END = re.compile("[。;:!?\n()]")
_FIELD_NOT = (
    *("知识", "技能", "能力", "培训", "术语", "人才", "素养", "水平", "技术", "性", "化", "的"),
    *("服务", "团队", "人士", "人员", "软件", "工具", "级", "度", "技巧", "证书", "领域"),
)


class Clauses:
    """The breaks of one text, weak (comma) and strong (full stop, line, list item)."""

    __slots__ = ("ends", "size", "starts", "strong")

    def __init__(self, plain: str) -> None:
        self.size = len(plain)
        pieces = _BREAK.split(plain)  # text and the sign that ends it in turns
        places = list(accumulate(map(len, pieces)))
        self.ends = places[::2]
        self.starts = [0, *places[1::2]]
        self.strong = [True, *(sign != "," for sign in pieces[1::2])]
        for item in _ITEM.finditer(plain):
            start, end = item.span()
            if start and plain[start - 1].isdigit():
                start -= 1
            if not start or plain[start - 1] not in ".abcdefghijklmnopqrstuvwxyz0123456789":
                self._break(start, end)
        if ". " in plain or ".\n" in plain or plain.endswith("."):
            for point in _POINT.finditer(plain):
                self._break(*point.span())

    def _break(self, start: int, end: int) -> None:
        """One more strong break among those there are."""
        number = bisect_right(self.ends, start)
        self.ends.insert(number, start)
        self.starts.insert(number + 1, end)
        self.strong.insert(number + 1, True)

    def index(self, position: int) -> int:
        """The number of the clause at a position."""
        return bisect_right(self.starts, position) - 1

    def bounds(self, index: int) -> tuple[int, int]:
        """Start and end of a clause."""
        return self.starts[index], self.ends[index]

    def is_strong(self, index: int) -> bool:
        """Whether a sentence (and not only a clause after a comma) begins with it."""
        return self.strong[index]


def field_of_study_zones(plain: str) -> list[tuple[int, int]]:
    """Stretches that list fields of study before 专业: 计算机、软件工程等相关专业."""
    zones: list[tuple[int, int]] = []
    at = plain.find("专业")
    while at >= 0:
        if not plain.startswith(_FIELD_NOT, at + 2):
            start = max(0, at - 60)
            for stop in _FIELD_END.finditer(plain, start, at):
                start = stop.end()
            for stop in _FIELD_STOP.finditer(plain, start, at):
                start = stop.end()
            if start < at:
                zones.append((start, at))
        at = plain.find("专业", at + 2)
    return zones


def inside(zones: list[tuple[int, int]], start: int, end: int) -> bool:
    """Whether [start, end) lies in one of the zones."""
    for low, high in zones:  # noqa: SIM110 - a generator would cost three times as much
        if low <= start and end <= high:
            return True
    return False

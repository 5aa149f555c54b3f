"""Levels, years, wishes and negation: which of them belong to which mention."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

from talentmarket.taxonomy.clauses import Clauses, inside
from talentmarket.taxonomy.markers import Marker
from talentmarket.taxonomy.mentions import Mention
from talentmarket.taxonomy.vocabulary import Word
from talentmarket.taxonomy.years import Years

_MARKED = frozenset({"skill", "occupation", "region", "education"})
_HEADINGS = frozenset({Marker.HEADING, Marker.MUTE_HEADING, Marker.WISH_HEADING})
_CONNECT = re.compile(r"[\s:(\-—是为]{0,3}$")
_YEARS_TO_SKILL = re.compile(
    r"[\s的及以上]*(?:以上|左右)?[\s的]*(?:相关|实际|丰富|使用|从事|工作|项目|互联网|软件|of|\s|working|"
    r"experience|in|with|professional|hands-on)*$"
)
_SKILL_TO_YEARS = re.compile(
    r"[\s]*(?:开发|研发|使用|编程|项目|相关|实际|工作|测试|设计)*(?:经验|经历)?[\s:(\-—]*$"
)
#: What may stand between a comma and a name that goes on with the list.
_GOES_ON = frozenset(
    {"", "如", "和", "及", "与", "以及", "或", "或者", "比如", "例如", "and", "or"}
)
_NEGATION_REACH = 24

Place = tuple[int, int, Any]


class Attachments:
    """The marking words of one text, sorted by what they do."""

    def __init__(self, plain: str, clauses: Clauses, marks: list[tuple[int, int, Word]]) -> None:
        self.plain = plain
        self.clauses = clauses
        self.at: dict[Marker, list[Place]] = defaultdict(list)
        for start, end, word in marks:
            for marker, value in word.markers:
                self.at[marker].append((start, end, value))
        self.sections = self._sections()
        self.muted = self._muted()

    def _sections(self) -> list[tuple[int, int, Marker]]:
        heads = [
            (start, end, marker)
            for marker in _HEADINGS
            for start, end, _ in self.at.get(marker, ())
            if self._is_heading(start, end)
        ]
        heads.sort(key=lambda head: (head[0], head[2] is not Marker.WISH_HEADING))
        bounds = [*(start for start, _, _ in heads), len(self.plain)][1:]
        return [(end, stop, marker) for (_, end, marker), stop in zip(heads, bounds, strict=True)]

    def _is_heading(self, start: int, end: int) -> bool:
        after = self.plain[end : end + 2].lstrip(" ")
        before = self.plain[max(0, start - 2) : start].rstrip(" ")
        return after[:1] in (":", "】", "]") or (
            after[:1] in ("", "\n", "\r") and (not before or before[-1] in "\n\r【[、.")
        )

    def _muted(self) -> list[tuple[int, int]]:
        zones = [(a, b) for a, b, marker in self.sections if marker is Marker.MUTE_HEADING]
        for _, end, _ in self.at.get(Marker.CUSTOMERS, ()):
            index = self.clauses.index(end)
            stop = self.clauses.bounds(index)[1]
            while stop < self.clauses.size and not self.clauses.is_strong(index + 1):
                index += 1
                stop = self.clauses.bounds(index)[1]
            zones.append((end, stop))
        return zones

    def attach(self, mentions: list[Mention], years: list[tuple[int, int, Years]]) -> list[Mention]:
        """The mentions (in order of place) with what belongs to each of them."""
        negated = self._negated_zones(mentions)
        wishes = self._wish_zones()
        levels = self._levels(mentions) if Marker.LEVEL in self.at else {}
        if not (negated or wishes or levels or years):
            return mentions
        result = []
        made = tuple.__new__  # the constructor takes twice as long
        for number, mention in enumerate(mentions):
            kind, code, start, end, name = mention[:5]
            if kind in _MARKED:
                refused = inside(negated, start, end) if negated else False
                wish = inside(wishes, start, end) if wishes else False
                level = levels.get(number)
                span = self._years(start, end, years) if years and kind == "skill" else None
                if refused or wish or level or span:
                    given = (kind, code, start, end, name, refused, wish, level, span, mention[9])
                    mention = made(Mention, given)
            result.append(mention)
        return result

    # negation and wishes ---------------------------------------------------------------------
    def _negated_zones(self, mentions: list[Mention]) -> list[tuple[int, int]]:
        zones = []
        buts = [start for start, _, _ in self.at.get(Marker.BUT, ())]
        before = {(start, end) for start, end, _ in self.at.get(Marker.NOT_BEFORE, ())}
        for start, end, _ in self.at.get(Marker.NOT_AFTER, ()):
            stop = min(self._clause(start)[1], end + _NEGATION_REACH)
            stop = min([stop, *(but for but in buts if end <= but)])
            if (start, end) in before and not self._any_in(mentions, end, stop):
                continue
            before.discard((start, end))
            zones.append((end, stop))
        for start, _ in before:
            low = max(self._clause(start)[0], start - _NEGATION_REACH)
            low = max([low, *(but for but in buts if but <= start)])
            zones.append((low, start))
        for start, end, _ in self.at.get(Marker.NOT_ADJACENT, ()):
            at = end + (len(self.plain) > end and self.plain[end] == " ")
            kept = self._any_in(self._places(Marker.KEEP_OUT), *self._clause(start))
            zones += [(m.start, m.end) for m in mentions if m.start == at and not kept]
        for start, _, _ in self.at.get(Marker.KEEP_OUT, ()):
            low = self._clause(start)[0]
            if not self._any_in(self._places(Marker.NOT_ADJACENT), low, start):
                zones.append((low, start))
        return zones

    def _places(self, marker: Marker) -> list[Place]:
        return self.at.get(marker, [])

    def _clause(self, position: int) -> tuple[int, int]:
        return self.clauses.bounds(self.clauses.index(position))

    @staticmethod
    def _any_in(things: Any, low: int, high: int) -> bool:
        return any(
            low <= (thing.start if hasattr(thing, "start") else thing[0]) < high for thing in things
        )

    def _wish_zones(self) -> list[tuple[int, int]]:
        zones = [(a, b) for a, b, marker in self.sections if marker is Marker.WISH_HEADING]
        zones += [(self._clause(start)[0], start) for start, _, _ in self.at.get(Marker.WISH, ())]
        zones += [
            (end, self._clause(start)[1]) for start, end, _ in self._places(Marker.WISH_AFTER)
        ]
        return zones

    # levels and years ------------------------------------------------------------------------
    def _levels(self, mentions: list[Mention]) -> dict[int, int]:
        """Level by the number of the mention: behind it ("Java：精通"), or ahead in the list."""
        marks = self.at[Marker.LEVEL]
        used, levels = self._levels_behind(mentions, marks)
        events = [(start, -1, value) for start, _, value in marks if start not in used]
        events += [(m[2], number, 0) for number, m in enumerate(mentions) if m[0] == "skill"]
        events.sort()
        starts, strong, plain = self.clauses.starts, self.clauses.strong, self.plain
        current, clause, last = 0, 0, len(starts) - 1
        for position, number, level in events:
            while clause < last and starts[clause + 1] <= position:
                clause += 1
                # A level goes on behind a comma when the next name stands right there.
                if current and (
                    strong[clause] or plain[starts[clause] : position].strip() not in _GOES_ON
                ):
                    current = 0
            if number < 0:
                current = level
            elif current:
                levels.setdefault(number, current)
        return levels

    def _levels_behind(
        self, mentions: list[Mention], marks: list[Place]
    ) -> tuple[set[int], dict[int, int]]:
        """Marks that stand behind a name ("Java 精通、Python 熟练"), and the levels they give."""
        used: set[int] = set()
        levels: dict[int, int] = {}
        if not marks:
            return used, levels
        ends = {m[3]: number for number, m in enumerate(mentions) if m[0] == "skill"}
        starts = {m[2] for m in mentions}
        plain = self.plain
        for start, end, value in marks:
            for at in (start, start - 1, start - 2, start - 3):
                if at in ends:
                    break
            else:
                continue
            if not _CONNECT.match(plain[at:start]):
                continue
            if end in starts or (end + 1 in starts and plain[end] == " "):
                continue
            rest = plain[end : end + 1]
            if not rest or not rest.isalnum() or rest in "使运应操者的":
                used.add(start)
                levels[ends[at]] = value
        return used, levels

    def _years(self, start: int, end: int, years: list[tuple[int, int, Years]]) -> Years | None:
        for low, high, span in years:
            if high <= start <= high + 26 and _YEARS_TO_SKILL.match(self.plain[high:start]):
                return span
            if end <= low <= end + 12 and _SKILL_TO_YEARS.match(self.plain[end:low]):
                return span
        return None

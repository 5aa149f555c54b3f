"""Words that set a limit (实习, 双休, 直招, 本科, 高级), and named areas: one automaton. Pure."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, NamedTuple

import ahocorasick

from talentmarket.discovery.understanding.found import LIMIT, NAME, RUNG, Found
from talentmarket.discovery.understanding.tables import get_tables
from talentmarket.taxonomy.folding import Folded, fold_name

_ALNUM = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")
_FLOOR = re.compile(
    r"[^\S\n]*(?:学历|学位)?[^\S\n]*(?:(?:及|或|含)?以上(?:学历)?|or above|起)|[^\S\n]*学历"
)


class _Word(NamedTuple):
    size: int
    kind: str
    code: str
    unsure: bool
    latin: bool


@lru_cache(maxsize=1)
def _automaton() -> Any:
    tables = get_tables()
    made = ahocorasick.Automaton()
    rows = [
        (kind, code, word)
        for kind, codes in tables.limits.items()
        for code, words in codes.items()
        for word in words
    ]
    rows += [("area", area.code, word) for area in tables.areas.values() for word in area.names]
    for kind, code, word in rows:
        folded = fold_name(word)
        if folded and folded not in made:
            unsure = word in tables.unsure
            latin = folded[0] in _ALNUM or folded[-1] in _ALNUM
            made.add_word(folded, _Word(len(folded), kind, code, unsure, latin))
    made.make_automaton()
    return made


def known_limit_words() -> list[str]:
    """All words of limits, folded."""
    return list(_automaton().keys())


def find_limits(folded: Folded) -> list[Found]:
    """All words of limits in a text; a longer word covers those inside it."""
    text, breaks, size = folded.text, folded.breaks, len(folded.text)
    not_before, apart = get_tables().not_before, get_tables().apart
    found: list[Found] = []
    for last, word in _automaton().iter(text):
        start, end = last + 1 - word.size, last + 1
        if word.latin and (
            (start and text[start - 1] in _ALNUM and text[start] in _ALNUM and start not in breaks)
            or (end < size and text[end] in _ALNUM and text[last] in _ALNUM and end not in breaks)
        ):
            continue
        if not folded.lines.isdisjoint(range(start + 1, end)):
            continue
        if not word.latin and not folded.spaced.isdisjoint(range(start + 1, end)):
            continue  # 实习 生物, not 实习生
        if any(_goes_on(folded, end, more) for more in not_before.get(word.code, ())):
            continue
        begin, stop = folded.span(start, end)
        if text[start:end] in apart and not _stands_apart(
            folded.plain, begin, stop, apart[text[start:end]]
        ):
            continue
        if word.kind == "education" and (floor := _FLOOR.match(folded.plain, stop)):
            stop = floor.end()
        rank = NAME if word.kind == "area" else RUNG if word.kind == "level" else LIMIT
        found.append(Found(rank, begin, stop, word.kind, word.code, unsure=word.unsure))
    return found


def _stands_apart(plain: str, begin: int, stop: int, before: tuple[str, ...]) -> bool:
    """Is it a word of its own, or before one of these? 大学应届生, but neither 四川大学 nor 大学教师."""
    return not plain[begin - 1 : begin].isalnum() and (
        not plain[stop : stop + 1].isalnum() or plain.startswith(before, stop)
    )


def _goes_on(folded: Folded, end: int, more: str) -> bool:
    """Does the name go on at `end`, as in 远程医疗? A space parts signs, not words: hybrid cloud."""
    parted = end in folded.spaced and more[0] not in _ALNUM
    return not parted and folded.text.startswith(more, end)

"""Names of employers in a text. The names are given in; looking them up is pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import ahocorasick

from talentmarket.discovery.understanding.found import FIRM, Found
from talentmarket.discovery.understanding.limits import known_limit_words
from talentmarket.taxonomy.folding import Folded, fold_name
from talentmarket.taxonomy.model import get_taxonomy
from talentmarket.taxonomy.recognise import get_recogniser

#: What a firm's registered name ends with, and what people leave away.
_FORM = re.compile(
    r"(?:[(（][^()（）]{1,12}[)）])?(?:(?:股份|集团|控股)*(?:有限(?:责任)?公司|公司)|集团)(?:.{0,10}分公司)?$"
)
#: What stands before and behind the part of a name that people say.
_TRADE = re.compile(
    r"(?:信息|网络|软件|电子|智能|数字|数据|科技|技术|产业|服务|工程|系统|集团|股份|控股|发展)$"
)
_SUPPORT = re.compile(
    r"\s*(?:公司|集团|招聘|校招|社招|内推|科技|有限|的?岗位|的?职位|inc|ltd|jobs)"
)
_ALNUM = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")


class EmployerNames:
    """A fixed set of names to find. `rows`: (code, names) of each employer; one that has no code
    of its own (of a posting that was brought in) has "".

    Names that are short, or words for something else, count only when they stand alone, or with a
    word such as 公司 or 招聘 behind them.
    """

    def __init__(self, rows: Iterable[tuple[str, Iterable[str]]]) -> None:
        taken = get_recogniser().vocabulary.words
        limits = set(known_limit_words())
        self._automaton: Any = ahocorasick.Automaton()
        self.size = 0
        for code, names in rows:
            for name in names:
                for form in _forms(name):
                    folded = fold_name(form)
                    if len(folded) < 2 or folded in self._automaton:
                        continue
                    unsure = _is_short(folded) or folded in taken or folded in limits
                    self._automaton.add_word(folded, (len(folded), code, name, unsure))
                    self.size += 1
        self._automaton.make_automaton()

    def find(self, folded: Folded) -> list[Found]:
        """The employers named in a text."""
        if not self.size:
            return []
        text, breaks, plain = folded.text, folded.breaks, folded.plain
        found = []
        for last, (size, code, name, unsure) in self._automaton.iter(text):
            start, end = last + 1 - size, last + 1
            if not folded.lines.isdisjoint(range(start + 1, end)):
                continue
            if _inside_word(text, start, end, breaks):
                continue
            begin, stop = folded.span(start, end)
            if unsure:
                support = _SUPPORT.match(plain, stop)
                if support is None and plain.strip("\n ") != plain[begin:stop]:
                    continue
            kind, value = ("employer", code) if code else ("firm", fold_name(name))
            found.append(Found(FIRM, begin, stop, kind, value))
        return found


def _forms(name: str) -> list[str]:
    """The name, the name without its legal form, and what people say of it (华为)."""
    name = name.strip()
    short = _FORM.sub("", name).strip() or name
    forms, core = [name, short], _place_before(short)
    while len(core) >= 2:
        forms.append(core)
        shorter = _TRADE.sub("", core)
        if shorter == core:
            break
        core = shorter
    return list(dict.fromkeys(forms))


def _place_before(name: str) -> str:
    """A name without the place it begins with, where enough of it remains."""
    for size in (4, 3, 2):
        if name[:size] in _places() and len(name) >= size + 2:
            return name[size:].lstrip("市省")
    return name


@lru_cache(maxsize=1)
def _places() -> frozenset[str]:
    regions = get_taxonomy().regions.values()
    return frozenset(
        name for one in regions if one.kind in ("province", "city")
        for name in (one.name_zh, one.short_zh)
    )  # fmt: skip


def _is_short(folded: str) -> bool:
    return len(folded) <= (3 if folded.isascii() else 2)


def _inside_word(text: str, start: int, end: int, breaks: set[int]) -> bool:
    before = start and text[start - 1] in _ALNUM and text[start] in _ALNUM and start not in breaks
    after = (
        end < len(text) and text[end] in _ALNUM and text[end - 1] in _ALNUM and end not in breaks
    )
    return bool(before or after)

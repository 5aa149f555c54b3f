"""All words the recogniser knows, in one automaton over folded text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import ahocorasick

from talentmarket.taxonomy import files, markers
from talentmarket.taxonomy.concepts import Region, Skill
from talentmarket.taxonomy.folding import fold_name
from talentmarket.taxonomy.markers import Marker
from talentmarket.taxonomy.model import TECHNICAL_KINDS, Taxonomy

#: How far cue words may stand from an ambiguous name, in signs.
LATIN_REACH, HAN_REACH, BARE_REACH = 16, 6, 14
#: At which ends of a latin name a boundary is needed, as bits.
LEFT, RIGHT = 1, 2
#: What a word stands for, for those (nearly all) that stand for one thing.
SKILL, MARKER = 1, 2
_HAN = re.compile("[\u4e00-\u9fff]")


@dataclass(slots=True)
class Cue:
    """What an ambiguous name needs around it. `wanted` None: a technical name nearby."""

    wanted: re.Pattern[str] | None
    unwanted: re.Pattern[str] | None
    reach: int


@dataclass(slots=True)
class Word:
    """A folded word and what it can stand for. `skill` "" means a phrase that hides others."""

    length: int
    latin: int
    versioned: bool
    tight: bool
    han: bool
    skill: str | None = None
    technical: bool = False
    cue: Cue | None = None
    occupation: str | None = None
    title: str | None = None
    regions: tuple[str, ...] = ()
    region_needs_context: bool = False
    markers: tuple[tuple[Marker, Any], ...] = ()

    @property
    def role(self) -> int:
        """:data:`SKILL` or :data:`MARKER` when it is nothing else, 0 for words of several roles."""
        if self.occupation or self.regions or (self.skill is not None and self.markers):
            return 0
        return MARKER if self.markers else SKILL


class Vocabulary:
    """All words in one automaton, made once from a taxonomy and the context rules."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self.words: dict[str, Word] = {}
        contexts = files.read_json("contexts.json")
        self._cues = contexts["cues"]
        self._unwanted = contexts["not_when"]
        for skill in taxonomy.skills.values():
            self._add_skill(skill)
        for phrase in contexts["skip_phrases"]:
            word = self._word(phrase)
            if word.skill is None:
                word.skill = ""
        self._add_titles(taxonomy)
        self._add_regions(taxonomy)
        self._add_markers(taxonomy)
        self._automaton = ahocorasick.Automaton(ahocorasick.STORE_ANY)
        for text, word in self.words.items():
            found = (word.length, word.latin, word.role, word)
            self._automaton.add_word(_in_bytes(text), found)
        self._automaton.make_automaton()

    def find(self, text: str) -> Iterator[tuple[int, tuple[int, int, int, Word]]]:
        """(position of the last byte, (length, latin ends, role, word)) of every word in `text`.

        The sign a word ends with is the position halved; even positions are chance and no match.
        """
        found: Iterator[tuple[int, tuple[int, int, int, Word]]] = self._automaton.iter(
            _in_bytes(text)
        )
        return found

    def _word(self, name: str) -> Word:
        text = fold_name(name)
        if text not in self.words:
            spaced = len(text) > 4 or " " in name.strip()
            self.words[text] = Word(
                length=len(text),
                latin=LEFT * _is_latin(text[0]) + RIGHT * _is_latin(text[-1]),
                versioned=sum("a" <= sign <= "z" for sign in text) >= 4,
                tight=not spaced,
                han=all(_HAN.match(sign) for sign in text),
            )
        elif " " in name.strip():
            self.words[text].tight = False
        return self.words[text]

    def _add_skill(self, skill: Skill) -> None:
        unsure = {fold_name(name) for name in skill.ambiguous}
        for name in skill.names:
            word = self._word(name)
            word.skill = skill.code
            word.technical = skill.kind in TECHNICAL_KINDS
            if fold_name(name) in unsure:
                word.cue = self._cue(fold_name(name), word.han)

    def _cue(self, name: str, han: bool) -> Cue:
        wanted, unwanted = self._cues.get(name), self._unwanted.get(name)
        # ASCII: between a Han and a latin sign there is a word boundary.
        return Cue(
            re.compile(wanted, re.ASCII) if wanted else None,
            re.compile(unwanted, re.ASCII) if unwanted else None,
            BARE_REACH if not wanted else HAN_REACH if han else LATIN_REACH,
        )

    def _add_titles(self, taxonomy: Taxonomy) -> None:
        for occupation in taxonomy.occupations.values():
            for name in (occupation.name_zh, occupation.name_en):
                self._word(name).occupation = occupation.code
        for title in taxonomy.titles.values():
            for name in (title.name_zh, title.name_en, *title.aliases):
                word = self._word(name)
                word.title = title.code
                word.occupation = word.occupation or title.occupation

    def _add_regions(self, taxonomy: Taxonomy) -> None:
        found: dict[str, list[Region]] = {}
        doubtful: dict[str, bool] = {}
        for region in taxonomy.regions.values():
            names = {region.name_zh: False, region.name_en: False}
            names |= dict.fromkeys(region.aliases, False)
            names.setdefault(region.short_zh, _short_is_doubtful(region))
            for name, doubt in names.items():
                if region.name_en == name and region.kind not in ("city", "province", "zone"):
                    doubt = doubt or " " not in name
                text = fold_name(name)
                self._word(name)
                found.setdefault(text, []).append(region)
                doubtful[text] = doubtful.get(text, True) and doubt
        for text, regions in found.items():
            word = self.words[text]
            word.regions = tuple(region.code for region in _preferred(regions))
            word.region_needs_context = doubtful[text] or len(word.regions) > 1

    def _add_markers(self, taxonomy: Taxonomy) -> None:
        def add(marker: Marker, names: Any, value: Any = None) -> None:
            for name in names:
                word = self._word(name)
                word.tight = False
                word.markers = (*word.markers, (marker, value))

        for level, names in markers.LEVELS.items():
            add(Marker.LEVEL, names, level)
        for marker, names in (
            (Marker.NOT_AFTER, markers.NOT_AFTER),
            (Marker.NOT_ADJACENT, markers.NOT_ADJACENT),
            (Marker.NOT_BEFORE, markers.NOT_BEFORE),
            (Marker.KEEP_OUT, markers.KEEP_OUT),
            (Marker.BUT, markers.BUT),
            (Marker.WISH, markers.WISH),
            (Marker.WISH_AFTER, markers.WISH_AFTER),
            (Marker.WISH_HEADING, markers.WISH_HEADING),
            (Marker.MUTE_HEADING, markers.MUTE_HEADINGS),
            (Marker.HEADING, markers.HEADINGS),
            (Marker.CUSTOMERS, markers.CUSTOMERS),
            (Marker.NOTHING, markers.NOTHING),
        ):
            add(marker, names)
        for item in taxonomy.codes["education"].values():
            more = markers.EDUCATION_ALIASES.get(item.code, ())
            add(Marker.EDUCATION, dict.fromkeys((*item.extra["words"], *more)), item.code)


def _in_bytes(text: str) -> str:
    """Two signs below 256 for each sign: the automaton walks a node's children one by one, and
    a root with thousands of Han signs would cost more than all the rest.
    """
    return text.encode("utf-16-be", "replace").decode("latin-1")


def _is_latin(sign: str) -> bool:
    return sign.isascii() and sign.isalnum()


def _short_is_doubtful(region: Region) -> bool:
    if region.kind == "county":
        return region.short_zh not in markers.COUNTY_SHORTS
    return region.kind == "city" and region.short_zh in markers.CITY_SHORTS_DOUBTFUL


def _preferred(regions: list[Region]) -> list[Region]:
    """Of places with one name: a municipality's city row before its province, else all.

    A province goes before a city of the same name elsewhere (吉林, 海南).
    """
    provinces = [region for region in regions if region.kind == "province"]
    if provinces:
        own = [r for r in regions if r.kind == "city" and r.parent == provinces[0].code]
        if own and own[0].name_zh == provinces[0].name_zh:
            return own[:1]
        return provinces[:1]
    cities = [region for region in regions if region.kind == "city"]
    return cities if cities else list(dict.fromkeys(regions))

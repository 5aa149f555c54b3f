"""Words that are known as they stand, names by their pinyin and initials, and near spellings."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz.distance import OSA

from talentmarket.discovery.understanding.limits import known_limit_words
from talentmarket.discovery.understanding.tables import DATA, get_tables
from talentmarket.taxonomy.folding import fold_name
from talentmarket.taxonomy.model import SICHUAN, get_taxonomy
from talentmarket.taxonomy.recognise import get_recogniser

_HAN = re.compile("[\u4e00-\u9fff]{2,8}")
_LATIN = re.compile(r"[a-z]+")
#: Initials are read from this many letters, fewer mean too much.
LEAST_INITIALS = 4
LEAST_INITIALS_FREQUENT = 3
#: Words this long are read with one mistake; of four letters only two that changed places.
LEAST_TYPO = 5
LONGEST_TOKEN = 40


class Read(NamedTuple):
    """A Han name and its syllables."""

    han: str
    syllables: tuple[str, ...]


class Lexicon:
    """What latin tokens of a query can stand for. Made once per process, takes about a second."""

    def __init__(self) -> None:
        self.misspelled = _misspelled_names()
        self.names = _whole_names() - set(self.misspelled)
        self.known = self.names | _parts_of_names()
        self.english = _english_words()
        self.pinyin: dict[str, Read] = {}
        self.initials: dict[str, Read] = {}
        self.syllables: set[str] = set()
        self._near: defaultdict[tuple[str, int], list[str]] = defaultdict(list)
        spelled = {word for word in self.known if len(word) >= 4}
        for han, frequent, spell in _names():
            read = Read(han, _syllables(han))
            joined = "".join(read.syllables)
            self.pinyin.setdefault(joined, read)
            self.syllables.update(read.syllables)
            letters = "".join(part[0] for part in read.syllables)
            if len(letters) >= (LEAST_INITIALS_FREQUENT if frequent else LEAST_INITIALS):
                self.initials.setdefault(letters, read)
            if spell and len(joined) >= 6:
                spelled.add(joined)
        for word in sorted(spelled):
            self._near[(word[0], len(word))].append(word)
        self.longest = max(map(len, self.pinyin))

    def is_known(self, token: str) -> bool:
        """Whether a token stands for something as it is."""
        return token in self.known

    def near(self, token: str) -> str:
        """The known word that one mistake made into `token`; "" when there is none, or several
        equally near ones, or the token is an ordinary word."""
        size = len(token)
        if size < LEAST_TYPO - 1 or token in self.english:
            return ""
        found = []
        for letter in dict.fromkeys(token[:2]):
            for length in (size, size + 1, size - 1):
                for word in self._near.get((letter, length), ()):
                    if OSA.distance(token, word, score_cutoff=1) == 1:
                        found.append(word)
        if size < LEAST_TYPO:
            found = [word for word in found if sorted(word) == sorted(token)]
        found = [word for word in found if len(word) >= LEAST_TYPO - 1]
        if not found:
            return ""
        swapped = [word for word in found if sorted(word) == sorted(token)]
        best = swapped or [word for word in found if word[0] == token[0]] or found
        longest = [word for word in best if len(word) > size] or best
        return longest[0] if len(set(longest)) == 1 else min(longest, key=self._rank)

    def _rank(self, word: str) -> tuple[bool, int, str]:
        return (word in self.pinyin, len(word), word)

    def cover(self, token: str, stops: frozenset[int] | None = None) -> list[tuple[str, Read]]:
        """`token` as names in pinyin and known latin words, the fewest; empty when it is not.

        A known latin word comes as itself with no syllables. `stops`: where names may end.
        """
        size = len(token)
        if size > LONGEST_TOKEN:
            return []
        best: list[list[tuple[str, Read]] | None] = [None] * (size + 1)
        best[size] = []
        for start in range(size - 1, -1, -1):
            if stops is not None and start and start not in stops:
                continue
            for end in range(min(size, start + self.longest), start + 1, -1):
                rest = best[end]
                if rest is None or (stops is not None and end < size and end not in stops):
                    continue
                part = token[start:end]
                read = self.pinyin.get(part)
                if read is None and end - start >= 3 and part in self.known:
                    read = Read(part, ())
                if read is not None and (best[start] is None or len(rest) + 1 < len(best[start])):  # type: ignore[arg-type]
                    best[start] = [(part, read), *rest]
        return best[0] or []


def _whole_names() -> frozenset[str]:
    """Latin words that are names of the vocabulary, words of limits or fillers as they stand."""
    names = [*get_recogniser().vocabulary.words, *known_limit_words(), *get_tables().fillers]
    return frozenset(name for name in names if name.isascii() and name.isalpha())


def _misspelled_names() -> dict[str, str]:
    """Frequent misspellings that the vocabulary holds, because posts are full of them, with the
    right word: one mistake inside a word of which the ends are right."""
    found = {}
    for skill in get_taxonomy().skills.values():
        right = skill.name_en.lower()
        for name in skill.aliases:
            alias = name.lower()
            if not (alias.isascii() and alias.isalpha() and right.isascii()) or alias == right:
                continue
            swapped = sorted(alias) == sorted(right) and len(alias) >= LEAST_TYPO
            inside = len(alias) > LEAST_TYPO and alias[:2] + alias[-1] == right[:2] + right[-1]
            if (swapped or inside) and OSA.distance(alias, right) == 1:
                found[alias] = right
    return found


def _parts_of_names() -> frozenset[str]:
    """Latin words that names and limits are made of."""
    names: list[str] = []
    taxonomy = get_taxonomy()
    for skill in taxonomy.skills.values():
        names += skill.names
    for title in taxonomy.titles.values():
        names += [title.name_en, *title.aliases]
    names += [one.name_en for one in taxonomy.occupations.values()]
    names += [one.name_en for one in taxonomy.regions.values()]
    tables = get_tables()
    names += (
        word for codes in tables.limits.values() for words in codes.values() for word in words
    )
    names += (word for words in tables.refusals.values() for word in words)
    names += tables.glossary
    return frozenset(part for name in names for part in _LATIN.findall(name.lower()))


def _english_words() -> frozenset[str]:
    """Ordinary English words, which are never taken for a misspelling."""
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    lists = (FREQUENCY_LISTS[name] for name in ("english_wikipedia", "us_tv_and_film"))
    return frozenset(word for words in lists for word in words)


def _names() -> Iterator[tuple[str, bool, bool]]:
    """(Han name, is it frequent, is a mistake in its pinyin mended), the likeliest first."""
    lines = (DATA / "pinyin.txt").read_text("utf-8").splitlines()
    seen: set[str] = set()
    taxonomy = get_taxonomy()

    def fresh(name: str) -> bool:
        if name in seen or not _HAN.fullmatch(name):
            return False
        seen.add(name)
        return True

    for line in lines:
        if not line.startswith("#"):
            yield from ((name, True, True) for name in line.split() if fresh(name))
    for region in taxonomy.regions.values():
        wanted = region.kind in ("province", "city", "zone", "area")
        if wanted or taxonomy.province_of(region.code).code == SICHUAN:  # type: ignore[union-attr]
            for name in (region.short_zh, region.name_zh):
                if fresh(name):
                    yield name, False, region.kind == "city"
    for title in taxonomy.titles.values():
        for name in (title.name_zh, *title.aliases):
            if fresh(name):
                yield name, False, len(name) <= 5
    for occupation in taxonomy.occupations.values():
        if fresh(occupation.name_zh):
            yield occupation.name_zh, False, False
    for skill in taxonomy.skills.values():
        for name in (skill.name_zh, *skill.aliases):
            if fresh(name):
                yield name, False, False
    for kind, codes in get_tables().limits.items():
        for words in codes.values():
            for name in words:
                if kind != "years" and fresh(name):
                    yield name, False, False
    for area in get_tables().areas.values():
        for name in area.names:
            if fresh(name):
                yield name, False, False


def _syllables(han: str) -> tuple[str, ...]:
    from pypinyin import lazy_pinyin  # its phrases take a second to load

    return tuple(part.replace("ü", "v") for part in lazy_pinyin(fold_name(han)))


@lru_cache(maxsize=1)
def get_lexicon() -> Lexicon:
    """The lexicon, made once per process."""
    return Lexicon()

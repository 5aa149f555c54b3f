"""A posting as its tags are learned from: folded texts, words, recognised skills; and where tags stand in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import ahocorasick
import rjieba

from search.analysis import fold, terms
from talentmarket.taxonomy.recognise import get_recogniser

#: Words of a title that may be one tag together.
RUN = 4
_LATIN = re.compile(r"(?<![a-z0-9])[a-z][a-z0-9+#./-]{1,19}(?![a-z0-9])")
_SIGNS = re.compile(r"[^\w+#./ -]+|_+")


class Read(NamedTuple):
    """`title` and `text` folded; codes of the skills that the vocabulary sees in both, in the title.

    `phrases`: what of it may be a tag though no posting carried it: words of the title that stand
    side by side, latin words, names of the vocabulary.
    """

    title: str
    text: str
    title_words: tuple[str, ...]
    text_words: tuple[str, ...]
    skills: frozenset[str]
    title_skills: frozenset[str]
    phrases: frozenset[str]


def read(title: str, text: str) -> Read:
    """A posting, read once."""
    both = get_recogniser().recognise(f"{title}\n{text}")
    names = {fold(one.name).strip() for one in both.of("skill")}
    latin = {one.strip("./-") for one in _LATIN.findall(fold(text))}
    folded = fold(title)
    return Read(
        folded,
        fold(text),
        terms(title).words,
        terms(text).words,
        frozenset(both.skills),
        frozenset(get_recogniser().recognise(title).skills),
        frozenset(one for one in names | latin | _runs(folded) if len(one) > 1),
    )


def _runs(title: str) -> set[str]:
    """One to `RUN` words of a title that stand side by side."""
    found = set()
    for piece in _SIGNS.split(title):
        words = list(rjieba.cut(piece))
        for start in range(len(words)):
            for end in range(start + 1, min(len(words), start + RUN) + 1):
                found.add("".join(words[start:end]).strip())
    return found


class Mention(NamedTuple):
    """A tag in a text: how often, where first, how often inside of a longer tag."""

    times: int
    start: int
    covered: int


class Mentions:
    """Finds tags in folded texts. Latin ones stand alone: no `c` in `css`."""

    def __init__(self, tags: Sequence[str]) -> None:
        self._tags = list(tags)
        self._automaton = ahocorasick.Automaton()
        for number, tag in enumerate(tags):
            if folded := fold(tag):
                self._automaton.add_word(folded, (number, len(folded)))
        self._automaton.make_automaton()

    def __getstate__(self) -> dict[str, list[str]]:
        """The tags alone: the automaton is made of them again."""
        return {"tags": self._tags}

    def __setstate__(self, state: dict[str, list[str]]) -> None:
        self.__init__(state["tags"])  # type: ignore[misc]

    def find(self, text: str) -> dict[int, Mention]:
        """Number of the tag → its mention."""
        hits = sorted(self._hits(text), key=lambda hit: (hit[0], -hit[1]))
        found: dict[int, Mention] = {}
        far = -1
        for start, end, tag in hits:
            covered, far = end <= far, max(far, end)
            before = found.get(tag, Mention(0, start, 0))
            found[tag] = Mention(before.times + 1, before.start, before.covered + covered)
        return found

    def _hits(self, text: str) -> Iterable[tuple[int, int, int]]:
        if not len(self._automaton):
            return
        for last, (tag, length) in self._automaton.iter(text):
            start, end = last - length + 1, last + 1
            if not (_cuts(text, start) or _cuts(text, end)):
                yield start, end, tag


def _cuts(text: str, at: int) -> bool:
    return 0 < at < len(text) and _latin(text[at - 1]) and _latin(text[at])


def _latin(sign: str) -> bool:
    return sign.isascii() and sign.isalnum()

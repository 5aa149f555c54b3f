"""Pinyin, initials and misspelled words become the names they stand for, with the way back. Pure.

An exact known word is left alone.
"""

from __future__ import annotations

import re
from itertools import accumulate
from typing import NamedTuple

from talentmarket.discovery.understanding.lexicon import Lexicon, Read, get_lexicon

_TOKEN = re.compile(
    r"(?<![a-z0-9+#@_&./\\])[a-z]{2,40}(?:['’][a-z]{1,12})*(?![a-z0-9+#@_&]|\.[a-z0-9])"
)
_LETTERS = re.compile("[a-z]+")
_APOSTROPHES = str.maketrans("", "", "'’")


class Part(NamedTuple):
    """[`start`, `end`) of the text reads as `reading`; `marks`: where each of its signs stands.
    `mended`: it was misspelled."""

    start: int
    end: int
    reading: str
    marks: tuple[tuple[int, int], ...]
    mended: bool = False


class Reading:
    """A text as it is understood: `shown` has the names in place of pinyin and misspellings."""

    __slots__ = ("_spans", "_typed", "shown", "text")

    def __init__(self, text: str, masked: str, parts: list[Part]) -> None:
        self.text = text
        self._spans: list[tuple[int, int]] = []
        self._typed: list[tuple[int, int, str, bool]] = []
        pieces: list[str] = []
        at = 0
        for part in parts:
            pieces += (masked[at : part.start], part.reading)
            self._spans += [(one, one + 1) for one in range(at, part.start)]
            first = len(self._spans)
            self._spans += part.marks
            token = text[part.start : part.end]
            self._typed.append((first, len(self._spans), token, part.mended))
            at = part.end
        pieces.append(masked[at:])
        if parts:
            self._spans += [(one, one + 1) for one in range(at, len(masked))]
        self.shown = "".join(pieces)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """[start, end) of `shown` in the text as it was typed."""
        if not self._spans:
            return start, end
        return self._spans[start][0], self._spans[end - 1][1]

    def typed(self, start: int, end: int) -> tuple[str, bool]:
        """The first token that was read as something else within [start, end), and whether it was
        misspelled; "" when there is none."""
        for first, last, token, mended in self._typed:
            if first < end and start < last:
                return token, mended
        return "", False


def read(text: str, masked: str, off: frozenset[str]) -> Reading:
    """`masked` is `text` in plain form with line ends where nothing is to be read."""
    if not text or not _TOKEN.search(masked):
        return Reading(text, masked, [])
    lexicon = get_lexicon()
    tokens = [match.span() for match in _TOKEN.finditer(masked)]
    parts: list[Part] = []
    at = 0
    while at < len(tokens):
        count, part = _spaced(lexicon, masked, tokens, at)
        if part is None:
            count, part = 1, _single(lexicon, masked, *tokens[at])
        if part is not None and f"as:{text[part.start : part.end].lower()}" not in off:
            parts.append(part)
        at += count
    return Reading(text, masked, parts)


def _single(lexicon: Lexicon, masked: str, start: int, end: int) -> Part | None:
    token = masked[start:end].translate(_APOSTROPHES)
    if len(token) < 3 or token in lexicon.names:
        return None
    plain = len(token) == end - start
    ordinary = token in lexicon.english
    if right := lexicon.misspelled.get(token):
        return Part(start, end, right, ((start, end),) * len(right), mended=True)
    if lexicon.is_known(token):  # of a name, or a general word: 武侯 of Wuhou District
        read = None if ordinary or not plain else lexicon.pinyin.get(token)
        return _covered([(token, read)], masked, start, end) if read else None
    if not plain and lexicon.is_known(_LETTERS.match(masked, start)[0]):  # type: ignore[index]
        return None  # master's
    if not (ordinary and len(token) <= 5):
        cover = lexicon.cover(token)
        if any(read.syllables for _, read in cover):  # else it is read as it stands
            return _covered(cover, masked, start, end)
        initials = lexicon.initials.get(token)
        if initials is not None and not ordinary:
            marks = tuple((start + number, start + number + 1) for number in range(len(token)))
            return Part(start, end, initials.han, marks)
    if near := lexicon.near(token):
        read = lexicon.pinyin.get(near) if not lexicon.is_known(near) else None
        reading = read.han if read is not None else near
        return Part(start, end, reading, ((start, end),) * len(reading), mended=True)
    return None


def _covered(cover: list[tuple[str, Read]], masked: str, start: int, end: int) -> Part:
    """The names of a token, each sign with the letters of its syllable."""
    letters = [at for at in range(start, end) if masked[at] not in "'’ "]
    reading, marks, at = "", [], 0
    for part, read in cover:
        reading += read.han
        for size in [len(one) for one in read.syllables] or [1] * len(part):
            marks.append((letters[at], letters[at + size - 1] + 1))
            at += size
    return Part(start, end, reading, tuple(marks))


def _spaced(
    lexicon: Lexicon, masked: str, tokens: list[tuple[int, int]], at: int
) -> tuple[int, Part | None]:
    """A name that was typed in parts ("da shu ju", "shuju fenxi"): how many tokens, and the part."""
    run = [tokens[at]]
    for start, end in tokens[at + 1 : at + 9]:
        if masked[run[-1][1] : start] != " ":
            break
        run.append((start, end))
    for count in range(len(run), 1, -1):
        words = [masked[start:end] for start, end in run[:count]]
        joined = "".join(words)
        read = lexicon.pinyin.get(joined)
        if read is not None and _are_parts(lexicon, words, read):
            return count, _covered([(joined, read)], masked, run[0][0], run[count - 1][1])
    return 1, None


def _are_parts(lexicon: Lexicon, words: list[str], read: Read) -> bool:
    """Whether each word is one syllable of the name, or some of them and no name of its own."""
    ends = set(accumulate(map(len, read.syllables)))
    if not ends.issuperset(accumulate(map(len, words))):
        return False
    return len(words) == len(read.syllables) or lexicon.names.isdisjoint(words)

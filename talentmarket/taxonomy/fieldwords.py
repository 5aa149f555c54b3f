"""Which fields of work the words of a title speak of: a table beside this file, and its longest words. Pure.

牙医 and 口腔科医生 have no sign in common but one; the table says that both are of dentistry.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from talentmarket.taxonomy.folding import Folded

_QUIET = "~"
_FILE = Path(__file__).parent / "data" / "fields.txt"


def fields_of(title: str) -> list[str]:
    """The fields of a title: those of each of its words, a field as often as words speak of it.

    A word inside of a longer one of the table says nothing (水 in 水管); latin words are whole. One that
    is marked ~ speaks only where no other does (顾问 in 置业顾问).
    """
    return list(_fields_of(title))


@lru_cache(maxsize=16_384)
def _fields_of(title: str) -> tuple[str, ...]:
    """Many postings have the same few thousand titles."""
    return tuple(field for word in _words_in(title) for field in _table()[0][word])


def shared_words(one: str, other: str) -> list[tuple[str, str]]:
    """Words of two titles that speak of one field: each of the first with the first such one of the
    other."""
    words, _ = _table()
    beside = list(dict.fromkeys(_words_in(other)))
    found = []
    for word in dict.fromkeys(_words_in(one)):
        same = (it for it in beside if not set(words[it]).isdisjoint(words[word]))
        if (first := next(same, None)) is not None:
            found.append((word, first))
    return found


def _words_in(title: str) -> list[str]:
    """The words of the table in a title, in its order."""
    words, longest = _table()
    text = Folded(title).plain
    hits = [
        (start, end)
        for start in range(len(text))
        for end in range(start + 1, min(len(text), start + longest) + 1)
        if text[start:end] in words and not (_cuts(text, start) or _cuts(text, end))
    ]
    whole = [hit for hit in hits if not any(_inside(hit, other) for other in hits)]
    found = [text[start:end] for start, end in whole]
    return [word for word in found if word not in _quiet()] or found


def _inside(hit: tuple[int, int], other: tuple[int, int]) -> bool:
    return other != hit and other[0] <= hit[0] and hit[1] <= other[1]


def _cuts(text: str, at: int) -> bool:
    """Whether a latin word would be cut there."""
    return 0 < at < len(text) and _latin(text[at - 1]) and _latin(text[at])


def _latin(sign: str) -> bool:
    return sign.isascii() and sign.isalnum()


@lru_cache(maxsize=1)
def _table() -> tuple[dict[str, list[str]], int]:
    """(word → its fields, length of the longest word)."""
    words: dict[str, list[str]] = {}
    for line in _FILE.read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            field, _, said = line.partition(": ")
            for word in said.split():
                words.setdefault(Folded(word.rstrip(_QUIET)).plain, []).append(field)
    return words, max(map(len, words))


@lru_cache(maxsize=1)
def _quiet() -> frozenset[str]:
    """The words that are marked."""
    said = (line.partition(": ")[2] for line in _FILE.read_text("utf-8").splitlines())
    words = (word for line in said for word in line.split() if word.endswith(_QUIET))
    return frozenset(Folded(word.rstrip(_QUIET)).plain for word in words)

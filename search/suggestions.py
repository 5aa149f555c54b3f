"""Prefixes under which a name is found while it is typed: as written, in pinyin, by initials."""

import re
from functools import lru_cache

import rjieba

from search.analysis import fold

MAX_PREFIX = 16
MAX_STARTS = 6
MAX_READINGS = 2
_KEPT = re.compile(r"[^\w+#.]|_")


def typed(text: str) -> str:
    """What was typed so far, in the form of the prefixes."""
    return _KEPT.sub("", fold(text))[:MAX_PREFIX]


@lru_cache(maxsize=50_000)
def prefixes(name: str) -> tuple[str, ...]:
    """Every beginning (up to 16 characters) of the name and of the words inside it."""
    found: dict[str, None] = {}
    for number, start in enumerate(_starts(name)):
        for form in _forms(start, MAX_READINGS if number == 0 else 1):
            for end in range(1, min(len(form), MAX_PREFIX) + 1):
                found.setdefault(form[:end])
    return tuple(found)


def _starts(name: str) -> list[str]:
    words = [str(word) for word in rjieba.cut(fold(name)) if _KEPT.sub("", word)]
    return [_KEPT.sub("", "".join(words[at:])) for at in range(min(len(words), MAX_STARTS))]


def _forms(text: str, readings: int) -> list[str]:
    forms = [text]
    if not text.isascii():
        syllables = _syllables(text)[:readings]
        forms += ["".join(reading) for reading in syllables]
        forms += ["".join(part[0] for part in reading) for reading in syllables]
    return forms


@lru_cache(maxsize=50_000)
def _syllables(text: str) -> tuple[tuple[str, ...], ...]:
    """Readings of a text, likeliest first; a first character with two gives two (重庆)."""
    # The whole before its part: of two threads that begin at different ends each would hold what
    # the other one waits for. Its phrases take a second to load.
    import pypinyin  # noqa: F401
    from pypinyin.seg.simpleseg import seg

    one = tuple(syllable for word in seg(text) for syllable in _reading(word))
    readings = (one, *((first, *one[1:]) for first in _alone(text[0])))
    return tuple(dict.fromkeys(readings))[:MAX_READINGS]


@lru_cache(maxsize=20_000)
def _alone(character: str) -> tuple[str, ...]:
    """All readings of a single character."""
    from pypinyin import Style, pinyin

    return tuple(pinyin(character, style=Style.NORMAL, heteronym=True, v_to_u=False)[0])


@lru_cache(maxsize=50_000)
def _reading(word: str) -> tuple[str, ...]:
    """The syllables of one word of pypinyin's own segmenting: names are made of the same words."""
    from pypinyin import Style, pinyin

    return tuple(row[0] for row in pinyin([word], style=Style.NORMAL, v_to_u=False))

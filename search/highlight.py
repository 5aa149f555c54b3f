"""Where a text says what was asked: found in Python, so it is the same on every engine."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache

from search.analysis import fold, units
from search.requests import Fragment, SearchRequest

WHOLE = 120  # texts up to this length are shown whole
AROUND = 40  # characters kept on either side of a hit in a longer text
MAX_FRAGMENTS = 2


def pattern_of(request: SearchRequest) -> re.Pattern[str] | None:
    """What to mark in folded text for a request; None where nothing was asked in words."""
    texts = [request.words, *request.phrases, *_names(request)]
    return _pattern(tuple(text for text in texts if text))


def _names(request: SearchRequest) -> Iterable[str]:
    """All names of what was recognised."""
    return (name for one in request.concepts for name in (one.words, *one.also))


@lru_cache(maxsize=1024)
def _pattern(texts: tuple[str, ...]) -> re.Pattern[str] | None:
    needles: dict[str, bool] = {}
    for text in texts:
        for unit in units(text):
            needles.setdefault(unit.text, unit.han)
            if not unit.han and len(unit.grams) > 1:
                needles.setdefault(" ".join(unit.grams), False)
            for word in unit.words:
                needles.setdefault(word, unit.han)
    if not needles:
        return None
    ordered = sorted(needles, key=lambda needle: (-len(needle), needle))
    return re.compile("|".join(_bounded(needle, needles[needle]) for needle in ordered))


def _bounded(needle: str, han: bool) -> str:
    escaped = re.escape(needle)
    return escaped if han else rf"(?<![0-9a-z]){escaped}(?![0-9a-z])"


def fragments(text: str, pattern: re.Pattern[str]) -> tuple[Fragment, ...]:
    """Pieces of the text with the hits marked; none where nothing is hit."""
    folded, origins = _aligned(text)
    spans = [(origins[found.start()], origins[found.end()]) for found in pattern.finditer(folded)]
    spans = _joined(span for span in spans if span[0] < span[1])
    if not spans:
        return ()
    if len(text) <= WHOLE:
        return (_marked(text, 0, len(text), spans),)
    return tuple(_marked(text, *window, spans) for window in _windows(text, spans))


def marked(
    request: SearchRequest, pattern: re.Pattern[str], values: Mapping[str, str]
) -> dict[str, tuple[Fragment, ...]]:
    """The fragments of a document's `values` in each field that the request wants marked."""
    found = ((name, fragments(values.get(name, ""), pattern)) for name in request.highlight)
    return {name: pieces for name, pieces in found if pieces}


def _joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Hits side by side are one."""
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _aligned(text: str) -> tuple[str, list[int]]:
    """The folded text, and for each of its characters (and its end) where it comes from."""
    folded = fold(text)
    if len(folded) == len(text) and unicodedata.is_normalized("NFKC", text):
        return folded, list(range(len(text) + 1))
    pieces: list[str] = []
    origins: list[int] = []
    for start, end in _clusters(text):
        piece = fold(text[start:end])
        pieces.append(piece)
        origins += [start] * len(piece)
    return "".join(pieces), [*origins, len(text)]


def _clusters(text: str) -> Iterable[tuple[int, int]]:
    start = 0
    for at in range(1, len(text) + 1):
        if at == len(text) or not unicodedata.combining(text[at]):
            yield start, at
            start = at


def _windows(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    windows: list[tuple[int, int]] = []
    for start, end in spans:
        low, high = max(0, start - AROUND), min(len(text), end + AROUND)
        if windows and low <= windows[-1][1]:
            grown = (windows[-1][0], high)
            if grown[1] - grown[0] <= 2 * WHOLE:
                windows[-1] = grown
        elif len(windows) < MAX_FRAGMENTS:
            windows.append((low, high))
    return windows


def _marked(text: str, low: int, high: int, spans: list[tuple[int, int]]) -> Fragment:
    parts: list[tuple[str, bool]] = []
    at = low
    for start, end in spans:
        if start < at or end > high:
            continue
        if start > at:
            parts.append((text[at:start], False))
        parts.append((text[start:end], True))
        at = end
    if at < high:
        parts.append((text[at:high], False))
    return tuple(parts)

"""The same job published by several firms: which postings stand for one, found while indexing.

Postings are one when employer, place and kind are the same, pay and text nearly so, and different
publishers say it. Texts are compared by the resemblance of their shingles (Broder, "On the
resemblance and containment of documents", 1997): exactly, not by sketches, since only postings of
one employer in one place are ever compared. Why: docs/decisions.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from talentmarket.core.folding import fold

SAME_TEXT = 0.8
SAME_TITLE = 0.5
SAME_PAY = 0.1  # share of the higher middle
TEXT_SHINGLE, TITLE_SHINGLE = 4, 2
MOST_COMPARED = 400  # postings of one block; in a larger one only those of the same title are
_SIGNS = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Posting:
    """What likeness looks at. `pay`: the middle of the monthly range in fen, None if unknown."""

    key: int
    publisher: int
    kind: str
    pay: float | None
    title: str
    text: str


def block(employer: str, place: str | None) -> str | None:
    """Postings of one block may be the same; None for what no other can be like."""
    name = fold(employer)
    if not name or not place:
        return None
    return hashlib.sha256(f"{name}\n{place}".encode()).hexdigest()[:32]


def clusters(postings: Sequence[Posting]) -> dict[int, int]:
    """Key → key of the oldest posting it stands for one with; those that stand alone are absent."""
    if len({one.publisher for one in postings}) < 2:
        return {}
    parent = {one.key: one.key for one in postings}
    titles = {one.key: shingles(one.title, TITLE_SHINGLE) for one in postings}
    texts: dict[int, frozenset[str]] = {}
    for one, other in _pairs(postings):
        if not _comparable(one, other):
            continue
        if resemblance(titles[one.key], titles[other.key]) < SAME_TITLE:
            continue
        for item in (one, other):
            if item.key not in texts:
                texts[item.key] = shingles(item.text, TEXT_SHINGLE)
        if resemblance(texts[one.key], texts[other.key]) >= SAME_TEXT:
            _join(parent, one.key, other.key)
    roots = {key: _root(parent, key) for key in parent}
    joined = {root for key, root in roots.items() if key != root}
    return {key: root for key, root in roots.items() if root in joined}


def _pairs(postings: Sequence[Posting]) -> Iterable[tuple[Posting, Posting]]:
    if len(postings) <= MOST_COMPARED:
        yield from combinations(postings, 2)
        return
    named: defaultdict[str, list[Posting]] = defaultdict(list)
    for one in postings:
        named[_SIGNS.sub("", fold(one.title))].append(one)
    for same in named.values():
        yield from combinations(same[-MOST_COMPARED:], 2)


def _comparable(one: Posting, other: Posting) -> bool:
    if one.publisher == other.publisher or one.kind != other.kind:
        return False
    if one.pay is None or other.pay is None:
        return one.pay is other.pay
    return abs(one.pay - other.pay) <= SAME_PAY * max(one.pay, other.pay)


def shingles(text: str, width: int) -> frozenset[str]:
    """Every run of `width` letters, digits and Han characters of the text; short ones whole."""
    kept = _SIGNS.sub("", fold(text))
    return frozenset(kept[at : at + width] for at in range(max(1, len(kept) - width + 1)))


def resemblance(one: frozenset[str], other: frozenset[str]) -> float:
    """Shared shingles among all of both, 0 to 1."""
    shared = len(one & other)
    return shared / (len(one) + len(other) - shared)


def _root(parent: dict[int, int], key: int) -> int:
    while parent[key] != key:
        parent[key] = key = parent[parent[key]]
    return key


def _join(parent: dict[int, int], one: int, other: int) -> None:
    low, high = sorted((_root(parent, one), _root(parent, other)))
    parent[high] = low

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
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from talentmarket.core.folding import fold

SAME_TEXT = 0.8
SAME_TITLE = 0.5
SAME_PAY = 0.1  # share of the higher middle
TEXT_SHINGLE, TITLE_SHINGLE = 4, 2
MOST_COMPARED = 400  # postings of one block; in a larger one only those of the same title are
_SIGNS = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Posting:
    """What likeness looks at before the text. `pay`: the middle of the monthly range in fen, None
    if unknown."""

    key: int
    publisher: int
    kind: str
    pay: float | None
    title: str


@lru_cache(maxsize=8_192)
def block(employer: str, place: str | None) -> str | None:
    """Postings of one block may be the same; None for what no other can be like."""
    name = fold(employer)
    if not name or not place:
        return None
    return hashlib.sha256(f"{name}\n{place}".encode()).hexdigest()[:32]


def candidates(postings: Sequence[Posting]) -> list[tuple[int, int]]:
    """Pairs of keys within a block that are one if their texts are: different publishers, the same
    kind, near-equal pay and title."""
    found = []
    for one, other in _comparable(postings):
        if resemblance(_title(one.title), _title(other.title)) >= SAME_TITLE:
            found.append((one.key, other.key))
    return found


def clusters(pairs: Iterable[tuple[int, int]], texts: Mapping[int, str]) -> dict[int, int]:
    """Key → key of the oldest posting it stands for one with; those that stand alone are absent.

    `texts`: those of all :func:`candidates`, by key.
    """
    parent: dict[int, int] = {}
    made: dict[int, frozenset[str]] = {}
    for pair in pairs:
        for key in pair:
            if key not in made:
                made[key] = shingles(texts[key], TEXT_SHINGLE)
        if resemblance(made[pair[0]], made[pair[1]]) >= SAME_TEXT:
            for key in pair:
                parent.setdefault(key, key)
            _join(parent, *pair)
    return {key: _root(parent, key) for key in parent}


def _comparable(postings: Sequence[Posting]) -> Iterator[tuple[Posting, Posting]]:
    """Pairs of different publishers, the same kind and near-equal pay."""
    groups: defaultdict[tuple[str, ...], list[Posting]] = defaultdict(list)
    large = len(postings) > MOST_COMPARED
    for one in postings:
        titled = (_SIGNS.sub("", fold(one.title)),) if large else ()
        groups[one.kind, *titled].append(one)
    for same in groups.values():
        same = same[-MOST_COMPARED:]
        if len({one.publisher for one in same}) > 1:
            yield from _near(sorted(same, key=lambda one: one.pay or 0.0))


def _near(postings: Sequence[Posting]) -> Iterator[tuple[Posting, Posting]]:
    """Pairs of different publishers and near-equal pay; `postings` by pay, from the lowest on."""
    for at, one in enumerate(postings, 1):
        for other in islice(postings, at, None):
            if one.pay is None or other.pay is None:
                if one.pay is not other.pay:
                    continue
            elif other.pay - one.pay > SAME_PAY * other.pay:
                break
            if one.publisher != other.publisher:
                yield one, other


@lru_cache(maxsize=10_000)
def _title(title: str) -> frozenset[str]:
    return shingles(title, TITLE_SHINGLE)


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

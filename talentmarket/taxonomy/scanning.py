"""Finding words in a folded text: leftmost, longest, at word boundaries."""

from __future__ import annotations

from typing import NamedTuple

from talentmarket.taxonomy.folding import Folded
from talentmarket.taxonomy.vocabulary import LEFT, MARKER, RIGHT, SKILL, Vocabulary, Word

_ALNUM = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")
_VERSION = frozenset("0123456789.")


#: A word at a place: folded start, minus its length (so that sorting puts the longest first and
#: never looks at the word: no two hits share both).
Hit = tuple[int, int, Word]


class Hits(NamedTuple):
    """What was found, each list from left to right without overlaps but `skills`.

    `skills` still holds overlapping candidates, because an ambiguous one may fall away.
    """

    skills: list[Hit]
    occupations: list[Hit]
    regions: list[Hit]
    markers: list[Hit]


def scan(vocabulary: Vocabulary, folded: Folded) -> Hits:
    """All words of the vocabulary that stand in the text at word boundaries."""
    text, size = folded.text, len(folded.text)
    breaks, spaced, lines, origin = folded.breaks, folded.spaced, folded.lines, folded.origin
    gaps = bool(spaced)
    skills: list[Hit] = []
    occupations: list[Hit] = []
    regions: list[Hit] = []
    markers: list[Hit] = []
    add_skill, add_marker = skills.append, markers.append
    for last, (length, latin, role, word) in vocabulary.find(text):
        if not last & 1:
            continue
        end = (last + 1) >> 1
        start = end - length
        if latin and (
            (latin & LEFT and start and text[start - 1] in _ALNUM and start not in breaks)
            or (
                latin & RIGHT
                and end < size
                and text[end] in _ALNUM
                and end not in breaks
                and not (word.versioned and _is_version(text, end, size, breaks))
            )
        ):
            continue
        if gaps and length > 1 and origin[end - 1] - origin[start] >= length:
            # No name crosses a line; short names cross no space unless they are written so.
            inner = range(start + 1, end)
            if not spaced.isdisjoint(inner) and (word.tight or not lines.isdisjoint(inner)):
                continue
        if role == SKILL:
            add_skill((start, -length, word))
        elif role == MARKER:
            add_marker((start, -length, word))
        else:
            hit = (start, -length, word)
            if word.skill is not None:
                add_skill(hit)
            if word.markers:
                add_marker(hit)
            if word.occupation is not None:
                occupations.append(hit)
            if word.regions:
                regions.append(hit)
    skills.sort()
    return Hits(skills, _longest(occupations), _longest(regions), _longest(markers))


def _is_version(text: str, end: int, size: int, breaks: set[int]) -> bool:
    """Whether digits and points follow and then no letter: java8, oracle11g, python3.6."""
    if text[end] not in "0123456789":
        return False
    at = end
    while at < size and text[at] in _VERSION and (at == end or at not in breaks):
        at += 1
    if at < size and text[at] in "cgix" and at not in breaks:  # oracle11g, db2 9.x
        at += 1
    return at >= size or at in breaks or text[at] not in _ALNUM


def _longest(hits: list[Hit]) -> list[Hit]:
    hits.sort()
    kept: list[Hit] = []
    free = 0
    for hit in hits:
        if hit[0] >= free:
            kept.append(hit)
            free = hit[0] - hit[1]
    return kept

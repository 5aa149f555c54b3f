"""How near the candidates are to what was typed and to each other. Pure.

The engine scores each document for itself. Among the first thousand two things can be told that it
cannot: how much of the *whole title* is what was typed (pairs of characters, by cosine), and which
candidates ask for the skills that the best ones ask for (feedback from the first ten without a
reader's judgement; Rocchio 1971, and "pseudo relevance feedback" since). Both read the sketches that
the index holds, so they are the same on every engine. docs/relevance.md gives weights and effects.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from search.analysis import terms
from search.requests import SearchRequest, SearchResult
from search.sketches import bits, sketch

_HAN = re.compile("[\u4e00-\u9fff]")
#: What each adds at most, in shares of the best candidate's score by the engine.
TITLE = 0.1
SKILLS = 0.5
#: So many of the best are taken for what was meant: half of a page.
FIRST = 10
TITLE_SKETCH = ("title_sketch_1", "title_sketch_2")
SKILL_SKETCH = ("skill_sketch_1", "skill_sketch_2")
VALUES = (*TITLE_SKETCH, *SKILL_SKETCH)

Floats = NDArray[np.float64]


def names_of(request: SearchRequest) -> tuple[str, ...]:
    """What a title would say that is just what was asked: as typed, and in Chinese.

    Nothing where the words name a learned category: titles were looked at when it was learned.
    """
    ways = {way.field for concept in request.concepts for way in concept.alternatives}
    if "categories" in ways:
        return ()
    typed = [request.words, *request.phrases, *(one.words for one in request.concepts)]
    other = [next(filter(_HAN.search, one.also), one.words) for one in request.concepts]
    said = (" ".join(typed), " ".join([request.words, *request.phrases, *other]))
    return tuple(dict.fromkeys(filter(None, map(str.strip, said))))


def relevance(request: SearchRequest, found: SearchResult) -> Floats:
    """For each hit its relevance as a share of the best one's: the engine's score, how near its
    title is to the names asked for, and how near its skills are to those of the first."""
    scores = np.array([hit.score for hit in found.hits])
    if not len(scores) or scores.max() <= 0:
        return np.zeros(len(scores))
    shares = scores / scores.max()
    if names := names_of(request):
        asked = bits(list(zip(*(sketch(terms(name).grams) for name in names), strict=True)))
        near = _weighted(_sketches(found, TITLE_SKETCH), asked).max(axis=1)
        shares += TITLE * near
    shares += SKILLS * _like_the_first(found, shares)
    return np.asarray(shares / shares.max())


def _sketches(found: SearchResult, names: Sequence[str]) -> Floats:
    return bits([found.columns[name] for name in names])


def _weighted(rows: Floats, asked: Floats) -> Floats:
    """Cosine of each of `rows` to each of `asked`; what few of the rows have counts for more."""
    weights = _rarity(rows)
    return _cosines(rows, weights, _unit(asked * weights))


def _like_the_first(found: SearchResult, shares: Floats) -> Floats:
    """Cosine of the skills of each to those of the first `FIRST`, which count by their shares.

    The last digits of a 32-bit sum decide nothing: the first are chosen by hundredths, then by id.
    """
    rounded = np.round(shares, 2)
    first = np.lexsort((np.array([hit.id for hit in found.hits]), -rounded))[:FIRST]
    rows = _sketches(found, SKILL_SKETCH)
    weights = _rarity(rows)
    meant = _unit(rounded[first][None, :] @ _unit(rows[first] * weights))
    return np.asarray(_cosines(rows, weights, meant)[:, 0])


def _cosines(rows: Floats, weights: Floats, meant: Floats) -> Floats:
    """Cosine of each of `rows`, weighted, to each of `meant`, which are of length 1. The rows are
    of noughts and ones, so that their lengths are sums of squared weights, and none is made anew."""
    lengths = np.sqrt(rows @ weights**2)[:, None]
    found = rows @ (meant * weights).T
    return np.divide(found, lengths, out=np.zeros_like(found), where=lengths > 0)


def _rarity(rows: Floats) -> Floats:
    """Inverse document frequency of each bit among the rows."""
    return np.asarray(np.log((1.0 + len(rows)) / (1.0 + rows.sum(axis=0))) + 1.0)


def _unit(rows: Floats) -> Floats:
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.divide(rows, norms, out=np.zeros_like(rows), where=norms > 0)

"""The reference of the engine rows: an inverted index of NumPy arrays, all of it in memory.

It holds the terms that are asked for and the columns that are filtered and counted, nothing else:
no text, no deletion, no other field, no reload. A word's scores in all fields are one number that is
worked out when the index is made, so a search is a look-up in arrays.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.people import FACETS, Wanted
from search import fields
from search.analysis import units
from search.documents import Projection
from search.fields import Kind
from search.query import Score, plan
from search.requests import SearchRequest
from search.tree import Node, Term

K1, B = 1.2, 0.75  # BM25 as tantivy and Elasticsearch have it
SHOWN = 20


@dataclass(frozen=True)
class Answer:
    """What a search finds: how many, the best by id, and the lines of each facet."""

    total: int
    best: tuple[str, ...]
    facets: Mapping[str, tuple[tuple[str, int], ...]]


@dataclass(frozen=True)
class _Postings:
    """The documents that a word lets in, in order, with its score there; and the same as one
    number for every document, 0 where it lets none in."""

    documents: NDArray[np.int32]
    scores: NDArray[np.float32]
    everywhere: NDArray[np.float32]


class InvertedIndex:
    """Made of projections; `words`: everything that will be asked for."""

    def __init__(self, words: Iterable[str]) -> None:
        self._lifts: dict[str, tuple[Score, ...]] = {}
        self._gates: dict[str, Term] = {}
        for unit in {unit.text for text in words for unit in units(text)}:
            planned = plan(SearchRequest(Kind.TALENT, words=unit))
            self._gates[unit] = _term(planned.gate)
            self._lifts[unit] = planned.lifts
        self._terms = {_term(one.node) for lifts in self._lifts.values() for one in lifts}
        self._terms |= set(self._gates.values())
        self._seen: dict[Term, tuple[list[int], list[int]]] = {t: ([], []) for t in self._terms}
        self._lengths: dict[str, list[int]] = {term.field: [] for term in self._terms}
        self._asked = {
            name: {term.value for term in self._terms if term.field == name}
            for name in self._lengths
        }
        self._codes: dict[str, list[Sequence[str]]] = {name: [] for name in (*FACETS, "regions")}
        self._ids: list[str] = []
        self._ties: list[int] = []

    def add(self, projection: Projection) -> None:
        """Take one document."""
        number = len(self._ids)
        self._ids.append(projection.codes[fields.ID][0])
        self._ties.append(projection.numbers[fields.TIE])
        held = {name: projection.texts.get(name, "").split(" ") for name in self._lengths}
        for name, tokens in held.items():
            self._lengths[name].append(len(tokens))
        for name, tokens in held.items():
            for value in self._asked[name].intersection(tokens):
                documents, counts = self._seen[Term(name, value)]
                documents.append(number)
                counts.append(tokens.count(value))
        for name, rows in self._codes.items():
            known = projection.numbers.get(name)
            rows.append(projection.codes.get(name, ()) if known is None else (str(known),))

    def finish(self) -> None:
        """Make the arrays; nothing can be added after it."""
        count = len(self._ids)
        norms = {}
        for name, listed in self._lengths.items():
            lengths = np.array(listed, np.float32)
            norms[name] = K1 * (1 - B + B * lengths / lengths.mean())
        self._ties_held = np.array(self._ties, np.int64)
        self._postings = {unit: self._posted(unit, norms, count) for unit in self._gates}
        self._names: dict[str, list[str]] = {}
        self._columns: dict[str, NDArray[np.int16]] = {}
        for name in FACETS:
            self._names[name], self._columns[name] = _column(self._codes[name])
        self._education = np.array([int(row[0]) for row in self._codes["education_rank"]], np.int8)
        self._kinds = self._columns["kind"][:, 0]
        self._places: dict[str, NDArray[np.bool_]] = {}
        for number, row in enumerate(self._codes["regions"]):
            for code in row:
                if code not in self._places:
                    self._places[code] = np.zeros(count, np.bool_)
                self._places[code][number] = True
        del self._seen, self._lengths, self._codes, self._ties

    def _posted(self, unit: str, norms: Mapping[str, NDArray[np.float32]], count: int) -> _Postings:
        everywhere = np.zeros(count, np.float32)
        for lift in self._lifts[unit]:
            term = _term(lift.node)
            documents = np.array(self._seen[term][0], np.int32)
            often = np.array(self._seen[term][1], np.float32)
            rare = math.log(1 + (count - len(documents) + 0.5) / (len(documents) + 0.5))
            near = often / (often + norms[term.field][documents])
            everywhere[documents] += lift.weight * rare * (K1 + 1) * near
        inside = np.array(self._seen[self._gates[unit]][0], np.int32)
        scores = everywhere[inside]
        everywhere[:] = 0
        everywhere[inside] = scores
        return _Postings(inside, scores, everywhere)

    def search(self, wanted: Wanted) -> Answer:
        """The documents with all words that pass the three filters; four facets over them."""
        first, *others = sorted(
            (self._postings[unit.text] for unit in units(wanted.words)),
            key=lambda one: len(one.documents),
        )
        found = first.documents
        kept = self._places[wanted.place][found]
        kept &= self._education[found] >= wanted.education
        kept &= self._kinds[found] == self._names["kind"].index(wanted.kind)
        found, scores = found[kept], first.scores[kept]
        for other in others:
            more = other.everywhere[found]
            kept = more > 0
            found, scores = found[kept], scores[kept] + more[kept]
        facets = {name: self._counted(name, found, lines) for name, lines in FACETS.items()}
        return Answer(len(found), self._best(found, scores), facets)

    def _best(self, found: NDArray[np.int32], scores: NDArray[np.float32]) -> tuple[str, ...]:
        if len(found) > SHOWN:
            last = np.partition(scores, -SHOWN)[-SHOWN]
            chosen = scores >= last
            found, scores = found[chosen], scores[chosen]
        order = np.lexsort((self._ties_held[found], -scores))[:SHOWN]
        return tuple(self._ids[number] for number in found[order])

    def _counted(
        self, name: str, found: NDArray[np.int32], lines: int
    ) -> tuple[tuple[str, int], ...]:
        names = self._names[name]
        counts = np.bincount(self._columns[name][found].ravel(), minlength=len(names))
        counts[0] = 0  # the place of those that have fewer codes than others
        there = np.flatnonzero(counts)
        rows = sorted(
            zip((-counts[there]).tolist(), (names[at] for at in there), strict=True),
        )
        return tuple((code, -count) for count, code in rows[:lines])


def _term(node: Node) -> Term:
    """The one term that a word is. Raises ValueError for a word that is more than one."""
    if not isinstance(node, Term):
        raise ValueError(f"the reference knows single terms only, not {node}")
    return node


def _column(rows: Sequence[Sequence[str]]) -> tuple[list[str], NDArray[np.int16]]:
    """The codes of a field by number, and a row of numbers for each document (0: none)."""
    names = ["", *sorted({code for row in rows for code in row})]
    numbers = {code: number for number, code in enumerate(names)}
    held = np.zeros((len(rows), max(map(len, rows))), np.int16)
    for at, row in enumerate(rows):
        held[at, : len(row)] = [numbers[code] for code in row]
    return names, held

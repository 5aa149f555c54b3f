"""A search as sums and look-ups in arrays, made of the lists that tantivy's files hold.

tantivy finds the documents once for the best and once for each group of facets, and hands out each
one as an object. Here they are found once, as numbers: the rarest word's list is cut by what else
must hold, scores are looked up and added, facets are counted. What is found, its order and its
scores are tantivy's (`BM25` with its lengths and its statistics, deleted documents counted where it
counts them).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np
import tantivy
from numpy.typing import NDArray

from search import fields
from search.embedded.counting import alive
from search.embedded.lists import Docs
from search.embedded.segments import Codes, Held, Mask, Numbers, Part, narrow
from search.embedded.tantivyfiles import Ints
from search.embedded.translate import Translator, flattened
from search.query import FacetPlan, Score
from search.requests import Bucket
from search.tree import (
    All,
    And,
    AnyTerm,
    Negation,
    Node,
    Nothing,
    NumberRange,
    Or,
    Phrase,
    Term,
)

Floats = NDArray[np.float32]

K1, B = np.float32(1.2), np.float32(0.75)
ONE, HALF = np.float32(1), np.float32(0.5)
#: Numbers up to this are counted in one array, others are put in order first.
FEW_NUMBERS = 65_536
UNKNOWN = -1


class Unsuited(Exception):
    """Something is asked for that is quicker to ask of tantivy."""


def _lengths() -> Floats:
    """What length each class of lengths stands for: up to 40 each its own, then in eighths."""
    found = [*range(24)]
    for step in range(256 - 24):
        low, shift = step & 7, (step >> 3) - 1
        found.append(24 + (low if shift < 0 else (low | 8) << shift))
    return np.array(found, np.float32)


LENGTHS = _lengths()
#: From this part of all documents on (one in so many) what is found is scored with all others.
MOST_OF = 4


@dataclass(frozen=True, slots=True)
class Listed:
    """Documents of a part that were found, in order."""

    part: Part
    docs: Docs


class View:
    """One state of an index in arrays. `held` outlives it; `serial` tells it from others."""

    def __init__(
        self,
        searcher: tantivy.Searcher,
        parts: Sequence[Part],
        translator: Translator,
        held: Held,
        serial: int,
    ) -> None:
        self._searcher = searcher
        self._parts = parts
        self._translator = translator
        self._held = held
        self._serial = serial
        self._documents = sum(part.segment.documents for part in parts)
        self._alive = tuple(flattened((alive(searcher),)))

    # -- Which documents -------------------------------------------------------------------

    def found(self, *nodes: Node) -> list[Listed]:
        """The documents in all of the nodes, without the deleted ones."""
        wanted = [node for node in (*flattened(nodes), *self._alive) if not isinstance(node, All)]
        return [Listed(part, self._found(part, wanted)) for part in self._parts]

    def _found(self, part: Part, wanted: Sequence[Node]) -> Docs:
        sizes = [self._size(part, node) for node in wanted]
        if 0 in sizes:
            return np.zeros(0, np.int32)
        order = sorted(range(len(wanted)), key=sizes.__getitem__)
        rest = [wanted[at] for at in order]
        docs = self._leading(part, rest[0]) if rest else None
        if docs is None:
            docs = np.arange(part.segment.documents, dtype=np.int32)
        else:
            rest = rest[1:]
        if part.alive is not None:
            docs = docs.compress(part.alive.take(docs))
        for node in rest:
            docs = docs.compress(self.holds(part, node, docs))
        return docs

    def _size(self, part: Part, node: Node) -> int:
        """At most how many documents a node finds, as far as that is known without finding them."""
        match node:
            case Nothing():
                return 0
            case Term(name, value):
                return part.segment.frequency(name, value)
            case AnyTerm(name, values):
                if name == fields.ID:
                    raise Unsuited
                return sum(part.segment.frequency(name, value) for value in values)
            case Phrase(name, terms):
                return min(part.segment.frequency(name, term) for term in terms)
        return part.segment.documents + 1

    def _leading(self, part: Part, node: Node) -> Docs | None:
        """The list of a node that has one."""
        match node:
            case Term(name, value):
                key = (part.segment.name, "list", name, value)
                return self._held.get(key, lambda: part.segment.list_of(name, value)[0], _bytes)
            case AnyTerm() | Phrase():
                return np.flatnonzero(self._mask(part, node)).astype(np.int32)
        return None

    def holds(self, part: Part, node: Node, docs: Docs) -> Mask:
        """Which of the documents are in the node?"""
        match node:
            case All():
                return np.ones(len(docs), np.bool_)
            case Nothing():
                return np.zeros(len(docs), np.bool_)
            case Term() | AnyTerm() | Phrase():
                return self._mask(part, node).take(docs)
            case NumberRange(name, low, high):
                values = self.numbers(part, name).take(docs)
                inside: Mask = values >= max(low or 0, 0)
                return inside if high is None else inside & (values <= high)
            case And(nodes):
                every = [self.holds(part, one, docs) for one in nodes]
                return np.asarray(np.logical_and.reduce(every))
            case Or(nodes, minimum):
                each = [self.holds(part, one, docs) for one in nodes]
                if minimum == 1:
                    return np.asarray(np.logical_or.reduce(each))
                return np.asarray(np.sum(each, axis=0) >= minimum)
            case Negation(inner):
                return ~self.holds(part, inner, docs)
        raise Unsuited

    def _mask(self, part: Part, node: Term | AnyTerm | Phrase) -> Mask:
        """Of every document of a part: is it in the node?"""
        if isinstance(node, Phrase):
            return self._phrase(part, node) > 0
        key = (part.segment.name, "mask", node)
        return self._held.get(key, lambda: _made_mask(part, node), _bytes)

    def _phrase(self, part: Part, node: Phrase) -> Floats:
        """Each document's score by a phrase, as tantivy finds it; 0 without it."""
        key = (self._serial, node)
        return self._held.get(key, lambda: self._phrased(node), _all_bytes)[part.number]

    def _phrased(self, node: Phrase) -> list[Floats]:
        most = min(self._searcher.doc_freq(node.field, term) for term in node.terms)
        found = [np.zeros(part.segment.documents, np.float32) for part in self._parts]
        if most:
            for score, address in self._searcher.search(
                self._translator.query(node), most, False
            ).hits:
                found[address.segment_ord][address.doc] = score
        return found

    def numbers(self, part: Part, name: str) -> Numbers:
        """A field's number of each document; `UNKNOWN` where there is none."""

        def made() -> Numbers:
            addresses = [tantivy.DocAddress(part.number, n) for n in range(part.segment.documents)]
            values = self._searcher.fast_field_values(name, addresses)
            known = np.array([UNKNOWN if one is None else one for one in values], np.int64)
            if len(known) and int(known.min()) < UNKNOWN:
                raise Unsuited
            return narrow(known, int(known.max(initial=0)))

        return self._held.get((part.segment.name, "numbers", name), made, _bytes)

    # -- Scores ----------------------------------------------------------------------------

    def scores(self, listed: Listed, scores: Iterable[Score]) -> Floats:
        """The sum of what the nodes add to each document found."""
        part, every = listed.part, listed.part.segment.documents
        # Of nearly all documents: those of a node are fewer than those that were found.
        docs = None if MOST_OF * len(listed.docs) > every else listed.docs
        found = np.zeros(every if docs is None else len(docs), np.float32)
        for words, together in groupby(scores, _word):
            group = tuple(together)
            if words:
                found += _of(self._weighed(part, group), docs)
                continue
            for score in group:
                weight = np.float32(score.weight)
                if isinstance(score.node, Phrase) and not score.constant:
                    found += _of(self._phrase(part, score.node), docs) * weight
                elif not score.constant:
                    raise Unsuited
                elif docs is None and isinstance(score.node, Term | AnyTerm):
                    found[self._mask(part, score.node).nonzero()[0]] += weight
                else:
                    inside = np.arange(every, dtype=np.int32) if docs is None else docs
                    found += self.holds(part, score.node, inside) * weight
        return found.take(listed.docs) if docs is None else found

    def _weighed(self, part: Part, group: tuple[Score, ...]) -> Floats:
        """What one word adds to every document of a part, by all fields it may stand in."""
        key = (self._serial, part.number, group)
        return self._held.get(key, lambda: self._made_weighed(part, group), _bytes)

    def _made_weighed(self, part: Part, group: tuple[Score, ...]) -> Floats:
        found = np.zeros(part.segment.documents, np.float32)
        for score in group:
            assert isinstance(score.node, Term)
            name, value = score.node.field, score.node.value
            docs, often = part.segment.list_of(name, value)
            if not len(docs):
                continue
            tokens = sum(one.segment.tokens(name) for one in self._parts)
            mean = np.float32(tokens) / np.float32(self._documents)
            norms = K1 * (ONE - B + B * LENGTHS / mean)
            times = often.astype(np.float32)
            near = times / (times + norms[part.segment.lengths(name)[docs]])
            found[docs] += self._rarity(name, value) * (ONE + K1) * np.float32(score.weight) * near
        return found

    def _rarity(self, name: str, value: str) -> np.float32:
        documents = sum(part.segment.frequency(name, value) for part in self._parts)
        rare = np.float32(self._documents - documents) + HALF
        return np.float32(np.log(ONE + rare / (np.float32(documents) + HALF)))

    # -- Facets ----------------------------------------------------------------------------

    def lines(self, facet: FacetPlan, found: Sequence[Listed]) -> tuple[Bucket, ...]:
        """The lines of a facet among what was found."""
        if facet.bands:
            return tuple(
                Bucket(key, sum(int(self.holds(one.part, node, one.docs).sum()) for one in found))
                for key, node in facet.bands
            )
        counted = self._numeric if facet.numeric else self._coded
        return tuple(map(Bucket._make, zip(*counted(facet, found), strict=True))) if found else ()

    def _coded(
        self, facet: FacetPlan, found: Sequence[Listed]
    ) -> tuple[Sequence[str], Sequence[int]]:
        each = [self._counts(facet.field, one) for one in found]
        names, counts = each[0]
        if len(each) > 1:
            together: dict[str, int] = {}
            for codes, numbers in each:
                for at in np.flatnonzero(numbers).tolist():
                    together[codes[at]] = together.get(codes[at], 0) + int(numbers[at])
            names = sorted(together)
            counts = np.array([together[name] for name in names], np.int64)
        there = counts.nonzero()[0]
        best = there.take((-counts.take(there)).argsort(kind="stable")[: facet.size])
        return [names[at] for at in best.tolist()], counts.take(best).tolist()

    def _counts(self, field: str, listed: Listed) -> tuple[Sequence[str], Ints]:
        segment = listed.part.segment
        key = (segment.name, "codes", field)
        codes = self._held.get(key, lambda: segment.codes(field), _codes_bytes)
        held = codes.held.take(listed.docs, axis=0).ravel()
        return codes.names, np.bincount(held, minlength=len(codes.names) + 1)[:-1]

    def _numeric(
        self, facet: FacetPlan, found: Sequence[Listed]
    ) -> tuple[Sequence[str], Sequence[int]]:
        held = np.concatenate([self.numbers(one.part, facet.field).take(one.docs) for one in found])
        held = held[held != UNKNOWN]
        if len(held) and int(held.max()) < FEW_NUMBERS:
            counts = np.bincount(held)
            values = np.flatnonzero(counts)
            counts = counts[values]
        else:
            values, counts = np.unique(held, return_counts=True)
        rows = sorted(zip((-counts).tolist(), map(str, values.tolist()), strict=True))[: facet.size]
        return [key for _, key in rows], [-count for count, _ in rows]


def _of(values: Floats, docs: Docs | None) -> Floats:
    """Those of these documents; of all without."""
    return values if docs is None else values.take(docs)


def _word(score: Score) -> str:
    """The word that a score is for, where it is a word's; "" otherwise."""
    node = score.node
    return node.value if isinstance(node, Term) and not score.constant else ""


def _made_mask(part: Part, node: Term | AnyTerm) -> Mask:
    found = np.zeros(part.segment.documents, np.bool_)
    for value in (node.value,) if isinstance(node, Term) else node.values:
        found[part.segment.list_of(node.field, value)[0]] = True
    return found


def _bytes(made: NDArray[Any]) -> int:
    return int(made.nbytes)


def _all_bytes(made: Sequence[NDArray[Any]]) -> int:
    return sum(map(_bytes, made))


def _codes_bytes(made: Codes) -> int:
    return made.size

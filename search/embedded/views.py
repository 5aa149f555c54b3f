"""When a search is one of arrays, and its answer then.

What arrays need is made on first use and is worth it only where it is asked for again: not in a
state of the index that the next write replaces, not for words asked for once in a state, not in an
index so large that what is made would not fit into what may be held. All of these are tantivy's.
"""

import logging
import struct
import threading
import time
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from pathlib import Path

import numpy as np
import tantivy

from search import fields
from search.embedded.arrays import Listed, Unsuited, View
from search.embedded.counting import Found, Kept, alive, kept_for
from search.embedded.segments import Held, Mask, Segment, parts_of, read_meta
from search.embedded.tantivyfiles import Unreadable
from search.embedded.translate import flattened, translator
from search.fields import Kind
from search.query import Plan
from search.requests import SearchRequest
from search.tree import All, Node, conjunction

#: Bytes held for one kind of documents in one process.
BYTES = 32_000_000
#: So many of them a document takes with all that searches ask for of it.
BYTES_A_DOCUMENT = 128
MOST_DOCUMENTS = BYTES // BYTES_A_DOCUMENT
MOST_SEGMENTS = 12  # each is asked by itself
MOST_NOTED = 10_000  # questions of one state
log = logging.getLogger(__name__)
BROKEN = (Unreadable, OSError, ValueError, KeyError, IndexError, TypeError, struct.error)

Ranked = list[tuple[float, tantivy.DocAddress]]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a plan finds: how many and the best of them (only where the order is the score's), and
    the lines of its facets."""

    total: int
    ranked: Ranked
    facets: Found


class Views:
    """The arrays of one index, whatever its state.

    ``after``: seconds that a state has to last before it has any, None for never. With 0 it has
    them at once, also for what nobody asked for before.
    """

    def __init__(self, kind: Kind, after: float | None) -> None:
        self.kind = kind
        self.after = after
        self.held = Held(BYTES)
        self._known: dict[str, Segment] = {}
        self._serials = count()
        self._guard = threading.Lock()
        self._said: set[str] = set()
        #: Why the last state could not be read as arrays; None while it could.
        self.unread: str | None = None

    def failed(self, error: Exception) -> None:
        """A state cannot be read as arrays: tantivy answers, several times slower. Said once in the
        log for each reason."""
        self.unread = f"{type(error).__name__}: {error}"[:300]
        with self._guard:
            if self.unread in self._said:
                return
            self._said.add(self.unread)
        log.warning(
            "the files of the index of %s cannot be read as arrays, so tantivy answers, which takes"
            " several times as long: %s",
            self.kind,
            self.unread,
        )

    def made(
        self, folder: Path, searcher: tantivy.Searcher, unchanged: Callable[[], bool]
    ) -> View | None:
        """The arrays of a state; None for one that has none. Raises what is `BROKEN`."""
        with self._guard:
            if searcher.num_docs > MOST_DOCUMENTS:
                self._known = {}
                self.held.keep_only(lambda _: False)
                return None
            if searcher.num_segments > MOST_SEGMENTS or not unchanged():
                return None
            meta = read_meta(folder / "meta.json")
            if not unchanged():
                return None
            parts = parts_of(folder, meta, self._known)
            there = sum(
                part.segment.documents if part.alive is None else int(part.alive.sum())
                for part in parts
            )
            if len(parts) != searcher.num_segments or there != searcher.num_docs:
                raise Unreadable("another state than the one opened")
            self._known = {part.segment.name: part.segment for part in parts}
            serial = next(self._serials)
            self.held.keep_only(lambda key: _is_of(key, self._known))
            return View(searcher, parts, translator(self.kind), self.held, serial)


def _is_of(key: Hashable, known: Mapping[str, Segment]) -> bool:
    """Is it of a segment that is still there? What is of a state is not."""
    return isinstance(key, tuple) and key[0] in known


class State:
    """One state of an index, with its arrays once they are worth it."""

    def __init__(
        self, views: Views, folder: Path, searcher: tantivy.Searcher, unchanged: Callable[[], bool]
    ) -> None:
        self.searcher = searcher
        self.kept: Kept = {}
        self._views = views
        self._folder = folder
        self._unchanged = unchanged
        self._begun = time.monotonic()
        self._view: View | None = None
        self._none = views.after is None
        self._noted: set[Hashable] = set()

    def answer(self, request: SearchRequest, planned: Plan) -> Answer | None:
        """The answer by arrays, None where tantivy is to give it."""
        if self._none or not (planned.order is None or planned.facets):
            return None
        if not self._asked_again(request):
            return None
        if self._view is None and time.monotonic() - self._begun < (self._views.after or 0):
            return None
        try:
            if self._view is None:
                self._view = self._views.made(self._folder, self.searcher, self._unchanged)
                self._none = self._view is None
                self._views.unread = None
            if self._view is None:
                return None
            return answer(self._view, self.searcher, request, planned, self.kept)
        except Unsuited:
            return None
        except BROKEN as error:
            self._none, self._view = True, None
            if (
                self._unchanged()
            ):  # else files went while they were read: the next state has its own
                self._views.failed(error)
            return None

    def _asked_again(self, request: SearchRequest) -> bool:
        """Was this asked for before in this state, by whatever filters? Lists of words are added up
        for each state anew, which costs what tantivy takes for two or three answers."""
        asked = (request.words, request.phrases, request.excluded, request.concepts)
        if not self._views.after or not any(asked) or asked in self._noted:
            return True
        if len(self._noted) >= MOST_NOTED:
            self._noted.clear()
        self._noted.add(asked)
        return False


def answer(
    view: View, searcher: tantivy.Searcher, request: SearchRequest, planned: Plan, kept: Kept
) -> Answer:
    """What a plan finds. Raises Unsuited, and what is `BROKEN`."""
    groups = _Groups(view, planned)
    ranked: Ranked = []
    total = 0
    if planned.order is None:
        found = groups.among(planned.grouped)
        total = sum(len(one.docs) for one in found)
        ranked = _ranked(view, found, planned, request) if request.limit else []
    known = kept_for(planned, kept)
    where = alive(searcher, planned.gate, planned.common)
    lines: Found = {}
    for facet in planned.facets:
        key = (conjunction((where, facet.where)), facet) if known is not None else None
        if known is None or key is None:
            lines[facet.key] = view.lines(facet, groups.among(facet.where))
            continue
        if key not in known:
            known[key] = view.lines(facet, groups.among(facet.where))
        lines[facet.key] = known[key]
    return Answer(total, ranked, lines)


class _Groups:
    """Documents that pass some of the filters that facets ignore: each is looked up once."""

    def __init__(self, view: View, planned: Plan) -> None:
        self._view = view
        self._planned = planned
        self._passed: dict[Node, list[Mask]] = {}
        self._among: dict[frozenset[Node], list[Listed]] = {}

    @cached_property
    def _base(self) -> list[Listed]:
        return self._view.found(self._planned.gate, self._planned.common)

    def _held(self, node: Node) -> list[Mask]:
        if node not in self._passed:
            holds = self._view.holds
            self._passed[node] = [holds(one.part, node, one.docs) for one in self._base]
        return self._passed[node]

    def among(self, where: Node) -> list[Listed]:
        """Those that pass this."""
        nodes = frozenset(node for node in flattened((where,)) if not isinstance(node, All))
        if not nodes:
            return self._base
        if nodes not in self._among:
            passed = [
                np.logical_and.reduce(held) for held in zip(*map(self._held, nodes), strict=True)
            ]
            self._among[nodes] = [
                Listed(one.part, one.docs.compress(inside))
                for one, inside in zip(self._base, passed, strict=True)
            ]
        return self._among[nodes]


def _ranked(view: View, found: list[Listed], planned: Plan, request: SearchRequest) -> Ranked:
    """The best of them in order: by score, equals by their tie breakers."""
    end = request.offset + request.limit
    scores = np.concatenate([view.scores(one, planned.lifts) for one in found])
    chosen = np.arange(len(scores))
    if len(scores) > end:
        # Many are equal, which `partition` is fifteen times slower with than a sort.
        last = np.sort(scores)[len(scores) - end]
        chosen = np.flatnonzero(scores >= last)
    docs = np.concatenate([one.docs for one in found])[chosen]
    ends = np.cumsum([len(one.docs) for one in found])
    numbers = np.searchsorted(ends, chosen, side="right")
    ties = np.zeros(len(chosen), np.int64)
    for at in np.unique(numbers).tolist():
        inside = numbers == at
        ties[inside] = view.numbers(found[at].part, fields.TIE)[docs[inside]]
    order = np.lexsort((ties, -scores[chosen]))[request.offset : end]
    return [
        (score, tantivy.DocAddress(found[at].part.number, doc))
        for score, at, doc in zip(
            scores[chosen][order].tolist(),
            numbers[order].tolist(),
            docs[order].tolist(),
            strict=True,
        )
    ]

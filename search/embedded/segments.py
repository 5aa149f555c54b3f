"""What arrays are made of: one of tantivy's segments, and what is kept of it.

A segment never changes, so what is made of it serves every state of the index that it is part of.
"""

import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from search.embedded.lists import Docs, all_documents, documents
from search.embedded.tantivyfiles import (
    Bytes,
    Dictionary,
    Ints,
    Parts,
    Place,
    Unreadable,
    alive_of,
)

PLACES_KEPT = 4_096
TOKENS_BYTES = 8  # before the lists of a field stands how many terms it has in all

Made = TypeVar("Made")
Mask = NDArray[np.bool_]
Numbers = NDArray[np.integer[Any]]


class Held:
    """What was made, by its key, up to so many bytes: what was not asked for longest goes first."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._bytes = 0
        self._kept: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._guard = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], Made], size: Callable[[Made], int]) -> Made:
        """The one of this key, made where it is not there."""
        with self._guard:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
                return cast(Made, found[0])
        made = make()
        took = size(made)
        with self._guard:
            if key not in self._kept:
                self._kept[key] = made, took
                self._bytes += took
            while self._bytes > self._most and len(self._kept) > 1:
                _, (_, freed) = self._kept.popitem(last=False)
                self._bytes -= freed
        return made

    def keep_only(self, wanted: Callable[[Hashable], bool]) -> None:
        """Let go of all keys but these."""
        with self._guard:
            for key in [key for key in self._kept if not wanted(key)]:
                self._bytes -= self._kept.pop(key)[1]

    @property
    def bytes(self) -> int:
        """How many bytes are held."""
        return self._bytes


@dataclass(frozen=True, slots=True)
class Codes:
    """The codes of a field, in order, and for each document the numbers of its codes; what it has
    fewer of than others is the number after the last."""

    names: list[str]
    held: Numbers

    @property
    def size(self) -> int:
        """About how many bytes it takes."""
        return int(self.held.nbytes) + 80 * len(self.names)


def narrow(values: Ints, most: int) -> Numbers:
    """The same in as few bytes as `most` needs."""
    for kind in (np.int8, np.int16, np.int32):
        if most <= np.iinfo(kind).max:
            return values.astype(kind)
    return values


class Segment:
    """The terms of one segment."""

    def __init__(self, folder: Path, name: str, documents: int, fields: "Fields") -> None:
        self.name = name
        self.documents = documents
        self._folder = folder
        self._fields = fields
        self._dictionaries: dict[str, Dictionary | None] = {}
        self._places: dict[tuple[str, str], Place | None] = {}
        self._lists = Parts(folder / f"{name}.idx")
        self._terms = Parts(folder / f"{name}.term")

    @cached_property
    def _lengths(self) -> Parts:
        return Parts(self._folder / f"{self.name}.fieldnorm")

    def _dictionary(self, field: str) -> Dictionary | None:
        if field not in self._dictionaries:
            raw = self._terms.of(self._fields.number(field))
            self._dictionaries[field] = None if raw is None else Dictionary(raw)
        return self._dictionaries[field]

    def _raw(self, field: str) -> Bytes:
        raw = self._lists.of(self._fields.number(field))
        if raw is None:
            raise Unreadable(f"no lists of {field}")
        return np.frombuffer(raw, np.uint8)

    def place(self, field: str, value: str) -> Place | None:
        """Where the list of a term lies."""
        key = (field, value)
        if key not in self._places:
            if len(self._places) > PLACES_KEPT:
                self._places.clear()
            dictionary = self._dictionary(field)
            found = (
                None
                if dictionary is None
                else dictionary.find(value.encode("utf-8", "surrogatepass"))
            )
            self._places[key] = found
        return self._places[key]

    def frequency(self, field: str, value: str) -> int:
        """How many documents have a term, the deleted ones among them."""
        place = self.place(field, value)
        return 0 if place is None else place.documents

    def list_of(self, field: str, value: str) -> tuple[Docs, Ints]:
        """The documents that have a term, and how often."""
        place = self.place(field, value)
        if place is None:
            return np.zeros(0, np.int32), np.zeros(0, np.int64)
        raw = self._raw(field)[TOKENS_BYTES + place.start : TOKENS_BYTES + place.end]
        docs, often = documents(raw, place.documents, self._fields.record(field))
        if len(docs) and int(docs[-1]) >= self.documents:
            raise Unreadable("a document beyond the last one")
        return docs, often

    def tokens(self, field: str) -> int:
        """How many terms the documents have in a field in all."""
        raw = self._lists.of(self._fields.number(field))
        return 0 if raw is None else int.from_bytes(raw[:TOKENS_BYTES], "little")

    def lengths(self, field: str) -> Bytes:
        """The class of length of each document's field."""
        raw = self._lengths.of(self._fields.number(field))
        if raw is None or len(raw) != self.documents:
            raise Unreadable(f"no lengths of {field}")
        return np.frombuffer(raw, np.uint8)

    def codes(self, field: str) -> Codes:
        """The codes of each document in a field that keeps no frequencies."""
        dictionary = self._dictionary(field)
        if dictionary is None or not dictionary.size:
            return Codes([], np.zeros((self.documents, 1), np.int8))
        names = dictionary.terms()
        terms, docs = all_documents(self._raw(field)[TOKENS_BYTES:], *dictionary.places())
        if len(docs) and int(docs.max()) >= self.documents:
            raise Unreadable("a document beyond the last one")
        order = np.argsort(docs, kind="stable")
        docs, terms = docs[order], terms[order]
        counts = np.bincount(docs, minlength=self.documents)
        width = int(counts.max(initial=1))
        within = np.arange(len(docs)) - np.repeat(np.cumsum(counts) - counts, counts)
        held = np.full((self.documents, width), len(names), narrow(terms, len(names)).dtype)
        held[docs, within] = terms
        return Codes(names, held)


class Fields:
    """The fields of an index by name, as its list of files tells them."""

    def __init__(self, schema: Iterable[dict[str, Any]]) -> None:
        self._numbers: dict[str, int] = {}
        self._records: dict[str, str] = {}
        for number, told in enumerate(schema):
            self._numbers[told["name"]] = number
            if told["type"] == "text":
                self._records[told["name"]] = told["options"]["indexing"]["record"]

    def number(self, name: str) -> int:
        """A field's number in the files."""
        return self._numbers[name]

    def record(self, name: str) -> str:
        """What is kept of a term: `basic`, `freq`, `position`."""
        return self._records[name]


@dataclass(frozen=True, slots=True)
class Part:
    """A segment in a state of an index: its number there, and who of it is still there (None: all
    are)."""

    segment: Segment
    number: int
    alive: Mask | None


def parts_of(folder: Path, meta: dict[str, Any], known: dict[str, Segment]) -> tuple[Part, ...]:
    """The segments of a list of files, in its order; those already `known` serve on."""
    fields = Fields(meta["schema"])
    found = []
    for number, told in enumerate(meta["segments"]):
        name = told["segment_id"].replace("-", "")
        segment = known.get(name) or Segment(folder, name, told["max_doc"], fields)
        alive = None
        if told["deletes"]:
            path = folder / f"{name}.{told['deletes']['opstamp']}.del"
            alive = alive_of(path, segment.documents)
            if len(alive) - int(alive.sum()) != told["deletes"]["num_deleted_docs"]:
                raise Unreadable("other deletions than were told")
        found.append(Part(segment, number, alive))
    return tuple(found)


def read_meta(path: Path) -> dict[str, Any]:
    """tantivy's list of files."""
    found: dict[str, Any] = json.loads(path.read_bytes())
    return found

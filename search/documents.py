"""Documents as the application hands them in, and what an engine stores of them."""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import chain
from typing import Any, NamedTuple

import orjson

from search import fields
from search.analysis import (
    KEPT_TEXT,
    Terms,
    clean_terms,
    gate,
    kept_terms,
    named_terms,
    named_texts,
)
from search.errors import BadDocument, UnknownField
from search.fields import (
    CONCEPT_WEIGHTS,
    SCHEMAS,
    Concepts,
    Flag,
    Integer,
    Keyword,
    Kind,
    Moment,
    Sketch,
    Suggestable,
    Text,
)
from search.plain import MAX_CODE, MAX_NUMBER, plain
from search.sketches import sketch
from search.suggestions import prefixes

TIE_BITS = 29
_ID = re.compile(r"[A-Za-z0-9_.:-]{1,64}")


@dataclass(frozen=True, slots=True)
class Document:
    """One document. ``version``: a counter that only grows; the highest one wins.

    ``values``: field name → value by the declaration of the kind: text as ``str`` (several
    names as a list), codes as a list, numbers as ``int``, moments as an aware datetime or
    seconds, concepts as a mapping code → quarters (1–4). What is absent or None is unknown.
    """

    id: str
    version: int
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tombstone:
    """The deletion of a document; remembered, so that an older version cannot come back."""

    id: str
    version: int


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A document as read back from an engine; ``values`` in their plain form (`plain`)."""

    id: str
    version: int
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Projection:
    """What an engine holds: terms joined by spaces, codes, numbers, and the plain values."""

    texts: Mapping[str, str]
    codes: Mapping[str, tuple[str, ...]]
    numbers: Mapping[str, int]
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document whose projection was made before it is handed to an engine."""

    id: str
    version: int
    projection: Projection

    @property
    def values(self) -> Mapping[str, Any]:
        """The values in their plain form."""
        return self.projection.values


@dataclass(frozen=True, slots=True)
class Packed:
    """A document in the words of one engine, as a process that helps has made them.

    ``engine``: its name. ``body``: what it is given. ``plain``: the values in their plain form, as
    JSON.
    """

    id: str
    version: int
    engine: str
    body: bytes
    plain: bytes

    @property
    def values(self) -> Mapping[str, Any]:
        """The values in their plain form."""
        found: dict[str, Any] = orjson.loads(self.plain)
        return found


Operation = Document | Tombstone | Prepared | Packed
#: A projection and its values as JSON → what an engine is given.
Pack = Callable[[Projection, bytes], bytes]


def tie_of(document_id: str) -> int:
    """A number that orders equals the same way everywhere (29 bits of a hash of the id)."""
    digest = hashlib.blake2b(document_id.encode("utf-8"), digest_size=4).digest()
    return int.from_bytes(digest, "big") >> (32 - TIE_BITS)


def packed(value: int | None, tie: int, *, descending: bool) -> int:
    """Value and tie breaker as one number; the unknown stands last either way."""
    if value is None:
        place = 0 if descending else MAX_NUMBER + 2
    else:
        place = (value if 0 <= value <= MAX_NUMBER else min(max(value, 0), MAX_NUMBER)) + 1
    return place << TIE_BITS | tie


def check_identity(operation: Operation) -> None:
    """Raise BadDocument unless id and version can be used."""
    if not isinstance(operation.id, str) or not _ID.fullmatch(operation.id):
        raise BadDocument(f"{operation.id!r} is no usable document id")
    version = operation.version
    if not isinstance(version, int) or isinstance(version, bool) or not 0 < version < 2**62:
        raise BadDocument(f"document {operation.id}: {version!r} is no usable version")


class _Parts(NamedTuple):
    """The fields of a kind by what becomes of them."""

    texts: tuple[Text, ...]
    joined: frozenset[str]  # names of which nothing but their terms is wanted
    keywords: tuple[str, ...]
    flags: tuple[str, ...]
    numbers: tuple[str, ...]
    sorted: tuple[tuple[str, str, str], ...]  # name, engine fields for down and up
    concepts: tuple[tuple[str, tuple[tuple[int, str], ...]], ...]  # name, (weight, engine field)
    suggested: tuple[Suggestable, ...]
    sketched: tuple[tuple[tuple[str, ...], tuple[Sketch, ...]], ...]  # of which fields
    spans: tuple[fields.Span, ...]
    known: tuple[str, ...]  # what a document may leave unknown, but for spans


@cache
def _parts(kind: Kind) -> _Parts:
    held = SCHEMAS[kind].fields
    numbers = [item for item in held if isinstance(item, (Integer, Moment))]
    sketches = [item for item in held if isinstance(item, Sketch)]
    return _Parts(
        texts=SCHEMAS[kind].texts,
        joined=frozenset(
            item.name
            for item in SCHEMAS[kind].texts
            if item.names and not item.gate and not any(item.name in one.of for one in sketches)
        ),
        keywords=tuple(item.name for item in held if isinstance(item, Keyword)),
        flags=tuple(item.name for item in held if isinstance(item, Flag)),
        numbers=tuple(item.name for item in numbers),
        sorted=tuple(
            (
                item.name,
                fields.sort_of(item.name, descending=True),
                fields.sort_of(item.name, descending=False),
            )
            for item in numbers
            if item.sortable
        ),
        concepts=tuple(
            (item.name, tuple((one, fields.concept_of(item.name, one)) for one in CONCEPT_WEIGHTS))
            for item in held
            if isinstance(item, Concepts)
        ),
        suggested=tuple(item for item in held if isinstance(item, Suggestable)),
        sketched=tuple(
            (of, tuple(item for item in sketches if item.of == of))
            for of in dict.fromkeys(item.of for item in sketches)
        ),
        spans=tuple(item for item in held if isinstance(item, fields.Span)),
        known=tuple(
            item.name for item in held if not isinstance(item, (Suggestable, Sketch, fields.Span))
        ),
    )


def project(kind: Kind, document: Document) -> Projection:
    """What an engine stores for a document. Raises BadDocument, UnknownField."""
    check_identity(document)
    parts = _parts(kind)
    values = plain(kind, document.values)
    tie = tie_of(document.id)
    analysed: dict[str, Terms] = {}
    texts: dict[str, str] = {}
    codes: dict[str, tuple[str, ...]] = {fields.ID: (document.id,)}
    numbers = {fields.VERSION: document.version, fields.TIE: tie}
    for item in parts.texts:
        if item.name in values:
            text = values[item.name]
            if item.name in parts.joined:
                joined = named_texts(text)
                texts[fields.words_of(item.name)], texts[fields.grams_of(item.name)] = joined
                continue
            if item.names:
                found = named_terms(text)
            elif len(text) <= KEPT_TEXT:
                found = kept_terms(text)
            else:
                found = clean_terms(text)
            analysed[item.name] = found
            texts[fields.words_of(item.name)] = " ".join(found.words)
            if not item.gate:
                texts[fields.grams_of(item.name)] = " ".join(found.grams)
    if gates := [
        analysed[item.name] for item in parts.texts if item.gate and item.name in analysed
    ]:
        texts[fields.GATE] = " ".join(gate(gates))
    for name in parts.keywords:
        if name in values:
            codes[name] = tuple(values[name])
    for name in parts.flags:
        if name in values:
            codes[name] = ("true" if values[name] else "false",)
    for name in parts.numbers:
        if name in values:
            numbers[name] = values[name]
    for name, down, up in parts.sorted:
        value = values.get(name)
        numbers[down] = packed(value, tie, descending=True)
        numbers[up] = packed(value, tie, descending=False)
    for name, weighed in parts.concepts:
        if name in values:
            for weight, part in weighed:
                codes[part] = tuple(code for code, given in values[name].items() if given == weight)
    for suggested in parts.suggested:
        _project_suggestion(suggested, values.get(suggested.of), codes)
    for of, sketches in parts.sketched:
        made = sketch(_sketched(of, analysed, values))
        for one in sketches:
            numbers[one.name] = made[one.part]
    missing = [name for name in parts.known if name not in values]
    missing += [it.name for it in parts.spans if it.low not in values and it.high not in values]
    codes[fields.MISSING] = tuple(missing)
    return Projection(texts, {name: held for name, held in codes.items() if held}, numbers, values)


def _sketched(
    of: Iterable[str], analysed: Mapping[str, Terms], values: Mapping[str, Any]
) -> Iterable[str]:
    """Grams of texts, codes as they are."""
    return chain.from_iterable(
        analysed[name].grams if name in analysed else values.get(name, ()) for name in of
    )


def _project_suggestion(
    item: Suggestable, text: str | None, codes: dict[str, tuple[str, ...]]
) -> None:
    names = [line[:MAX_CODE].strip() for line in (text or "").split("\n")]
    names = [name for name in names if name]
    if names:
        codes[item.name] = tuple(names)
        codes[f"{item.name}__prefixes"] = tuple(
            dict.fromkeys(chain.from_iterable(map(prefixes, names)))
            if len(names) > 1
            else prefixes(names[0])  # each of them is in it once
        )


def projection_of(kind: Kind, operation: Operation) -> Projection:
    """What an engine stores for an operation. Raises BadDocument, UnknownField."""
    match operation:
        case Prepared():
            return operation.projection
        case Document():
            return project(kind, operation)
        case Tombstone():
            return buried(operation)
        case Packed(engine=engine):
            raise BadDocument(f"{operation.id}: in the words of {engine} alone")


def body_of(kind: Kind, operation: Operation, engine: str, pack: Pack) -> bytes:
    """What the engine of this name is given. Raises BadDocument, UnknownField."""
    if isinstance(operation, Packed) and operation.engine == engine:
        return operation.body
    projection = projection_of(kind, operation)
    return pack(projection, orjson.dumps(projection.values))


def prepared(kind: Kind, operations: Iterable[Operation]) -> list[Operation]:
    """The same with every projection made; what has none stays, for the engine to refuse it."""
    return [_prepared(kind, one) for one in operations]


def _prepared(kind: Kind, operation: Operation) -> Operation:
    if not isinstance(operation, Document):
        return operation
    try:
        return Prepared(operation.id, operation.version, project(kind, operation))
    except (BadDocument, UnknownField):
        return operation


def buried(tombstone: Tombstone) -> Projection:
    """What an engine stores for a deletion. Raises BadDocument."""
    check_identity(tombstone)
    codes = {fields.ID: (tombstone.id,), fields.DELETED: ("true",)}
    numbers = {fields.VERSION: tombstone.version, fields.TIE: tie_of(tombstone.id)}
    return Projection({}, codes, numbers, {})

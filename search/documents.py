"""Documents as the application hands them in, and what an engine stores of them."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from search import fields
from search.analysis import MAX_TEXT, clean, gate, named_terms, terms
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
    Schema,
    Sketch,
    Suggestable,
    Text,
)
from search.sketches import sketch
from search.suggestions import prefixes

MAX_CODE = 256
MAX_CODES = 1000
MAX_NUMBER = 2**34 - 3
TIE_BITS = 29
_STRINGS = {str}
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


Operation = Document | Tombstone | Prepared


def tie_of(document_id: str) -> int:
    """A number that orders equals the same way everywhere (29 bits of a hash of the id)."""
    digest = hashlib.blake2b(document_id.encode("utf-8"), digest_size=4).digest()
    return int.from_bytes(digest, "big") >> (32 - TIE_BITS)


def packed(value: int | None, tie: int, *, descending: bool) -> int:
    """Value and tie breaker as one number; the unknown stands last either way."""
    if value is None:
        place = 0 if descending else MAX_NUMBER + 2
    else:
        place = min(max(value, 0), MAX_NUMBER) + 1
    return place << TIE_BITS | tie


def check_identity(operation: Operation) -> None:
    """Raise BadDocument unless id and version can be used."""
    if not isinstance(operation.id, str) or not _ID.fullmatch(operation.id):
        raise BadDocument(f"{operation.id!r} is no usable document id")
    version = operation.version
    if not isinstance(version, int) or isinstance(version, bool) or not 0 < version < 2**62:
        raise BadDocument(f"document {operation.id}: {version!r} is no usable version")


def plain(kind: Kind, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values in the form in which they are stored and compared. Raises BadDocument."""
    schema = SCHEMAS[kind]
    found = {}
    for name, value in values.items():
        if value is None:
            continue
        cleaned = _plain_value(schema, name, value)
        if cleaned not in ("", [], {}):
            found[name] = cleaned
    return found


def _plain_value(schema: Schema, name: str, value: Any) -> Any:
    item = schema.get(name)
    match item:
        case Text():
            parts = [value] if isinstance(value, str) else _strings(name, value)
            return clean("\n".join(parts))[:MAX_TEXT].strip()
        case Keyword():
            codes = [value] if isinstance(value, str) else _strings(name, value)
            return list(dict.fromkeys(_codes(name, filter(None, codes))))[:MAX_CODES]
        case Flag():
            if not isinstance(value, bool):
                raise BadDocument(f"{name}: {value!r} is not true or false")
            return value
        case Integer() | Moment():
            return _number(name, value, moment=isinstance(item, Moment))
        case Concepts():
            if not isinstance(value, Mapping) or not set(value.values()) <= set(CONCEPT_WEIGHTS):
                raise BadDocument(f"{name}: a mapping of codes to 1, 2, 3 or 4 is wanted")
            codes = _strings(name, sorted(value))
            return dict(zip(_codes(name, codes), map(value.__getitem__, codes), strict=True))
        case _:
            raise BadDocument(f"{name}: is derived from other fields and cannot be given")


def _strings(name: str, value: Any) -> list[str]:
    if not isinstance(value, Iterable) or isinstance(value, (bytes, Mapping)):
        raise BadDocument(f"{name}: {type(value).__name__} is neither text nor a list of texts")
    found = sorted(value) if isinstance(value, (set, frozenset)) else list(value)
    if not set(map(type, found)) <= _STRINGS and not all(isinstance(it, str) for it in found):
        raise BadDocument(f"{name}: holds something other than text")
    return found


def _codes(name: str, codes: Iterable[str]) -> list[str]:
    try:
        return list(map(_code, codes))
    except ValueError as error:
        raise BadDocument(f"{name}: {error}") from None


@lru_cache(maxsize=65_536)
def _code(code: str) -> str:
    """The code, clean: the same few thousand stand in all documents. Raises ValueError."""
    if len(code) > MAX_CODE:
        raise ValueError(f"a code of {len(code)} characters")
    return clean(code)


def _number(name: str, value: Any, *, moment: bool) -> int:
    if moment and isinstance(value, datetime):
        if value.tzinfo is None:
            raise BadDocument(f"{name}: a moment without time zone")
        value = int(value.timestamp())
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MAX_NUMBER:
        raise BadDocument(f"{name}: {value!r} is not a whole number from 0 to {MAX_NUMBER}")
    return value


def project(kind: Kind, document: Document) -> Projection:
    """What an engine stores for a document. Raises BadDocument, UnknownField."""
    check_identity(document)
    schema = SCHEMAS[kind]
    values = plain(kind, document.values)
    tie = tie_of(document.id)
    texts: dict[str, str] = {}
    codes: dict[str, tuple[str, ...]] = {fields.ID: (document.id,)}
    numbers = {fields.VERSION: document.version, fields.TIE: tie}
    sketches: dict[tuple[str, ...], tuple[int, ...]] = {}
    missing = []
    gates = []
    for item in schema.fields:
        value = values.get(item.name)
        if isinstance(item, (Integer, Moment)):
            _project_number(item, value, tie, numbers)
        if isinstance(item, Suggestable):
            _project_suggestion(item, values.get(item.of), codes)
        elif isinstance(item, Sketch):
            made = sketches.get(item.of) or sketch(_sketched(schema, item, values))
            sketches[item.of] = made
            numbers[item.name] = made[item.part]
        elif isinstance(item, fields.Span):
            if item.low not in values and item.high not in values:
                missing.append(item.name)
        elif value is None:
            missing.append(item.name)
        elif isinstance(item, Text):
            analysed = named_terms(value) if item.names else terms(value)
            texts[fields.words_of(item.name)] = " ".join(analysed.words)
            if item.gate:
                gates.append(analysed)
            else:
                texts[fields.grams_of(item.name)] = " ".join(analysed.grams)
        elif isinstance(item, Keyword):
            codes[item.name] = tuple(value)
        elif isinstance(item, Flag):
            codes[item.name] = ("true" if value else "false",)
        elif isinstance(item, Concepts):
            for weight in CONCEPT_WEIGHTS:
                chosen = tuple(code for code, given in value.items() if given == weight)
                codes[fields.concept_of(item.name, weight)] = chosen
    codes[fields.MISSING] = tuple(missing)
    if gates:
        texts[fields.GATE] = " ".join(gate(gates))
    return Projection(texts, {name: held for name, held in codes.items() if held}, numbers, values)


def _project_number(
    item: Integer | Moment, value: int | None, tie: int, numbers: dict[str, int]
) -> None:
    if value is not None:
        numbers[item.name] = value
    if item.sortable:
        for descending in (True, False):
            name = fields.sort_of(item.name, descending=descending)
            numbers[name] = packed(value, tie, descending=descending)


def _sketched(schema: Schema, item: Sketch, values: Mapping[str, Any]) -> Iterator[str]:
    for name in item.of:
        if isinstance(schema.get(name), Text):
            yield from terms(values.get(name, "")).grams
        else:
            yield from values.get(name, ())


def _project_suggestion(
    item: Suggestable, text: str | None, codes: dict[str, tuple[str, ...]]
) -> None:
    names = [line[:MAX_CODE].strip() for line in (text or "").split("\n")]
    names = [name for name in names if name]
    if names:
        codes[item.name] = tuple(names)
        found = dict.fromkeys(prefix for name in names for prefix in prefixes(name))
        codes[f"{item.name}__prefixes"] = tuple(found)


def projection_of(kind: Kind, operation: Operation) -> Projection:
    """What an engine stores for an operation. Raises BadDocument, UnknownField."""
    match operation:
        case Prepared():
            return operation.projection
        case Document():
            return project(kind, operation)
        case Tombstone():
            return buried(operation)


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

"""Documents as the application hands them in, and what an engine stores of them."""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, lru_cache
from itertools import chain
from typing import Any, NamedTuple

from search import fields
from search.analysis import MAX_TEXT, Terms, clean, gate, named_terms, terms
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
from search.sketches import sketch
from search.suggestions import prefixes

MAX_CODE = 256
MAX_CODES = 1000
MAX_NUMBER = 2**34 - 3
TIE_BITS = 29
_STRINGS = {str}
_WEIGHTS = frozenset(CONCEPT_WEIGHTS)
_EMPTY: tuple[Any, ...] = ("", [], {})
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
        place = (value if 0 <= value <= MAX_NUMBER else min(max(value, 0), MAX_NUMBER)) + 1
    return place << TIE_BITS | tie


def check_identity(operation: Operation) -> None:
    """Raise BadDocument unless id and version can be used."""
    if not isinstance(operation.id, str) or not _ID.fullmatch(operation.id):
        raise BadDocument(f"{operation.id!r} is no usable document id")
    version = operation.version
    if not isinstance(version, int) or isinstance(version, bool) or not 0 < version < 2**62:
        raise BadDocument(f"document {operation.id}: {version!r} is no usable version")


def plain(kind: Kind, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values in the form in which they are stored and compared. Raises BadDocument,
    UnknownField."""
    cleaners = _cleaners(kind)
    found = {}
    for name, value in values.items():
        if value is None:
            continue
        cleaner = cleaners.get(name)
        if cleaner is None:
            SCHEMAS[kind].get(name)
            raise BadDocument(f"{name}: is derived from other fields and cannot be given")
        cleaned = cleaner(name, value)
        if cleaned not in _EMPTY:
            found[name] = cleaned
    return found


@cache
def _cleaners(kind: Kind) -> dict[str, Callable[[str, Any], Any]]:
    """Field name → what brings a value into its plain form; derived fields have none."""
    by_type = {
        Text: _text,
        Keyword: _keywords,
        Flag: _flag,
        Integer: _number,
        Moment: _moment,
        Concepts: _concepts,
    }
    held = SCHEMAS[kind].fields
    return {item.name: by_type[type(item)] for item in held if type(item) in by_type}


def _text(name: str, value: Any) -> str:
    text = value if isinstance(value, str) else "\n".join(_strings(name, value))
    return clean(text)[:MAX_TEXT].strip()


def _keywords(name: str, value: Any) -> list[str]:
    if isinstance(value, str):
        return _codes(name, [value]) if value else []
    codes = _codes(name, filter(None, _strings(name, value)))
    return list(dict.fromkeys(codes))[:MAX_CODES]


def _flag(name: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise BadDocument(f"{name}: {value!r} is not true or false")
    return value


def _concepts(name: str, value: Any) -> dict[str, int]:
    if not _is_mapping(value) or not _WEIGHTS.issuperset(value.values()):
        raise BadDocument(f"{name}: a mapping of codes to 1, 2, 3 or 4 is wanted")
    codes = _strings(name, sorted(value))
    return dict(zip(_codes(name, codes), map(value.__getitem__, codes), strict=True))


def _is_mapping(value: Any) -> bool:
    return type(value) is dict or isinstance(value, Mapping)  # the second asks ten times as long


def _strings(name: str, value: Any) -> list[str]:
    if type(value) is list and _STRINGS.issuperset(map(type, value)):
        return value
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


def _moment(name: str, value: Any) -> int:
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise BadDocument(f"{name}: a moment without time zone")
        value = int(value.timestamp())
    return _number(name, value)


def _number(name: str, value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MAX_NUMBER:
        raise BadDocument(f"{name}: {value!r} is not a whole number from 0 to {MAX_NUMBER}")
    return value


class _Parts(NamedTuple):
    """The fields of a kind by what becomes of them."""

    texts: tuple[Text, ...]
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
            found = analysed[item.name] = named_terms(text) if item.names else terms(text)
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
        found: dict[str, None] = {}
        for name in names:
            found.update(dict.fromkeys(prefixes(name)))
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

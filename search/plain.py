"""Values of a document in the form in which they are stored and compared: clean, bounded, checked."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import cache, lru_cache
from typing import Any

from search.analysis import MAX_TEXT, clean
from search.errors import BadDocument
from search.fields import (
    CONCEPT_WEIGHTS,
    SCHEMAS,
    Concepts,
    Flag,
    Integer,
    Keyword,
    Kind,
    Moment,
    Text,
)

MAX_CODE = 256
MAX_CODES = 1000
MAX_NUMBER = 2**34 - 3
_STRINGS = {str}
_WEIGHTS = frozenset(CONCEPT_WEIGHTS)
_EMPTY: tuple[Any, ...] = ("", [], {})


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
    strings = _strings(name, value)
    try:
        return list(_listed(tuple(strings)))
    except ValueError as error:
        raise BadDocument(f"{name}: {error}") from None


@lru_cache(maxsize=16_384)
def _listed(codes: tuple[str, ...]) -> tuple[str, ...]:
    """The codes of a list, clean, each once: paths of occupations and places, bands and benefits are
    a few thousand lists. Raises ValueError."""
    return tuple(dict.fromkeys(map(_code, filter(None, codes))))[:MAX_CODES]


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

"""Filters become conditions: what a document must be, in the fields that engines hold. Pure."""

from collections.abc import Iterable
from functools import partial

from search import fields
from search.analysis import clean
from search.errors import BadRequest, UnknownField
from search.fields import CONCEPT_WEIGHTS, Concepts, Flag, Integer, Keyword, Moment, Schema, Span
from search.plain import MAX_CODE
from search.requests import (
    MAX_CLAUSES,
    AllOf,
    AnyOf,
    Filter,
    Ids,
    Not,
    Overlap,
    Range,
    Terms,
)
from search.tree import (
    AnyTerm,
    Negation,
    Node,
    Nothing,
    NumberRange,
    Term,
    conjunction,
    disjunction,
)


def filter_node(schema: Schema, wanted: Filter) -> Node:
    """The tree of one filter. Raises UnknownField, BadRequest."""
    match wanted:
        case Terms(name, values, or_missing):
            return _or_missing(name, or_missing, terms_node(schema, name, values))
        case Range(name, low, high, or_missing):
            if not isinstance(schema.get(name), (Integer, Moment)):
                raise UnknownField(schema.kind, name)
            return _or_missing(name, or_missing, _range(name, low, high))
        case Overlap(name, low, high, or_missing):
            return _or_missing(name, or_missing, _overlap(schema, name, low, high))
        case Ids(values):
            check_count(values)
            return AnyTerm(fields.ID, _strings(values)) if values else Nothing()
        case Not(inner):
            return Negation(filter_node(schema, inner))
        case AnyOf(inners):
            check_count(inners)
            return disjunction(map(partial(filter_node, schema), inners))
        case AllOf(inners):
            check_count(inners)
            return conjunction(map(partial(filter_node, schema), inners))
        case _:
            raise BadRequest(f"{type(wanted).__name__} is no filter")


def _or_missing(name: str, or_missing: bool, node: Node) -> Node:
    return disjunction((node, Term(fields.MISSING, name))) if or_missing else node


def terms_node(schema: Schema, name: str, values: tuple[str | int | bool, ...]) -> Node:
    """The field has one of these values."""
    item = schema.get(name)
    check_count(values)
    if isinstance(item, (Integer, Moment)):
        if not all(isinstance(value, int) and not isinstance(value, bool) for value in values):
            raise BadRequest(f"{name}: numbers are wanted")
        return disjunction(_range(name, int(value), int(value)) for value in values)
    if not isinstance(item, (Keyword, Flag, Concepts)):
        raise UnknownField(schema.kind, name)
    if isinstance(item, Flag):
        values = tuple(str(value).lower() for value in values)
    codes = _strings(values)
    if isinstance(item, Concepts):
        names = (fields.concept_of(name, weight) for weight in CONCEPT_WEIGHTS)
        return disjunction(codes_node(held, codes) for held in names)
    return codes_node(name, codes)


def codes_node(name: str, codes: tuple[str, ...]) -> Node:
    """The engine's field has one of these codes."""
    codes = tuple(dict.fromkeys(codes))
    if not codes:
        return Nothing()
    return Term(name, codes[0]) if len(codes) == 1 else AnyTerm(name, codes)


def _strings(values: Iterable[object]) -> tuple[str, ...]:
    found = []
    for value in values:
        if not isinstance(value, str) or len(value) > MAX_CODE:
            raise BadRequest(f"{str(value)[:MAX_CODE]!r} is not a code")
        found.append(clean(value))
    return tuple(found)


def check_count(values: tuple[object, ...]) -> None:
    """Raise BadRequest where more is asked at once than an engine should do."""
    if len(values) > MAX_CLAUSES:
        raise BadRequest(f"more than {MAX_CLAUSES} alternatives")


def _range(name: str, low: int | None, high: int | None) -> Node:
    for bound in (low, high):
        if bound is not None and (not isinstance(bound, int) or abs(bound) >= 2**62):
            raise BadRequest(f"{name}: {bound!r} is no bound")
    if low is None and high is None:
        return Negation(Term(fields.MISSING, name))
    if low is not None and high is not None and low > high:
        raise BadRequest(f"{name}: from {low} to {high} is turned round")
    return NumberRange(name, low, high)


def _overlap(schema: Schema, name: str, low: int | None, high: int | None) -> Node:
    item = schema.get(name)
    if not isinstance(item, Span):
        raise UnknownField(schema.kind, name)
    known: list[Node] = [Negation(Term(fields.MISSING, name))]
    if low is not None and high is not None:
        _range(name, low, high)
    if low is not None:
        known.append(_or_missing(item.high, True, _range(item.high, low, None)))
    if high is not None:
        known.append(_or_missing(item.low, True, _range(item.low, None, high)))
    return conjunction(known)

"""Bands of numbers counted from what the documents found hold.

As a filter inside of an aggregation a band costs a walk over all documents in it, found or not;
two ranges that overlap cost more than all other facets of a page. Columns of numbers are read for
the documents found alone: cut at the ends of the bands where one field decides, value by value
where two do.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from search import fields
from search.fields import SCHEMAS, Integer, Kind, Span
from search.tree import All, And, Negation, Node, Nothing, NumberRange, Or, Term

#: Different values of a field that are counted one by one; with more the bands are filters.
MOST_VALUES = 500
ABSENT = -1  # integers begin at 0

Bands = Sequence[tuple[str, Node]]
Point = Mapping[str, int | None]


@dataclass(frozen=True, slots=True)
class Way:
    """How bands are counted: an aggregation, and their counts out of its answer (None: there are
    too many values)."""

    asked: dict[str, Any]
    counts: Callable[[Mapping[str, Any]], list[int] | None]


def way_of(kind: Kind, bands: Bands) -> Way | None:
    """How these bands can be counted; None where something else than numbers decides."""
    nodes = [node for _, node in bands]
    ranges = [node for node in nodes if isinstance(node, NumberRange)]
    if len(ranges) == len(nodes) and len({node.field for node in ranges}) == 1:
        return _cut(ranges)
    spans = {item.name: item for item in SCHEMAS[kind].fields if isinstance(item, Span)}
    integers = {item.name for item in SCHEMAS[kind].fields if isinstance(item, Integer)}
    names: set[str] = set()
    for node in nodes:
        for name in _fields(node):
            span = spans.get(name)
            names.update((name,) if span is None else (span.low, span.high))
    if not 1 <= len(names) <= 2 or not names <= integers:
        return None
    return _by_value(sorted(names), nodes, spans)


def _cut(ranges: Sequence[NumberRange]) -> Way:
    """One field: documents between each two ends, and each band the sum of its pieces."""
    ends = {node.low for node in ranges} | {
        None if node.high is None else node.high + 1 for node in ranges
    }
    edges = [None, *sorted(end for end in ends if end is not None), None]
    pieces = [
        {name: float(end) for name, end in (("from", low), ("to", high)) if end is not None}
        for low, high in pairwise(edges)
    ]

    def counts(answer: Mapping[str, Any]) -> list[int]:
        held = {row.get("from"): row["doc_count"] for row in answer["buckets"]}
        return [
            sum(
                held.get(piece.get("from"), 0)
                for piece, (low, high) in zip(pieces, pairwise(edges), strict=True)
                if _inside(node, low, high)
            )
            for node in ranges
        ]

    return Way({"range": {"field": ranges[0].field, "ranges": pieces}}, counts)


def _inside(node: NumberRange, low: int | None, high: int | None) -> bool:
    above = node.low is None or (low is not None and low >= node.low)
    return above and (node.high is None or (high is not None and high <= node.high + 1))


def _by_value(names: Sequence[str], nodes: Sequence[Node], spans: Mapping[str, Span]) -> Way:
    """One field or two: how many documents hold each value (or pair), asked of every band."""
    asked: dict[str, Any] = {}
    for name in reversed(names):
        terms = {"field": name, "size": MOST_VALUES, "segment_size": MOST_VALUES, "missing": ABSENT}
        asked = {"terms": terms, **({"aggs": {"next": asked}} if asked else {})}

    def counts(answer: Mapping[str, Any]) -> list[int] | None:
        points = _points(names, answer)
        if points is None:
            return None
        return [sum(n for point, n in points if _holds(node, point, spans)) for node in nodes]

    return Way(asked, counts)


def _points(
    names: Sequence[str], answer: Mapping[str, Any]
) -> list[tuple[dict[str, int | None], int]] | None:
    """The values of the fields with the number of documents that have them."""
    if answer["sum_other_doc_count"]:
        return None
    name, *others = names
    points = []
    for row in answer["buckets"]:
        value = None if row["key"] == ABSENT else int(row["key"])
        inner = _points(others, row["next"]) if others else [({}, row["doc_count"])]
        if inner is None:
            return None
        points += [({name: value, **more}, number) for more, number in inner]
    return points


def _fields(node: Node) -> Iterator[str]:
    """The fields, or spans, whose numbers decide a node; "" where something else does."""
    match node:
        case All() | Nothing():
            pass
        case NumberRange(name):
            yield name
        case Term(field, value):
            yield value if field == fields.MISSING else ""
        case And(nodes) | Or(nodes):
            for part in nodes:
                yield from _fields(part)
        case Negation(inner):
            yield from _fields(inner)
        case _:
            yield ""


def _holds(node: Node, point: Point, spans: Mapping[str, Span]) -> bool:
    """Does a document with these values meet the node?"""
    match node:
        case NumberRange(name, low, high):
            value = point[name]
            if value is None:
                return False
            return (low is None or value >= low) and (high is None or value <= high)
        case Term(_, name):
            span = spans.get(name)
            ends = (name,) if span is None else (span.low, span.high)
            return all(point[end] is None for end in ends)
        case And(nodes):
            return all(_holds(part, point, spans) for part in nodes)
        case Or(nodes, minimum):
            return sum(_holds(part, point, spans) for part in nodes) >= minimum
        case Negation(inner):
            return not _holds(inner, point, spans)
    return isinstance(node, All)

"""The tree of conditions that every engine can carry out. Pure values."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class All:
    """Every document."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """No document."""


@dataclass(frozen=True, slots=True)
class Term:
    """Has this term in the engine's field."""

    field: str
    value: str


@dataclass(frozen=True, slots=True)
class AnyTerm:
    """Has at least one of these terms in the engine's field."""

    field: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Phrase:
    """Has these terms side by side, in this order."""

    field: str
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NumberRange:
    """A number within these bounds, both included."""

    field: str
    low: int | None
    high: int | None


@dataclass(frozen=True, slots=True)
class And:
    """All of these."""

    nodes: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """At least ``minimum`` of these."""

    nodes: tuple["Node", ...]
    minimum: int = 1


@dataclass(frozen=True, slots=True)
class Negation:
    """None of this."""

    node: "Node"


Node = All | Nothing | Term | AnyTerm | Phrase | NumberRange | And | Or | Negation


def conjunction(nodes: Iterable[Node]) -> Node:
    """All of the nodes, as simply as it can be said."""
    kept = [node for node in nodes if not isinstance(node, All)]
    if any(isinstance(node, Nothing) for node in kept):
        return Nothing()
    if len(kept) == 1:
        return kept[0]
    return And(tuple(kept)) if kept else All()


def disjunction(nodes: Iterable[Node], minimum: int = 1) -> Node:
    """At least ``minimum`` of the nodes, as simply as it can be said."""
    kept = tuple(dict.fromkeys(node for node in nodes if not isinstance(node, Nothing)))
    if minimum <= 0:
        return All()
    if len(kept) < minimum:
        return Nothing()
    if minimum == len(kept):
        return conjunction(kept)
    return Or(kept, minimum)

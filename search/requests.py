"""What can be asked of an engine, and what it answers. Plain values, no engine's words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple

from search.fields import Kind

MAX_WINDOW = 10_000
MAX_LIMIT = 1_000
MAX_RECALL = 5_000
MAX_FACET = 1_000
MAX_CLAUSES = 512


# -- Filters: what a document must be; a document never scores by them. ---------------------


@dataclass(frozen=True, slots=True)
class Terms:
    """Has one of these codes (numbers and flags as well). ``or_missing``: or does not say.

    ``group``: the facet that is counted as if this filter were off; its own field by default.
    """

    field: str
    values: tuple[str | int | bool, ...]
    or_missing: bool = False
    group: str | None = None


@dataclass(frozen=True, slots=True)
class Range:
    """A number or moment (as seconds) from ``low`` to ``high``, both included."""

    field: str
    low: int | None = None
    high: int | None = None
    or_missing: bool = False
    group: str | None = None


@dataclass(frozen=True, slots=True)
class Overlap:
    """A span that shares at least a point with ``low`` to ``high``; an open end reaches on."""

    field: str
    low: int | None = None
    high: int | None = None
    or_missing: bool = False
    group: str | None = None


@dataclass(frozen=True, slots=True)
class Ids:
    """Is one of these documents."""

    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Is not."""

    filter: "Filter"
    group: str | None = None


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Is at least one of these."""

    filters: tuple["Filter", ...]
    group: str | None = None


@dataclass(frozen=True, slots=True)
class AllOf:
    """Is all of these."""

    filters: tuple["Filter", ...]
    group: str | None = None


Filter = Terms | Range | Overlap | Ids | Not | AnyOf | AllOf


# -- What scores. ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Alternative:
    """One way in which a concept is met: any of the codes in the field, worth ``weight``.

    In a field of concepts the weight is for four quarters; fewer give their share.
    """

    field: str
    values: tuple[str, ...]
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Concept:
    """Something recognised in what was typed. Counts as one unit of the gate, like a word.

    ``words``: the same as text, so that a document whose text names it is let in as well;
    ``also``: its other names, such as that of another language. ``required``: it must be met;
    otherwise it is one of those of which most must be. ``lifting``: it lets nothing in and keeps
    nothing out, it only scores. ``together``: its names let a document in only where they stand as
    a whole, side by side, as the name of a firm does.
    """

    alternatives: tuple[Alternative, ...] = ()
    words: str = ""
    required: bool = False
    also: tuple[str, ...] = ()
    lifting: bool = False
    together: bool = False


@dataclass(frozen=True, slots=True)
class Lift:
    """Adds ``weight`` to the score of what passes the filter; lets nothing in."""

    filter: Filter
    weight: float


# -- Facets, order. ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TermsFacet:
    """Documents per code of a field; filters of its own group are ignored (disjunctive)."""

    field: str
    size: int = 50
    name: str = ""

    @property
    def key(self) -> str:
        """The facet's name in the answer, and the group of filters it ignores."""
        return self.name or self.field


@dataclass(frozen=True, slots=True)
class Band:
    """One band of a facet: its filter says what belongs in it. Bands may overlap."""

    key: str
    filter: Filter


@dataclass(frozen=True, slots=True)
class BandsFacet:
    """Documents per band, in the order given; filters of the group ``name`` are ignored."""

    name: str
    bands: tuple[Band, ...]

    @property
    def key(self) -> str:
        """The facet's name in the answer, and the group of filters it ignores."""
        return self.name


Facet = TermsFacet | BandsFacet


@dataclass(frozen=True, slots=True)
class Sort:
    """By a sortable field; the unknown last; equals in an order that is the same everywhere."""

    field: str
    descending: bool = True


# -- Requests. -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """One search.

    ``words``: as typed, or what understanding left of it. ``phrases``: must stand in some text
    as they are. ``excluded``: must stand in none. ``minimum``: how many of the units (words and
    concepts) must match; None for the rule of `analysis.required`. ``sort`` None: by relevance.
    ``after``: the cursor of the last hit seen, ``before``: of the first one (only with a sort;
    one of them): the hits that follow it, or those that stand right before it. ``highlight``:
    text fields. ``values``: numbers, moments and sketches to hand out beside the hits.
    """

    kind: Kind
    words: str = ""
    phrases: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    concepts: tuple[Concept, ...] = ()
    lifts: tuple[Lift, ...] = ()
    filters: tuple[Filter, ...] = ()
    facets: tuple[Facet, ...] = ()
    sort: Sort | None = None
    offset: int = 0
    limit: int = 20
    after: tuple[int, str] | None = None
    before: tuple[int, str] | None = None
    highlight: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    minimum: int | None = None


Fragment = tuple[tuple[str, bool], ...]
"""A piece of a text: (part, is it a hit?)."""


class Hit(NamedTuple):
    """One document found. ``cursor`` continues a sorted search after this hit (or before it)."""

    id: str
    score: float
    cursor: tuple[int, str] | None = None
    fragments: Mapping[str, tuple[Fragment, ...]] = MappingProxyType({})


class Bucket(NamedTuple):
    """One line of a facet. (As a tuple it is made in a third of the time: a page has hundreds.)"""

    key: str
    count: int  # type: ignore[assignment]


@dataclass(frozen=True, slots=True)
class SearchResult:
    """``total`` counts every match, not only the page.

    ``columns``: the values asked for with the request, each for all hits in turn; the unknown is
    None.
    """

    total: int
    hits: tuple[Hit, ...]
    facets: Mapping[str, tuple[Bucket, ...]] = field(default_factory=dict)
    columns: Mapping[str, list[int | None]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Clause:
    """``weight`` (a multiple of 1/64) for documents that have one of the codes in the field."""

    field: str
    values: tuple[str, ...]
    weight: float


@dataclass(frozen=True, slots=True)
class RecallRequest:
    """Candidates for exact scoring: the best sums of constants among what passes the filters.

    The last group of equals is completed up to MAX_RECALL candidates in all, otherwise dropped
    whole; only a first group that is larger than ``limit`` on its own is cut, by the tie
    breaker. So the set is the same on every engine.
    """

    kind: Kind
    clauses: tuple[Clause, ...]
    filters: tuple[Filter, ...] = ()
    limit: int = 1_000
    minimum: int = 1


@dataclass(frozen=True, slots=True)
class Candidate:
    """One document of a recall with its exact sum of constants."""

    id: str
    score: float


@dataclass(frozen=True, slots=True)
class SuggestRequest:
    """Names of a suggestable field that begin with (or have a word beginning with) ``typed``."""

    kind: Kind
    field: str
    typed: str
    filters: tuple[Filter, ...] = ()
    limit: int = 8


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A name and how many documents that pass the filters carry it."""

    text: str
    count: int

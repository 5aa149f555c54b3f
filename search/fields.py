"""Which documents there are and which fields they have: one declaration for every engine.

A change of a field list raises the version of its kind; an index of another version is rebuilt
beside the live one, never written into.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType

from search.errors import UnknownField


class Kind(StrEnum):
    """The kinds of documents, one index each."""

    JOB = "job"
    TALENT = "talent"
    ORGANISATION = "organisation"


@dataclass(frozen=True, slots=True)
class Text:
    """Analysed text. ``gate``: words found here let a document in; elsewhere they only lift it.

    ``boost``: weight of a word here, relative to a word in a field of boost 1. ``names``: it holds
    names of the vocabulary, one a line.
    """

    name: str
    boost: float = 1.0
    gate: bool = False
    names: bool = False


@dataclass(frozen=True, slots=True)
class Keyword:
    """Exact codes, any number of them; can be filtered and counted."""

    name: str


@dataclass(frozen=True, slots=True)
class Integer:
    """One whole number (0 to 2**33): ranks, years, fen, percent. ``sortable``: either way."""

    name: str
    sortable: bool = False


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time: an aware datetime, or seconds since 1970."""

    name: str
    sortable: bool = False


@dataclass(frozen=True, slots=True)
class Flag:
    """True or false."""

    name: str


@dataclass(frozen=True, slots=True)
class Concepts:
    """Codes with a weight in quarters (1, 2, 3, 4): how strongly the document has them."""

    name: str


@dataclass(frozen=True, slots=True)
class Span:
    """Two integer fields that are the ends of a range, either of them unknown at times."""

    name: str
    low: str
    high: str


@dataclass(frozen=True, slots=True)
class Suggestable:
    """A text field whose values are proposed while somebody types."""

    name: str
    of: str


@dataclass(frozen=True, slots=True)
class Sketch:
    """One number that tells by its bits what other fields hold (`search.sketches`): handed out with
    each hit, so that documents found can be compared. Derived; asked for by ``values`` alone.

    ``of``: texts (their grams) or codes. ``part``: which of the numbers that make up the sketch.
    """

    name: str
    of: tuple[str, ...]
    part: int


Field = Text | Keyword | Integer | Moment | Flag | Concepts | Span | Suggestable | Sketch
CONCEPT_WEIGHTS = (4, 3, 2, 1)


class EngineType(StrEnum):
    """What an engine has to hold; each engine has one way of holding it."""

    WORDS = "words"  # terms joined by spaces, with frequencies
    GRAMS = "grams"  # terms joined by spaces, with positions
    CODES = "codes"  # exact terms, several, countable
    PREFIXES = "prefixes"  # exact terms, several, only looked up
    NUMBER = "number"  # one 64-bit integer, for ranges, counts and sorting


def words_of(name: str) -> str:
    """Engine field: the words of a text."""
    return f"{name}__words"


def grams_of(name: str) -> str:
    """Engine field: the grams of a text."""
    return f"{name}__grams"


def concept_of(name: str, weight: int) -> str:
    """Engine field: codes of one weight."""
    return f"{name}__{weight}"


def sort_of(name: str, *, descending: bool) -> str:
    """Engine field: value and tie breaker packed into one number."""
    return f"{name}__{'desc' if descending else 'asc'}"


ID = "id"
VERSION = "version"
TIE = "tie"
DELETED = "deleted"
MISSING = "missing"
GATE = "gate"
BASE_FIELDS: Mapping[str, EngineType] = MappingProxyType(
    {
        ID: EngineType.CODES,
        VERSION: EngineType.NUMBER,
        TIE: EngineType.NUMBER,
        DELETED: EngineType.CODES,
        MISSING: EngineType.CODES,
        GATE: EngineType.GRAMS,
    }
)


@dataclass(frozen=True)
class Schema:
    """The fields of one kind."""

    kind: Kind
    version: int
    fields: tuple[Field, ...]

    @cached_property
    def _by_name(self) -> Mapping[str, Field]:
        return {item.name: item for item in self.fields}

    def get(self, name: str) -> Field:
        """The field of this name. Raises UnknownField."""
        found = self._by_name.get(name) if isinstance(name, str) else None
        if found is None:
            raise UnknownField(self.kind, str(name))
        return found

    @cached_property
    def texts(self) -> tuple[Text, ...]:
        """All analysed fields."""
        return tuple(item for item in self.fields if isinstance(item, Text))

    @cached_property
    def gates(self) -> tuple[Text, ...]:
        """The analysed fields that let a document in."""
        return tuple(item for item in self.texts if item.gate)

    @cached_property
    def engine_fields(self) -> Mapping[str, EngineType]:
        """Name → type of every field an engine holds for this kind."""
        found = dict(BASE_FIELDS)
        for item in self.fields:
            found.update(_engine_fields(item))
        return MappingProxyType(found)


def _engine_fields(item: Field) -> Iterable[tuple[str, EngineType]]:
    match item:
        case Text(name, gate=gate):
            yield words_of(name), EngineType.WORDS
            if not gate:  # the grams of the others stand together in the gate
                yield grams_of(name), EngineType.GRAMS
        case Keyword(name) | Flag(name):
            yield name, EngineType.CODES
        case Integer(name, sortable) | Moment(name, sortable):
            yield name, EngineType.NUMBER
            if sortable:
                yield sort_of(name, descending=True), EngineType.NUMBER
                yield sort_of(name, descending=False), EngineType.NUMBER
        case Concepts(name):
            for weight in CONCEPT_WEIGHTS:
                yield concept_of(name, weight), EngineType.CODES
        case Suggestable(name):
            yield name, EngineType.CODES
            yield f"{name}__prefixes", EngineType.PREFIXES
        case Sketch(name):
            yield name, EngineType.NUMBER
        case Span():
            return


JOB = Schema(
    Kind.JOB,
    version=6,
    fields=(
        Text("title", boost=4.0, gate=True),
        Text("occupation_names", boost=2.0, gate=True, names=True),
        Text("skill_names", boost=1.0, names=True),
        Text("employer_name", boost=2.0, gate=True),
        Text("description", boost=0.5),
        Suggestable("title_suggest", of="title"),
        Suggestable("employer_suggest", of="employer_name"),
        Keyword("occupation"),
        Keyword("occupation_path"),  # the code and all wider ones
        Keyword("skills"),  # must
        Keyword("wish_skills"),
        Concepts("concepts"),
        Keyword("title_fields"),  # fields of work that the words of the title speak of
        Concepts("categories"),  # what recruiters would sort it under, where that was learned
        Keyword("regions"),  # zone, city, county
        Keyword("kind"),  # full | part | intern | project
        Keyword("channel"),  # direct | agency | outsourced | dispatched
        Keyword("origin"),  # own | reference
        Keyword("employer"),
        Keyword("employer_key"),  # its name, folded: reference postings have no other
        Keyword("publisher"),
        Keyword("nature"),
        Keyword("size"),
        Keyword("industry"),
        Keyword("rest_days"),
        Keyword("work_mode"),
        Keyword("benefits"),
        Keyword("pay_bands"),
        Flag("listed"),
        Integer("pay_low", sortable=True),  # fen a month
        Integer("pay_high", sortable=True),
        Span("pay", low="pay_low", high="pay_high"),
        Integer("education_rank"),
        Integer("years_min"),
        Integer("years_max"),
        Span("years", low="years_min", high="years_max"),
        Integer("reply_rate", sortable=True),  # percent
        Integer("reply_days", sortable=True),  # promised working days
        Integer("cluster"),  # the same job by several firms; unknown where it stands alone
        Integer("applicants"),  # bits of their number: 0, 1, 2–3, 4–7, …
        Moment("published_at", sortable=True),
        Moment("valid_until"),
        Sketch("title_sketch_1", of=("title",), part=0),
        Sketch("title_sketch_2", of=("title",), part=1),
        Sketch("skill_sketch_1", of=("skills", "wish_skills"), part=0),
        Sketch("skill_sketch_2", of=("skills", "wish_skills"), part=1),
    ),
)

TALENT = Schema(
    Kind.TALENT,
    version=1,
    fields=(
        Text("headline", boost=4.0, gate=True),
        Text("occupation_names", boost=2.0, gate=True, names=True),
        Text("skill_names", boost=2.0, gate=True, names=True),
        Text("text", boost=0.5),  # as an organisation may see it: no name, no employer
        Keyword("occupations"),
        Keyword("occupation_path"),
        Keyword("skills"),
        Keyword("skill_levels"),  # skill:level
        Keyword("evidenced_skills"),
        Concepts("concepts"),
        Keyword("regions"),  # wanted, with what they lie in
        Keyword("wanted_regions"),  # exactly as wanted
        Flag("moves"),  # willing to move to another place
        Keyword("work_mode"),
        Keyword("kind"),
        Keyword("availability"),
        Keyword("visibility"),
        Keyword("rest_days"),
        Keyword("industry"),
        Keyword("blocked_organisations"),
        Integer("pay_wanted", sortable=True),  # fen a month
        Integer("education_rank"),
        Integer("years", sortable=True),
        Moment("updated_at", sortable=True),
    ),
)

ORGANISATION = Schema(
    Kind.ORGANISATION,
    version=1,
    fields=(
        Text("name", boost=4.0, gate=True),
        Text("industry_names", boost=1.0, gate=True, names=True),
        Text("text", boost=0.5),
        Suggestable("name_suggest", of="name"),
        Keyword("kind"),
        Keyword("nature"),
        Keyword("size"),
        Keyword("industry"),
        Keyword("regions"),
        Flag("verified"),
        Integer("open_jobs", sortable=True),
        Integer("reply_rate", sortable=True),
        Moment("updated_at", sortable=True),
    ),
)

SCHEMAS: Mapping[Kind, Schema] = MappingProxyType(
    {schema.kind: schema for schema in (JOB, TALENT, ORGANISATION)}
)

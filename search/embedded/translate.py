"""Trees and documents in tantivy's words."""

from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import combinations

import numpy as np
import tantivy

from search.embedded.packing import ID_BYTES, ID_HIGH, ID_LOW, SOURCE
from search.fields import SCHEMAS, EngineType, Kind
from search.query import Score
from search.tree import (
    All,
    And,
    AnyTerm,
    Negation,
    Node,
    Nothing,
    NumberRange,
    Or,
    Phrase,
    Term,
)

TOKENIZER = "shucai_terms"
# Above this many values a set query (one pass over all documents) beats a union of postings.
SMALL_SET = 64
FEW = 4
#: Queries of single terms kept for the next search: a word, a place, a kind stand in many.
TERMS_KEPT = 4_096

Common = Callable[[Node], bool]


@lru_cache(maxsize=8)
def tantivy_schema(kind: Kind) -> tantivy.Schema:
    """The fields of a kind as tantivy keeps them."""
    builder = tantivy.SchemaBuilder()
    for name, engine_type in SCHEMAS[kind].engine_fields.items():
        if engine_type is EngineType.WORDS:
            builder.add_text_field(name, tokenizer_name=TOKENIZER, index_option="freq")
        elif engine_type is EngineType.GRAMS:
            builder.add_text_field(name, tokenizer_name=TOKENIZER, index_option="position")
        elif engine_type is EngineType.CODES:
            builder.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
        elif engine_type is EngineType.PREFIXES:
            builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
        else:
            builder.add_integer_field(name, fast=True)
    builder.add_integer_field(ID_HIGH, fast=True)
    builder.add_integer_field(ID_LOW, fast=True)
    builder.add_bytes_field(SOURCE, stored=True)
    return builder.build()


def register(index: tantivy.Index) -> tantivy.Index:
    """Give an opened index its tokenizer: tantivy does not keep those with the files."""
    analyser = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
    index.register_tokenizer(TOKENIZER, analyser)
    index.config_reader("manual", 0)
    return index


def joined_ids(highs: list[int], lows: list[int]) -> list[str]:
    """The ids of two lists of numbers."""
    raw = np.array([highs, lows], dtype=">i8").T.tobytes()
    starts = range(0, len(raw), ID_BYTES)
    return [raw[start : start + ID_BYTES].rstrip(b"\0").decode("ascii") for start in starts]


class Translator:
    """Nodes → tantivy queries for the schema of one kind."""

    def __init__(self, kind: Kind) -> None:
        self._schema = tantivy_schema(kind)
        self._term = lru_cache(maxsize=TERMS_KEPT)(self._made_term)

    def query(self, node: Node) -> tantivy.Query:
        """The tree as a tantivy query; what it scores is to be ignored."""
        match node:
            case All():
                return tantivy.Query.all_query()
            case Nothing():
                return tantivy.Query.empty_query()
            case Term(name, value):
                return self._term(name, value)
            case AnyTerm(name, values):
                if len(values) > SMALL_SET:
                    return tantivy.Query.term_set_query(self._schema, name, list(values))
                return tantivy.Query.boolean_query(
                    [(tantivy.Occur.Should, self._term(name, value)) for value in values]
                )
            case Phrase(name, words):
                return tantivy.Query.phrase_query(self._schema, name, list(words))
            case NumberRange(name, low, high):
                return tantivy.Query.range_query(
                    self._schema, name, tantivy.FieldType.Integer, low, high
                )
            case And(nodes):
                return self._all_of(nodes)
            case Or(nodes, minimum):
                if minimum == len(nodes) - 1 and 1 < minimum < FEW:
                    # All but one: a union of intersections skips what a count has to visit.
                    nodes, minimum = tuple(map(And, combinations(nodes, minimum))), 1
                parts = [(tantivy.Occur.Should, self.query(part)) for part in nodes]
                return tantivy.Query.boolean_query(parts, minimum)
            case Negation():
                return self._all_of((node,))

    def _made_term(self, name: str, value: str) -> tantivy.Query:
        # Positions are for phrases; asked for with a term they are opened for nothing.
        return tantivy.Query.term_query(self._schema, name, value, index_option="freq")

    def _all_of(self, nodes: tuple[Node, ...]) -> tantivy.Query:
        parts = []
        for part in flattened(nodes):
            if isinstance(part, Negation):
                parts.append((tantivy.Occur.MustNot, self.query(part.node)))
            else:
                parts.append((tantivy.Occur.Must, self.query(part)))
        if all(occur == tantivy.Occur.MustNot for occur, _ in parts):
            parts.insert(0, (tantivy.Occur.Must, tantivy.Query.all_query()))
        return tantivy.Query.boolean_query(parts)

    def unscored(self, node: Node) -> tantivy.Query:
        """The tree as a condition that adds nothing to the score."""
        return tantivy.Query.const_score_query(self.query(node), 0.0)

    def score(self, score: Score) -> tantivy.Query:
        """What a node adds to the score."""
        if score.constant:
            return tantivy.Query.const_score_query(self.query(score.node), score.weight)
        # BM25 with k1 = 1.2 and b = .75, the factor k1 + 1 included, as Elasticsearch has it.
        return tantivy.Query.boost_query(self.query(score.node), score.weight)

    def scored(
        self,
        where: Node,
        scores: tuple[Score, ...],
        minimum: int = 0,
        common: Common = lambda _: False,
    ) -> tantivy.Query:
        """Documents in ``where`` that meet ``minimum`` of the scores, with their sum.

        ``common``: does a node hold of so many documents that it is better looked up for each
        document found? The others are read from end to end and added up (tantivy's union), which
        costs little where they are few, whatever is found.
        """
        if minimum > 0:
            should = [(tantivy.Occur.Should, self.score(score)) for score in scores]
            sums = tantivy.Query.boolean_query(should, minimum)
            if isinstance(where, All):
                return sums
            parts = [(tantivy.Occur.Must, self.unscored(where)), (tantivy.Occur.Must, sums)]
            return tantivy.Query.boolean_query(parts)
        parts = [(tantivy.Occur.Must, self.unscored(where))]
        apart: list[tuple[tantivy.Occur, tantivy.Query]] = []
        for score in scores:
            one = (tantivy.Occur.Should, self.score(score))
            (apart if common(score.node) else parts).append(one)
        query = tantivy.Query.boolean_query(parts)
        for one in apart:
            query = tantivy.Query.boolean_query([(tantivy.Occur.Must, query), one])
        return query


translator = lru_cache(maxsize=8)(Translator)


def flattened(nodes: tuple[Node, ...]) -> Iterator[Node]:
    """The parts of a conjunction in which others stand: tantivy puts those of one level in the
    order of their lengths, and the shortest leads."""
    for node in nodes:
        if isinstance(node, And):
            yield from flattened(node.nodes)
        else:
            yield node


def as_text(node: Node) -> str:
    """A filter in tantivy's query language, in which conditions inside of an aggregation are
    written. Raises ValueError for what no filter is made of."""
    match node:
        case All():
            return "*"
        case Nothing():
            return "(+* -*)"
        case Term(name, value):
            return f"{name}:{_quoted(value)}"
        case AnyTerm(name, values):
            return f"({' '.join(f'{name}:{_quoted(value)}' for value in values)})"
        case NumberRange(name, low, high):
            return f"{name}:[{'*' if low is None else low} TO {'*' if high is None else high}]"
        case Or(nodes, 1):
            return f"({' '.join(map(as_text, nodes))})"
        case And() | Negation():
            return _all_as_text(tuple(flattened((node,))))
    raise ValueError(f"{node} is no filter")


def _all_as_text(nodes: tuple[Node, ...]) -> str:
    must = [f"+{as_text(node)}" for node in nodes if not isinstance(node, Negation)] or ["+*"]
    must_not = [f"-{as_text(node.node)}" for node in nodes if isinstance(node, Negation)]
    return f"({' '.join(must + must_not)})"


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'

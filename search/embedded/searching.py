"""Search, recall, suggestion and lists on an opened tantivy index."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise, repeat
from math import prod
from types import MappingProxyType
from typing import Any

import numpy as np
import orjson
import tantivy

from search import fields
from search.conditions import filter_node
from search.documents import TIE_BITS, StoredDocument
from search.embedded.counting import alive, facets, lines, number_of, total_of
from search.embedded.packing import ID_HIGH, ID_LOW, SOURCE
from search.embedded.translate import Common, joined_ids, translator
from search.embedded.views import State
from search.fields import SCHEMAS, Kind
from search.highlight import marked, pattern_of
from search.query import Plan, Score, plan
from search.recall import recall_plan, suggest_plan, whole_groups
from search.requests import (
    MAX_RECALL,
    MAX_WINDOW,
    Candidate,
    Filter,
    Fragment,
    Hit,
    RecallRequest,
    SearchRequest,
    SearchResult,
    Suggestion,
    SuggestRequest,
)
from search.tree import And, AnyTerm, Node, NumberRange, Or, Phrase, Term, conjunction

CHUNK = 20_000
SPARE_EQUALS = 16
SPARE_HITS = 64  # hits fetched beyond those wanted, for equals of the last one
COMMON = 4  # times what is found has a term that is looked up document by document

NOTHING: Mapping[str, Any] = MappingProxyType({})

Opened = Callable[[], tantivy.Searcher]
Ranked = list[tuple[float, tantivy.DocAddress]]


def _numbers(
    searcher: tantivy.Searcher, name: str, addresses: list[tantivy.DocAddress]
) -> list[Any]:
    return searcher.fast_field_values(name, addresses) if addresses else []


def _ids(searcher: tantivy.Searcher, addresses: list[tantivy.DocAddress]) -> list[str]:
    highs = _numbers(searcher, ID_HIGH, addresses)
    if None in highs:  # an id too long for two numbers
        return [str(_source(searcher, address)["id"]) for address in addresses]
    return joined_ids(highs, _numbers(searcher, ID_LOW, addresses))


def _source(searcher: tantivy.Searcher, address: tantivy.DocAddress) -> dict[str, Any]:
    raw = searcher.doc(address).get_first(SOURCE)
    found: dict[str, Any] = orjson.loads(bytes(raw or b"{}"))
    return found


def get_many(
    kind: Kind, searcher: tantivy.Searcher, document_ids: Sequence[str]
) -> dict[str, StoredDocument]:
    """The committed documents of these ids."""
    wanted = tuple(dict.fromkeys(document_ids))
    where = alive(searcher, AnyTerm(fields.ID, wanted))
    hits = searcher.search(translator(kind).unscored(where), max(len(wanted), 1), False).hits
    sources = (_source(searcher, address) for _, address in hits)
    return {
        source["id"]: StoredDocument(source["id"], source["version"], source["values"])
        for source in sources
    }


def count(kind: Kind, searcher: tantivy.Searcher, filters: tuple[Filter, ...]) -> int:
    """How many documents pass the filters."""
    nodes = [filter_node(SCHEMAS[kind], wanted) for wanted in filters]
    return number_of(searcher, translator(kind).unscored(alive(searcher, *nodes)))


def search(request: SearchRequest, opened: Callable[[], State]) -> SearchResult:
    """One search, by arrays where the state has them and they can give the answer."""
    planned = plan(request)
    state = opened()
    searcher = state.searcher
    quick = state.answer(request, planned)
    if quick is not None and planned.order is None:
        total, ranked = quick.total, quick.ranked
    else:
        where = alive(searcher, planned.gate, planned.common, planned.grouped)
        if planned.order is None:
            total, ranked = _by_score(request, searcher, where, planned.lifts)
        else:
            total, ranked = _by_order(request, searcher, where, planned)
    addresses = [address for _, address in ranked]
    found = None if quick is None else quick.facets
    if found is None:
        found = facets(searcher, state.kept, translator(request.kind), planned, request.kind)
    return SearchResult(
        total=total,
        hits=_hits(request, searcher, ranked, sorted_by=planned.order),
        facets=found,
        columns={name: _numbers(searcher, name, addresses) for name in request.values},
    )


def _by_score(
    request: SearchRequest, searcher: tantivy.Searcher, where: Node, lifts: tuple[Score, ...]
) -> tuple[int, Ranked]:
    query = translator(request.kind).scored(where, lifts, common=_common(searcher, where))
    end = request.offset + request.limit
    total, ranked = _with_equals(searcher, query, end, MAX_WINDOW)
    ties = _numbers(searcher, fields.TIE, [address for _, address in ranked])
    scores = np.array([score for score, _ in ranked])
    order = np.lexsort((np.array(ties), -scores))[request.offset : end]
    return total, [ranked[at] for at in order.tolist()]


def _common(searcher: tantivy.Searcher, where: Node) -> Common:
    """Is this node a term of far more documents than are found? (`Translator.scored`.)"""
    many = COMMON * searcher.num_docs * _share(searcher, where)
    return lambda node: isinstance(node, Term) and searcher.doc_freq(node.field, node.value) > many


def _share(searcher: tantivy.Searcher, node: Node) -> float:
    """About which share of the documents a node finds, reckoned as if terms had nothing to do
    with each other."""
    match node:
        case Term(name, value):
            return searcher.doc_freq(name, value) / max(searcher.num_docs, 1)
        case AnyTerm(name, values):
            return min(1.0, sum(_share(searcher, Term(name, value)) for value in values))
        case Phrase(name, terms):
            return min(_share(searcher, Term(name, term)) for term in terms)
        case And(nodes):
            return prod(_share(searcher, part) for part in nodes)
        case Or(nodes):
            return min(1.0, sum(_share(searcher, part) for part in nodes))
    return 1.0


def _with_equals(
    searcher: tantivy.Searcher, query: tantivy.Query, wanted: int, most: int
) -> tuple[int, Ranked]:
    """The best ``wanted`` documents and all that equal the last one, up to ``most``."""
    size = min(wanted + SPARE_HITS, most + 1)
    while True:
        found = searcher.search(query, size, True)
        hits: Ranked = list(found.hits)
        complete = len(hits) < size or wanted == 0 or hits[-1][0] < hits[wanted - 1][0]
        if complete or size > most:
            return total_of(found), hits
        size = min(size * 4, most + 1)


def _by_order(
    request: SearchRequest, searcher: tantivy.Searcher, where: Node, planned: Plan
) -> tuple[int, Ranked]:
    assert planned.order is not None
    name, descending = planned.order
    backwards = request.before is not None
    downwards = descending is not backwards
    page, skipped = where, 0
    cursor = request.after or request.before
    if cursor is not None:
        bounds = (None, cursor[0]) if downwards else (cursor[0], None)
        page = conjunction((where, NumberRange(name, *bounds)))
        skipped = SPARE_EQUALS
    order = tantivy.Order.Desc if downwards else tantivy.Order.Asc
    found = searcher.search(
        translator(request.kind).unscored(page),
        max(request.limit + skipped, 1),
        True,
        order_by_field=name,
        offset=request.offset,
        order=order,
    )
    ranked: Ranked = list(found.hits)[: request.limit + skipped]
    if cursor is None:
        return total_of(found), ranked[: request.limit]
    number, last = cursor
    ids = _ids(searcher, [address for _, address in ranked])
    kept = [
        hit
        for hit, found_id in zip(ranked, ids, strict=True)
        if hit[0] != number or (found_id < last if backwards else found_id > last)
    ][: request.limit]
    return number_of(searcher, translator(request.kind).unscored(where)), kept[
        ::-1
    ] if backwards else kept


def _hits(
    request: SearchRequest,
    searcher: tantivy.Searcher,
    ranked: Ranked,
    sorted_by: tuple[str, bool] | None,
) -> tuple[Hit, ...]:
    addresses = [address for _, address in ranked]
    ids = _ids(searcher, addresses)
    marks: Iterable[Mapping[str, tuple[Fragment, ...]]] = repeat(NOTHING)
    if request.highlight and (pattern := pattern_of(request)) is not None:
        texts = (_source(searcher, address)["values"] for address in addresses)
        marks = [marked(request, pattern, values) for values in texts]
    keys = [key for key, _ in ranked]
    if sorted_by is None:
        return tuple(map(Hit, ids, map(float, keys), repeat(None), marks))
    cursors = zip(map(int, keys), ids, strict=True)
    return tuple(map(Hit, ids, repeat(0.0), cursors, marks))


def recall(request: RecallRequest, opened: Opened) -> tuple[Candidate, ...]:
    """Candidates by the sum of constants."""
    planned = recall_plan(request)
    if planned.minimum > len(planned.scores):
        return ()
    searcher = opened()
    where = alive(searcher, planned.where)
    query = translator(request.kind).scored(where, planned.scores, planned.minimum)
    _, ranked = _with_equals(searcher, query, planned.limit, MAX_RECALL)
    if len(ranked) > MAX_RECALL and ranked[0][0] == ranked[-1][0]:
        # One group larger than may be returned: all of it has to be seen to cut it by the
        # tie breaker.
        ranked = list(searcher.search(query, searcher.num_docs, False).hits)
        ranked = [hit for hit in ranked if hit[0] == ranked[0][0]]
    elif planned.limit < len(ranked):
        last = ranked[planned.limit - 1][0]
        ranked = [hit for hit in ranked if hit[0] >= last]
    addresses = [address for _, address in ranked]
    ties = _numbers(searcher, fields.TIE, addresses)
    ids = _ids(searcher, addresses)
    found = zip(ranked, ties, ids, strict=True)
    pairs = [(Candidate(found_id, float(hit[0])), int(tie)) for hit, tie, found_id in found]
    return whole_groups(pairs, planned.limit)


def suggest(request: SuggestRequest, opened: Opened) -> tuple[Suggestion, ...]:
    """Names under a prefix."""
    planned = suggest_plan(request)
    if not planned.prefix:
        return ()
    searcher = opened()
    query = translator(request.kind).unscored(alive(searcher, planned.where))
    found = lines(searcher, query, planned.field, planned.limit)
    return tuple(Suggestion(bucket.key, bucket.count) for bucket in found)


def versions(
    kind: Kind, searcher: tantivy.Searcher, *, deleted: bool
) -> Iterator[list[tuple[str, int]]]:
    """(id, version), in chunks of documents whose tie breakers lie side by side."""
    dead: Node = Term(fields.DELETED, "true")
    where = dead if deleted else alive(searcher)
    parts = searcher.num_docs // CHUNK + 1
    edges = [part * 2**TIE_BITS // parts for part in range(parts + 1)]
    for low, high in pairwise(edges):
        node = And((where, NumberRange(fields.TIE, low, high - 1)))
        query = translator(kind).unscored(node)
        total = total_of(searcher.search(query, 1, True))
        if total:
            addresses = [address for _, address in searcher.search(query, total, False).hits]
            held = _numbers(searcher, fields.VERSION, addresses)
            yield list(zip(_ids(searcher, addresses), map(int, held), strict=True))

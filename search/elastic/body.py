"""Plans and documents in Elasticsearch's words. Pure."""

from typing import Any

from search import fields
from search.documents import Projection
from search.elastic.mappings import VALUES
from search.query import FacetPlan, Plan, Score
from search.recall import RecallPlan, SuggestPlan
from search.requests import SearchRequest
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
    conjunction,
)

Body = dict[str, Any]
ALIVE = Negation(Term(fields.DELETED, "true"))
DEAD = Term(fields.DELETED, "true")
#: No hit's stored fields: its id stands in the sort.
NOTHING_STORED = "_none_"
BY_SCORE: tuple[Body, ...] = ({"_score": "desc"}, {fields.TIE: "asc"}, {fields.ID: "asc"})
UNKNOWN = -1  # stands for a number that a document has not: all numbers are 0 and above
SPARE = 200  # lines of a facet fetched beyond those shown, so that equals are cut the same way


def document_body(projection: Projection) -> Body:
    """The source of one document."""
    codes = {
        name: held[0] if name in (fields.ID, fields.DELETED) else list(held)
        for name, held in projection.codes.items()
    }
    return {**projection.texts, **codes, **projection.numbers, VALUES: dict(projection.values)}


def node_body(node: Node) -> Body:
    """The tree as a query."""
    match node:
        case All():
            return {"match_all": {}}
        case Nothing():
            return {"match_none": {}}
        case Term(name, value):
            return {"term": {name: {"value": value}}}
        case AnyTerm(name, values):
            return {"terms": {name: list(values)}}
        case Phrase(name, words):
            return {"match_phrase": {name: {"query": " ".join(words)}}}
        case NumberRange(name, low, high):
            bounds = {"gte": low, "lte": high}
            return {"range": {name: {key: at for key, at in bounds.items() if at is not None}}}
        case And(nodes):
            return {"bool": {"filter": [node_body(part) for part in nodes]}}
        case Or(nodes, minimum):
            parts = [node_body(part) for part in nodes]
            return {"bool": {"should": parts, "minimum_should_match": minimum}}
        case Negation(inner):
            return {"bool": {"must_not": [node_body(inner)]}}


def score_body(score: Score) -> Body:
    """What a node adds to the score."""
    if score.constant:
        return {"constant_score": {"filter": node_body(score.node), "boost": score.weight}}
    body = node_body(score.node)
    for inner in body.values():
        for clause in inner.values():
            clause["boost"] = score.weight
    return body


def search_body(request: SearchRequest, plan: Plan) -> Body:
    """A search. What a facet ignores stands in the post filter, so that it is counted without.

    Hits are read from columns: ids (and by relevance the numbers asked for) stand in the sort. To
    open what is stored of a thousand of them takes the server longer than to find them.
    """
    common = conjunction((plan.gate, plan.common, ALIVE))
    matched = common if plan.facets else conjunction((common, plan.grouped))
    bool_query: Body = {"filter": [node_body(matched)]}
    if plan.lifts and plan.order is None:
        bool_query["should"] = [score_body(score) for score in plan.lifts]
        bool_query["minimum_should_match"] = 0
    body: Body = {
        "query": {"bool": bool_query},
        "size": request.limit,
        "track_total_hits": True,
        "sort": _sort(plan, request),
    }
    if request.highlight:
        body["_source"] = [f"{VALUES}.{name}" for name in request.highlight]
    else:
        body["stored_fields"] = NOTHING_STORED
    if request.values and plan.order is not None:
        body["docvalue_fields"] = list(request.values)
    if request.offset:
        body["from"] = request.offset
    if cursor := request.after or request.before:
        body["search_after"] = list(cursor)
    if plan.facets:
        body["aggs"] = {facet.key: _facet(facet) for facet in plan.facets}
        if not isinstance(plan.grouped, All):
            body["post_filter"] = node_body(plan.grouped)
    return body


def _sort(plan: Plan, request: SearchRequest) -> list[Body]:
    if plan.order is None:
        # No two have one id: what follows it orders nothing and is only handed out.
        handed = [{name: {"order": "asc", "missing": UNKNOWN}} for name in request.values]
        return [*BY_SCORE, *handed]
    backwards = request.before is not None
    name, descending = plan.order
    order = "desc" if descending is not backwards else "asc"
    return [{name: order}, {fields.ID: "desc" if backwards else "asc"}]


def _facet(facet: FacetPlan) -> Body:
    if facet.bands:
        rows: Body = {"filters": {"filters": {key: node_body(node) for key, node in facet.bands}}}
    else:
        rows = _terms(facet.field, facet.size)
    return {"filter": node_body(facet.where), "aggs": {"rows": rows}}


def _terms(name: str, size: int) -> Body:
    return {"terms": {"field": name, "size": size + SPARE, "shard_size": 10 * size + SPARE}}


def recall_body(plan: RecallPlan, size: int) -> Body:
    """Candidates by the sum of constants, equals by the tie breaker."""
    return {
        "query": {
            "bool": {
                "filter": [node_body(conjunction((plan.where, ALIVE)))],
                "should": [score_body(score) for score in plan.scores],
                "minimum_should_match": plan.minimum,
            }
        },
        "size": size,
        "track_total_hits": False,
        "stored_fields": NOTHING_STORED,
        "sort": list(BY_SCORE),
    }


def suggest_body(plan: SuggestPlan) -> Body:
    """Names under a prefix."""
    return {
        "query": {"bool": {"filter": [node_body(conjunction((plan.where, ALIVE)))]}},
        "size": 0,
        "aggs": {"rows": _terms(plan.field, plan.limit)},
    }


def filter_body(node: Node) -> Body:
    """A condition as a query without score."""
    return {"bool": {"filter": [node_body(node)]}}

"""Recall and suggestion become plans. Pure: values in, plain trees out."""

from collections.abc import Sequence
from dataclasses import dataclass

from search.conditions import check_count, filter_node, terms_node
from search.errors import BadRequest, UnknownField
from search.fields import SCHEMAS, Suggestable
from search.query import Score
from search.requests import MAX_FACET, MAX_RECALL, Candidate, RecallRequest, SuggestRequest
from search.suggestions import typed
from search.tree import Node, Nothing, Term, conjunction

STEPS = 64  # weights are whole 64ths: their sums are exact in a 32-bit float


@dataclass(frozen=True, slots=True)
class RecallPlan:
    """Documents in ``where`` that meet ``minimum`` of ``scores``, by the sum of those."""

    where: Node
    scores: tuple[Score, ...]
    minimum: int
    limit: int


def recall_plan(request: RecallRequest) -> RecallPlan:
    """What an engine has to do for a recall. Raises UnknownField, BadRequest."""
    if request.kind not in SCHEMAS:
        raise BadRequest(f"{request.kind!r} is no kind of document")
    schema = SCHEMAS[request.kind]
    if not 0 < request.limit <= MAX_RECALL:
        raise BadRequest(f"a recall gives 1 to {MAX_RECALL} candidates")
    check_count(request.clauses)
    check_count(request.filters)
    scores = []
    for clause in request.clauses:
        if not 0 < clause.weight <= 1024 or (clause.weight * STEPS) % 1:
            raise BadRequest(f"{clause.weight} is no multiple of 1/{STEPS} up to 1024")
        node = terms_node(schema, clause.field, clause.values)
        if not isinstance(node, Nothing):
            scores.append(Score(node, clause.weight, constant=True))
    where = conjunction(filter_node(schema, wanted) for wanted in request.filters)
    return RecallPlan(where, tuple(scores), max(request.minimum, 0), request.limit)


def whole_groups(found: Sequence[tuple[Candidate, int]], limit: int) -> tuple[Candidate, ...]:
    """The candidates that stay, of (candidate, tie breaker) pairs.

    ``found`` holds the best ones and all that equal the last of the first ``limit`` (or more
    than MAX_RECALL of them). See `RecallRequest` for the rule.
    """
    ordered = sorted(found, key=lambda pair: (-pair[0].score, pair[1], pair[0].id))
    ranked = [candidate for candidate, _ in ordered]
    if len(ranked) <= limit:
        return tuple(ranked)
    last = ranked[limit - 1].score
    complete = [candidate for candidate in ranked if candidate.score >= last]
    if len(complete) <= MAX_RECALL:
        return tuple(complete)
    better = [candidate for candidate in ranked if candidate.score > last]
    return tuple(better or ranked[:limit])


@dataclass(frozen=True, slots=True)
class SuggestPlan:
    """Values of ``field`` that are found under ``prefix``, most frequent in ``where`` first."""

    where: Node
    field: str
    prefix: str
    limit: int


def suggest_plan(request: SuggestRequest) -> SuggestPlan:
    """What an engine has to do for a suggestion. Raises UnknownField, BadRequest."""
    if request.kind not in SCHEMAS:
        raise BadRequest(f"{request.kind!r} is no kind of document")
    schema = SCHEMAS[request.kind]
    if not isinstance(schema.get(request.field), Suggestable):
        raise UnknownField(schema.kind, request.field)
    if not 0 < request.limit <= MAX_FACET:
        raise BadRequest(f"1 to {MAX_FACET} suggestions")
    check_count(request.filters)
    prefix = typed(request.typed)
    nodes = [filter_node(schema, wanted) for wanted in request.filters]
    nodes.append(Term(f"{request.field}__prefixes", prefix) if prefix else Nothing())
    return SuggestPlan(conjunction(nodes), request.field, prefix, request.limit)

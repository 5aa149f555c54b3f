"""A search request becomes a plan that every engine can carry out. Pure: values in, tree out.

What lets a document in (``Plan.gate`` and filters, never scored) stands apart from what lifts
it (``Plan.lifts``, which never let in).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from search import fields
from search.analysis import Unit, phrase, required, units
from search.conditions import check_count, codes_node, filter_node, terms_node
from search.errors import BadRequest, UnknownField
from search.fields import (
    CONCEPT_WEIGHTS,
    SCHEMAS,
    Concepts,
    Flag,
    Integer,
    Keyword,
    Moment,
    Schema,
    Sketch,
    Text,
)
from search.requests import (
    MAX_FACET,
    MAX_LIMIT,
    MAX_WINDOW,
    Concept,
    Facet,
    Filter,
    Ids,
    Overlap,
    Range,
    SearchRequest,
    Terms,
    TermsFacet,
)
from search.tree import Negation, Node, Nothing, Phrase, Term, conjunction, disjunction

MAX_WEIGHT = 1024.0
GATE_SHARE = 0.5  # of the highest boost, for a unit found as it is written, besides its words


@dataclass(frozen=True, slots=True)
class Score:
    """Adds to a document's score: ``weight`` itself where ``constant``, otherwise ``weight``
    times the BM25 score of the node (a term or a phrase)."""

    node: Node
    weight: float
    constant: bool


@dataclass(frozen=True, slots=True)
class FacetPlan:
    """One facet: codes of ``field`` (or the bands), counted over documents in ``where``."""

    key: str
    where: Node
    field: str = ""
    numeric: bool = False
    size: int = 0
    bands: tuple[tuple[str, Node], ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """A search. Matches are ``gate`` and ``common`` and ``grouped``; a facet is counted over
    ``gate`` and ``common`` and its own ``where``. ``order``: an engine's number field, or None
    for the score."""

    gate: Node
    common: Node
    grouped: Node
    lifts: tuple[Score, ...]
    facets: tuple[FacetPlan, ...]
    order: tuple[str, bool] | None


def _standing(unit: Unit, grams: str, words: str) -> Node:
    """The unit stands in the text with these engine fields."""
    in_grams: Node = (
        Term(grams, unit.grams[0]) if len(unit.grams) == 1 else Phrase(grams, unit.grams)
    )
    if unit.han and len(unit.text) > 1:
        return in_grams
    return disjunction((*(Term(words, word) for word in unit.words), in_grams))


def _in_gate(unit: Unit) -> Node:
    return _standing(unit, fields.GATE, fields.GATE)


def _anywhere(schema: Schema, unit: Unit) -> Node:
    """The unit stands in some text, of those that let in and of those that do not."""
    others = (text.name for text in schema.texts if not text.gate)
    return disjunction(
        (
            _in_gate(unit),
            *(_standing(unit, fields.grams_of(one), fields.words_of(one)) for one in others),
        )
    )


def _phrase_anywhere(schema: Schema, grams: tuple[str, ...]) -> Node:
    return _anywhere(schema, Unit("", (), grams, False))


def _unit_scores(schema: Schema, unit: Unit) -> Iterable[Score]:
    for text in schema.texts:
        for word in unit.words:
            share = text.boost / len(unit.words)
            yield Score(Term(fields.words_of(text.name), word), share, constant=False)
    if unit.han and len(unit.text) > 1:
        highest = max(text.boost for text in schema.gates)
        yield Score(_in_gate(unit), highest * GATE_SHARE, constant=False)


def _concept_node(schema: Schema, concept: Concept) -> Node:
    ways = [terms_node(schema, way.field, way.values) for way in concept.alternatives]
    for name in (concept.words, *concept.also):
        named = units(name)
        if concept.together and len(named) > 1:
            ways.append(_in_gate(Unit("", (), phrase(name), False)))
        elif named:
            ways.append(conjunction(_in_gate(unit) for unit in named))
    return disjunction(ways)


def _concept_scores(schema: Schema, concept: Concept) -> Iterable[Score]:
    for way in concept.alternatives:
        if isinstance(schema.get(way.field), Concepts):
            for weight in CONCEPT_WEIGHTS:
                node = codes_node(fields.concept_of(way.field, weight), way.values)
                yield Score(node, way.weight * weight / max(CONCEPT_WEIGHTS), constant=True)
        else:
            yield Score(terms_node(schema, way.field, way.values), way.weight, constant=True)
    named = (unit for name in (concept.words, *concept.also) for unit in units(name))
    for unit in {unit.text: unit for unit in named}.values():
        yield from _unit_scores(schema, unit)


# -- The plan ------------------------------------------------------------------------------


def plan(request: SearchRequest) -> Plan:
    """What an engine has to do for a request. Raises UnknownField, BadRequest."""
    _check(request)
    schema = SCHEMAS[request.kind]
    asked = units(request.words)
    asking = [one for one in request.concepts if not one.lifting]
    required_nodes = [_concept_node(schema, one) for one in asking if one.required]
    counted = [_in_gate(unit) for unit in asked]
    counted += [_concept_node(schema, one) for one in asking if not one.required]
    minimum = required(len(counted)) if request.minimum is None else request.minimum
    quoted = [phrase(text) for text in request.phrases]
    gate = conjunction(
        (
            *required_nodes,
            *(_phrase_anywhere(schema, grams) for grams in quoted if grams),
            disjunction(counted, min(minimum, len(counted))),
            *(Negation(_named(schema, text)) for text in request.excluded if phrase(text)),
        )
    )
    scores: list[Score] = []
    for unit in asked:
        scores += _unit_scores(schema, unit)
    for concept in request.concepts:
        scores += _concept_scores(schema, concept)
    for lift in request.lifts:
        scores.append(Score(filter_node(schema, lift.filter), lift.weight, constant=True))
    kept = tuple(score for score in scores if not isinstance(score.node, Nothing))
    keys = {facet.key for facet in request.facets}
    common, grouped = _split(schema, request.filters, keys)
    return Plan(
        gate=gate,
        common=conjunction(common),
        grouped=conjunction(node for _, node in grouped),
        lifts=kept,
        facets=tuple(_facet(schema, facet, grouped) for facet in request.facets),
        order=_order(schema, request, scored=bool(kept)),
    )


def _named(schema: Schema, text: str) -> Node:
    """Some text of the document has all of these words, side by side."""
    named = units(text)
    if len(named) == 1:
        return _anywhere(schema, named[0])
    return _phrase_anywhere(schema, phrase(text))


def _split(
    schema: Schema, filters: tuple[Filter, ...], keys: set[str]
) -> tuple[list[Node], list[tuple[str, Node]]]:
    """Filters that every facet respects, and those that one facet ignores."""
    check_count(filters)
    common: list[Node] = []
    grouped: list[tuple[str, Node]] = []
    for wanted in filters:
        node = filter_node(schema, wanted)
        group = group_of(wanted)
        if group in keys:
            grouped.append((group, node))
        else:
            common.append(node)
    return common, grouped


def group_of(wanted: Filter) -> str:
    """The facet that ignores this filter: the group it names, else its field."""
    if isinstance(wanted, Ids):
        return ""
    if wanted.group is not None:
        return wanted.group
    return wanted.field if isinstance(wanted, (Terms, Range, Overlap)) else ""


def _facet(schema: Schema, facet: Facet, grouped: list[tuple[str, Node]]) -> FacetPlan:
    where = conjunction(node for group, node in grouped if group != facet.key)
    if isinstance(facet, TermsFacet):
        item = schema.get(facet.field)
        if not isinstance(item, (Keyword, Flag, Integer)):
            raise UnknownField(schema.kind, facet.field)
        if not 0 < facet.size <= MAX_FACET:
            raise BadRequest(f"{facet.key}: a facet has 1 to {MAX_FACET} lines")
        numeric = isinstance(item, Integer)
        return FacetPlan(facet.key, where, facet.field, numeric, facet.size)
    bands = tuple((band.key, filter_node(schema, band.filter)) for band in facet.bands)
    if not bands or len({key for key, _ in bands}) < len(bands):
        raise BadRequest(f"{facet.key}: bands need keys, each its own")
    return FacetPlan(facet.key, where, bands=bands)


def _order(schema: Schema, request: SearchRequest, *, scored: bool) -> tuple[str, bool] | None:
    if request.sort is None:
        return None if scored else (fields.TIE, False)
    item = schema.get(request.sort.field)
    if not isinstance(item, (Integer, Moment)) or not item.sortable:
        raise UnknownField(schema.kind, request.sort.field)
    descending = bool(request.sort.descending)
    return fields.sort_of(item.name, descending=descending), descending


def _check(request: SearchRequest) -> None:
    if request.kind not in SCHEMAS:
        raise BadRequest(f"{request.kind!r} is no kind of document")
    schema = SCHEMAS[request.kind]
    if not 0 <= request.limit <= MAX_LIMIT:
        raise BadRequest(f"a page has 0 to {MAX_LIMIT} rows")
    if request.offset < 0 or request.offset + request.limit > MAX_WINDOW:
        raise BadRequest(f"pages end after {MAX_WINDOW} rows")
    _check_cursors(request)
    for name in request.highlight:
        if not isinstance(schema.get(name), Text):
            raise UnknownField(schema.kind, name)
    for name in request.values:
        if not isinstance(schema.get(name), (Integer, Moment, Sketch)):
            raise UnknownField(schema.kind, name)
    keys = [facet.key for facet in request.facets]
    if len(set(keys)) < len(keys):
        raise BadRequest("two facets of one name")
    for texts in (request.phrases, request.excluded, request.concepts, request.lifts):
        check_count(texts)
    weights = [lift.weight for lift in request.lifts]
    weights += [way.weight for concept in request.concepts for way in concept.alternatives]
    if not all(0 <= weight <= MAX_WEIGHT for weight in weights):
        raise BadRequest(f"a weight lies between 0 and {MAX_WEIGHT}")


def _check_cursors(request: SearchRequest) -> None:
    given = [one for one in (request.after, request.before) if one is not None]
    if given and (len(given) > 1 or request.sort is None or request.offset):
        raise BadRequest("one cursor goes with a sort and without an offset")
    for number, last in given:
        if not isinstance(number, int) or not -(2**62) < number < 2**63 or not last:
            raise BadRequest("an unusable cursor")

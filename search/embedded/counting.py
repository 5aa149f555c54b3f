"""How many: documents of a query, and the lines of its facets.

Facets that are counted over the same documents are counted in one pass of tantivy's aggregation.
Bands of numbers are counted from their columns (`banding`). Other bands are filters inside of it:
each costs a walk over all documents in the band, found or not. Where a rare word is asked for it is
quicker to ask for each of these by itself.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

import tantivy

from search import fields
from search.embedded.banding import Way, way_of
from search.embedded.translate import Translator, as_text, flattened
from search.fields import Kind
from search.query import FacetPlan, Plan
from search.requests import Bucket
from search.tree import All, Negation, Node, Term, conjunction

SPARE = 80  # lines of a facet fetched beyond those shown, so that equals are cut the same way
MORE = 16  # times as many where they were not enough
MOST_LINES = 16_000  # of a facet in all
EXACT = {"segment_size": 65_000}  # no segment leaves out what another has often
RARE = 16  # one document in so many has a rare word (measured: docs/performance.md)
MOST_KEPT = 1_000  # facets of one state of an index
ALIVE = Negation(Term(fields.DELETED, "true"))

Found = dict[str, tuple[Bucket, ...]]
Ways = dict[str, Way]
#: Among which documents, and which facet → its lines.
Kept = dict[tuple[Node, FacetPlan], tuple[Bucket, ...]]


def alive(searcher: tantivy.Searcher, *nodes: Node) -> Node:
    """The nodes among what is not deleted; costs nothing while nothing is."""
    if searcher.doc_freq(fields.DELETED, "true"):
        return conjunction((*nodes, ALIVE))
    return conjunction(nodes)


def total_of(found: tantivy.SearchResult) -> int:
    """The number of matches; tantivy's type declaration leaves the attribute out."""
    return int(cast(Any, found).count)


def number_of(searcher: tantivy.Searcher, query: tantivy.Query) -> int:
    """How many documents a query finds."""
    return total_of(searcher.search(query, 1, True))


def facets(
    searcher: tantivy.Searcher, kept: Kept, translator: Translator, planned: Plan, kind: Kind
) -> Found:
    """The lines of each facet of a plan, in its order.

    `kept`: lines that were counted in this state of the index. Without words many documents are
    found and few questions are asked, by everybody: their lines are counted once.
    """
    base = alive(searcher, planned.gate, planned.common)
    lasting = kept_for(planned, kept)
    kept = {} if lasting is None else lasting
    rare = bool(planned.facets) and _rare(searcher, base)
    passes: dict[Node, list[FacetPlan]] = {}
    found: Found = {}
    ways: Ways = {}
    for facet in planned.facets:
        among = conjunction((base, facet.where))
        known = kept.get((among, facet))
        if known is not None:
            found[facet.key] = known
            continue
        way = way_of(kind, facet.bands) if facet.bands else None
        if way is not None:
            ways[facet.key] = way
        if facet.bands and way is None and rare:
            queries = (translator.unscored(conjunction((among, node))) for _, node in facet.bands)
            found[facet.key] = _bands(facet, [number_of(searcher, query) for query in queries])
        else:
            passes.setdefault(among, []).append(facet)
    for among, together in passes.items():
        found.update(_counted(searcher, translator.unscored(among), together, ways))
        kept.update({(among, facet): found[facet.key] for facet in together})
    return {facet.key: found[facet.key] for facet in planned.facets}


def kept_for(planned: Plan, kept: Kept) -> Kept | None:
    """Where lines of this plan are kept; None where they are counted each time."""
    if not isinstance(planned.gate, All):
        return None
    if len(kept) > MOST_KEPT:
        kept.clear()
    return kept


def _bands(facet: FacetPlan, counts: Iterable[int]) -> tuple[Bucket, ...]:
    return tuple(map(Bucket, (key for key, _ in facet.bands), counts))


def _rare(searcher: tantivy.Searcher, base: Node) -> bool:
    """Must what is found have a term that few documents have?"""
    few = searcher.num_docs // RARE
    terms = (node for node in flattened((base,)) if isinstance(node, Term))
    return any(searcher.doc_freq(node.field, node.value) < few for node in terms)


def lines(
    searcher: tantivy.Searcher, query: tantivy.Query, name: str, size: int
) -> tuple[Bucket, ...]:
    """The most frequent codes of a field among what the query finds, equals by their code."""
    facet = FacetPlan(name, All(), field=name, size=size)
    return _counted(searcher, query, (facet,), {})[name]


def _counted(
    searcher: tantivy.Searcher, query: tantivy.Query, asked: Iterable[FacetPlan], ways: Ways
) -> Found:
    """Key → lines of each facet over what the query finds; bands that have a way by that."""
    found: Found = {}
    spare = SPARE
    waiting = list(asked)
    whole = searcher.num_segments == 1  # then no other segment adds to a line that was cut
    while waiting:
        wanted: dict[str, Any] = {}
        for facet in waiting:
            way = ways.get(facet.key)
            if way is not None:
                wanted[facet.key] = way.asked
            elif facet.bands:
                for key, node in facet.bands:
                    wanted[f"{facet.key}/{key}"] = {"filter": as_text(node)}
            else:
                most = _most(facet, spare)
                terms = {"field": facet.field, "size": most, "segment_size": most}
                wanted[facet.key] = {"terms": terms if whole else {**terms, **EXACT}}
        answer = searcher.aggregate(query, wanted)
        for facet in waiting:
            way = ways.pop(facet.key, None)
            if way is not None:
                counts = way.counts(answer[facet.key])
                if counts is not None:
                    found[facet.key] = _bands(facet, counts)
            elif facet.bands:
                held = (answer[f"{facet.key}/{key}"]["doc_count"] for key, _ in facet.bands)
                found[facet.key] = _bands(facet, held)
            else:
                rows = answer[facet.key]["buckets"]
                if _complete(rows, facet.size, _most(facet, spare)):
                    found[facet.key] = buckets(rows, facet.size)
        waiting = [facet for facet in waiting if facet.key not in found]
        spare *= MORE
    return found


def _most(facet: FacetPlan, spare: int) -> int:
    return min(facet.size + spare, MOST_LINES)


def _complete(rows: Sequence[Mapping[str, Any]], size: int, asked: int) -> bool:
    """Are all equals of the last line wanted among the rows?"""
    if len(rows) < asked or asked == MOST_LINES:
        return True
    return bool(rows[-1]["doc_count"] < rows[size - 1]["doc_count"])


def buckets(rows: Sequence[Mapping[str, Any]], size: int) -> tuple[Bucket, ...]:
    """Rows of an aggregation, most frequent first, equals by key."""
    pairs = [(-row["doc_count"], row["key"]) for row in rows]
    if pairs and not isinstance(pairs[0][1], str):
        pairs = [(count, str(int(key))) for count, key in pairs]
    pairs.sort()
    return tuple([Bucket(key, -count) for count, key in pairs[:size]])

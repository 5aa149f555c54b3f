"""Pages of a list of jobs: by the order of the first thousand, then by date; or by a keyset.

Nothing is shown twice and nothing that stays is skipped, whatever comes and goes between pages.
With `collapse` the same job by several firms is one row: the best of those that pass the filters.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from search.requests import Fragment, Hit, Ids, SearchRequest, SearchResult, Sort, Terms
from talentmarket.discovery.cursors import MOST_SHOWN, Cursor

CANDIDATES = 1_000
CHUNK = 250  # rows read at once by date where many of them were shown before
NEWEST = Sort("published_at")
VALUES = ("published_at", "reply_rate", "applicants", "cluster")

Ask = Callable[[SearchRequest], SearchResult]
#: Puts the hits of an answer in order on a day (days since 1970): their places, best first.
Rank = Callable[[SearchResult, int], list[int]]
#: Postings that stand for one job: their ids, the best first, and their cluster.
Group = tuple[list[str], int | None]


@dataclass(frozen=True)
class Row:
    """A row of a page: the posting shown, and the others that it stands for."""

    id: str
    fragments: Mapping[str, tuple[Fragment, ...]] = field(default_factory=dict)
    merged: tuple[str, ...] = ()


@dataclass(frozen=True)
class Page:
    """Rows in their order, what the engine counted, and the places before and after."""

    rows: tuple[Row, ...]
    counted: SearchResult
    previous: Cursor | None
    next: Cursor | None


def ranked_page(
    ask: Ask,
    request: SearchRequest,
    cursor: Cursor,
    size: int,
    rank: Rank,
    *,
    collapse: bool,
    values: tuple[str, ...] = (),
) -> Page:
    """A page in the order of `rank`; after the candidates it goes on by date.

    `values`: what `rank` wants to know of each hit besides `VALUES`.
    """
    if cursor.after or cursor.before:
        return _by_date(ask, request, cursor, size, collapse=collapse)
    found = ask(replace(request, limit=CANDIDATES, values=(*VALUES, *values), highlight=()))
    left = _groups(found, rank(found, cursor.day), collapse=collapse)
    if cursor.shown:
        left = [group for group in left if not any(map(cursor.has, group[0]))]
    best = [(ids[0], cluster) for ids, cluster in left[:size]]
    shown = cursor.with_shown(one for one, _ in best)
    following = shown if len(left) > size and len(shown) < MOST_SHOWN else None
    rows = list(_marked(ask, request, best, collapse=collapse))
    if following is None and found.total > len(found.hits):
        if len(rows) == size:
            following = shown
        else:
            rest = _walk(ask, _by_newest(request), shown, size - len(rows), collapse=collapse)
            rows += rest.rows
            following = shown.moved(after=rest.last) if rest.more else None
    previous = cursor.back(size) if cursor.shown else None
    return Page(tuple(rows), found, previous, following)


def _groups(found: SearchResult, order: Iterable[int], *, collapse: bool) -> list[Group]:
    """Hits that stand for one job together, in the order of the best of each."""
    clusters = found.columns["cluster"]
    groups: dict[object, Group] = {}
    for at in order:
        row_id, cluster = found.hits[at].id, clusters[at]
        if not collapse or cluster is None:
            groups[row_id] = ([row_id], cluster)
        elif cluster in groups:
            groups[cluster][0].append(row_id)
        else:
            groups[cluster] = ([row_id], cluster)
    return list(groups.values())


def _by_date(
    ask: Ask, request: SearchRequest, cursor: Cursor, size: int, *, collapse: bool
) -> Page:
    """Behind the candidates: everything that was not shown among them, the newest first."""
    found = keyset_page(ask, _by_newest(request), cursor, size, collapse=collapse)
    if found.previous is not None or not cursor.shown:
        return found
    return replace(found, previous=cursor.back(size))


def keyset_page(
    ask: Ask, request: SearchRequest, cursor: Cursor, size: int, *, collapse: bool
) -> Page:
    """A page in the order of the request's sort; rows that were shown in another are left out."""
    walked = _walk(ask, request, cursor, size, collapse=collapse)
    before = cursor.moved(before=walked.first) if walked.first else None
    after = cursor.moved(after=walked.last) if walked.last else None
    if cursor.before:
        return Page(walked.rows, walked.counted, before if walked.more else None, after)
    return Page(
        walked.rows,
        walked.counted,
        before if cursor.after else None,
        after if walked.more else None,
    )


def _by_newest(request: SearchRequest) -> SearchRequest:
    return replace(request, sort=NEWEST, lifts=(), highlight=())


@dataclass(frozen=True)
class _Walked:
    """Rows in the order of the list; the marks of the first and last; more in this direction?"""

    rows: tuple[Row, ...]
    counted: SearchResult
    first: tuple[int, str] | None
    last: tuple[int, str] | None
    more: bool


def _walk(
    ask: Ask, request: SearchRequest, cursor: Cursor, size: int, *, collapse: bool
) -> _Walked:
    """Read on after the cursor, or back before it, until `size` rows are found."""
    back = cursor.before is not None
    chunk = min(CANDIDATES, CHUNK if cursor.shown else size + 1)
    request = replace(
        request, limit=chunk, after=cursor.after, before=cursor.before, values=("cluster",)
    )
    counted = result = ask(request)
    kept: list[tuple[Hit, tuple[str, ...]]] = []
    while True:
        rows = list(zip(result.hits, result.columns["cluster"], strict=True))[:: -1 if back else 1]
        same = _same(ask, request, _clusters(rows)) if collapse else {}
        for hit, cluster in rows:
            members = same.get(cluster or 0, (hit.id,))
            if members[0] == hit.id and not any(map(cursor.has, members)):
                kept.append((hit, members[1:]))
        if len(kept) > size or len(rows) < chunk:
            break
        mark = rows[-1][0].cursor
        request = replace(
            request, facets=(), after=None if back else mark, before=mark if back else None
        )
        result = ask(request)
    more = len(kept) > size
    kept = kept[:size][::-1] if back else kept[:size]
    return _Walked(
        tuple(Row(hit.id, hit.fragments, merged) for hit, merged in kept),
        counted,
        kept[0][0].cursor if kept else None,
        kept[-1][0].cursor if kept else None,
        more,
    )


def _clusters(rows: Iterable[tuple[object, int | None]]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(cluster for _, cluster in rows if cluster is not None))


def _same(
    ask: Ask, request: SearchRequest, clusters: tuple[int, ...]
) -> dict[int, tuple[str, ...]]:
    """Cluster → its postings that pass the filters, in the order of the request."""
    if not clusters:
        return {}
    found = ask(
        replace(
            request,
            filters=(*request.filters, Terms("cluster", clusters, group="")),
            facets=(),
            after=None,
            before=None,
            limit=CANDIDATES,
            highlight=(),
            values=("cluster",),
        )
    )
    same: defaultdict[int, list[str]] = defaultdict(list)
    for hit, cluster in zip(found.hits, found.columns["cluster"], strict=True):
        same[cluster or 0].append(hit.id)
    return {cluster: tuple(ids) for cluster, ids in same.items()}


def _marked(
    ask: Ask, request: SearchRequest, best: Sequence[tuple[str, int | None]], *, collapse: bool
) -> Iterator[Row]:
    """The rows with the passages where the words were found, and what each stands for: asked for
    these alone."""
    ids = tuple(one for one, _ in best)
    marks: dict[str, Mapping[str, tuple[Fragment, ...]]] = {}
    if ids and request.highlight and (request.words or request.phrases):
        # Their order is known: by date nothing has to be scored.
        found = ask(
            replace(
                _by_newest(request),
                filters=(Ids(ids),),
                facets=(),
                limit=len(ids),
                highlight=request.highlight,
            )
        )
        marks = {hit.id: hit.fragments for hit in found.hits}
    same = _same(ask, request, _clusters(best)) if collapse else {}
    for one, cluster in best:
        others = tuple(key for key in same.get(cluster or 0, ()) if key != one)
        yield Row(one, marks.get(one, {}), others)

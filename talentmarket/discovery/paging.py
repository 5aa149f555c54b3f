"""Pages of a list of jobs: by the order of the first thousand, then by date; or by a keyset.

Nothing is shown twice and nothing that stays is skipped, whatever comes and goes between pages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from search.requests import Fragment, Hit, Ids, SearchRequest, SearchResult, Sort
from talentmarket.discovery.cursors import MOST_SHOWN, Cursor
from talentmarket.discovery.order import Candidate

CANDIDATES = 1_000
CHUNK = 250  # rows read at once by date where many of them were shown before
NEWEST = Sort("published_at")
VALUES = ("published_at", "reply_rate", "applicants")

Ask = Callable[[SearchRequest], SearchResult]
#: Puts hits in order on a day (days since 1970).
Rank = Callable[[Sequence[Hit], int], list[Candidate]]


@dataclass(frozen=True)
class Row:
    """A row of a page: the posting shown."""

    id: str
    fragments: Mapping[str, tuple[Fragment, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Page:
    """Rows in their order, what the engine counted, and the places before and after."""

    rows: tuple[Row, ...]
    counted: SearchResult
    previous: Cursor | None
    next: Cursor | None


def ranked_page(ask: Ask, request: SearchRequest, cursor: Cursor, size: int, rank: Rank) -> Page:
    """A page in the order of `rank`; after the candidates it goes on by date."""
    if cursor.after or cursor.before:
        return _by_date(ask, request, cursor, size)
    found = ask(replace(request, limit=CANDIDATES, values=VALUES, highlight=()))
    left = [one for one in rank(found.hits, cursor.day) if not cursor.has(one.id)]
    ids = [one.id for one in left[:size]]
    shown = cursor.with_shown(ids)
    following = shown if len(left) > size and len(shown) < MOST_SHOWN else None
    rows = list(_marked(ask, request, ids))
    if following is None and found.total > len(found.hits):
        if len(rows) == size:
            following = shown
        else:
            rest = _walk(ask, _by_newest(request), shown, size - len(rows))
            rows += rest.rows
            following = shown.moved(after=rest.last) if rest.more else None
    previous = cursor.back(size) if cursor.shown else None
    return Page(tuple(rows), found, previous, following)


def _by_date(ask: Ask, request: SearchRequest, cursor: Cursor, size: int) -> Page:
    """Behind the candidates: everything that was not shown among them, the newest first."""
    found = keyset_page(ask, _by_newest(request), cursor, size)
    if found.previous is not None or not cursor.shown:
        return found
    return replace(found, previous=cursor.back(size))


def keyset_page(ask: Ask, request: SearchRequest, cursor: Cursor, size: int) -> Page:
    """A page in the order of the request's sort; rows that were shown in another are left out."""
    walked = _walk(ask, request, cursor, size)
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


def _walk(ask: Ask, request: SearchRequest, cursor: Cursor, size: int) -> _Walked:
    """Read on after the cursor, or back before it, until `size` rows are found."""
    back = cursor.before is not None
    chunk = min(CANDIDATES, CHUNK if cursor.shown else size + 1)
    request = replace(request, limit=chunk, after=cursor.after, before=cursor.before)
    counted = result = ask(request)
    kept: list[Hit] = []
    while True:
        hits = result.hits[::-1] if back else result.hits
        kept += [hit for hit in hits if not cursor.has(hit.id)]
        if len(kept) > size or len(hits) < chunk:
            break
        mark = hits[-1].cursor
        request = replace(
            request, facets=(), after=None if back else mark, before=mark if back else None
        )
        result = ask(request)
    more = len(kept) > size
    kept = kept[:size][::-1] if back else kept[:size]
    return _Walked(
        tuple(Row(hit.id, hit.fragments) for hit in kept),
        counted,
        kept[0].cursor if kept else None,
        kept[-1].cursor if kept else None,
        more,
    )


def _marked(ask: Ask, request: SearchRequest, ids: Sequence[str]) -> Iterator[Row]:
    """The rows with the passages where the words were found: asked for these alone."""
    marks: dict[str, Mapping[str, tuple[Fragment, ...]]] = {}
    if ids and request.highlight and (request.words or request.phrases):
        filters = (*request.filters, Ids(tuple(ids)))
        found = ask(replace(request, filters=filters, facets=(), limit=len(ids)))
        marks = {hit.id: hit.fragments for hit in found.hits}
    for one in ids:
        yield Row(one, marks.get(one, {}))

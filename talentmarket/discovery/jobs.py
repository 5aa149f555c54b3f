"""Job search: the address is the state; words, filters, facets, order; rows from the database."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from typing import Generic, Literal, TypeVar, overload

import numpy as np
from flask import current_app
from sqlalchemy.orm import Session

from search.backend import SearchBackend
from search.errors import BadRequest, SearchError
from search.fields import Kind
from search.requests import SearchRequest, SearchResult, Sort
from talentmarket.core import clock
from talentmarket.discovery import cursors, fallback, jobfilters, nearness, paging, translating
from talentmarket.discovery.categories import with_category
from talentmarket.discovery.cursors import Cursor
from talentmarket.discovery.employers import employer_names
from talentmarket.discovery.exclusions import NOTHING, Excluded, held_back
from talentmarket.discovery.near import FEW, Near, near_jobs
from talentmarket.discovery.order import Candidates, Floats, ranked
from talentmarket.discovery.understanding import NO_WISH, Understanding, Wish, understand
from talentmarket.exchange import listing, showing
from talentmarket.exchange.listing import AnyJob, ListedJob
from talentmarket.exchange.models import Job
from talentmarket.matching import serving
from talentmarket.matching.score import Match
from talentmarket.matching.service import Seeker, match_lifts, score_jobs, stand_jobs
from talentmarket.matching.vector import Standing
from talentmarket.members.models import Talent

PAGE_SIZE = 20
MOST_ROWS = 100
MOST_TRIALS = 12
EPOCH = date(1970, 1, 1).toordinal()

SORTS = {
    "newest": Sort("published_at"),
    "pay": Sort("pay_high"),
    "reply": Sort("reply_days", descending=False),
}


@dataclass(frozen=True)
class JobQuery:
    """A job search as the address says it. `filters`: name → chosen codes.

    `cursor`: where the list goes on, as a page of it gave it. `limit`: rows of a page, at most 100.
    `collapse`: the same job by several firms is one row. `excluded`: what the reader never wants to
    see, as :func:`talentmarket.discovery.exclusions.excluded_by` finds it.
    """

    words: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    wish: Wish = NO_WISH
    sort: str = ""
    cursor: str = ""
    limit: int = PAGE_SIZE
    collapse: bool = True
    excluded: Excluded = NOTHING

    def without(self, name: str, code: str | None = None) -> JobQuery:
        """The same search with one filter (or one of its codes) dropped."""
        kept = {key: codes for key, codes in self.filters.items() if key != name}
        if code is not None and (rest := tuple(c for c in self.filters[name] if c != code)):
            kept[name] = rest
        return replace(self, filters=kept, cursor="")


Shown = TypeVar("Shown", bound=AnyJob)


@dataclass(frozen=True)
class Found(Generic[Shown]):
    """A page of results. `degraded`: the database answered; no counts, no scores then.

    `near`: jobs of near titles, on the last page of a list by relevance that is short.

    `total` and facets count postings. `skills`: codes by job key, where the rows come without.
    `merged`: the other postings that a row stands for, by its id. `previous` and `next` are
    cursors, None at the ends; `begun`: this is the first page (of a cursor that is none as well).
    """

    understanding: Understanding
    total: int | None
    rows: tuple[Shown, ...]
    matches: Mapping[str, Match]
    fragments: Mapping[str, Mapping[str, object]]
    facets: Mapping[str, Sequence[tuple[str, int]]]
    sort: str
    previous: str | None = None
    next: str | None = None
    begun: bool = True
    merged: Mapping[str, tuple[Shown, ...]] = field(default_factory=dict)
    skills: Mapping[int, Sequence[str]] = field(default_factory=dict)
    degraded: bool = False
    loosened: tuple[tuple[str, int], ...] = ()
    near: tuple[Near, ...] = ()


@overload
def search_jobs(session: Session, query: JobQuery, *, bare: Literal[True]) -> Found[Job]: ...


@overload
def search_jobs(
    session: Session, query: JobQuery, talent: Talent | None = None
) -> Found[AnyJob]: ...


def search_jobs(
    session: Session, query: JobQuery, talent: Talent | None = None, *, bare: bool = False
) -> Found[Job] | Found[AnyJob]:
    """Search. `talent`: the signed-in person, for scores and the order by match. `bare`: rows and
    total only, without facets, passages and ways out of an empty list.

    Never raises for an engine that is off: the database answers with what it can.
    """
    query = replace(query, excluded=held_back(session, query.excluded))
    understanding = understood(session, query)
    person = talent if talent is not None and talent.account.personal_ranking else None
    sort = chosen_sort(query, personal=person is not None)
    try:
        return _from_engine(session, query, understanding, sort, person, bare=bare)
    except BadRequest:
        return Found(understanding, 0, (), {}, {}, {}, sort)
    except SearchError:
        return from_rows(session, query, understanding)


def understood(session: Session, query: JobQuery) -> Understanding:
    """What the words of a job search mean: employers' names and learned categories among it."""
    names = employer_names(session, query.excluded.suspended)
    found = understand(query.words, query.wish, employers=names)
    return with_category(found, serving.categories(), query.wish)


def chosen_sort(query: JobQuery, *, personal: bool) -> str:
    """The order asked for, or the default: relevance with words, else the match for a person,
    else newest."""
    possible = {*SORTS, *(["match"] if personal else []), *(["relevance"] if query.words else [])}
    if query.sort in possible:
        return query.sort
    return "relevance" if query.words else "match" if personal else "newest"


def _from_engine(
    session: Session,
    query: JobQuery,
    understanding: Understanding,
    sort: str,
    talent: Talent | None,
    *,
    bare: bool,
) -> Found:
    request = job_request(query, understanding, sort, _moment())
    if bare:
        request = replace(request, facets=(), highlight=())
    handle = current_app.extensions["talentmarket_search"]
    tag = _tag(query, sort, talent)
    size = min(max(query.limit, 1), MOST_ROWS)
    given = cursors.read(query.cursor, tag)
    start = given or Cursor(_day())
    seeker = Seeker(session, talent) if talent is not None else None

    def ask(asked: SearchRequest) -> SearchResult:
        found: SearchResult = handle.call(lambda backend: backend.search(asked))
        return found

    def by_match(found: SearchResult, day: int) -> list[int]:
        assert seeker is not None
        stand = stand_jobs(seeker, [hit.id for hit in found.hits])
        points = [_points(stand.get(hit.id)) for hit in found.hits]
        rows = _candidates(found, [base for base, _ in points], [tier for _, tier in points])
        return ranked(rows, day, match=True)

    if sort == "match" and seeker is not None:
        if not query.words:
            request = replace(request, lifts=match_lifts(seeker))
        page = paging.ranked_page(ask, request, start, size, by_match, collapse=query.collapse)
    elif sort == "relevance":
        page = paging.ranked_page(
            ask,
            request,
            start,
            size,
            partial(_by_relevance, request),
            collapse=query.collapse,
            values=nearness.VALUES,
        )
    else:
        page = paging.keyset_page(ask, request, start, size, collapse=query.collapse)
    ids = [row.id for row in page.rows]
    matches = score_jobs(seeker, ids) if seeker is not None else {}
    total = page.counted.total
    named = [*ids, *(one for row in page.rows for one in row.merged)]
    skills: Mapping[int, Sequence[str]] = {}
    loaded: Mapping[str, Job] | Mapping[str, ListedJob]
    if bare:
        loaded = showing.listed_among(session, named)
    else:
        loaded = listing.rows_among(session, named)
        skills = listing.skills_of(session, (loaded[one] for one in ids if one in loaded))
    rows = tuple(loaded[one] for one in ids if one in loaded)
    near: tuple[Near, ...] = ()
    if sort == "relevance" and not bare and given is None and len(rows) < FEW:
        near = near_jobs(session, ask, request, partial(_by_score, day=start.day), named)
    return Found(
        understanding=understanding,
        total=total,
        rows=rows,
        skills=skills,
        matches=matches,
        fragments={row.id: row.fragments for row in page.rows},
        facets={
            name: [(bucket.key, bucket.count) for bucket in buckets]
            for name, buckets in page.counted.facets.items()
        },
        sort=sort,
        previous=_written(page.previous, tag),
        next=_written(page.next, tag),
        begun=given is None,
        merged={
            row.id: tuple(loaded[one] for one in row.merged if one in loaded)
            for row in page.rows
            if row.merged
        },
        near=near,
        loosened=()
        if total or bare
        else handle.call(lambda backend: _loosen(backend, query, understanding)),
    )


def _by_score(found: SearchResult, day: int) -> list[int]:
    scores = np.array([hit.score for hit in found.hits])
    return ranked(_candidates(found, scores / max(scores.max(initial=0.0), 1e-9)), day, match=False)


def _by_relevance(request: SearchRequest, found: SearchResult, day: int) -> list[int]:
    return ranked(_candidates(found, nearness.relevance(request, found)), day, match=False)


def _points(one: Standing | None) -> tuple[float, int]:
    """A match and its tier: known ones first, then those with an unknown hard condition, then the
    rest."""
    if one is None or one.total is None:
        return 0.0, 2
    return one.total / 100, 1 if one.hard_unknown else 0


def _candidates(
    found: SearchResult, base: Sequence[float] | Floats, tiers: Sequence[int] | None = None
) -> Candidates:
    held = found.columns
    return Candidates(
        [hit.id for hit in found.hits],
        base,
        held["published_at"],
        held["reply_rate"],
        held["applicants"],
        tiers,
    )


def _moment() -> int:
    """Seconds since 1970, of the minute that began: what is asked within one is the same."""
    return int(clock.now().timestamp()) // 60 * 60


def _day() -> int:
    return clock.today().toordinal() - EPOCH


def _tag(query: JobQuery, sort: str, talent: Talent | None) -> str:
    """What a cursor belongs to: this search, in this order, for a match of this person."""
    held = [
        query.words,
        sorted((name, sorted(codes)) for name, codes in query.filters.items()),
        sorted(query.wish.off),
        sorted(query.wish.must),
        sorted(query.wish.refuse),
        sort,
        query.collapse,
        talent.public_id if talent is not None and sort == "match" else "",
    ]
    return hashlib.sha256(json.dumps(held).encode()).hexdigest()[:32]


def _written(cursor: Cursor | None, tag: str) -> str | None:
    return None if cursor is None else cursors.written(cursor, tag)


def from_rows(session: Session, query: JobQuery, understanding: Understanding) -> Found:
    """While the engine is off: words and the plainest filters, by date."""
    tag = _tag(query, "rows", None)
    given = cursors.read(query.cursor, tag)
    size = min(max(query.limit, 1), MOST_ROWS)
    start = given or Cursor(_day())
    page = fallback.jobs(session, query.words, query.filters, start, size, query.excluded.clauses)
    return Found(
        understanding,
        None,
        page.rows,
        {},
        {},
        {},
        "newest",
        previous=_written(page.previous, tag),
        next=_written(page.next, tag),
        begun=given is None,
        degraded=True,
    )


def job_request(
    query: JobQuery, understanding: Understanding, sort: str, now: int
) -> SearchRequest:
    """What the engine is asked. Relevance of nothing is no order: the newest are candidates."""
    asked = translating.of_jobs(understanding, now)
    order = SORTS.get(sort)
    if sort == "relevance" and not asked.scores:
        order = SORTS["newest"]
    return SearchRequest(
        kind=Kind.JOB,
        words=asked.words,
        phrases=asked.phrases,
        excluded=asked.excluded,
        concepts=asked.concepts,
        lifts=asked.lifts,
        filters=(
            jobfilters.still_valid(now),
            *query.excluded.filters,
            *asked.filters,
            *jobfilters.chosen(query.filters, now),
        ),
        facets=jobfilters.facets(now),
        sort=order,
        limit=PAGE_SIZE,
        highlight=("title", "description"),
    )


def _loosen(
    backend: SearchBackend, query: JobQuery, understanding: Understanding
) -> tuple[tuple[str, int], ...]:
    """For an empty page: which single condition, taken off, gives how many."""
    now = _moment()
    found: list[tuple[str, int]] = []
    trials = [(name, query.without(name), understanding) for name in query.filters]
    pieces = (
        *understanding.pieces,
        *understanding.quoted,
        *understanding.left,
        *understanding.refused,
    )
    trials += [
        (
            f"lift:{key}",
            replace(query, excluded=query.excluded.without([key])),
            understanding,
        )
        for key in query.excluded.keys
    ]
    trials += [
        (f"off:{key}", query, understanding.without(key))
        for key in dict.fromkeys(piece.key for piece in pieces)
    ]
    for name, trial, rest in trials[:MOST_TRIALS]:
        request = job_request(trial, rest, "newest", now)
        total = backend.search(replace(request, facets=(), limit=1, highlight=())).total
        if total:
            found.append((name, total))
    return tuple(sorted(found, key=lambda pair: -pair[1]))


def load_jobs(session: Session, public_ids: Sequence[str]) -> list[Job]:
    """Jobs in the order of the ids; what may no longer be shown is left out, whatever the index
    still holds."""
    by_id = showing.listed_among(session, public_ids)
    return [by_id[one] for one in public_ids if one in by_id]

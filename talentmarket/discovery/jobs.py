"""Job search: the address is the state; words, filters, facets, order; rows from the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session, joinedload, selectinload

from search.backend import SearchBackend
from search.errors import BadRequest, SearchError
from search.fields import Kind
from search.requests import (
    Facet,
    Filter,
    Hit,
    Range,
    SearchRequest,
    SearchResult,
    Sort,
    Terms,
    TermsFacet,
)
from talentmarket.core import clock
from talentmarket.discovery import asking, fallback
from talentmarket.discovery.understanding import Understanding, understand
from talentmarket.exchange.models import Job, JobState
from talentmarket.matching.score import Match
from talentmarket.matching.service import score_jobs
from talentmarket.members.models import Talent

PAGE_SIZE = 20
LAST_PAGE = 50
RESCORED = 400  # candidates that are scored for the order by match

#: Filters of the address → field of the document; bands are made apart.
TERMS = {
    "occupation": "occupation_path",
    "region": "regions",
    "skill": "skills",
    "pay": "pay_bands",
    "kind": "kind",
    "mode": "work_mode",
    "rest": "rest_days",
    "channel": "channel",
    "nature": "nature",
    "size": "size",
    "industry": "industry",
    "origin": "origin",
    "employer": "employer",
    "benefit": "benefits",
}
BANDS = ("years", "education", "posted")
SORTS = {
    "newest": Sort("published_at"),
    "pay": Sort("pay_high"),
    "reply": Sort("reply_days", descending=False),
}


@dataclass(frozen=True)
class JobQuery:
    """A job search as the address says it. `filters`: name → chosen codes."""

    words: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    off: frozenset[str] = frozenset()
    sort: str = ""
    page: int = 1

    def without(self, name: str, code: str | None = None) -> JobQuery:
        """The same search with one filter (or one of its codes) dropped."""
        kept = {key: codes for key, codes in self.filters.items() if key != name}
        if code is not None and (rest := tuple(c for c in self.filters[name] if c != code)):
            kept[name] = rest
        return replace(self, filters=kept, page=1)


@dataclass(frozen=True)
class Found:
    """A page of results. `degraded`: the database answered; no counts, no scores then."""

    understanding: Understanding
    total: int | None
    rows: tuple[Job, ...]
    matches: Mapping[str, Match]
    fragments: Mapping[str, Mapping[str, object]]
    facets: Mapping[str, Sequence[tuple[str, int]]]
    sort: str
    page: int
    pages: int
    degraded: bool = False
    loosened: tuple[tuple[str, int], ...] = ()


def search_jobs(session: Session, query: JobQuery, talent: Talent | None = None) -> Found:
    """Search. `talent`: the signed-in person, for scores and the order by match.

    Never raises for an engine that is off: the database answers with what it can.
    """
    understanding = understand(query.words, query.off)
    personal = talent is not None and talent.account.personal_ranking
    sort = chosen_sort(query, personal=personal)
    try:
        return _from_engine(session, query, understanding, sort, talent if personal else None)
    except BadRequest:
        return _empty(understanding, sort, query.page)
    except SearchError:
        rows, more = fallback.jobs(session, query.words, query.filters, query.page, PAGE_SIZE)
        pages = query.page + (1 if more else 0)
        return Found(
            understanding, None, tuple(rows), {}, {}, {}, "newest", query.page, pages, True
        )


def chosen_sort(query: JobQuery, *, personal: bool) -> str:
    """The order asked for, or the default: the match for a person, else relevance with words,
    else newest."""
    if query.sort in SORTS or (query.sort == "relevance" and query.words):
        return query.sort
    return "match" if personal else "relevance" if query.words else "newest"


def _from_engine(
    session: Session,
    query: JobQuery,
    understanding: Understanding,
    sort: str,
    talent: Talent | None,
) -> Found:
    request = job_request(query, understanding, sort, int(clock.now().timestamp()))
    handle = current_app.extensions["talentmarket_search"]
    result: SearchResult = handle.call(lambda backend: backend.search(request))
    hits: Sequence[Hit] = result.hits
    matches: dict[str, Match] = {}
    if sort == "match" and talent is not None:
        scored = score_jobs(session, talent, [hit.id for hit in hits])
        ranked = sorted(hits, key=lambda hit: _place(scored.get(hit.id), hit.id))
        start = (query.page - 1) * PAGE_SIZE
        hits = ranked[start : start + PAGE_SIZE]
        matches = {hit.id: scored[hit.id] for hit in hits if hit.id in scored}
    elif talent is not None:
        matches = score_jobs(session, talent, [hit.id for hit in hits])
    rows = load_jobs(session, [hit.id for hit in hits])
    reachable = min(result.total, RESCORED) if sort == "match" else result.total
    return Found(
        understanding=understanding,
        total=result.total,
        rows=tuple(rows),
        matches=matches,
        fragments={hit.id: hit.fragments for hit in hits},
        facets={
            name: [(bucket.key, bucket.count) for bucket in buckets]
            for name, buckets in result.facets.items()
        },
        sort=sort,
        page=query.page,
        pages=max(1, min(LAST_PAGE, -(-reachable // PAGE_SIZE))),
        loosened=() if result.total else handle.call(lambda backend: _loosen(backend, query)),
    )


def _place(match: Match | None, job_id: str) -> tuple[object, ...]:
    return (1, job_id) if match is None else (0, *match.order)


def job_request(
    query: JobQuery, understanding: Understanding, sort: str, now: int
) -> SearchRequest:
    """What the engine is asked."""
    rescored = sort == "match"
    page = min(max(query.page, 1), LAST_PAGE)
    return SearchRequest(
        kind=Kind.JOB,
        words=understanding.words,
        phrases=understanding.phrases,
        excluded=understanding.excluded,
        concepts=asking.concepts(understanding.pieces, "occupation"),
        filters=(*_standing(now), *asking.job_limits(understanding.pieces), *_chosen(query, now)),
        facets=_facets(now),
        sort=SORTS["newest"] if rescored and not query.words else SORTS.get(sort),
        offset=0 if rescored else (page - 1) * PAGE_SIZE,
        limit=RESCORED if rescored else PAGE_SIZE,
        highlight=() if rescored else ("title", "description"),
    )


def _standing(now: int) -> tuple[Filter, ...]:
    """What always holds: a posting is valid through the end of its last day."""
    return (Range("valid_until", low=now - 86_400, or_missing=True),)


def _chosen(query: JobQuery, now: int) -> list[Filter]:
    found: list[Filter] = []
    for name, codes in query.filters.items():
        if not codes:
            continue
        if name in TERMS:
            found.append(Terms(TERMS[name], codes, group=name))
        elif name in BANDS:
            found.append(asking.any_band(name, codes, now))
    return found


def _facets(now: int) -> tuple[Facet, ...]:
    named = ("channel", "pay", "skill", "nature", "size", "rest", "kind", "mode", "origin")
    return (
        *(TermsFacet(TERMS[name], size=30, name=name) for name in named),
        TermsFacet("regions", size=200, name="region"),
        asking.years_facet("years", span=True),
        asking.education_facet(),
        asking.posted_facet(now),
    )


def _loosen(backend: SearchBackend, query: JobQuery) -> tuple[tuple[str, int], ...]:
    """For an empty page: which single condition, taken off, gives how many."""
    now = int(clock.now().timestamp())
    found: list[tuple[str, int]] = []
    understanding = understand(query.words, query.off)
    trials = [(name, query.without(name)) for name in query.filters]
    trials += [
        (f"off:{piece.key}", replace(query, words=_cut(query.words, piece.text)))
        for piece in understanding.pieces
    ]
    for name, trial in trials[:8]:
        request = job_request(trial, understand(trial.words, trial.off), "newest", now)
        total = backend.search(replace(request, facets=(), limit=1, highlight=())).total
        if total:
            found.append((name, total))
    return tuple(sorted(found, key=lambda pair: -pair[1]))


def _cut(words: str, part: str) -> str:
    return " ".join(words.replace(part, " ", 1).split())


def load_jobs(session: Session, public_ids: Sequence[str]) -> list[Job]:
    """Published jobs in the order of the ids; what is no longer published is left out."""
    rows = session.scalars(
        sa.select(Job)
        .where(Job.public_id.in_(public_ids), Job.state == JobState.PUBLISHED)
        .options(joinedload(Job.employer), joinedload(Job.organisation), selectinload(Job.skills))
    )
    by_id = {job.public_id: job for job in rows}
    return [by_id[one] for one in public_ids if one in by_id]


def _empty(understanding: Understanding, sort: str, page: int) -> Found:
    return Found(understanding, 0, (), {}, {}, {}, sort, page, 1)

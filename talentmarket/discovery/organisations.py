"""The directory of employers, HR service firms and public services."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session, selectinload

from search.errors import BadRequest, SearchError
from search.fields import Kind
from search.requests import (
    Filter,
    Ids,
    Not,
    SearchRequest,
    SearchResult,
    Sort,
    Terms,
    TermsFacet,
)
from talentmarket.core.db import by_value
from talentmarket.discovery import fallback, translating
from talentmarket.discovery.understanding import (
    NO_WISH,
    ORGANISATIONS,
    Understanding,
    Wish,
    understand,
)
from talentmarket.exchange.models import Job
from talentmarket.exchange.showing import named_and_listed
from talentmarket.exchange.suspended import lately_suspended
from talentmarket.members.models import STANDING, Organisation, OrganisationKind

PAGE_SIZE = 20
LAST_PAGE = 50
TERMS = {"region": "regions", "nature": "nature", "size": "size", "industry": "industry"}
EMPLOYERS = (OrganisationKind.EMPLOYER,)
FIRMS = (OrganisationKind.HR_FIRM, OrganisationKind.PUBLIC_SERVICE)


@dataclass(frozen=True)
class OrganisationQuery:
    """A directory search as the address says it."""

    words: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    wish: Wish = NO_WISH
    sort: str = ""
    page: int = 1


@dataclass(frozen=True)
class FoundOrganisations:
    """A page of organisations."""

    understanding: Understanding
    total: int | None
    rows: tuple[Organisation, ...]
    facets: Mapping[str, Sequence[tuple[str, int]]]
    sort: str
    page: int
    pages: int
    degraded: bool = False


def search_organisations(
    session: Session, query: OrganisationQuery, kinds: Sequence[OrganisationKind]
) -> FoundOrganisations:
    """Search organisations of these kinds; the database answers while the engine is off."""
    page = min(max(query.page, 1), LAST_PAGE)
    sort = "reply" if query.sort == "reply" else "relevance" if query.words else "open_jobs"
    understanding = understand(query.words, query.wish, kinds=ORGANISATIONS)
    asked = translating.of_organisations(understanding)
    filters: list[Filter] = [
        Terms("kind", tuple(kind.value for kind in kinds)),
        *asked.filters,
    ]
    if gone := lately_suspended(session):
        filters.append(Not(Ids(gone)))
    filters += [
        Terms(TERMS[name], codes, group=name)
        for name, codes in query.filters.items()
        if name in TERMS and codes
    ]
    sorts = {"open_jobs": Sort("open_jobs"), "reply": Sort("reply_rate")}
    request = SearchRequest(
        kind=Kind.ORGANISATION,
        words=asked.words,
        phrases=asked.phrases,
        excluded=asked.excluded,
        filters=tuple(filters),
        facets=tuple(TermsFacet(column, size=100, name=name) for name, column in TERMS.items()),
        sort=sorts.get(sort),
        offset=(page - 1) * PAGE_SIZE,
        limit=PAGE_SIZE,
    )
    try:
        result: SearchResult = current_app.extensions["talentmarket_search"].call(
            lambda backend: backend.search(request)
        )
    except BadRequest:
        return FoundOrganisations(understanding, 0, (), {}, sort, page, 1)
    except SearchError:
        rows, more = fallback.organisations(session, query.words, kinds, page, PAGE_SIZE)
        pages = page + (1 if more else 0)
        return FoundOrganisations(understanding, None, tuple(rows), {}, "name", page, pages, True)
    return FoundOrganisations(
        understanding,
        result.total,
        tuple(_load(session, [hit.id for hit in result.hits])),
        {name: [(b.key, b.count) for b in found] for name, found in result.facets.items()},
        sort,
        page,
        max(1, min(LAST_PAGE, -(-result.total // PAGE_SIZE))),
    )


def open_jobs(session: Session, keys: Sequence[int]) -> dict[int, int]:
    """How many jobs each of these employers or firms has open, by key."""
    found: dict[int, int] = {}
    for column in (Job.employer_id, Job.organisation_id):
        rows = session.execute(
            sa.select(column, sa.func.count())
            .where(column.in_(keys), named_and_listed())
            .group_by(column)
        )
        found |= {key: max(count, found.get(key, 0)) for key, count in rows if key is not None}
    return found


def _load(session: Session, public_ids: Sequence[str]) -> list[Organisation]:
    rows = session.scalars(
        sa.select(Organisation)
        .where(Organisation.public_id.in_(public_ids), by_value(Organisation.state).in_(STANDING))
        .options(selectinload(Organisation.licences))
    )
    by_id = {row.public_id: row for row in rows}
    return [by_id[one] for one in public_ids if one in by_id]

"""How much is new in saved searches since the person last looked: counted when the page is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from search.errors import SearchError
from search.requests import Range, SearchRequest, SearchResult
from talentmarket.core import clock
from talentmarket.discovery.alerts import asked, known
from talentmarket.discovery.alerts.models import JobAlert, SavedSearch, TalentAlert
from talentmarket.discovery.exclusions import Excluded
from talentmarket.discovery.jobs import job_request, understood
from talentmarket.discovery.talents import acting_tokens, talent_request
from talentmarket.indexing.engine import handle
from talentmarket.members.models import Organisation, Talent

LOOKED_AT = 250


def new_jobs(
    session: Session, searches: Sequence[SavedSearch], excluded: Excluded
) -> dict[int, int]:
    """Key of the search → jobs published since it was last seen; empty while the engine is off."""
    now = int(clock.now().timestamp())
    told, searches = _told(session, JobAlert, searches)
    requests = []
    for saved in searches:
        query = asked.read(saved.query).job_query(excluded)
        request = job_request(query, understood(session, query), "newest", now)
        requests.append(_since(request, "published_at", saved))
    return told | {saved.id: answer.total for saved, answer in _answers(searches, requests)}


def new_people(
    session: Session, searches: Sequence[SavedSearch], organisation: Organisation
) -> dict[int, int]:
    """The same for people: who did not pass when it was saved and was not told before it was last
    seen. Looked at one by one are the latest :data:`LOOKED_AT`; those before them all count."""
    tokens = acting_tokens(session, organisation)
    told, searches = _told(session, TalentAlert, searches)
    requests = []
    for saved in searches:
        request = talent_request(asked.read(saved.query).talent_query(), tokens)
        requests.append(replace(_since(request, "updated_at", saved), limit=LOOKED_AT))
    for saved, answer in _answers(searches, requests):
        ids = [hit.id for hit in answer.hits]
        old = known.among(session, saved.id, ids) | _told_before(session, saved, ids)
        told[saved.id] = answer.total - len(old)
    return told


def _told_before(session: Session, saved: SavedSearch, ids: Sequence[str]) -> set[str]:
    if not ids:
        return set()
    rows = (
        sa.select(Talent.public_id)
        .join(TalentAlert, TalentAlert.talent_id == Talent.id)
        .where(
            TalentAlert.account_id == saved.account_id,
            TalentAlert.organisation_id == saved.organisation_id,
            TalentAlert.told_at <= saved.seen_at,
            Talent.public_id.in_(ids),
        )
    )
    return set(session.scalars(rows))


def _told(
    session: Session, table: type[JobAlert | TalentAlert], searches: Sequence[SavedSearch]
) -> tuple[dict[int, int], list[SavedSearch]]:
    """How much that suits was told since each of these was last seen, and those that are searched."""
    found = {}
    for saved in (one for one in searches if one.by_match):
        found[saved.id] = session.scalar(
            sa.select(sa.func.count())
            .select_from(table)
            .where(table.search_id == saved.id, table.told_at > saved.seen_at)
        )
    return (
        {key: count or 0 for key, count in found.items()},
        [saved for saved in searches if not saved.by_match],
    )


def _since(request: SearchRequest, moment: str, saved: SavedSearch) -> SearchRequest:
    fresh = Range(moment, low=int(saved.seen_at.timestamp()) + 1)
    return replace(
        request, filters=(*request.filters, fresh), facets=(), highlight=(), offset=0, limit=1
    )


def _answers(
    searches: Sequence[SavedSearch], requests: list[SearchRequest]
) -> list[tuple[SavedSearch, SearchResult]]:
    if not requests:
        return []
    try:
        answers = handle().call(lambda backend: backend.search_many(requests))
    except SearchError:
        return []
    return list(zip(searches, answers, strict=True))

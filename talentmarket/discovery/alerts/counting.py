"""How much is new in saved searches since the person last looked: counted when the page is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from search.errors import SearchError
from search.requests import Range, SearchRequest
from talentmarket.core import clock
from talentmarket.discovery.alerts import asked
from talentmarket.discovery.alerts.models import JobAlert, SavedSearch, TalentAlert
from talentmarket.discovery.exclusions import Excluded
from talentmarket.discovery.jobs import job_request, understood
from talentmarket.discovery.talents import acting_tokens, talent_request
from talentmarket.indexing.engine import handle
from talentmarket.members.models import Organisation


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
    return told | _counted(searches, requests)


def new_people(
    session: Session, searches: Sequence[SavedSearch], organisation: Organisation
) -> dict[int, int]:
    """The same for people: profiles that are new or were changed since."""
    tokens = acting_tokens(session, organisation)
    told, searches = _told(session, TalentAlert, searches)
    requests = [
        _since(talent_request(asked.read(saved.query).talent_query(), tokens), "updated_at", saved)
        for saved in searches
    ]
    return told | _counted(searches, requests)


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


def _counted(searches: Sequence[SavedSearch], requests: list[SearchRequest]) -> dict[int, int]:
    if not requests:
        return {}
    try:
        answers = handle().call(lambda backend: backend.search_many(requests))
    except SearchError:
        return {}
    return {saved.id: answer.total for saved, answer in zip(searches, answers, strict=True)}

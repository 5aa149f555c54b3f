"""Whom a search for people found when it was saved: who changes a profile is not new to it.

Kept are eight bytes of a digest for each person, in order, at most :data:`MOST`: they say whether somebody
was among them and name nobody. Where more were found, or the engine was away, nothing is kept, and
whoever changes is told once, as somebody new would be.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from hashlib import blake2b

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session

from search.backend import SearchBackend
from search.errors import SearchError
from search.requests import MAX_LIMIT, MAX_WINDOW, SearchRequest
from talentmarket.discovery.alerts.asked import Asked
from talentmarket.discovery.alerts.models import KnownPeople
from talentmarket.discovery.talents import acting_tokens, talent_request
from talentmarket.indexing.engine import handle
from talentmarket.members.models import Organisation

MOST = MAX_WINDOW


def found_now(session: Session, organisation: Organisation, saved: Asked) -> bytes | None:
    """Who passes the search now, under the blocks that bind the organisation; None: not to be told."""
    tokens = acting_tokens(session, organisation)
    request = talent_request(saved.talent_query(), tokens)
    plain = replace(request, facets=(), highlight=(), values=(), limit=MAX_LIMIT)
    try:
        ids = handle().call(lambda backend: _ids(backend, plain))
    except SearchError:
        return None
    return None if ids is None else _packed(ids)


def _ids(backend: SearchBackend, request: SearchRequest) -> list[str] | None:
    ids: list[str] = []
    for offset in range(0, MOST, MAX_LIMIT):
        answer = backend.search(replace(request, offset=offset))
        if answer.total > MOST:
            return None
        ids += [hit.id for hit in answer.hits]
        if len(answer.hits) < MAX_LIMIT:
            break
    return ids


def remember(session: Session, search_id: int, people: bytes | None) -> None:
    """Keep them beside the search that was saved."""
    if people is not None:
        session.add(KnownPeople(search_id=search_id, people=people))
        session.flush()


def among(session: Session, search_id: int, ids: Iterable[str]) -> set[str]:
    """Which of these people (by public id) were found when the search was saved."""
    asked_for = {_digest(one): one for one in ids}
    kept = asked_for and session.scalar(
        sa.select(KnownPeople.people).where(KnownPeople.search_id == search_id)
    )
    if not kept:
        return set()
    numbers = np.fromiter(asked_for, "<u8", len(asked_for))
    inside = np.isin(numbers, np.frombuffer(kept, "<u8"))
    return {asked_for[int(number)] for number in numbers[inside]}


def _packed(ids: Iterable[str]) -> bytes:
    return np.array(sorted({_digest(one) for one in ids}), "<u8").tobytes()


def _digest(public_id: str) -> int:
    return int.from_bytes(blake2b(public_id.encode(), digest_size=8).digest(), "little")

"""New people for the saved searches of organisations: the rules of the search itself hold."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from search.fields import Kind
from search.requests import Hit
from talentmarket.core.permissions import DESK
from talentmarket.discovery.alerts import asked, known
from talentmarket.discovery.alerts.models import SearchedKind, TalentAlert
from talentmarket.discovery.alerts.running import HITS, MOST_NOTED, Group, Kept, by_query
from talentmarket.discovery.talents import acting_tokens, hindrance, purposes, talent_request
from talentmarket.exchange.models import Job
from talentmarket.members.cards import select_findable
from talentmarket.members.models import Membership, Organisation, Talent


@dataclass(frozen=True)
class _Fresh:
    key: int
    account_id: int
    updated_at: datetime


class People:
    """The finder of people: those who did not pass when the search was saved and do now."""

    kind = SearchedKind.TALENT
    document = Kind.TALENT
    table = TalentAlert
    subject = "talent_id"

    def __init__(self) -> None:
        self._fresh: dict[str, _Fresh] = {}
        self._session: Session | None = None

    def readable(self, _session: Session, _ids: Sequence[str]) -> set[str]:
        """Nobody reads a public stream of people."""
        return set()

    def keys(self, ids: sa.Select[tuple[str]]) -> sa.Select[tuple[int]]:
        """Keys of talents."""
        return sa.select(Talent.id).where(Talent.public_id.in_(ids))

    def fresh(self, session: Session, ids: sa.Select[tuple[str]]) -> list[str]:
        """Those who let organisations find them."""
        rows = session.execute(
            sa.select(Talent.public_id, Talent.id, Talent.account_id, Talent.updated_at).where(
                Talent.public_id.in_(ids), select_findable()
            )
        )
        self._fresh = {
            row.public_id: _Fresh(row.id, row.account_id, row.updated_at) for row in rows
        }
        session.rollback()
        return list(self._fresh)

    def groups(self, session: Session, searches: Sequence[Kept]) -> Iterable[Group]:
        """One query for each search of an organisation and each purpose; blocks are its own."""
        self._session = session
        allowed: dict[tuple[int, str | None], tuple[str, ...] | None] = {}
        for some in by_query(searches, lambda search: None).values():
            first = some[0]
            assert first.organisation_id is not None
            whose = (first.organisation_id, first.purpose)
            if whose not in allowed:
                allowed[whose] = tokens_for(session, *whose)
            tokens = allowed[whose]
            members = [search for search in some if _is_member(session, search)]
            if tokens is None or not members:
                continue
            request = talent_request(asked.read(first.query).talent_query(), tokens)
            yield Group(replace(request, facets=(), offset=0, limit=HITS), members)

    def pick(self, search: Kept, hits: Sequence[Hit]) -> list[int]:
        """Changed since the search was saved, not found then, and not the member in person."""
        found = {
            hit.id: one
            for hit in hits
            if (one := self._fresh[hit.id]).updated_at > search.created_at
            and one.account_id != search.account_id
        }
        assert self._session is not None  # groups came first
        seen = known.among(self._session, search.id, found)
        self._session.rollback()
        return [one.key for public_id, one in found.items() if public_id not in seen][:MOST_NOTED]


def tokens_for(
    session: Session, organisation_id: int, purpose: str | None
) -> tuple[str, ...] | None:
    """Whose blocks bind a search for people; None when the organisation may not make it now."""
    organisation = session.get_one(Organisation, organisation_id)
    job = None
    if purpose:
        job = session.scalar(purposes(organisation).where(Job.public_id == purpose))
        if job is None:
            return None  # the purpose is over
    if hindrance(session, organisation, job) is not None:
        return None
    return acting_tokens(session, organisation)


def _is_member(session: Session, search: Kept) -> bool:
    return is_on_desk(session, search.account_id, search.organisation_id)


def is_on_desk(session: Session, account_id: int, organisation_id: int | None) -> bool:
    """Whether the person works with applications there now."""
    return bool(
        session.scalar(
            sa.select(
                sa.exists().where(
                    Membership.account_id == account_id,
                    Membership.organisation_id == organisation_id,
                    Membership.removed_at.is_(None),
                    Membership.role.in_(DESK.roles),
                )
            )
        )
    )

"""The secret address of a saved search's feed: signed, so that nothing has to be stored and nobody
can guess it; counted, so that it can be taken back and given anew."""

from __future__ import annotations

import sqlalchemy as sa
from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy.orm import Session

from talentmarket.core import signing
from talentmarket.core.errors import NotFound
from talentmarket.discovery.alerts.models import SavedSearch, SearchedKind
from talentmarket.discovery.exclusions import Excluded, excluded_by
from talentmarket.members.models import Account, AccountState, Talent

LONGEST = 300


def renew(session: Session, saved: SavedSearch) -> None:
    """Give the feed a new address; the one before leads nowhere from now on. What suits a person is
    for nobody else's eyes: raises NotFound."""
    if saved.by_match:
        raise NotFound
    saved.feed_version = abs(saved.feed_version) + 1
    session.flush()


def revoke(session: Session, saved: SavedSearch) -> None:
    """Take the address back."""
    saved.feed_version = -abs(saved.feed_version)
    session.flush()


def token_of(saved: SavedSearch) -> str | None:
    """The secret part of the address; None while the feed has none."""
    if saved.feed_version <= 0:
        return None
    return str(_serializer().dumps([saved.public_id, saved.feed_version]))


def find(session: Session, token: str) -> SavedSearch:
    """The search behind an address. Raises NotFound for one that was taken back, or never given."""
    try:
        public_id, version = _serializer().loads(token[:LONGEST])
    except (BadData, TypeError, ValueError):
        raise NotFound from None
    found = session.scalar(
        sa.select(SavedSearch)
        .join(Account, Account.id == SavedSearch.account_id)
        .where(
            SavedSearch.public_id == public_id,
            SavedSearch.feed_version == version,
            SavedSearch.feed_version > 0,
            SavedSearch.kind == SearchedKind.JOB,
            SavedSearch.by_match.is_(False),
            Account.state == AccountState.ACTIVE,
        )
    )
    if found is None:
        raise NotFound
    return found


def excluded_for(session: Session, saved: SavedSearch) -> Excluded:
    """What the owner of the search never wants to see."""
    talent = session.scalar(sa.select(Talent).where(Talent.account_id == saved.account_id))
    return excluded_by(session, saved.account, talent)


def _serializer() -> URLSafeSerializer:
    return signing.serializer("saved-search-feed")

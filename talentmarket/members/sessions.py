"""Signed-in browsers: rows that can be revoked."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from talentmarket.core import clock
from talentmarket.members.models import Account, AccountState, SignInSession

LIFE = timedelta(days=30)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def open_session(
    session: Session, account: Account, device: str, *, second_factor: bool = False
) -> str:
    """Start a signed-in session; returns the token for the cookie (never stored)."""
    token = secrets.token_urlsafe(32)
    at = clock.now()
    session.add(
        SignInSession(
            token_digest=_digest(token),
            account_id=account.id,
            device=device[:80],
            created_at=at,
            seen_at=at,
            expires_at=at + LIFE,
            second_factor_at=at if second_factor else None,
        )
    )
    return token


def find_session(session: Session, token: str) -> SignInSession | None:
    """The live session of a token whose account may act; None otherwise."""
    found = session.scalar(
        sa.select(SignInSession)
        .options(joinedload(SignInSession.account))
        .where(SignInSession.token_digest == _digest(token))
    )
    if found is None or found.revoked_at is not None or found.expires_at <= clock.now():
        return None
    return found if found.account.state is AccountState.ACTIVE else None


def revoke(session: Session, token: str) -> None:
    """End one session."""
    session.execute(
        sa.update(SignInSession)
        .where(SignInSession.token_digest == _digest(token), SignInSession.revoked_at.is_(None))
        .values(revoked_at=clock.now())
    )


def revoke_all(session: Session, account: Account, except_token: str | None = None) -> int:
    """End every session of the account (but one, where given); returns how many."""
    statement = sa.update(SignInSession).where(
        SignInSession.account_id == account.id, SignInSession.revoked_at.is_(None)
    )
    if except_token is not None:
        statement = statement.where(SignInSession.token_digest != _digest(except_token))
    done = session.execute(statement.values(revoked_at=clock.now()))
    return int(done.rowcount)  # type: ignore[attr-defined]

"""Signed-in browsers: rows that can be revoked."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from functools import cache

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
    found = session.scalar(_with_account(), {"digest": _digest(token)})
    if found is None or found.revoked_at is not None or found.expires_at <= clock.now():
        return None
    return found if found.account.state is AccountState.ACTIVE else None


@cache
def _with_account() -> sa.Select[tuple[SignInSession]]:
    """Put together once: each page of somebody signed in asks it."""
    return (
        sa.select(SignInSession)
        .options(joinedload(SignInSession.account))
        .where(SignInSession.token_digest == sa.bindparam("digest"))
    )


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


#: How often `seen_at` is written: a page must not cost a write.
SEEN_EVERY = timedelta(minutes=15)


def reference(row: SignInSession) -> str:
    """The name of a session in addresses: says nothing of the token."""
    return row.token_digest[:16]


def sessions_of(session: Session, account: Account) -> list[SignInSession]:
    """The live sessions of an account, last seen first."""
    return list(
        session.scalars(
            sa.select(SignInSession)
            .where(
                SignInSession.account_id == account.id,
                SignInSession.revoked_at.is_(None),
                SignInSession.expires_at > clock.now(),
            )
            .order_by(SignInSession.seen_at.desc(), SignInSession.id.desc())
        )
    )


def is_session(row: SignInSession, token: str) -> bool:
    """Whether `row` is the session of `token`."""
    return row.token_digest == _digest(token)


def revoke_one(session: Session, account: Account, name: str) -> bool:
    """End the account's session of this reference; False when there is none that lives."""
    done = session.execute(
        sa.update(SignInSession)
        .where(
            SignInSession.account_id == account.id,
            sa.func.substr(SignInSession.token_digest, 1, 16) == name,
            SignInSession.revoked_at.is_(None),
        )
        .values(revoked_at=clock.now())
    )
    return bool(done.rowcount)  # type: ignore[attr-defined]


def is_due_to_be_seen(row: SignInSession) -> bool:
    """Whether the last sight is old enough to be written again."""
    return row.seen_at < clock.now() - SEEN_EVERY


def see(session: Session, token: str) -> None:
    """Note that the browser was here; the session's life begins anew."""
    at = clock.now()
    session.execute(
        sa.update(SignInSession)
        .where(SignInSession.token_digest == _digest(token), SignInSession.revoked_at.is_(None))
        .values(seen_at=at, expires_at=at + LIFE)
    )


def give_second_factor(session: Session, token: str) -> None:
    """Note that the second factor was given in this session."""
    session.execute(
        sa.update(SignInSession)
        .where(SignInSession.token_digest == _digest(token), SignInSession.revoked_at.is_(None))
        .values(second_factor_at=clock.now())
    )


_BROWSERS = (
    ("MicroMessenger", "WeChat"),
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Macintosh", "macOS"),
    ("Linux", "Linux"),
)


def device_of(user_agent: str) -> str:
    """Browser and system as their makers call them: enough for the person to know it again."""
    found = [
        next((name for sign, name in signs if sign in user_agent), None)
        for signs in (_BROWSERS, _SYSTEMS)
    ]
    return " · ".join(name for name in found if name)

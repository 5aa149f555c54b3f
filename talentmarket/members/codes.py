"""One-time codes: six digits, ten minutes, five tries, used once."""

from __future__ import annotations

import hmac
import secrets
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from talentmarket.core import clock
from talentmarket.core.folding import digits_of
from talentmarket.core.ids import new_public_id
from talentmarket.core.secrecy import digest
from talentmarket.core.uow import unit_of_work
from talentmarket.members.identities import Identity
from talentmarket.members.models import OneTimeCode
from talentmarket.notices.send import deliver
from talentmarket.notices.texts import CODE_LIFE

DIGITS = 6
TRIES = 5

#: Purposes; a code sent for one opens no other.
SIGN_IN = "sign_in"
RESET = "reset"
ADD = "add"
PROVE = "prove"


def _digest(purpose: str, receiver: str, code: str) -> str:
    return digest(f"code:{purpose}", f"{receiver}:{code}")


def send_code(
    session: Session,
    purpose: str,
    identity: Identity,
    *,
    locale: str,
    account_id: int | None = None,
    text: str | None = None,
) -> None:
    """Make a code and leave it for sending; codes sent before for the same end with it.

    `text` replaces the words that go out (somebody without an account asked for a reset).
    """
    at = clock.now()
    receiver = identity.digest
    session.execute(
        sa.update(OneTimeCode)
        .where(*_live(purpose, receiver))
        .values(expires_at=at)
        .execution_options(synchronize_session=False)
    )
    code = "".join(secrets.choice("0123456789") for _ in range(DIGITS))
    session.add(
        OneTimeCode(
            purpose=purpose,
            receiver_digest=receiver,
            code_digest=_digest(purpose, receiver, code),
            created_at=at,
            expires_at=at + CODE_LIFE,
        )
    )
    deliver(
        session,
        identity.channel,
        identity.value,
        text or f"code.{purpose}",
        {} if text else {"code": code, "minutes": int(CODE_LIFE.total_seconds() // 60)},
        key=f"code:{new_public_id()}",
        locale=locale,
        account_id=account_id,
    )


def use_code(session: Session, purpose: str, identity: Identity, code: str) -> bool:
    """Try `code`; True once for the right one. A try is counted whatever comes of it.

    The caller commits also when this is False, or the try would not count.
    """
    receiver = identity.digest
    live = _live(purpose, receiver)
    newest = (
        sa.select(OneTimeCode.id).where(*live).order_by(OneTimeCode.id.desc()).limit(1)
    ).scalar_subquery()
    tried = session.execute(
        sa.update(OneTimeCode)
        .where(OneTimeCode.id == newest, *live)
        .values(tries=OneTimeCode.tries + 1)
        .returning(OneTimeCode.id, OneTimeCode.code_digest)
        .execution_options(synchronize_session=False)
    ).first()
    given = _digest(purpose, receiver, digits_of(code))
    if tried is None or not hmac.compare_digest(tried.code_digest, given):
        return False
    won = session.execute(
        sa.update(OneTimeCode)
        .where(OneTimeCode.id == tried.id, OneTimeCode.used_at.is_(None))
        .values(used_at=clock.now())
        .execution_options(synchronize_session=False)
    )
    return bool(won.rowcount)  # type: ignore[attr-defined]


def _live(purpose: str, receiver: str) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        OneTimeCode.purpose == purpose,
        OneTimeCode.receiver_digest == receiver,
        OneTimeCode.used_at.is_(None),
        OneTimeCode.expires_at > clock.now(),
        OneTimeCode.tries < TRIES,
    )


def expire_old() -> int:
    """The worker's part: drop codes that ended more than a day ago; returns how many."""
    with unit_of_work() as session:
        before = clock.now() - timedelta(days=1)
        done = session.execute(sa.delete(OneTimeCode).where(OneTimeCode.expires_at < before))
    return int(done.rowcount)  # type: ignore[attr-defined]

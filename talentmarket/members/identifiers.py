"""The numbers and addresses an account holds: added, removed, released, written to."""

from __future__ import annotations

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from talentmarket.core import clock, events
from talentmarket.core.db import insert_for
from talentmarket.core.errors import Conflict, NotFound
from talentmarket.core.events import Actor
from talentmarket.core.ids import new_public_id
from talentmarket.members import codes
from talentmarket.members.identities import (
    STALE_AFTER,
    Identity,
    held_by,
    holder,
    is_stale,
    of_row,
)
from talentmarket.members.models import Account, AccountState, Identifier, IdentifierKind
from talentmarket.members.sessions import revoke_all
from talentmarket.members.talents import hide_unverified
from talentmarket.notices.send import Address, channel_open, deliver

MOST = 6


def hold(session: Session, account: Account, identity: Identity) -> bool:
    """Give the identity to the account; False when another holds it (the unique index tells)."""
    if holder(session, identity) is not None:  # perhaps under a former key of the site
        return False
    at = clock.now()
    added = session.scalar(
        insert_for(session)(Identifier)
        .values(
            account_id=account.id,
            kind=identity.kind,
            value=identity.value,
            digest=identity.digest,
            verified_at=at,
            last_used_at=at,
        )
        .on_conflict_do_nothing()
        .returning(Identifier.id)
    )
    return added is not None


def take_over(session: Session, identity: Identity) -> None:
    """Release a number from an account that has not proven it for 90 days.

    Its new holder proved it; the old account stays with what else it holds and is told. Without
    another number its profile is not found any more.
    """
    row = holder(session, identity)
    if row is None or not is_stale(row):
        return
    released = session.execute(
        sa.update(Identifier)
        .where(
            Identifier.id == row.id,
            Identifier.released_at.is_(None),
            sa.func.coalesce(Identifier.last_used_at, Identifier.verified_at)
            < clock.now() - STALE_AFTER,
        )
        .values(released_at=clock.now(), value=None)
    )
    if not released.rowcount:  # type: ignore[attr-defined]
        return
    account = session.get_one(Account, row.account_id)
    revoke_all(session, account)  # a browser left signed in somewhere must prove itself again
    events.record(session, "account", account.public_id, "identifier_released", kind=row.kind.value)
    hide_unverified(session, account)
    tell(session, account, "account.number_released", shown=identity.shown)


def add_identifier(session: Session, account: Account, identity: Identity, *, actor: Actor) -> None:
    """Give a proven identity to the account. Raises :class:`Conflict` when another holds it."""
    take_over(session, identity)
    row = holder(session, identity)
    if row is not None and row.account_id == account.id:
        row.last_used_at = clock.now()
        return
    others = held_by(session, account)
    if len(others) >= MOST:
        raise Conflict(
            _l("一个账号最多 %(count)s 个号码和邮箱。", count=MOST), code="too-many-identifiers"
        )
    if not hold(session, account, identity):
        raise Conflict(
            _l("它正用于另一个账号。请先用它登录那个账号，在账号设置里移除，再加到这里。"),
            code="identifier-taken",
            field="identifier",
        )
    events.record(
        session,
        "account",
        account.public_id,
        "identifier_added",
        actor=actor,
        kind=identity.kind.value,
    )
    for other in others:
        tell_at(session, account, of_row(other), "account.identifier_added", shown=identity.shown)


def reference(row: Identifier) -> str:
    """The name of an identifier in addresses."""
    return row.digest[:16]


def remove_identifier(session: Session, account: Account, name: str, *, actor: Actor) -> None:
    """Take an identifier off; with the last number the profile is not found any more. Raises
    :class:`Conflict` for the last one, :class:`NotFound`."""
    # The account's row is locked first: two tabs must not take off the last two at once.
    session.execute(sa.select(Account.id).where(Account.id == account.id).with_for_update())
    held = held_by(session, account)
    row = next((one for one in held if reference(one) == name), None)
    if row is None:
        raise NotFound()
    if len(held) == 1:
        raise Conflict(_l("这是最后一个登录方式，先加一个新的才能移除。"), code="last-identifier")
    identity = of_row(row)
    row.released_at = clock.now()
    row.value = None
    events.record(
        session,
        "account",
        account.public_id,
        "identifier_removed",
        actor=actor,
        kind=row.kind.value,
    )
    shown = identity.shown if identity else ""
    tell_at(session, account, identity, "account.identifier_removed", shown=shown)
    session.flush()
    hide_unverified(session, account)


def main_identity(session: Session, account: Account) -> Identity | None:
    """Where codes for this account go: the identity proven last by an open channel."""
    rows = sorted(
        held_by(session, account),
        key=lambda row: (row.last_used_at or row.verified_at or row.account.created_at, row.id),
        reverse=True,
    )
    for row in rows:
        identity = of_row(row)
        if identity and channel_open(identity.channel):
            return identity
    return None


def address_of(session: Session, account_id: int) -> Address | None:
    """The mail address notices go to; the function the notices room is given."""
    row = session.execute(
        sa.select(Identifier.value, Account.locale, Account.daily_mail, Account.public_id)
        .join(Account, Account.id == Identifier.account_id)
        .where(
            Account.id == account_id,
            Account.state == AccountState.ACTIVE,
            Identifier.kind == IdentifierKind.MAIL,
            Identifier.verified_at.is_not(None),
            Identifier.released_at.is_(None),
        )
        .order_by(Identifier.id.desc())
        .limit(1)
    ).first()
    if row is None or not row.value:
        return None
    return Address(row.value, row.locale, row.daily_mail, row.public_id)


def tell(session: Session, account: Account, code: str, **arguments: object) -> None:
    """Tell the person what happened to the account, by the way they proved last."""
    tell_at(session, account, main_identity(session, account), code, **arguments)


def tell_at(
    session: Session,
    account: Account,
    identity: Identity | None,
    code: str,
    **arguments: object,
) -> None:
    """Tell it at one identity; nothing is sent where the way is closed."""
    if identity is None or not channel_open(identity.channel):
        return
    deliver(
        session,
        identity.channel,
        identity.value,
        code,
        {"at": {"moment": clock.now().isoformat()}, **arguments},
        key=f"account:{new_public_id()}",
        locale=account.locale,
        account_id=account.id,
    )


def prove_by_code(session: Session, account: Account, given: str) -> bool:
    """Whether `given` is the code that :func:`send_proof` sent. The caller commits."""
    if not (len(given) == codes.DIGITS and given.isdigit()):
        return False
    found = (of_row(row) for row in held_by(session, account))
    return any(codes.use_code(session, codes.PROVE, one, given) for one in found if one)

"""Accounts: signing up and in, the identifiers a person holds, settings."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from talentmarket.core import clock, events
from talentmarket.core.errors import Conflict, Forbidden, Invalid, NotFound
from talentmarket.core.events import Actor
from talentmarket.core.folding import clean_line
from talentmarket.members import consents, demo
from talentmarket.members.identifiers import hold, tell
from talentmarket.members.identities import Identity, holder, is_stale
from talentmarket.members.models import Account, AccountState, Identifier


class Standing(StrEnum):
    """What a proven number or address opens."""

    NEW = "new"  # nobody's: an account can be made
    KNOWN = "known"  # an account's
    STALE = "stale"  # an account's, but so long ago that the number may be somebody else's now


@dataclass(frozen=True)
class Proven:
    """The outcome of a right code."""

    standing: Standing
    account: Account | None = None


class Suspended(Forbidden):
    """The account was suspended by the operator."""

    code = "suspended"
    message = _l("这个账号已被秘书处停用。如有异议，请拨打人社服务热线 12333 或联系秘书处。")


class DemoAccount(Forbidden):
    """An invented person's account that does not open here."""

    code = "demo-account"
    message = _l("这是演示数据里的人物，不能登录。可以登录的演示账号列在登录页上。")


def require_active(account: Account) -> None:
    """Raise :class:`Suspended` or :class:`DemoAccount` for an account that cannot be used."""
    if account.state is not AccountState.ACTIVE:
        raise Suspended()
    if not demo.may_enter(account):
        raise DemoAccount()


def find_account(session: Session, public_id: str) -> Account | None:
    """The account of this public id."""
    return session.scalar(sa.select(Account).where(Account.public_id == public_id))


def standing_of(session: Session, identity: Identity) -> Proven:
    """What `identity`, just proven by a code, opens."""
    row = holder(session, identity)
    if row is None:
        return Proven(Standing.NEW)
    account = session.get_one(Account, row.account_id)
    return Proven(Standing.STALE if is_stale(row) else Standing.KNOWN, account)


def use_identity(session: Session, account: Account, identity: Identity) -> None:
    """Note that the person proved this identity now; it stays theirs for another 90 days. From now on
    it is found by the site's present key."""
    session.execute(
        sa.update(Identifier)
        .where(
            Identifier.account_id == account.id,
            Identifier.digest.in_(identity.digests),
            Identifier.released_at.is_(None),
        )
        .values(last_used_at=clock.now(), digest=identity.digest)
    )


def register(
    session: Session,
    identity: Identity,
    *,
    locale: str,
    name: str = "",
    password_hash: str | None = None,
    sixteen: bool,
    agreed: bool,
) -> Account:
    """Make the account of a proven identity nobody holds.

    The person declared to be 16 or older and agreed to the privacy notice, each by itself.
    Raises :class:`Invalid` without either, :class:`Conflict` when the identity is held: another
    tab was first, or it must be released before (`identifiers.take_over`).
    """
    wrong: dict[str, object] = {}
    if not sixteen:
        wrong["sixteen"] = _l("未满 16 周岁不能注册。已满 16 周岁请勾选。")
    if not agreed:
        wrong["agreed"] = _l("需要同意隐私政策才能注册。请先阅读，再勾选。")
    if wrong:
        raise Invalid(wrong)
    at = clock.now()
    account = Account(
        name=clean_line(name)[:80],
        password_hash=password_hash,
        locale=locale,
        sixteen_declared_at=at,
        created_at=at,
    )
    session.add(account)
    session.flush()
    if not hold(session, account, identity):
        raise Conflict(_l("这个号码或邮箱刚刚注册过，请直接登录。"), code="identifier-taken")
    actor = Actor(account.public_id)
    events.record(session, "account", account.public_id, "registered", actor=actor)
    consents.agree_to_notice(session, account, actor=actor)
    return account


def credentials(session: Session, identity: Identity) -> tuple[str | None, str | None]:
    """(public id, password hash) of the account that holds `identity`; two Nones without one."""
    row = holder(session, identity)
    account = session.get(Account, row.account_id) if row else None
    return (account.public_id, account.password_hash) if account else (None, None)


def set_password(session: Session, account: Account, hashed: str, *, actor: Actor) -> None:
    """Store a new hash and tell the person. Sessions are ended by the caller."""
    account.password_hash = hashed
    events.record(session, "account", account.public_id, "password_changed", actor=actor)
    tell(session, account, "account.password_changed")


def change_settings(
    session: Session,
    account: Account,
    *,
    name: str,
    locale: str,
    daily_mail: bool,
) -> None:
    """Name, language and the daily mail."""
    account.name = clean_line(name)[:80]
    account.locale = locale if locale in ("zh", "en") else "zh"
    account.daily_mail = daily_mail


def stop_daily_mail(session: Session, person: str) -> None:
    """No mails of notices any more to the account with this public id; a second time changes
    nothing. Raises NotFound when it is no account any more."""
    account = session.scalar(
        sa.select(Account).where(Account.public_id == person, Account.state != AccountState.ERASED)
    )
    if account is None:
        raise NotFound()
    account.daily_mail = False


def set_personal_ranking(session: Session, account: Account, on: bool, *, actor: Actor) -> None:
    """Turn ranking by personal profile on or off (算法推荐管理规定 art. 17); at once."""
    if account.personal_ranking is on:
        return
    account.personal_ranking = on
    events.record(session, "account", account.public_id, "personal_ranking", actor=actor, on=on)

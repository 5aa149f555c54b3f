"""Users on the operator's desk: found by public id or exact number, suspended, opened with a reason.

No list shows a name or a number. What a person entered opens only for a stated purpose, and the
person reads who opened it, when and why (个人信息保护法 arts. 44, 51).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from talentmarket.core import events, outbox
from talentmarket.core.errors import Conflict, Forbidden, Invalid, NotFound
from talentmarket.core.events import Actor
from talentmarket.core.folding import clean_line
from talentmarket.core.words import WORDS
from talentmarket.exchange.reports import find as find_report
from talentmarket.members.accounts import find_account
from talentmarket.members.cards import snapshot_person, snapshot_profile
from talentmarket.members.identifiers import tell
from talentmarket.members.identities import held_by, holder, identify, of_row
from talentmarket.members.models import (
    Account,
    AccountState,
    Membership,
    OpeningLevel,
    Organisation,
    Talent,
    TalentState,
)
from talentmarket.members.openings import record_opening
from talentmarket.members.sessions import revoke_all
from talentmarket.notices.texts import register

register(
    "account.suspended",
    _l("您的账号已被停用"),
    _l(
        "%(at)s，您的账号已被秘书处停用，现在不能登录。如有异议，请拨打人社服务热线 12333 或联系秘书处。"
    ),
)
register(
    "account.lifted",
    _l("您的账号已恢复"),
    _l("%(at)s，秘书处已恢复您的账号，现在可以登录。"),
)

PAGE = 50
#: Why a person's data may be opened; codes of the kind "purpose".
PURPOSES = ("support", "complaint", "review", "order")


@dataclass(frozen=True)
class Found:
    """A page of accounts; `next_id` continues the list."""

    rows: list[Account]
    next_id: int | None


@dataclass(frozen=True)
class Opened:
    """What the operator sees of a person, once."""

    name: str
    identifiers: list[str]
    person: dict[str, Any] | None
    profile: dict[str, Any] | None


def list_accounts(
    session: Session, *, state: str = "", operators: bool = False, before: int | None = None
) -> Found:
    """Accounts, newest first."""
    query = sa.select(Account).order_by(Account.id.desc()).limit(PAGE + 1)
    if state in set(AccountState):
        query = query.where(Account.state == AccountState(state))
    if operators:
        query = query.where(Account.is_operator)
    if before is not None:
        query = query.where(Account.id < before)
    rows = list(session.scalars(query))
    return Found(rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None)


def search_exact(session: Session, text: str, *, actor: Actor) -> Account | None:
    """The account of a public id, or of a whole number or address by its digest.

    A search by number or address is an event of its own: it names a person. Raises Invalid.
    """
    text = clean_line(text)
    account = find_account(session, text)
    if account is not None:
        return account
    row = holder(session, identify(text))
    if row is None:
        return None
    account = session.get_one(Account, row.account_id)
    events.record(session, "account", account.public_id, "looked_up", actor=actor)
    return account


def find(session: Session, public_id: str) -> Account:
    """The account of a public id. Raises NotFound."""
    account = find_account(session, public_id)
    if account is None:
        raise NotFound()
    return account


def talent_of(session: Session, account: Account) -> Talent | None:
    """The account's profile."""
    return session.scalar(sa.select(Talent).where(Talent.account_id == account.id))


def memberships_of(session: Session, account: Account) -> list[tuple[Membership, Organisation]]:
    """The organisations the person is a member of now."""
    rows = session.execute(
        sa.select(Membership, Organisation)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(Membership.account_id == account.id, Membership.removed_at.is_(None))
        .order_by(Membership.id)
    )
    return [(membership, organisation) for membership, organisation in rows]


def suspend(session: Session, account: Account, reason: str, *, actor: Actor) -> None:
    """End all sessions and let nobody in; a profile leaves the index. Raises Invalid, Conflict."""
    if reason not in WORDS["account_reason"]:
        raise Invalid({"reason": _l("选一个原因。")})
    if account.is_operator:
        raise Forbidden(_l("秘书处账号不能在这里停用。"))
    _move(session, account, AccountState.ACTIVE, AccountState.SUSPENDED, reason, actor)
    revoke_all(session, account)
    _follow(session, account, TalentState.ACTIVE, TalentState.SUSPENDED)
    tell(session, account, "account.suspended")


def lift(session: Session, account: Account, *, actor: Actor) -> None:
    """Let the person in again. Raises Conflict."""
    _move(session, account, AccountState.SUSPENDED, AccountState.ACTIVE, None, actor)
    _follow(session, account, TalentState.SUSPENDED, TalentState.ACTIVE)
    tell(session, account, "account.lifted")


def _move(
    session: Session,
    account: Account,
    before: AccountState,
    after: AccountState,
    reason: str | None,
    actor: Actor,
) -> None:
    won = session.execute(
        sa.update(Account)
        .where(Account.id == account.id, Account.state == before)
        .values(state=after, state_reason=reason)
        .execution_options(synchronize_session=False)
    )
    if not won.rowcount:  # type: ignore[attr-defined]
        raise Conflict()
    session.refresh(account)
    events.record(
        session,
        "account",
        account.public_id,
        "suspend" if after is AccountState.SUSPENDED else "lift",
        actor=actor,
        from_state=before,
        to_state=after,
        reason=reason,
    )


def _follow(session: Session, account: Account, before: TalentState, after: TalentState) -> None:
    talent = talent_of(session, account)
    if talent is not None and talent.state is before:
        talent.state = after
        session.flush()
        outbox.changed(session, "talent", talent.public_id)


def open_person(
    session: Session,
    account: Account,
    purpose: str,
    *,
    report: str = "",
    by: Account,
    actor: Actor,
) -> Opened:
    """Name, numbers and profile, for a purpose that is written down for the person to read.

    `report`: the public id of the report it is about, where there is one. Raises Invalid without
    a purpose.
    """
    if purpose not in PURPOSES:
        raise Invalid({"purpose": _l("选一个打开的理由，会记入日志并告诉本人。")})
    talent = talent_of(session, account)
    # The ledger holds ids only: what is no report's id could be a name.
    subject = ("report", find_report(session, clean_line(report)).public_id) if report else None
    if talent is not None:
        record_opening(
            session,
            talent,
            viewer=by,
            organisation=None,
            purpose=purpose,
            level=OpeningLevel.FULL,
            subject=subject,
        )
    events.record(
        session,
        "account",
        account.public_id,
        "opened",
        actor=actor,
        reason=purpose,
        subject=list(subject) if subject else None,
    )
    shown = [one.value for one in map(of_row, held_by(session, account)) if one]
    return Opened(
        account.name,
        shown,
        snapshot_person(talent) if talent else None,
        snapshot_profile(talent) if talent else None,
    )

"""A person's data: to take along, and to erase (个人信息保护法 arts. 45, 47).

Rooms above register what they hold: :func:`exports` for the copy, :func:`erases` for the end.
Erasing takes names, contacts, texts and files away and leaves ids: the event table, which holds
ids and codes only, stays whole.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from talentmarket.core import clock, events, tasks
from talentmarket.core.errors import Conflict
from talentmarket.core.events import Actor
from talentmarket.core.files import StoredFile, store
from talentmarket.core.folding import fold
from talentmarket.core.outbox import changed
from talentmarket.core.roles import OrgRole
from talentmarket.members import memberships
from talentmarket.members.identifiers import main_identity, tell_at
from talentmarket.members.models import (
    Account,
    AccountState,
    ClaimState,
    Consent,
    Draft,
    Identifier,
    MemberInvitation,
    Membership,
    OneTimeCode,
    Organisation,
    OrganisationClaim,
    ProfileOpening,
    SignInSession,
    Talent,
    TalentState,
    Visibility,
)
from talentmarket.notices.models import Delivery, Notice

Export = Callable[[Session, Account], Any]
Erase = Callable[[Session, Account, Actor], None]

#: What rooms above add, in the order of registration: name of the part → its function.
on_export: dict[str, Export] = {}
on_erase: dict[str, Erase] = {}


def exports(part: str) -> Callable[[Export], Export]:
    """Register the function that gives a room's part of the copy, plain values only."""

    def register(function: Export) -> Export:
        on_export[part] = function
        return function

    return register


def erases(part: str) -> Callable[[Erase], Erase]:
    """Register the function that ends and erases a room's part, in the running unit of work."""

    def register(function: Erase) -> Erase:
        on_erase[part] = function
        return function

    return register


def talent_of(session: Session, account: Account) -> Talent | None:
    """The account's profile."""
    return session.scalar(sa.select(Talent).where(Talent.account_id == account.id))


def files_of(session: Session, account: Account) -> list[StoredFile]:
    """The files that belong to the person: their own and their profile's."""
    talent = talent_of(session, account)
    owners = [account.public_id, *([talent.public_id] if talent else [])]
    return list(
        session.scalars(
            sa.select(StoredFile)
            .where(
                StoredFile.owner_type.in_(("account", "talent", "claim")),
                StoredFile.owner_id.in_(owners),
                StoredFile.erased_at.is_(None),
            )
            .order_by(StoredFile.id)
        )
    )


def _organisations_of(session: Session, account: Account) -> list[int]:
    """Keys of the organisations the person belongs to or belonged to."""
    ever = sa.select(Membership.organisation_id).where(Membership.account_id == account.id)
    return list(session.scalars(ever.distinct()))


def organisations_only_of(session: Session, account: Account) -> list[Organisation]:
    """The organisations this person is the only owner of who can act."""
    mine = sa.select(Membership.organisation_id).where(
        Membership.account_id == account.id,
        Membership.role == OrgRole.OWNER,
        Membership.removed_at.is_(None),
    )
    others = sa.exists().where(
        Membership.organisation_id == Organisation.id,
        Membership.account_id != account.id,
        Membership.account_id == Account.id,
        Account.state == AccountState.ACTIVE,
        Membership.role == OrgRole.OWNER,
        Membership.removed_at.is_(None),
    )
    return list(session.scalars(sa.select(Organisation).where(Organisation.id.in_(mine), ~others)))


def erase(session: Session, account: Account, *, actor: Actor) -> None:
    """Erase the person: running applications end, texts and contacts go, ids stay.

    Raises :class:`Conflict` when an organisation would be left without an owner, or when the
    account was erased before.
    """
    memberships.hold(session, _organisations_of(session, account))
    won = session.execute(
        sa.update(Account)
        .where(Account.id == account.id, Account.state != AccountState.ERASED)
        .values(state=AccountState.ERASED, erased_at=clock.now())
        .execution_options(synchronize_session=False)
    )
    if not won.rowcount:  # type: ignore[attr-defined]
        raise Conflict(code="already-erased")
    # Counted last: from here on nobody can make this account an owner any more.
    if alone := organisations_only_of(session, account):
        names = "、".join(organisation.name for organisation in alone)
        raise Conflict(
            _l("您是“%(names)s”唯一的负责人，请先移交负责人再注销。", names=names),
            code="sole-owner",
        )
    last_words = main_identity(session, account)
    for function in on_erase.values():
        function(session, account, actor)
    _erase_files(session, account)
    _erase_talent(session, account)
    _erase_dealings(session, account, actor)
    _erase_handler(session, account)
    _erase_account(session, account)
    events.record(
        session,
        "account",
        account.public_id,
        "erased",
        actor=actor,
        to_state=AccountState.ERASED,
    )
    session.flush()
    tell_at(session, account, last_words, "account.erased")


def _erase_files(session: Session, account: Account) -> None:
    for file in files_of(session, account):
        file.erased_at = clock.now()
        file.name = ""
        # The bytes go once this is stored: a file must not be lost to a transaction that failed.
        tasks.put(session, "erase-file", {"key": file.key}, key=f"erase-file:{file.key}")


@tasks.handler("erase-file")
def _erase_bytes(arguments: dict[str, Any]) -> None:
    store().delete(arguments["key"])


def _erase_talent(session: Session, account: Account) -> None:
    talent = talent_of(session, account)
    if talent is None:
        return
    for rows in (talent.skills, talent.entries, talent.occupations, talent.regions, talent.blocks):
        rows.clear()
    session.execute(sa.delete(ProfileOpening).where(ProfileOpening.talent_id == talent.id))
    talent.headline = talent.summary = ""
    for name in (
        "education_rank",
        "years_tenths",
        "pay_low",
        "pay_high",
        "work_mode",
        "rest_days",
        "availability",
        "willing_to_move",
        "home_region",
    ):
        setattr(talent, name, None)
    talent.sections = {}
    talent.completeness = 0
    talent.visibility = Visibility.PRIVATE
    talent.state = TalentState.ERASED
    talent.updated_at = clock.now()
    talent.revision += 1
    changed(session, "talent", talent.public_id)


def _erase_dealings(session: Session, account: Account, actor: Actor) -> None:
    """What was said and sent on the way into organisations; a claim that waits ends."""
    at = clock.now()
    quiet = {"synchronize_session": False}
    own_claims = OrganisationClaim.account_id == account.id
    still = OrganisationClaim.state.in_((ClaimState.AT_OWNER, ClaimState.AT_OPERATOR))
    for claim in session.scalars(sa.select(OrganisationClaim).where(own_claims, still)).all():
        events.record(
            session,
            "claim",
            claim.public_id,
            "withdraw",
            actor=actor,
            from_state=claim.state,
            to_state=ClaimState.REFUSED,
        )
    session.flush()
    invited = MemberInvitation.used_by == account.id
    ids = session.scalars(sa.select(MemberInvitation.public_id).where(invited)).all()
    for statement in (
        sa.update(OrganisationClaim).where(own_claims).values(text=""),
        sa.update(OrganisationClaim)
        .where(own_claims, still)
        .values(state=ClaimState.REFUSED, answered_at=at),
        sa.update(MemberInvitation).where(invited).values(receiver=None),
        # These name the person to somebody else, or hold the address the link was sent to.
        sa.delete(Notice).where(Notice.key.in_([f"member.joined:{one}" for one in ids])),
        sa.delete(Delivery).where(Delivery.key.in_([f"member.invited:{one}" for one in ids])),
    ):
        session.execute(statement.execution_options(**quiet))


def _erase_handler(session: Session, account: Account) -> None:
    """The person's name as the handler of an organisation. Its next proof names another."""
    name = fold(account.name)
    if not name:
        return
    for key in _organisations_of(session, account):
        organisation = session.get_one(Organisation, key)
        if fold(organisation.handler_name) == name:
            organisation.handler_name = ""
            organisation.revision += 1  # a form that still holds the name is an old one
    session.flush()


def _erase_account(session: Session, account: Account) -> None:
    at = clock.now()
    digests = sa.select(Identifier.digest).where(Identifier.account_id == account.id)
    quiet = {"synchronize_session": False}
    for statement in (
        sa.delete(OneTimeCode).where(OneTimeCode.receiver_digest.in_(digests)),
        sa.delete(Identifier).where(Identifier.account_id == account.id),
        sa.delete(SignInSession).where(SignInSession.account_id == account.id),
        sa.delete(Draft).where(Draft.account_id == account.id),
        sa.delete(Notice).where(Notice.account_id == account.id),
        sa.delete(Delivery).where(Delivery.account_id == account.id),
        sa.update(Membership)
        .where(Membership.account_id == account.id, Membership.removed_at.is_(None))
        .values(removed_at=at),
        sa.update(ProfileOpening)
        .where(ProfileOpening.viewer_id == account.id)
        .values(viewer_id=None),
        # Consents stay as proof; they hold ids and versions only.
        sa.update(Consent)
        .where(Consent.account_id == account.id, Consent.withdrawn_at.is_(None))
        .values(withdrawn_at=at, data={}),
    ):
        session.execute(statement.execution_options(**quiet))
    session.refresh(account)
    account.name = ""
    account.password_hash = account.totp_secret = None
    account.totp_last_step = None
    account.is_operator = False

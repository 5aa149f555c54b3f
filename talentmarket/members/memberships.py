"""Members of an organisation: invited by a link that works once, given roles, removed."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import timedelta

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from talentmarket.core import clock, counters
from talentmarket.core.errors import Conflict, Invalid, NotFound
from talentmarket.core.events import Actor, record
from talentmarket.core.folding import clean_line
from talentmarket.core.roles import COMMON_ROLES, FIRM_ROLES, OrgRole
from talentmarket.members import organisation_texts  # noqa: F401  the words of the codes used here
from talentmarket.members.identities import holder, identify
from talentmarket.members.models import (
    Account,
    AccountState,
    MemberInvitation,
    Membership,
    Organisation,
    OrganisationKind,
)
from talentmarket.notices.models import Channel
from talentmarket.notices.send import channel_open, deliver, notify, site_address

LIFE = timedelta(days=7)
MOST_OPEN = 50
DAY = timedelta(days=1)
#: Mails with an invitation in a day: of an organisation, of a person, to one address.
MAILS_OF_ORGANISATION = 50
MAILS_OF_MEMBER = 30
MAILS_TO_ONE = 3


def roles_of(kind: OrganisationKind) -> tuple[OrgRole, ...]:
    """The roles members of an organisation of this kind can have."""
    return FIRM_ROLES if kind is OrganisationKind.HR_FIRM else COMMON_ROLES


def accounts_with(session: Session, organisation: Organisation, *roles: OrgRole) -> list[int]:
    """Keys of the active accounts that are members with one of the roles (any without one)."""
    query = (
        sa.select(Membership.account_id)
        .join(Account, Account.id == Membership.account_id)
        .where(
            Membership.organisation_id == organisation.id,
            Membership.removed_at.is_(None),
            Account.state == AccountState.ACTIVE,
        )
        .order_by(Membership.id)
    )
    if roles:
        query = query.where(Membership.role.in_(roles))
    return list(session.scalars(query))


def members_of(session: Session, organisation: Organisation) -> list[Membership]:
    """The present members in the order of joining."""
    return list(
        session.scalars(
            sa.select(Membership)
            .options(joinedload(Membership.account))
            .where(Membership.organisation_id == organisation.id, Membership.removed_at.is_(None))
            .order_by(Membership.id)
        )
    )


def open_invitations(session: Session, organisation: Organisation) -> list[MemberInvitation]:
    """Invitations that can still be used, newest first."""
    return list(
        session.scalars(
            sa.select(MemberInvitation)
            .where(
                MemberInvitation.organisation_id == organisation.id,
                MemberInvitation.used_at.is_(None),
                MemberInvitation.revoked_at.is_(None),
                MemberInvitation.expires_at > clock.now(),
            )
            .order_by(MemberInvitation.id.desc())
        )
    )


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def invite(
    session: Session,
    organisation: Organisation,
    role: OrgRole,
    *,
    receiver: str = "",
    by: Account,
    path: str,
    locale: str,
    actor: Actor,
) -> str:
    """Make an invitation; returns the token of its link, which is stored nowhere.

    `receiver`: a mail address the link is sent to, or empty for a link that is handed over by
    hand. `path`: the address of the joining page with ``TOKEN`` where the token goes. `locale`: of
    the mail where the receiver's own is not known. Raises Invalid, also past the mails of a day.
    """
    _require_role(organisation, role)
    if len(open_invitations(session, organisation)) >= MOST_OPEN:
        raise Invalid({"receiver": _l("未使用的邀请太多，请先撤回不用的。")})
    mail = None
    if receiver := clean_line(receiver):
        try:
            identity = identify(receiver)
        except Invalid as error:
            raise Invalid({"receiver": error.errors["identifier"]}) from error
        if identity.channel is not Channel.MAIL:
            raise Invalid({"receiver": _l("这里填写邮箱；不填则把链接自己交给对方。")})
        mail = identity.value
        if (held := holder(session, identity)) is not None:
            locale = held.account.locale
        _limit_mail(session, organisation, by, identity.digest)
    token = secrets.token_urlsafe(24)
    at = clock.now()
    invitation = MemberInvitation(
        organisation_id=organisation.id,
        token_digest=_digest(token),
        role=role,
        receiver=mail,
        invited_by=by.id,
        created_at=at,
        expires_at=at + LIFE,
    )
    session.add(invitation)
    session.flush()
    record(
        session,
        "organisation",
        organisation.public_id,
        "invite_member",
        actor=actor,
        role=str(role),
        invitation=invitation.public_id,
    )
    if mail and channel_open(Channel.MAIL):
        deliver(
            session,
            Channel.MAIL,
            mail,
            "member.invited",
            {
                "organisation": organisation.name,
                "role": {"word": ["org_role", str(role)]},
                "address": site_address(path.replace("TOKEN", token)),
                "until": {"moment": invitation.expires_at.isoformat()},
            },
            key=f"member.invited:{invitation.public_id}",
            locale=locale,
        )
    return token


def _limit_mail(session: Session, organisation: Organisation, by: Account, digest: str) -> None:
    """Revoking gives no mail back: who invites by mail may send so many in a day, by any
    organisation, and one address is written to so often by all of them. Raises Invalid."""
    limits = (
        (f"invite-mail:o:{organisation.id}", MAILS_OF_ORGANISATION),
        (f"invite-mail:a:{by.id}", MAILS_OF_MEMBER),
        (f"invite-mail:r:{digest[:64]}", MAILS_TO_ONE),
    )
    for name, most in limits:
        if counters.count(session, name, DAY) > most:
            raise Invalid(
                {"receiver": _l("今天发出的邀请邮件已到上限。明天再发，或不填邮箱、自己转交链接。")}
            )


def _require_role(organisation: Organisation, role: OrgRole) -> None:
    if role not in roles_of(organisation.kind):
        raise Invalid({"role": _l("请选择角色。")})


def revoke(session: Session, organisation: Organisation, public_id: str, *, actor: Actor) -> None:
    """Make an invitation worthless. Raises NotFound when it was used or is another's."""
    done = session.execute(
        sa.update(MemberInvitation)
        .where(
            MemberInvitation.organisation_id == organisation.id,
            MemberInvitation.public_id == public_id,
            MemberInvitation.used_at.is_(None),
            MemberInvitation.revoked_at.is_(None),
        )
        .values(revoked_at=clock.now())
        .execution_options(synchronize_session=False)
    )
    if not done.rowcount:  # type: ignore[attr-defined]
        raise NotFound()
    record(
        session,
        "organisation",
        organisation.public_id,
        "revoke_invitation",
        actor=actor,
        invitation=public_id,
    )


_USED = _l("这个邀请链接已经用过、已撤回或已过期，请向邀请人要一个新的。")


def find_invitation(session: Session, token: str) -> MemberInvitation:
    """The invitation of a link that still works. Raises NotFound."""
    found = session.scalar(
        sa.select(MemberInvitation)
        .options(joinedload(MemberInvitation.organisation))
        .where(MemberInvitation.token_digest == _digest(token), *_usable())
    )
    if found is None:
        raise NotFound(_USED)
    return found


def _usable() -> Iterable[sa.ColumnElement[bool]]:
    return (
        MemberInvitation.used_at.is_(None),
        MemberInvitation.revoked_at.is_(None),
        MemberInvitation.expires_at > clock.now(),
    )


def accept(session: Session, token: str, account: Account, *, actor: Actor) -> Organisation:
    """Join. The link is used up by whoever is first; a member stays one and keeps the link."""
    invitation = find_invitation(session, token)
    organisation = invitation.organisation
    at = clock.now()
    won = session.execute(
        sa.update(MemberInvitation)
        .where(MemberInvitation.id == invitation.id, *_usable())
        .values(used_at=at, used_by=account.id)
        .execution_options(synchronize_session=False)
    )
    if not won.rowcount:  # type: ignore[attr-defined]
        raise NotFound(_USED)
    add(session, organisation, account, invitation.role)
    acting = Actor(actor.account, organisation.public_id)
    record(
        session,
        "organisation",
        organisation.public_id,
        "join",
        actor=acting,
        role=str(invitation.role),
        invitation=invitation.public_id,
    )
    said = {"word": ["org_role", str(invitation.role)]}
    notify(
        session,
        invitation.invited_by,
        "member.joined",
        {
            "name": account.name or account.public_id,
            "organisation": organisation.name,
            "role": said,
        },
        link=f"/org/{organisation.public_id}/members",
        key=f"member.joined:{invitation.public_id}",
    )
    return organisation


def add(session: Session, organisation: Organisation, account: Account, role: OrgRole) -> None:
    """Make somebody a member. Raises Conflict for a member; the unique index decides. Raises
    NotFound for an account that is erased: the erasure counted what it owns and must be right."""
    there = sa.select(Account.id).where(
        Account.id == account.id, Account.state != AccountState.ERASED
    )
    if session.scalar(there.with_for_update()) is None:
        raise NotFound()
    session.add(
        Membership(
            organisation_id=organisation.id,
            account_id=account.id,
            role=role,
            joined_at=clock.now(),
        )
    )
    try:
        session.flush()
    except IntegrityError as error:
        raise Conflict(_l("您已经是这个单位的成员。"), code="member-already") from error


def find_member(session: Session, organisation: Organisation, account_id: str) -> Membership:
    """The present membership of an account (public id). Raises NotFound."""
    found = session.scalar(
        sa.select(Membership)
        .join(Account, Account.id == Membership.account_id)
        .options(joinedload(Membership.account))
        .where(
            Membership.organisation_id == organisation.id,
            Membership.removed_at.is_(None),
            Account.public_id == account_id,
        )
    )
    if found is None:
        raise NotFound()
    return found


def change_role(
    session: Session, organisation: Organisation, account_id: str, role: OrgRole, *, actor: Actor
) -> None:
    """Give a member another role. Raises Conflict for the last owner, Invalid, NotFound."""
    _require_role(organisation, role)
    hold(session, [organisation.id])
    membership = find_member(session, organisation, account_id)
    before = membership.role
    if before is role:
        return
    if before is OrgRole.OWNER:
        _require_another_owner(session, organisation, membership)
    membership.role = role
    close_invitations(session, membership.organisation_id, membership.account_id)
    session.flush()
    record(
        session,
        "organisation",
        organisation.public_id,
        "change_role",
        actor=actor,
        from_state=before,
        to_state=role,
        member=account_id,
    )
    notify(
        session,
        membership.account_id,
        "member.role_changed",
        {"organisation": organisation.name, "role": {"word": ["org_role", str(role)]}},
        link=f"/org/{organisation.public_id}/",
    )


def remove(session: Session, organisation: Organisation, account_id: str, *, actor: Actor) -> None:
    """End a membership; rows stay for the history. Raises Conflict for the last owner."""
    hold(session, [organisation.id])
    membership = find_member(session, organisation, account_id)
    if membership.role is OrgRole.OWNER:
        _require_another_owner(session, organisation, membership)
    membership.removed_at = clock.now()
    close_invitations(session, membership.organisation_id, membership.account_id)
    session.flush()
    own = actor.account == account_id
    record(
        session,
        "organisation",
        organisation.public_id,
        "leave" if own else "remove_member",
        actor=actor,
        from_state=membership.role,
        member=account_id,
    )
    if not own:
        arguments = {"organisation": organisation.name}
        notify(session, membership.account_id, "member.removed", arguments)


def close_invitations(session: Session, organisation_id: int, account_id: int) -> None:
    """Who is no owner any more has no link left by which they, or whom they chose, come in."""
    made = (MemberInvitation.organisation_id == organisation_id) & (
        MemberInvitation.invited_by == account_id
    )
    ended = sa.update(MemberInvitation).where(made, *_usable()).values(revoked_at=clock.now())
    session.execute(ended.execution_options(synchronize_session=False))


def hold(session: Session, keys: Iterable[int]) -> None:
    """Take the organisations for a change of their owners, until the unit ends.

    Two owners that go at once must not both succeed: the second waits here, and counts after the
    first is stored. (SQLite has one writer at a time anyway.) Taken in one order, so that two who
    take several never wait for each other.
    """
    wanted = sa.select(Organisation.id).where(Organisation.id.in_(sorted(keys)))
    session.execute(wanted.order_by(Organisation.id).with_for_update()).all()
    session.flush()
    session.expire_all()  # what was read before the wait may have changed


def _require_another_owner(
    session: Session, organisation: Organisation, membership: Membership
) -> None:
    others = accounts_with(session, organisation, OrgRole.OWNER)
    if not set(others) - {membership.account_id}:
        raise Conflict(_l("这是最后一位负责人，请先把另一位成员设为负责人。"), code="last-owner")

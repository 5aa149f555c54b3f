"""Inviting somebody in the book to join: a link by mail or message, used once, for two weeks.

It says who writes, where the address comes from and how to refuse for good. There is no mass mail:
a firm sends so many a day, one number or address gets so many a day from all firms together, and
from one firm three in half a year. A refusal holds for the firm whatever becomes of the record.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session, joinedload

from talentmarket.core import clock, counters
from talentmarket.core.db import insert_for
from talentmarket.core.errors import Conflict, Invalid, NotFound, TooMany
from talentmarket.core.events import SYSTEM, Actor
from talentmarket.exchange.brokering import standing
from talentmarket.exchange.brokering.people import book, digests
from talentmarket.exchange.brokering.people.models import FirmInvitation, FirmPerson, FirmRefusal
from talentmarket.exchange.brokering.people.texts import LIFE
from talentmarket.members.identities import Identity, identify
from talentmarket.members.models import Account, Organisation
from talentmarket.notices.models import Channel
from talentmarket.notices.send import channel_open, deliver, notify, site_address

DAY = timedelta(days=1)
#: Invitations of a firm in a day; to one receiver in a day, of all firms; of one firm in half a year.
DAILY, DAILY_TO_ONE = 50, 2
HALF_A_YEAR, MOST_IN_HALF_A_YEAR = timedelta(days=183), 3


def receivers(person: FirmPerson) -> list[Identity]:
    """Where the person can be reached: the number first."""
    return [identify(value) for value in (person.phone, person.mail) if value]


def receiver(person: FirmPerson, channel: Channel | None = None) -> Identity | None:
    """Where an invitation would go: by `channel`, else by the first way that is open."""
    return next(
        (
            one
            for one in receivers(person)
            if channel in (None, one.channel) and channel_open(one.channel)
        ),
        None,
    )


def refused(session: Session, person: FirmPerson) -> bool:
    """Whether this number or address said that the firm may not invite it any more."""
    known = [one for one in (person.phone_digest, person.mail_digest) if one]
    return bool(
        session.scalar(
            sa.select(
                sa.exists().where(
                    FirmRefusal.organisation_id == person.organisation_id,
                    FirmRefusal.digest.in_(known),
                )
            )
        )
    )


def waiting(session: Session, person: FirmPerson) -> FirmInvitation | None:
    """The invitation that can still be used."""
    return session.scalar(
        sa.select(FirmInvitation)
        .where(FirmInvitation.person_id == person.id, *usable())
        .order_by(FirmInvitation.id.desc())
        .limit(1)
    )


def usable() -> tuple[sa.ColumnElement[bool], ...]:
    """The condition on invitations that still work."""
    return (
        FirmInvitation.used_at.is_(None),
        FirmInvitation.refused_at.is_(None),
        FirmInvitation.revoked_at.is_(None),
        FirmInvitation.expires_at > clock.now(),
    )


def invite(
    session: Session,
    person: FirmPerson,
    *,
    sender: Account,
    path: str,
    locale: str,
    actor: Actor,
    channel: Channel | None = None,
) -> FirmInvitation:
    """Send an invitation. `path`: the address of the page with ``TOKEN`` where the token goes.

    Raises Forbidden without a licence; Conflict for who joined, refused or has one waiting; Invalid
    for a record without source, basis and date, or without a way that is open; TooMany.
    """
    firm = person.organisation
    standing.require(session, firm)
    # One at a time for a record: the second of two clicks waits here and then finds the first.
    person = book.find(session, firm, person.public_id, lock=True)
    identity = _check(session, person, channel)
    _limit(session, firm, identity)
    token, at = secrets.token_urlsafe(18), clock.now()
    invitation = FirmInvitation(
        person_id=person.id,
        organisation_id=firm.id,
        token_digest=_digest(token),
        receiver_digest=digests.of_contact(firm, identity.value),
        sender_id=sender.id,
        created_at=at,
        expires_at=at + LIFE,
    )
    session.add(invitation)
    session.flush()
    deliver(
        session,
        identity.channel,
        identity.value,
        "firm_people.invited",
        {
            "firm": firm.name,
            "source": person.source,
            "address": site_address(path.replace("TOKEN", token)),
            "until": {"moment": invitation.expires_at.isoformat()},
        },
        key=f"firm_people.invited:{invitation.public_id}",
        locale=locale,
    )
    book.noted(
        session,
        person,
        "invite",
        actor,
        invitation=invitation.public_id,
        channel=identity.channel.value,
    )
    return invitation


def _check(session: Session, person: FirmPerson, channel: Channel | None) -> Identity:
    if person.account_id is not None:
        raise Conflict(_l("这位已经加入，可以直接按委托询问。"), code="joined-already")
    if refused(session, person):
        raise Conflict(_l("本人已选择不再接受本机构的邀请。"), code="refused")
    if not person.founded:
        raise Invalid(
            {"source": _l("先写明来源、依据和取得日期：邀请里要告诉本人联系方式从哪里来。")}
        )
    if waiting(session, person) is not None:
        raise Conflict(_l("已经发出邀请，对方还没有答复。"), code="invited-already")
    identity = receiver(person, channel)
    if identity is None:
        raise Invalid({"channel": _l("没有能送达的手机号或邮箱。")})
    since = clock.now() - HALF_A_YEAR
    sent = session.scalar(
        sa.select(sa.func.count(FirmInvitation.id)).where(
            FirmInvitation.organisation_id == person.organisation_id,
            sa.or_(
                FirmInvitation.person_id == person.id,
                FirmInvitation.receiver_digest.in_(
                    [one for one in (person.phone_digest, person.mail_digest) if one]
                ),
            ),
            FirmInvitation.created_at > since,
        )
    )
    if (sent or 0) >= MOST_IN_HALF_A_YEAR:
        raise Conflict(_l("半年内已邀请三次，请改用其他方式联系。"), code="invited-enough")
    return identity


def _limit(session: Session, firm: Organisation, identity: Identity) -> None:
    if counters.count(session, f"firm-invite:r:{identity.digest[:64]}", DAY) > DAILY_TO_ONE:
        raise TooMany(
            _l("今天不能再向这个号码或邮箱发出邀请，请明天再试。"), retry_after=_until_midnight()
        )
    if counters.count(session, f"firm-invite:o:{firm.id}", DAY) > DAILY:
        raise TooMany(
            _l("本机构今天发出的邀请已到上限 50 份，请明天再发。"), retry_after=_until_midnight()
        )


def _until_midnight() -> int:
    tomorrow = clock.start_of_day(clock.today() + DAY)
    return max(1, int((tomorrow - clock.now()).total_seconds()))


def revoke(session: Session, person: FirmPerson, *, actor: Actor) -> None:
    """Take back what was sent and not answered. Raises Conflict when there is nothing."""
    done = session.execute(
        sa.update(FirmInvitation)
        .where(FirmInvitation.person_id == person.id, *usable())
        .values(revoked_at=clock.now())
        .execution_options(synchronize_session=False)
    )
    if not done.rowcount:  # type: ignore[attr-defined]
        raise Conflict()
    book.forget_sent(session, [person.id], waiting=True)
    book.noted(session, person, "revoke_invitation", actor)


# --- the link ----------------------------------------------------------------------------------
_USED = _l("这个邀请链接已经用过、已撤回或已过期。没有您同意，不会有任何改变。")


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def find_link(session: Session, token: str) -> FirmInvitation:
    """The invitation of a link that still works. Raises NotFound."""
    found = session.scalar(
        sa.select(FirmInvitation)
        .options(joinedload(FirmInvitation.person), joinedload(FirmInvitation.organisation))
        .where(FirmInvitation.token_digest == _digest(token), *usable())
    )
    if found is None:
        raise NotFound(_USED)
    return found


def use(session: Session, invitation: FirmInvitation, *, accepted: bool) -> None:
    """Use it up: whoever is first. Raises NotFound for the other."""
    at = clock.now()
    done = session.execute(
        sa.update(FirmInvitation)
        .where(FirmInvitation.id == invitation.id, *usable())
        .values(**{"used_at" if accepted else "refused_at": at})
        .execution_options(synchronize_session=False)
    )
    if not done.rowcount:  # type: ignore[attr-defined]
        raise NotFound(_USED)


def refuse(session: Session, token: str, *, delete: bool) -> None:
    """Whoever holds the link wants no more invitations of this firm; `delete`: nor the record.

    No account is asked for: to refuse must be as easy as to be written to (个人信息保护法 arts. 15,
    44, 47). Raises NotFound.
    """
    invitation = find_link(session, token)
    person, sender = invitation.person, invitation.sender_id
    use(session, invitation, accepted=False)
    remember(session, person)
    book.noted(session, person, "refuse", SYSTEM, invitation=invitation.public_id)
    link = f"/org/{person.organisation.public_id}/people/{person.public_id}"
    if delete:
        book.remove(session, person, "asked", actor=SYSTEM)
    if sender is not None:
        gone = _gone() if delete else ""
        notify(
            session, sender, "firm_people.refused", {"gone": gone}, link=None if delete else link
        )


def _gone() -> dict[str, list[str]]:
    return {"word": ["firm_people", "removed"]}


def remember(session: Session, person: FirmPerson) -> None:
    """Keep that the firm may not invite this number and address; end what it sent."""
    for one in (person.phone_digest, person.mail_digest):
        if one:
            session.execute(
                insert_for(session)(FirmRefusal)
                .values(organisation_id=person.organisation_id, digest=one, refused_at=clock.now())
                .on_conflict_do_nothing()
            )
    session.execute(
        sa.update(FirmInvitation)
        .where(FirmInvitation.person_id == person.id, *usable())
        .values(revoked_at=clock.now())
        .execution_options(synchronize_session=False)
    )

"""Accepting an invitation, and what the person sees and may do from then on."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from talentmarket.core import clock
from talentmarket.core.errors import Conflict, Forbidden, NotFound
from talentmarket.core.events import Actor
from talentmarket.core.roles import OrgRole
from talentmarket.exchange.brokering.people import book, inviting
from talentmarket.exchange.brokering.people.models import FirmInvitation, FirmPerson
from talentmarket.exchange.brokering.people.values import delete_on
from talentmarket.members import privacy, talents
from talentmarket.members.identities import held_by
from talentmarket.members.memberships import accounts_with
from talentmarket.members.models import Account
from talentmarket.members.takeout import plain
from talentmarket.notices.send import notify


def accept(session: Session, token: str, account: Account, *, actor: Actor) -> FirmPerson:
    """Join: the record and the account are one person from now on.

    The account must hold the number or the address that stands in the record: a link that was
    passed on must not show somebody else what the firm holds. Raises NotFound, Forbidden; Conflict
    for an account that is linked to another record of the firm.
    """
    invitation = inviting.find_link(session, token)
    person = invitation.person
    if not is_theirs(session, person, account):
        raise Forbidden(
            _l("请用收到邀请的手机号或邮箱登录；也可以先在账号设置里添加它，再打开这个链接。"),
            code="other-receiver",
        )
    inviting.use(session, invitation, accepted=True)
    talents.ensure_talent(session, account, actor=actor)
    today = clock.today()
    last = max(today, person.contacted_on or today)
    created = clock.local(person.created_at).date()
    try:
        with session.begin_nested():
            won = session.execute(
                sa.update(FirmPerson)
                .where(FirmPerson.id == person.id, FirmPerson.account_id.is_(None))
                .values(
                    account_id=account.id,
                    accepted_at=clock.now(),
                    contacted_on=last,
                    delete_on=delete_on(
                        founded=person.founded,
                        created=created,
                        obtained=person.obtained_on,
                        contacted=last,
                    ),
                    revision=FirmPerson.revision + 1,
                )
                .execution_options(synchronize_session=False)
            )
    except IntegrityError as error:
        raise Conflict(_l("您已经与这家机构相连。"), code="linked-already") from error
    if not won.rowcount:  # type: ignore[attr-defined]
        raise NotFound()
    session.refresh(person)
    book.noted(session, person, "accept", actor, invitation=invitation.public_id)
    _tell(session, person, invitation.sender_id, "firm_people.accepted", linked=True)
    return person


def is_theirs(session: Session, person: FirmPerson, account: Account) -> bool:
    """Whether the account holds the number or the address that stands in the record."""
    held = {one.digest for one in held_by(session, account)}
    return any(one.digest in held for one in inviting.receivers(person))


def of_account(session: Session, account: Account) -> list[FirmPerson]:
    """The records that firms hold of the person and that are linked with the account."""
    return list(
        session.scalars(
            sa.select(FirmPerson)
            .options(joinedload(FirmPerson.organisation))
            .where(FirmPerson.account_id == account.id)
            .order_by(FirmPerson.id)
        )
    )


def own(session: Session, account: Account, public_id: str) -> FirmPerson:
    """One of them. Raises NotFound."""
    found = session.scalar(
        sa.select(FirmPerson).where(
            FirmPerson.account_id == account.id, FirmPerson.public_id == public_id
        )
    )
    if found is None:
        raise NotFound()
    return found


def have_deleted(session: Session, person: FirmPerson, *, actor: Actor) -> None:
    """The person has the record deleted; the firm is told, and may not invite them again."""
    inviting.remember(session, person)
    _tell(session, person, person.consultant_id, "firm_people.removed", linked=False)
    book.remove(session, person, "by_person", actor=actor)


def _tell(
    session: Session, person: FirmPerson, account_id: int | None, code: str, *, linked: bool
) -> None:
    """Tell the member who is concerned, or the owners where there is none any more."""
    firm = person.organisation
    members = accounts_with(session, firm)
    receivers = [account_id] if account_id in members else None
    link = f"/org/{firm.public_id}/people"
    for one in receivers or accounts_with(session, firm, OrgRole.OWNER):
        if one is not None:
            notify(session, one, code, link=f"{link}/{person.public_id}" if linked else link)


@privacy.exports("firm_records")
def records_of(session: Session, account: Account) -> list[dict[str, Any]]:
    """What firms hold of the person, as far as the exchange knows it to be them. A consultant's
    private notes are the firm's: whoever wants to see them asks the firm."""
    hidden = {
        *("note", "name_digest", "phone_digest", "mail_digest", "revision", "warned_for"),
    }
    return [
        {key: value for key, value in plain(row).items() if key not in hidden}
        | {
            "firm": row.organisation.name,
            "invitations": [plain(one) for one in _invitations(session, row)],
        }
        for row in of_account(session, account)
    ]


def _invitations(session: Session, person: FirmPerson) -> list[FirmInvitation]:
    rows = sa.select(FirmInvitation).where(FirmInvitation.person_id == person.id)
    return list(session.scalars(rows.order_by(FirmInvitation.id)))


@privacy.erases("firm_records")
def erase_person(session: Session, account: Account, actor: Actor) -> None:
    """Records that are linked with the account go with it, and the firms may not invite again."""
    for person in of_account(session, account):
        have_deleted(session, person, actor=actor)

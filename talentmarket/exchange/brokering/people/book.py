"""The firm's book: add, change, find, remove. Each call names the firm; another's record is absent.

What is written without a licence in force is refused (:mod:`..standing`): the book is then to be
read, taken along and shortened, never to grow.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session, joinedload

from talentmarket.core import clock
from talentmarket.core.errors import Conflict, Invalid, NotFound
from talentmarket.core.events import Actor, record
from talentmarket.core.folding import clean_line, fold_mail, fold_phone
from talentmarket.exchange.brokering import standing
from talentmarket.exchange.brokering.people import digests
from talentmarket.exchange.brokering.people.models import FirmInvitation, FirmPerson, FirmRefusal
from talentmarket.exchange.brokering.people.values import PersonValues, checked, delete_on
from talentmarket.members.memberships import accounts_with
from talentmarket.members.models import Account, Organisation
from talentmarket.notices.models import Delivery, DeliveryState

PAGE = 50
SUBJECT = "firm_person"


@dataclass(frozen=True)
class Wanted:
    """What a list of the book is narrowed to. `text`: a whole name, a number, an address, or words
    of the headline."""

    text: str = ""
    unfounded: bool = False
    linked: bool = False
    mine: int | None = None  # key of the consultant
    ends_by: date | None = None


def require(organisation: Organisation) -> None:
    """Raises NotFound for an organisation that keeps no book: it is the broker's."""
    if not standing.brokers(organisation):
        raise NotFound()


def of_firm(firm: Organisation) -> sa.Select[tuple[FirmPerson]]:
    """The records of this firm, and of no other."""
    return sa.select(FirmPerson).where(FirmPerson.organisation_id == firm.id)


def find(session: Session, firm: Organisation, public_id: str, *, lock: bool = False) -> FirmPerson:
    """A record of the firm. Raises NotFound, also for another firm's."""
    query = of_firm(firm).where(FirmPerson.public_id == public_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = session.scalar(query)
    if found is None:
        raise NotFound()
    return found


def listed(
    session: Session, firm: Organisation, wanted: Wanted = Wanted(), page: int = 1
) -> tuple[list[FirmPerson], int]:
    """(a page of the book, those changed last first; how many there are)."""
    query = of_firm(firm).where(*_narrowed(firm, wanted))
    total = session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
    rows = session.scalars(
        query.options(joinedload(FirmPerson.consultant))
        .order_by(FirmPerson.updated_at.desc(), FirmPerson.id.desc())
        .offset((max(page, 1) - 1) * PAGE)
        .limit(PAGE)
    )
    return list(rows), total


def _narrowed(firm: Organisation, wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    text = clean_line(wanted.text)
    if text:
        phone = fold_phone(text)
        found.append(
            sa.or_(
                FirmPerson.name_digest == digests.of_name(firm, text),
                FirmPerson.mail_digest == digests.of_contact(firm, fold_mail(text)),
                FirmPerson.headline.contains(text, autoescape=True),
                *([FirmPerson.phone_digest == digests.of_contact(firm, phone)] if phone else []),
            )
        )
    if wanted.unfounded:
        found.append(unfounded())
    if wanted.linked:
        found.append(FirmPerson.account_id.is_not(None))
    if wanted.ends_by is not None:
        found.append(FirmPerson.delete_on <= wanted.ends_by)
    if wanted.mine is not None:
        found.append(FirmPerson.consultant_id == wanted.mine)
    return found


def unfounded() -> sa.ColumnElement[bool]:
    """Records that do not say source, legal basis and date."""
    return sa.or_(
        FirmPerson.source == "", FirmPerson.basis.is_(None), FirmPerson.obtained_on.is_(None)
    )


def add(
    session: Session,
    firm: Organisation,
    values: PersonValues,
    *,
    consultant: Account | None,
    actor: Actor,
) -> FirmPerson:
    """Write a record. Raises Forbidden without a licence, Invalid; Conflict for somebody who told
    the firm to leave them alone and of whom it holds nothing."""
    standing.require(session, firm)
    values = checked(values, clock.today())
    if turned_away(session, firm, (values.phone, values.mail)):
        raise Conflict(
            _l("这个号码或邮箱的本人已要求本机构删除或不再联系，不能录入。"), code="refused"
        )
    at = clock.now()
    person = FirmPerson(
        organisation_id=firm.id,
        consultant_id=consultant.id if consultant else None,
        created_at=at,
        updated_at=at,
        **columns(firm, values, clock.today()),
    )
    session.add(person)
    session.flush()
    noted(session, person, "add", actor)
    return person


def turned_away(session: Session, firm: Organisation, contacts: Iterable[str]) -> bool:
    """Whether one of these numbers and addresses (folded) told the firm to leave it alone, and
    stands in no record of the book."""
    known = [one for one in (digests.of_contact(firm, value) for value in contacts) if one]
    return bool(refusals(session, firm, known) - held(session, firm, known))


def refusals(session: Session, firm: Organisation, known: Collection[str]) -> set[str]:
    """Which of the digests belong to somebody who said no for good."""
    rows = sa.select(FirmRefusal.digest).where(
        FirmRefusal.organisation_id == firm.id, FirmRefusal.digest.in_(known)
    )
    return set(session.scalars(rows))


def held(session: Session, firm: Organisation, known: Collection[str]) -> set[str]:
    """Which of the digests stand in records of the book."""
    rows = session.execute(
        sa.select(FirmPerson.phone_digest, FirmPerson.mail_digest).where(
            FirmPerson.organisation_id == firm.id,
            sa.or_(FirmPerson.phone_digest.in_(known), FirmPerson.mail_digest.in_(known)),
        )
    )
    return {one for row in rows for one in row if one}


def columns(firm: Organisation, values: PersonValues, created: date) -> dict[str, Any]:
    """The columns of checked values. `created`: the day the record came into the book."""
    founded = bool(values.source and values.basis and values.obtained_on)
    return {
        "name": values.name,
        "name_digest": digests.of_name(firm, values.name),
        "phone": values.phone or None,
        "phone_digest": digests.of_contact(firm, values.phone),
        "mail": values.mail or None,
        "mail_digest": digests.of_contact(firm, values.mail),
        "headline": values.headline,
        "home_region": values.home_region,
        "profile": values.profile,
        "other_skills": list(values.other_skills),
        "resume": values.resume or None,
        "note": values.note or None,
        "source": values.source,
        "basis": values.basis,
        "obtained_on": values.obtained_on,
        "contacted_on": values.contacted_on,
        "delete_on": delete_on(
            founded=founded,
            created=created,
            obtained=values.obtained_on,
            contacted=values.contacted_on,
        ),
    }


def edit(
    session: Session, person: FirmPerson, values: PersonValues, *, revision: int, actor: Actor
) -> None:
    """Change a record. Raises Forbidden, Invalid; Conflict when somebody else changed it since
    `revision` was read."""
    firm = person.organisation
    standing.require(session, firm)
    created = clock.local(person.created_at).date()
    new = columns(firm, checked(values, clock.today()), created)
    if person.account_id is not None and not (new["phone"] or new["mail"]):
        raise Invalid({"phone": _l("已加入的人要留下手机号或邮箱。")})
    write(session, person, new, revision)
    noted(session, person, "edit", actor)


def write(session: Session, person: FirmPerson, new: dict[str, Any], revision: int) -> None:
    """Store columns of a record that nobody changed since `revision`. Raises Conflict."""
    won = session.execute(
        sa.update(FirmPerson)
        .where(FirmPerson.id == person.id, FirmPerson.revision == revision)
        .values(**new, updated_at=clock.now(), revision=FirmPerson.revision + 1)
        .execution_options(synchronize_session=False)
    )
    if not won.rowcount:  # type: ignore[attr-defined]
        raise Conflict(_l("这条记录刚被别人改过，请看最新内容后再改。"), code="stale")
    session.refresh(person)


def contacted(session: Session, person: FirmPerson, day: date, *, actor: Actor) -> None:
    """Note a contact: the record is kept 24 months from it. Raises Forbidden, Invalid."""
    standing.require(session, person.organisation)
    if day > clock.today():
        raise Invalid({"contacted_on": _l("日期应在今天或以前。")})
    person = session.get_one(FirmPerson, person.id, populate_existing=True, with_for_update=True)
    last = max(day, person.contacted_on or day)
    person.contacted_on = last
    created = clock.local(person.created_at).date()
    person.delete_on = delete_on(
        founded=person.founded, created=created, obtained=person.obtained_on, contacted=last
    )
    person.updated_at = clock.now()
    person.revision += 1
    session.flush()
    noted(session, person, "contact", actor)


def hand_to(session: Session, person: FirmPerson, account_id: str, *, actor: Actor) -> None:
    """Give the record to another member of the firm. Raises Invalid for anybody else."""
    members = accounts_with(session, person.organisation)
    found = session.scalar(
        sa.select(Account).where(Account.public_id == account_id, Account.id.in_(members))
    )
    if found is None:
        raise Invalid({"consultant": _l("请从列表中选择一位成员。")})
    session.execute(
        sa.update(FirmPerson)
        .where(FirmPerson.id == person.id)
        .values(consultant_id=found.id, revision=FirmPerson.revision + 1)
        .execution_options(synchronize_session=False)
    )
    session.refresh(person)
    noted(session, person, "hand_over", actor, member=found.public_id)


def remove(session: Session, person: FirmPerson, reason: str, *, actor: Actor) -> bool:
    """Delete a record with its invitations; False when it was gone. Needs no licence."""
    public_id, firm = person.public_id, person.organisation.public_id
    session.flush()
    forget_sent(session, [person.id])
    session.expunge(person)
    gone = session.execute(sa.delete(FirmPerson).where(FirmPerson.id == person.id))
    if not gone.rowcount:  # type: ignore[attr-defined]
        return False
    record(session, SUBJECT, public_id, "remove", actor=actor, reason=reason, firm=firm)
    return True


def forget_sent(session: Session, keys: Collection[int], *, waiting: bool = False) -> None:
    """Forget what invitations of these records were sent as: it holds the number or address.
    `waiting`: only what has not left yet, which then does not."""
    sent = session.scalars(
        sa.select(FirmInvitation.public_id).where(FirmInvitation.person_id.in_(keys))
    )
    names = [f"firm_people.invited:{one}" for one in sent]
    gone = sa.delete(Delivery).where(Delivery.key.in_(names))
    if waiting:
        gone = gone.where(Delivery.state == DeliveryState.WAITING)
    session.execute(gone.execution_options(synchronize_session=False))


def noted(session: Session, person: FirmPerson, verb: str, actor: Actor, **data: Any) -> None:
    """Write down that something was done to a record: ids only."""
    firm = person.organisation.public_id
    record(session, SUBJECT, person.public_id, verb, actor=actor, firm=firm, **data)

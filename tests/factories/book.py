"""Records of firms' books, and invitations out of them."""

from __future__ import annotations

from typing import Any

from talentmarket.core import clock
from talentmarket.core.events import Actor
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.brokering.people import book, importing, inviting
from talentmarket.exchange.brokering.people.models import FirmPerson, LegalBasis
from talentmarket.exchange.brokering.people.values import PersonValues, skill_row
from talentmarket.members.models import Account, Organisation
from talentmarket.notices.models import Delivery

TABLE = "姓名,手机号,技能,来源\n覃牧,13800005001,Spark、SQL,招聘会\n无名,123,,\n".encode()


def values(**changes: Any) -> PersonValues:
    """A whole record."""
    given: dict[str, Any] = {
        "name": "白露晞",
        "phone": "13800004417",
        "mail": "luxi@example.cn",
        "headline": "大数据开发工程师",
        "source": "校园招聘会",
        "basis": LegalBasis.CONSENT,
        "obtained_on": clock.today(),
        "note": "偏好国企",
    }
    return PersonValues(**{**given, **changes})


def make_person(
    firm: Organisation, consultant: Account | None = None, **changes: Any
) -> FirmPerson:
    """A record in a firm's book."""
    with unit_of_work() as session:
        return book.add(
            session,
            session.get_one(Organisation, firm.id),
            values(**changes),
            consultant=session.get_one(Account, consultant.id) if consultant else None,
            actor=Actor("consultant", firm.public_id),
        )


def with_skills(*codes: str) -> tuple[dict[str, Any], ...]:
    """Skills as a profile has them."""
    return tuple(skill_row(code) for code in codes)


def invite(person: FirmPerson, sender: Account, **values: Any) -> str:
    """Invite; returns the token as it stands in what is sent."""
    with unit_of_work() as session:
        sent = inviting.invite(
            session,
            session.get_one(FirmPerson, person.id),
            sender=session.get_one(Account, sender.id),
            path="/invited/TOKEN",
            locale="zh",
            actor=Actor(sender.public_id),
            **values,
        )
        return token_of(session, sent.public_id)


def token_of(session: Any, invitation_id: str) -> str:
    """The token of an invitation that waits to be sent."""
    import json

    key = f"firm_people.invited:{invitation_id}"
    row = session.query(Delivery).filter(Delivery.key == key).one()
    return str(json.loads(row.arguments)["address"].rpartition("/")[2])


def send(firm: Organisation, sender: Account | None, data: bytes = TABLE, **defaults: Any) -> str:
    """Send a table to the book; the import's public id."""
    assert sender is not None
    with unit_of_work() as session:
        return importing.send(
            session,
            session.get_one(Organisation, firm.id),
            data,
            "名单.csv",
            defaults=PersonValues(**defaults),
            sender=session.get_one(Account, sender.id),
            actor=Actor(sender.public_id, firm.public_id),
        ).public_id

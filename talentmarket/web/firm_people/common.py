"""What the pages of the book share."""

from __future__ import annotations

from typing import Any

from flask_login import current_user
from sqlalchemy.orm import Session

from talentmarket.exchange.brokering import standing
from talentmarket.exchange.brokering.people import book
from talentmarket.exchange.brokering.people.models import FirmPerson
from talentmarket.members.models import Account, Organisation
from talentmarket.web.org_desk import common
from talentmarket.web.org_jobs.common import actor

__all__ = ["Answer", "actor", "firm_of", "me", "page", "person_of"]

Answer = Any


def firm_of(session: Session, org: str) -> Organisation:
    """The firm of the address. Raises NotFound for an organisation that keeps no book."""
    firm = common.organisation_of(session, org)
    book.require(firm)
    return firm


def person_of(session: Session, org: str, person_id: str) -> FirmPerson:
    """The record of the address. Raises NotFound."""
    return book.find(session, firm_of(session, org), person_id)


def me(session: Session) -> Account:
    """The signed-in account in this unit of work."""
    return session.get_one(Account, current_user.account.id)


def page(template: str, firm: Organisation, **values: Any) -> str:
    """A page of the book: it says when nothing may be written."""
    session = common.read()
    hindrance = standing.hindrance(session, firm)
    return common.page(template, firm, hindrance=hindrance, may_write=hindrance is None, **values)

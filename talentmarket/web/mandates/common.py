"""What the pages of mandates share."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import flash, redirect, request, url_for
from flask_login import current_user
from sqlalchemy.orm import Session

from talentmarket.core.db import db
from talentmarket.core.errors import Conflict, DomainError, NotFound
from talentmarket.exchange.brokering.mandating import mandates
from talentmarket.exchange.brokering.mandating.models import Mandate
from talentmarket.members.models import Account
from talentmarket.web.org_desk.common import organisation_of

Answer = Any


def mandate_of(session: Session, org: str, mandate_id: str) -> Mandate:
    """The firm's mandate of the address. Raises NotFound."""
    return mandates.find_own(session, organisation_of(session, org), mandate_id)


def given_of(session: Session, org: str, mandate_id: str) -> Mandate:
    """The mandate of the address as its client sees it. Raises NotFound."""
    return mandates.find_as_client(session, organisation_of(session, org), mandate_id)


def me(session: Session) -> Account:
    """The signed-in account in this unit of work."""
    return session.get_one(Account, current_user.account.id)


def told(endpoint: str) -> Callable[[Callable[..., Answer]], Callable[..., Answer]]:
    """Say a refusal of the service on the mandate's page instead of on one of its own."""

    def decorate(view: Callable[..., Answer]) -> Callable[..., Answer]:
        @wraps(view)
        def wrapped(org: str, mandate_id: str, **more: Any) -> Answer:
            try:
                return view(org=org, mandate_id=mandate_id, **more)
            except NotFound:
                raise
            except DomainError as error:
                if request.method == "GET":
                    raise
                db.session.rollback()
                flash(str(error.message), "warning" if isinstance(error, Conflict) else "error")
                return redirect(url_for(endpoint, org=org, mandate_id=mandate_id))

        return wrapped

    return decorate

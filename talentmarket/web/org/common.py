"""What the pages of this area share."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import flash, redirect, url_for
from sqlalchemy.orm import Session

from talentmarket.core.db import db
from talentmarket.core.errors import Conflict, DomainError, NotFound
from talentmarket.members import organisations
from talentmarket.members.models import Organisation
from talentmarket.web.org_desk.common import page, role_in
from talentmarket.web.org_jobs.common import actor

__all__ = ["actor", "own", "page", "role_in", "told"]


def own(org: str, session: Session | None = None) -> Organisation:
    """The organisation of the address, a suspended one too: its members may read why."""
    return organisations.find(session or db.session(), org)


def told(endpoint: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Say a refusal of the service on the page `endpoint` instead of on one of its own."""

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def wrapped(org: str, **more: Any) -> Any:
            try:
                return view(org=org, **more)
            except NotFound:
                raise
            except DomainError as error:
                db.session.rollback()
                flash(str(error.message), "warning" if isinstance(error, Conflict) else "error")
                return redirect(url_for(endpoint, org=org))

        return wrapped

    return decorate

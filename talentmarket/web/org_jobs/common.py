"""What all pages of this area need."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import flash, redirect, request, url_for
from flask_login import current_user
from sqlalchemy.orm import Session

from talentmarket.core.db import db
from talentmarket.core.errors import Conflict, DomainError, NotFound
from talentmarket.core.events import Actor
from talentmarket.core.permissions import DESK
from talentmarket.exchange import jobs
from talentmarket.exchange.models import Job, Origin
from talentmarket.members.models import Organisation
from talentmarket.web.org_desk.common import organisation_of, page, role_in

__all__ = ["actor", "job_of", "may_edit", "organisation_of", "page", "told"]


def actor(org: str) -> Actor:
    """Who acts, for the ledger."""
    found: Actor = current_user.actor(org)
    return found


def job_of(session: Session, org: str, job_id: str) -> tuple[Organisation, Job]:
    """The organisation and its own job of the address. Raises NotFound."""
    organisation = organisation_of(session, org)
    job = jobs.find_own(session, organisation, job_id)
    if job.origin is not Origin.OWN:
        raise NotFound()
    return organisation, job


def may_edit(org: str) -> bool:
    """Whether the reader's role writes jobs."""
    return role_in(org) in DESK.roles


def told(view: Callable[..., Any]) -> Callable[..., Any]:
    """Say a refusal of the service on the job's page instead of on a page of its own."""

    @wraps(view)
    def wrapped(org: str, job_id: str, **more: Any) -> Any:
        try:
            return view(org=org, job_id=job_id, **more)
        except NotFound:
            raise
        except DomainError as error:
            if request.method == "GET":
                raise
            db.session.rollback()
            flash(str(error.message), "warning" if isinstance(error, Conflict) else "error")
            return redirect(url_for("org_jobs.show", org=org, job_id=job_id))

    return wrapped

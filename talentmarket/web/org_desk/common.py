"""What all pages of the desk need: whose desk, and as what the reader looks."""

from __future__ import annotations

from functools import cache
from typing import Any

import sqlalchemy as sa
from flask import render_template
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from sqlalchemy.orm import Session

from talentmarket.core.db import db
from talentmarket.core.errors import Forbidden, NotFound
from talentmarket.core.roles import OrgRole
from talentmarket.exchange import applications, desk
from talentmarket.exchange.desk import Scope
from talentmarket.exchange.models import Application, Job
from talentmarket.exchange.visibility import reader_of
from talentmarket.members.models import Organisation, OrganisationState
from talentmarket.web.org_desk.rail import rail_of


def organisation_of(session: Session, org: str) -> Organisation:
    """The organisation of the address. Raises NotFound."""
    found = session.scalar(_organisation(), {"org": org})
    if found is None:
        raise NotFound()
    if found.state is OrganisationState.SUSPENDED:
        raise Forbidden(_l("这个单位已被停用，岗位和申请不能打开。原因见单位的工作台。"))
    return found


@cache
def _organisation() -> sa.Select[tuple[Organisation]]:
    """Put together once: each page of a desk asks it."""
    return sa.select(Organisation).where(Organisation.public_id == sa.bindparam("org"))


def role_in(org: str) -> OrgRole | None:
    """The signed-in person's role."""
    role: OrgRole | None = current_user.role_in(org)
    return role


def scope_of(session: Session, org: str) -> Scope:
    """Whose desk, read as what and by whom."""
    role = role_in(org)
    account_id = current_user.account.id
    return Scope(organisation_of(session, org), reader_of(role), account_id)


def application_of(session: Session, org: str, application_id: str) -> Application:
    """The application of the address, as far as the reader may open it. Raises NotFound."""
    scope = scope_of(session, org)
    return applications.of_organisation(
        session,
        scope.organisation,
        application_id,
        reader=scope.reader,
        account_id=scope.account_id,
    )


def job_of(session: Session, scope: Scope, job_id: str) -> Job:
    """The job of the address. Raises NotFound for another's."""
    job = desk.manager_job(session, scope, job_id)
    if job is None:
        raise NotFound()
    return job


def page(template: str, organisation: Organisation, **values: Any) -> str:
    """A page of the desk with its rail."""
    org = organisation.public_id
    role = role_in(org)
    scope = Scope(organisation, reader_of(role), current_user.account.id)
    now = desk.totals(read(), scope)
    counts = {
        "org_jobs.listed": now.jobs,
        "org_desk.home": now.applications,
        "org_desk.invitations": now.invitations,
        "org_referrals.received": now.referrals,
    }
    return render_template(
        template,
        organisation=organisation,
        org=org,
        role=role,
        may_move=role in (OrgRole.OWNER, OrgRole.RECRUITER, OrgRole.CONSULTANT),
        rail=rail_of(organisation, role, counts),
        hide_phone_bar=True,  # the bar is the person's own; the desk has its rail
        **values,
    )


def read() -> Session:
    """The session for reading."""
    return db.session()

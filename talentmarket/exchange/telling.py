"""Notices to both sides of an application, written with the change they tell of."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from talentmarket.core.roles import OrgRole
from talentmarket.exchange import texts  # noqa: F401  the words of the codes used here
from talentmarket.exchange.models import Application, Job
from talentmarket.members.models import AccountState, Membership
from talentmarket.notices.send import notify

#: Roles that work with applications; the job's own recruiter comes first.
_DESK = (OrgRole.OWNER, OrgRole.RECRUITER, OrgRole.CONSULTANT)


def moment(at: datetime | None) -> dict[str, str] | str:
    """A notice's argument for a moment."""
    return {"moment": at.isoformat()} if at else ""


def word_of(kind: str, code: object) -> dict[str, list[str]]:
    """A notice's argument for a stored code."""
    return {"word": [kind, str(code)]}


def tell_talent(
    session: Session,
    application: Application,
    code: str,
    *,
    deadline: datetime | None = None,
    key: str | None = None,
    **arguments: Any,
) -> None:
    """Tell the person something about the application."""
    notify(
        session,
        application.talent.account_id,
        code,
        {
            "job": application.job.shown_title,
            "organisation": application.organisation.name,
            **arguments,
        },
        link=f"/me/applications/{application.public_id}",
        key=key,
        deadline=deadline,
    )


def tell_organisation(
    session: Session,
    application: Application,
    code: str,
    *,
    deadline: datetime | None = None,
    key: str | None = None,
    **arguments: Any,
) -> None:
    """Tell those who work on the job something about the application; by number, never by name."""
    org = application.organisation.public_id
    for account_id in desk_accounts(session, application.job, application.organisation_id):
        notify(
            session,
            account_id,
            code,
            {"job": application.job.title, "number": application.number, **arguments},
            link=f"/org/{org}/applications/{application.public_id}",
            key=f"{key}:{account_id}" if key else None,
            deadline=deadline,
        )


def owners(session: Session, organisation_id: int) -> list[int]:
    """The owners of an organisation (by key) who can sign in."""
    rows = sa.select(Membership.account_id).where(
        Membership.organisation_id == organisation_id,
        Membership.removed_at.is_(None),
        Membership.role == OrgRole.OWNER,
        Membership.account.has(state=AccountState.ACTIVE),
    )
    return list(session.scalars(rows.order_by(Membership.id)))


def desk_accounts(session: Session, job: Job, holder_id: int | None = None) -> list[int]:
    """Who is told about a job's applications: its author while a member, else the owners.
    `holder_id`: the key of the organisation that answers them, where another posted the job."""
    rows = session.execute(
        sa.select(Membership.account_id, Membership.role)
        .where(
            Membership.organisation_id == (holder_id or job.organisation_id),
            Membership.removed_at.is_(None),
            Membership.role.in_(_DESK),
            Membership.account.has(state=AccountState.ACTIVE),
        )
        .order_by(Membership.id)
    ).all()
    if any(row.account_id == job.created_by for row in rows):
        return [job.created_by] if job.created_by else []
    owners = [row.account_id for row in rows if row.role is OrgRole.OWNER]
    return owners or [row.account_id for row in rows]

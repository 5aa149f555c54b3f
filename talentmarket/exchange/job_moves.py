"""One move of a job, for all services that make one: by the table, won once, with its event."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from talentmarket.core import clock, outbox
from talentmarket.core.errors import Conflict
from talentmarket.core.events import SYSTEM, Actor, record
from talentmarket.core.roles import OrgRole
from talentmarket.exchange import job_texts  # noqa: F401  the words of the codes used here
from talentmarket.exchange.models import Application, Job
from talentmarket.exchange.published import as_published
from talentmarket.exchange.stages import JOB, WAITING, By
from talentmarket.members.models import Membership
from talentmarket.notices.send import notify


def move(
    session: Session,
    job: Job,
    name: str,
    by: By,
    *,
    actor: Actor = SYSTEM,
    reason: str | None = None,
    data: dict[str, Any] | None = None,
    **values: Any,
) -> None:
    """Make the move called `name` and set `values` with it.

    Raises Conflict when the job stands elsewhere now, Forbidden for a move of somebody else.
    """
    step = JOB.find(name, job.state, by)
    if step.reason and not reason:
        raise Conflict(code="reason-missing", move=name)
    before = job.state
    target = step.target or before
    won = session.execute(
        sa.update(Job)
        .where(Job.id == job.id, Job.state == before)
        .values(state=target, updated_at=clock.now(), **values)
        .execution_options(synchronize_session=False)
    )
    if not won.rowcount:  # type: ignore[attr-defined]
        raise Conflict(move=name)
    session.refresh(job)
    record(
        session,
        "job",
        job.public_id,
        name,
        actor=actor,
        from_state=before,
        to_state=target,
        reason=reason,
        **(data or {}),
    )
    outbox.changed(session, "job", job.public_id)


def job_arguments(job: Job) -> dict[str, Any]:
    """What notices about a job say of it."""
    return {"job": job.title, "organisation": job.employer_name or job.organisation.name}


def tell_desk(session: Session, job: Job, code: str, key: str, **arguments: Any) -> None:
    """Tell the author of a job, or the owners when the author is gone."""
    rows = session.execute(
        sa.select(Membership.account_id, Membership.role).where(
            Membership.organisation_id == job.organisation_id, Membership.removed_at.is_(None)
        )
    ).all()
    receivers = [row.account_id for row in rows if row.account_id == job.created_by]
    receivers = receivers or [row.account_id for row in rows if row.role is OrgRole.OWNER]
    for account_id in receivers:
        notify(
            session,
            account_id,
            code,
            {**job_arguments(job), **arguments},
            link=f"/org/{job.organisation.public_id}/jobs/{job.public_id}",
            key=f"{code}:{job.public_id}:{key}:{account_id}",
        )


def tell_applicants(session: Session, job: Job, code: str, key: str, **arguments: Any) -> None:
    """Tell everybody who still waits for an answer to an application for this job."""
    said = job_arguments(as_published(job))
    for application in waiting_applications(session, job):
        notify(
            session,
            application.talent.account_id,
            code,
            {**said, **arguments},
            link=f"/me/applications/{application.public_id}",
            key=f"{code}:{application.public_id}:{key}",
        )


def waiting_applications(session: Session, job: Job) -> list[Application]:
    """Applications whose person still waits for a word, oldest first."""
    return list(
        session.scalars(
            sa.select(Application)
            .where(Application.job_id == job.id, Application.state.in_(WAITING))
            .order_by(Application.id)
        )
    )

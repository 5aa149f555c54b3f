"""Jobs a person put aside."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from talentmarket.core import clock
from talentmarket.core.db import insert_for
from talentmarket.exchange.models import Job, SavedJob
from talentmarket.exchange.showing import organisations_stand
from talentmarket.members.models import Account


def save(session: Session, account: Account, job: Job) -> None:
    """Put a job aside; a second time changes nothing."""
    session.execute(
        insert_for(session)(SavedJob)
        .values(account_id=account.id, job_id=job.id, saved_at=clock.now())
        .on_conflict_do_nothing()
    )


def drop(session: Session, account: Account, job_id: str) -> None:
    """Take the job with this public id out again."""
    job = sa.select(Job.id).where(Job.public_id == job_id).scalar_subquery()
    session.execute(
        sa.delete(SavedJob)
        .where(SavedJob.account_id == account.id, SavedJob.job_id == job)
        .execution_options(synchronize_session=False)
    )


def is_saved(session: Session, account: Account, job: Job) -> bool:
    """Whether the person put it aside."""
    return bool(
        session.scalar(
            sa.select(
                sa.exists().where(SavedJob.account_id == account.id, SavedJob.job_id == job.id)
            )
        )
    )


def saved_jobs(session: Session, account: Account, limit: int = 200) -> list[Job]:
    """The person's saved jobs, newest first, those that are closed by now included; those of a
    suspended organisation come back with it."""
    return list(
        session.scalars(
            sa.select(Job)
            .join(SavedJob, SavedJob.job_id == Job.id)
            .where(SavedJob.account_id == account.id, organisations_stand())
            .options(selectinload(Job.organisation), selectinload(Job.employer))
            .order_by(SavedJob.saved_at.desc(), SavedJob.id.desc())
            .limit(limit)
        )
    )

"""Who may open the page of a job, and as what."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from talentmarket.core import clock
from talentmarket.core.among import among
from talentmarket.core.db import by_value
from talentmarket.core.errors import NotFound
from talentmarket.exchange.models import Application, Job, JobState, Origin
from talentmarket.exchange.models.applications import ENDED
from talentmarket.exchange.published import as_published
from talentmarket.exchange.stages import CLOSED
from talentmarket.exchange.suspended import suspended_names
from talentmarket.members.models import (
    Organisation,
    OrganisationKind,
    OrganisationState,
    Talent,
)
from talentmarket.members.models.organisations import STANDING


class Standing(StrEnum):
    """Why the viewer sees the job."""

    OPEN = "open"  # everybody does
    APPLIED = "applied"  # only because of an own application
    OWN = "own"  # only as a member of the organisation, or the operator


@dataclass(frozen=True, slots=True)
class Shown:
    """A job as one viewer sees it; `application` is the viewer's last one for it."""

    job: Job
    standing: Standing
    application: Application | None
    can_apply: bool


def is_open(job: Job) -> bool:
    """Whether everybody may see the job now: published, in its days, by standing organisations.

    A reprinted posting may name a suspended one besides: :func:`organisations_stand` knows.
    """
    if job.state is not JobState.PUBLISHED:
        return False
    if job.valid_until is not None and job.valid_until < clock.today():
        return False
    if suspended(job):
        return False
    owner = job.organisation
    if job.origin is Origin.REFERENCE:
        return owner.kind is OrganisationKind.SOURCE
    return owner.state in STANDING


def suspended(job: Job) -> bool:
    """Whether who posted the job, or the employer it is for, is suspended."""
    concerned = [one for one in (job.organisation, job.employer) if one is not None]
    return any(one.state is OrganisationState.SUSPENDED for one in concerned)


def closed_as(job: Job) -> JobState:
    """How a job that is not open any more is called: one whose last day is over is expired,
    whatever the worker has done so far."""
    over = job.valid_until is not None and job.valid_until < clock.today()
    return JobState.EXPIRED if over and job.state is JobState.PUBLISHED else job.state


@lru_cache(maxsize=1)
def organisations_stand() -> sa.ColumnElement[bool]:
    """A condition on rows of `jobs`: who posted it may be seen, and the employer it is for, or
    that a reprinted posting names, is not suspended."""
    owner, employer = aliased(Organisation), aliased(Organisation)
    standing = sa.case(
        (
            Job.origin == Origin.REFERENCE,
            sa.and_(
                owner.kind == OrganisationKind.SOURCE,
                owner.state != OrganisationState.SUSPENDED,
            ),
        ),
        else_=owner.state.in_(STANDING),
    )
    return sa.and_(
        sa.exists().where(owner.id == Job.organisation_id, standing),
        ~sa.exists().where(
            employer.id == Job.employer_id, employer.state == OrganisationState.SUSPENDED
        ),
        sa.or_(
            Job.origin != Origin.REFERENCE,
            Job.employer_name.not_in(suspended_names()),
        ),
    )


@lru_cache(maxsize=1)
def listed_now() -> sa.ColumnElement[bool]:
    """:func:`is_open` and listed, as a condition on rows of `jobs`: what searches, feeds and the
    program interface may hold. It looks at the organisations as they stand in this moment."""
    return sa.and_(Job.state == JobState.PUBLISHED, _may_be_listed())


@lru_cache(maxsize=1)
def named_and_listed() -> sa.ColumnElement[bool]:
    """:func:`listed_now` for a query that names its rows by their ids."""
    return sa.and_(named_and_published(), _may_be_listed())


@lru_cache(maxsize=1)
def named_and_published() -> sa.ColumnElement[bool]:
    """Published, as a condition for a query that names its rows by their ids or keys."""
    return by_value(Job.state) == JobState.PUBLISHED


@lru_cache(maxsize=1)
def _may_be_listed() -> sa.ColumnElement[bool]:
    # The day is asked for when a statement runs: the condition itself is made once.
    today = sa.bindparam("today", callable_=clock.today, type_=sa.Date(), unique=True)
    return sa.and_(
        Job.listed.is_(True),
        sa.or_(Job.valid_until.is_(None), Job.valid_until >= today),
        organisations_stand(),
    )


_LOADED = (joinedload(Job.employer), joinedload(Job.organisation), selectinload(Job.skills))


@lru_cache(maxsize=1)
def listed_jobs() -> sa.Select[tuple[Job]]:
    """A query for the jobs that are :func:`listed_now`, with all that a list says of them."""
    return sa.select(Job).where(listed_now()).options(*_LOADED)


def listed_among(session: Session, public_ids: Sequence[str]) -> dict[str, Job]:
    """Of the jobs with these public ids those that are :func:`listed_now`, as `listed_jobs`."""
    found = session.scalars(_jobs_among(), {"public_ids": public_ids})
    return {job.public_id: job for job in found}


def listed_ids(session: Session, public_ids: Sequence[str]) -> set[str]:
    """Which of these public ids are of jobs that are :func:`listed_now`."""
    return set(session.scalars(_ids_among(), {"public_ids": public_ids}))


@lru_cache(maxsize=1)
def _jobs_among() -> sa.Select[tuple[Job]]:
    return sa.select(Job).where(named_by_id(), named_and_listed()).options(*_LOADED)


@lru_cache(maxsize=1)
def _ids_among() -> sa.Select[tuple[str]]:
    return sa.select(Job.public_id).where(named_by_id(), named_and_listed())


def named_by_id() -> sa.ColumnElement[bool]:
    """A condition that names jobs by the parameter `public_ids`."""
    return among(Job.public_id, "public_ids")


def show(
    session: Session, job_id: str, *, talent: Talent | None, orgs: frozenset[str], operator: bool
) -> Shown:
    """The job with this public id. `orgs`: organisations the viewer is a member of.

    Raises NotFound when this viewer may not see it.
    """
    job = session.scalar(
        sa.select(Job)
        .where(Job.public_id == job_id)
        .options(
            selectinload(Job.skills), selectinload(Job.organisation), selectinload(Job.employer)
        )
    )
    if job is None:
        raise NotFound()
    application = _application(session, job, talent)
    opened = is_open(job) and (job.origin is not Origin.REFERENCE or _stands(session, job))
    if opened:
        standing = Standing.OPEN
    elif application is not None:
        standing = Standing.APPLIED
    elif operator or job.organisation.public_id in orgs:
        standing = Standing.OWN
    else:
        raise NotFound()
    waiting = application is not None and application.state not in ENDED
    own = job.organisation.public_id in orgs
    can_apply = opened and job.origin is Origin.OWN and not waiting and not own
    if standing is Standing.APPLIED:
        job = as_published(job)
    return Shown(job, standing, application, can_apply)


def closed_job(session: Session, job_id: str) -> Job:
    """The job with this public id, which is not open any more, as it was published. Raises NotFound for any other, and
    for what belongs to a suspended organisation: it has vanished for everybody."""
    job = session.scalar(
        sa.select(Job)
        .where(Job.public_id == job_id, organisations_stand())
        .options(selectinload(Job.organisation), selectinload(Job.employer))
    )
    if job is None or is_open(job):
        raise NotFound()
    return as_published(job)


def was_public(job: Job) -> bool:
    """Whether everybody saw a closed or paused job just as it stands, title and all.

    One that was changed, sent to review again or taken down by the office since it was published
    says what nobody approved.
    """
    if job.published_at is None or job.review_reason is not None:
        return False
    if job.submitted_at is not None and job.submitted_at > job.published_at:
        return False
    return job.state in (*CLOSED, JobState.PUBLISHED, JobState.PAUSED)


def _stands(session: Session, job: Job) -> bool:
    wanted = sa.exists().where(Job.id == job.id, organisations_stand())
    return session.scalar(sa.select(wanted)) is True


def _application(session: Session, job: Job, talent: Talent | None) -> Application | None:
    if talent is None:
        return None
    return session.scalar(
        sa.select(Application)
        .where(Application.job_id == job.id, Application.talent_id == talent.id)
        .order_by(Application.id.desc())
        .limit(1)
    )


def open_jobs_of(session: Session, organisation: Organisation) -> int:
    """How many jobs of the organisation everybody can see."""
    return (
        session.scalar(
            sa.select(sa.func.count())
            .select_from(Job)
            .where(Job.organisation_id == organisation.id, listed_now())
        )
        or 0
    )


def similar(
    session: Session,
    job: Job,
    limit: int = 3,
    clauses: Iterable[sa.ColumnElement[bool]] = (),
) -> list[Job]:
    """Open jobs of the same occupation, newest first, those of the same place before others.

    `clauses`: what the reader wants to see of them.
    """
    if job.occupation_code is None:
        return []
    same_place = sa.case((Job.region_code == job.region_code, 0), else_=1)
    return list(
        session.scalars(
            sa.select(Job)
            .join(Organisation, Organisation.id == Job.organisation_id)
            .where(
                Job.id != job.id,
                Job.occupation_code == job.occupation_code,
                Job.origin == Origin.OWN,
                listed_now(),
                *clauses,
            )
            .order_by(same_place, Job.published_at.desc(), Job.id.desc())
            .limit(limit)
        )
    )

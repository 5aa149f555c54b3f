"""Jobs as the rows of lists print them: a third of their columns, read as plain values.

A list of twenty as rows of the mapped classes costs ten times what the database takes for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from talentmarket.core.among import among
from talentmarket.exchange.models import Channel, Job, JobSkill, Origin, PayUnit
from talentmarket.exchange.showing import named_and_listed, named_by_id
from talentmarket.members.models import Organisation, OrganisationKind, OrganisationState


class ListedOrganisation(NamedTuple):
    """Who posted a job, or employs; each value as in :class:`Organisation`."""

    id: int
    public_id: str
    name: str
    kind: OrganisationKind
    state: OrganisationState
    nature: str | None
    size: str | None
    answers_due: int
    answers_on_time: int


class ListedJob(NamedTuple):
    """A job in a list; each value as in :class:`Job`."""

    organisation: ListedOrganisation
    employer: ListedOrganisation | None
    id: int
    public_id: str
    external_id: str | None
    title: str
    origin: Origin
    channel: Channel
    occupation_code: str | None
    employer_name: str | None
    client_name: str | None
    pay_low: int | None
    pay_high: int | None
    pay_unit: PayUnit
    pay_months: int
    region_code: str | None
    years_min: int | None
    years_max: int | None
    education_rank: int | None
    reply_days: int | None
    published_at: datetime | None
    valid_until: date | None
    source_date: date | None


#: A job whole, or as a list has it: what the rows of lists print stands in both by one name.
AnyJob = Job | ListedJob
_OF_JOB = ListedJob._fields[2:]
_OF_OWNER = ListedOrganisation._fields


def rows_among(session: Session, public_ids: Sequence[str]) -> dict[str, ListedJob]:
    """Of the jobs with these public ids those that are :func:`listed_now`, without their skills,
    which :func:`skills_of` gives."""
    # Columns alone: of the connection, since a session looks in its answer for objects.
    rows = session.connection().execute(_rows_among(), {"public_ids": public_ids})
    found = map(_listed, rows)
    return {job.public_id: job for job in found}


def _listed(row: sa.Row[Any]) -> ListedJob:
    first, second = len(_OF_JOB), len(_OF_JOB) + len(_OF_OWNER)
    owner, employer = row[first:second], row[second:]
    return ListedJob(
        ListedOrganisation(*owner),
        None if employer[0] is None else ListedOrganisation(*employer),
        *row[:first],
    )


def skills_of(session: Session, jobs: Iterable[ListedJob]) -> dict[int, list[str]]:
    """The codes of the skills asked for, those that are a must before the others, by job key."""
    found: dict[int, list[str]] = {job.id: [] for job in jobs}
    for key, code in session.execute(_skills_of(), {"job_ids": list(found)}):
        found[key].append(code)
    return found


@lru_cache(maxsize=1)
def _rows_among() -> sa.Select[Any]:
    owner, employer = aliased(Organisation), aliased(Organisation)
    columns = [getattr(Job, name) for name in _OF_JOB]
    columns += [getattr(one, name) for one in (owner, employer) for name in _OF_OWNER]
    return (
        sa.select(*columns)
        .join(owner, owner.id == Job.organisation_id)
        .outerjoin(employer, employer.id == Job.employer_id)
        .where(named_by_id(), named_and_listed())
    )


@lru_cache(maxsize=1)
def _skills_of() -> sa.Select[tuple[int, str]]:
    wanted = JobSkill.__table__.c
    return (
        sa.select(wanted.job_id, wanted.skill_id)
        .where(among(wanted.job_id, "job_ids"))
        .order_by(wanted.must.desc(), wanted.position)
    )

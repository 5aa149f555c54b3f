"""Jobs as search documents, from plain rows: objects of a whole job cost more than all the rest."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterable, Sequence
from functools import cache, lru_cache
from typing import Any

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session, aliased

from talentmarket.core import clock
from talentmarket.core.folding import fold
from talentmarket.exchange.models import Job, JobCluster, JobSkill, Origin
from talentmarket.exchange.showing import named_and_published, organisations_stand
from talentmarket.indexing.pieces import (
    MUST,
    WISH,
    concepts,
    industry_path,
    occupation_names,
    occupation_path,
    places,
    skill_names,
)
from talentmarket.members.models import Organisation
from talentmarket.taxonomy.fieldwords import fields_of
from talentmarket.taxonomy.model import Taxonomy, get_taxonomy

#: A skill and whether it is a must.
Asked = tuple[str, bool]
#: A row of :func:`_rows`.
JobRow = Any


def eligible() -> sa.Select[tuple[str]]:
    """The public ids of jobs that belong in the index, in key order; to be asked for by ids or
    from a key on."""
    return (
        sa.select(Job.public_id)
        .join(Organisation, Organisation.id == Job.organisation_id)
        .where(
            named_and_published(),
            Job.listed.is_(True),
            organisations_stand(),
        )
        .order_by(Job.id)
    )


def load(session: Session, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Public id → search values, of those that belong in the index."""
    rows = session.connection().execute(_rows().where(Job.public_id.in_(ids))).all()
    found = list(map(_plainly(), rows))
    keys = [job.id for job in found]
    skills, clusters = _asked(session, keys), _clusters(session, keys)
    sorted_under = _categories(found)
    return {
        job.public_id: values(job, skills.get(job.id, ()))
        | {"cluster": clusters.get(job.id), "categories": sorted_under.get(job.id)}
        for job in found
    }


def _categories(jobs: Sequence[Any]) -> dict[int, dict[str, int]]:
    """What recruiters would sort each under, in quarters; nothing where that was not learned."""
    sort = current_app.extensions["talentmarket_categories"]
    found = sort(
        [
            (job.title, job.description, job.month_low, job.month_high, job.education_rank)
            for job in jobs
        ]
    )
    return {job.id: codes for job, codes in zip(jobs, found, strict=bool(found))}


@cache
def _rows() -> sa.Select[Any]:
    """What of each job is read; put together once, since a worker asks for a few jobs at a time."""
    employer = aliased(Organisation)
    return (
        eligible()
        .with_only_columns(
            Job.id,
            Job.public_id,
            Job.title,
            Job.description,
            Job.occupation_code,
            Job.employer_name,
            Job.region_code,
            Job.kind,
            Job.channel,
            Job.origin,
            Job.rest_days,
            Job.work_mode,
            Job.insurance,
            Job.benefits,
            Job.month_low,
            Job.month_high,
            Job.education_rank,
            Job.years_min,
            Job.years_max,
            Job.reply_days,
            Job.applications_count,
            Job.published_at,
            Job.valid_until,
            Job.listed,
            employer.public_id.label("employer"),
            employer.name,
            employer.nature,
            employer.size,
            employer.industry,
            Organisation.public_id.label("publisher"),
            Organisation.answers_due,
            Organisation.answers_on_time,
        )
        .outerjoin(employer, employer.id == Job.employer_id)
    )


@cache
def _plainly() -> Callable[[Iterable[Any]], JobRow]:
    """What makes a plain tuple of a row: its names are asked forty times, and SQLAlchemy takes ten
    times as long for each."""
    names = list(map(str, _rows().selected_columns.keys()))
    plainly: Any = namedtuple("JobRow", names)  # type: ignore[misc]  # as the statement has them
    made: Callable[[Iterable[Any]], JobRow] = plainly._make
    return made


def _clusters(session: Session, keys: Sequence[int]) -> dict[int, int]:
    rows = session.execute(
        sa.select(JobCluster.job_id, JobCluster.cluster).where(
            JobCluster.job_id.in_(keys), JobCluster.cluster.is_not(None)
        )
    )
    return {row.job_id: row.cluster for row in rows}


def _asked(session: Session, keys: Sequence[int]) -> dict[int, list[Asked]]:
    """The skills that jobs ask for, as plain rows: objects of them cost more than the job."""
    found: dict[int, list[Asked]] = {}
    rows = session.connection().execute(
        sa.select(JobSkill.job_id, JobSkill.skill_id, JobSkill.must)
        .where(JobSkill.job_id.in_(keys))
        .order_by(JobSkill.job_id, JobSkill.position)
    )
    for job_id, skill_id, must in rows.all():  # one at a time would be most of the cost
        found.setdefault(job_id, []).append((skill_id, must))
    return found


def values(job: JobRow, skills: Iterable[Asked]) -> dict[str, Any]:
    """The search values of a job, by the declaration in :mod:`search.fields`.

    `skills`: (skill, whether it is a must) in the job's order.
    """
    taxonomy = get_taxonomy()
    skills = list(skills)
    must_skills = [skill for skill, must in skills if must]
    wish_skills = [skill for skill, must in skills if not must]
    valid_until = job.valid_until
    employer_name = job.employer_name or job.name or ""
    return {
        "title": job.title,
        "occupation_names": occupation_names(taxonomy, [job.occupation_code]),
        "skill_names": skill_names(taxonomy, [*must_skills, *wish_skills]),
        "employer_name": employer_name,
        "description": job.description,
        "occupation": job.occupation_code,
        "occupation_path": occupation_path([job.occupation_code]),
        "skills": must_skills,
        "wish_skills": wish_skills,
        "concepts": concepts(
            taxonomy, {**dict.fromkeys(wish_skills, WISH), **dict.fromkeys(must_skills, MUST)}
        ),
        "title_fields": sorted(set(fields_of(job.title))),
        "regions": places(taxonomy, [job.region_code]),
        "kind": job.kind.value,
        "channel": job.channel.value,
        "origin": job.origin.value,
        "employer": job.employer,
        "employer_key": fold(employer_name)[:200] or None,
        "publisher": job.publisher,
        "nature": job.nature,
        "size": job.size,
        "industry": industry_path(job.industry),
        "rest_days": job.rest_days.value if job.rest_days else None,
        "work_mode": job.work_mode.value if job.work_mode else None,
        "benefits": benefits(job),
        "pay_bands": pay_bands(taxonomy, job.month_low, job.month_high),
        "pay_low": job.month_low,
        "pay_high": job.month_high,
        "education_rank": job.education_rank,
        "years_min": job.years_min,
        "years_max": job.years_max,
        "reply_rate": reply_rate(job),
        "reply_days": None if job.origin is Origin.REFERENCE else job.reply_days,
        "applicants": job.applications_count.bit_length(),
        "published_at": job.published_at,
        "valid_until": clock.start_of_day(valid_until) if valid_until else None,
        "listed": job.listed,
    }


def benefits(job: JobRow) -> list[str]:
    """Codes of benefits, the insurance among them."""
    return [*([job.insurance.value] if job.insurance else []), *job.benefits]


def reply_rate(job: JobRow) -> int | None:
    """On-time replies of the publisher in percent; None below ten cases."""
    due = job.answers_due
    return round(100 * job.answers_on_time / due) if due >= 10 else None


def pay_bands(taxonomy: Taxonomy, low: int | None, high: int | None) -> list[str]:
    """Codes of the monthly bands that the range touches (a band's upper end is not in it)."""
    low = high if low is None else low
    high = low if high is None else high
    return [] if low is None or high is None else list(_pay_bands(taxonomy, low, high))


@lru_cache(maxsize=4_096)
def _pay_bands(taxonomy: Taxonomy, low: int, high: int) -> tuple[str, ...]:
    """Ranges are of whole thousands mostly: some hundreds of them stand in all postings."""
    found = []
    for band in taxonomy.codes["salary_band"].values():
        begin, end = band.extra.get("low") or 0, band.extra.get("high")
        if low < (end or 2**60) and high >= begin and (high > begin or low == high or begin == 0):
            found.append(band.code)
    return tuple(found)

"""Why somebody is refused, and what that tells the person.

A refusal names the requirement that is not met, or place, pay, start, filled, stronger
candidates, not reachable, or other words of at least ten signs; the person reads all of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from flask import current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session, selectinload

from talentmarket.core import clock
from talentmarket.core.errors import Invalid
from talentmarket.core.folding import clean
from talentmarket.exchange.models import Application, EndReason, Job, JobSkill, JobState, Origin
from talentmarket.exchange.stages import CLOSING_REASONS, OTHER_LEAST_SIGNS
from talentmarket.members.models import STANDING, Organisation, Talent

MOST_SIGNS = 500


@dataclass(frozen=True)
class Requirement:
    """A row of a job that a person may fail to meet. `key` is stored with the refusal."""

    key: str
    kind: str  # skill, education, years
    value: str | int
    must: bool = True


@dataclass(frozen=True)
class Refusal:
    """A reason as it is stored."""

    reason: EndReason
    requirement: str | None = None
    text: str = ""


@dataclass(frozen=True)
class Gap:
    """What would close the gap: jobs where the row is met, and advice where a room gives it."""

    requirement: Requirement | None
    jobs: list[Job]
    advice: list[Any] = field(default_factory=list)


#: Given in by the factory: (talent, job, requirement key) → [{text, url, gain?}, …].
Adviser = Callable[[Talent, Job, str], list[Any]]


def requirements_of(job: Job) -> list[Requirement]:
    """The rows of a job, must skills first."""
    rows = [
        Requirement(f"skill:{skill.skill_id}", "skill", skill.skill_id, skill.must)
        for skill in sorted(job.skills, key=lambda one: (not one.must, one.position))
    ]
    if job.education_rank:
        rows.append(Requirement("education", "education", job.education_rank))
    if job.years_min:
        rows.append(Requirement("years", "years", job.years_min))
    return rows


def requirement_of(job: Job, key: str | None) -> Requirement | None:
    """The row with this key, also when the job was changed since; None without a key."""
    if not key:
        return None
    found = next((row for row in requirements_of(job) if row.key == key), None)
    if found:
        return found
    kind, _, value = key.partition(":")
    return Requirement(key, kind, value)


def check(job: Job, reason: EndReason, requirement: str | None, text: str) -> Refusal:
    """A refusal as it may be stored. Raises Invalid with the fields that are wrong."""
    text = clean(text)[:MOST_SIGNS]
    if reason is EndReason.REQUIREMENT:
        if requirement not in {row.key for row in requirements_of(job)}:
            raise Invalid({"requirement": _l("请选出未达到的那一项要求。")})
        return Refusal(reason, requirement, text)
    return Refusal(reason, None, _checked_text(reason, text))


def check_closing(reason: EndReason, text: str) -> Refusal:
    """The one reason stated for all open applications of a job that closes."""
    if reason not in CLOSING_REASONS:
        raise Invalid({"reason": _l("请选一个关闭岗位的原因。")})
    return Refusal(reason, None, _checked_text(reason, clean(text)[:MOST_SIGNS]))


def _checked_text(reason: EndReason, text: str) -> str:
    if reason is EndReason.OTHER and len("".join(text.split())) < OTHER_LEAST_SIGNS:
        raise Invalid({"text": _l("请写明原因，至少 10 个字，对方会看到。")})
    return text


def gap(session: Session, application: Application, *, jobs: int = 3) -> Gap:
    """What would close the gap a refusal named, and open jobs that do not ask for that row."""
    row = requirement_of(application.job, application.end_requirement)
    advice: list[Any] = []
    adviser: Adviser | None = current_app.extensions.get("talentmarket_advice")
    if adviser and row:
        advice = adviser(application.talent, application.job, row.key)
    return Gap(row, _jobs_without(session, application, row, jobs), advice)


def _jobs_without(
    session: Session, application: Application, row: Requirement | None, count: int
) -> list[Job]:
    job = application.job
    wanted = (
        sa.select(Job)
        .join(Organisation, Organisation.id == Job.organisation_id)
        .options(selectinload(Job.skills))
        .where(
            Job.state == JobState.PUBLISHED,
            Job.origin == Origin.OWN,
            Job.listed,
            Job.id != job.id,
            Organisation.state.in_(STANDING),
            sa.or_(Job.valid_until.is_(None), Job.valid_until >= clock.today()),
            Job.id.not_in(
                sa.select(Application.job_id).where(Application.talent_id == application.talent_id)
            ),
        )
        .order_by(
            sa.case((Job.occupation_code == job.occupation_code, 0), else_=1),
            Job.published_at.desc(),
            Job.id,
        )
        .limit(count)
    )
    same_field = (job.occupation_code or "")[:4]
    if same_field:
        wanted = wanted.where(Job.occupation_code.startswith(same_field))
    return list(session.scalars(_meeting(wanted, application, row)))


def _meeting(
    wanted: sa.Select[tuple[Job]], application: Application, row: Requirement | None
) -> sa.Select[tuple[Job]]:
    if row is None:
        return wanted
    talent = application.talent
    if row.kind == "skill":
        asked = sa.exists().where(JobSkill.job_id == Job.id, JobSkill.skill_id == str(row.value))
        return wanted.where(~asked)
    if row.kind == "education":
        return wanted.where(sa.func.coalesce(Job.education_rank, 0) <= (talent.education_rank or 0))
    years = (talent.years_tenths or 0) // 10
    return wanted.where(sa.func.coalesce(Job.years_min, 0) <= years)

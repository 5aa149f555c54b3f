"""Why somebody is refused, and what that tells the person.

A refusal names the requirement that is not met, or place, pay, start, filled, stronger
candidates, not reachable, or other words of at least ten signs; the person reads all of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session, selectinload

from talentmarket.core.errors import Invalid
from talentmarket.core.folding import clean
from talentmarket.exchange.models import Application, EndReason, Job, JobSkill, Origin
from talentmarket.exchange.showing import listed_now
from talentmarket.exchange.stages import CLOSING_REASONS, OTHER_LEAST_SIGNS
from talentmarket.members.models import Talent, WorkMode
from talentmarket.taxonomy.model import get_taxonomy

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
    """What a refusal named, the same row of the match (its key), and jobs where it is met."""

    requirement: Requirement | None
    row: str | None
    jobs: list[Job]

    @property
    def met(self) -> bool:
        """Whether `jobs` are those where the row is met; else they are of the same field only."""
        return self.row is not None and self.row not in _UNASKED


#: Reasons that speak of a row of the match, by its key there.
ROWS = {EndReason.PLACE: "place", EndReason.PAY: "pay", EndReason.START: "availability"}


#: Rows that no job states: none can be said to meet them.
_UNASKED = {ROWS[EndReason.START]}


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


def gap(
    session: Session,
    application: Application,
    *,
    jobs: int = 3,
    clauses: Iterable[sa.ColumnElement[bool]] = (),
) -> Gap:
    """What would close the gap a refusal named, and open jobs that do not ask for that row.

    `clauses`: what the person wants to see of jobs at all.
    """
    named = requirement_of(application.job, application.end_requirement)
    row = (
        named.key if named else ROWS.get(application.end_reason) if application.end_reason else None
    )
    return Gap(named, row, _jobs_without(session, application, row, jobs, clauses))


def _jobs_without(
    session: Session,
    application: Application,
    row: str | None,
    count: int,
    clauses: Iterable[sa.ColumnElement[bool]],
) -> list[Job]:
    job = application.job
    wanted = (
        sa.select(Job)
        .options(selectinload(Job.skills))
        .where(
            Job.origin == Origin.OWN,
            Job.id != job.id,
            listed_now(),
            *clauses,
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
    wanted: sa.Select[tuple[Job]], application: Application, row: str | None
) -> sa.Select[tuple[Job]]:
    """`wanted` where the row with this key is met; a row that nothing is known of asks nothing."""
    talent = application.talent
    kind, _, code = (row or "").partition(":")
    if kind == "skill":
        asked = sa.exists().where(JobSkill.job_id == Job.id, JobSkill.skill_id == code)
        return wanted.where(~asked)
    if kind == "education":
        return wanted.where(sa.func.coalesce(Job.education_rank, 0) <= (talent.education_rank or 0))
    if kind == "years":
        years = (talent.years_tenths or 0) // 10
        return wanted.where(sa.func.coalesce(Job.years_min, 0) <= years)
    if kind == "pay" and talent.pay_low:
        return wanted.where(sa.func.coalesce(Job.month_high, Job.month_low) >= talent.pay_low)
    if kind == "place" and talent.regions:
        return wanted.where(
            sa.or_(Job.region_code.in_(_wanted_places(talent)), Job.work_mode == WorkMode.REMOTE)
        )
    return wanted


def _wanted_places(talent: Talent) -> list[str]:
    taxonomy = get_taxonomy()
    known = [one.region_code for one in talent.regions if one.region_code in taxonomy.regions]
    return sorted(frozenset[str]().union(*(taxonomy.within(code) for code in known)))

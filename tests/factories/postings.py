"""Jobs and applications."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from talentmarket.core import calendar, clock
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.models import (
    Application,
    ApplicationRoute,
    ApplicationState,
    ContactWhen,
    Contract,
    Insurance,
    Job,
    JobSkill,
    JobState,
)
from talentmarket.members.models import Organisation, RestDays, Talent, WorkMode
from tests.factories.organisations import make_organisation
from tests.factories.people import make_talent


def make_job(
    organisation: Organisation | None = None,
    *,
    skills: dict[str, bool] | None = None,
    state: JobState = JobState.PUBLISHED,
    **values: Any,
) -> Job:
    """A published data job in Chengdu; `skills` maps ids to must (True) or wish (False)."""
    organisation = organisation or make_organisation()
    at = clock.now()
    skills = (
        {"spark": True, "sql": True, "flink": True, "python": False} if skills is None else skills
    )
    defaults: dict[str, Any] = {
        "title": "大数据开发工程师",
        "occupation_code": "2-02-38-03",
        "description": "负责装备制造产线数据的采集、清洗与入湖，建设面向设备健康的数据仓库。",
        "headcount": 3,
        "education_rank": 5,
        "years_min": 3,
        "years_max": 5,
        "region_code": "510116",
        "work_mode": WorkMode.ONSITE,
        "rest_days": RestDays.TWO,
        "insurance": Insurance.FULL_AND_FUND,
        "contract": Contract.FIXED,
        "contract_months": 36,
        "probation_months": 3,
        "pay_low": 1_800_000,
        "pay_high": 2_800_000,
        "base_pay": 1_500_000,
        "month_low": 1_800_000,
        "month_high": 2_800_000,
        "pay_months": 14,
        "valid_until": clock.today() + timedelta(days=30),
    }
    defaults.update(values)
    live = state in (JobState.PUBLISHED, JobState.PAUSED)
    with unit_of_work() as session:
        job = Job(
            organisation_id=organisation.id,
            employer_id=defaults.pop("employer_id", organisation.id),
            employer_name=organisation.name,
            state=state,
            published_at=defaults.pop("published_at", at if live else None),
            first_published_at=at if live else None,
            created_at=at,
            updated_at=at,
            **defaults,
        )
        session.add(job)
        session.flush()
        job.skills = [
            JobSkill(skill_id=one, must=must, position=n)
            for n, (one, must) in enumerate(skills.items())
        ]
    return job


def make_application(
    job: Job | None = None,
    talent: Talent | None = None,
    *,
    state: ApplicationState = ApplicationState.SUBMITTED,
    **values: Any,
) -> Application:
    """An application without a snapshot; services make whole ones."""
    job = job or make_job()
    talent = talent or make_talent()
    at = clock.now()
    values.setdefault("contact_when", ContactWhen.INTERVIEW)
    with unit_of_work() as session:
        application = Application(
            number="A-" + job.public_id[:4] + talent.public_id[:4],
            job_id=job.id,
            organisation_id=job.organisation_id,
            talent_id=talent.id,
            route=values.pop("route", ApplicationRoute.OWN),
            state=state,
            submitted_at=at,
            answer_due_at=calendar.due(at, 3),
            due_at=calendar.due(at, 3),
            moved_at=at,
            **values,
        )
        session.add(application)
    return application

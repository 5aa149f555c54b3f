"""Which skills the published jobs of an occupation ask for."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from talentmarket.exchange.models import Job, JobSkill, JobState, Origin


def wanted_skills(
    session: Session,
    occupations: Collection[str],
    *,
    without: Collection[str] = (),
    limit: int = 3,
) -> list[tuple[str, int]]:
    """(skill, number of own published jobs that ask for it), most asked first.

    Reference postings do not count: nobody can apply to them.
    """
    if not occupations:
        return []
    count = sa.func.count().label("jobs")
    rows = session.execute(
        sa.select(JobSkill.skill_id, count)
        .join(Job, Job.id == JobSkill.job_id)
        .where(
            Job.state == JobState.PUBLISHED,
            Job.origin == Origin.OWN,
            Job.listed.is_(True),
            Job.occupation_code.in_(sorted(occupations)),
        )
        .group_by(JobSkill.skill_id)
        .order_by(count.desc(), JobSkill.skill_id)
        .limit(limit + len(without))
    )
    have = set(without)
    return [(skill, jobs) for skill, jobs in rows if skill not in have][:limit]

"""What a change of an organisation means here: its jobs' documents, and those who wait for it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session, joinedload

from talentmarket.core import outbox
from talentmarket.exchange.models import Application, Job, JobState, Origin
from talentmarket.exchange.stages import WAITING
from talentmarket.exchange.suspended import spellings
from talentmarket.members.models import Organisation
from talentmarket.members.organisations import on_change
from talentmarket.notices.send import notify
from talentmarket.notices.texts import register

register(
    "organisation.suspended_applicant",
    _l("%(organisation)s 已被停用"),
    _l(
        "您申请的“%(job)s”的单位 %(organisation)s 已被秘书处停用，岗位不再显示。"
        "您可以撤回申请、收回资料；这次申请不影响您申请其他岗位。"
    ),
)
register(
    "organisation.refused_applicant",
    _l("%(organisation)s 没有通过复核"),
    _l(
        "您申请的“%(job)s”的单位 %(organisation)s 没有通过秘书处的复核，岗位不再显示。"
        "它仍可以答复您的申请；您也可以撤回申请、收回资料，这不影响您申请其他岗位。"
    ),
)
register(
    "organisation.lifted_applicant",
    _l("%(organisation)s 已恢复"),
    _l("您申请的“%(job)s”的单位 %(organisation)s 已恢复，您的申请继续处理。"),
)


@on_change
def jobs_follow(session: Session, organisation: Organisation) -> None:
    """Bring the documents of all jobs that show the organisation up to date, those that sources
    reprinted under its name among them."""
    reprinted = sa.and_(
        Job.origin == Origin.REFERENCE, Job.employer_name.in_(spellings(organisation.name))
    )
    ids = session.scalars(
        sa.select(Job.public_id).where(
            sa.or_(
                Job.organisation_id == organisation.id,
                Job.employer_id == organisation.id,
                reprinted,
            ),
            Job.state.in_((JobState.PUBLISHED, JobState.PAUSED)),
        )
    ).all()
    if ids:
        outbox.changed(session, "job", *ids)


def tell_applicants(
    session: Session, organisation: Organisation, code: str, key: str, **arguments: Any
) -> int:
    """Tell everybody who waits for a word of the organisation, once per application and `key`."""
    rows = session.scalars(
        sa.select(Application)
        .join(Job, Job.id == Application.job_id)
        .options(joinedload(Application.job), joinedload(Application.talent))
        .where(
            sa.or_(
                Application.organisation_id == organisation.id,
                Job.employer_id == organisation.id,
            ),
            Application.state.in_(WAITING),
        )
        .order_by(Application.id)
    ).all()
    for application in rows:
        notify(
            session,
            application.talent.account_id,
            code,
            {"organisation": organisation.name, "job": application.job.shown_title, **arguments},
            link=f"/me/applications/{application.public_id}",
            key=f"{code}:{application.public_id}:{key}"[:120],
        )
    return len(rows)

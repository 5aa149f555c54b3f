"""The first page of an organisation's desk: what waits, what runs, what is missing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from talentmarket.core import clock
from talentmarket.core.db import db
from talentmarket.core.permissions import DESK, READERS
from talentmarket.exchange import desk, entrustments, promises
from talentmarket.exchange.brokering import standing
from talentmarket.exchange.models import Application, ApplicationState, Job, JobState
from talentmarket.exchange.stages import WAITING
from talentmarket.members import claims, licences
from talentmarket.members.models import (
    ClaimState,
    Organisation,
    OrganisationKind,
    OrganisationState,
)
from talentmarket.web.org.common import own, page, role_in
from talentmarket.web.org_desk import views
from talentmarket.web.org_desk.common import scope_of
from talentmarket.web.referrals.day import day_of
from talentmarket.web.terms import TERMS

View = dict[str, Any]
S = OrganisationState


def routes(bp: Blueprint) -> None:
    """Add the route to the area."""
    bp.add_url_rule("/", view_func=home)


def home(org: str) -> str:
    """Figures from the rows, what is owed, the jobs; for a firm its licence and letters too."""
    session = db.session()
    organisation = own(org)
    suspended = organisation.state is S.SUSPENDED
    reads = role_in(org) in READERS.roles and not suspended
    firm = organisation.kind is OrganisationKind.HR_FIRM
    owed: list[Application] = []
    jobs: list[Any] = []
    if reads:
        scope = scope_of(session, org)
        owed = desk.to_answer(session, scope, 8)
        jobs = desk.jobs_of(session, scope)[:8]
    works = reads and standing.brokers(organisation) and role_in(org) in DESK.roles
    licence = licences.valid_licence(session, organisation, clock.today()) if firm else None
    letters = (
        entrustments.list_own(session, organisation)[:8]
        if organisation.kind is not OrganisationKind.EMPLOYER
        else []
    )
    return page(
        "org/home.html",
        organisation,
        firm=firm,
        suspended=suspended,
        figures=[] if suspended else _figures(session, organisation),
        owed=[views.answer_view(one, org) for one in owed],
        jobs=jobs,
        reads=reads,
        day=day_of(session, organisation) if works else None,
        steps=_steps(session, organisation, org),
        licence=licence,
        days_left=(licence.expires_on - clock.today()).days if licence else None,
        letters=letters,
        open_claims=[
            one
            for one in claims.of_organisation(session, organisation)
            if one.state is ClaimState.AT_OWNER
        ],
    )


def _figures(session: Session, organisation: Organisation) -> list[View]:
    rate = promises.rate_of(organisation)
    overdue = promises.overdue_count(session, organisation.id)
    states = _by_state(session, organisation)
    waiting = sum(states.get(str(one), 0) for one in promises.UNANSWERED_YET)
    running = sum(states.get(str(one), 0) for one in WAITING) - waiting
    hired = _hired(session, organisation)
    percent = rate.percent
    return [
        {
            "label": _("在招岗位"),
            "value": _count_jobs(session, organisation, JobState.PUBLISHED),
            "note": ngettext(
                "%(num)d 个审核中",
                "%(num)d 个审核中",
                _count_jobs(session, organisation, JobState.IN_REVIEW),
            ),
        },
        {
            "label": _("待答复"),
            "value": waiting,
            "tone": "bad" if overdue else None,
            "note": ngettext("%(num)d 份超期", "%(num)d 份超期", overdue),
        },
        {"label": _("进行中"), "value": running, "note": _("入围、面试、录用")},
        {"label": _("近 90 天入职"), "value": hired, "note": _("双方可在申请里确认")},
        {
            "label": _("按期答复率"),
            "value": "—" if percent is None else f"{percent}%",
            "tone": "bad" if percent is not None and percent < 80 else None,
            "note": _("近 90 天 %(count)s 份，满 10 份才公开", count=rate.due),
        },
    ]


def _by_state(session: Session, organisation: Organisation) -> dict[str, int]:
    rows = session.execute(
        sa.select(Application.state, sa.func.count())
        .where(Application.organisation_id == organisation.id, Application.state.in_(WAITING))
        .group_by(Application.state)
    )
    return {str(state): count for state, count in rows}


def _count_jobs(session: Session, organisation: Organisation, state: JobState) -> int:
    query = sa.select(sa.func.count()).select_from(Job)
    own_jobs = sa.and_(Job.organisation_id == organisation.id, Job.state == state)
    return session.scalar(query.where(own_jobs)) or 0


def _hired(session: Session, organisation: Organisation) -> int:
    states = (ApplicationState.STARTED, ApplicationState.CONFIRMED)
    return (
        session.scalar(
            sa.select(sa.func.count())
            .select_from(Application)
            .where(
                Application.organisation_id == organisation.id,
                Application.state.in_(states),
                Application.moved_at >= clock.now() - timedelta(days=90),
            )
        )
        or 0
    )


def _steps(session: Session, organisation: Organisation, org: str) -> list[View]:
    """What is still to be done before the organisation can post; empty once it can."""
    if organisation.state in (S.VERIFIED, S.RENEWAL_DUE, S.SUSPENDED):
        return []
    handed_in = organisation.submitted_at is not None
    steps = [
        {"text": _("登记单位"), "done": True},
        {
            "text": _("上传营业执照和经办人授权书，提交核验"),
            "done": handed_in,
            "url": url_for("org.documents", org=org),
        },
    ]
    if organisation.kind is OrganisationKind.HR_FIRM:
        steps.append(
            {
                "text": _("提交人力资源服务许可证"),
                "done": bool(licences.licences_of(session, organisation)),
                "url": url_for("org.licence", org=org),
            }
        )
    days = TERMS.office["organisations"]
    text = ngettext(
        "秘书处核验，%(num)d 个工作日内答复", "秘书处核验，%(num)d 个工作日内答复", days
    )
    steps.append({"text": text, "done": False})
    return steps

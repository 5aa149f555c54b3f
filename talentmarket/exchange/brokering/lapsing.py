"""What becomes of a firm's published things from the day after its licence ended, or was revoked.

Its postings are paused by the exchange (nothing new comes in; what was received goes on), and the
employers of its mandates are told that they may move them elsewhere. Mandates, referrals, claims
and placements stay as they are: what was sent is finished, and nothing new can be asked
(:mod:`talentmarket.exchange.brokering.standing`). A licence that is renewed brings nothing back by
itself: the firm resumes each posting, after the checks of that day.
"""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session, joinedload

from talentmarket.core import clock
from talentmarket.core.db import db
from talentmarket.core.events import SYSTEM
from talentmarket.core.roles import OrgRole
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.brokering.mandating.models import Mandate
from talentmarket.exchange.brokering.mandating.stages import RUNNING
from talentmarket.exchange.job_moves import move, tell_desk
from talentmarket.exchange.models import Job, JobState, Origin
from talentmarket.exchange.stages import By
from talentmarket.members.licences import licensed_firms
from talentmarket.members.memberships import accounts_with
from talentmarket.members.models import (
    Licence,
    LicenceState,
    Organisation,
    OrganisationKind,
)
from talentmarket.notices.models import Notice
from talentmarket.notices.send import notify
from talentmarket.notices.texts import register

register(
    "job.unlicensed",
    _l("岗位“%(job)s”已暂停：许可证不在有效期内"),
    _l("贵机构没有有效的人力资源服务许可证，岗位“%(job)s”已暂停。已收到的申请请照常办完。"),
)
register(
    "mandate.unlicensed",
    _l("%(firm)s 的许可证已失效"),
    _l(
        "受托招聘“%(job)s”的 %(firm)s 现在没有有效的人力资源服务许可证，不能再询问或推荐人才。"
        "已推荐的人选照常办理。您可以把委托改由其他机构承办。"
    ),
)


def run_due(limit: int = 200) -> int:
    """A round of the worker: pause what unlicensed firms have published, tell their clients.
    Returns how many postings were paused."""
    session = db.session()
    firms = unlicensed_firms(session)
    waits = bool(firms) and bool(
        session.scalar(_published(firms).with_only_columns(Job.id).limit(1))
        or _untold(session, firms)
    )
    db.session.rollback()
    if not waits:  # no write lock is taken for nothing
        return 0
    with unit_of_work() as unit:
        jobs = unit.scalars(_published(firms).order_by(Job.id).limit(limit)).all()
        for job in jobs:
            move(unit, job, "pause", By.SYSTEM, actor=SYSTEM, reason="licence")
            tell_desk(unit, job, "job.unlicensed", clock.today().isoformat())
        for told in _untold(unit, firms):
            _tell(unit, told)
        return len(jobs)


def unlicensed_firms(session: Session) -> list[int]:
    """Keys of HR service firms that have something running and no licence in force today."""
    running = sa.or_(
        sa.exists().where(
            Job.organisation_id == Organisation.id,
            Job.state == JobState.PUBLISHED,
            Job.origin == Origin.OWN,
        ),
        sa.exists().where(Mandate.organisation_id == Organisation.id, Mandate.state.in_(RUNNING)),
    )
    firms = set(
        session.scalars(
            sa.select(Organisation.id).where(Organisation.kind == OrganisationKind.HR_FIRM, running)
        )
    )
    return sorted(firms - licensed_firms(session, clock.today())) if firms else []


def _published(firms: list[int]) -> sa.Select[tuple[Job]]:
    return sa.select(Job).where(
        Job.organisation_id.in_(firms), Job.state == JobState.PUBLISHED, Job.origin == Origin.OWN
    )


@dataclass(frozen=True, slots=True)
class _Told:
    mandate: Mandate
    account: int
    key: str


def _untold(session: Session, firms: list[int]) -> list[_Told]:
    """Which members of which clients have not been told yet of this end of a licence."""
    mandates = session.scalars(
        sa.select(Mandate)
        .options(joinedload(Mandate.client), joinedload(Mandate.organisation))
        .where(
            Mandate.organisation_id.in_(firms),
            Mandate.state.in_(RUNNING),
            Mandate.client_id.is_not(None),
        )
    ).all()
    ends, found = _ends(session, firms), []
    for one in mandates:
        assert one.client is not None
        for account in accounts_with(session, one.client, OrgRole.OWNER, OrgRole.RECRUITER):
            end = ends.get(one.organisation_id, 0)
            found.append(_Told(one, account, f"unlicensed:{one.public_id}:{end}:{account}"))
    keys = [one.key for one in found]
    known = set(session.scalars(sa.select(Notice.key).where(Notice.key.in_(keys))))
    return [one for one in found if one.key not in known]


def _tell(session: Session, told: _Told) -> None:
    mandate, client = told.mandate, told.mandate.client
    assert client is not None
    notify(
        session,
        told.account,
        "mandate.unlicensed",
        {"firm": mandate.organisation.name, "job": mandate.title},
        link=f"/org/{client.public_id}/mandates/given/{mandate.public_id}",
        key=told.key,
        urgent=True,
    )


def _ends(session: Session, firms: list[int]) -> dict[int, int]:
    """Which licence was each firm's last: each end is told once."""
    rows = session.execute(
        sa.select(Licence.organisation_id, sa.func.max(Licence.id))
        .where(
            Licence.organisation_id.in_(firms),
            Licence.state.in_((LicenceState.VALID, LicenceState.REVOKED)),
        )
        .group_by(Licence.organisation_id)
    )
    return dict(rows.tuples().all())

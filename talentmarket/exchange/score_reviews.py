"""Human review of a match score, asked for by the person scored (个人信息保护法 art. 24).

A request is a report about an application, or about the person's match with a job for which they
have not applied, and waits in the operator's queue of reports. While a score is found wrong it ranks
nobody: the application stands in time order, also one that comes after.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from talentmarket.core import calendar, clock, counters
from talentmarket.core.db import insert_for
from talentmarket.core.errors import Conflict, Invalid
from talentmarket.core.events import Actor, record
from talentmarket.core.folding import clean
from talentmarket.core.ids import new_public_id
from talentmarket.exchange.models import Application, Job, Report, ReportKind, ReportState
from talentmarket.exchange.models.applications import ENDED
from talentmarket.exchange.reports import ANSWER_DAYS, MOST_A_DAY
from talentmarket.members.models import Account, Talent

SUBJECT, MATCH = "application", "match"
SUBJECTS = (SUBJECT, MATCH)
LEAST_SIGNS, MOST_SIGNS = 10, 2000


def ask(session: Session, application: Application, text: str, *, actor: Actor) -> Report:
    """Ask that a person looks at the score. Raises Invalid, Conflict when one is asked for already
    or the application is over."""
    text = _checked(text)
    if application.state in ENDED:
        raise Conflict(_l("申请已经结束，不再计分。"), code="ended")
    account = application.talent.account_id
    report = _file(session, SUBJECT, application.public_id, account, text)
    record(session, "application", application.public_id, "score_review", actor=actor)
    return report


def ask_of_match(
    session: Session, job: Job, account: Account, told: dict[str, Any], text: str, *, actor: Actor
) -> Report:
    """Ask that a person looks at how `account`'s profile is scored for a job; `told`: the score as
    it is now. Raises Invalid, TooMany, Conflict when one is asked for already."""
    text = _checked(text)
    counters.limit(session, f"match-review:{account.public_id}", timedelta(days=1), MOST_A_DAY)
    report = _file(session, MATCH, job.public_id, account.id, text, told)
    record(
        session,
        "report",
        report.public_id,
        "file",
        actor=actor,
        to_state=report.state,
        about=MATCH,
        subject=job.public_id,
    )
    return report


def _checked(text: str) -> str:
    text = clean(text)
    if not LEAST_SIGNS <= len(text) <= MOST_SIGNS:
        raise Invalid({"text": _l("请写明哪一项不对、为什么，10 到 2000 个字。")})
    return text


def _file(
    session: Session,
    subject_type: str,
    subject_id: str,
    account: int,
    text: str,
    told: dict[str, Any] | None = None,
) -> Report:
    at = clock.now()
    key = session.scalar(
        insert_for(session)(Report)
        .values(
            public_id=new_public_id(),
            subject_type=subject_type,
            subject_id=subject_id,
            reporter_id=account,
            kind=ReportKind.OTHER,
            text=text,
            told=told,
            state=ReportState.OPEN,
            answer="",
            created_at=at,
            due_at=calendar.due(at, ANSWER_DAYS),
        )
        .on_conflict_do_nothing()
        .returning(Report.id)
    )
    if key is None:
        raise Conflict(_l("已经请求过复核，正在处理。"), code="asked-already")
    return session.get_one(Report, key)


def last(session: Session, application: Application) -> Report | None:
    """The latest review of the application's score."""
    return session.scalar(
        _about([application.public_id])
        .order_by(Report.created_at.desc(), Report.id.desc())
        .limit(1)
    )


def of_match(session: Session, job: Job, account: Account) -> list[Report]:
    """What the person asked for of their match with a job, the latest first."""
    return list(
        session.scalars(
            sa.select(Report)
            .where(
                Report.subject_type == MATCH,
                Report.subject_id == job.public_id,
                Report.reporter_id == account.id,
            )
            .order_by(Report.created_at.desc(), Report.id.desc())
        )
    )


def found_wrong(session: Session, public_ids: Iterable[str]) -> frozenset[str]:
    """Of these applications, those whose latest answered review found the score wrong: of the
    application, or of the same person's match with the job."""
    names = list(public_ids)
    answered = Report.state != ReportState.OPEN
    of_applications = _about(names).with_only_columns(
        Report.subject_id.label("application"), Report.state, Report.answered_at, Report.id
    )
    of_matches = (
        sa.select(Application.public_id, Report.state, Report.answered_at, Report.id)
        .join(Job, Job.id == Application.job_id)
        .join(Talent, Talent.id == Application.talent_id)
        .join(
            Report,
            sa.and_(
                Report.subject_type == MATCH,
                Report.subject_id == Job.public_id,
                Report.reporter_id == Talent.account_id,
            ),
        )
        .where(Application.public_id.in_(names))
    )
    found = sa.union_all(of_applications.where(answered), of_matches.where(answered)).subquery()
    rows = session.execute(
        sa.select(found.c.application, found.c.state).order_by(found.c.answered_at, found.c.id)
    )
    states = {row.application: row.state for row in rows}
    return frozenset(one for one, state in states.items() if state is ReportState.UPHELD)


def _about(public_ids: list[str]) -> sa.Select[tuple[Report]]:
    return sa.select(Report).where(
        Report.subject_type == SUBJECT, Report.subject_id.in_(public_ids)
    )

"""Human review of a match score, asked for by the person scored (个人信息保护法 art. 24).

A request is a report about an application and waits in the operator's queue of reports. While a
score is found wrong it ranks nobody: the application stands in time order.
"""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from talentmarket.core import calendar, clock
from talentmarket.core.db import insert_for
from talentmarket.core.errors import Conflict, Invalid
from talentmarket.core.events import Actor, record
from talentmarket.core.folding import clean
from talentmarket.core.ids import new_public_id
from talentmarket.exchange.models import Application, Report, ReportKind, ReportState
from talentmarket.exchange.models.applications import ENDED
from talentmarket.exchange.reports import ANSWER_DAYS

SUBJECT = "application"
LEAST_SIGNS, MOST_SIGNS = 10, 2000


def ask(session: Session, application: Application, text: str, *, actor: Actor) -> Report:
    """Ask that a person looks at the score. Raises Invalid, Conflict when one is asked for already
    or the application is over."""
    text = clean(text)
    if not LEAST_SIGNS <= len(text) <= MOST_SIGNS:
        raise Invalid({"text": _l("请写明哪一项不对、为什么，10 到 2000 个字。")})
    if application.state in ENDED:
        raise Conflict(_l("申请已经结束，不再计分。"), code="ended")
    at = clock.now()
    key = session.scalar(
        insert_for(session)(Report)
        .values(
            public_id=new_public_id(),
            subject_type=SUBJECT,
            subject_id=application.public_id,
            reporter_id=application.talent.account_id,
            kind=ReportKind.OTHER,
            text=text,
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
    record(session, "application", application.public_id, "score_review", actor=actor)
    return session.get_one(Report, key)


def last(session: Session, application: Application) -> Report | None:
    """The latest review of the application's score."""
    return session.scalar(
        _about([application.public_id])
        .order_by(Report.created_at.desc(), Report.id.desc())
        .limit(1)
    )


def found_wrong(session: Session, public_ids: Iterable[str]) -> frozenset[str]:
    """Of these applications, those whose latest answered review found the score wrong."""
    rows = session.execute(
        _about(list(public_ids))
        .with_only_columns(Report.subject_id, Report.state)
        .where(Report.state != ReportState.OPEN)
        .order_by(Report.answered_at, Report.id)
    )
    states = {row.subject_id: row.state for row in rows}
    return frozenset(one for one, state in states.items() if state is ReportState.UPHELD)


def _about(public_ids: list[str]) -> sa.Select[tuple[Report]]:
    return sa.select(Report).where(
        Report.subject_type == SUBJECT, Report.subject_id.in_(public_ids)
    )

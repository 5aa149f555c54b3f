"""Reminders of agreed interviews: a day before and an hour before, to both sides, each once.

Nothing is said in the quiet hours: what falls into them is said when they end, if the interview is
still ahead. A time that was moved is reminded of anew.
"""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from talentmarket.core import clock
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange import telling
from talentmarket.exchange.models import Application, ApplicationState, Interview, InterviewState
from talentmarket.notices.models import Notice
from talentmarket.notices.quiet import quiet

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def run_due(limit: int = 500) -> int:
    """Leave the reminders that are due; returns how many interviews were reminded of."""
    at = clock.now()
    if quiet(at):
        return 0
    with unit_of_work() as session:
        return _remind(session, "interview.soon", limit) + _remind(
            session, "interview.tomorrow", limit
        )


def _remind(session: Session, code: str, limit: int) -> int:
    at = clock.now()
    soon = code == "interview.soon"
    begins, ends = (at, at + HOUR) if soon else (at + HOUR, at + DAY)
    number = sa.cast(Interview.sequence, sa.String)
    key = sa.literal(f"{code}:") + Interview.public_id + ":" + number + ":person"
    rows = session.scalars(
        sa.select(Interview)
        .join(Application, Application.id == Interview.application_id)
        .where(
            Interview.state == InterviewState.ACCEPTED,
            Interview.starts_at > begins,
            Interview.starts_at <= ends,
            Application.state == ApplicationState.INTERVIEW,
            ~sa.exists().where(Notice.key == key),
        )
        .order_by(Interview.starts_at)
        .limit(limit)
    ).all()
    told = 0
    for interview in rows:
        # What was agreed within the last day needs no reminder that it is tomorrow.
        late = not soon and (interview.answered_at or at) > interview.starts_at - DAY
        told += not late and _tell(session, interview, code)
    return told


def _tell(session: Session, interview: Interview, code: str) -> bool:
    application = session.scalars(
        sa.select(Application)
        .options(
            joinedload(Application.job),
            joinedload(Application.organisation),
            joinedload(Application.talent),
        )
        .where(Application.id == interview.application_id)
    ).one()
    key = f"{code}:{interview.public_id}:{interview.sequence}"
    at, deadline = telling.moment(interview.starts_at), interview.starts_at
    telling.tell_talent(
        session,
        application,
        code,
        deadline=deadline,
        key=f"{key}:person",
        at=at,
        place=interview.place,
    )
    telling.tell_organisation(
        session, application, f"{code}_at_desk", deadline=deadline, key=key, at=at
    )
    return True

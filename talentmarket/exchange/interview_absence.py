"""Somebody did not come: said by the side that waited, answered once by the other.

Nothing follows by itself: both sides read both sentences, and the employer or the person decides
what comes next with the moves there are.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from talentmarket.core import clock
from talentmarket.core.errors import Conflict
from talentmarket.core.events import Actor, record
from talentmarket.exchange import telling
from talentmarket.exchange.interview_rules import check_reason
from talentmarket.exchange.interviews import current
from talentmarket.exchange.models import Application, Interview, InterviewState, Side
from talentmarket.exchange.stages import By

#: From a quarter of an hour after the start, for two weeks.
AFTER, WITHIN = timedelta(minutes=15), timedelta(days=14)


def side_of(by: By) -> Side:
    """Whose side acts."""
    return Side.TALENT if by is By.TALENT else Side.ORGANISATION


def may_say(application: Application, interview: Interview | None) -> bool:
    """Whether either side may say now that the other did not come. Not where the application ended
    before: nobody had to come any more."""
    if interview is None or interview.state is not InterviewState.ACCEPTED:
        return False
    if application.closed_at is not None and application.closed_at <= interview.starts_at:
        return False
    since = interview.starts_at + AFTER
    return interview.missed_by is None and since <= clock.now() <= since + WITHIN


def may_answer(interview: Interview | None, by: By) -> bool:
    """Whether this side may answer that it did not come: once."""
    return (
        interview is not None
        and interview.missed_by is side_of(by)
        and interview.missed_answered_at is None
    )


def say(session: Session, application: Application, *, text: str, by: By, actor: Actor) -> None:
    """The other side did not come. Raises Invalid, Conflict: where both say so at once, the first."""
    interview = current(session, application)
    if not may_say(application, interview):
        raise Conflict(code="not-now")
    assert interview is not None
    other = Side.ORGANISATION if by is By.TALENT else Side.TALENT
    values = {"missed_by": other, "missed_at": clock.now(), "missed_text": check_reason(text)}
    _win(session, interview, Interview.missed_by.is_(None), values)
    _note(session, application, interview, "interview_missed", actor, "interview.missed", other)


def answer(session: Session, application: Application, *, text: str, by: By, actor: Actor) -> None:
    """What the side that did not come says to it. Raises Invalid, Conflict."""
    interview = current(session, application)
    if not may_answer(interview, by):
        raise Conflict(code="not-now")
    assert interview is not None
    values = {"missed_answer": check_reason(text), "missed_answered_at": clock.now()}
    _win(session, interview, Interview.missed_answered_at.is_(None), values)
    other = Side.ORGANISATION if by is By.TALENT else Side.TALENT
    verb, code = "interview_missed_answer", "interview.missed_answered"
    _note(session, application, interview, verb, actor, code, other)


def _win(
    session: Session,
    interview: Interview,
    open_yet: sa.ColumnElement[bool],
    values: dict[str, Any],
) -> None:
    done = session.execute(
        sa.update(Interview)
        .where(Interview.id == interview.id, Interview.state == InterviewState.ACCEPTED, open_yet)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict(code="moved-meanwhile")
    session.refresh(interview)


def _note(
    session: Session,
    application: Application,
    interview: Interview,
    verb: str,
    actor: Actor,
    code: str,
    told: Side,
) -> None:
    record(
        session,
        "application",
        application.public_id,
        verb,
        actor=actor,
        interview=interview.public_id,
        starts_at=interview.starts_at.isoformat(),
        missed_by=str(interview.missed_by),
    )
    at = telling.moment(interview.starts_at)
    if told is Side.TALENT:
        telling.tell_talent(session, application, f"{code}_by_employer", at=at)
    else:
        telling.tell_organisation(session, application, f"{code}_by_person", at=at)

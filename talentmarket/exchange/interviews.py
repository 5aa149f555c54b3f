"""One proposed interview time: propose, accept, decline, cancel, and the calendar file.

Accepting opens phone and mail to this employer: that is said on the button, and a consent that
names the receiver is kept.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from icalendar import Calendar, Event, vText
from sqlalchemy.orm import Session

from talentmarket.core import clock
from talentmarket.core.errors import Conflict, Invalid
from talentmarket.core.events import Actor, record
from talentmarket.core.folding import clean_line
from talentmarket.exchange import moves, snapshots, telling
from talentmarket.exchange.models import (
    Application,
    ApplicationState,
    Interview,
    InterviewState,
)
from talentmarket.exchange.stages import By
from talentmarket.exchange.suspended import require_standing

#: An interview stands between the first look and an offer.
STAGES = (
    ApplicationState.SUBMITTED,
    ApplicationState.VIEWED,
    ApplicationState.SHORTLISTED,
    ApplicationState.INTERVIEW,
)
MINUTES = (30, 45, 60, 90, 120)


def current(session: Session, application: Application) -> Interview | None:
    """The latest interview of an application; there is one time on the table at most."""
    return session.scalar(
        sa.select(Interview)
        .where(Interview.application_id == application.id)
        .order_by(Interview.id.desc())
        .limit(1)
    )


def propose(
    session: Session,
    application: Application,
    *,
    starts_at: datetime,
    minutes: int,
    place: str,
    by_video: bool,
    actor: Actor,
    revision: int | None = None,
) -> Interview:
    """Propose a time, or another one in place of the last. Moves the application to interview."""
    place = clean_line(place)[:200]
    _check(starts_at, minutes, place)
    if application.state not in STAGES:
        raise Conflict(code="moved-meanwhile")
    if application.state is not ApplicationState.INTERVIEW:
        moves.move(
            session,
            application,
            "interview",
            by=By.ORGANISATION,
            actor=actor,
            revision=revision,
            tell=False,
        )
    else:
        _touch(session, application, revision)
    interview = _write(session, application, starts_at, minutes, place, by_video)
    _record(session, application, "interview_propose", actor, interview)
    telling.tell_talent(
        session,
        application,
        "interview.proposed",
        deadline=min(starts_at, application.due_at or starts_at),
        at=telling.moment(starts_at),
        due=telling.moment(min(starts_at, application.due_at or starts_at)),
    )
    return interview


def _check(starts_at: datetime, minutes: int, place: str) -> None:
    if starts_at <= clock.now():
        raise Invalid({"starts_at": _l("面试时间要晚于现在。")})
    if starts_at > clock.now() + timedelta(days=90):
        raise Invalid({"starts_at": _l("面试时间要在 90 天以内。")})
    if minutes not in MINUTES:
        raise Invalid({"minutes": _l("请从列出的时长中选择。")})
    if not place:
        raise Invalid({"place": _l("请写明面试地点，线上面试请写会议方式。")})


def _touch(session: Session, application: Application, revision: int | None) -> None:
    """Two proposals at once: the second is told."""
    seen = application.revision if revision is None else revision
    done = session.execute(
        sa.update(Application)
        .where(
            Application.id == application.id,
            Application.state == application.state,
            Application.revision == seen,
        )
        .values(revision=Application.revision + 1)
        .execution_options(synchronize_session=False)
    )
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict(code="moved-meanwhile")
    session.refresh(application)


def _write(
    session: Session,
    application: Application,
    starts_at: datetime,
    minutes: int,
    place: str,
    by_video: bool,
) -> Interview:
    last = current(session, application)
    live = (InterviewState.PROPOSED, InterviewState.ACCEPTED)
    if last is None or last.state not in live:
        last = Interview(application_id=application.id, sequence=0)
        session.add(last)
    else:
        last.sequence += 1
        last.answered_at = None
    last.starts_at = starts_at
    last.minutes = minutes
    last.place = place
    last.by_video = by_video
    last.state = InterviewState.PROPOSED
    last.proposed_at = clock.now()
    session.flush()
    return last


def accept(session: Session, application: Application, *, sequence: int, actor: Actor) -> Interview:
    """The person takes the proposed time; phone and mail open to this employer.

    `sequence` is the proposal the person saw: a changed one has to be read first. Raises Conflict,
    also for a suspended organisation.
    """
    require_standing(application.organisation)
    interview = _answer(session, application, InterviewState.ACCEPTED, sequence)
    receiver = application.organisation.public_id
    snapshots.give_contact(session, application, receiver, snapshots.PHONE_AND_MAIL)
    _record(session, application, "interview_accept", actor, interview)
    session.refresh(application)
    telling.tell_organisation(
        session,
        application,
        "interview.accepted",
        deadline=interview.starts_at,
        at=telling.moment(interview.starts_at),
    )
    return interview


def decline(
    session: Session, application: Application, *, sequence: int, actor: Actor
) -> Interview:
    """The person cannot come then; the employer may propose another time."""
    interview = _answer(session, application, InterviewState.DECLINED, sequence)
    _record(session, application, "interview_decline", actor, interview)
    telling.tell_organisation(
        session, application, "interview.declined", at=telling.moment(interview.starts_at)
    )
    return interview


def cancel(session: Session, application: Application, *, actor: Actor) -> Interview:
    """The employer takes a proposed or agreed time off the table."""
    interview = current(session, application)
    if interview is None:
        raise Conflict(code="no-interview")
    _change(
        session,
        interview,
        (InterviewState.PROPOSED, InterviewState.ACCEPTED),
        InterviewState.CANCELLED,
        interview.sequence,
        raise_sequence=True,
    )
    _record(session, application, "interview_cancel", actor, interview)
    telling.tell_talent(
        session, application, "interview.cancelled", at=telling.moment(interview.starts_at)
    )
    return interview


def _answer(
    session: Session, application: Application, state: InterviewState, sequence: int
) -> Interview:
    interview = current(session, application)
    if interview is None or application.state is not ApplicationState.INTERVIEW:
        raise Conflict(code="no-interview")
    if state is InterviewState.ACCEPTED and interview.starts_at <= clock.now():
        raise Conflict(_l("这个时间已经过去，请等对方另提时间。"), code="time-over")
    _change(session, interview, (InterviewState.PROPOSED,), state, sequence)
    return interview


def _change(
    session: Session,
    interview: Interview,
    sources: tuple[InterviewState, ...],
    target: InterviewState,
    sequence: int,
    raise_sequence: bool = False,
) -> None:
    done = session.execute(
        sa.update(Interview)
        .where(
            Interview.id == interview.id,
            Interview.state.in_(sources),
            Interview.sequence == sequence,
        )
        .values(
            state=target,
            answered_at=clock.now(),
            sequence=Interview.sequence + (1 if raise_sequence else 0),
        )
        .execution_options(synchronize_session=False)
    )
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict(code="moved-meanwhile")
    session.refresh(interview)


def _record(
    session: Session, application: Application, verb: str, actor: Actor, interview: Interview
) -> None:
    record(
        session,
        "application",
        application.public_id,
        verb,
        actor=actor,
        to_state=interview.state,
        interview=interview.public_id,
        starts_at=interview.starts_at.isoformat(),
        sequence=interview.sequence,
    )


_ICS_STATUS = {
    InterviewState.PROPOSED: "TENTATIVE",
    InterviewState.ACCEPTED: "CONFIRMED",
    InterviewState.DECLINED: "CANCELLED",
    InterviewState.CANCELLED: "CANCELLED",
}


def calendar_file(interview: Interview, *, summary: str, url: str) -> bytes:
    """The interview as iCalendar (RFC 5545) in the exchange's zone, with its definition.

    A later download carries a higher SEQUENCE under the same UID, so calendars update in place.
    """
    status = _ICS_STATUS[interview.state]
    calendar = Calendar()
    calendar.add("prodid", "-//Shucai Exchange//interviews//ZH")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "CANCEL" if status == "CANCELLED" else "PUBLISH")
    event = Event()
    starts = interview.starts_at.astimezone(clock.SHANGHAI)
    event.add("uid", f"{interview.public_id}@interviews.shucai")
    event.add("dtstamp", interview.answered_at or interview.proposed_at)
    event.add("dtstart", starts)
    event.add("dtend", starts + timedelta(minutes=interview.minutes))
    event.add("sequence", interview.sequence)
    event.add("status", status)
    event["summary"] = vText(summary)
    event["location"] = vText(interview.place)
    event.add("url", url)
    calendar.add_component(event)
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())

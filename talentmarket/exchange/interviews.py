"""Interview times: one side proposes some, the other chooses one, either moves or calls it off.

Choosing opens phone and mail to this employer: that is said on the button, and a consent that names
the receiver is kept. Every change is won by a conditional UPDATE on what its maker saw.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from talentmarket.core import clock
from talentmarket.core.errors import Conflict, Invalid
from talentmarket.core.events import Actor, record
from talentmarket.core.folding import clean, clean_line
from talentmarket.exchange import moves, snapshots, telling
from talentmarket.exchange.interview_files import calendar_file
from talentmarket.exchange.interview_rules import MINUTES, check, check_reason
from talentmarket.exchange.models import (
    Application,
    ApplicationState,
    Interview,
    InterviewState,
    Side,
)
from talentmarket.exchange.stages import By
from talentmarket.exchange.suspended import require_standing

__all__ = [
    "MINUTES",
    "STAGES",
    "accept",
    "calendar_file",
    "cancel",
    "current",
    "decline",
    "propose",
]

#: An interview stands between the first look and an offer.
STAGES = (
    ApplicationState.SUBMITTED,
    ApplicationState.VIEWED,
    ApplicationState.SHORTLISTED,
    ApplicationState.INTERVIEW,
)
_LIVE = (InterviewState.PROPOSED, InterviewState.ACCEPTED)


def current(session: Session, application: Application) -> Interview | None:
    """The latest interview of an application; there is one on the table at most."""
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
    others: Sequence[datetime] = (),
    by_phone: bool = False,
    reason: str = "",
    tell: bool = True,
) -> Interview:
    """The employer proposes a time (and `others`), or new ones in place of the last. Moves the
    application to interview. `reason`: why an agreed time is moved; `tell`: the person is told."""
    place = clean_line(place)[:200]
    times = check([starts_at, *others], minutes, place)
    if application.state not in STAGES:
        raise Conflict(code="moved-meanwhile")
    last = current(session, application)
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
    values = {
        "minutes": minutes,
        "place": place,
        "by_video": by_video and not by_phone,
        "by_phone": by_phone,
        "reason": clean(reason)[:500],
    }
    interview = _put(session, application, last, times, Side.ORGANISATION, **values)
    _record(session, application, "interview_propose", actor, interview)
    if not tell:
        return interview
    due = min([*interview.times, application.due_at or interview.times[0]])
    telling.tell_talent(
        session,
        application,
        "interview.proposed",
        deadline=due,
        at=times_said(interview),
        due=telling.moment(due),
    )
    return interview


def suggest(
    session: Session,
    application: Application,
    *,
    times: Sequence[datetime],
    reason: str,
    sequence: int,
    actor: Actor,
) -> Interview:
    """The person asks for other times in place of those proposed or agreed, and says why. Phone and
    mail open when the employer takes one: the person reads so before. Raises Invalid, Conflict."""
    require_standing(application.organisation)
    last = current(session, application)
    if last is None or application.state is not ApplicationState.INTERVIEW:
        raise Conflict(code="no-interview")
    if last.sequence != sequence or last.state is InterviewState.CANCELLED:
        raise Conflict(code="moved-meanwhile")
    text = check_reason(reason)
    chosen = check(times, last.minutes, last.place)
    kept = {"minutes": last.minutes, "place": last.place, "by_video": last.by_video}
    interview = _put(
        session,
        application,
        last,
        chosen,
        Side.TALENT,
        by_phone=last.by_phone,
        reason=text,
        **kept,
    )
    _record(session, application, "interview_suggest", actor, interview)
    telling.tell_organisation(
        session,
        application,
        "interview.suggested",
        deadline=min(chosen),
        at=times_said(interview),
        reason=text,
    )
    return interview


def _hold(session: Session, application: Application) -> None:
    """The application before its interview, as whoever proposes takes them: two who meet wait for
    each other in one order."""
    session.execute(
        sa.select(Application.id).where(Application.id == application.id).with_for_update()
    )
    session.refresh(application)


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


def _put(
    session: Session,
    application: Application,
    last: Interview | None,
    times: Sequence[datetime],
    side: Side,
    **values: Any,
) -> Interview:
    """The proposal in the row that is live, else (for a calendar: another event) in a new one."""
    values |= {
        "starts_at": times[0],
        "options": [one.isoformat() for one in times],
        "by_side": side,
        "proposed_at": clock.now(),
        "firm_id": None,
    }
    if last is None or last.state not in (*_LIVE, InterviewState.DECLINED):
        last = Interview(application_id=application.id, sequence=0, **values)
        session.add(last)
        session.flush()
        return last
    _change(
        session,
        last,
        (last.state,),
        InterviewState.PROPOSED,
        last.sequence,
        raise_sequence=True,
        **{**values, "answered_at": None},
    )
    return last


def accept(
    session: Session,
    application: Application,
    *,
    sequence: int,
    actor: Actor,
    starts_at: datetime | None = None,
    by: By = By.TALENT,
) -> Interview:
    """The side that did not propose takes one of the times; phone and mail open to this employer.

    `sequence` is the proposal it saw: a changed one has to be read first. `starts_at`: which of the
    times; none where there is one. Raises Invalid, Conflict, also for a suspended organisation.
    """
    require_standing(application.organisation)
    interview = _proposed(session, application, by)
    chosen = _chosen(interview, starts_at)
    if chosen <= clock.now():
        raise Conflict(_l("这个时间已经过去，请等对方另提时间。"), code="time-over")
    _change(
        session,
        interview,
        (InterviewState.PROPOSED,),
        InterviewState.ACCEPTED,
        sequence,
        raise_sequence=len(interview.times) > 1,
        starts_at=chosen,
        options=[chosen.isoformat()],
    )
    receiver = application.organisation.public_id
    snapshots.give_contact(session, application, receiver, snapshots.PHONE_AND_MAIL)
    _record(session, application, "interview_accept", actor, interview)
    session.refresh(application)
    if by is By.TALENT:
        tell, code = telling.tell_organisation, "interview.accepted"
    else:
        tell, code = telling.tell_talent, "interview.agreed"
    at = interview.starts_at
    tell(session, application, code, deadline=at, at=telling.moment(at))
    return interview


def _proposed(session: Session, application: Application, by: By) -> Interview:
    _hold(session, application)
    interview = current(session, application)
    if interview is None or application.state is not ApplicationState.INTERVIEW:
        raise Conflict(code="no-interview")
    own = Side.TALENT if by is By.TALENT else Side.ORGANISATION
    if (interview.by_side or Side.ORGANISATION) is own:
        raise Conflict(_l("这些时间是您提议的，请等对方选择。"), code="own-proposal")
    return interview


def _chosen(interview: Interview, starts_at: datetime | None) -> datetime:
    if starts_at is None and len(interview.times) == 1:
        return interview.times[0]
    if starts_at not in interview.times:
        raise Invalid({"starts_at": _l("请从列出的时间中选一个。")})
    assert starts_at is not None
    return starts_at


def decline(
    session: Session,
    application: Application,
    *,
    sequence: int,
    actor: Actor,
    reason: str = "",
    by: By = By.TALENT,
) -> Interview:
    """None of the times suits; the other side may propose again."""
    interview = _proposed(session, application, by)
    _change(
        session,
        interview,
        (InterviewState.PROPOSED,),
        InterviewState.DECLINED,
        sequence,
        raise_sequence=True,
        reason=clean(reason)[:500],
    )
    _record(session, application, "interview_decline", actor, interview)
    tell = telling.tell_organisation if by is By.TALENT else telling.tell_talent
    code = "interview.declined" if by is By.TALENT else "interview.not_then"
    tell(session, application, code, at=telling.moment(interview.starts_at))
    return interview


def cancel(
    session: Session,
    application: Application,
    *,
    actor: Actor,
    reason: str = "",
    sequence: int | None = None,
    by: By = By.ORGANISATION,
) -> Interview:
    """Either side takes a proposed or agreed time off the table. `sequence`: as it saw it."""
    _hold(session, application)
    interview = current(session, application)
    if interview is None:
        raise Conflict(code="no-interview")
    _change(
        session,
        interview,
        _LIVE,
        InterviewState.CANCELLED,
        interview.sequence if sequence is None else sequence,
        raise_sequence=True,
        reason=clean(reason)[:500],
        by_side=Side.TALENT if by is By.TALENT else Side.ORGANISATION,
    )
    _record(session, application, "interview_cancel", actor, interview)
    if by is By.TALENT:
        tell, code = telling.tell_organisation, "interview.cancelled_by_person"
    else:
        tell, code = telling.tell_talent, "interview.cancelled"
    why = {"noted": [telling.moment(interview.starts_at), interview.reason]}
    at = why if interview.reason else telling.moment(interview.starts_at)
    deadline = interview.starts_at if interview.starts_at > clock.now() else None
    tell(session, application, code, deadline=deadline, at=at)
    return interview


def times_said(interview: Interview) -> dict[str, Any] | str:
    """The times on the table, for a notice."""
    if len(interview.times) == 1:
        return telling.moment(interview.times[0])
    return {"joined": [telling.moment(one) for one in interview.times]}


def _change(
    session: Session,
    interview: Interview,
    sources: tuple[InterviewState, ...],
    target: InterviewState,
    sequence: int,
    raise_sequence: bool = False,
    **values: Any,
) -> None:
    done = session.execute(
        sa.update(Interview)
        .where(
            Interview.id == interview.id,
            Interview.state.in_(sources),
            Interview.sequence == sequence,
        )
        .values(
            **{
                "state": target,
                "answered_at": clock.now(),
                "sequence": Interview.sequence + (1 if raise_sequence else 0),
                **values,
            }
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

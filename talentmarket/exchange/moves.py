"""Moving an application along its stages: by the table, once, with an event for each move.

Two people at once: the row is changed by a conditional UPDATE on state and revision, so one wins
and the other is told. A move can be undone for 30 minutes by the side that made it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from talentmarket.core import clock
from talentmarket.core.errors import Conflict, Forbidden
from talentmarket.core.events import SYSTEM, Actor, Event, record
from talentmarket.exchange import promises, snapshots, telling
from talentmarket.exchange.models import Application, ApplicationState, Job, JobState, Side
from talentmarket.exchange.models import ApplicationState as S
from talentmarket.exchange.models.applications import ENDED
from talentmarket.exchange.refusals import Refusal
from talentmarket.exchange.stages import (
    APPLICATION,
    UNDO_WINDOW,
    WAITING,
    By,
    Move,
    confirming_side,
    may_undo,
    skipped,
)

#: Asked before a move is made, raising Conflict where it may not be; told after it.
Watcher = Callable[[Session, Application, str, By, Actor], None]
_before: list[Watcher] = []
_after: list[Watcher] = []


def asked_before(watcher: Watcher) -> Watcher:
    """Have `watcher` asked before each move: (session, application, name, by, actor)."""
    _before.append(watcher)
    return watcher


def told_after(watcher: Watcher) -> Watcher:
    """Have `watcher` told after each move, in the same unit of work; an undo is the move "undo"."""
    _after.append(watcher)
    return watcher


#: Who made the last move, as it is stored; the site's own moves have no side.
SIDES = {By.ORGANISATION: Side.ORGANISATION, By.TALENT: Side.TALENT}


@dataclass(frozen=True)
class Undo:
    """A move that can still be taken back, and until when."""

    source: ApplicationState
    target: ApplicationState
    until: datetime


def move(
    session: Session,
    application: Application,
    name: str,
    *,
    by: By,
    actor: Actor,
    revision: int | None = None,
    refusal: Refusal | None = None,
    tell: bool = True,
    count: bool = True,
) -> Application:
    """Make the move called `name`.

    Raises Conflict when the stage moved on meanwhile (or `revision` is not the present one),
    Forbidden for the other side's moves. `tell`: leave notices; `count`: bring the organisation's
    rate up to date (a caller with many moves does it once).
    """
    if revision is not None and revision != application.revision:
        raise Conflict(code="moved-meanwhile")
    step = APPLICATION.find(name, application.state, by)
    assert step.target is not None
    if step.reason and refusal is None:
        raise Conflict(code="reason-missing", move=name)
    if name == "confirm" and by is not By.OPERATOR:
        _other_side(application, by)
    for watcher in _before:
        watcher(session, application, name, by, actor)
    at = clock.now()
    source = application.state
    before = restorable(application)
    jumped = [str(one) for one in skipped(source, step.target)]
    values = values_after(application, step, by, refusal, at, jumped)
    # A look is nobody's decision: pages that were open before it still hold.
    _advance(session, application, values, revised=name != "view")
    record(
        session,
        "application",
        application.public_id,
        name,
        actor=actor,
        from_state=source,
        to_state=step.target,
        reason=str(refusal.reason) if refusal else None,
        at=at,
        organisation=application.organisation.public_id,
        skipped=jumped,
        before=before,
    )
    if step.target is S.WITHDRAWN:
        snapshots.take_back_all(session, application, actor=actor, at=at)
    if count:
        promises.refresh(session, [application.organisation_id])
    for watcher in _after:
        watcher(session, application, name, by, actor)
    if tell:
        _tell(session, application, step, by, refusal)
    return application


def values_after(
    application: Application,
    step: Move[S],
    by: By,
    refusal: Refusal | None,
    at: datetime,
    jumped: list[str],
) -> dict[str, Any]:
    """What the row of an application says after `step` was made at `at`."""
    target = step.target
    assert target is not None
    values: dict[str, Any] = {
        "state": target,
        "moved_from": application.state,
        "moved_at": at,
        "moved_by_side": SIDES.get(by),
        "skipped": [*application.skipped, *jumped],
        "due_at": None,
    }
    if target not in ENDED:
        values["due_at"] = promises.stage_due(
            target, at, application.answer_due_at, application.job.reply_days
        )
    else:
        values["closed_at"] = at
    if target is S.VIEWED:
        values["viewed_at"] = at
    if application.answered_at is None and promises.is_answer(target):
        values["answered_at"] = at
    if application.answered_at is None and at > application.answer_due_at:
        values["late"] = True
    if refusal:
        values["end_reason"] = refusal.reason
        values["end_requirement"] = refusal.requirement
        values["end_text"] = refusal.text
    return values


def restorable(application: Application) -> dict[str, Any]:
    """What an undo needs to know, as codes and moments."""
    return {
        "due_at": application.due_at.isoformat() if application.due_at else None,
        "answered": application.answered_at is not None,
        "skipped": list(application.skipped),
        "moved_from": str(application.moved_from) if application.moved_from else None,
    }


def _advance(
    session: Session, application: Application, values: dict[str, Any], *, revised: bool = True
) -> None:
    done = session.execute(
        sa.update(Application)
        .where(
            Application.id == application.id,
            Application.state == application.state,
            Application.revision == application.revision,
        )
        .values(revision=Application.revision + int(revised), **values)
        .execution_options(synchronize_session=False)
    )
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict(code="moved-meanwhile")
    session.refresh(application)


def _other_side(application: Application, by: By) -> None:
    said = By.ORGANISATION if application.moved_by_side is Side.ORGANISATION else By.TALENT
    if confirming_side(said) is not by:
        raise Forbidden(code="other-side-confirms")


# --- undo --------------------------------------------------------------------------------------


def undoable(application: Application, by: By) -> Undo | None:
    """The last move when `by` may still take it back, else None."""
    source, target = application.moved_from, application.state
    mover = next((one for one, side in SIDES.items() if side is application.moved_by_side), None)
    if source is None or mover is None:
        return None
    try:
        step = APPLICATION.to(source, target, mover)
    except (Conflict, Forbidden):
        return None
    if not may_undo(step, application.moved_at, clock.now(), mover=mover, by=by):
        return None
    return Undo(source, target, application.moved_at + UNDO_WINDOW)


def undo(
    session: Session,
    application: Application,
    *,
    by: By,
    actor: Actor,
    revision: int | None = None,
) -> Application:
    """Take the last move back. Raises Conflict when it is too late or was not this side's."""
    if revision is not None and revision != application.revision:
        raise Conflict(code="moved-meanwhile")
    last = undoable(application, by)
    if last is None:
        raise Conflict(code="undo-over")
    _hold_job(session, application, last.source)
    made = _last_move(session, application)
    withdrawn_at = application.moved_at if last.target is S.WITHDRAWN else None
    try:
        with session.begin_nested():
            _advance(session, application, _undo_values(application, last, made))
    except IntegrityError:  # another application of the pair was opened meanwhile
        raise Conflict(code="applied-again") from None
    if withdrawn_at:
        snapshots.restore_all(session, application, withdrawn_at)
    record(
        session,
        "application",
        application.public_id,
        "undo",
        actor=actor,
        from_state=last.target,
        to_state=last.source,
        organisation=application.organisation.public_id,
    )
    for watcher in _after:
        watcher(session, application, "undo", by, actor)
    promises.refresh(session, [application.organisation_id])
    if by is By.ORGANISATION:
        state = telling.word_of("application", application.state)
        telling.tell_talent(session, application, "application.undone", state=state)
    return application


def _hold_job(session: Session, application: Application, source: ApplicationState) -> None:
    """Keep the job from being closed meanwhile; Conflict when an undo would make somebody wait for
    an answer to a job that is closed already."""
    state = session.scalar(
        sa.select(Job.state).where(Job.id == application.job_id).with_for_update(key_share=True)
    )
    if source in WAITING and state in (JobState.FILLED, JobState.WITHDRAWN):
        raise Conflict(_l("岗位已经关闭，不能撤销。"), code="job-closed")


def _last_move(session: Session, application: Application) -> Event:
    return session.scalars(
        sa.select(Event)
        .where(
            Event.subject_type == "application",
            Event.subject_id == application.public_id,
            Event.from_state == str(application.moved_from),
            Event.to_state == str(application.state),
            Event.verb != "undo",
        )
        .order_by(Event.id.desc())
        .limit(1)
    ).one()


def _undo_values(application: Application, last: Undo, made: Event) -> dict[str, Any]:
    before = made.data["before"]
    values: dict[str, Any] = {
        "state": last.source,
        "moved_from": None,
        "moved_by_side": None,
        "moved_at": clock.now(),
        "skipped": before["skipped"],
        "due_at": datetime.fromisoformat(before["due_at"]) if before["due_at"] else None,
        "closed_at": None,
        "end_reason": None,
        "end_requirement": None,
        "end_text": "",
    }
    if not before["answered"]:
        values["answered_at"] = None
    return values


# --- notices -----------------------------------------------------------------------------------

#: To the person, by the move of the organisation.
_TO_TALENT = {
    "view": "application.viewed",
    "offer": "application.offered",
    "reject": "application.rejected",
    "rescind": "application.rescinded",
    "start": "application.start_said_by_employer",
    "close": "application.closed",
    "unanswered": "application.unanswered",
}
#: To the organisation, by the move of the person.
_TO_ORGANISATION = {
    "withdraw": "application.withdrawn",
    "accept": "application.accepted",
    "decline_offer": "application.offer_declined",
    "start": "application.start_said",
}
_NEEDS_ANSWER = {"offer", "start", "accept"}


def _tell(
    session: Session, application: Application, step: Move[S], by: By, refusal: Refusal | None
) -> None:
    due = application.due_at
    deadline = due if step.name in _NEEDS_ANSWER else None
    if by is By.TALENT:
        code = _TO_ORGANISATION.get(step.name)
        if code:
            telling.tell_organisation(
                session, application, code, deadline=deadline, due=telling.moment(due)
            )
        return
    telling.tell_talent(
        session,
        application,
        _TO_TALENT.get(step.name, "application.moved"),
        deadline=deadline,
        due=telling.moment(due),
        state=telling.word_of("application", application.state),
        reason=telling.word_of("end_reason", refusal.reason) if refusal else "",
    )


# --- for the rooms beside ----------------------------------------------------------------------


def close_open(
    session: Session,
    applications: list[Application],
    refusal: Refusal,
    *,
    actor: Actor = SYSTEM,
) -> int:
    """Close the applications of a job that ends, with one stated reason; returns how many."""
    by = By.SYSTEM if actor.account is None else By.ORGANISATION
    for application in applications:
        move(session, application, "close", by=by, actor=actor, refusal=refusal, count=False)
    promises.refresh(session, {one.organisation_id for one in applications})
    return len(applications)

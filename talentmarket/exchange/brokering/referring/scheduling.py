"""A firm proposes interview times for somebody whom it referred, where the employer lets it.

The interview is the employer's: it shortlists the person itself, and then may leave the times to the
firm, referral by referral, and take that back. The firm proposes; the person chooses, and phone and
mail open to the employer, not to the firm. An agreed time is moved by the employer or the person
alone. Both read which firm proposed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from talentmarket.core import clock
from talentmarket.core.errors import Conflict
from talentmarket.core.events import Actor, record
from talentmarket.exchange import interviews, telling
from talentmarket.exchange.brokering.referring import asking, consenting, sending
from talentmarket.exchange.brokering.referring.models import Referral, ReferralState
from talentmarket.exchange.models import ApplicationState, Interview, InterviewState
from talentmarket.members.models import OrganisationState
from talentmarket.notices.texts import register

register(
    "interview.proposed_by_firm",
    _l("%(firm)s 代 %(organisation)s 约您面试"),
    _l(
        "%(firm)s 受 %(organisation)s 之托，提议 %(at)s 面试“%(job)s”，请在 %(due)s 前答复。"
        "接受后用人单位可见您的电话和邮箱。"
    ),
)
register(
    "interview.proposed_for_you",
    _l("%(firm)s 代本单位提议面试时间：%(number)s"),
    _l("%(firm)s 为“%(job)s”的候选人 %(number)s 提议面试时间：%(at)s。由本人选定。"),
)
register(
    "referral.may_schedule",
    _l("请代约面试：%(job)s"),
    _l("%(employer)s 请贵机构为推荐 %(number)s 代约面试时间，由本人选定。"),
)

#: Stages in which the firm may propose: the employer has said that it wants the person.
STAGES = (ApplicationState.SHORTLISTED, ApplicationState.INTERVIEW)


def may_let(session: Session, referral: Referral) -> bool:
    """Whether the employer can leave the times of this referral to its firm: not where a time is
    agreed, which the firm may not move."""
    if referral.schedules_since is not None or not _goes_on(session, referral):
        return False
    return not _agreed(session, referral)


def may_propose(session: Session, referral: Referral) -> bool:
    """Whether the firm may propose times now."""
    if referral.schedules_since is None or not _goes_on(session, referral):
        return False
    return not _agreed(session, referral)


def _agreed(session: Session, referral: Referral) -> bool:
    assert referral.application is not None
    now = interviews.current(session, referral.application)
    return now is not None and now.state is InterviewState.ACCEPTED


def _goes_on(session: Session, referral: Referral) -> bool:
    application = referral.application
    if application is None or referral.state is not ReferralState.SENT:
        return False
    if application.state not in STAGES or sending.awaits_answer(referral):
        return False
    if any(one.state is OrganisationState.SUSPENDED for one in (referral.employer, referral.firm)):
        return False  # nothing is arranged in the name of either, and nobody could accept it
    return bool(consenting.standing(session, referral, referral.firm))


def shown(session: Session, referral: Referral) -> Interview | None:
    """The interview as the firm reads it: while the employer leaves the times to it and what the
    person gave the firm holds."""
    if referral.state is not ReferralState.SENT or referral.schedules_since is None:
        return None
    application = referral.application
    if application is None or not consenting.standing(session, referral, referral.firm):
        return None
    return interviews.current(session, application)


def let(session: Session, referral: Referral, *, actor: Actor) -> None:
    """The employer leaves the times to the firm. Raises Conflict."""
    if not may_let(session, referral):
        raise Conflict(_l("先入围，并且还没有约定时间，才能请机构代约面试。"), code="not-now")
    _set(session, referral, None, clock.now())
    _noted(session, referral, "let_schedule", actor)
    asking.tell_firm(
        session,
        referral,
        "referral.may_schedule",
        key=f"may-schedule:{referral.public_id}:{referral.schedules_since}",
        employer=referral.employer.name,
    )


def stop(session: Session, referral: Referral, *, actor: Actor) -> None:
    """The employer takes the times back; what was proposed stands. Raises Conflict."""
    if referral.schedules_since is None:
        raise Conflict(code="moved-meanwhile")
    _set(session, referral, referral.schedules_since, None)
    _noted(session, referral, "stop_schedule", actor)


def _set(
    session: Session, referral: Referral, before: datetime | None, after: datetime | None
) -> None:
    """Two at once: the second is told."""
    seen = Referral.schedules_since
    won = session.execute(
        sa.update(Referral)
        .where(Referral.id == referral.id, seen.is_(None) if before is None else seen == before)
        .values(schedules_since=after)
        .execution_options(synchronize_session=False)
    )
    if won.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict(code="moved-meanwhile")
    session.refresh(referral)


def _noted(session: Session, referral: Referral, verb: str, actor: Actor) -> None:
    record(session, "referral", referral.public_id, verb, actor=actor, firm=referral.firm.public_id)


def propose(
    session: Session,
    referral: Referral,
    *,
    starts_at: datetime,
    others: Sequence[datetime],
    minutes: int,
    place: str,
    by_video: bool,
    by_phone: bool,
    revision: int | None,
    actor: Actor,
) -> Interview:
    """The firm proposes times to the person. Raises Conflict where it may not, or somebody was
    faster; Invalid for times that cannot be."""
    application = referral.application
    if application is None or not may_propose(session, referral):
        raise Conflict(
            _l("现在不能由机构约面试：用人单位没有请代约，或者时间已经约定。"), code="not-now"
        )
    interview = interviews.propose(
        session,
        application,
        starts_at=starts_at,
        others=others,
        minutes=minutes,
        place=place,
        by_video=by_video,
        by_phone=by_phone,
        revision=revision,
        actor=actor,
        tell=False,
    )
    interview.firm_id = referral.firm_id
    session.flush()
    first, firm, at = min(interview.times), referral.firm.name, interviews.times_said(interview)
    due = min(first, application.due_at or first)
    telling.tell_talent(
        session,
        application,
        "interview.proposed_by_firm",
        deadline=due,
        at=at,
        due=telling.moment(due),
        firm=firm,
    )
    telling.tell_organisation(session, application, "interview.proposed_for_you", at=at, firm=firm)
    return interview

"""Inviting a person to apply to a job: sent → seen → accepted | declined | expired | withdrawn.

A decline stops this organisation's invitations to the person for 90 days. Whether a person is
blocked, at rest or not to be found reads the same: nobody learns of a block by inviting.
"""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session, joinedload

from talentmarket.core import calendar, clock, counters
from talentmarket.core.db import insert_for
from talentmarket.core.errors import Conflict, DomainError, Forbidden, NotFound
from talentmarket.core.events import SYSTEM, Actor, record
from talentmarket.core.folding import clean
from talentmarket.core.ids import new_public_id
from talentmarket.exchange import applications, telling
from talentmarket.exchange.applications import Standing
from talentmarket.exchange.brokering.standing import require_licence
from talentmarket.exchange.models import (
    Application,
    ApplicationRoute,
    ContactWhen,
    Invitation,
    InvitationState,
    Job,
    JobState,
    Origin,
)
from talentmarket.exchange.resting import is_resting
from talentmarket.exchange.stages import INVITATION, INVITATION_WORKING_DAYS, By
from talentmarket.members.blocks import is_blocked
from talentmarket.members.cards import may_see
from talentmarket.members.models import (
    TRUSTED,
    Account,
    Organisation,
    Talent,
)
from talentmarket.notices.send import notify

#: Invitations an organisation may send on one day, all its members together.
DAILY_LIMIT = 50
TEXT_SIGNS = 500


class NotInvitable(DomainError):
    """The person cannot be invited. One sentence for every reason, so that none is given away."""

    code = "not-invitable"
    status = 409
    message = _l("现在不能邀请这位人才申请这个岗位。")


def send(
    session: Session,
    job: Job,
    talent: Talent,
    *,
    sender: Account,
    actor: Actor,
    text: str = "",
) -> Invitation:
    """Invite a person. Raises NotInvitable, Conflict when one runs already, TooMany."""
    organisation = job.organisation
    if organisation.state not in TRUSTED:
        raise Forbidden(_l("单位通过核验后才能邀请人才。"), code="not-verified")
    require_licence(session, organisation)
    if job.state is not JobState.PUBLISHED or job.origin is not Origin.OWN:
        raise Conflict(_l("只能为已发布的岗位发出邀请。"), code="job-not-published")
    _check_invitable(session, organisation, job, talent)
    counters.limit(session, f"invite:{organisation.public_id}", timedelta(days=1), DAILY_LIMIT)
    invitation = _insert(session, job, talent, sender, clean(text)[:TEXT_SIGNS])
    _record(session, invitation, "send", actor, None)
    notify(
        session,
        talent.account_id,
        "invitation.sent",
        {
            "job": job.title,
            "organisation": organisation.name,
            "due": telling.moment(invitation.expires_at),
        },
        link=f"/me/invitations/{invitation.public_id}",
        deadline=invitation.expires_at,
    )
    return invitation


def _insert(session: Session, job: Job, talent: Talent, sender: Account, text: str) -> Invitation:
    at = clock.now()
    key = session.scalar(
        insert_for(session)(Invitation)
        .values(
            public_id=new_public_id(),
            organisation_id=job.organisation_id,
            job_id=job.id,
            talent_id=talent.id,
            sender_id=sender.id,
            text=text,
            state=InvitationState.SENT,
            sent_at=at,
            expires_at=calendar.due(at, INVITATION_WORKING_DAYS),
        )
        .on_conflict_do_nothing()
        .returning(Invitation.id)
    )
    if key is None:
        raise Conflict(_l("已经邀请过，对方还没有答复。"), code="invited-already")
    return session.get_one(Invitation, key)


def _check_invitable(
    session: Session, organisation: Organisation, job: Job, talent: Talent
) -> None:
    if not may_see(session, talent, organisation):
        raise NotInvitable()
    employer = job.employer
    if employer and employer.id != organisation.id and is_blocked(session, talent, employer):
        raise NotInvitable()
    if is_resting(session, organisation, talent):
        raise NotInvitable()
    if applications.open_application(session, talent, job):
        raise Conflict(_l("对方已经申请了这个岗位。"), code="applied-already")


# --- the person --------------------------------------------------------------------------------


def own(session: Session, talent: Talent | None, public_id: str) -> Invitation:
    """The person's invitation with this id. Raises NotFound for another's."""
    found = session.scalar(
        sa.select(Invitation)
        .options(joinedload(Invitation.job), joinedload(Invitation.organisation))
        .where(
            Invitation.public_id == public_id,
            Invitation.talent_id == (talent.id if talent else None),
        )
    )
    if found is None:
        raise NotFound()
    return found


def all_of(session: Session, talent: Talent) -> list[Invitation]:
    """The person's invitations, those that wait first."""
    waiting = sa.case((Invitation.state.in_(("sent", "seen")), 0), else_=1)
    return list(
        session.scalars(
            sa.select(Invitation)
            .options(joinedload(Invitation.job), joinedload(Invitation.organisation))
            .where(Invitation.talent_id == talent.id)
            .order_by(waiting, Invitation.id.desc())
            .limit(200)
        )
    )


def see(session: Session, invitation: Invitation, *, actor: Actor) -> None:
    """The person opened it; a second look changes nothing. Who was blocked meanwhile learns
    nothing more of the person."""
    if invitation.state is InvitationState.SENT and not is_blocked(
        session, invitation.talent, invitation.organisation
    ):
        _move(session, invitation, "see", By.TALENT, actor, seen_at=clock.now())


def accept(
    session: Session,
    invitation: Invitation,
    *,
    contact_when: ContactWhen | None,
    actor: Actor,
    note: str = "",
    standing: Standing | None = None,
) -> tuple[Application, bool]:
    """Accept by applying: the application, and whether it is new. An open one stays the one."""
    if is_over(invitation):
        raise Conflict(_l("邀请已过期，您仍可以直接申请。"), code="expired")
    job = applications.open_job(session, invitation.job.public_id)
    application, created = applications.apply(
        session,
        invitation.talent,
        job,
        contact_when=contact_when,
        actor=actor,
        note=note,
        route=ApplicationRoute.INVITATION,
        standing=standing,
    )
    _move(
        session,
        invitation,
        "accept",
        By.TALENT,
        actor,
        answered_at=clock.now(),
        application_id=application.id,
    )
    return application, created


def waiting_for(session: Session, talent: Talent, job: Job) -> Invitation | None:
    """The invitation to this job that waits for the person's answer."""
    return session.scalar(
        sa.select(Invitation).where(
            Invitation.talent_id == talent.id,
            Invitation.job_id == job.id,
            Invitation.state.in_(("sent", "seen")),
        )
    )


def answered_by_applying(session: Session, invitation: Invitation, *, actor: Actor) -> None:
    """The person applied by the usual way: the invitation is accepted with that application."""
    running = applications.open_application(session, invitation.talent, invitation.job)
    key = running.id if running else None
    _move(
        session,
        invitation,
        "accept",
        By.TALENT,
        actor,
        answered_at=clock.now(),
        application_id=key,
    )


def decline(session: Session, invitation: Invitation, *, actor: Actor) -> None:
    """Decline; the organisation may not invite this person again for 90 days."""
    _move(session, invitation, "decline", By.TALENT, actor, answered_at=clock.now())
    for account_id in telling.desk_accounts(session, invitation.job):
        notify(
            session,
            account_id,
            "invitation.declined",
            {"job": invitation.job.title},
            link=f"/org/{invitation.organisation.public_id}/invitations",
        )


# --- the organisation --------------------------------------------------------------------------


def of_organisation(session: Session, organisation: Organisation, public_id: str) -> Invitation:
    """An invitation this organisation sent. Raises NotFound for another's."""
    found = session.scalar(
        sa.select(Invitation).where(
            Invitation.public_id == public_id, Invitation.organisation_id == organisation.id
        )
    )
    if found is None:
        raise NotFound()
    return found


def sent_by(session: Session, organisation: Organisation, limit: int = 200) -> list[Invitation]:
    """What the organisation sent, newest first."""
    return list(
        session.scalars(
            sa.select(Invitation)
            .options(joinedload(Invitation.job))
            .where(Invitation.organisation_id == organisation.id)
            .order_by(Invitation.sent_at.desc(), Invitation.id.desc())
            .limit(limit)
        )
    )


def withdraw(session: Session, invitation: Invitation, *, actor: Actor) -> None:
    """Take an unanswered invitation back; the person is told."""
    _move(session, invitation, "withdraw", By.ORGANISATION, actor, answered_at=clock.now())
    notify(
        session,
        invitation.talent.account_id,
        "invitation.withdrawn",
        {"job": invitation.job.shown_title, "organisation": invitation.organisation.name},
        link="/me/invitations",
    )


# --- time --------------------------------------------------------------------------------------


def is_over(invitation: Invitation) -> bool:
    """Whether its time has run out, whatever the worker has done so far."""
    return invitation.expires_at <= clock.now()


def expire_due(session: Session, limit: int = 500) -> int:
    """End the invitations whose time has run out; returns how many."""
    due = session.scalars(
        sa.select(Invitation)
        .where(Invitation.state.in_(("sent", "seen")), Invitation.expires_at <= clock.now())
        .order_by(Invitation.expires_at)
        .limit(limit)
    ).all()
    for invitation in due:
        _move(session, invitation, "expire", By.SYSTEM, SYSTEM)
    return len(due)


def _move(
    session: Session, invitation: Invitation, name: str, by: By, actor: Actor, **values: object
) -> None:
    step = INVITATION.find(name, invitation.state, by)
    source = invitation.state
    done = session.execute(
        sa.update(Invitation)
        .where(Invitation.id == invitation.id, Invitation.state == source)
        .values(state=step.target, **values)
        .execution_options(synchronize_session=False)
    )
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict(code="moved-meanwhile")
    session.refresh(invitation)
    _record(session, invitation, name, actor, source)


def _record(
    session: Session,
    invitation: Invitation,
    verb: str,
    actor: Actor,
    source: InvitationState | None,
) -> None:
    record(
        session,
        "invitation",
        invitation.public_id,
        verb,
        actor=actor,
        from_state=source,
        to_state=invitation.state,
        organisation=invitation.organisation.public_id,
        job=invitation.job.public_id,
    )

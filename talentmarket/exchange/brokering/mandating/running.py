"""A mandate in force: paused, resumed, stopped by the operator, ended, expired; new terms."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from talentmarket.core import clock
from talentmarket.core.errors import Conflict, NotFound
from talentmarket.core.events import SYSTEM, Actor, record
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.brokering import standing
from talentmarket.exchange.brokering.mandating import agreement, documents, telling
from talentmarket.exchange.brokering.mandating.models import (
    Mandate,
    MandateState,
    MandateTerms,
    Party,
)
from talentmarket.exchange.brokering.mandating.moving import hold, move
from talentmarket.exchange.brokering.mandating.stages import BINDING, RUNNING
from talentmarket.exchange.brokering.mandating.terms import Terms
from talentmarket.exchange.models import Job, JobState, Origin
from talentmarket.exchange.stages import By
from talentmarket.members.models import Account

_M = MandateState
#: What both sides may do with a mandate in force, and whether it needs a licence.
_RESUME = "resume"


def change(
    session: Session, mandate: Mandate, name: str, by: By, text: str = "", *, actor: Actor
) -> None:
    """`pause`, `resume`, `end`, and before it is in force `recall` and `drop`.

    The client may end it whatever the firm's licence says: the mandate can go elsewhere. Raises
    Conflict, Forbidden, Invalid, KeyError.
    """
    hold(session, mandate)
    if name == _RESUME:
        standing.require(session, mandate.organisation)
    move(session, mandate, name, by, actor=actor, text=text)
    agreement.revoke_links(session, mandate)
    if name in ("end", "drop"):
        documents.end(session, mandate)
    if name in ("pause", _RESUME, "end"):
        telling.tell_both(session, mandate, "mandate.moved", text=mandate.reason_text)


def propose(
    session: Session, mandate: Mandate, terms: Terms, *, by: Account, actor: Actor
) -> MandateTerms:
    """New terms; of a mandate in force they need a licence, for they are asked of the client."""
    if mandate.state in RUNNING:
        standing.require(session, mandate.organisation)
    row = agreement.propose(session, mandate, terms, by=by, actor=actor)
    if mandate.state in RUNNING:
        telling.tell_consultant(session, mandate, "mandate.new_terms", number=row.number)
    return row


def confirm_for_firm(
    session: Session, mandate: Mandate, number: int, digest: str, *, account: Account, actor: Actor
) -> None:
    """The firm's yes to new terms of a mandate in force, by another member than who proposed them;
    then the client is asked."""
    hold(session, mandate)
    standing.require(session, mandate.organisation)
    agreement.require_open(mandate)
    agreement.confirm(session, mandate, Party.FIRM, number, digest, account=account, actor=actor)
    telling.tell_client(session, mandate, "mandate.new_terms", number=number)


def jobs_of_client(session: Session, mandate: Mandate) -> list[Job]:
    """The client's own published jobs, newest first: what people may be asked for."""
    if mandate.client_id is None:
        return []
    return list(
        session.scalars(
            sa.select(Job)
            .where(
                Job.organisation_id == mandate.client_id,
                Job.state == JobState.PUBLISHED,
                Job.origin == Origin.OWN,
            )
            .order_by(Job.published_at.desc(), Job.id)
            .limit(200)
        )
    )


def set_job(session: Session, mandate: Mandate, job_id: str, *, actor: Actor) -> None:
    """Say for which of the client's published jobs people are asked. Raises NotFound for another's,
    Conflict once the mandate is over. What was asked for the job before stays with that job."""
    hold(session, mandate)
    if mandate.state not in RUNNING:
        raise Conflict(code="mandate-not-active")
    job = next((one for one in jobs_of_client(session, mandate) if one.public_id == job_id), None)
    if job is None:
        raise NotFound()
    mandate.job_id = job.id
    session.flush()
    record(session, "mandate", mandate.public_id, "set_job", actor=actor, job=job.public_id)


# --- the operator ------------------------------------------------------------------------------
def find(session: Session, public_id: str) -> Mandate:
    """Any mandate, for the operator. Raises NotFound."""
    found = session.scalar(
        sa.select(Mandate)
        .where(Mandate.public_id == public_id)
        .options(joinedload(Mandate.organisation), joinedload(Mandate.reviewer))
    )
    if found is None:
        raise NotFound()
    return found


def to_sample(session: Session, limit: int = 100) -> list[Mandate]:
    """Mandates in force that nobody of the office has looked at, oldest first; then frozen ones."""
    return list(
        session.scalars(
            sa.select(Mandate)
            .where(
                Mandate.state.in_(RUNNING),
                Mandate.sampled_at.is_(None) | (Mandate.state == _M.FROZEN),
            )
            .options(joinedload(Mandate.organisation), joinedload(Mandate.reviewer))
            .order_by(Mandate.sampled_at.is_not(None), Mandate.activated_at, Mandate.id)
            .limit(limit)
        )
    )


def sample(session: Session, mandate: Mandate, *, operator: Account, actor: Actor) -> None:
    """The operator has looked at it and lets it run."""
    mandate.sampled_at, mandate.sampled_by = clock.now(), operator.id
    session.flush()
    record(session, "mandate", mandate.public_id, "sample", actor=actor)


def freeze(
    session: Session, mandate: Mandate, text: str, *, operator: Account, actor: Actor
) -> None:
    """Stop it: nothing may be asked or sent under it. Raises Conflict, Invalid without words."""
    hold(session, mandate)
    before = mandate.state
    move(
        session,
        mandate,
        "freeze",
        By.OPERATOR,
        actor=actor,
        text=text,
        state_before_freeze=str(before),
        sampled_at=clock.now(),
        sampled_by=operator.id,
    )
    telling.tell_both(session, mandate, "mandate.moved", text=mandate.reason_text)


def thaw(session: Session, mandate: Mandate, *, actor: Actor) -> None:
    """Let it go on where it stood. Raises Conflict."""
    hold(session, mandate)
    paused = mandate.state_before_freeze == _M.PAUSED
    name = "thaw_paused" if paused else "thaw"
    move(session, mandate, name, By.OPERATOR, actor=actor, state_before_freeze=None)
    telling.tell_both(session, mandate, "mandate.moved")


# --- the worker --------------------------------------------------------------------------------
def expire_due(limit: int = 200) -> int:
    """End mandates whose last day is over. Returns how many."""
    with unit_of_work() as session:
        due = session.scalars(
            sa.select(Mandate)
            .where(Mandate.state.in_(BINDING), Mandate.valid_until < clock.today())
            .order_by(Mandate.id)
            .limit(limit)
        ).all()
        for mandate in due:
            move(session, mandate, "expire", By.SYSTEM, actor=SYSTEM)
            agreement.revoke_links(session, mandate)
            documents.end(session, mandate)
            if mandate.activated_at is not None:
                telling.tell_both(session, mandate, "mandate.moved")
    return len(due)

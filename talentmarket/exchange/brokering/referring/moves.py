"""One move of a referral or of its claim: by the table, won by one, with an event for each."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from talentmarket.core.errors import Conflict
from talentmarket.core.events import Actor, record
from talentmarket.exchange.brokering.referring.models import Referral
from talentmarket.exchange.brokering.referring.stages import CLAIM, REFERRAL
from talentmarket.exchange.stages import By


def advance(
    session: Session, referral: Referral, name: str, by: By, actor: Actor, **values: Any
) -> None:
    """Make the asking's move called `name`. Raises Conflict where it moved on meanwhile."""
    step = REFERRAL.find(name, referral.state, by)
    source = referral.state
    _win(session, referral, Referral.state == source, state=step.target, **values)
    noted(session, referral, name, actor, source)


def move_claim(
    session: Session,
    referral: Referral,
    name: str,
    by: By,
    actor: Actor,
    *,
    reason: str | None = None,
    **values: Any,
) -> None:
    """Make the claim's move called `name`. Raises Conflict where it moved on meanwhile."""
    if referral.claim is None:
        raise Conflict(move=name, state="none")
    step = CLAIM.find(name, referral.claim, by)
    source = referral.claim
    _win(session, referral, Referral.claim == source, claim=step.target, **values)
    noted(session, referral, f"claim_{name}", actor, source, to=step.target, reason=reason)


def _win(
    session: Session, referral: Referral, standing: sa.ColumnElement[bool], **values: Any
) -> None:
    done = session.execute(
        sa.update(Referral)
        .where(Referral.id == referral.id, Referral.revision == referral.revision, standing)
        .values(revision=Referral.revision + 1, **values)
        .execution_options(synchronize_session=False)
    )
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict(code="moved-meanwhile")
    session.refresh(referral)


def noted(
    session: Session,
    referral: Referral,
    verb: str,
    actor: Actor,
    source: StrEnum | None,
    *,
    to: StrEnum | None = None,
    reason: str | None = None,
) -> None:
    """Append the move to the events: ids and codes only."""
    record(
        session,
        "referral",
        referral.public_id,
        verb,
        actor=actor,
        from_state=source,
        to_state=to or referral.state,
        reason=reason,
        firm=referral.firm.public_id,
        employer=referral.employer.public_id,
        job=referral.job.public_id,
        terms=referral.terms_id,
    )

"""Opened mandates for other firms: find them, ask to join, be answered, go again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session, joinedload

from talentmarket.core import clock, counters
from talentmarket.core.db import insert_for
from talentmarket.core.errors import Conflict, NotFound
from talentmarket.core.events import Actor, record
from talentmarket.core.ids import new_public_id
from talentmarket.exchange.brokering import standing
from talentmarket.exchange.brokering.firms import reach
from talentmarket.exchange.brokering.firms.steps import Step
from talentmarket.exchange.brokering.joining import telling
from talentmarket.exchange.brokering.joining.models import OPEN, Joining, JoiningState
from talentmarket.exchange.brokering.joining.stages import (
    JOINING,
    REFUSED_REST_DAYS,
    TAKEN_BACK,
)
from talentmarket.exchange.brokering.joining.standing import opened_now, part_of
from talentmarket.exchange.brokering.mandating.models import Mandate
from talentmarket.exchange.brokering.mandating.moving import said
from talentmarket.exchange.brokering.mandating.stages import AT_WORK
from talentmarket.exchange.brokering.referring import ending
from talentmarket.exchange.brokering.referring.models import Referral
from talentmarket.exchange.stages import By
from talentmarket.members.models import TRUSTED, Account, Organisation

#: Requests a firm may make on one day.
DAILY_LIMIT = 20
MOST = 200
_WHOLE = (
    joinedload(Joining.firm),
    joinedload(Joining.consultant),
    joinedload(Joining.mandate).joinedload(Mandate.organisation),
    joinedload(Joining.mandate).joinedload(Mandate.client),
)


# --- reading -----------------------------------------------------------------------------------
def _open(firm: Organisation) -> sa.Select[tuple[Mandate]]:
    client = sa.select(Organisation.id).where(Organisation.state.in_(TRUSTED))
    return (
        sa.select(Mandate)
        .options(
            joinedload(Mandate.organisation), joinedload(Mandate.client), joinedload(Mandate.job)
        )
        .where(
            Mandate.organisation_id != firm.id,
            Mandate.client_id != firm.id,
            Mandate.client_id.in_(client),
            Mandate.job_id.is_not(None),
            Mandate.state.in_(AT_WORK),
            Mandate.valid_until >= clock.today(),
            opened_now(),
        )
    )


def opened(session: Session, firm: Organisation) -> list[Mandate]:
    """Other firms' mandates that may be joined today, newest first."""
    query = _open(firm).order_by(Mandate.activated_at.desc(), Mandate.id.desc()).limit(MOST)
    return list(session.scalars(query))


def find(session: Session, firm: Organisation, public_id: str) -> Mandate:
    """One of them, or one that the firm has or had a part in. Raises NotFound for any other."""
    mine = sa.select(Joining.mandate_id).where(Joining.firm_id == firm.id)
    found = session.scalar(_open(firm).where(Mandate.public_id == public_id))
    if found is None:
        found = session.scalar(
            sa.select(Mandate).where(Mandate.public_id == public_id, Mandate.id.in_(mine))
        )
    if found is None:
        raise NotFound()
    return found


def of_firm(session: Session, firm: Organisation) -> list[Joining]:
    """The firm's parts in others' mandates, those that go on first, newest first."""
    return list(
        session.scalars(
            sa.select(Joining)
            .options(*_WHOLE)
            .where(Joining.firm_id == firm.id)
            .order_by(sa.case((Joining.state.in_(OPEN), 0), else_=1), Joining.id.desc())
            .limit(MOST)
        )
    )


def of_mandate(session: Session, mandate: Mandate) -> list[Joining]:
    """All firms that asked for this mandate, those that go on first, oldest first."""
    return list(
        session.scalars(
            sa.select(Joining)
            .options(*_WHOLE)
            .where(Joining.mandate_id == mandate.id)
            .order_by(sa.case((Joining.state.in_(OPEN), 0), else_=1), Joining.id)
            .limit(MOST)
        )
    )


def working(session: Session, mandate: Mandate) -> list[Joining]:
    """The firms that work on it, as its employer sees them: joined ones, and those that went."""
    return [one for one in of_mandate(session, mandate) if one.state in (*_WORKED, *_GONE)]


_WORKED = (JoiningState.JOINED,)
_GONE = (JoiningState.LEFT, JoiningState.EXCLUDED)


def find_in(session: Session, mandate: Mandate, public_id: str) -> Joining:
    """A firm's part in this mandate. Raises NotFound."""
    found = session.scalar(
        sa.select(Joining)
        .options(*_WHOLE)
        .where(Joining.mandate_id == mandate.id, Joining.public_id == public_id)
    )
    if found is None:
        raise NotFound()
    return found


def referrals_of(
    session: Session, mandate: Mandate, firm: Organisation | None = None
) -> list[Referral]:
    """Whom other firms sent or asked for this mandate, newest first: its owner reads all of them,
    `firm` its own."""
    theirs = [] if firm is None else [Referral.firm_id == firm.id]
    return list(
        session.scalars(
            sa.select(Referral)
            .options(joinedload(Referral.firm), joinedload(Referral.application))
            .where(
                Referral.mandate_id == mandate.id,
                Referral.firm_id != mandate.organisation_id,
                *theirs,
            )
            .order_by(Referral.id.desc())
            .limit(MOST)
        )
    )


# --- the firm that joins -----------------------------------------------------------------------
def rest_until(part: Joining | None) -> Any:
    """Until when a firm that was refused may not ask again; None where it may ask now."""
    if part is None or part.state is not JoiningState.REFUSED or part.ended_at is None:
        return None
    until = part.ended_at + timedelta(days=REFUSED_REST_DAYS)
    return until if until > clock.now() else None


def may_ask(part: Joining | None) -> bool:
    """Whether the firm may ask to join, by what it did before."""
    if part is None:
        return True
    ended = part.state not in OPEN and part.state is not JoiningState.EXCLUDED
    return ended and rest_until(part) is None


def ask(
    session: Session,
    mandate: Mandate,
    firm: Organisation,
    text: str,
    *,
    consultant: Account,
    actor: Actor,
) -> Joining:
    """Ask to work on another's mandate. Raises Forbidden without a licence, Invalid without words,
    Conflict where it is not open or was asked already, TooMany."""
    standing.require(session, firm)
    reach.require(session, firm, Step.NO_JOINING)
    if session.scalar(_open(firm).where(Mandate.id == mandate.id)) is None:
        raise Conflict(_l("这份委托现在不对其他机构开放。"), code="not-opened")
    if not may_ask(part_of(session, mandate, firm)):
        raise Conflict(_l("本机构已申请过这份委托，现在不能再申请。"), code="asked-already")
    text = said(text)
    counters.limit(session, f"join:{firm.public_id}", timedelta(days=1), DAILY_LIMIT)
    key = session.scalar(
        insert_for(session)(Joining)
        .values(
            public_id=new_public_id(),
            mandate_id=mandate.id,
            firm_id=firm.id,
            consultant_id=consultant.id,
            text=text,
            state=JoiningState.ASKED,
            reason_text="",
            asked_at=clock.now(),
        )
        .on_conflict_do_nothing()
        .returning(Joining.id)
    )
    if key is None:
        raise Conflict(_l("本机构已申请过这份委托，现在不能再申请。"), code="asked-already")
    joining = session.get_one(Joining, key)
    _noted(session, joining, "ask", actor, None)
    telling.tell_owner(session, joining, "joining.asked")
    return joining


def withdraw(session: Session, joining: Joining, *, actor: Actor) -> None:
    """Take the request back before it is answered. Raises Conflict."""
    _move(session, joining, "withdraw", By.PARTNER, actor, ended_at=clock.now())


def leave(session: Session, joining: Joining, text: str, *, actor: Actor) -> int:
    """Stop working on the mandate; whom it asked without their yes is told so. Also without a
    licence. Returns how many were taken back. Raises Conflict, Invalid."""
    _move(session, joining, "leave", By.PARTNER, actor, text=text, ended_at=clock.now())
    count = _take_back(session, joining, actor)
    telling.tell_owner(session, joining, "joining.left")
    telling.tell_client(session, joining, "joining.left")
    return count


# --- the firm that holds the mandate -----------------------------------------------------------
def answer(session: Session, joining: Joining, verdict: str, text: str, *, actor: Actor) -> None:
    """`accept` or `refuse`. Raises Forbidden where one of the two has no licence, Conflict, Invalid
    without words to a refusal, KeyError."""
    if verdict == "accept":
        standing.require(session, joining.mandate.organisation)
        standing.require(session, joining.firm)
        reach.require(session, joining.firm, Step.NO_JOINING)
        if session.scalar(_open(joining.firm).where(Mandate.id == joining.mandate_id)) is None:
            raise Conflict(_l("这份委托现在不对其他机构开放。"), code="not-opened")
    ended = None if verdict == "accept" else clock.now()
    at = clock.now()
    _move(
        session, joining, verdict, By.ORGANISATION, actor, text=text, answered_at=at, ended_at=ended
    )
    code = "joining.accepted" if verdict == "accept" else "joining.refused"
    telling.tell_firm(session, joining, code)
    if verdict == "accept":
        telling.tell_client(session, joining, "joining.joined")


def exclude(session: Session, joining: Joining, text: str, *, actor: Actor) -> int:
    """End the firm's part: what is not sent is taken back, what was sent keeps claim and share.
    Returns how many were taken back. Raises Conflict, Invalid."""
    _move(session, joining, "exclude", By.ORGANISATION, actor, text=text, ended_at=clock.now())
    count = _take_back(session, joining, actor)
    telling.tell_firm(session, joining, "joining.excluded")
    telling.tell_client(session, joining, "joining.left")
    return count


def _take_back(session: Session, joining: Joining, actor: Actor) -> int:
    rows = session.scalars(
        sa.select(Referral).where(
            Referral.mandate_id == joining.mandate_id,
            Referral.firm_id == joining.firm_id,
            Referral.state.in_(TAKEN_BACK[joining.state]),
        )
    ).all()
    for referral in rows:
        ending.recall(session, referral, actor=actor)
    return len(rows)


def _move(
    session: Session,
    joining: Joining,
    name: str,
    by: By,
    actor: Actor,
    text: str = "",
    **values: Any,
) -> None:
    before = joining.state
    step = JOINING.find(name, before, by)
    words = said(text) if step.reason else ""
    won = session.execute(
        sa.update(Joining)
        .where(Joining.id == joining.id, Joining.state == before)
        .values(state=step.target, reason_text=words, **values)
        .execution_options(synchronize_session=False)
    )
    if not won.rowcount:  # type: ignore[attr-defined]
        raise Conflict(move=name, state=str(before))
    session.refresh(joining)
    _noted(session, joining, name, actor, before)


def _noted(
    session: Session, joining: Joining, name: str, actor: Actor, before: JoiningState | None
) -> None:
    record(
        session,
        "mandate",
        joining.mandate.public_id,
        f"joining_{name}",
        actor=actor,
        firm=joining.firm.public_id,
        joining=joining.public_id,
        joining_from=str(before) if before else None,
        joining_to=str(joining.state),
    )

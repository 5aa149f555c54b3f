"""One door through which a mandate changes its stage: the table, one conditional UPDATE, an event."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from talentmarket.core import clock
from talentmarket.core.errors import Conflict, Invalid
from talentmarket.core.events import SYSTEM, Actor, record
from talentmarket.core.folding import clean
from talentmarket.exchange.brokering.mandating.models import OVER, Mandate, MandateState
from talentmarket.exchange.brokering.mandating.stages import MANDATE
from talentmarket.exchange.stages import By

TEXT_LEAST, TEXT_MOST = 5, 1000


def hold(session: Session, mandate: Mandate) -> None:
    """Take the mandate for this unit: who changes it at once waits, and then sees what is there.

    (SQLite has one writer at a time anyway.)
    """
    session.flush()
    session.execute(sa.select(Mandate.id).where(Mandate.id == mandate.id).with_for_update()).all()
    session.expire_all()  # what was read before the wait may have changed


def said(text: str) -> str:
    """The words of a reason, cleaned. Raises Invalid when they say too little."""
    text = clean(text)[:TEXT_MOST]
    if len(text) < TEXT_LEAST:
        raise Invalid({"text": _l("写明原因，至少 5 个字，对方会看到。")})
    return text


def move(
    session: Session,
    mandate: Mandate,
    name: str,
    by: By,
    *,
    actor: Actor = SYSTEM,
    reason: str | None = None,
    text: str = "",
    data: dict[str, Any] | None = None,
    **values: Any,
) -> None:
    """Make the move `name`; `values` are columns set with it, `data` goes into the event.

    Raises Conflict from a stage without that move or when somebody was first, Forbidden for a side
    that may not, Invalid where words are missing.
    """
    before = mandate.state
    step = MANDATE.find(name, before, by)
    words = said(text) if step.reason else ""
    if step.target in OVER and mandate.activated_at is None:
        values["entrustment_id"] = None  # a letter taken over goes on as it was
    at = clock.now()
    won = session.execute(
        sa.update(Mandate)
        .where(Mandate.id == mandate.id, Mandate.state == before)
        .values(
            state=step.target,
            moved_at=at,
            reason=(reason or name) if step.reason else None,
            reason_text=words,
            **values,
        )
        .execution_options(synchronize_session=False)
    )
    if not won.rowcount:  # type: ignore[attr-defined]
        raise Conflict(move=name, state=str(before))
    session.refresh(mandate)
    record(
        session,
        "mandate",
        mandate.public_id,
        name,
        actor=actor,
        from_state=before,
        to_state=step.target,
        reason=reason,
        by=str(by),
        **(data or {}),
    )


def require_state(mandate: Mandate, *states: MandateState) -> None:
    """Raises Conflict in any other stage."""
    if mandate.state not in states:
        raise Conflict(state=str(mandate.state))

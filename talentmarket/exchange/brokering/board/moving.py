"""Moves that a firm makes from its board: the ones that are its own, one row at a time.

Everything else on the board is moved by the person or by the employer.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from talentmarket.core.errors import Conflict, NotFound
from talentmarket.core.events import Actor
from talentmarket.exchange.brokering.board.stages import Column
from talentmarket.exchange.brokering.referring import asking, ending, sending
from talentmarket.exchange.brokering.referring.models import Referral, ReferralState
from talentmarket.members.models import Organisation

R = ReferralState
#: Name → (states from which, column to which).
MOVES: dict[str, tuple[tuple[ReferralState, ...], Column]] = {
    "send": ((R.CONSENTED,), Column.SENT),
    "recall": ((R.ASKED, R.INTERESTED, R.CONSENTED), Column.OVER),
}
#: Rows of one batch.
MOST = 100


def moves_of(state: ReferralState, applied: bool = False) -> list[tuple[str, Column]]:
    """The firm's moves from this state: (name, column). Who `applied` to a posting of the firm is
    refused with a reason, never recalled."""
    return [
        (name, to)
        for name, (sources, to) in MOVES.items()
        if state in sources and not (applied and name == "recall")
    ]


def move(
    session: Session,
    firm: Organisation,
    public_id: str,
    name: str,
    *,
    revision: int | None,
    actor: Actor,
) -> Referral:
    """Make one move. `revision`: as the page showed the row; another one was moved meanwhile.

    Raises NotFound, Conflict, Forbidden and what the move itself raises.
    """
    if name not in MOVES:
        raise NotFound()
    referral = asking.of_firm(session, firm, public_id)
    if revision is not None and revision != referral.revision:
        raise Conflict(code="moved-meanwhile")
    if name not in dict(moves_of(referral.state, referral.posting_id is not None)):
        raise Conflict(code="not-now")
    act: Callable[..., Any] = sending.send if name == "send" else ending.recall
    act(session, referral, actor=actor)
    return referral

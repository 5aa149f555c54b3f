"""The stages of a mandate: who may move it, and what must be said. One table, pure.

The firm is :data:`By.ORGANISATION`; the member it named to examine is :data:`By.REVIEWER`, the
employer :data:`By.CLIENT`.
"""

from __future__ import annotations

from collections.abc import Iterable

from talentmarket.exchange.brokering.mandating.models import MandateState
from talentmarket.exchange.stages import By, Move, Stages

_M = MandateState
#: The firm works on it.
PREPARED = (_M.DRAFT, _M.DOCUMENTS, _M.RETURNED)
#: Stages in which something may be asked or sent under it.
AT_WORK = (_M.ACTIVE,)
#: Stages after the countersignature that are not over.
RUNNING = (_M.ACTIVE, _M.PAUSED, _M.FROZEN)
#: Stages in which the firm looks for people for the client: its blocks bind the firm.
BINDING = (*PREPARED, _M.IN_REVIEW, _M.AWAITING_COUNTERSIGNATURE, *RUNNING)

#: Stages in which the mandate's letter carries no posting.
NOT_CARRYING = (_M.PAUSED, _M.FROZEN, _M.ENDED, _M.REFUSED, _M.EXPIRED)

_ORG, _REV, _CLI = By.ORGANISATION, By.REVIEWER, By.CLIENT
_OPR, _SYS = By.OPERATOR, By.SYSTEM


def _move(
    name: str,
    sources: Iterable[MandateState],
    target: MandateState,
    *by: By,
    reason: bool = False,
) -> Move[MandateState]:
    return Move(name, frozenset(sources), target, frozenset(by), reason)


MANDATE: Stages[MandateState] = Stages(
    (
        _move("prepare", (_M.DRAFT,), _M.DOCUMENTS, _ORG),
        _move("submit", (_M.DOCUMENTS, _M.RETURNED), _M.IN_REVIEW, _ORG),
        _move("recall", (_M.IN_REVIEW, _M.AWAITING_COUNTERSIGNATURE), _M.DOCUMENTS, _ORG),
        _move("return", (_M.IN_REVIEW,), _M.RETURNED, _REV, reason=True),
        _move("sign", (_M.IN_REVIEW,), _M.AWAITING_COUNTERSIGNATURE, _REV),
        _move("send_back", (_M.AWAITING_COUNTERSIGNATURE,), _M.RETURNED, _CLI, reason=True),
        _move("countersign", (_M.AWAITING_COUNTERSIGNATURE,), _M.ACTIVE, _CLI),
        _move("refuse", (_M.IN_REVIEW,), _M.REFUSED, _REV, reason=True),
        _move("refuse", (_M.AWAITING_COUNTERSIGNATURE,), _M.REFUSED, _CLI, reason=True),
        _move("pause", (_M.ACTIVE,), _M.PAUSED, _ORG, _CLI),
        _move("resume", (_M.PAUSED,), _M.ACTIVE, _ORG, _CLI),
        _move("freeze", (_M.ACTIVE, _M.PAUSED), _M.FROZEN, _OPR, reason=True),
        # Back to where it stood: what one side had paused does not run by the operator's word.
        _move("thaw", (_M.FROZEN,), _M.ACTIVE, _OPR),
        _move("thaw_paused", (_M.FROZEN,), _M.PAUSED, _OPR),
        _move(
            "drop",
            (*PREPARED, _M.IN_REVIEW, _M.AWAITING_COUNTERSIGNATURE),
            _M.ENDED,
            _ORG,
            reason=True,
        ),
        _move("end", RUNNING, _M.ENDED, _ORG, _CLI, reason=True),
        _move("expire", (*BINDING,), _M.EXPIRED, _SYS),
    )
)

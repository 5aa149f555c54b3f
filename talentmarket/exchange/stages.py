"""The stages of a job, an application and an invitation: who may move what, when, and why.

Pure tables and the questions one asks of them; services change rows by them and by nothing else.
Times are given in working days (:mod:`talentmarket.core.calendar`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Generic, TypeVar

from talentmarket.core.errors import Conflict, Forbidden
from talentmarket.exchange.models import (
    ApplicationState,
    EndReason,
    InvitationState,
    JobState,
)

S = TypeVar("S", bound=StrEnum)


class By(StrEnum):
    """Who makes a move."""

    ORGANISATION = "organisation"
    TALENT = "talent"
    OPERATOR = "operator"
    SYSTEM = "system"
    CLIENT = "client"  # the employer behind a mandate
    PARTNER = "partner"  # a firm that joins another's mandate
    REVIEWER = "reviewer"  # whom the firm named to examine a mandate


@dataclass(frozen=True, slots=True)
class Move(Generic[S]):
    """One allowed move. `reason`: the mover must give one. `undoable`: see :data:`UNDO_WINDOW`.

    `target` None: the state stays (an extension).
    """

    name: str
    sources: frozenset[S]
    target: S | None
    by: frozenset[By]
    reason: bool = False
    undoable: bool = False


class Stages(Generic[S]):
    """A table of moves; (name, source) and (source, target, by) each lead to one move at most."""

    def __init__(self, moves: Iterable[Move[S]]) -> None:
        self.moves = tuple(moves)

    def find(self, name: str, state: S, by: By) -> Move[S]:
        """The move called `name`. Raises Conflict from another state, Forbidden for another."""
        named = [move for move in self.moves if move.name == name]
        if not named:
            raise KeyError(name)
        here = [move for move in named if state in move.sources]
        if not here:
            raise Conflict(move=name, state=str(state))
        for move in here:
            if by in move.by:
                return move
        raise Forbidden(move=name, by=str(by))

    def to(self, source: S, target: S, by: By) -> Move[S]:
        """The move that leads from `source` to `target`; errors as :meth:`find`."""
        here = [m for m in self.moves if m.target == target and source in m.sources]
        if not here:
            raise Conflict(source=str(source), target=str(target))
        for move in here:
            if by in move.by:
                return move
        raise Forbidden(target=str(target), by=str(by))

    def allowed(self, state: S, by: By) -> tuple[Move[S], ...]:
        """What `by` may do in `state`, in table order."""
        return tuple(move for move in self.moves if state in move.sources and by in move.by)

    def ends(self, states: Iterable[S]) -> frozenset[S]:
        """Of `states`, those that no move leaves for another state."""
        left = {s for move in self.moves if move.target is not None for s in move.sources}
        return frozenset(state for state in states if state not in left)


def _move(
    name: str,
    sources: Iterable[S],
    target: S | None,
    *by: By,
    reason: bool = False,
    undo: bool = False,
) -> Move[S]:
    return Move(name, frozenset(sources), target, frozenset(by), reason, undo)


_ORG, _TAL, _OPR, _SYS = By.ORGANISATION, By.TALENT, By.OPERATOR, By.SYSTEM

# --- jobs --------------------------------------------------------------------------------------
_J = JobState
JOB: Stages[JobState] = Stages(
    (
        _move("submit", (_J.DRAFT, _J.RETURNED), _J.IN_REVIEW, _ORG),
        _move("recall", (_J.IN_REVIEW,), _J.DRAFT, _ORG),
        _move("approve", (_J.IN_REVIEW,), _J.PUBLISHED, _OPR),
        _move("return", (_J.IN_REVIEW,), _J.RETURNED, _OPR, reason=True),
        _move("reject", (_J.IN_REVIEW,), _J.REJECTED, _OPR, reason=True),
        _move("redraft", (_J.REJECTED,), _J.DRAFT, _ORG),
        _move("change", (_J.PUBLISHED, _J.PAUSED), _J.IN_REVIEW, _ORG),
        _move("pause", (_J.PUBLISHED,), _J.PAUSED, _ORG, _SYS),
        _move("resume", (_J.PAUSED,), _J.PUBLISHED, _ORG),
        _move("extend", (_J.PUBLISHED, _J.PAUSED), None, _ORG),
        _move("fill", (_J.PUBLISHED, _J.PAUSED), _J.FILLED, _ORG),
        _move(
            "withdraw",
            (_J.DRAFT, _J.IN_REVIEW, _J.RETURNED, _J.REJECTED, _J.PUBLISHED, _J.PAUSED),
            _J.WITHDRAWN,
            _ORG,
        ),
        _move("take_down", (_J.PUBLISHED, _J.PAUSED), _J.REJECTED, _OPR, reason=True),
        _move("expire", (_J.PUBLISHED, _J.PAUSED), _J.EXPIRED, _SYS),
        _move("reopen", (_J.FILLED, _J.EXPIRED, _J.WITHDRAWN), _J.IN_REVIEW, _ORG),
    )
)
#: States in which the text of a job may be changed.
EDITABLE = (_J.DRAFT, _J.RETURNED, _J.PUBLISHED, _J.PAUSED)
#: States in which a job was closed.
CLOSED = (_J.FILLED, _J.EXPIRED, _J.WITHDRAWN)
#: The six elements of a posting (国令700号 art. 24) and the columns that carry them: a change of
#: one of a published job's goes back to review.
SIX_ELEMENTS: dict[str, tuple[str, ...]] = {
    "employer": ("employer_id", "employer_name", "client_name", "channel"),
    "headcount": ("headcount",),
    "conditions": ("education_rank", "years_min", "years_max", "skills"),
    "work": ("title", "occupation_code", "kind", "description"),
    "place": ("region_code", "address", "work_mode"),
    "pay": ("pay_unit", "pay_low", "pay_high", "pay_months", "base_pay"),
}
REVIEW_WORKING_HOURS = 4
VALID_DAYS = 30
VALID_DAYS_MOST = 90

# --- applications ------------------------------------------------------------------------------
_A = ApplicationState
#: The way forward; an employer may jump ahead, what lies between counts as skipped.
FORWARD = (
    _A.SUBMITTED,
    _A.VIEWED,
    _A.SHORTLISTED,
    _A.INTERVIEW,
    _A.OFFER,
    _A.ACCEPTED,
    _A.STARTED,
    _A.CONFIRMED,
)
_BEFORE_OFFER = FORWARD[:4]
#: Applications that keep a job from being closed: the person still waits for a word.
WAITING = FORWARD[:5]
APPLICATION: Stages[ApplicationState] = Stages(
    (
        _move("view", (_A.SUBMITTED,), _A.VIEWED, _ORG),
        _move("shortlist", FORWARD[:2], _A.SHORTLISTED, _ORG, undo=True),
        _move("interview", FORWARD[:3], _A.INTERVIEW, _ORG, undo=True),
        _move("offer", FORWARD[:4], _A.OFFER, _ORG, undo=True),
        _move("accept", (_A.OFFER,), _A.ACCEPTED, _TAL, undo=True),
        _move("start", (_A.ACCEPTED,), _A.STARTED, _ORG, _TAL, undo=True),
        # Both sides say it: the one that did not say "started" confirms (see confirming_side).
        # The office only where one side was silent and the other proved it, or did not.
        _move("confirm", (_A.STARTED,), _A.CONFIRMED, _ORG, _TAL, _OPR),
        _move("reject", _BEFORE_OFFER, _A.REJECTED, _ORG, reason=True, undo=True),
        _move("withdraw", _BEFORE_OFFER, _A.WITHDRAWN, _TAL, undo=True),
        _move("decline_offer", (_A.OFFER,), _A.OFFER_DECLINED, _TAL, undo=True),
        _move("rescind", (_A.OFFER, _A.ACCEPTED), _A.OFFER_RESCINDED, _ORG, reason=True, undo=True),
        _move("not_started", (_A.ACCEPTED,), _A.NOT_STARTED, _ORG, _TAL, undo=True),
        _move("not_started", (_A.STARTED,), _A.NOT_STARTED, _OPR),
        _move("close", WAITING, _A.JOB_CLOSED, _ORG, _SYS, reason=True),
        _move("unanswered", FORWARD[:2], _A.UNANSWERED, _SYS),
    )
)
#: What counts as an answer within the reply promise.
ANSWERS = (_A.SHORTLISTED, _A.INTERVIEW, _A.OFFER, _A.REJECTED)
#: Reply promise in working days: least, default, most; due at 18:00.
REPLY_DAYS = (1, 3, 5)
#: Each later stage has a clock of its own, in working days.
STAGE_DAYS = 5
STAGES_WITH_CLOCK = (_A.SHORTLISTED, _A.INTERVIEW, _A.OFFER, _A.ACCEPTED, _A.STARTED)
#: Working days after a missed reply promise, when the application closes as unanswered.
UNANSWERED_AFTER = 10
#: The public on-time rate: days looked back, answers needed to show it, percent below which new
#: jobs of the organisation wait until overdue answers are given.
RATE_DAYS, RATE_LEAST, RATE_HOLD = 90, 10, 80
UNDO_WINDOW = timedelta(minutes=30)
#: Reasons of a refusal; OTHER needs words that the person will read.
REFUSALS = tuple(EndReason)
OTHER_LEAST_SIGNS = 10
#: Reasons one can state once for all open applications when a job is closed.
CLOSING_REASONS = (EndReason.FILLED, EndReason.STRONGER, EndReason.OTHER)

# --- invitations -------------------------------------------------------------------------------
_I = InvitationState
INVITATION: Stages[InvitationState] = Stages(
    (
        _move("see", (_I.SENT,), _I.SEEN, _TAL),
        _move("accept", (_I.SENT, _I.SEEN), _I.ACCEPTED, _TAL),
        _move("decline", (_I.SENT, _I.SEEN), _I.DECLINED, _TAL),
        _move("withdraw", (_I.SENT, _I.SEEN), _I.WITHDRAWN, _ORG),
        _move("expire", (_I.SENT, _I.SEEN), _I.EXPIRED, _SYS),
    )
)
INVITATION_WORKING_DAYS = 10
#: Days in which an organisation may not invite a person again who declined.
DECLINE_REST_DAYS = 90


def skipped(source: ApplicationState, target: ApplicationState) -> tuple[ApplicationState, ...]:
    """The stages that a forward move jumps over ("viewed" comes by itself and never counts)."""
    if source not in FORWARD or target not in FORWARD:
        return ()
    between = FORWARD[FORWARD.index(source) + 1 : FORWARD.index(target)]
    return tuple(stage for stage in between if stage is not _A.VIEWED)


def clock_days(state: ApplicationState, reply_days: int) -> int | None:
    """Working days the stage may last: the promise first, then five; None when no clock runs.

    "Viewed" goes on under the promise that began at submission.
    """
    if state in (_A.SUBMITTED, _A.VIEWED):
        return reply_days
    return STAGE_DAYS if state in STAGES_WITH_CLOCK else None


def may_undo(
    moved: Move[ApplicationState], moved_at: datetime, now: datetime, *, mover: By, by: By
) -> bool:
    """Whether `by` may take a move back: its own, of an undoable kind, within the window."""
    return moved.undoable and mover is by and now - moved_at <= UNDO_WINDOW


def confirming_side(started_by: By) -> By:
    """Who still has to confirm the start after one side said it."""
    return _TAL if started_by is _ORG else _ORG

"""Verification of an organisation as a table: who may move it from where to where.

The handler's proofs are looked at again every six months (电子商务法 art. 27); in the month after
that the organisation works on, then its verification lapses: no new postings, running applications
can still be answered. A renewal is reviewed while the state stays, so nothing goes offline for it.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from talentmarket.core.errors import Conflict, Forbidden
from talentmarket.members.models import OrganisationState

S = OrganisationState
#: A verification is good for so many months.
MONTHS = 6
#: After that, for so long, the organisation may renew before it lapses.
GRACE = timedelta(days=30)
#: Days before a date at which the owners are reminded.
REMIND_DUE = (30, 7)
REMIND_LAPSE = (7,)
#: Working days within which the operator answers.
ANSWER_DAYS = 2


class Party(StrEnum):
    """Who moves."""

    ORGANISATION = "organisation"
    OPERATOR = "operator"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Step:
    """One allowed move. `target` None: the state stays, or is the one from before a suspension."""

    name: str
    sources: frozenset[S]
    target: S | None
    by: Party
    reason: bool = False


_EVERY = frozenset(S) - {S.SUSPENDED}
_RENEWING = frozenset({S.RENEWAL_DUE, S.LAPSED})
_ORG, _OPR, _SYS = Party.ORGANISATION, Party.OPERATOR, Party.SYSTEM
STEPS = (
    Step("submit", frozenset({S.UNVERIFIED, S.RETURNED}), S.IN_REVIEW, _ORG),
    Step("recall", frozenset({S.IN_REVIEW}), S.UNVERIFIED, _ORG),
    Step("renew", _RENEWING, None, _ORG),
    Step("approve", frozenset({S.IN_REVIEW}) | _RENEWING, S.VERIFIED, _OPR),
    Step("return", frozenset({S.IN_REVIEW}), S.RETURNED, _OPR, reason=True),
    Step("return", _RENEWING, None, _OPR, reason=True),
    Step("refuse", frozenset({S.IN_REVIEW}) | _RENEWING, S.REFUSED, _OPR, reason=True),
    Step("reopen", frozenset({S.REFUSED}), S.RETURNED, _OPR, reason=True),
    Step("fall_due", frozenset({S.VERIFIED}), S.RENEWAL_DUE, _SYS),
    Step("lapse", frozenset({S.RENEWAL_DUE}), S.LAPSED, _SYS),
    Step("suspend", _EVERY, S.SUSPENDED, _OPR, reason=True),
    Step("lift", frozenset({S.SUSPENDED}), None, _OPR),
)


def step(name: str, state: S, by: Party) -> Step:
    """The step called `name` from `state`. Raises Conflict from another state, Forbidden for
    another party, KeyError for a name that is not in the table."""
    named = [one for one in STEPS if one.name == name]
    if not named:
        raise KeyError(name)
    here = [one for one in named if state in one.sources]
    if not here:
        raise Conflict(move=name, state=str(state))
    if here[0].by is not by:
        raise Forbidden(move=name, by=str(by))
    return here[0]


def allowed(state: S, by: Party) -> tuple[str, ...]:
    """What a party may do in a state, in table order."""
    return tuple(one.name for one in STEPS if state in one.sources and one.by is by)


def months_after(at: datetime, months: int) -> datetime:
    """`at` so many months later; the last day of the month where that day does not exist."""
    count = at.month - 1 + months
    year, month = at.year + count // 12, count % 12 + 1
    day = min(at.day, calendar.monthrange(year, month)[1])
    return at.replace(year=year, month=month, day=day)


def lapses_at(renewal_due_at: datetime) -> datetime:
    """When a verification that is not renewed ends."""
    return renewal_due_at + GRACE

"""Who sees what of a person in an application: one table, and nothing else decides it.

Submitted and viewed show a number and the frozen snapshot; shortlisted adds the name; phone and
mail open only by a consent of the person that names the receiver (with the application, or by
accepting an interview). Hiring managers see the shortlist of their own jobs and never contact
data. 个人信息保护法 arts. 13, 23: what was
given for one purpose is not shown once that purpose is over.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum

from talentmarket.core.roles import OrgRole
from talentmarket.exchange.models import ApplicationState as S


class Reader(StrEnum):
    """Who looks, on the organisation's side."""

    DESK = "desk"  # owner, recruiter, consultant
    MANAGER = "manager"  # hiring manager: shortlist of own jobs, no contact data
    NONE = "none"


class Level(IntEnum):
    """How much of a person an application shows."""

    NUMBER = 0
    SNAPSHOT = 1
    NAME = 2


#: What each stage shows. Ends are in :data:`ENDS`.
STAGES: dict[S, Level] = {
    S.SUBMITTED: Level.SNAPSHOT,
    S.VIEWED: Level.SNAPSHOT,
    S.SHORTLISTED: Level.NAME,
    S.INTERVIEW: Level.NAME,
    S.OFFER: Level.NAME,
    S.ACCEPTED: Level.NAME,
    S.STARTED: Level.NAME,
    S.CONFIRMED: Level.NAME,
}

#: Ends show what the stage before them showed, at most this much.
ENDS: dict[S, Level] = {
    S.REJECTED: Level.NAME,
    S.WITHDRAWN: Level.NUMBER,
    S.JOB_CLOSED: Level.NAME,
    S.UNANSWERED: Level.NUMBER,
    S.OFFER_DECLINED: Level.NAME,
    S.OFFER_RESCINDED: Level.NAME,
    S.NOT_STARTED: Level.NAME,
}

READERS: dict[OrgRole, Reader] = {
    OrgRole.OWNER: Reader.DESK,
    OrgRole.RECRUITER: Reader.DESK,
    OrgRole.CONSULTANT: Reader.DESK,
    OrgRole.HIRING_MANAGER: Reader.MANAGER,
}


@dataclass(frozen=True)
class Sight:
    """What one reader sees of one application. The number is always seen."""

    snapshot: bool = False
    name: bool = False
    phone: bool = False
    mail: bool = False

    @property
    def contact(self) -> bool:
        """Whether any way to reach the person is open."""
        return self.phone or self.mail


def reader_of(role: OrgRole | None) -> Reader:
    """As what a member with this role looks at applications."""
    return READERS.get(role, Reader.NONE) if role else Reader.NONE


def level(state: S, reached: S | None = None) -> Level:
    """What `state` shows; `reached` is the stage an end came from (None: not known)."""
    if state in STAGES:
        return STAGES[state]
    before = STAGES.get(reached, Level.NUMBER) if reached else Level.NUMBER
    return min(ENDS[state], before)


def sight(
    state: S,
    reader: Reader,
    *,
    reached: S | None = None,
    given: frozenset[str],
    erased: bool = False,
) -> Sight:
    """What `reader` sees in `state`.

    `given` names what the person has consented to give to this receiver and has not taken back
    (`snapshot`, `name`, `phone`, `mail`); `erased` is True when the person's part is gone.
    """
    if reader is Reader.NONE:
        return Sight()
    shown = level(state, reached)
    if reader is Reader.MANAGER and shown < Level.NAME:
        return Sight()
    open_contact = reader is Reader.DESK and state in STAGES and not erased
    return Sight(
        snapshot=shown >= Level.SNAPSHOT and "snapshot" in given,
        name=shown >= Level.NAME and "name" in given and not erased,
        phone=open_contact and "phone" in given,
        mail=open_contact and "mail" in given,
    )

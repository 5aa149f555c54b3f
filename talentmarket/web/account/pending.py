"""The steps between a right code and being signed in, kept sealed in the cookie."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from flask import session as cookie

from talentmarket.core import clock
from talentmarket.core.secrecy import seal, unseal
from talentmarket.members.identities import Identity
from talentmarket.members.models import IdentifierKind

LIFE = timedelta(minutes=10)
_NAME = "pending"

#: Stages: make an account; prove more than a number; give the second factor.
REGISTER = "register"
AGAIN = "again"
SECOND = "second"


@dataclass(frozen=True)
class Pending:
    """What was proven so far and what is asked next."""

    stage: str
    next: str
    role: str = ""
    kind: str = ""
    value: str = ""
    account: str = ""
    at: str = ""

    @property
    def identity(self) -> Identity:
        """The number or address that was proven."""
        return Identity(IdentifierKind(self.kind), self.value)


def keep(pending: Pending) -> None:
    """Keep it for ten minutes."""
    stamped = {**asdict(pending), "at": clock.now().isoformat()}
    cookie[_NAME] = seal(json.dumps(stamped))


def load(stage: str) -> Pending | None:
    """What is pending at this stage; None when there is nothing or it took too long."""
    sealed = cookie.get(_NAME)
    opened = unseal(sealed) if sealed else None
    if opened is None:
        return None
    pending = Pending(**json.loads(opened))
    if pending.stage != stage or clock.now() > datetime.fromisoformat(pending.at) + LIFE:
        return None
    return pending


def drop() -> None:
    """Nothing is pending any more."""
    cookie.pop(_NAME, None)

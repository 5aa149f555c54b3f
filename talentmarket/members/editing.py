"""How a profile is changed: one writer at a time, a version per form, one trace per change.

A form carries a digest of the values it was opened on (:func:`version_of`). The writer first takes
the talent's row by a conditional UPDATE, then compares: who saved in between makes the second
form stale, and nothing is overwritten.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from talentmarket.core import clock, outbox
from talentmarket.core.errors import NotFound, Stale
from talentmarket.core.events import Actor, record
from talentmarket.members import completeness
from talentmarket.members.models import Talent, TalentState


def version_of(values: Any) -> str:
    """A digest of a dataclass of form values: equal values, equal version."""
    text = json.dumps(asdict(values), ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def begin(session: Session, talent: Talent) -> None:
    """Take the profile for writing and read it as it stands now.

    Raises :class:`NotFound` when it is gone or erased.
    """
    taken = session.execute(
        sa.update(Talent)
        .where(Talent.id == talent.id, Talent.state != TalentState.ERASED)
        .values(revision=Talent.revision + 1, updated_at=clock.now())
        .execution_options(synchronize_session=False)
    )
    if not taken.rowcount:  # type: ignore[attr-defined]
        raise NotFound()
    session.expire(talent)


def check(version: str | None, current: Any) -> None:
    """Raise :class:`Stale` with `current` when the form was opened on other values.

    None stands for a caller that read the values in this very transaction.
    """
    if version is not None and version != version_of(current):
        raise Stale(current)


def finish(session: Session, talent: Talent, verb: str, *, actor: Actor, **data: Any) -> None:
    """Store, count completeness anew, write the event and tell the index."""
    session.flush()
    session.expire(talent)
    talent.completeness = completeness.of(talent).percent
    record(session, "talent", talent.public_id, verb, actor=actor, **data)
    outbox.changed(session, "talent", talent.public_id)

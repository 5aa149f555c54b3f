"""Who wanted to ask a person and could not: the firm reads one sentence for every reason, the person
reads who it was and why. Ids and codes among the events, so that nothing of it outlives erasure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from talentmarket.core import clock, counters
from talentmarket.core.events import SYSTEM, Event, record
from talentmarket.exchange.brokering.referring.asking import Hindrance
from talentmarket.exchange.models import Job
from talentmarket.members import privacy
from talentmarket.members.models import Account, Organisation, Talent


def note_refused(
    session: Session, talent: Talent, job: Job, firm: Organisation, why: Hindrance
) -> None:
    """Keep for the person that `firm` wanted to ask and why it could not; once a day for each.

    The caller writes it in a unit of its own: the one that asked was rolled back."""
    counters.count(session, f"refer:{firm.public_id}", timedelta(days=1))  # trying costs as asking
    day = clock.today().isoformat()
    seen = f"refused:{firm.public_id}:{talent.public_id}:{job.public_id}"
    if counters.count(session, f"{seen}:{day}"[:120], timedelta(days=1)) > 1:
        return
    record(
        session,
        "talent",
        talent.public_id,
        "not_asked",
        actor=SYSTEM,
        reason=str(why),
        firm=firm.public_id,
        job=job.public_id,
    )


@dataclass(frozen=True)
class RefusedAsking:
    """Somebody wanted to ask the person and could not; names are None of what is gone."""

    at: datetime
    firm: Organisation | None
    job: Job | None
    why: str


def refused_askings(session: Session, talent: Talent, limit: int = 50) -> list[RefusedAsking]:
    """Who wanted to ask the person lately and could not, newest first."""
    rows = session.scalars(
        sa.select(Event)
        .where(
            Event.subject_type == "talent",
            Event.subject_id == talent.public_id,
            Event.verb == "not_asked",
        )
        .order_by(Event.id.desc())
        .limit(limit)
    ).all()
    firms = _by_id(session, Organisation, {one.data.get("firm") for one in rows})
    jobs = _by_id(session, Job, {one.data.get("job") for one in rows})
    return [
        RefusedAsking(
            one.at,
            firms.get(one.data.get("firm")),
            jobs.get(one.data.get("job")),
            one.reason or "",
        )
        for one in rows
    ]


@privacy.exports("refused_askings")
def copy_of(session: Session, account: Account) -> list[dict[str, Any]]:
    """The same in the copy of the person's data."""
    talent = session.scalar(sa.select(Talent).where(Talent.account_id == account.id))
    if talent is None:
        return []
    return [
        {
            "at": one.at.isoformat(),
            "firm": one.firm.name if one.firm else None,
            "job": one.job.shown_title if one.job else None,
            "why": one.why,
        }
        for one in refused_askings(session, talent)
    ]


def _by_id(session: Session, table: Any, keys: set[Any]) -> dict[Any, Any]:
    if not keys:
        return {}
    rows = session.scalars(sa.select(table).where(table.public_id.in_(keys)))
    return {one.public_id: one for one in rows}

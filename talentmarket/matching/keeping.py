"""A person's places in the lists that are kept: part of their copy, and gone when they are."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from talentmarket.core.events import Actor
from talentmarket.exchange.models import Job
from talentmarket.matching.kept import KeptMatch, MatchedPerson
from talentmarket.members import privacy
from talentmarket.members.models import Account


@privacy.exports("kept_matches")
def kept_matches_of(session: Session, account: Account) -> list[dict[str, Any]]:
    """Where the person stands in the lists of jobs that are worked out at night."""
    talent = privacy.talent_of(session, account)
    if talent is None:
        return []
    rows = session.execute(
        sa.select(KeptMatch, Job.public_id)
        .join(Job, Job.id == KeptMatch.job_id)
        .where(KeptMatch.talent_id == talent.id)
        .order_by(KeptMatch.rank, Job.public_id)
    )
    return [
        {
            "job": job,
            "rank": kept.rank,
            "points": kept.points,
            "model": kept.model,
            "made_at": kept.made_at.isoformat(),
        }
        for kept, job in rows
    ]


@privacy.erases("kept_matches")
def erase_kept(session: Session, account: Account, _actor: Actor) -> None:
    """Take the person out of all of them at once."""
    talent = privacy.talent_of(session, account)
    if talent is None:
        return
    for table in (KeptMatch, MatchedPerson):
        gone = sa.delete(table).where(table.talent_id == talent.id)
        session.execute(gone.execution_options(synchronize_session=False))

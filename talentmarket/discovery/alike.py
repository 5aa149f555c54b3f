"""Profiles like the one that is looked at, as anonymous cards for an organisation with a purpose; jobs
like the one that is looked at."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from search.errors import SearchError
from talentmarket.discovery.talents import cards
from talentmarket.exchange import showing
from talentmarket.exchange.models import Job, Origin
from talentmarket.matching.similar import Similar, similar_people
from talentmarket.matching.similarjobs import SimilarJob, similar_jobs
from talentmarket.members.blocks import Binding, binding
from talentmarket.members.models import Organisation, Talent

MOST = 4


@dataclass(frozen=True)
class Alike:
    """A card (its id for this organisation), the profile behind it, and how alike it is."""

    card: str
    talent: Talent
    similar: Similar


def alike(
    session: Session, organisation: Organisation, talent: Talent, bound: Binding | None = None
) -> list[Alike]:
    """At most `MOST` people like this one whom the organisation may find; none while the engine is
    off. Blocks and suspensions are asked of the rows again. `bound`: whose blocks bind it, where that
    was asked before."""
    bound = bound or binding(session, organisation)
    try:
        # Twice as many: some may have blocked the organisation since the index heard of them.
        found = similar_people(session, talent.public_id, not_blocking=bound.keys, most=2 * MOST)
    except SearchError:
        return []
    by_id = {one.talent: one for one in found}
    rows = cards(session, organisation, list(by_id), bound)[:MOST] if by_id else ()
    return [Alike(card, one, by_id[one.public_id]) for card, one in rows]


MOST_JOBS = 3
#: Points below which two jobs have so little in common that to show one beside the other is no help.
LEAST = 20


def jobs_alike(
    session: Session, job: Job, clauses: Iterable[sa.ColumnElement[bool]] = ()
) -> list[tuple[Job, SimilarJob | None]]:
    """At most `MOST_JOBS` open jobs of the market's own like this one, the most alike first. `clauses`:
    what the reader wants to see of them. While the engine is off those of the same occupation, which
    are not scored."""
    some = list(clauses)
    try:
        found = similar_jobs(session, job, 8 * MOST_JOBS)
    except SearchError:
        return [(one, None) for one in showing.similar(session, job, MOST_JOBS, some)]
    by_id = {one.job: one for one in found if one.points >= LEAST}
    if not by_id:
        return []
    rows = session.scalars(
        showing.listed_jobs().where(Job.public_id.in_(by_id), Job.origin == Origin.OWN, *some)
    ).all()

    def order(one: Job) -> tuple[int, bool, float, int]:
        """Of equals those of the same place first, then the newest."""
        at = one.published_at.timestamp() if one.published_at else 0.0
        return -by_id[one.public_id].points, one.region_code != job.region_code, -at, -one.id

    return [(one, by_id[one.public_id]) for one in sorted(rows, key=order)[:MOST_JOBS]]

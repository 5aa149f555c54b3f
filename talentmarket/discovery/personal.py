"""Jobs for one person, ranked, as rows under everybody's permissions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from search.errors import SearchError
from talentmarket.discovery.exclusions import excluded_by, held_back
from talentmarket.discovery.jobs import load_jobs
from talentmarket.exchange.models import Job
from talentmarket.matching import service
from talentmarket.matching.mutual import Mutual
from talentmarket.matching.outcomes import trials
from talentmarket.matching.outcomes.models import Side
from talentmarket.matching.outcomes.recording import Drafted
from talentmarket.matching.score import Match
from talentmarket.members.models import Talent


@dataclass(frozen=True)
class Suited:
    """Jobs best first with their matches; how many were considered; the model's version; how the
    list came about in a trial. `mutual`: of a list for both sides, how each job (public id) stands
    there."""

    rows: tuple[tuple[Job, Match], ...]
    considered: int
    model: str
    drafted: Drafted | None = None
    mutual: Mapping[str, Mutual] = field(default_factory=dict)


def jobs_for(session: Session, talent: Talent, most: int, *, mutual: bool = False) -> Suited | None:
    """At most `most` jobs for a person, none that the person never wants to see; None while the
    engine is off. `mutual`: first those that would want the person too."""
    excluded = held_back(session, excluded_by(session, talent.account, talent))
    try:
        ranking = service.match_jobs(
            session,
            talent,
            limit=most,
            filters=excluded.filters,
            trial=None if mutual else trials.current(Side.JOBS),
            mutual=mutual,
        )
    except SearchError:
        return None
    matches = {match.job: match for match in ranking.matches}
    jobs = load_jobs(session, list(matches))
    rows = tuple((job, matches[job.public_id]) for job in jobs)
    return Suited(rows, ranking.considered, ranking.model, ranking.drafted, ranking.mutual)

"""Jobs for one person, ranked, as rows under everybody's permissions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from search.errors import SearchError
from talentmarket.discovery.exclusions import excluded_by, held_back
from talentmarket.exchange import listing
from talentmarket.exchange.listing import ListedJob
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
    list came about in a trial. `skills`: codes by job key, which the rows come without. `mutual`: of
    a list for both sides, how each job (public id) stands there."""

    rows: tuple[tuple[ListedJob, Match], ...]
    skills: Mapping[int, Sequence[str]]
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
    listed = listing.rows_among(session, [match.job for match in ranking.matches])
    return Suited(
        rows=tuple((listed[one.job], one) for one in ranking.matches if one.job in listed),
        skills=listing.skills_of(session, listed.values()),
        considered=ranking.considered,
        model=ranking.model,
        drafted=ranking.drafted,
        mutual=ranking.mutual,
    )

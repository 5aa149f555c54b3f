"""People the platform recommends for a job who did not apply to it: anonymous, by the match.

Only for organisations that may search people for the job, so who is not open to verified
organisations, blocks one of those concerned, or switched personal ranking off is in no such list.
"""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from search.errors import SearchError
from talentmarket.discovery.talents import cards, hindrance
from talentmarket.exchange.models import (
    Application,
    Invitation,
    InvitationState,
    Job,
    JobState,
    Origin,
)
from talentmarket.exchange.resting import resting_talents
from talentmarket.matching.outcomes import trials
from talentmarket.matching.outcomes.models import Side
from talentmarket.matching.outcomes.recording import Drafted
from talentmarket.matching.score import Match
from talentmarket.matching.service import match_talents
from talentmarket.members.blocks import Binding, binding
from talentmarket.members.models import Organisation, Talent

MOST = 5


@dataclass(frozen=True)
class Recommended:
    """One person: the card's id for this organisation, the profile, the match, and how the
    list came about in a trial."""

    card: str
    talent: Talent
    match: Match
    drafted: Drafted | None = None

    @property
    def total(self) -> int:
        """Whole points."""
        return int(self.match.total or 0)


def recommended(
    session: Session, organisation: Organisation, job: Job, most: int = MOST
) -> list[Recommended]:
    """At most `most` people, the best match first; none while the engine is off.

    Left out is whoever applied to the job, was invited to it and has not answered, or declined an
    invitation of the organisation lately: nobody is shown whom it may not invite.
    """
    if job.state is not JobState.PUBLISHED or job.origin is not Origin.OWN:
        return []
    if hindrance(session, organisation, job) is not None:
        return []
    bound = bound_by(session, organisation, job)
    known = set(session.scalars(known_of(organisation, job)))
    try:
        ranking = match_talents(
            session,
            job,
            not_blocking=bound.keys,
            without=known,
            limit=most,
            trial=trials.current(Side.PEOPLE),
        )
    except SearchError:
        return []
    matches = {match.talent: match for match in ranking.matches}
    return [
        Recommended(card, talent, matches[talent.public_id], ranking.drafted)
        for card, talent in cards(session, organisation, list(matches), bound)
    ]


def bound_by(session: Session, organisation: Organisation, job: Job) -> Binding:
    """Whose blocks bind the organisation while it looks for people for this job."""
    own = job.employer is None or job.employer_id == organisation.id
    return binding(session, organisation, principal=None if own else job.employer)


def known_of(organisation: Organisation, job: Job) -> sa.Select[tuple[str]]:
    """The public ids of those it knows for this job: who applied, was invited to it and has not
    answered, or said no to the organisation lately."""
    waits = sa.and_(
        Invitation.job_id == job.id,
        Invitation.state.in_((InvitationState.SENT, InvitationState.SEEN)),
    )
    return sa.select(Talent.public_id).where(
        sa.or_(
            Talent.id.in_(sa.select(Application.talent_id).where(Application.job_id == job.id)),
            Talent.id.in_(sa.select(Invitation.talent_id).where(waits)),
            Talent.id.in_(resting_talents(organisation)),
        )
    )

"""Who opened a profile: receiver, purpose, time, how much. The person reads all of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from talentmarket.core import clock
from talentmarket.core.events import Actor, record
from talentmarket.members.models import (
    Account,
    OpeningLevel,
    Organisation,
    OrganisationState,
    ProfileOpening,
    Talent,
)


@dataclass(frozen=True)
class Opening:
    """One opening as the person sees it. `organisation` is None for the alliance office."""

    at: datetime
    organisation: str | None
    organisation_id: str | None
    verified: bool
    purpose: str
    level: OpeningLevel
    subject_type: str | None
    subject_id: str | None


def record_opening(
    session: Session,
    talent: Talent,
    *,
    viewer: Account | None,
    organisation: Organisation | None,
    purpose: str,
    level: OpeningLevel,
    subject: tuple[str, str] | None = None,
) -> bool:
    """Write down that `viewer` saw `level` of the profile; False for the person's own look.

    `purpose`: a code of :data:`talentmarket.core.words.WORDS`, "purpose"; `subject`: type and
    public id of what it was for (a job, an application).
    """
    if viewer is not None and viewer.id == talent.account_id:
        return False
    subject_type, subject_id = subject or (None, None)
    session.add(
        ProfileOpening(
            talent_id=talent.id,
            at=clock.now(),
            viewer_id=viewer.id if viewer else None,
            organisation_id=organisation.id if organisation else None,
            purpose=purpose,
            level=level,
            subject_type=subject_type,
            subject_id=subject_id,
        )
    )
    record(
        session,
        "talent",
        talent.public_id,
        "opened",
        actor=Actor(
            viewer.public_id if viewer else None, organisation.public_id if organisation else None
        ),
        reason=purpose,
        level=str(level),
        subject=[subject_type, subject_id],
    )
    session.flush()
    return True


def openings_of(
    session: Session, talent: Talent, *, offset: int = 0, limit: int = 50
) -> list[Opening]:
    """The openings of a profile, newest first."""
    rows = session.execute(
        sa.select(ProfileOpening, Organisation)
        .outerjoin(Organisation, Organisation.id == ProfileOpening.organisation_id)
        .where(ProfileOpening.talent_id == talent.id)
        .order_by(ProfileOpening.id.desc())
        .offset(offset)
        .limit(limit)
    )
    return [_opening(row, organisation) for row, organisation in rows]


def count_openings(session: Session, talent: Talent) -> int:
    """How often the profile was opened."""
    return int(
        session.scalar(
            sa.select(sa.func.count())
            .select_from(ProfileOpening)
            .where(ProfileOpening.talent_id == talent.id)
        )
        or 0
    )


def _opening(row: ProfileOpening, organisation: Organisation | None) -> Opening:
    return Opening(
        at=row.at,
        organisation=organisation.name if organisation else None,
        organisation_id=organisation.public_id if organisation else None,
        verified=organisation is not None and organisation.state is OrganisationState.VERIFIED,
        purpose=row.purpose,
        level=row.level,
        subject_type=row.subject_type,
        subject_id=row.subject_id,
    )

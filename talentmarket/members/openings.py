"""Who opened a profile: receiver, purpose, time, how much. The person reads all of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from talentmarket.core import clock
from talentmarket.core.db import insert_for
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
    """One opening as the person sees it. `organisation` is None for the alliance office;
    `listed`: the name stood in a list."""

    at: datetime
    organisation: str | None
    organisation_id: str | None
    verified: bool
    purpose: str
    level: OpeningLevel
    subject_type: str | None
    subject_id: str | None
    listed: bool = False


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


def unlisted(
    session: Session, talents: Iterable[int], organisation: Organisation, subject: str
) -> list[int]:
    """Those of `talents` (keys) whose names in this list of `organisation` are not kept today."""
    wanted = list(dict.fromkeys(talents))
    if not wanted:
        return []
    kept = sa.select(ProfileOpening.talent_id).where(
        ProfileOpening.organisation_id == organisation.id,
        ProfileOpening.subject_id == subject,
        ProfileOpening.listed_on == clock.today(),
        ProfileOpening.talent_id.in_(wanted),
    )
    known = set(session.scalars(kept))
    return [one for one in wanted if one not in known]


def record_listed(
    session: Session,
    talents: Iterable[int],
    *,
    viewer: Account,
    organisation: Organisation,
    purpose: str,
    subject: tuple[str, str],
) -> int:
    """Write down that a list of `organisation` showed these people (keys) by name; how many rows.

    Once a day for an organisation, list and person, whoever of its members looks and however
    often: the unique index decides, so two readers at once make one row. Nobody's own look is
    kept. A name is personal information given to the organisation (个人信息保护法 arts. 4, 17,
    44), so the person reads of it as of any other opening.
    """
    own = sa.select(Talent.id).where(Talent.account_id == viewer.id)
    skipped = session.scalar(own)
    rows = [
        {
            "talent_id": key,
            "at": clock.now(),
            "viewer_id": viewer.id,
            "organisation_id": organisation.id,
            "purpose": purpose,
            "level": OpeningLevel.NAME,
            "subject_type": subject[0],
            "subject_id": subject[1],
            "listed_on": clock.today(),
        }
        for key in dict.fromkeys(talents)
        if key != skipped
    ]
    if not rows:
        return 0
    statement = insert_for(session)(ProfileOpening).values(rows).on_conflict_do_nothing()
    new = session.scalars(statement.returning(ProfileOpening.talent_id)).all()
    names = session.scalars(sa.select(Talent.public_id).where(Talent.id.in_(new))).all()
    actor = Actor(viewer.public_id, organisation.public_id)
    for name in names:
        record(
            session,
            "talent",
            name,
            "opened",
            actor=actor,
            reason=purpose,
            level=str(OpeningLevel.NAME),
            subject=[*subject],
            listed=True,
        )
    session.flush()
    return len(new)


def openings_of(
    session: Session, talent: Talent, *, offset: int = 0, limit: int = 50
) -> list[Opening]:
    """The openings of a profile, newest first."""
    rows = session.execute(
        sa.select(ProfileOpening, Organisation)
        .outerjoin(Organisation, Organisation.id == ProfileOpening.organisation_id)
        .where(ProfileOpening.talent_id == talent.id)
        .order_by(ProfileOpening.at.desc(), ProfileOpening.id.desc())
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
        listed=row.listed_on is not None,
    )

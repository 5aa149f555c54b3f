"""A few honest figures of the exchange, each counted from rows at the moment it is asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from talentmarket.core import clock
from talentmarket.exchange.models import Application, ApplicationState, Job, JobState, Origin
from talentmarket.members.models import (
    TRUSTED,
    Organisation,
    OrganisationKind,
    Talent,
    TalentOccupation,
    TalentState,
)

DAYS = 30
#: Below this a rate says nothing.
LEAST = 10


@dataclass(frozen=True, slots=True)
class Period:
    """What happened in a span of days."""

    talents: int
    jobs: int
    applications: int
    due: int
    on_time: int
    hired: int

    @property
    def rate(self) -> int | None:
        """On-time answers in percent; None below ten."""
        return None if self.due < LEAST else 100 * self.on_time // self.due


@dataclass(frozen=True, slots=True)
class Standing:
    """What there is now."""

    talents: int
    findable: int
    employers: int
    firms: int
    jobs: int
    references: int


def standing(session: Session) -> Standing:
    """Counts of the present."""

    def count(*where: sa.ColumnElement[bool]) -> int:
        return session.scalar(sa.select(sa.func.count()).where(*where)) or 0

    active = Talent.state == TalentState.ACTIVE
    trusted = Organisation.state.in_(TRUSTED)
    published = Job.state == JobState.PUBLISHED
    return Standing(
        talents=count(active),
        findable=count(active, Talent.visibility.in_(("organisations", "public"))),
        employers=count(trusted, Organisation.kind == OrganisationKind.EMPLOYER),
        firms=count(trusted, Organisation.kind == OrganisationKind.HR_FIRM),
        jobs=count(published, Job.origin == Origin.OWN),
        references=count(published, Job.origin == Origin.REFERENCE),
    )


def periods(session: Session) -> tuple[Period, Period]:
    """The last thirty days, and the thirty before them."""
    at = clock.now()
    span = timedelta(days=DAYS)
    return _period(session, at - span, at), _period(session, at - 2 * span, at - span)


def _period(session: Session, begin: object, end: object) -> Period:
    def count(column: object, *where: object) -> int:
        within = (column >= begin, column < end)  # type: ignore[operator]
        query = sa.select(sa.func.count()).where(*within, *where)  # type: ignore[arg-type]
        return session.scalar(query) or 0

    answered = sa.or_(Application.answered_at.is_not(None), Application.late)
    hired = (ApplicationState.STARTED, ApplicationState.CONFIRMED)
    return Period(
        talents=count(Talent.created_at),
        jobs=count(Job.first_published_at, Job.origin == Origin.OWN),
        applications=count(Application.submitted_at),
        due=count(Application.answer_due_at, answered),
        on_time=count(
            Application.answer_due_at,
            Application.answered_at.is_not(None),
            Application.late.is_(False),
        ),
        hired=count(Application.moved_at, Application.state.in_(hired)),
    )


def by_occupation(session: Session, limit: int = 10) -> list[tuple[str, int, int]]:
    """(occupation, open jobs, people who look for it), most jobs first; own postings only."""
    wanted = dict(
        session.execute(
            sa.select(TalentOccupation.occupation_code, sa.func.count())
            .join(Talent, Talent.id == TalentOccupation.talent_id)
            .where(Talent.state == TalentState.ACTIVE)
            .group_by(TalentOccupation.occupation_code)
        )
        .tuples()
        .all()
    )
    offered = session.execute(
        sa.select(Job.occupation_code, sa.func.count())
        .where(
            Job.state == JobState.PUBLISHED,
            Job.origin == Origin.OWN,
            Job.occupation_code.is_not(None),
        )
        .group_by(Job.occupation_code)
        .order_by(sa.func.count().desc(), Job.occupation_code)
        .limit(limit)
    ).tuples()
    return [(code or "", count, wanted.get(code or "", 0)) for code, count in offered]

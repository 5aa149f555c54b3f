"""The few live figures of the first page, from rows; reference postings are not in them.

Each figure has one definition, printed beside it. They are kept for a minute in each process:
the first page must not count the whole market for every reader.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session, joinedload, selectinload

from talentmarket.core import clock
from talentmarket.exchange.models import (
    Application,
    ApplicationState,
    Job,
    JobKind,
    JobSkill,
    Origin,
)
from talentmarket.exchange.showing import listed_now, organisations_stand
from talentmarket.exchange.stages import RATE_DAYS
from talentmarket.members.cards import select_findable
from talentmarket.members.models import (
    TRUSTED,
    Organisation,
    OrganisationKind,
    Talent,
    TalentSkill,
)
from talentmarket.policy.percentiles import LEAST_SAMPLE, Spread, spread
from talentmarket.taxonomy.model import SICHUAN, TECHNICAL_KINDS, get_taxonomy

KEPT = timedelta(seconds=60)
SKILLS, OCCUPATIONS = 6, 3
WEEKS = 8
MOST_PAYS = 20_000


@dataclass(frozen=True)
class Demand:
    """A skill: open jobs that ask for it, findable people who have it, and how many own jobs that
    ask for it were first published in each of the last `WEEKS` weeks, the oldest first."""

    skill: str
    jobs: int
    people: int
    weeks: tuple[int, ...] = ()

    @property
    def per_job(self) -> float | None:
        """People for each job; None where there are fewer than ten of them."""
        return self.people / self.jobs if self.people >= LEAST_SAMPLE else None

    @property
    def change(self) -> int | None:
        """Percent by which the later half of the weeks has more new jobs than the earlier half;
        None where the earlier has fewer than ten."""
        half = len(self.weeks) // 2
        before, since = sum(self.weeks[:half]), sum(self.weeks[half:])
        return round(100 * (since - before) / before) if before >= LEAST_SAMPLE else None


@dataclass(frozen=True)
class Market:
    """What the first page counts. `on_time`: percent, None under ten answers; `starts`: of the
    last 90 days; `skills`: technical ones and the open jobs that ask for each; `pays`: occupation and spread of monthly pay in fen."""

    at: datetime
    jobs: int
    new_jobs: int
    organisations: int
    people: int
    on_time: float | None
    answers: int
    starts: int
    demand: tuple[Demand, ...]
    skills: tuple[tuple[str, int], ...]
    zones: tuple[tuple[str, int], ...]
    pays: tuple[tuple[str, Spread], ...]


def market(session: Session) -> Market:
    """The figures, at most a minute old."""
    kept: Market | None = current_app.extensions.get("talentmarket_market")
    if kept is not None and not current_app.testing and clock.now() - kept.at < KEPT:
        return kept
    found = count_market(session)
    current_app.extensions["talentmarket_market"] = found
    return found


def is_open() -> sa.ColumnElement[bool]:
    """Own postings that everybody can find today (join the publishing organisation)."""
    return sa.and_(Job.origin == Origin.OWN, listed_now())


def count_market(session: Session) -> Market:
    """Count everything anew."""
    today = clock.start_of_day(clock.today())
    jobs, new_jobs = session.execute(
        sa.select(
            sa.func.count(),
            sa.func.count(sa.case((Job.published_at >= today, 1))),
        )
        .select_from(Job)
        .join(Organisation, Organisation.id == Job.organisation_id)
        .where(is_open())
    ).one()
    organisations, due, on_time = session.execute(
        sa.select(
            sa.func.count(sa.case((Organisation.state.in_(TRUSTED), 1))),
            sa.func.coalesce(sa.func.sum(Organisation.answers_due), 0),
            sa.func.coalesce(sa.func.sum(Organisation.answers_on_time), 0),
        ).where(Organisation.kind != OrganisationKind.SOURCE)
    ).one()
    people = session.scalar(sa.select(sa.func.count()).select_from(Talent).where(select_findable()))
    starts = session.scalar(
        sa.select(sa.func.count())
        .select_from(Application)
        .where(
            Application.state == ApplicationState.CONFIRMED,
            Application.moved_at >= clock.now() - timedelta(days=RATE_DAYS),
        )
    )
    asked = _asked(session)
    return Market(
        at=clock.now(),
        jobs=int(jobs),
        new_jobs=int(new_jobs),
        organisations=int(organisations),
        people=int(people or 0),
        on_time=round(100 * on_time / due, 1) if due >= LEAST_SAMPLE else None,
        answers=int(due),
        starts=int(starts or 0),
        demand=_demand(session, asked[:SKILLS]),
        skills=tuple(asked),
        zones=_zones(session),
        pays=_pays(session),
    )


def _asked(session: Session) -> list[tuple[str, int]]:
    """The technical skills that open jobs ask for, those most asked for first."""
    taxonomy = get_taxonomy()
    rows = session.execute(
        sa.select(JobSkill.skill_id, sa.func.count())
        .join(Job, Job.id == JobSkill.job_id)
        .join(Organisation, Organisation.id == Job.organisation_id)
        .where(is_open())
        .group_by(JobSkill.skill_id)
        .order_by(sa.func.count().desc(), JobSkill.skill_id)
    )
    return [
        (skill, int(count))
        for skill, count in rows
        if skill in taxonomy.skills and taxonomy.skills[skill].kind in TECHNICAL_KINDS
    ]


def _demand(session: Session, asked: Sequence[tuple[str, int]]) -> tuple[Demand, ...]:
    """The skills with who has them and how the demand went."""
    held: dict[str, int] = {
        skill: int(count)
        for skill, count in session.execute(
            sa.select(TalentSkill.skill_id, sa.func.count())
            .join(Talent, Talent.id == TalentSkill.talent_id)
            .where(select_findable(), TalentSkill.skill_id.in_([skill for skill, _ in asked]))
            .group_by(TalentSkill.skill_id)
        )
    }
    weeks = _new_jobs(session, [skill for skill, _ in asked])
    return tuple(
        Demand(skill, count, held.get(skill, 0), weeks.get(skill, (0,) * WEEKS))
        for skill, count in asked
    )


def _new_jobs(session: Session, skills: Sequence[str]) -> dict[str, tuple[int, ...]]:
    """Own jobs first published in each of the last weeks, whatever became of them since: counting
    those that are open still would show every market growing."""
    end = clock.start_of_day(clock.today() + timedelta(days=1))
    starts = [end - timedelta(weeks=WEEKS - n) for n in range(WEEKS)]
    at = Job.first_published_at
    in_week = [
        sa.func.count(sa.case((sa.and_(at >= start, at < start + timedelta(weeks=1)), 1)))
        for start in starts
    ]
    rows = session.execute(
        sa.select(JobSkill.skill_id, *in_week)
        .join(Job, Job.id == JobSkill.job_id)
        .where(
            JobSkill.skill_id.in_(skills),
            Job.origin == Origin.OWN,
            Job.listed.is_(True),
            organisations_stand(),
            at >= starts[0],
        )
        .group_by(JobSkill.skill_id)
    )
    return {skill: tuple(map(int, counts)) for skill, *counts in rows}


def _zones(session: Session) -> tuple[tuple[str, int], ...]:
    """Open jobs by economic zone, all five, most first."""
    taxonomy = get_taxonomy()
    counts: Counter[str] = Counter(
        {zone.code: 0 for zone in taxonomy.regions_of_kind("zone", SICHUAN)}
    )
    rows = session.execute(
        sa.select(Job.region_code, sa.func.count())
        .join(Organisation, Organisation.id == Job.organisation_id)
        .where(is_open(), Job.region_code.is_not(None))
        .group_by(Job.region_code)
    )
    for code, count in rows:
        zone = taxonomy.zone_of(code)
        if zone is not None:
            counts[zone.code] += int(count)
    return tuple(counts.most_common())


def _pays(session: Session) -> tuple[tuple[str, Spread], ...]:
    """The middle of the monthly ranges of full-time jobs, for the occupations with most of them."""
    rows = session.execute(
        sa.select(Job.occupation_code, Job.month_low, Job.month_high)
        .join(Organisation, Organisation.id == Job.organisation_id)
        .where(
            is_open(),
            Job.kind == JobKind.FULL,
            Job.occupation_code.is_not(None),
            Job.month_low.is_not(None),
            Job.month_high.is_not(None),
        )
        .order_by(Job.published_at.desc(), Job.id)
        .limit(MOST_PAYS)
    )
    middles: defaultdict[str, list[float]] = defaultdict(list)
    for code, low, high in rows:
        middles[code].append((low + high) / 2)
    found = [(code, one) for code, values in middles.items() if (one := spread(values))]
    found.sort(key=lambda pair: (-pair[1].n, pair[0]))
    return tuple(found[:OCCUPATIONS])


def latest_jobs(
    session: Session, most: int = 8, clauses: Iterable[sa.ColumnElement[bool]] = ()
) -> list[Job]:
    """The newest own postings. `clauses`: what the reader wants to see of them."""
    return list(
        session.scalars(
            sa.select(Job)
            .join(Organisation, Organisation.id == Job.organisation_id)
            .where(is_open(), *clauses)
            .options(
                joinedload(Job.employer),
                joinedload(Job.organisation),
                selectinload(Job.skills),
            )
            .order_by(Job.published_at.desc(), Job.id.desc())
            .limit(most)
        )
    )

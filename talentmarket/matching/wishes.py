"""Lists for both sides from rows: wishes of people, offers of jobs, and who stands where already."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from talentmarket.exchange.models import Job
from talentmarket.exchange.showing import named_and_published
from talentmarket.matching.kept import KeptMatch
from talentmarket.matching.loading import chunks, places_of, rankable
from talentmarket.matching.mutual import FREE, Mutual, Offer, Wishes, ahead_of, ranked
from talentmarket.matching.vector import Standing
from talentmarket.members.models import (
    Account,
    Talent,
    TalentOccupation,
    TalentRegion,
    Visibility,
)
from talentmarket.members.talents import closed_sections


def people_for_both(
    session: Session, job: Job, standings: Iterable[Standing], limit: int
) -> list[Mutual]:
    """The first of these people for whom the job is good too. Reads of a person what verified
    organisations may see, and of other jobs how many want them more."""
    some = list(standings)
    people = [one.talent for one in some]
    ahead = ahead_of(some, sums_of_people(session, people, job), "talent")
    return ranked(some, {job.public_id: offer_of(job)}, wishes_of(session, people), ahead, limit)


def jobs_for_both(
    session: Session, talent: Talent, standings: Iterable[Standing], limit: int
) -> list[Mutual]:
    """The first of these jobs that would want the person too. Reads of other people how many stand
    before this one, and nothing else."""
    some = list(standings)
    jobs = [one.job for one in some]
    ahead = ahead_of(some, sums_of_jobs(session, jobs, talent), "job")
    own = {talent.public_id: own_wishes(session, talent)}
    return ranked(some, offers_of(session, jobs), own, ahead, limit)


def lists_made(session: Session) -> datetime | None:
    """When the lists were last made that exposure is told from; None before the first."""
    return session.scalar(sa.select(sa.func.max(KeptMatch.made_at)))


def wishes_of(session: Session, public_ids: Sequence[str]) -> dict[str, Wishes]:
    """What people want, as verified organisations see it, of those whom they may rank."""
    return _wishes(session, public_ids, Visibility.ORGANISATIONS)


def own_wishes(session: Session, talent: Talent) -> Wishes:
    """All that a person wants, for their own eyes."""
    return _wishes(session, [talent.public_id], Visibility.PRIVATE)[talent.public_id]


def _wishes(session: Session, public_ids: Sequence[str], viewer: Visibility) -> dict[str, Wishes]:
    found: dict[str, Wishes] = {}
    for some in chunks(public_ids):
        asked = (
            sa.select(
                Talent.id,
                Talent.public_id,
                Talent.pay_low,
                Talent.willing_to_move,
                Talent.work_mode,
                Talent.rest_days,
                Talent.sections,
                Talent.visibility,
            )
            .join(Account, Account.id == Talent.account_id)
            .where(Talent.public_id.in_(some))
        )
        if viewer is not Visibility.PRIVATE:
            asked = asked.where(rankable())
        rows = session.execute(asked).all()
        keys = [row.id for row in rows]
        aims = _codes(session, TalentOccupation.talent_id, TalentOccupation.occupation_code, keys)
        places = _codes(session, TalentRegion.talent_id, TalentRegion.region_code, keys)
        for row in rows:
            hidden = closed_sections(row.sections, row.visibility, viewer)
            found[row.public_id] = Wishes(
                row.public_id,
                tuple(aims.get(row.id, ())),
                None if "pay" in hidden else row.pay_low,
                tuple(places.get(row.id, ())),
                row.willing_to_move,
                row.work_mode.value if row.work_mode else None,
                row.rest_days.value if row.rest_days else None,
            )
    return found


def _codes(
    session: Session,
    owner: InstrumentedAttribute[int],
    code: InstrumentedAttribute[str],
    keys: Sequence[int],
) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    rows = session.execute(sa.select(owner, code).where(owner.in_(keys)).order_by(owner, code))
    for key, value in rows:
        found.setdefault(key, []).append(value)
    return found


def offers_of(session: Session, public_ids: Sequence[str]) -> dict[str, Offer]:
    """What published jobs offer."""
    found: dict[str, Offer] = {}
    for some in chunks(public_ids):
        jobs = session.scalars(
            sa.select(Job).where(Job.public_id.in_(some), named_and_published())
        ).all()
        found |= {job.public_id: offer_of(job) for job in jobs}
    return found


def offer_of(job: Job) -> Offer:
    """What a job offers."""
    return Offer(
        job.public_id,
        job.occupation_code,
        job.month_high if job.month_high is not None else job.month_low,
        places_of(job.region_code),
        job.work_mode.value if job.work_mode else None,
        job.rest_days.value if job.rest_days else None,
    )


def sums_of_people(session: Session, public_ids: Sequence[str], job: Job) -> dict[str, list[float]]:
    """For each of these people their sums with other published jobs in whose kept lists they stand
    among the first `FREE`; empty before the first ``flask match batch``."""
    found: dict[str, list[float]] = {}
    for some in chunks(public_ids):
        rows = session.execute(
            sa.select(Talent.public_id, KeptMatch.exact)
            .join(Talent, Talent.id == KeptMatch.talent_id)
            .join(Job, Job.id == KeptMatch.job_id)
            .where(
                Talent.public_id.in_(some),
                KeptMatch.rank <= FREE,
                KeptMatch.job_id != job.id,
                named_and_published(),
            )
        )
        for person, exact in rows:
            found.setdefault(person, []).append(exact)
    return found


def sums_of_jobs(
    session: Session, public_ids: Sequence[str], talent: Talent
) -> dict[str, list[float]]:
    """For each of these jobs the sums of the other people who may be ranked and stand in its kept
    list."""
    found: dict[str, list[float]] = {}
    for some in chunks(public_ids):
        rows = session.execute(
            sa.select(Job.public_id, KeptMatch.exact)
            .join(Job, Job.id == KeptMatch.job_id)
            .join(Talent, Talent.id == KeptMatch.talent_id)
            .join(Account, Account.id == Talent.account_id)
            .where(Job.public_id.in_(some), KeptMatch.talent_id != talent.id, rankable())
        )
        for job, exact in rows:
            found.setdefault(job, []).append(exact)
    return found

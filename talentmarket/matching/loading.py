"""Rows become facts; many at a time, in a fixed number of statements."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from talentmarket.core import clock
from talentmarket.core.among import among
from talentmarket.exchange.models import Job, JobKind, JobSkill
from talentmarket.exchange.showing import named_and_published, named_by_id
from talentmarket.matching.facts import Evidence, Held, JobFacts, TalentFacts, Wanted
from talentmarket.members.cards import select_findable
from talentmarket.members.models import (
    Account,
    EntryKind,
    Talent,
    TalentEntry,
    TalentOccupation,
    TalentRegion,
    TalentSkill,
    TalentSkillEvidence,
    VerificationState,
    Visibility,
    WorkMode,
)
from talentmarket.members.skills import in_force
from talentmarket.members.talents import closed_sections
from talentmarket.taxonomy.model import get_taxonomy

CHUNK = 500


def chunks(keys: Sequence[Any]) -> Iterable[Sequence[Any]]:
    """Pieces small enough for either database's bound parameters."""
    return (keys[start : start + CHUNK] for start in range(0, len(keys), CHUNK))


def job_facts(job: Job) -> JobFacts:
    """The facts of one job (its skills loaded or loadable)."""
    wanted = tuple(Wanted(row.skill_id, row.must, row.level, row.years) for row in job.skills)
    return _job(wanted, *(getattr(job, name) for name in _OF_JOB))


def jobs_facts(session: Session, public_ids: Sequence[str]) -> dict[str, JobFacts]:
    """The facts of published jobs, by public id."""
    found: dict[str, JobFacts] = {}
    connection = session.connection()  # columns alone: a session looks in its answer for objects
    for some in chunks(public_ids):
        jobs = connection.execute(_facts(), {"public_ids": some}).all()
        wanted: dict[int, list[Wanted]] = {job[0]: [] for job in jobs}
        for key, *asked in connection.execute(_wanted(), {"keys": list(wanted)}):
            wanted[key].append(Wanted(*asked))
        found |= {job[1]: _job(tuple(wanted[job[0]]), *job[1:]) for job in jobs}
    return found


@cache
def _facts() -> sa.Select[Any]:
    columns = (getattr(Job, name) for name in _OF_JOB)
    return sa.select(Job.id, *columns).where(named_by_id(), named_and_published())


@cache
def _wanted() -> sa.Select[Any]:
    asked = JobSkill.__table__.c
    return (
        sa.select(asked.job_id, asked.skill_id, asked.must, asked.level, asked.years)
        .where(among(asked.job_id, "keys"))
        .order_by(asked.job_id, asked.position)
    )


def places_of(region_code: str | None) -> tuple[str, ...]:
    """The codes from a job's place upwards; none for a place that is not known."""
    taxonomy = get_taxonomy()
    return taxonomy.place_chain(region_code) if region_code in taxonomy.regions else ()


#: What a score reads of a job's row, in the order that `_job` takes it.
_OF_JOB = (
    "public_id",
    "occupation_code",
    "education_rank",
    "years_min",
    "years_max",
    "region_code",
    "work_mode",
    "month_low",
    "month_high",
    "kind",
)


def _job(
    wanted: tuple[Wanted, ...],
    public_id: str,
    occupation: str | None,
    education_rank: int | None,
    years_min: int | None,
    years_max: int | None,
    region_code: str | None,
    mode: WorkMode | None,
    pay_low: int | None,
    pay_high: int | None,
    kind: JobKind,
) -> JobFacts:
    return JobFacts(
        id=public_id,
        wanted=wanted,
        occupation=occupation,
        education_rank=education_rank,
        years_min=years_min,
        years_max=years_max,
        places=places_of(region_code),
        remote=mode is WorkMode.REMOTE,
        pay_low=pay_low,
        pay_high=pay_high,
        kind=kind.value,
        mode=mode.value if mode else None,
    )


def talent_facts(
    session: Session, talent: Talent, viewer: Visibility = Visibility.PRIVATE
) -> TalentFacts:
    """The facts of one person as a `viewer` of that level sees them; `PRIVATE` is the person."""
    return _talents(session, [talent.id], viewer)[talent.public_id]


def rankable() -> sa.ColumnElement[bool]:
    """The condition on talents, joined with their accounts, that organisations may rank."""
    return sa.and_(select_findable(), Account.personal_ranking.is_(True))


def ranked_talents(session: Session, public_ids: Sequence[str]) -> dict[str, TalentFacts]:
    """Facts by public id as verified organisations see them, of those whom they may find and who
    did not switch personal ranking off.

    What a person keeps from organisations is unknown to the score as well.
    """
    found: dict[str, TalentFacts] = {}
    for some in chunks(public_ids):
        keys = session.scalars(
            sa.select(Talent.id)
            .join(Account, Account.id == Talent.account_id)
            .where(Talent.public_id.in_(some), rankable())
        ).all()
        found |= _talents(session, keys, Visibility.ORGANISATIONS)
    return found


def _talents(session: Session, keys: Sequence[int], viewer: Visibility) -> dict[str, TalentFacts]:
    connection, named = session.connection(), {"keys": keys}  # columns alone, as for jobs
    occupations = _grouped(connection.execute(_occupations(), named))
    places = _grouped(connection.execute(_places(), named))
    held = _held(connection, keys)
    verified = verified_kinds(session, keys)
    return {
        row.public_id: _seen_by(
            viewer,
            row,
            TalentFacts(
                id=row.public_id,
                held=tuple(held.get(row.id, ())),
                occupations=tuple(occupations.get(row.id, ())),
                education_rank=row.education_rank,
                education_verified=(row.id, EntryKind.EDUCATION) in verified,
                years_tenths=row.years_tenths,
                years_verified=(row.id, EntryKind.EXPERIENCE) in verified,
                places=tuple(places.get(row.id, ())),
                moves=row.willing_to_move,
                mode=row.work_mode.value if row.work_mode else None,
                pay_low=row.pay_low,
                availability=row.availability.value if row.availability else None,
            ),
        )
        for row in connection.execute(_persons(), named)
    }


@cache
def _persons() -> sa.Select[Any]:
    return sa.select(
        Talent.id,
        Talent.public_id,
        Talent.education_rank,
        Talent.years_tenths,
        Talent.willing_to_move,
        Talent.work_mode,
        Talent.pay_low,
        Talent.availability,
        Talent.visibility,
        Talent.sections,
    ).where(among(Talent.id, "keys"))


@cache
def _occupations() -> sa.Select[Any]:
    aims = TalentOccupation.__table__.c
    chosen = sa.select(aims.talent_id, aims.occupation_code).where(among(aims.talent_id, "keys"))
    return chosen.order_by(aims.talent_id, aims.position)


@cache
def _places() -> sa.Select[Any]:
    wanted = TalentRegion.__table__.c
    chosen = sa.select(wanted.talent_id, wanted.region_code).where(among(wanted.talent_id, "keys"))
    return chosen.order_by(wanted.talent_id, wanted.position)


def _seen_by(viewer: Visibility, row: Any, whole: TalentFacts) -> TalentFacts:
    return without(whole, closed_sections(row.sections, row.visibility, viewer))


def without(whole: TalentFacts, hidden: frozenset[str]) -> TalentFacts:
    """`whole` for a reader who does not see these sections; what is not shown proves nothing."""
    if not hidden:
        return whole
    held = tuple(
        replace(one, evidence=tuple(item for item in one.evidence if item.kind not in hidden))
        for one in (() if "skills" in hidden else whole.held)
    )
    experience, education = "experience" not in hidden, "education" not in hidden
    return replace(
        whole,
        held=held,
        years_tenths=whole.years_tenths if experience else None,
        years_verified=whole.years_verified and experience,
        education_rank=whole.education_rank if education else None,
        education_verified=whole.education_verified and education,
        pay_low=None if "pay" in hidden else whole.pay_low,
        hidden=hidden,
    )


def _held(connection: sa.Connection, keys: Sequence[int]) -> dict[int, list[Held]]:
    proof: dict[int, list[Evidence]] = {}
    today = clock.today()
    for skill, kind, title, state, until in connection.execute(_proofs(), {"keys": keys}):
        over = until if until and until < today else None
        verified = state is VerificationState.VERIFIED and over is None
        item = Evidence(kind.value, title, verified, over.isoformat() if over else None)
        proof.setdefault(skill, []).append(item)
    found: dict[int, list[Held]] = {}
    rows = connection.execute(_skills(), {"keys": keys})
    for key, person, skill, level, years_tenths, last_used in rows:
        known = tuple(proof.get(key, ()))
        found.setdefault(person, []).append(Held(skill, level, years_tenths, last_used, known))
    return found


@cache
def _proofs() -> sa.Select[Any]:
    return (
        sa.select(
            TalentSkillEvidence.talent_skill_id,
            TalentEntry.kind,
            TalentEntry.title,
            TalentEntry.verification,
            TalentEntry.valid_until,
        )
        .join(TalentEntry, TalentEntry.id == TalentSkillEvidence.entry_id)
        .where(among(TalentEntry.talent_id, "keys"))
        .order_by(TalentEntry.id)
    )


@cache
def _skills() -> sa.Select[Any]:
    return (
        sa.select(
            TalentSkill.id,
            TalentSkill.talent_id,
            TalentSkill.skill_id,
            TalentSkill.level,
            TalentSkill.years_tenths,
            TalentSkill.last_used,
        )
        .where(among(TalentSkill.talent_id, "keys"))
        .order_by(TalentSkill.id)
    )


def verified_kinds(session: Session, keys: Sequence[int]) -> set[tuple[int, EntryKind]]:
    """Of these people (by key), in which sections of the profile something is verified."""
    rows = session.connection().execute(_verified(), {"keys": keys})
    return {(person, kind) for person, kind in rows}


@cache
def _verified() -> sa.Select[Any]:
    return (
        sa.select(TalentEntry.talent_id, TalentEntry.kind)
        .where(among(TalentEntry.talent_id, "keys"), in_force())
        .distinct()
    )


def _grouped(rows: Iterable[Any]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for key, value in rows:
        found.setdefault(key, []).append(value)
    return found

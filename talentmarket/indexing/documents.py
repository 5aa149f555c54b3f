"""Rows become search documents. What must not be found is not in them.

Names, numbers and mail addresses of people are never projected; a blocked employer stands as a
token that only its own searches (and those of firms acting for it) exclude.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from search.documents import Document, Operation, Tombstone
from search.fields import Kind
from talentmarket.core import clock
from talentmarket.core.folding import fold
from talentmarket.core.masking import MASK
from talentmarket.core.outbox import IndexState
from talentmarket.exchange.models import Job, JobCluster, JobSkill, JobState, Origin
from talentmarket.indexing.pieces import (
    concepts,
    industry_path,
    names,
    occupation_names,
    occupation_path,
    places,
    skill_names,
)
from talentmarket.members import cards
from talentmarket.members.blocks import block_keys
from talentmarket.members.cards import identifying_names, is_current
from talentmarket.members.models import (
    STANDING,
    Organisation,
    OrganisationKind,
    Talent,
    TalentState,
    VerificationState,
    Visibility,
)
from talentmarket.members.talents import OPENNESS, SECTIONS, level_of
from talentmarket.taxonomy.model import Taxonomy, get_taxonomy

#: Weights of concepts, in quarters: asked for, wished for, one step wider, further.
MUST, WISH = 4, 3
#: A skill and whether it is a must.
Asked = tuple[str, bool]
FOUND = (Visibility.ORGANISATIONS, Visibility.PUBLIC)


def load(session: Session, kind: Kind, ids: Sequence[str]) -> list[Operation]:
    """The present documents of these ids, at their present versions; tombstones for the rest.

    The versions are read before the rows: a change in between leaves a newer version waiting.
    """
    known = session.execute(
        sa.select(IndexState.document_id, IndexState.version).where(
            IndexState.kind == kind.value, IndexState.document_id.in_(ids)
        )
    )
    versions: dict[str, int] = {row.document_id: row.version for row in known}
    values = {Kind.JOB: _jobs, Kind.TALENT: _talents, Kind.ORGANISATION: _organisations}[kind](
        session, [one for one in ids if one in versions]
    )
    return [
        Document(one, versions[one], values[one])
        if one in values
        else Tombstone(one, versions[one])
        for one in ids
        if one in versions
    ]


def eligible(session: Session, kind: Kind) -> sa.Select[tuple[str]]:
    """A query for the public ids that belong in the index, in key order."""
    return {
        Kind.JOB: _job_ids,
        Kind.TALENT: _talent_ids,
        Kind.ORGANISATION: _organisation_ids,
    }[kind]()


def id_column(kind: Kind) -> sa.ColumnElement[str]:
    """The column that holds a kind's document ids."""
    columns: dict[Kind, sa.ColumnElement[str]] = {
        Kind.JOB: Job.public_id,  # type: ignore[dict-item]
        Kind.TALENT: Talent.public_id,  # type: ignore[dict-item]
        Kind.ORGANISATION: Organisation.public_id,  # type: ignore[dict-item]
    }
    return columns[kind]


def key_column(kind: Kind) -> sa.ColumnElement[int]:
    """The column by which :func:`eligible` is ordered."""
    columns: dict[Kind, sa.ColumnElement[int]] = {
        Kind.JOB: Job.id,  # type: ignore[dict-item]
        Kind.TALENT: Talent.id,  # type: ignore[dict-item]
        Kind.ORGANISATION: Organisation.id,  # type: ignore[dict-item]
    }
    return columns[kind]


def _job_ids() -> sa.Select[tuple[str]]:
    return (
        sa.select(Job.public_id)
        .join(Organisation, Organisation.id == Job.organisation_id)
        .where(
            Job.state == JobState.PUBLISHED,
            Job.listed.is_(True),
            sa.or_(Organisation.state.in_(STANDING), Organisation.kind == OrganisationKind.SOURCE),
        )
        .order_by(Job.id)
    )


def _talent_ids() -> sa.Select[tuple[str]]:
    return (
        sa.select(Talent.public_id)
        .where(Talent.state == TalentState.ACTIVE, Talent.visibility.in_(FOUND))
        .order_by(Talent.id)
    )


def _organisation_ids() -> sa.Select[tuple[str]]:
    return (
        sa.select(Organisation.public_id)
        .where(Organisation.state.in_(STANDING), Organisation.kind != OrganisationKind.SOURCE)
        .order_by(Organisation.id)
    )


# -- jobs ----------------------------------------------------------------------------------------
def _jobs(session: Session, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    rows = session.scalars(
        _job_ids()
        .with_only_columns(Job)
        .where(Job.public_id.in_(ids))
        .options(joinedload(Job.employer), joinedload(Job.organisation))
    )
    found = list(rows)
    keys = [job.id for job in found]
    skills, clusters = _asked(session, keys), _clusters(session, keys)
    return {
        job.public_id: job_values(job, skills.get(job.id, ())) | {"cluster": clusters.get(job.id)}
        for job in found
    }


def _clusters(session: Session, keys: Sequence[int]) -> dict[int, int]:
    rows = session.execute(
        sa.select(JobCluster.job_id, JobCluster.cluster).where(
            JobCluster.job_id.in_(keys), JobCluster.cluster.is_not(None)
        )
    )
    return {row.job_id: row.cluster for row in rows}


def _asked(session: Session, keys: Sequence[int]) -> dict[int, list[Asked]]:
    """The skills that jobs ask for, as plain rows: objects of them cost more than the job."""
    found: dict[int, list[Asked]] = {}
    rows = session.execute(
        sa.select(JobSkill.job_id, JobSkill.skill_id, JobSkill.must)
        .where(JobSkill.job_id.in_(keys))
        .order_by(JobSkill.job_id, JobSkill.position)
    )
    for job_id, skill_id, must in rows.tuples():
        found.setdefault(job_id, []).append((skill_id, must))
    return found


def job_values(job: Job, skills: Iterable[Asked]) -> dict[str, Any]:
    """The search values of a job, by the declaration in :mod:`search.fields`.

    `skills`: (skill, whether it is a must) in the job's order.
    """
    taxonomy = get_taxonomy()
    employer = job.employer
    skills = list(skills)
    must_skills = [skill for skill, must in skills if must]
    wish_skills = [skill for skill, must in skills if not must]
    valid_until = job.valid_until
    employer_name = job.employer_name or (employer.name if employer else "")
    return {
        "title": job.title,
        "occupation_names": occupation_names(taxonomy, [job.occupation_code]),
        "skill_names": skill_names(taxonomy, [*must_skills, *wish_skills]),
        "employer_name": employer_name,
        "description": job.description,
        "occupation": job.occupation_code,
        "occupation_path": occupation_path([job.occupation_code]),
        "skills": must_skills,
        "wish_skills": wish_skills,
        "concepts": concepts(
            taxonomy, {**dict.fromkeys(wish_skills, WISH), **dict.fromkeys(must_skills, MUST)}
        ),
        "regions": places(taxonomy, [job.region_code]),
        "kind": job.kind.value,
        "channel": job.channel.value,
        "origin": job.origin.value,
        "employer": employer.public_id if employer else None,
        "employer_key": fold(employer_name)[:200] or None,
        "publisher": job.organisation.public_id,
        "nature": employer.nature if employer else None,
        "size": employer.size if employer else None,
        "industry": industry_path(employer.industry) if employer else None,
        "rest_days": job.rest_days.value if job.rest_days else None,
        "work_mode": job.work_mode.value if job.work_mode else None,
        "benefits": benefits(job),
        "pay_bands": pay_bands(taxonomy, job.month_low, job.month_high),
        "pay_low": job.month_low,
        "pay_high": job.month_high,
        "education_rank": job.education_rank,
        "years_min": job.years_min,
        "years_max": job.years_max,
        "reply_rate": reply_rate(job),
        "reply_days": None if job.origin is Origin.REFERENCE else job.reply_days,
        "applicants": job.applications_count.bit_length(),
        "published_at": job.published_at,
        "valid_until": clock.start_of_day(valid_until) if valid_until else None,
        "listed": job.listed,
    }


def benefits(job: Job) -> list[str]:
    """Codes of benefits, the insurance among them."""
    return [*([job.insurance.value] if job.insurance else []), *job.benefits]


def reply_rate(job: Job) -> int | None:
    """On-time replies of the publisher in percent; None below ten cases."""
    due = job.organisation.answers_due
    return round(100 * job.organisation.answers_on_time / due) if due >= 10 else None


def pay_bands(taxonomy: Taxonomy, low: int | None, high: int | None) -> list[str]:
    """Codes of the monthly bands that the range touches (a band's upper end is not in it)."""
    low = high if low is None else low
    high = low if high is None else high
    if low is None or high is None:
        return []
    found = []
    for band in taxonomy.codes["salary_band"].values():
        begin, end = band.extra.get("low") or 0, band.extra.get("high")
        if low < (end or 2**60) and high >= begin and (high > begin or low == high or begin == 0):
            found.append(band.code)
    return found


# -- talents -------------------------------------------------------------------------------------
def _talents(session: Session, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    rows = session.scalars(
        _talent_ids()
        .with_only_columns(Talent)
        .where(Talent.public_id.in_(ids))
        .options(
            joinedload(Talent.account),
            selectinload(Talent.occupations),
            selectinload(Talent.regions),
            selectinload(Talent.entries),
            selectinload(Talent.skills),
            selectinload(Talent.blocks),
        )
    )
    found = list(rows)
    evidenced = _evidenced(session, [talent.id for talent in found])
    return {
        talent.public_id: talent_values(talent, evidenced.get(talent.id, ())) for talent in found
    }


def _evidenced(session: Session, keys: Sequence[int]) -> dict[int, list[str]]:
    from talentmarket.members.models import TalentEntry, TalentSkill, TalentSkillEvidence

    found: dict[int, list[str]] = {}
    rows = session.execute(
        sa.select(TalentSkill.talent_id, TalentSkill.skill_id)
        .join(TalentSkillEvidence, TalentSkillEvidence.talent_skill_id == TalentSkill.id)
        .join(TalentEntry, TalentEntry.id == TalentSkillEvidence.entry_id)
        .where(
            TalentSkill.talent_id.in_(keys),
            TalentEntry.verification == VerificationState.VERIFIED,
        )
        .order_by(TalentSkill.id)
    )
    for talent_id, skill_id in rows:
        found.setdefault(talent_id, []).append(skill_id)
    return found


def talent_values(talent: Talent, evidenced: Iterable[str] = ()) -> dict[str, Any]:
    """The search values of a talent: what an organisation may see without a name.

    A section the person keeps to itself is not in it.
    """
    taxonomy = get_taxonomy()
    shown = {section for section in SECTIONS if _shown(talent, section)}
    rows = talent.skills if "skills" in shown else []
    skills = [row.skill_id for row in rows]
    levels = {row.skill_id: row.level for row in rows if row.level}
    entries = [entry for entry in talent.entries if entry.kind.value in shown]
    # As on the card: of a job that is kept back its title is shown, not what it was about.
    told = [it for it in entries if "current_employer" in shown or not is_current(it)]
    codes = [row.occupation_code for row in talent.occupations]
    wanted = [row.region_code for row in talent.regions]
    return {
        "headline": unnamed(talent, talent.headline),
        "occupation_names": occupation_names(taxonomy, codes),
        "skill_names": skill_names(taxonomy, skills),
        "text": unnamed(
            talent,
            "\n".join([talent.summary, *(it.title for it in entries), *(it.text for it in told)]),
        ),
        "occupations": codes,
        "occupation_path": occupation_path(codes),
        "skills": skills,
        "skill_levels": [f"{one}:{level}" for one, level in levels.items()],
        "evidenced_skills": [one for one in dict.fromkeys(evidenced) if one in skills],
        "concepts": concepts(taxonomy, dict.fromkeys(skills, MUST)),
        "regions": places(taxonomy, wanted),
        "wanted_regions": wanted,
        "moves": talent.willing_to_move,
        "work_mode": talent.work_mode.value if talent.work_mode else None,
        "availability": talent.availability.value if talent.availability else None,
        "visibility": talent.visibility.value,
        "rest_days": talent.rest_days.value if talent.rest_days else None,
        "industry": sorted(
            {code for entry in told for code in industry_path(entry.organisation_industry) or ()}
        ),
        "blocked_organisations": block_keys(talent),
        "pay_wanted": talent.pay_low if "pay" in shown else None,
        "education_rank": talent.education_rank if "education" in shown else None,
        "years": (
            talent.years_tenths // 10
            if talent.years_tenths is not None and "experience" in shown
            else None
        ),
        "updated_at": talent.updated_at,
    }


def _shown(talent: Talent, section: str) -> bool:
    return OPENNESS[level_of(talent, section)] >= OPENNESS[Visibility.ORGANISATIONS]


def unnamed(talent: Talent, text: str) -> str:
    """`text` as the card shows it: without names, numbers, addresses and exact dates."""
    return cards.unnamed(text, identifying_names(talent)).replace(MASK, " ")


# -- organisations -------------------------------------------------------------------------------
def _organisations(session: Session, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    taxonomy = get_taxonomy()
    rows = session.scalars(
        _organisation_ids().with_only_columns(Organisation).where(Organisation.public_id.in_(ids))
    ).all()
    open_jobs = session.execute(
        sa.select(Job.employer_id, sa.func.count())
        .where(
            Job.employer_id.in_([row.id for row in rows]),
            Job.state == JobState.PUBLISHED,
            Job.listed.is_(True),
        )
        .group_by(Job.employer_id)
    )
    counts: dict[int | None, int] = {row[0]: row[1] for row in open_jobs}
    return {
        row.public_id: {
            "name": "\n".join(filter(None, (row.name, row.short_name, row.name_en))),
            "industry_names": names(taxonomy, "industry", industry_path(row.industry) or ()),
            "text": row.intro,
            "kind": row.kind.value,
            "nature": row.nature,
            "size": row.size,
            "industry": industry_path(row.industry),
            "regions": places(taxonomy, [row.region_code]),
            "verified": row.verified_at is not None,
            "open_jobs": counts.get(row.id, 0),
            "reply_rate": (
                round(100 * row.answers_on_time / row.answers_due)
                if row.answers_due >= 10
                else None
            ),
            "updated_at": row.updated_at,
        }
        for row in rows
    }

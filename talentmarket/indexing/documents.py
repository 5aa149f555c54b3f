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
from talentmarket.core.db import by_value
from talentmarket.core.masking import MASK
from talentmarket.core.outbox import IndexState
from talentmarket.exchange.models import Job, JobState
from talentmarket.indexing import jobs
from talentmarket.indexing.pieces import (
    MUST,
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
    TalentEntry,
    TalentSkill,
    TalentSkillEvidence,
    TalentState,
    Visibility,
)
from talentmarket.members.skills import in_force
from talentmarket.members.talents import OPENNESS, SECTIONS, level_of
from talentmarket.taxonomy.model import get_taxonomy

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
    values = {Kind.JOB: jobs.load, Kind.TALENT: _talents, Kind.ORGANISATION: _organisations}[kind](
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
    """A query for the public ids that belong in the index, in key order; to be asked for by ids
    or from a key on."""
    return {
        Kind.JOB: jobs.eligible,
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


def _talent_ids() -> sa.Select[tuple[str]]:
    return (
        sa.select(Talent.public_id)
        .where(Talent.state == TalentState.ACTIVE, Talent.visibility.in_(FOUND))
        .order_by(Talent.id)
    )


def _organisation_ids() -> sa.Select[tuple[str]]:
    return (
        sa.select(Organisation.public_id)
        .where(
            by_value(Organisation.state).in_(STANDING),
            Organisation.kind != OrganisationKind.SOURCE,
        )
        .order_by(Organisation.id)
    )


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
            selectinload(Talent.skills).lazyload(TalentSkill.evidence),
            selectinload(Talent.blocks),
        )
    )
    found = list(rows)
    evidenced = _evidenced(session, [talent.id for talent in found])
    return {
        talent.public_id: talent_values(talent, evidenced.get(talent.id, ())) for talent in found
    }


#: A skill and the section of the entry in force that proves it.
Proof = tuple[str, str]


def _evidenced(session: Session, keys: Sequence[int]) -> dict[int, list[Proof]]:
    found: dict[int, list[Proof]] = {}
    rows = session.execute(
        sa.select(TalentSkill.talent_id, TalentSkill.skill_id, TalentEntry.kind)
        .join(TalentSkillEvidence, TalentSkillEvidence.talent_skill_id == TalentSkill.id)
        .join(TalentEntry, TalentEntry.id == TalentSkillEvidence.entry_id)
        .where(TalentSkill.talent_id.in_(keys), in_force())
        .order_by(TalentSkill.id)
    )
    for talent_id, skill_id, kind in rows.all():
        found.setdefault(talent_id, []).append((skill_id, kind.value))
    return found


def talent_values(talent: Talent, evidenced: Iterable[Proof] = ()) -> dict[str, Any]:
    """The search values of a talent: what an organisation may see without a name.

    A section the person keeps to itself is not in it, nor does it prove anything.
    """
    taxonomy = get_taxonomy()
    shown = {section for section in SECTIONS if _shown(talent, section)}
    rows = talent.skills if "skills" in shown else []
    skills = [row.skill_id for row in rows]
    proven = dict.fromkeys(one for one, section in evidenced if section in shown)
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
        "evidenced_skills": [one for one in proven if one in skills],
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

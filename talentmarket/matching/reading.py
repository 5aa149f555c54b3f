"""Rows become columns: what a score needs and nothing else, a few statements for each 500 rows."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from talentmarket.core.among import among
from talentmarket.core.db import writing
from talentmarket.exchange.models import Job, JobSkill
from talentmarket.exchange.showing import named_and_published, named_by_id
from talentmarket.matching import tables
from talentmarket.matching.jobcolumns import memory_of
from talentmarket.matching.loading import chunks, places_of, rankable, verified_kinds
from talentmarket.matching.tables import Coded, Jobs, People, Person, Post, Skill
from talentmarket.members.models import (
    Account,
    EntryKind,
    Talent,
    TalentEntry,
    TalentOccupation,
    TalentRegion,
    TalentSkill,
    TalentSkillEvidence,
    Visibility,
    WorkMode,
)
from talentmarket.members.skills import in_force
from talentmarket.members.talents import closed_sections
from talentmarket.taxonomy.model import get_taxonomy

#: What a row of `jobs` says of when it was changed.
Version = tuple[Any, ...]


def read_people(session: Session, public_ids: Sequence[str]) -> People:
    """The columns of those whom verified organisations may rank, as these see them; in no
    particular order. The same as :func:`loading.ranked_talents` reads, without what proves it."""
    persons: list[Person] = []
    skills: list[Skill] = []
    occupations: list[Coded] = []
    places: list[Coded] = []
    for some in chunks(public_ids):
        closed, numbers = _persons(session, some, persons)
        skills += _skills(session, closed, numbers)
        occupations += _codes(session, TalentOccupation.__table__, "occupation_code", numbers)
        places += _codes(session, TalentRegion.__table__, "region_code", numbers)
    return tables.people(persons, skills, occupations, places)


def read_jobs(session: Session, public_ids: Sequence[str]) -> Jobs:
    """The columns of published jobs, in no particular order. What this process has read of a job is
    read again only when its version has changed (:mod:`jobcolumns`)."""
    connection = session.connection()  # columns alone: a session looks in its answer for objects
    if writing.get():  # what is half written has no version yet
        return _read(connection, public_ids)[0]
    memory = memory_of(connection.engine, get_taxonomy())
    rows = connection.execute(_versions(), {"public_ids": public_ids}).all()
    versions: dict[str, Version] = {one: tuple(version) for one, *version in rows}
    found = memory.take(versions)
    for some in chunks([one for one in versions if one not in found]):
        found |= memory.keep(*_read(connection, some))
    return memory.joined(found)


def _read(connection: sa.Connection, public_ids: Sequence[str]) -> tuple[Jobs, dict[str, Version]]:
    """The same from their rows alone, and the versions these had."""
    posts: list[Post] = []
    versions: dict[str, Version] = {}
    asked: list[list[Any]] = [[], [], [], [], []]
    places: list[Coded] = []
    for some in chunks(public_ids):
        numbers: dict[int, int] = {}
        for (
            key,
            public_id,
            education,
            years,
            low,
            high,
            occupation,
            region,
            mode,
            *version,
        ) in connection.execute(_posts(), {"public_ids": some}).all():
            number = numbers[key] = len(posts)
            pay = low if high is None else high
            posts.append((public_id, education, years, pay, occupation, mode and mode.value))
            versions[public_id] = tuple(version)
            if mode is not WorkMode.REMOTE:
                places += [(number, code) for code in places_of(region)]
        rows = connection.execute(_asked(), {"keys": list(numbers)}).all()
        if rows:  # ten times as many as jobs: none is made into one of our own
            keys, *others = zip(*rows, strict=True)
            asked[0] += map(numbers.__getitem__, keys)
            for held, column in zip(asked[1:], others, strict=True):
                held += column
    return tables.jobs_in_columns(posts, asked, places), versions


@cache
def _posts() -> sa.Select[Any]:
    return (
        sa.select(
            Job.id,
            Job.public_id,
            Job.education_rank,
            Job.years_min,
            Job.month_low,
            Job.month_high,
            Job.occupation_code,
            Job.region_code,
            Job.work_mode,
            *_version(),
        )
        .where(_published_among())
        .order_by(Job.id)
    )


@cache
def _versions() -> sa.Select[Any]:
    return sa.select(Job.public_id, *_version()).where(_published_among())


def _version() -> tuple[sa.SQLColumnExpression[Any], ...]:
    # Compared, never read: as the database gives it.
    return Job.revision, sa.type_coerce(Job.updated_at, sa.String)


def _published_among() -> sa.ColumnElement[bool]:
    return sa.and_(named_by_id(), named_and_published())


@cache
def _asked() -> sa.Select[Any]:
    wanted = JobSkill.__table__.c
    must = sa.type_coerce(wanted.must, sa.Integer)  # 0 or 1 will do
    return (
        sa.select(wanted.job_id, wanted.skill_id, must, wanted.level, wanted.years)
        .where(among(wanted.job_id, "keys"))
        .order_by(wanted.job_id, wanted.position)
    )


def _persons(
    session: Session, public_ids: Sequence[str], persons: list[Person]
) -> tuple[dict[int, frozenset[str]], dict[int, int]]:
    """Adds to `persons`; the sections each keeps closed, and the number of each row, by key."""
    found = session.connection().execute(_rankable(), {"public_ids": public_ids}).all()
    verified = verified_kinds(session, [row.id for row in found])
    closed: dict[int, frozenset[str]] = {}
    numbers: dict[int, int] = {}
    for row in found:
        hidden = closed_sections(row.sections, row.visibility, Visibility.ORGANISATIONS)
        closed[row.id] = hidden
        numbers[row.id] = len(persons)
        studied, worked = "education" not in hidden, "experience" not in hidden
        persons.append(
            (
                row.public_id,
                row.education_rank if studied else None,
                studied and (row.id, EntryKind.EDUCATION) in verified,
                row.years_tenths if worked else None,
                worked and (row.id, EntryKind.EXPERIENCE) in verified,
                row.willing_to_move,
                None if "pay" in hidden else row.pay_low,
                row.availability,
                row.work_mode and row.work_mode.value,
            )
        )
    return closed, numbers


@cache
def _rankable() -> sa.Select[Any]:
    return (
        sa.select(
            Talent.id,
            Talent.public_id,
            Talent.education_rank,
            Talent.years_tenths,
            Talent.willing_to_move,
            Talent.pay_low,
            Talent.availability,
            Talent.work_mode,
            Talent.visibility,
            Talent.sections,
        )
        .join(Account, Account.id == Talent.account_id)
        .where(among(Talent.public_id, "public_ids"), rankable())
        .order_by(Talent.id)
    )


def _skills(
    session: Session, closed: dict[int, frozenset[str]], numbers: dict[int, int]
) -> list[Skill]:
    connection = session.connection()
    proofs: dict[int, set[str]] = {}
    for skill, kind in connection.execute(_proofs(), {"keys": numbers}):
        proofs.setdefault(skill, set()).add(kind)
    open_ = [key for key, hidden in closed.items() if "skills" not in hidden]
    return [
        (numbers[person], skill, level, years, used, bool(proofs.get(key, set()) - closed[person]))
        for key, person, skill, level, years, used in connection.execute(_held(), {"keys": open_})
    ]


@cache
def _proofs() -> sa.Select[Any]:
    return (
        sa.select(TalentSkillEvidence.talent_skill_id, TalentEntry.kind)
        .join(TalentEntry, TalentEntry.id == TalentSkillEvidence.entry_id)
        .where(among(TalentEntry.talent_id, "keys"), in_force())
    )


@cache
def _held() -> sa.Select[Any]:
    held = TalentSkill.__table__.c
    return (
        sa.select(
            held.id, held.talent_id, held.skill_id, held.level, held.years_tenths, held.last_used
        )
        .where(among(held.talent_id, "keys"))
        .order_by(held.talent_id, held.id)
    )


def _codes(
    session: Session, table: sa.FromClause, name: str, numbers: dict[int, int]
) -> list[Coded]:
    rows = session.connection().execute(_coded(table, name), {"keys": numbers})
    return [(numbers[person], code) for person, code in rows]


@cache
def _coded(table: sa.FromClause, name: str) -> sa.Select[Any]:
    held = table.c
    chosen = sa.select(held.talent_id, held[name]).where(among(held.talent_id, "keys"))
    return chosen.order_by(held.talent_id, held.position)

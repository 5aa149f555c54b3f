"""Storing a batch of reference postings: each row once, whoever else imports at the same time.

What a batch changes is found out and recognised before its transaction begins, so that the
database is held for the writing alone; a row that another import stored meanwhile is left alone.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from operator import itemgetter
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session

from talentmarket.core import clock, outbox
from talentmarket.core.bulk import insert_many
from talentmarket.core.db import Base, db, insert_for
from talentmarket.core.folding import fold, pinyin_key
from talentmarket.core.ids import ALPHABET, new_public_id
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.drafting import education_of, skills_of, terms_of, years_of
from talentmarket.exchange.importing.rows import Row
from talentmarket.exchange.models import Channel, Job, JobKind, JobSkill, JobState, Origin, PayUnit
from talentmarket.members.models import Organisation, OrganisationKind, OrganisationState
from talentmarket.taxonomy.model import get_taxonomy
from talentmarket.taxonomy.recognise import recognise
from talentmarket.taxonomy.titles import guess_occupation

VALID_DAYS = 90
#: Title and text → (occupation, chance in percent, whether it may be found by), or None where nothing
#: is known of them: given in by the factory.
Guess = Callable[[str, str], tuple[str, int, bool] | None]
# Plain tables: the mapper would compile a statement for every pattern of empty columns.
_JOBS = Base.metadata.tables[Job.__tablename__]
_SKILLS = Base.metadata.tables[JobSkill.__tablename__]


class Named(NamedTuple):
    """A row under the id it is stored by."""

    external_id: str
    row: Row


@dataclass(slots=True)
class Counts:
    """What became of rows."""

    imported: int = 0
    updated: int = 0
    unchanged: int = 0

    def add(self, other: Counts) -> None:
        """Add another batch's."""
        self.imported += other.imported
        self.updated += other.updated
        self.unchanged += other.unchanged


class _Known(NamedTuple):
    id: int
    public_id: str
    digest: str | None
    state: JobState


class _Prepared(NamedTuple):
    values: dict[str, Any]
    skills: list[dict[str, Any]]


def store(rows: Sequence[Named]) -> tuple[Counts, list[int]]:
    """Store a batch in one transaction of its own. Ids within a batch and source are distinct.

    Returns what became of the rows, and the lines that were not taken: what the office took down
    does not come back because its source changed a word.
    """
    counts, held = Counts(), []
    sources = source_ids({one.row.source for one in rows})
    fresh: dict[tuple[int, str], _Prepared] = {}
    changed: dict[_Known, _Prepared] = {}
    by_source: dict[int, list[Named]] = defaultdict(list)
    for one in rows:
        by_source[sources[one.row.source]].append(one)
    for source_id, named in by_source.items():
        known = _known(db.session(), source_id, [one.external_id for one in named])
        for external_id, row in named:
            old = known.get(external_id)
            if old is None:
                fresh[source_id, external_id] = _prepare(row)
            elif old.digest == row.digest and old.state is not JobState.EXPIRED:
                counts.unchanged += 1
            elif old.state is JobState.REJECTED:
                held.append(row.line)
            else:
                changed[old] = _prepare(row)
    if fresh or changed:
        with unit_of_work() as session:
            inserted = _insert(session, fresh)
            _update(session, changed)
            touched = [*inserted, *(one.public_id for one in changed)]
            outbox.changed(session, "job", *touched)
        counts.imported += len(inserted)
        counts.unchanged += len(fresh) - len(inserted)
        counts.updated += len(changed)
    return counts, held


def _known(session: Session, source_id: int, ids: list[str]) -> dict[str, _Known]:
    found = session.execute(
        sa.select(Job.external_id, Job.id, Job.public_id, Job.content_digest, Job.state).where(
            Job.organisation_id == source_id, Job.external_id.in_(ids)
        )
    )
    return {row[0]: _Known(*row[1:]) for row in found if row[0]}


def _prepare(row: Row) -> _Prepared:
    """Recognise a row and lay out its columns."""
    taxonomy = get_taxonomy()
    seen = recognise(f"{row.title}\n{row.description}")
    terms = terms_of("\n".join((row.title, *row.benefits)))
    years_min, years_max = years_of(seen)
    education = row.education_rank
    at, today = clock.now(), clock.today()
    values = {
        "title": row.title,
        "description": row.description,
        **_occupation(row),
        "kind": terms.get("kind", JobKind.FULL),
        "headcount": row.headcount,
        "education_rank": education if education is not None else education_of(seen, taxonomy),
        "years_min": years_min,
        "years_max": years_max,
        "region_code": row.region_code,
        "rest_days": terms.get("rest_days"),
        "insurance": terms.get("insurance"),
        "benefits": list(row.benefits),
        "pay_low": row.pay_low,
        "pay_high": row.pay_high,
        "month_low": row.pay_low,
        "month_high": row.pay_high,
        "source_date": row.source_date or today,
        "content_digest": row.digest,
        "state": JobState.PUBLISHED,
        "valid_until": today + timedelta(days=VALID_DAYS),
        "published_at": at,
        "closed_at": None,
        "updated_at": at,
    }
    skills = [
        {
            "skill_id": one.skill_id,
            "must": one.must,
            "level": one.level,
            "years": one.years,
            "position": position,
        }
        for position, one in enumerate(skills_of(seen))
    ]
    return _Prepared(values, skills)


def _occupation(row: Row) -> dict[str, Any]:
    """By the title where the vocabulary knows it; else a guess, found by where it is likely."""
    known = guess_occupation(row.title)
    if known is not None:
        return {"occupation_code": known.code, **_NO_GUESS}
    guess: Guess = current_app.extensions["talentmarket_guess_occupation"]
    found = guess(row.title, row.description)
    if found is None:
        return {"occupation_code": None, **_NO_GUESS}
    code, percent, sure = found
    return {
        "occupation_code": code if sure else None,
        "occupation_guess": code,
        "occupation_chance": percent,
    }


_NO_GUESS = {"occupation_guess": None, "occupation_chance": None}
#: What every reference posting has, beside what its row says.
_FIXED: dict[str, Any] = {
    "origin": Origin.REFERENCE,
    "channel": Channel.DIRECT,
    "pay_unit": PayUnit.MONTH,
    "pay_months": 12,
    "employer_name": "",
    "client_name": "",
    "address": "",
    "hours": "",
    "reply_days": 3,
    "listed": True,
    "review_text": "",
    "applications_count": 0,
    "revision": 1,
}


def _insert(session: Session, fresh: dict[tuple[int, str], _Prepared]) -> list[str]:
    """Insert new rows; returns the public ids of those that nobody stored meanwhile."""
    if not fresh:
        return []
    rows = [
        {
            **_FIXED,
            **prepared.values,
            "public_id": new_public_id(),
            "organisation_id": source_id,
            "external_id": external_id,
            "first_published_at": prepared.values["published_at"],
            "created_at": prepared.values["published_at"],
        }
        # In one order for all imports: two of the same rows wait for each other, and not in a ring.
        for (source_id, external_id), prepared in sorted(fresh.items(), key=itemgetter(0))
    ]
    stored = insert_many(
        session,
        _JOBS,
        rows,
        lambda insert: insert.on_conflict_do_nothing().returning(
            _JOBS.c.id, _JOBS.c.public_id, _JOBS.c.organisation_id, _JOBS.c.external_id
        ),
    ).all()
    skills = [
        {**skill, "job_id": row.id}
        for row in stored
        for skill in fresh[row.organisation_id, row.external_id or ""].skills
    ]
    if skills:
        insert_many(session, _SKILLS, skills)
    return [row.public_id for row in stored]


def _update(session: Session, changed: dict[_Known, _Prepared]) -> None:
    if not changed:
        return
    for old, prepared in sorted(changed.items(), key=lambda one: one[0].id):
        session.execute(
            sa.update(Job)
            .where(Job.id == old.id)
            .values(revision=Job.revision + 1, **prepared.values)
            .execution_options(synchronize_session=False)
        )
    ids = [old.id for old in changed]
    session.execute(
        sa.delete(JobSkill)
        .where(JobSkill.job_id.in_(ids))
        .execution_options(synchronize_session=False)
    )
    skills = [
        {**skill, "job_id": old.id}
        for old, prepared in changed.items()
        for skill in prepared.skills
    ]
    if skills:
        insert_many(session, _SKILLS, skills)


def source_ids(names: Iterable[str]) -> dict[str, int]:
    """The keys of the organisations that stand for these sources, made where they are missing.

    The public id of a source comes from its name, so that two imports make one row.
    """
    wanted = {name: source_public_id(name) for name in names}
    query = sa.select(Organisation.public_id, Organisation.id).where(
        Organisation.public_id.in_(wanted.values())
    )
    found = {row.public_id: row.id for row in db.session.execute(query)}
    if missing := [name for name, public_id in wanted.items() if public_id not in found]:
        with unit_of_work() as session:
            at = clock.now()
            for name in missing:
                session.execute(
                    insert_for(session)(Organisation)
                    .values(
                        public_id=wanted[name],
                        kind=OrganisationKind.SOURCE,
                        name=name,
                        name_folded=fold(name)[:160],
                        name_pinyin=pinyin_key(name),
                        state=OrganisationState.UNVERIFIED,
                        created_at=at,
                        updated_at=at,
                    )
                    .on_conflict_do_nothing()
                )
            found = {row.public_id: row.id for row in session.execute(query)}
    return {name: found[public_id] for name, public_id in wanted.items()}


def source_public_id(name: str) -> str:
    digest = hashlib.sha256(b"source:" + fold(name).encode()).digest()
    return "".join(ALPHABET[byte % len(ALPHABET)] for byte in digest[:16])

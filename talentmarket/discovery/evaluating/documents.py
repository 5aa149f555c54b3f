"""The judged documents as rows of a site: organisations, their jobs, people without names."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from talentmarket.core import clock
from talentmarket.core.folding import fold, pinyin_key
from talentmarket.exchange.models import Job, JobSkill, JobState
from talentmarket.members.models import (
    Account,
    Organisation,
    OrganisationKind,
    OrganisationState,
    Talent,
    TalentEntry,
    TalentOccupation,
    TalentRegion,
    TalentSkill,
    Visibility,
)

FOLDER = Path(__file__).parent / "judged"
_OF_ITS_OWN = {"id", "days", "employer", "publisher", "skills"}
_IN_TABLES = {"id", "occupations", "regions", "entries", "skills"}


def read(name: str) -> Iterator[dict[str, Any]]:
    """The rows of one file: `organisations`, `jobs` or `talents`."""
    with (FOLDER / f"{name}.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def public_id(document: str) -> str:
    """The public id under which a document is loaded; :func:`document_id` reads it back."""
    return document.rjust(16, "0")


def document_id(public: str) -> str:
    """`j12` or `t3`."""
    return public.lstrip("0")


def load(session: Session) -> Organisation:
    """Put all of them into an empty site; returns a verified employer that may search people."""
    by_name = {row["name"]: _organisation(row) for row in read("organisations")}
    session.add_all(by_name.values())
    session.flush()
    session.add_all(_job(row, by_name) for row in read("jobs"))
    session.add_all(_talent(row) for row in read("talents"))
    return next(row for row in by_name.values() if row.kind is OrganisationKind.EMPLOYER)


def _organisation(row: dict[str, Any]) -> Organisation:
    at = clock.now()
    values = {**row, "kind": OrganisationKind(row["kind"])}
    return Organisation(
        **values,
        name_folded=fold(row["name"]),
        name_pinyin=pinyin_key(row["name"]),
        state=OrganisationState.VERIFIED,
        verified_at=at,
        renewal_due_at=at + timedelta(days=180),
        created_at=at,
        updated_at=at,
    )


def _job(row: dict[str, Any], by_name: dict[str, Organisation]) -> Job:
    at = clock.now() - timedelta(days=row["days"])
    employer = by_name.get(row.get("employer") or "")
    return Job(
        **{name: value for name, value in row.items() if name not in _OF_ITS_OWN},
        public_id=public_id(row["id"]),
        organisation_id=by_name[row["publisher"]].id,
        employer_id=employer.id if employer else None,
        employer_name=row.get("employer") or "",
        state=JobState.PUBLISHED,
        published_at=at,
        first_published_at=at,
        valid_until=clock.today() + timedelta(days=60),
        created_at=at,
        updated_at=at,
        skills=[
            JobSkill(skill_id=skill, must=must, level=level, years=years, position=position)
            for position, (skill, must, level, years) in enumerate(row["skills"])
        ],
    )


def _talent(row: dict[str, Any]) -> Talent:
    at = clock.now()
    return Talent(
        **{name: value for name, value in row.items() if name not in _IN_TABLES},
        public_id=public_id(row["id"]),
        account=Account(name=row["id"], created_at=at, sixteen_declared_at=at),
        visibility=Visibility.ORGANISATIONS,
        created_at=at,
        updated_at=at,
        onboarded_at=at,
        occupations=[
            TalentOccupation(occupation_code=code, position=position)
            for position, code in enumerate(row["occupations"])
        ],
        regions=[
            TalentRegion(region_code=code, position=position)
            for position, code in enumerate(row["regions"])
        ],
        entries=[TalentEntry(**entry) for entry in row["entries"]],
        skills=[
            TalentSkill(skill_id=skill, level=level, years_tenths=years, last_used=last)
            for skill, level, years, last in row["skills"]
        ],
    )

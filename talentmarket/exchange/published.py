"""What a job said when it was last published, while its row says what nobody has approved.

Who applied, was invited or put it aside goes on reading that; the organisation and the operator
read the row. Kept with the first change that waits for review, dropped when a review ends well.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import object_session

from talentmarket.exchange.models import (
    Job,
)
from talentmarket.exchange.posting import CODES, Posting, SkillWanted, write_to
from talentmarket.members.models import Organisation


def keep(job: Job, before: Posting) -> None:
    """Keep `before`, which was published, unless something older is kept. (The row changes now.)"""
    if job.approved is None and job.first_published_at is not None:
        job.approved = _packed(before)


def as_published(job: Job) -> Job:
    """The job as people outside the organisation may read it: itself, or a copy that belongs to no
    session, with the same ids and stage."""
    if job.approved is None:
        return job
    posting = _unpacked(job.approved)
    copy = Job(**{one.key: getattr(job, one.key) for one in sa.inspect(Job).column_attrs})
    write_to(copy, posting)
    copy.organisation = job.organisation
    copy.employer = _employer(job, posting.employer_id)
    return copy


def _employer(job: Job, key: int | None) -> Organisation | None:
    if key == job.employer_id:
        return job.employer
    session = object_session(job)
    return session.get(Organisation, key) if session is not None and key is not None else None


def _packed(posting: Posting) -> dict[str, Any]:
    packed = asdict(posting)
    del packed["manager_id"]  # nothing that was published, and no person is kept in it
    for name, value in packed.items():
        if isinstance(value, StrEnum):
            packed[name] = value.value
        elif isinstance(value, date):
            packed[name] = value.isoformat()
        elif isinstance(value, tuple):
            packed[name] = list(value)
    return packed


def _unpacked(packed: dict[str, Any]) -> Posting:
    values = dict(packed)
    for name, kind in CODES.items():
        values[name] = kind(values[name]) if values[name] is not None else None
    until = values["valid_until"]
    values["valid_until"] = date.fromisoformat(until) if until else None
    values["benefits"] = tuple(values["benefits"])
    values["skills"] = tuple(SkillWanted(**one) for one in values["skills"])
    return Posting(**values)

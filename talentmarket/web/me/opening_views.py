"""For which job each opening of a profile was, as "who viewed me" prints it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from flask import url_for
from sqlalchemy.orm import Session, joinedload

from talentmarket.exchange.models import Application, Job
from talentmarket.members.openings import Opening


@dataclass(frozen=True)
class About:
    """The job an opening was for. `url` leads to the person's own application, where there is
    one."""

    title: str
    url: str | None = None


def jobs_of(session: Session, rows: Sequence[Opening]) -> list[tuple[Opening, About | None]]:
    """Each opening with its job; None where it was for none. At most two statements."""
    jobs = {one.public_id: About(one.shown_title) for one in _jobs(session, _ids(rows, "job"))}
    sent = {
        one.public_id: About(
            one.job.shown_title, url_for("applications.show", application_id=one.public_id)
        )
        for one in _applications(session, _ids(rows, "application"))
    }
    known = {"job": jobs, "application": sent}
    return [(row, known.get(row.subject_type or "", {}).get(row.subject_id or "")) for row in rows]


def _ids(rows: Sequence[Opening], kind: str) -> set[str]:
    return {row.subject_id for row in rows if row.subject_type == kind and row.subject_id}


def _jobs(session: Session, ids: set[str]) -> Sequence[Job]:
    return session.scalars(sa.select(Job).where(Job.public_id.in_(ids))).all() if ids else []


def _applications(session: Session, ids: set[str]) -> Sequence[Application]:
    if not ids:
        return []
    wanted = sa.select(Application).options(joinedload(Application.job))
    return session.scalars(wanted.where(Application.public_id.in_(ids))).all()

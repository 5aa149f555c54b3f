"""What suits somebody is told with its reasons: scored again in the moment in which it is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from talentmarket.discovery.alerts.models import JobAlert, SavedSearch
from talentmarket.discovery.alerts.suiting import LEAST, ranked_talent
from talentmarket.discovery.alerts.texts import SUITED
from talentmarket.exchange import showing
from talentmarket.exchange.models import Job
from talentmarket.matching.score import Match
from talentmarket.matching.service import Seeker, score_jobs
from talentmarket.matching.weights import State
from talentmarket.members.models import Account
from talentmarket.notices.send import notify, site_address

REASONS = 3


@dataclass(frozen=True)
class Suited:
    """A job that suits a person, and how."""

    job: Job
    match: Match


def suited(session: Session, account_id: int, jobs: Sequence[Job]) -> dict[int, Suited]:
    """Of these jobs those that suit the person now, by key; none while organisations may not rank
    the person."""
    talent = ranked_talent(session, account_id) if jobs else None
    if talent is None:
        return {}
    found = score_jobs(Seeker(session, talent), [job.public_id for job in jobs])
    return {
        job.id: Suited(job, match)
        for job in jobs
        if (match := found.get(job.public_id)) is not None
        and match.total is not None
        and match.total >= LEAST
        and not match.hard_failed
    }


def still_suited(session: Session, person: str, ids: Sequence[str]) -> set[str]:
    """Of these jobs (public ids) those that still suit the person with this public id."""
    account_id = session.scalar(sa.select(Account.id).where(Account.public_id == person))
    if account_id is None:
        return set()
    jobs = session.scalars(sa.select(Job).where(Job.public_id.in_(ids))).all()
    return {one.job.public_id for one in suited(session, account_id, jobs).values()}


def told_jobs(session: Session, saved: SavedSearch, most: int = 20) -> list[Job]:
    """The jobs that this one told of and that everybody can still find, the latest first."""
    return list(
        session.scalars(
            sa.select(Job)
            .join(JobAlert, JobAlert.job_id == Job.id)
            .where(
                JobAlert.search_id == saved.id,
                JobAlert.told_at.is_not(None),
                showing.named_and_listed(),
            )
            .order_by(JobAlert.told_at.desc(), JobAlert.id)
            .limit(most)
        )
    )


def say_suited(session: Session, saved: SavedSearch, found: list[Suited]) -> None:
    """The jobs, the best first, each with its points and its main reasons."""
    found = sorted(found, key=lambda one: one.match.order)
    lines = [
        [
            one.job.title,
            one.job.employer_name,
            {"region": one.job.region_code},
            f"{one.match.total}/100",
            {"joined": reasons(one.match)},
            site_address(f"/jobs/{one.job.public_id}"),
        ]
        for one in found
    ]
    notify(
        session,
        saved.account_id,
        SUITED,
        {
            "name": saved.name,
            "count": len(found),
            "person": saved.account.public_id,
            "ids": [one.job.public_id for one in found],
            "jobs": {"lines": lines},
        },
        link=f"/me/saved-searches/{saved.public_id}",
    )


def reasons(match: Match) -> list[dict[str, Any]]:
    """The requirements that give most of the points, each with its state, for a notice."""
    known = (State.MET, State.CLAIMED, State.RELATED)
    rows = [one for one in match.rows if one.points > 0 and one.row.state in known]
    rows.sort(key=lambda one: -one.points)
    return [
        {"noted": [_name(one.row.key), {"word": ["requirement", str(one.row.state)]}]}
        for one in rows[:REASONS]
    ]


def _name(key: str) -> dict[str, Any]:
    kind, _colon, code = key.partition(":")
    return {"skill": code} if kind == "skill" else {"word": ["match_reason", key]}

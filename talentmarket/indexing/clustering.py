"""Keeps the clusters of postings up to date as their documents are indexed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from talentmarket.core.bulk import insert_many
from talentmarket.core.db import db
from talentmarket.core.outbox import changed
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.models import Job, JobCluster, JobState
from talentmarket.indexing.likeness import Posting, block, clusters
from talentmarket.members.models import Organisation


@dataclass(frozen=True)
class _Change:
    """What must be written: blocks of postings that are found, postings that are not any more."""

    found: dict[int, str]
    gone: list[int]
    touched: set[str]


def assign(public_ids: Sequence[str]) -> None:
    """Find anew what these postings stand for one with, before their documents are made.

    Postings whose cluster changes with it are sent on their way to the index as well.
    """
    change = _change(db.session(), public_ids)
    db.session.rollback()
    if not change.found and not change.gone and not change.touched:
        return
    with unit_of_work() as session:
        _store(session, change)
        _regroup(session, change.touched, frozenset(public_ids))


def _change(session: Session, public_ids: Sequence[str]) -> _Change:
    rows = session.execute(_placed().where(Job.public_id.in_(public_ids)))
    found: dict[int, str] = {}
    gone: list[int] = []
    touched: set[str] = set()
    for row in rows:
        new = block(row.employer or row.employer_name, row.region_code) if row.shown else None
        touched |= {one for one in (new, row.block) if one}
        if new is not None and new != row.block:
            found[row.id] = new
        elif new is None and row.block is not None:
            gone.append(row.id)
    return _Change(found, gone, touched)


@cache
def _placed() -> sa.Select[Any]:
    """What decides the block of each job; put together once."""
    employer = aliased(Organisation)
    return (
        sa.select(
            Job.id,
            Job.region_code,
            Job.employer_name,
            employer.name.label("employer"),
            sa.and_(Job.state == JobState.PUBLISHED, Job.listed).label("shown"),
            JobCluster.block,
        )
        .outerjoin(employer, employer.id == Job.employer_id)
        .outerjoin(JobCluster, JobCluster.job_id == Job.id)
    )


def _store(session: Session, change: _Change) -> None:
    if change.gone:
        session.execute(sa.delete(JobCluster).where(JobCluster.job_id.in_(change.gone)))
    if change.found:
        insert_many(
            session,
            JobCluster.__table__,
            [{"job_id": key, "block": name} for key, name in change.found.items()],
            lambda insert: insert.on_conflict_do_update(
                index_elements=["job_id"], set_={"block": insert.excluded.block}
            ),
        )


def _regroup(session: Session, touched: set[str], asked: frozenset[str]) -> None:
    """Cluster the blocks that have more than one publisher; clear what stands alone again."""
    several = (
        sa.select(JobCluster.block)
        .join(Job, Job.id == JobCluster.job_id)
        .where(JobCluster.block.in_(touched))
        .group_by(JobCluster.block)
        .having(
            sa.or_(
                sa.func.count(sa.distinct(Job.organisation_id)) > 1,
                sa.func.count(JobCluster.cluster) > 0,
            )
        )
    )
    blocks: defaultdict[str, list[Posting]] = defaultdict(list)
    before: dict[int, int | None] = {}
    names: dict[int, str] = {}
    for row in session.execute(
        sa.select(
            JobCluster.block,
            JobCluster.cluster,
            Job.id,
            Job.public_id,
            Job.organisation_id,
            Job.kind,
            Job.month_low,
            Job.month_high,
            Job.title,
            Job.description,
        )
        .join(Job, Job.id == JobCluster.job_id)
        .where(JobCluster.block.in_(several))
        .order_by(Job.id)
    ):
        before[row.id], names[row.id] = row.cluster, row.public_id
        blocks[row.block].append(
            Posting(
                row.id,
                row.organisation_id,
                row.kind.value,
                _middle(row.month_low, row.month_high),
                row.title,
                row.description,
            )
        )
    after: dict[int, int] = {}
    for postings in blocks.values():
        after |= clusters(postings)
    moved = [key for key, cluster in before.items() if after.get(key) != cluster]
    for key in moved:
        session.execute(
            sa.update(JobCluster).where(JobCluster.job_id == key).values(cluster=after.get(key))
        )
    if others := [names[key] for key in moved if names[key] not in asked]:
        changed(session, "job", *others)


def _middle(low: int | None, high: int | None) -> float | None:
    known = [end for end in (low, high) if end is not None]
    return sum(known) / len(known) if known else None

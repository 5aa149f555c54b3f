"""Keeps the clusters of postings up to date as their documents are indexed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
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
from talentmarket.indexing.likeness import Posting, block, candidates, clusters
from talentmarket.members.models import Organisation

#: Blocks compared in one transaction while those of all postings are.
BLOCKS = 200


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
    other = bool(change.found or change.gone)
    if not other and change.touched:
        other = bool(_moved(db.session(), change.touched))
    db.session.rollback()
    if not other:  # as after most changes: nobody who writes waits for the comparison
        return
    with unit_of_work() as session:
        _store(session, change)
        _regroup(session, change.touched, frozenset(public_ids))


def assign_all(batches: Iterable[Sequence[str]]) -> Iterator[None]:
    """The same for all postings, before documents of all are made: each block is looked at once.
    `batches`: their public ids. Comes back after each piece of the work."""
    for public_ids in batches:
        change = _change(db.session(), public_ids)
        db.session.rollback()
        if change.found or change.gone:
            with unit_of_work() as session:
                _store(session, change)
        yield
    last = ""
    pages = _shared().order_by(JobCluster.block).limit(BLOCKS)
    while blocks := list(db.session.scalars(pages.where(JobCluster.block > last))):
        last = blocks[-1]
        with unit_of_work() as session:
            _regroup(session, blocks, None)
        yield


def _change(session: Session, public_ids: Sequence[str]) -> _Change:
    rows = session.connection().execute(_placed().where(Job.public_id.in_(public_ids)))
    found: dict[int, str] = {}
    gone: list[int] = []
    touched: set[str] = set()
    for key, place, named, employer, shown, old in rows.all():
        new = block(employer or named, place) if shown else None
        if new is not None:
            touched.add(new)
            if new != old:
                found[key] = new
        if old is not None:
            touched.add(old)
            if new is None:
                gone.append(key)
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


def _regroup(session: Session, blocks: Collection[str], known: frozenset[str] | None) -> None:
    """Cluster these blocks; clear what stands alone again.

    Postings that move are sent on their way to the index, but those in `known`: their documents
    are made next. None: those of all are.
    """
    connection = session.connection()
    moved = _moved(session, blocks)
    for row, cluster in moved:
        connection.execute(
            sa.update(JobCluster).where(JobCluster.job_id == row.id).values(cluster=cluster)
        )
    if known is None:
        return
    if others := [row.public_id for row, _ in moved if row.public_id not in known]:
        changed(session, "job", *others)


def _moved(session: Session, blocks: Collection[str]) -> list[tuple[sa.Row[Any], int | None]]:
    """Postings of these blocks that stand for one with others than is noted, and with which."""
    connection = session.connection()  # plain rows: objects of them cost more than the database
    found = connection.execute(_members(), {"blocks": list(blocks)}).all()
    members: defaultdict[str, list[Posting]] = defaultdict(list)
    for row in found:
        pay = _middle(row.month_low, row.month_high)
        one = Posting(row.id, row.organisation_id, row.kind.value, pay, row.title)
        members[row.block].append(one)
    pairs = [pair for postings in members.values() for pair in candidates(postings)]
    after = clusters(pairs, _texts(connection, {key for pair in pairs for key in pair}))
    return [(row, after.get(row.id)) for row in found if after.get(row.id) != row.cluster]


@cache
def _shared() -> sa.Select[tuple[str]]:
    """Blocks that have, or had, more than one publisher: of no others has anything to be known."""
    return (
        sa.select(JobCluster.block)
        .join(Job, Job.id == JobCluster.job_id)
        .group_by(JobCluster.block)
        .having(
            sa.or_(
                sa.func.count(sa.distinct(Job.organisation_id)) > 1,
                sa.func.count(JobCluster.cluster) > 0,
            )
        )
    )


@cache
def _members() -> sa.Select[Any]:
    """The postings of those of the blocks `blocks` that are shared, without their texts."""
    blocks = JobCluster.block.in_(sa.bindparam("blocks", expanding=True))
    return (
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
        )
        .join(Job, Job.id == JobCluster.job_id)
        .where(JobCluster.block.in_(_shared().where(blocks)))
        .order_by(Job.id)
    )


def _texts(connection: sa.Connection, keys: Collection[int]) -> dict[int, str]:
    rows = connection.execute(sa.select(Job.id, Job.description).where(Job.id.in_(keys)))
    return {row.id: row.description for row in rows} if keys else {}


def _middle(low: int | None, high: int | None) -> float | None:
    known = [end for end in (low, high) if end is not None]
    return sum(known) / len(known) if known else None

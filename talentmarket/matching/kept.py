"""Lists that were worked out for everybody at night, and what they rest on.

They say who stood first when they were made. Whoever reads them looks at permissions again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from talentmarket.core.bulk import insert_many
from talentmarket.core.db import Base, Key
from talentmarket.exchange.models import Job
from talentmarket.matching.loading import chunks, rankable
from talentmarket.matching.vector import Standing
from talentmarket.members.models import Account, Talent

HEAD = 1


class KeptMatch(Base):
    """A place in a job's list. `points`: whole, as on the page; `exact` and `unknown` (a hard
    condition is) are what decides the order; `model`: the version that scored it."""

    __tablename__ = "kept_matches"
    __table_args__ = (sa.Index("ix_kept_matches_talent", "talent_id", "made_at"),)

    job_id: Mapped[int] = mapped_column(
        Key, sa.ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True
    )
    talent_id: Mapped[int] = mapped_column(
        Key, sa.ForeignKey("talents.id", ondelete="CASCADE"), primary_key=True
    )
    rank: Mapped[int]
    points: Mapped[int]
    exact: Mapped[float]
    unknown: Mapped[bool]
    model: Mapped[str] = mapped_column(sa.String(80))
    made_at: Mapped[datetime]


class MatchedJob(Base):
    """A job whose list is kept. `basis`: a digest of all it rests on but the people; `run`: the
    last run whose people it saw."""

    __tablename__ = "matched_jobs"

    job_id: Mapped[int] = mapped_column(
        Key, sa.ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True
    )
    basis: Mapped[str] = mapped_column(sa.String(32))
    run: Mapped[int] = mapped_column(Key)


class MatchedPerson(Base):
    """A person as the lists know them: `basis`, a digest of what a score reads; empty for one who
    may not be ranked any more. `run`: the run that saw it change."""

    __tablename__ = "matched_people"

    talent_id: Mapped[int] = mapped_column(
        Key, sa.ForeignKey("talents.id", ondelete="CASCADE"), primary_key=True
    )
    basis: Mapped[str] = mapped_column(sa.String(32))
    run: Mapped[int] = mapped_column(Key, index=True)


class MatchHead(Base):
    """One row. `run`: the number of the last run that was begun; who finds a higher one has been
    replaced. `finished`: the last that came to its end.

    `noting` is the run whose lists are told, or were last; `noted_to` the key of the last who was
    looked at, None when all were.
    """

    __tablename__ = "match_head"

    id: Mapped[int] = mapped_column(primary_key=True)
    run: Mapped[int] = mapped_column(Key)
    finished: Mapped[int] = mapped_column(Key, default=0, server_default="0")
    noting: Mapped[int] = mapped_column(Key, default=0, server_default="0")
    noted_to: Mapped[int | None] = mapped_column(Key)


class Replaced(Exception):
    """Another run was begun; this one stores nothing more."""


def begin(session: Session) -> int:
    """The number of a new run; whatever run goes on elsewhere ends at its next block."""
    head = session.get(MatchHead, HEAD, with_for_update=True)
    if head is None:
        head = MatchHead(id=HEAD, run=0)
        session.add(head)
    head.run += 1
    session.flush()
    return head.run


def hold(session: Session, run: int) -> None:
    """Raises Replaced unless this is the last run; until the end of the transaction none begins."""
    last = session.scalar(
        sa.select(MatchHead.run).where(MatchHead.id == HEAD).with_for_update(read=True)
    )
    if last != run:
        raise Replaced


def finish(session: Session, run: int) -> None:
    """All lists are as this run's people had them. Raises Replaced unless it is the last run."""
    hold(session, run)
    session.execute(
        sa.update(MatchHead)
        .where(MatchHead.id == HEAD)
        .values(finished=run)
        .execution_options(synchronize_session=False)
    )


def still_rankable(session: Session, keys: Iterable[int]) -> set[int]:
    """Of these people (by key) those whom organisations may rank in this moment."""
    found: set[int] = set()
    for some in chunks(sorted(keys)):
        found |= set(
            session.scalars(
                sa.select(Talent.id)
                .join(Account, Account.id == Talent.account_id)
                .where(Talent.id.in_(some), rankable())
            )
        )
    return found


def lists_of(session: Session, jobs: Sequence[tuple[int, str]]) -> dict[int, list[Standing]]:
    """The kept lists of these jobs (key and public id), best first."""
    names, found = dict(jobs), {key: list[Standing]() for key, _name in jobs}
    for some in chunks(list(names)):
        rows = session.execute(
            sa.select(
                KeptMatch.job_id,
                Talent.public_id,
                KeptMatch.points,
                KeptMatch.exact,
                KeptMatch.unknown,
            )
            .join(Talent, Talent.id == KeptMatch.talent_id)
            .where(KeptMatch.job_id.in_(some))
            .order_by(KeptMatch.job_id, KeptMatch.rank)
        )
        for job, talent, points, exact, unknown in rows:
            found[job].append(Standing(names[job], talent, points, exact, False, unknown))
    return found


def store(
    session: Session,
    run: int,
    lists: dict[int, Sequence[Standing]],
    bases: dict[int, str],
    keys: Mapping[str, int],
    model: str,
    at: datetime,
) -> int:
    """Replace the lists of these jobs, all or none; returns how many places there are. `bases`: of
    all jobs that saw this run's people, with a new list or not; `keys` of people by public id.

    Whom organisations may not rank in this moment, and what jobs are gone, is left out.
    """
    hold(session, run)
    there = set(session.scalars(sa.select(Job.id).where(Job.id.in_(list(bases)))))
    people = still_rankable(session, {keys[one.talent] for some in lists.values() for one in some})
    session.execute(sa.delete(KeptMatch).where(KeptMatch.job_id.in_(list(lists))))
    session.execute(sa.delete(MatchedJob).where(MatchedJob.job_id.in_(list(bases))))
    rows = [
        {
            "job_id": job,
            "talent_id": keys[one.talent],
            "rank": rank,
            "points": one.total,
            "exact": one.exact,
            "unknown": one.hard_unknown,
            "model": model,
            "made_at": at,
        }
        for job, some in lists.items()
        if job in there
        for rank, one in enumerate((one for one in some if keys[one.talent] in people), 1)
    ]
    matched = [
        {"job_id": job, "basis": basis, "run": run} for job, basis in bases.items() if job in there
    ]
    for table, values in ((KeptMatch.__table__, rows), (MatchedJob.__table__, matched)):
        for start in range(0, len(values), 500):
            insert_many(session, table, values[start : start + 500])
    return len(rows)

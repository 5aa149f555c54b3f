"""What suits somebody, out of the night's lists, for the one digest: noted like what a search finds.

After each run that came to its end, everybody who asked for it is looked at, in slices: which jobs in
whose lists the person stands, which people stand in the list of the job, the best five that were not
told yet. What waits is replaced by that, so a slice that is done twice notes the same; the place in
the order of searches moves in the transaction that notes. A run that is killed goes on there.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from talentmarket.core import clock
from talentmarket.core.db import db, insert_for
from talentmarket.core.uow import unit_of_work
from talentmarket.discovery.alerts.jobs import NEW_FOR
from talentmarket.discovery.alerts.models import (
    URGENCY,
    Frequency,
    JobAlert,
    SavedSearch,
    SearchedKind,
    TalentAlert,
)
from talentmarket.discovery.alerts.people import is_on_desk, tokens_for
from talentmarket.discovery.exclusions import excluded_by
from talentmarket.discovery.recommended import bound_by, known_of
from talentmarket.discovery.talents import findable, purposes
from talentmarket.exchange import showing
from talentmarket.exchange.models import Application, Job, JobCluster
from talentmarket.matching.kept import HEAD, KeptMatch, MatchHead
from talentmarket.matching.loading import rankable
from talentmarket.members.models import Account, AccountState, Organisation, Talent

#: What is told at once at most, and the whole points below which nobody is told.
MOST, LEAST = 5, 50
SLICE = 100  # searches of one transaction
LOOKED_AT = 60  # of the jobs whose lists a person stands in, the best

Alert = JobAlert | TalentAlert


@dataclass(frozen=True)
class _At:
    """How far a pass has come: the run whose lists it tells, the key of the last search."""

    run: int
    to: int


def work() -> int:
    """Go on to the end with what the last run found; returns how many searches were looked at."""
    looked = 0
    while (at := _begin()) is not None:
        some = _slice(db.session(), at.to)
        found = {saved.id: _found(db.session(), saved) for saved in some}
        db.session.rollback()
        if not _store(at, some, found):
            break  # another process goes on with it
        looked += len(some)
    return looked


def _begin() -> _At | None:
    """Where to go on; None when the lists of the last run were told of to everybody."""
    head = db.session.get(MatchHead, HEAD, populate_existing=True)
    if head is None:
        db.session.rollback()
        return None
    finished, noting, to = head.finished, head.noting, head.noted_to
    db.session.rollback()
    if to is not None:
        return _At(noting, to)
    if finished <= noting:
        return None
    with unit_of_work() as session:
        _move(session, sa.and_(MatchHead.noting == noting, MatchHead.noted_to.is_(None)),
              {"noting": finished, "noted_to": 0})  # fmt: skip
    return _begin()


def _move(session: Session, where: sa.ColumnElement[bool], values: dict[str, Any]) -> bool:
    moved = session.execute(
        sa.update(MatchHead)
        .where(MatchHead.id == HEAD, where)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    return bool(moved.rowcount)  # type: ignore[attr-defined]


def _slice(session: Session, after: int) -> list[SavedSearch]:
    return list(
        session.scalars(
            sa.select(SavedSearch)
            .join(Account, Account.id == SavedSearch.account_id)
            .where(
                SavedSearch.id > after,
                SavedSearch.by_match.is_(True),
                SavedSearch.frequency != Frequency.OFF,
                Account.state == AccountState.ACTIVE,
            )
            .order_by(SavedSearch.id)
            .limit(SLICE)
        )
    )


def _found(session: Session, saved: SavedSearch) -> list[int]:
    """Keys of what suits, the best first, at most :data:`MOST`; nothing that was told or that
    waits for another search."""
    return (_jobs if saved.kind is SearchedKind.JOB else _people)(session, saved)


def _jobs(session: Session, saved: SavedSearch) -> list[int]:
    """Jobs of the last thirty days in whose list the person stands, none that the person never wants
    to see or has applied to."""
    talent = ranked_talent(session, saved.account_id)
    if talent is None:
        return []
    known = sa.exists().where(
        JobAlert.account_id == saved.account_id,
        JobAlert.job_id == Job.id,
        _elsewhere(JobAlert, saved),
    )
    applied = sa.select(Application.job_id).where(Application.talent_id == talent.id)
    rows = session.execute(
        sa.select(Job.id, JobCluster.cluster)
        .join(KeptMatch, KeptMatch.job_id == Job.id)
        .join(JobCluster, JobCluster.job_id == Job.id, isouter=True)
        .where(
            KeptMatch.talent_id == talent.id,
            KeptMatch.points >= LEAST,
            Job.published_at > clock.now() - NEW_FOR,
            showing.named_and_listed(),
            *excluded_by(session, saved.account, talent).clauses,
            Job.id.not_in(applied),
            ~known,
        )
        .order_by(KeptMatch.unknown, KeptMatch.exact.desc(), Job.id)
        .limit(LOOKED_AT)
    ).all()
    clusters = told_clusters(session, saved.account_id, {one.cluster for one in rows} - {None})
    found: list[int] = []
    for key, cluster in rows:
        if cluster is None or cluster not in clusters:
            found.append(key)
            clusters.add(cluster)
    return found[:MOST]


def _people(session: Session, saved: SavedSearch) -> list[int]:
    """People in the job's list whom this organisation may find for it and does not know yet."""
    found = job_of(session, saved)
    if found is None:
        return []
    organisation, _job = found
    known = sa.exists().where(
        TalentAlert.account_id == saved.account_id,
        TalentAlert.organisation_id == organisation.id,
        TalentAlert.talent_id == Talent.id,
        _elsewhere(TalentAlert, saved),
    )
    wanted = _suiting(session, saved, *found).where(~known).order_by(KeptMatch.rank).limit(MOST)
    return list(session.scalars(wanted))


def still_people(session: Session, saved: SavedSearch, keys: Collection[int]) -> set[int]:
    """Of these people (by key) those who suit the job of the search now, and may be told."""
    found = job_of(session, saved)
    if found is None:
        return set()
    return set(session.scalars(_suiting(session, saved, *found).where(Talent.id.in_(keys))))


def _suiting(
    session: Session, saved: SavedSearch, organisation: Organisation, job: Job
) -> sa.Select[tuple[int]]:
    bound = bound_by(session, organisation, job)
    return (
        findable(session, organisation, bound)
        .with_only_columns(Talent.id)
        .join(KeptMatch, KeptMatch.talent_id == Talent.id)
        .join(Account, Account.id == Talent.account_id)
        .where(
            KeptMatch.job_id == job.id,
            KeptMatch.points >= LEAST,
            rankable(),
            Talent.account_id != saved.account_id,
            Talent.public_id.not_in(known_of(organisation, job)),
        )
    )


def ranked_talent(session: Session, account_id: int) -> Talent | None:
    """The person's profile, if organisations may rank it now: else nobody stands in a list, and
    nobody is told."""
    return session.scalar(
        sa.select(Talent)
        .join(Account, Account.id == Talent.account_id)
        .where(Talent.account_id == account_id, rankable())
    )


def job_of(session: Session, saved: SavedSearch) -> tuple[Organisation, Job] | None:
    """For whom and which job people are looked for; None when the member may not do so now."""
    organisation = saved.organisation
    assert organisation is not None
    if not is_on_desk(session, saved.account_id, organisation.id):
        return None
    if tokens_for(session, organisation.id, saved.purpose) is None:
        return None
    job = session.scalar(purposes(organisation).where(Job.public_id == saved.purpose))
    return None if job is None else (organisation, job)


def told_clusters(session: Session, account_id: int, clusters: set[Any]) -> set[int | None]:
    """Which of these jobs the person was told of as another firm's posting."""
    rows = (
        sa.select(JobCluster.cluster)
        .join(JobAlert, JobAlert.job_id == JobCluster.job_id)
        .where(
            JobAlert.account_id == account_id,
            JobAlert.told_at.is_not(None),
            JobCluster.cluster.in_(clusters),
        )
    )
    return set(session.scalars(rows)) if clusters else set()


def _elsewhere(table: type[Alert], saved: SavedSearch) -> sa.ColumnElement[bool]:
    """Told, by whichever search, or waiting for another one."""
    return sa.or_(
        table.told_at.is_not(None), table.search_id.is_(None), table.search_id != saved.id
    )


def _store(at: _At, some: Sequence[SavedSearch], found: dict[int, list[int]]) -> bool:
    """Let what waits for these be what was found, and move on; False when another process did."""
    whose = [(one.id, one.account_id, one.organisation_id) for one in some]
    last = whose[-1][0] if len(whose) == SLICE else None
    with unit_of_work() as session:
        here = sa.and_(MatchHead.noting == at.run, MatchHead.noted_to == at.to)
        if not _move(session, here, {"noted_to": last}):
            return False
        now = _frequencies(session, list(found))
        for key, account_id, organisation_id in whose:
            frequency = now.get(key)
            if frequency in URGENCY:  # else deleted or turned off meanwhile
                own = {"account_id": account_id, "search_id": key, "urgency": URGENCY[frequency]}
                table: type[Alert] = JobAlert
                if organisation_id is not None:
                    own["organisation_id"], table = organisation_id, TalentAlert
                _wait(session, table, own, found[key])
    return True


def _wait(session: Session, table: type[Alert], own: dict[str, int], keys: list[int]) -> None:
    subject = "job_id" if table is JobAlert else "talent_id"
    session.execute(
        sa.delete(table)
        .where(
            table.search_id == own["search_id"],
            table.told_at.is_(None),
            getattr(table, subject).not_in(keys),
        )
        .execution_options(synchronize_session=False)
    )
    rows = [{**own, subject: key, "found_at": clock.now()} for key in keys]
    if rows:
        session.execute(insert_for(session)(table.__table__).on_conflict_do_nothing(), rows)


def _frequencies(session: Session, keys: Sequence[int]) -> dict[int, Frequency]:
    rows = sa.select(SavedSearch.id, SavedSearch.frequency).where(SavedSearch.id.in_(keys))
    return {row.id: row.frequency for row in session.execute(rows)}

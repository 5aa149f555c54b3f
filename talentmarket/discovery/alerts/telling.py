"""What was found is told: a notice for each search, for the one mail of the notices room.

Told is what was found before the last hour of the search's frequency (at once: whenever). It is
read again in that moment: what was edited or closed since it was found waits for the next run or
is dropped, so that nobody is told of what is no longer so, and of nothing at all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from talentmarket.core import clock
from talentmarket.core.db import db
from talentmarket.core.outbox import IndexState
from talentmarket.core.uow import unit_of_work
from talentmarket.discovery.alerts.models import (
    AlertHead,
    JobAlert,
    SavedSearch,
    SearchedKind,
    TalentAlert,
    Urgency,
)
from talentmarket.discovery.alerts.people import is_on_desk, tokens_for
from talentmarket.discovery.alerts.running import by_match
from talentmarket.discovery.alerts.suited import say_suited, still_suited, suited
from talentmarket.discovery.alerts.suiting import still_people, told_clusters
from talentmarket.discovery.alerts.texts import JOBS, PEOPLE, SUITED, SUITED_PEOPLE
from talentmarket.discovery.exclusions import excluded_by
from talentmarket.discovery.talents import findable
from talentmarket.exchange import showing
from talentmarket.exchange.models import Job, JobCluster
from talentmarket.exchange.showing import listed_ids
from talentmarket.members.models import Account, Talent
from talentmarket.notices.digest import HOUR
from talentmarket.notices.send import notify, site_address

MOST_LINES = 10
#: What was told stays known for so long, so that it is not told again.
KEPT = timedelta(days=400)

Alert = JobAlert | TalentAlert


def tell_due(limit: int = 500) -> int:
    """Leave the notices that are due for up to `limit` persons of each kind; returns how many
    searches said something. Safe to run often."""
    told = 0
    for table in (JobAlert, TalentAlert):
        accounts = list(db.session.scalars(_accounts(table, limit)))
        db.session.rollback()
        for account_id in accounts:
            with unit_of_work() as session:
                told += _tell(session, table, account_id)
    return told


def _hours(at: datetime) -> tuple[datetime, datetime]:
    """The last hour of the day and of the week (Monday) at which is told."""
    day = clock.start_of_day(clock.today()) + timedelta(hours=HOUR)
    if at < day:
        day -= timedelta(days=1)
    return day, day - timedelta(days=clock.local(day).weekday())


def _due(table: type[Alert]) -> sa.ColumnElement[bool]:
    day, week = _hours(clock.now())
    return sa.and_(
        table.told_at.is_(None),
        table.search_id.is_not(None),
        sa.or_(
            table.urgency == Urgency.AT_ONCE,
            sa.and_(table.urgency == Urgency.DAILY, table.found_at < day),
            sa.and_(table.urgency == Urgency.WEEKLY, table.found_at < week),
        ),
    )


def _settled(table: type[Alert]) -> sa.ColumnElement[bool]:
    """The run has seen all changes of the row: it is still what was found. What suits was found in
    no search, and is looked at again."""
    kind = SearchedKind.JOB if table is JobAlert else SearchedKind.TALENT
    done = sa.select(AlertHead.done).where(AlertHead.kind == kind).scalar_subquery()
    subject = (
        sa.and_(Job.id == JobAlert.job_id, IndexState.document_id == Job.public_id)
        if table is JobAlert
        else sa.and_(Talent.id == TalentAlert.talent_id, IndexState.document_id == Talent.public_id)
    )
    seen = sa.exists().where(subject, IndexState.kind == kind.value, IndexState.sequence <= done)
    return sa.or_(table.search_id.in_(by_match()), seen)


def _accounts(table: type[Alert], limit: int) -> sa.Select[tuple[int]]:
    return (
        sa.select(table.account_id)
        .where(_due(table), _settled(table))
        .group_by(table.account_id)
        .order_by(sa.func.min(table.id))
        .limit(limit)
    )


def _tell(session: Session, table: type[Alert], account_id: int) -> int:
    """One person's notices. What is told is marked in the same transaction."""
    alerts = session.scalars(
        sa.select(table)
        .where(table.account_id == account_id, _due(table), _settled(table))
        .order_by(table.id.desc())
    ).all()
    searches = {
        saved.id: saved
        for saved in session.scalars(
            sa.select(SavedSearch)
            .where(SavedSearch.id.in_({alert.search_id for alert in alerts}))
            .options(joinedload(SavedSearch.organisation))
        )
    }
    still = (_jobs if table is JobAlert else _people)(session, account_id, alerts, searches)
    by_search: defaultdict[int, list[Any]] = defaultdict(list)
    for alert in alerts:
        if alert.search_id in searches and alert.id in still:
            alert.told_at = clock.now()
            by_search[alert.search_id].append(still[alert.id])
        else:
            session.delete(alert)  # noted again if it is found again
    session.flush()
    for key, found in by_search.items():
        _SAY[table, searches[key].by_match](session, searches[key], found)
    return len(by_search)


def _jobs(
    session: Session, account_id: int, alerts: Sequence[Any], searches: dict[int, SavedSearch]
) -> dict[int, Any]:
    """Jobs everybody can find, none that the person never wants to see or heard of before; with
    their match where they are told as what suits."""
    account = session.get_one(Account, account_id)
    talent = session.scalar(sa.select(Talent).where(Talent.account_id == account_id))
    excluded = excluded_by(session, account, talent)
    rows = session.execute(
        sa.select(Job, JobCluster.cluster)
        .join(JobCluster, JobCluster.job_id == Job.id, isouter=True)
        .where(
            Job.id.in_({alert.job_id for alert in alerts}),
            showing.named_and_listed(),
            *excluded.clauses,
        )
    ).all()
    told = told_clusters(session, account_id, {cluster for _job, cluster in rows} - {None})
    found = {job.id: (job, cluster) for job, cluster in rows}
    matched = {one.job_id for one in alerts if (by := searches.get(one.search_id)) and by.by_match}
    matches = suited(session, account_id, [found[key][0] for key in matched & found.keys()])
    still: dict[int, Any] = {}
    for alert in alerts:
        job, cluster = found.get(alert.job_id, (None, None))
        if job is None or cluster in told or (job.id in matched and job.id not in matches):
            continue
        if cluster is not None:
            told.add(cluster)
        still[alert.id] = matches.get(job.id, job)
    return still


def _people(
    session: Session, account_id: int, alerts: Sequence[Any], searches: dict[int, SavedSearch]
) -> dict[int, Any]:
    """People this organisation may still find, for a member who still may look."""
    still: dict[int, Any] = {}
    for saved in searches.values():
        organisation = saved.organisation
        assert organisation is not None
        if (
            not is_on_desk(session, account_id, organisation.id)
            or tokens_for(session, organisation.id, saved.purpose) is None
        ):
            continue
        own = [alert for alert in alerts if alert.search_id == saved.id]
        keys = {alert.talent_id for alert in own}
        if saved.by_match:
            suit = still_people(session, saved, keys)
            still |= {alert.id: alert.talent_id for alert in own if alert.talent_id in suit}
            continue
        seen = set(
            session.scalars(
                findable(session, organisation)
                .with_only_columns(Talent.id)
                .where(Talent.id.in_(keys))
            )
        )
        still |= {alert.id: alert.talent_id for alert in own if alert.talent_id in seen}
    return still


def _say_jobs(session: Session, saved: SavedSearch, jobs: list[Job]) -> None:
    shown = jobs[:MOST_LINES]
    lines = [
        [
            job.title,
            job.employer_name,
            {"region": job.region_code},
            site_address(f"/jobs/{job.public_id}"),
        ]
        for job in shown
    ]
    notify(
        session,
        saved.account_id,
        JOBS,
        {
            "name": saved.name,
            "count": len(jobs),
            "ids": [job.public_id for job in jobs],
            "jobs": {"lines": lines},
        },
        link=f"/me/saved-searches/{saved.public_id}",
        urgent=saved.frequency == "at_once",
    )


def _say_people(session: Session, saved: SavedSearch, people: list[int]) -> None:
    """How many: who they are stands behind the link, as cards without names."""
    organisation = saved.organisation
    assert organisation is not None
    notify(
        session,
        saved.account_id,
        SUITED_PEOPLE if saved.by_match else PEOPLE,
        {"name": saved.name, "count": len(people)},
        link=f"/org/{organisation.public_id}/saved-searches/{saved.public_id}",
        urgent=saved.frequency == "at_once",
    )


_SAY: dict[tuple[type[Alert], bool], Any] = {
    (JobAlert, False): _say_jobs,
    (JobAlert, True): say_suited,
    (TalentAlert, False): _say_people,
    (TalentAlert, True): _say_people,
}


def still_so(session: Session, code: str, arguments: dict[str, Any]) -> dict[str, Any] | None:
    """A notice's arguments as they are true now, None when nothing is left of it: what was closed
    between the notice and the mail does not leave."""
    if code not in (JOBS, SUITED):
        return arguments
    ids: list[str] = arguments["ids"]
    open_now = listed_ids(session, ids)
    if code == SUITED:
        open_now &= still_suited(session, arguments["person"], ids)
    if not open_now:
        return None
    lines = arguments["jobs"]["lines"]
    kept = [line for one, line in zip(ids, lines, strict=False) if one in open_now]
    left = [one for one in ids if one in open_now]
    return {**arguments, "ids": left, "count": len(left), "jobs": {"lines": kept}}


def forget_old() -> int:
    """Drop what was told long ago; returns how many rows."""
    before = clock.now() - KEPT
    gone = 0
    with unit_of_work() as session:
        for table in (JobAlert, TalentAlert):
            done = session.execute(
                sa.delete(table)
                .where(table.told_at < before)
                .execution_options(synchronize_session=False)
            )
            gone += done.rowcount  # type: ignore[attr-defined]
    return gone

"""New jobs for saved searches: what is asked, and what each person's own wishes leave of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from search.fields import Kind
from search.requests import Hit
from talentmarket.core import clock
from talentmarket.core.folding import fold
from talentmarket.discovery.alerts import asked
from talentmarket.discovery.alerts.models import JobAlert, SearchedKind
from talentmarket.discovery.alerts.running import HITS, MOST_NOTED, Group, Kept, by_query
from talentmarket.discovery.employers import employer_names
from talentmarket.discovery.exclusions import NOTHING, Excluded, excluded_by
from talentmarket.discovery.jobs import job_request
from talentmarket.discovery.understanding import Understanding, understand
from talentmarket.exchange import showing
from talentmarket.exchange.models import Exclusion, Job, JobCluster, JobExclusion
from talentmarket.exchange.showing import listed_ids
from talentmarket.members.models import Account, Organisation, Talent, TalentBlock

#: A job is new for so long after it was published.
NEW_FOR = timedelta(days=30)


@dataclass(frozen=True)
class _Fresh:
    """What of a new job decides whether a person is told of it."""

    key: int
    published_at: datetime
    firms: frozenset[str]
    name: str
    cluster: int | None


class Jobs:
    """The finder of jobs. Standing exclusions are asked of the engine; blocked employers, which
    hardly two people share, are taken out of the answer."""

    kind = SearchedKind.JOB
    document = Kind.JOB
    table = JobAlert
    subject = "job_id"

    def __init__(self) -> None:
        self._fresh: dict[str, _Fresh] = {}
        self._blocked: dict[int, Excluded] = {}

    def readable(self, session: Session, ids: Sequence[str]) -> set[str]:
        """The stream of changes is public for jobs."""
        return listed_ids(session, ids)

    def keys(self, ids: sa.Select[tuple[str]]) -> sa.Select[tuple[int]]:
        """Keys of jobs."""
        return sa.select(Job.id).where(Job.public_id.in_(ids))

    def fresh(self, session: Session, ids: sa.Select[tuple[str]]) -> list[str]:
        """Listed now, published of late."""
        owner, employer = aliased(Organisation), aliased(Organisation)
        rows = session.execute(
            sa.select(
                Job.public_id,
                Job.id,
                Job.published_at,
                Job.employer_name,
                owner.public_id.label("owner"),
                employer.public_id.label("employer"),
                JobCluster.cluster,
            )
            .join(owner, owner.id == Job.organisation_id)
            .join(employer, employer.id == Job.employer_id, isouter=True)
            .join(JobCluster, JobCluster.job_id == Job.id, isouter=True)
            .where(
                Job.public_id.in_(ids),
                Job.published_at > clock.now() - NEW_FOR,
                showing.named_and_listed(),
            )
        )
        self._fresh = {
            row.public_id: _Fresh(
                row.id,
                row.published_at,
                frozenset(filter(None, (row.owner, row.employer))),
                fold(row.employer_name),
                row.cluster,
            )
            for row in rows
        }
        session.rollback()
        return list(self._fresh)

    def groups(self, session: Session, searches: Sequence[Kept]) -> Iterable[Group]:
        """One query for each search and each set of standing exclusions."""
        accounts = {search.account_id for search in searches}
        codes = _codes(session, accounts)
        self._blocked = _blocked(session, accounts)
        names, now = employer_names(session), int(clock.now().timestamp())
        understood: dict[str, Understanding] = {}
        grouped = by_query(searches, lambda search: codes.get(search.account_id, frozenset()))
        for (key, excluded), some in grouped.items():
            query = asked.read(some[0].query).job_query(Excluded(excluded))
            if key not in understood:
                understood[key] = understand(query.words, query.wish, employers=names)
            request = job_request(query, understood[key], "newest", now)
            yield Group(replace(request, facets=(), highlight=(), limit=HITS), some)

    def pick(self, search: Kept, hits: Sequence[Hit]) -> list[int]:
        """Published since the search was saved, no blocked employer's, of one job one posting."""
        blocked = self._blocked.get(search.account_id, NOTHING)
        names = {fold(name) for name in blocked.names}
        found: list[int] = []
        clusters: set[int] = set()
        for hit in hits:
            job = self._fresh[hit.id]
            if job.published_at <= search.created_at or len(found) == MOST_NOTED:
                break
            if job.name in names or job.firms.intersection(blocked.firms):
                continue
            if job.cluster is not None and job.cluster in clusters:
                continue
            if job.cluster is not None:
                clusters.add(job.cluster)
            found.append(job.key)
        return found


def _codes(session: Session, accounts: Iterable[int]) -> dict[int, frozenset[Exclusion]]:
    keys = sorted(accounts)
    found: dict[int, set[Exclusion]] = {}
    for start in range(0, len(keys), 500):
        rows = session.execute(
            sa.select(JobExclusion.account_id, JobExclusion.exclusion).where(
                JobExclusion.account_id.in_(keys[start : start + 500])
            )
        )
        for account, code in rows:
            found.setdefault(account, set()).add(code)
    return {account: frozenset(codes) for account, codes in found.items()}


def _blocked(session: Session, accounts: Iterable[int]) -> dict[int, Excluded]:
    """What is hidden from those who block employers, as the search hides it."""
    keys = sorted(accounts)
    found: dict[int, Excluded] = {}
    for start in range(0, len(keys), 500):
        rows = session.execute(
            sa.select(Account, Talent)
            .join(Talent, Talent.account_id == Account.id)
            .where(
                Account.id.in_(keys[start : start + 500]),
                sa.exists().where(TalentBlock.talent_id == Talent.id),
            )
        )
        for account, talent in rows.all():
            found[account.id] = excluded_by(session, account, talent)
    return found

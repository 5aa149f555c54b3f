"""The employer's desk: what is overdue first, people ranked for a job, columns by stage.

Lists are read whole for one job with a fixed number of statements; rank and filters work on the
rows in memory, so that they are the same rules on every page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session, joinedload, selectinload

from talentmarket.core import clock
from talentmarket.exchange.brokering.referring.receiving import waiting_count
from talentmarket.exchange.models import (
    Application,
    ApplicationState,
    Invitation,
    InvitationState,
    Job,
    JobState,
)
from talentmarket.exchange.models.applications import ENDED
from talentmarket.exchange.promises import UNANSWERED_YET
from talentmarket.exchange.stages import FORWARD
from talentmarket.exchange.visibility import Reader
from talentmarket.members.models import Account, Organisation, Talent

S = ApplicationState
#: Columns of the board; the last holds both "started" and "confirmed".
COLUMNS: tuple[tuple[S, ...], ...] = (
    (S.SUBMITTED,),
    (S.VIEWED,),
    (S.SHORTLISTED,),
    (S.INTERVIEW,),
    (S.OFFER,),
    (S.ACCEPTED,),
    (S.STARTED, S.CONFIRMED),
)
#: What a hiring manager sees: the shortlist and beyond.
SHORTLIST = FORWARD[2:]
MOST_ROWS = 500
COMPARE_MOST = 4


@dataclass(frozen=True)
class Scope:
    """Whose desk: the organisation, and as what and by whom it is read."""

    organisation: Organisation
    reader: Reader
    account_id: int


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to; empty means no narrowing."""

    state: S | None = None
    route: str | None = None
    late: bool = False
    text: str = ""


_NO_FILTERS = Filters()


@dataclass(frozen=True)
class JobCounts:
    """A job with how many applications wait, are late, run and are over."""

    job: Job
    waiting: int
    overdue: int
    running: int
    ended: int


@dataclass(frozen=True)
class Candidate:
    """An application on the desk, with its match where there is one."""

    application: Application
    match: Any = None

    @property
    def score(self) -> int | None:
        """Whole points; None without a model or with personal ranking switched off."""
        total = getattr(self.match, "total", None)
        return None if total is None else int(total)


def scoped(scope: Scope) -> sa.Select[tuple[Application]]:
    """The applications the scope may list."""
    wanted = sa.select(Application).where(Application.organisation_id == scope.organisation.id)
    if scope.reader is Reader.MANAGER:
        own = sa.select(Job.id).where(Job.manager_id == scope.account_id)
        wanted = wanted.where(
            Application.job_id.in_(own),
            sa.or_(
                Application.state.in_(SHORTLIST),
                sa.and_(Application.state.in_(ENDED), Application.moved_from.in_(SHORTLIST)),
            ),
        )
    return wanted


def to_answer(session: Session, scope: Scope, limit: int = 50) -> list[Application]:
    """Applications whose first answer is still owed, the most overdue first."""
    return list(
        session.scalars(
            scoped(scope)
            .options(joinedload(Application.job))
            .where(Application.state.in_(UNANSWERED_YET))
            .order_by(Application.answer_due_at, Application.id)
            .limit(limit)
        )
    )


def clocks_running(session: Session, scope: Scope, until: datetime) -> list[Application]:
    """Later stages whose own clock is over or ends before `until`, the oldest first."""
    return list(
        session.scalars(
            scoped(scope)
            .options(joinedload(Application.job))
            .where(
                Application.state.in_((S.SHORTLISTED, S.INTERVIEW)),
                Application.due_at < until,
            )
            .order_by(Application.due_at, Application.id)
            .limit(50)
        )
    )


def jobs_of(session: Session, scope: Scope) -> list[JobCounts]:
    """The organisation's jobs that have applications, those with late answers first."""
    listed = scoped(scope).subquery()
    waiting = sa.case((listed.c.state.in_([str(one) for one in UNANSWERED_YET]), 1), else_=0)
    late = sa.case(
        (
            sa.and_(
                listed.c.state.in_([str(one) for one in UNANSWERED_YET]),
                listed.c.answer_due_at < clock.now(),
            ),
            1,
        ),
        else_=0,
    )
    ended = sa.case((listed.c.state.in_([str(one) for one in ENDED]), 1), else_=0)
    rows = session.execute(
        sa.select(
            Job,
            sa.func.sum(waiting),
            sa.func.sum(late),
            sa.func.sum(ended),
            sa.func.count(),
        )
        .join(listed, listed.c.job_id == Job.id)
        .group_by(Job.id)
    ).all()
    counts = [
        JobCounts(job, int(w or 0), int(o or 0), int(n) - int(e or 0), int(e or 0))
        for job, w, o, e, n in rows
    ]
    return sorted(counts, key=lambda row: (-row.overdue, -row.waiting, -row.running, row.job.title))


@dataclass(frozen=True)
class Totals:
    """What runs at an organisation: open jobs, applications not over, invitations not answered,
    referrals that wait for its first answer."""

    jobs: int
    applications: int
    invitations: int
    referrals: int


def totals(session: Session, scope: Scope) -> Totals:
    """Counted in one statement, as far as the scope may list."""
    key = scope.organisation.id
    running = scoped(scope).where(Application.state.not_in(ENDED)).subquery()
    counts = (
        sa.select(sa.func.count())
        .select_from(Job)
        .where(Job.organisation_id == key, Job.state == JobState.PUBLISHED),
        sa.select(sa.func.count()).select_from(running),
        sa.select(sa.func.count())
        .select_from(Invitation)
        .where(
            Invitation.organisation_id == key,
            Invitation.state.in_((InvitationState.SENT, InvitationState.SEEN)),
        ),
        waiting_count(key),
    )
    row = session.execute(sa.select(*(one.scalar_subquery() for one in counts))).one()
    return Totals(*map(int, row))


def counts_of(session: Session, scope: Scope, job: Job) -> dict[ApplicationState, int]:
    """How many applications of the job stand in each state."""
    listed = scoped(scope).where(Application.job_id == job.id).subquery()
    rows = session.execute(
        sa.select(listed.c.state, sa.func.count()).group_by(listed.c.state)
    ).all()
    return {ApplicationState(state): count for state, count in rows}


#: What pages of the desk read of an application.
READ = (
    joinedload(Application.snapshot),
    joinedload(Application.talent).joinedload(Talent.account),
    joinedload(Application.talent).selectinload(Talent.skills),
)
_Wanted = sa.Select[tuple[Application]]


def narrow(wanted: _Wanted, filters: Filters) -> _Wanted:
    """The applications that pass the filters."""
    if filters.state is not None:
        wanted = wanted.where(Application.state == filters.state)
    if filters.route:
        wanted = wanted.where(Application.route == filters.route)
    if filters.late:
        wanted = wanted.where(Application.due_at < clock.now())
    if filters.text:
        number = sa.func.lower(Application.number)
        wanted = wanted.where(number.contains(filters.text.lower(), autoescape=True))
    return wanted


@dataclass(frozen=True)
class Block:
    """Applications in time order: the `number`-th block of :data:`MOST_ROWS`, of `total`."""

    rows: list[Application]
    total: int
    number: int

    @property
    def first(self) -> int:
        """The place of its first row among all, from one."""
        return 1 + (self.number - 1) * MOST_ROWS

    @property
    def blocks(self) -> int:
        """How many there are."""
        return max(1, -(-self.total // MOST_ROWS))


def applications_of(
    session: Session,
    scope: Scope,
    job: Job,
    filters: Filters = _NO_FILTERS,
    *,
    ended: bool = False,
    number: int = 1,
) -> Block:
    """The job's applications that pass the filters, running ones or those that are over; a number
    past the last block is the last."""
    part: sa.ColumnElement[bool] = (
        Application.state.in_(ENDED) if ended else Application.state.not_in(ENDED)
    )
    if not ended:
        part = sa.or_(part, Application.state == S.CONFIRMED)
    else:
        part = sa.and_(part, Application.state != S.CONFIRMED)
    wanted = narrow(scoped(scope).where(Application.job_id == job.id, part), filters)
    if number <= 1 and len(rows := _block(session, wanted, 1)) < MOST_ROWS:
        return Block(rows, len(rows), 1)  # all of them: nothing is left to be counted
    total = session.scalar(sa.select(sa.func.count()).select_from(wanted.subquery())) or 0
    number = min(max(number, 1), Block([], total, 1).blocks)
    return Block(_block(session, wanted, number), total, number)


def _block(session: Session, wanted: _Wanted, number: int) -> list[Application]:
    rows = session.scalars(
        wanted.options(*READ)
        .order_by(Application.submitted_at, Application.id)
        .offset((number - 1) * MOST_ROWS)
        .limit(MOST_ROWS)
    )
    return list(rows)


def owed_today(session: Session, scope: Scope, job: Job) -> tuple[int, int]:
    """How many answers of the job are late, and how many more are due before the day is over."""
    at, end = clock.now(), clock.start_of_day(clock.today() + timedelta(days=1))
    late = sa.func.count(sa.case((Application.answer_due_at < at, 1)))
    query = scoped(scope).with_only_columns(late, sa.func.count())
    overdue, due = session.execute(
        query.where(
            Application.job_id == job.id,
            Application.state.in_(UNANSWERED_YET),
            Application.answer_due_at < end,
        )
    ).one()
    return overdue, due - overdue


def chosen(session: Session, scope: Scope, public_ids: Sequence[str]) -> list[Application]:
    """The applications with these ids that the scope may see, in the order given."""
    rows = session.scalars(
        scoped(scope)
        .options(
            joinedload(Application.job).selectinload(Job.skills),
            joinedload(Application.organisation),
            joinedload(Application.snapshot),
            joinedload(Application.talent).joinedload(Talent.account),
        )
        .where(Application.public_id.in_(list(public_ids)[:MOST_ROWS]))
    ).all()
    found = {row.public_id: row for row in rows}
    return [found[one] for one in dict.fromkeys(public_ids) if one in found]


def manager_job(session: Session, scope: Scope, public_id: str) -> Job | None:
    """A job of the organisation, or of a firm that brought people for it to the organisation, that
    the scope may work on; None for any other."""
    brought = sa.exists().where(
        Application.job_id == Job.id, Application.organisation_id == scope.organisation.id
    )
    wanted = (
        sa.select(Job)
        .options(selectinload(Job.skills), joinedload(Job.organisation), joinedload(Job.employer))
        .where(
            Job.public_id == public_id,
            sa.or_(Job.organisation_id == scope.organisation.id, brought),
        )
    )
    if scope.reader is Reader.MANAGER:
        wanted = wanted.where(Job.manager_id == scope.account_id)
    return session.scalar(wanted)


# --- order -------------------------------------------------------------------------------------

#: Given in by the factory: (job, talent) → a match with `total`, `parts`, `rows`, or None.
Matcher = Callable[[Job, Talent], Any]


def match_of(job: Job, talent: Talent, account: Account | None = None) -> Any:
    """The pair's match; None without a model or with the person's personal ranking off."""
    matcher: Matcher | None = current_app.extensions.get("talentmarket_match")
    owner = account or talent.account
    if matcher is None or not owner.personal_ranking:
        return None
    return matcher(job, talent)


def candidates(
    rows: Iterable[Application], matches: Mapping[str, Any], *, by_time: bool = False
) -> list[Candidate]:
    """The rows with their matches (by talent id), ranked, or in time order where that was asked."""
    found = [Candidate(row, matches.get(row.talent.public_id)) for row in rows]
    return found if by_time else ranked(found)


def ranked(rows: Sequence[Candidate]) -> list[Candidate]:
    """Scored people by score; a person without a score keeps the place of time order.

    `rows` come in time order. Nobody falls back for having switched personal ranking off: the
    scored people share out the other places among themselves.
    """
    scored = iter(
        sorted(
            (row for row in rows if row.score is not None),
            key=lambda row: -(row.score or 0),
        )
    )
    return [row if row.score is None else next(scored) for row in rows]

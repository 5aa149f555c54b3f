"""The employer's desk: what is overdue first, people ranked for a job, columns by stage.

Lists are read whole for one job with a fixed number of statements; rank and filters work on the
rows in memory, so that they are the same rules on every page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session, joinedload, selectinload

from talentmarket.core import clock
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
    """What runs at an organisation: open jobs, applications not over, invitations not answered."""

    jobs: int
    applications: int
    invitations: int


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


def applications_of(
    session: Session, scope: Scope, job: Job, *, ended: bool = False
) -> list[Application]:
    """The job's applications in time order, running ones or those that are over."""
    part: sa.ColumnElement[bool] = (
        Application.state.in_(ENDED) if ended else Application.state.not_in(ENDED)
    )
    if not ended:
        part = sa.or_(part, Application.state == S.CONFIRMED)
    else:
        part = sa.and_(part, Application.state != S.CONFIRMED)
    return list(
        session.scalars(
            scoped(scope)
            .options(
                joinedload(Application.snapshot),
                joinedload(Application.talent).joinedload(Talent.account),
                joinedload(Application.talent).selectinload(Talent.skills),
            )
            .where(Application.job_id == job.id, part)
            .order_by(Application.submitted_at, Application.id)
            .limit(MOST_ROWS)
        )
    )


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


def narrowed(rows: Sequence[Candidate], filters: Filters) -> list[Candidate]:
    """The rows that pass the filters, order kept."""
    at = clock.now()

    def passes(row: Candidate) -> bool:
        one = row.application
        late = one.due_at is not None and one.due_at < at
        return (
            (filters.state is None or one.state is filters.state)
            and (not filters.route or one.route == filters.route)
            and (not filters.late or late)
            and (not filters.text or filters.text.casefold() in one.number.casefold())
        )

    return [row for row in rows if passes(row)]


def columns(rows: Sequence[Candidate]) -> list[tuple[S, list[Candidate]]]:
    """The board: a column for each stage with its people, the nearest deadline first."""
    far = datetime.max.replace(tzinfo=clock.SHANGHAI)
    return [
        (
            states[0],
            sorted(
                (row for row in rows if row.application.state in states),
                key=lambda row: row.application.due_at or far,
            ),
        )
        for states in COLUMNS
    ]

"""The employer's board of one job: columns by stage, counted and cut by the database.

However many applications a job has, two statements count and pick, and a third reads the cards that
are shown. Numbers on the board are of all applications that pass the filters, not of those shown.
"""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from talentmarket.core import clock
from talentmarket.exchange import desk
from talentmarket.exchange.desk import COLUMNS, Filters, Scope
from talentmarket.exchange.models import Application, ApplicationState, Job
from talentmarket.exchange.models.applications import ENDED

S = ApplicationState


@dataclass(frozen=True)
class Column:
    """One column: how many stand in it, how many of those are late, and its first rows, the nearest
    deadline first."""

    state: S
    count: int
    late: int
    rows: tuple[Application, ...]


def board(session: Session, scope: Scope, job: Job, filters: Filters, most: int) -> list[Column]:
    """The columns of the job with at most `most` rows each, as far as the scope may list them."""
    stages = [state for states in COLUMNS for state in states]
    wanted = desk.narrow(desk.scoped(scope), filters).where(
        Application.job_id == job.id, Application.state.in_(stages)
    )
    counts = _counts(session, wanted)
    rows = _first(session, wanted, most)
    return [
        Column(
            states[0],
            sum(counts.get(one, (0, 0))[0] for one in states),
            sum(counts.get(one, (0, 0))[1] for one in states),
            tuple(row for row in rows if row.state in states),
        )
        for states in COLUMNS
    ]


def _counts(
    session: Session, wanted: sa.Select[tuple[Application]]
) -> dict[ApplicationState, tuple[int, int]]:
    """How many stand in each stage, and how many of those are late."""
    late = sa.case((sa.and_(Application.due_at < clock.now(), Application.state.not_in(ENDED)), 1))
    query = wanted.with_only_columns(Application.state, sa.func.count(), sa.func.count(late))
    return {
        ApplicationState(state): (count, overdue)
        for state, count, overdue in session.execute(query.group_by(Application.state))
    }


def _column() -> sa.ColumnElement[int]:
    """Which column a row stands in."""
    places = {state: place for place, states in enumerate(COLUMNS) for state in states}
    return sa.case(*((Application.state == state, place) for state, place in places.items()))


def _first(session: Session, wanted: sa.Select[tuple[Application]], most: int) -> list[Application]:
    """The first rows of each column, in the order of the board."""
    nearest = (
        sa.case((Application.due_at.is_(None), 1), else_=0),
        *(Application.due_at, Application.submitted_at, Application.id),
    )
    place = sa.func.row_number().over(partition_by=_column(), order_by=nearest)
    ranks = wanted.with_only_columns(Application.id, place.label("place")).subquery()
    keys = dict(
        session.execute(sa.select(ranks.c.id, ranks.c.place).where(ranks.c.place <= most))
        .tuples()
        .all()
    )
    found = session.scalars(
        sa.select(Application).options(*desk.READ).where(Application.id.in_(keys))
    )
    return sorted(found, key=lambda one: keys[one.id])

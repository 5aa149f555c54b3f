"""Work that a worker does later: a row is the truth, the queue only knocks.

The queue (huey) delivers at most once; so what must happen stands in a row of `tasks` (or the
outbox, or a clock on a row), and the worker takes due rows itself. A task is taken by a
conditional UPDATE, so two workers never run it twice at the same time; a worker that died loses
its lease and another takes over.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from talentmarket.core import clock
from talentmarket.core.db import Row, db, insert_for
from talentmarket.core.uow import unit_of_work

LEASE = timedelta(minutes=10)
MAX_ATTEMPTS = 8

Handler = Callable[[dict[str, Any]], None]
_handlers: dict[str, Handler] = {}


class Task(Row):
    """One piece of work. `key` makes "at most one waiting" of a kind possible."""

    __tablename__ = "tasks"
    __table_args__ = (
        sa.Index("ix_tasks_due", "done_at", "due_at"),
        sa.Index(
            "uq_tasks_key_open",
            "key",
            unique=True,
            sqlite_where=sa.text("done_at IS NULL AND key IS NOT NULL"),
            postgresql_where=sa.text("done_at IS NULL AND key IS NOT NULL"),
        ),
    )

    name: Mapped[str] = mapped_column(sa.String(60))
    key: Mapped[str | None] = mapped_column(sa.String(120))
    arguments: Mapped[dict[str, Any]] = mapped_column(default=dict)
    due_at: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None] = mapped_column(sa.String(300))
    done_at: Mapped[datetime | None]


def handler(name: str) -> Callable[[Handler], Handler]:
    """Register the function that does tasks of this name."""

    def register(function: Handler) -> Handler:
        _handlers[name] = function
        return function

    return register


def put(
    session: Session,
    name: str,
    arguments: dict[str, Any] | None = None,
    *,
    key: str | None = None,
    due_at: datetime | None = None,
) -> None:
    """Leave a task in the running unit of work; with a `key`, one that waits stays alone."""
    statement = insert_for(session)(Task).values(
        name=name,
        key=key,
        arguments=arguments or {},
        due_at=due_at or clock.now(),
        attempts=0,
    )
    session.execute(statement.on_conflict_do_nothing())


def open_task(session: Session, key: str) -> Task | None:
    """The task of this key that is not done yet."""
    return session.scalar(sa.select(Task).where(Task.key == key, Task.done_at.is_(None)))


def finish(session: Session, key: str) -> None:
    """Say within the running unit of work that the task of this key is done: what else the unit
    stores depends on it."""
    session.execute(
        sa.update(Task)
        .where(Task.key == key, Task.done_at.is_(None))
        .values(done_at=clock.now(), error=None)
        .execution_options(synchronize_session=False)
    )


def any_open(session: Session, name: str, prefix: str) -> bool:
    """Whether a task of this name whose key begins so will still be tried."""
    waiting = sa.exists().where(
        Task.name == name,
        Task.key.startswith(prefix, autoescape=True),
        Task.done_at.is_(None),
        Task.attempts < MAX_ATTEMPTS,
    )
    return bool(session.scalar(sa.select(waiting)))


def run_due(limit: int = 20, names: Collection[str] | None = None) -> int:
    """Take and do up to `limit` due tasks (with `names`: only of these); returns how many were
    done."""
    done = 0
    for _ in range(limit):
        taken = _take(names or _handlers)
        if taken is None:
            break
        done += _do(*taken)
    return done


def _take(names: Collection[str]) -> tuple[int, str, dict[str, Any]] | None:
    if (
        db.session.scalar(_due(clock.now(), names)) is None
    ):  # nothing is due: no write lock is taken
        db.session.rollback()
        return None
    with unit_of_work() as session:
        at = clock.now()
        task_id = session.scalar(_due(at, names))
        if task_id is None:
            return None
        row = session.execute(
            sa.update(Task)
            .where(Task.id == task_id, sa.or_(Task.leased_until.is_(None), Task.leased_until < at))
            .values(leased_until=at + LEASE, attempts=Task.attempts + 1)
            .returning(Task.id, Task.name, Task.arguments)
        ).first()
        return (row.id, row.name, row.arguments) if row else None


def _due(at: datetime, names: Collection[str]) -> sa.Select[tuple[int]]:
    return (
        sa.select(Task.id)
        .where(
            Task.done_at.is_(None),
            Task.due_at <= at,
            Task.attempts < MAX_ATTEMPTS,
            sa.or_(Task.leased_until.is_(None), Task.leased_until < at),
            Task.name.in_(names),
        )
        .order_by(Task.due_at, Task.id)
        .limit(1)
    )


def _do(task_id: int, name: str, arguments: dict[str, Any]) -> int:
    try:
        _handlers[name](arguments)
    except Exception as error:
        with unit_of_work() as session:
            attempts = session.scalar(sa.select(Task.attempts).where(Task.id == task_id)) or 1
            session.execute(
                sa.update(Task)
                .where(Task.id == task_id)
                .values(
                    leased_until=None,
                    due_at=clock.now() + timedelta(seconds=min(3600, 5 * 2**attempts)),
                    error=f"{type(error).__name__}: {error}"[:300],
                )
            )
        return 0
    with unit_of_work() as session:
        session.execute(
            sa.update(Task).where(Task.id == task_id).values(done_at=clock.now(), error=None)
        )
    return 1

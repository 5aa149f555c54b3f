"""Taking events out of the table when their legal time is over, so that the chain stays checkable.

The database refuses to delete an event; here, and nowhere else, that is lifted for as long as one
transaction. Of each event its place and digest stay as an anchor: what is left verifies as before,
and a file that was handed out earlier still finds its digests. A purge is an event itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from talentmarket.core.appending import lifted, statements
from talentmarket.core.bulk import insert_many
from talentmarket.core.events import Event, EventAnchor, EventHash, record

#: How long a purge waits for writers on PostgreSQL before it leaves it for the next round.
_PATIENCE = "5s"


def boundary(session: Session, cut: datetime) -> int:
    """The id below which events are older than `cut`, found by halves: ids grow with time."""
    low, high = 0, session.scalar(sa.select(sa.func.max(Event.id))) or 0
    while low < high:
        middle = (low + high + 1) // 2
        at = session.scalar(
            sa.select(Event.at).where(Event.id <= middle).order_by(Event.id.desc()).limit(1)
        )
        if at is None or at < cut:
            low = middle
        else:
            high = middle - 1
    return low


def purge(session: Session, ids: Sequence[int], *, before: datetime) -> int:
    """Take these events out, of those that stand in the chain; returns how many.

    The caller decides which; all happens in its unit of work, or nothing does.
    """
    links = session.execute(
        sa.select(EventHash.position, EventHash.event_id, EventHash.digest)
        .where(EventHash.event_id.in_(ids))
        .order_by(EventHash.position)
    ).all()
    if not links:
        return 0
    connection = session.connection()
    dialect, table = connection.dialect.name, Event.__tablename__
    gone = [link.event_id for link in links]
    insert_many(session, EventAnchor.__table__, [dict(link._mapping) for link in links])
    session.execute(sa.delete(EventHash).where(EventHash.event_id.in_(gone)))
    if dialect == "postgresql":
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{_PATIENCE}'")
    for statement in lifted(table, dialect):
        connection.exec_driver_sql(statement)
    session.execute(
        sa.delete(Event).where(Event.id.in_(gone)).execution_options(synchronize_session=False)
    )
    for statement in statements(table, dialect):
        connection.exec_driver_sql(statement.replace("%", "%%"))
    record(
        session,
        "site",
        "ledger",
        "purge",
        rows=len(gone),
        before=before.isoformat(),
        first=links[0].position,
        last=links[-1].position,
    )
    return len(gone)

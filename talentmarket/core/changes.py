"""The order of changes that readers outside follow, without losing one that commits late.

A number taken while a transaction is open says nothing about when it commits: on PostgreSQL 12
may be seen before 11, and a reader that stands at 12 never comes back for 11. So writers take no
number. They leave :attr:`IndexState.sequence` empty, and :func:`number_waiting` numbers what is
committed, one numberer at a time: whoever sees a number sees all lower ones. Writers wait for
nobody, and a document that changes again moves to the end, so the stream holds each one once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from talentmarket.core.db import Base, Key, PublicId, insert_for
from talentmarket.core.ids import new_public_id
from talentmarket.core.outbox import IndexState
from talentmarket.core.uow import unit_of_work

BATCH = 2000  # documents numbered at once
_NUMBERED = sa.update(IndexState).where(
    IndexState.kind == sa.bindparam("of_kind"), IndexState.document_id == sa.bindparam("of_id")
)


class ChangeHead(Base):
    """The last number given to a kind of document, and the era it belongs to.

    A database that came back from a backup begins a new era: numbers given after the backup was
    made would be given again, to other changes.
    """

    __tablename__ = "change_heads"

    kind: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    era: Mapped[str] = mapped_column(PublicId)
    value: Mapped[int] = mapped_column(Key)


@dataclass(frozen=True, slots=True)
class Head:
    """Where the stream of a kind ends now."""

    era: str
    value: int


def number_waiting(
    session: Session, kind: str, public: Callable[[Session, Sequence[str]], set[str]]
) -> Head:
    """Give numbers to committed changes (at most :data:`BATCH`); returns where the stream ends.

    `public` tells which of some document ids everybody may read now: those are marked as shown,
    and leave a tombstone in the stream when they go. Opens a unit of its own when anything waits.
    """
    waits = sa.select(
        sa.exists().where(IndexState.kind == kind, IndexState.sequence.is_(None)),
    )
    row = session.execute(
        sa.select(ChangeHead.era, ChangeHead.value).where(ChangeHead.kind == kind)
    ).one_or_none()
    if row is not None and not session.scalar(waits):
        return Head(row.era, row.value)
    with unit_of_work() as own:
        return _number(own, kind, public)


def restart(session: Session) -> None:
    """Begin a new era for every kind: readers are told to take a new snapshot."""
    session.execute(sa.delete(ChangeHead))


def _number(
    session: Session, kind: str, public: Callable[[Session, Sequence[str]], set[str]]
) -> Head:
    head = _locked_head(session, kind)
    # What a writer holds is left for the next time: a numberer never waits for a writer.
    rows = session.execute(
        sa.select(IndexState.document_id, IndexState.shown)
        .where(IndexState.kind == kind, IndexState.sequence.is_(None))
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    ).all()
    if not rows:
        return head
    seen = public(session, [row.document_id for row in rows])
    # Rows, not objects: on SQLite whoever writes waits until this is done.
    session.connection().execute(
        _NUMBERED,
        [
            {
                "of_kind": kind,
                "of_id": row.document_id,
                "sequence": number,
                "shown": row.shown or row.document_id in seen,
            }
            for number, row in enumerate(rows, head.value + 1)
        ],
    )
    value = head.value + len(rows)
    session.execute(sa.update(ChangeHead).where(ChangeHead.kind == kind).values(value=value))
    return Head(head.era, value)


def _locked_head(session: Session, kind: str) -> Head:
    """The head's row, made if it is not there, held until the transaction ends."""
    last = sa.select(sa.func.coalesce(sa.func.max(IndexState.sequence), 0)).where(
        IndexState.kind == kind
    )
    statement = insert_for(session)(ChangeHead).values(
        kind=kind, era=new_public_id(), value=last.scalar_subquery()
    )
    row = session.execute(
        statement.on_conflict_do_update(
            index_elements=["kind"], set_={"value": ChangeHead.value}
        ).returning(ChangeHead.era, ChangeHead.value)
    ).one()
    return Head(row.era, row.value)

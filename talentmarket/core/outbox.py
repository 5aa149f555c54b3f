"""Rows that say "this document changed", written in the same transaction as the change.

The worker projects the document from the database, writes the index and drops the row only after
reading the document back. `IndexState` counts a version per document and stays as a tombstone
after deletion, so that a late write of an older version always loses.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from talentmarket.core import clock
from talentmarket.core.bulk import Insert, insert_many
from talentmarket.core.db import Base, Key, PublicId, Row

#: The kinds of documents there are, in the order they are rebuilt.
KINDS = ("organisation", "job", "talent")


class IndexState(Base):
    """The version of each document that ever was in the index.

    `sequence` is the document's place in the public change stream, None from a change until
    :mod:`talentmarket.core.changes` gives the next number; `shown`: the stream has ever held it.
    """

    __tablename__ = "index_states"
    __table_args__ = (sa.Index("uq_index_states_sequence", "kind", "sequence", unique=True),)

    kind: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    document_id: Mapped[str] = mapped_column(PublicId, primary_key=True)
    version: Mapped[int] = mapped_column(Key)
    sequence: Mapped[int | None] = mapped_column(Key)
    shown: Mapped[bool] = mapped_column(default=False, server_default=sa.false())


class OutboxRow(Row):
    """One change that waits for the index. `dead_at` sets it aside after too many failures."""

    __tablename__ = "outbox"
    __table_args__ = (
        sa.Index("ix_outbox_waiting", "dead_at", "not_before", "id"),
        sa.Index("ix_outbox_document", "kind", "document_id"),
    )

    kind: Mapped[str] = mapped_column(sa.String(16))
    document_id: Mapped[str] = mapped_column(PublicId)
    version: Mapped[int] = mapped_column(Key)
    created_at: Mapped[datetime]
    not_before: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None] = mapped_column(sa.String(300))
    dead_at: Mapped[datetime | None]


class DatabaseIdentity(Base):
    """One row: the id that is stamped on every index built from this database."""

    __tablename__ = "database_identity"

    id: Mapped[int] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(PublicId)


def changed(session: Session, kind: str, *document_ids: str) -> None:
    """Raise the version of each document and leave a row for the worker.

    Ids are taken in sorted order so that two transactions never wait for each other crosswise.
    """
    if kind not in KINDS:
        raise ValueError(f"no documents of kind {kind!r}")
    session.flush()
    at = clock.now()
    for start in range(0, len(ids := sorted(set(document_ids))), 500):
        raised = insert_many(
            session,
            IndexState.__table__,
            [
                {"kind": kind, "document_id": one, "version": 1, "shown": False}
                for one in ids[start : start + 500]
            ],
            _raised,
        ).all()
        insert_many(
            session,
            OutboxRow.__table__,
            [
                {
                    "kind": kind,
                    "document_id": row.document_id,
                    "version": row.version,
                    "created_at": at,
                    "not_before": at,
                    "attempts": 0,
                }
                for row in raised
            ],
        )


def _raised(insert: Insert) -> Insert:
    """A version more where there is one, with its new place in the change stream still to give."""
    return insert.on_conflict_do_update(
        index_elements=["kind", "document_id"],
        set_={"version": IndexState.version + 1, "sequence": None},
    ).returning(IndexState.document_id, IndexState.version)


def waiting(session: Session) -> tuple[int, datetime | None, int]:
    """How many rows wait, since when the oldest, and how many are set aside."""
    count, oldest = session.execute(
        sa.select(sa.func.count(), sa.func.min(OutboxRow.created_at)).where(
            OutboxRow.dead_at.is_(None)
        )
    ).one()
    dead = session.scalar(
        sa.select(sa.func.count()).select_from(OutboxRow).where(OutboxRow.dead_at.is_not(None))
    )
    return count, oldest, dead or 0


def documents_waiting(session: Session, kind: str) -> list[str]:
    """The ids of all documents of a kind that the index does not know as they are, also of those that
    were set aside."""
    wanted = sa.select(OutboxRow.document_id).where(OutboxRow.kind == kind).distinct()
    return sorted(session.scalars(wanted))

"""Documents that the index holds otherwise than the database wants them.

People write while one looks, and the two are read one after the other: a difference seen once may
only be a write between the two looks. :func:`settled` looks again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from enum import Enum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from search.backend import SearchBackend
from search.fields import Kind
from talentmarket.core.db import db
from talentmarket.core.outbox import IndexState, OutboxRow
from talentmarket.indexing import documents

#: So often is a difference looked at before it is called one.
LOOKS = 3


class Difference(Enum):
    """How the index differs for one document."""

    MISSING = "missing"
    EXTRA = "extra"
    STALE = "stale"
    #: Its change stands in the outbox: nothing is known yet.
    WAITING = "waiting"


def settled(backend: SearchBackend, kind: Kind, ids: Collection[str]) -> dict[str, Difference]:
    """Id → what differs, of those among `ids` that still differ at the last look.

    The database is read first, then the outbox, then the index: what is written meanwhile either
    waits in the outbox or is in the index already, and the next look finds both alike.
    """
    unsure: dict[str, Difference] = dict.fromkeys(ids, Difference.WAITING)
    for _ in range(LOOKS):
        if not unsure:
            break
        unsure = _look(backend, kind, list(unsure))
    return unsure


def _look(backend: SearchBackend, kind: Kind, ids: Sequence[str]) -> dict[str, Difference]:
    session = db.session()
    wanted = versions(session, kind, ids)
    waiting = set(
        session.scalars(
            sa.select(OutboxRow.document_id).where(
                OutboxRow.kind == kind.value, OutboxRow.document_id.in_(ids)
            )
        )
    )
    session.rollback()
    backend.refresh(kind)
    held = backend.get_many(kind, ids)
    differing = {}
    for one in ids:
        found = held[one].version if one in held else None
        if one in waiting:
            differing[one] = Difference.WAITING
        elif one not in wanted:
            if one in held:
                differing[one] = Difference.EXTRA
        elif found is None:
            differing[one] = Difference.MISSING
        elif found != wanted[one]:
            differing[one] = Difference.STALE
    return differing


def versions(session: Session, kind: Kind, ids: Sequence[str]) -> dict[str, int | None]:
    """Id → version of those among `ids` that the database wants in the index."""
    column = documents.id_column(kind)
    query = _with_versions(session, kind).order_by(None).where(column.in_(ids))
    rows = session.execute(query).all()
    session.rollback()
    return {row[0]: row[1] for row in rows}


def walk(session: Session, kind: Kind, batch: int) -> Iterator[dict[str, int | None]]:
    """Id → version of all that the database wants in the index, `batch` at a time."""
    key, last = documents.key_column(kind), 0
    query = _with_versions(session, kind).add_columns(key).limit(batch)
    while rows := session.execute(query.where(key > last)).all():
        session.rollback()
        last = rows[-1][2]
        yield {row[0]: row[1] for row in rows}
    session.rollback()


def _with_versions(session: Session, kind: Kind) -> sa.Select[tuple[str, int | None]]:
    known = sa.and_(
        IndexState.kind == kind.value, IndexState.document_id == documents.id_column(kind)
    )
    return (
        documents.eligible(session, kind)
        .add_columns(IndexState.version)
        .outerjoin(IndexState, known)
    )

"""Does the index hold exactly what the database says it should?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import islice

import sqlalchemy as sa
from sqlalchemy.orm import Session

from search.backend import SearchBackend
from search.fields import Kind
from talentmarket.core.db import db
from talentmarket.core.outbox import IndexState, waiting
from talentmarket.indexing import documents

BATCH = 2_000


@dataclass(frozen=True)
class Checked:
    """Counts over all kinds: documents wanted and held; missing, extra, of another version."""

    database: int
    index: int
    missing: int
    extra: int
    stale: int
    waiting: int

    @property
    def exit_code(self) -> int:
        """0 clean, 1 drift, 2 the outbox is not empty (so nothing is known yet)."""
        if self.waiting:
            return 2
        return 1 if self.missing or self.extra or self.stale else 0

    def as_dict(self) -> dict[str, int]:
        """For the JSON line."""
        return asdict(self)


def check(backend: SearchBackend) -> Checked:
    """Compare ids and versions of every kind.

    The index is walked batch by batch and the database asked for the same ids, so that memory
    does not grow with either. Ids are unique on both sides: what the database has beyond those
    found in both is missing.
    """
    database = index = missing = extra = stale = 0
    session = db.session()
    rows, _, dead = waiting(session)
    for kind in Kind:
        eligible = documents.eligible(session, kind).order_by(None)
        wanted = session.scalar(sa.select(sa.func.count()).select_from(eligible.subquery())) or 0
        held = both = 0
        for batch in _batches(backend, kind):
            found = _versions(session, kind, list(batch))
            held, both = held + len(batch), both + len(found)
            stale += sum(version != batch[one] for one, version in found.items())
        database += wanted
        index += held
        missing += max(0, wanted - both)
        extra += held - both
    return Checked(database, index, missing, extra, stale, rows + dead)


def _batches(backend: SearchBackend, kind: Kind) -> Iterator[dict[str, int]]:
    """Id → version of what the index holds."""
    if kind not in backend.info().indexes:
        return
    backend.refresh(kind)  # what was just written is to be seen
    rest = iter(backend.versions(kind))
    while batch := dict(islice(rest, BATCH)):
        yield batch


def _versions(session: Session, kind: Kind, ids: Sequence[str]) -> dict[str, int | None]:
    """Id → version of those that the database wants in the index."""
    column = documents.id_column(kind)
    known = sa.and_(IndexState.kind == kind.value, IndexState.document_id == column)
    rows = session.execute(
        documents.eligible(session, kind)
        .order_by(None)
        .add_columns(IndexState.version)
        .outerjoin(IndexState, known)
        .where(column.in_(ids))
    ).all()
    session.rollback()
    return {row[0]: row[1] for row in rows}

"""Does the index hold exactly what the database says it should?"""

from __future__ import annotations

from dataclasses import asdict, dataclass

import sqlalchemy as sa

from search.backend import SearchBackend
from search.fields import Kind
from talentmarket.core.db import db
from talentmarket.core.outbox import IndexState, waiting
from talentmarket.indexing import documents


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
    """Compare ids and versions of every kind."""
    database = index = missing = extra = stale = 0
    session = db.session()
    rows, _, dead = waiting(session)
    for kind in Kind:
        rows_wanted = session.execute(
            documents.eligible(session, kind)
            .add_columns(IndexState.version)
            .outerjoin(
                IndexState,
                sa.and_(
                    IndexState.kind == kind.value,
                    IndexState.document_id == documents.id_column(kind),
                ),
            )
        )
        wanted: dict[str, int | None] = {row[0]: row[1] for row in rows_wanted}
        held = dict(backend.versions(kind)) if kind in backend.info().indexes else {}
        database += len(wanted)
        index += len(held)
        missing += len(wanted.keys() - held.keys())
        extra += len(held.keys() - wanted.keys())
        stale += len([one for one, version in held.items() if wanted.get(one, version) != version])
    return Checked(database, index, missing, extra, stale, rows + dead)

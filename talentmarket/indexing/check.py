"""Does the index hold exactly what the database says it should?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import islice

import sqlalchemy as sa

from search.backend import SearchBackend
from search.fields import Kind
from talentmarket.core.db import db
from talentmarket.core.outbox import waiting
from talentmarket.indexing import documents
from talentmarket.indexing.differences import Difference, settled, versions, walk

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
    found in both is missing. What differs is looked at again, since people may write meanwhile.
    """
    database = index = 0
    session = db.session()
    rows, _, dead = waiting(session)
    session.rollback()
    differences: Counter[Difference] = Counter()
    for kind in Kind:
        eligible = documents.eligible(session, kind).order_by(None)
        wanted = session.scalar(sa.select(sa.func.count()).select_from(eligible.subquery())) or 0
        session.rollback()
        held = both = 0
        for batch in _batches(backend, kind):
            found = versions(session, kind, list(batch))
            held, both = held + len(batch), both + len(found)
            unsure = [one for one in batch if one not in found or found[one] != batch[one]]
            differences.update(settled(backend, kind, unsure).values())
        if wanted > both:
            differences.update(_lacking(backend, kind))
        database += wanted
        index += held
    return Checked(
        database,
        index,
        differences[Difference.MISSING],
        differences[Difference.EXTRA],
        differences[Difference.STALE],
        rows + dead or differences[Difference.WAITING],
    )


def _batches(backend: SearchBackend, kind: Kind) -> Iterator[dict[str, int]]:
    """Id → version of what the index holds."""
    if kind not in backend.info().indexes:
        return
    backend.refresh(kind)  # what was just written is to be seen
    rest = iter(backend.versions(kind))
    while batch := dict(islice(rest, BATCH)):
        yield batch


def _lacking(backend: SearchBackend, kind: Kind) -> Iterator[Difference]:
    """What became of each document that the database wants and the index did not hold."""
    absent = kind not in backend.info().indexes
    for batch in walk(db.session(), kind, BATCH):
        if absent:
            yield from (Difference.MISSING for _ in batch)
            continue
        held = backend.get_many(kind, list(batch))
        unsure = [one for one in batch if one not in held]
        found = settled(backend, kind, unsure).values()
        # A change of what the index holds is none that it lacks.
        yield from (one for one in found if one in (Difference.MISSING, Difference.WAITING))

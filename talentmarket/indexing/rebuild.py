"""A new index beside the live one, filled from the database, then put in its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from functools import partial

import sqlalchemy as sa

from search.backend import RebuildWriter, SearchBackend
from search.documents import Operation
from search.errors import BadDocument, MappingConflict
from search.fields import Kind
from search.preparing import Preparer, helpers_for
from talentmarket.core.db import db, insert_for
from talentmarket.core.outbox import IndexState, changed
from talentmarket.core.uow import unit_of_work
from talentmarket.indexing import clustering, documents
from talentmarket.indexing.writing import Listed, ahead

BATCH = 500
Progress = Callable[[str, int, int], None]


def rebuild(
    backend: SearchBackend,
    *,
    kinds: Sequence[Kind] = tuple(Kind),
    minimum_ratio: float = 0.0,
    progress: Progress = lambda kind, done, total: None,
    meanwhile: Callable[[], object] = lambda: None,
) -> dict[str, int]:
    """Rebuild the indexes of these kinds; returns documents written per kind.

    Raises RebuildRefused when a new index would hold fewer than `minimum_ratio` of the live
    one's documents, and leaves the live one as it was after any fault. `meanwhile` is called
    after each batch, so that a worker goes on draining: what it writes reaches both indexes.
    """
    counts: dict[str, int] = {}
    for kind in kinds:
        backend.ensure(kind)
        eligible = documents.eligible(db.session(), kind).subquery()
        total = db.session.scalar(sa.select(sa.func.count()).select_from(eligible)) or 0
        done = 0
        with (
            Preparer(helpers_for(total)) as preparer,
            backend.rebuild(kind, minimum_ratio=minimum_ratio) as writer,
        ):
            if kind is Kind.JOB:
                for _ in clustering.assign_all(_batches(kind)):  # while the processes start
                    meanwhile()
            lists = preparer.prepared(_lists(kind), backend.name)
            with closing(ahead(lists, partial(_write, writer))) as written:
                for size in written:
                    done += size
                    progress(kind.value, done, total)
                    meanwhile()
        counts[kind.value] = done
    return counts


def missing(backend: SearchBackend) -> list[Kind]:
    """The kinds whose index was never built, or was thrown away."""
    try:
        there = backend.info().indexes
    except MappingConflict:
        return []  # of other fields: whoever brought them rebuilds
    return [kind for kind in Kind if kind not in there]


def _write(writer: RebuildWriter, listed: Listed) -> int:
    """Write a list whole; returns its length. Raises BadDocument where one is refused."""
    kind, operations = listed
    if refused := writer.write(operations).refused:
        raise BadDocument(f"{kind.value} {refused[0][0]}: {refused[0][1]}")
    return len(operations)


def _lists(kind: Kind) -> Iterator[tuple[Kind, list[Operation]]]:
    """The documents of a kind. A list may be made some lists before it is written: a change in
    between reaches both indexes by the drain, at a higher version."""
    for ids in _batches(kind):
        operations = documents.load(db.session(), kind, ids)
        db.session.rollback()
        if len(operations) < len(ids):  # some have no version yet
            _know(kind, ids)
            operations = documents.load(db.session(), kind, ids)
            db.session.rollback()
        yield kind, operations


def _batches(kind: Kind) -> Iterator[list[str]]:
    """Batches of ids by key: rows that come or go move no page, and none is kept in memory."""
    key, last = documents.key_column(kind), 0
    while True:
        query = documents.eligible(db.session(), kind).add_columns(key)
        rows = db.session.connection().execute(query.where(key > last).limit(BATCH)).all()
        db.session.rollback()
        if not rows:
            return
        last = rows[-1][1]
        yield [row[0] for row in rows]


def _know(kind: Kind, ids: Sequence[str]) -> None:
    """Give a version to documents that never had one (rows written by bulk loads)."""
    known = set(
        db.session.scalars(
            sa.select(IndexState.document_id).where(
                IndexState.kind == kind.value, IndexState.document_id.in_(ids)
            )
        )
    )
    fresh = [one for one in ids if one not in known]
    if not fresh:
        return
    with unit_of_work() as session:
        statement = insert_for(session)(IndexState).values(
            [{"kind": kind.value, "document_id": one, "version": 1} for one in fresh]
        )
        session.execute(statement.on_conflict_do_nothing())


def reindex_jobs() -> int:
    """Have the worker project every listed job anew; returns how many."""
    count = 0
    for ids in _batches(Kind.JOB):
        with unit_of_work() as session:
            changed(session, Kind.JOB.value, *ids)
        count += len(ids)
    return count

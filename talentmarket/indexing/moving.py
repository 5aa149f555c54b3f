"""From the embedded index to a server while the site runs.

The server's index is built and brought up to date while every process goes on with the files; then
the processes are told (:mod:`talentmarket.indexing.choice`), and once the former writer has let go
of the files, what it still wrote there is brought after. Versions decide, so it does no harm that
a worker already writes to the server meanwhile. Killed anywhere before the processes are told, the
site is as it was; after that, the command is run again.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from itertools import islice

from search.backend import SearchBackend
from search.documents import Operation
from search.errors import BadDocument, IndexLocked
from search.fields import Kind
from talentmarket.core.config import Settings
from talentmarket.core.db import db
from talentmarket.core.outbox import waiting
from talentmarket.indexing import choice, documents
from talentmarket.indexing.check import Checked, check
from talentmarket.indexing.differences import versions, walk
from talentmarket.indexing.drain import drain_once
from talentmarket.indexing.engine import SearchHandle
from talentmarket.indexing.rebuild import Progress, rebuild

BATCH = 1_000


def move(
    settings: Settings, handle: SearchHandle, *, patience: float, progress: Progress
) -> Checked:
    """Move to the server of the settings; returns what a check of it finds at the end.

    `patience`: seconds to wait for the former writer, and for the outbox. Raises IndexLocked if
    the files are still written after that, and what the engine raises.
    """
    with handle.writer() as backend:
        rebuild(backend, progress=progress)
        bring_what_differs(backend)
        choice.keep(settings)
        _wait_for_the_writer(settings, handle, time.monotonic() + patience)
        bring_what_differs(backend)
        _drain(backend, time.monotonic() + patience)
        return check(backend)


def bring_what_differs(backend: SearchBackend) -> int:
    """Write every document that the index holds in another version than the database, lacks, or
    should not hold; returns how many."""
    count = 0
    for kind in Kind:
        for ids in (*_behind(backend, kind), *_beyond(backend, kind)):
            operations: Sequence[Operation] = documents.load(db.session(), kind, ids)
            db.session.rollback()
            refused = backend.bulk(kind, operations).refused
            if refused:
                raise BadDocument(f"{kind.value} {refused[0][0]}: {refused[0][1]}")
            count += len(ids)
        backend.refresh(kind)
    return count


def _behind(backend: SearchBackend, kind: Kind) -> Iterator[list[str]]:
    """Ids that the index lacks or holds in an older version, by batches of the database."""
    for batch in walk(db.session(), kind, BATCH):
        held = backend.get_many(kind, list(batch))
        late = [
            one
            for one, version in batch.items()
            if (found := held.get(one)) is None or found.version < (version or 0)
        ]
        if late:
            yield late


def _beyond(backend: SearchBackend, kind: Kind) -> Iterator[list[str]]:
    """Ids that the index holds and the database does not want there."""
    held = (one for one, _ in backend.versions(kind))
    while batch := list(islice(held, BATCH)):
        wanted = versions(db.session(), kind, batch)
        if over := [one for one in batch if one not in wanted]:
            yield over


def _wait_for_the_writer(settings: Settings, handle: SearchHandle, until: float) -> None:
    """Return once nobody writes the files: who takes them later sees the choice first."""
    while True:
        try:
            with handle.files_held(settings):
                return
        except IndexLocked:
            if time.monotonic() >= until:
                raise
            time.sleep(0.2)


def _drain(backend: SearchBackend, until: float) -> None:
    while time.monotonic() < until:
        left, _, _ = waiting(db.session())
        db.session.rollback()
        if not left:
            return
        if not drain_once(backend).written:
            time.sleep(0.2)

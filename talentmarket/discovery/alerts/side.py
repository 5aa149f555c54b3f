"""A small index of nothing but new rows, made for one run and thrown away.

Searches are then asked of the new rows alone, however large the market is and whether or not the
live index has heard of them. It stands on the engine of the site.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy.orm import Session

from search.backend import SearchBackend
from search.documents import Document
from search.fields import Kind
from search.settings import open_backend
from talentmarket.indexing import documents
from talentmarket.indexing.engine import database_id, handle

BATCH = 500


@contextmanager
def side_index(session: Session, kind: Kind, ids: Sequence[str]) -> Iterator[SearchBackend]:
    """An engine that holds the documents of these ids, as the rows say them now.

    One at a time on a server: what a killed run has left is removed first.
    """
    found = handle()
    with TemporaryDirectory(prefix="new-rows-") as folder:
        settings = found.settings(database_id())
        settings = replace(
            settings,
            folder=Path(folder),
            name=f"{settings.name}-new",
            read_timeout=found.patience,
            replicas=0,
        )
        backend = open_backend(settings, writable=True)
        try:
            backend.drop()
            backend.ensure(kind)
            for start in range(0, len(ids), BATCH):
                loaded = documents.load(session, kind, ids[start : start + BATCH])
                backend.bulk(kind, [one for one in loaded if isinstance(one, Document)])
            backend.refresh(kind)
            yield backend
            backend.drop()
        finally:
            backend.close()

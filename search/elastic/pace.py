"""How soon writes are seen: at once as a rule, later while many documents come.

Each refresh makes a segment, which is merged with others later. The slower pace is a setting of the index, so it would outlive a writer that
was killed: every writer looks at it when it starts and once a minute.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from elasticsearch import Elasticsearch

from search.elastic.client import reading, translated
from search.elastic.indexes import Indexes
from search.elastic.mappings import REFRESH, REFRESH_LOADING
from search.errors import SearchError
from search.fields import Kind

LOOK = 60.0  # seconds between two looks


class Pace:
    """The refresh interval of the live indexes, as one writer sees it."""

    def __init__(self, client: Elasticsearch, indexes: Indexes) -> None:
        self._client = client
        self._indexes = indexes
        self._look_at: dict[Kind, float] = {}
        self._loading: set[Kind] = set()

    @contextmanager
    def slow(self, kind: Kind) -> Iterator[None]:
        """A block in which the index refreshes less often."""
        self._set(kind, REFRESH_LOADING)
        self._loading.add(kind)
        try:
            yield
        finally:
            self._loading.discard(kind)
            self._look_at.pop(kind, None)
            with suppress(SearchError):  # the next look finds what cannot be set now
                self._set(kind, REFRESH)

    def check(self, kind: Kind) -> None:
        """Set right what a writer left behind that was killed."""
        at = time.monotonic()
        if kind in self._loading or at < self._look_at.get(kind, 0.0):
            return
        alias = self._indexes.live_alias(kind)
        found = self._client.indices.get_settings(
            index=alias, name="index.refresh_interval", flat_settings=True
        ).body
        with reading():
            paces = [row["settings"]["index.refresh_interval"] for row in found.values()]
        if REFRESH_LOADING in paces:
            self._set(kind, REFRESH)
        self._look_at[kind] = at + LOOK

    @translated
    def _set(self, kind: Kind, interval: str) -> None:
        alias = self._indexes.live_alias(kind)
        self._client.indices.put_settings(index=alias, settings={"refresh_interval": interval})

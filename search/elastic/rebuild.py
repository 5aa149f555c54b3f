"""A rebuild beside the live index, for any number of writing processes.

Every writer asks before each batch which index is being built and writes to it as well, so what
is written while the rebuild reads the database reaches both. A second rebuild of a kind takes the
place of the first one, whose next write then fails with IndexLocked.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from elasticsearch import BadRequestError, Elasticsearch, NotFoundError

from search.backend import BulkResult
from search.documents import Operation, Tombstone
from search.elastic.client import translated
from search.elastic.indexes import Indexes
from search.elastic.mappings import REFRESH
from search.errors import IndexLocked, RebuildRefused
from search.fields import Kind

BATCH = 1_000

Write = Callable[[str, list[Operation]], BulkResult]


class Rebuild:
    """One rebuild: begin, write, then finish or abandon."""

    def __init__(self, client: Elasticsearch, indexes: Indexes, kind: Kind, write: Write) -> None:
        self._client = client
        self._indexes = indexes
        self._kind = kind
        self._write = write
        self._index = ""
        self.swapped = False

    @translated
    def begin(self, dead: Iterator[tuple[str, int]]) -> None:
        """Make the new index and carry the remembered deletions over."""
        state = self._indexes.state(self._kind)
        left = (*state.others, *((state.building,) if state.building else ()))
        self._indexes.remove(left)
        alias = self._indexes.building_alias(self._kind)
        self._index = self._indexes.create(self._kind, alias=alias)
        self._client.indices.put_settings(index=self._index, settings={"refresh_interval": "-1"})
        while batch := list(islice(dead, BATCH)):
            self._write(self._index, [Tombstone(*entry) for entry in batch])

    @translated
    def write(self, operations: Iterable[Operation]) -> BulkResult:
        """Add documents to the new index."""
        written: list[str] = []
        kept: list[str] = []
        refused: list[tuple[str, str]] = []
        rest = iter(operations)
        while batch := list(islice(rest, BATCH)):
            result = self._write(self._index, batch)
            written += result.written
            kept += result.kept
            refused += result.refused
        return BulkResult(tuple(written), tuple(kept), tuple(refused))

    @translated
    def finish(self, count: Callable[[str], int], minimum_ratio: float) -> None:
        """Put the new index in the live one's place."""
        settings = {"refresh_interval": REFRESH}
        try:
            self._client.indices.put_settings(index=self._index, settings=settings)
            self._client.indices.refresh(index=self._index)
            old = self._indexes.state(self._kind).live
            if minimum_ratio > 0 and old is not None and not self._indexes.lost(old):
                self._client.indices.refresh(index=old)
                before, after = count(old), count(self._index)
                if after < minimum_ratio * before:
                    raise RebuildRefused(f"{self._kind}: {after} documents instead of {before}")
            self._indexes.swap(self._kind, self._index, old)
        except (NotFoundError, BadRequestError) as error:
            raise IndexLocked(f"another rebuild of {self._kind} took over: {error}") from error
        self.swapped = True

    @translated
    def abandon(self) -> None:
        """Remove the new index unless it has become the live one."""
        if self._index and not self.swapped:
            self._indexes.remove([self._index])

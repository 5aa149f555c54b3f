"""The embedded engine as a SearchBackend."""

import shutil
import threading
from collections.abc import Hashable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

import tantivy

from search.backend import BulkResult, EngineInfo, IndexInfo, RebuildWriter
from search.documents import Document, Operation, StoredDocument, Tombstone
from search.embedded import searching
from search.embedded.folder import Folder, translated
from search.embedded.reader import Reader
from search.embedded.writer import ENGINE, REBUILD_HEAP_BYTES, IndexWriter
from search.errors import (
    IndexLocked,
    IndexMissing,
    MappingConflict,
    NotWritable,
    RebuildRefused,
    SearchError,
)
from search.fields import SCHEMAS, Kind
from search.requests import (
    Candidate,
    Filter,
    RecallRequest,
    SearchRequest,
    SearchResult,
    Suggestion,
    SuggestRequest,
)
from search.settings import ARRAYS_AFTER


class EmbeddedBackend:
    """tantivy in ``folder``. With ``writable`` this process is the one that writes.

    ``arrays_after``: see `search.settings.SearchSettings`.
    """

    name = ENGINE
    #: One writer holds the files.
    writes_at_once = 1

    @translated
    def __init__(
        self,
        folder: Path,
        database_id: str,
        *,
        writable: bool = False,
        arrays_after: float | None = ARRAYS_AFTER,
    ) -> None:
        self._folder = Folder(folder, database_id)
        self._writable = writable
        self._arrays_after = arrays_after
        self._readers = self._new_readers()
        self._writers: dict[Kind, IndexWriter] = {}
        self._shadows: dict[Kind, IndexWriter] = {}
        self._guard = threading.RLock()
        self._folder.check_stamp()
        if writable:
            self._folder.lock()
            self._folder.sweep()

    @translated
    def close(self) -> None:
        with self._guard:
            for writer in (*self._writers.values(), *self._shadows.values()):
                writer.close()
            self._writers.clear()
            self._shadows.clear()
            self._readers = self._new_readers()
            self._folder.unlock()
            self._writable = False

    def _new_readers(self) -> dict[Kind, Reader]:
        return {kind: Reader(self._folder, kind, self._arrays_after) for kind in Kind}

    def database_id(self) -> str | None:
        return self._folder.database_id()

    @translated
    def ensure(self, kind: Kind) -> None:
        if not self._writable:
            self._folder.check_stamp()
            if self._folder.live(kind) is None:
                raise IndexMissing(f"the index of {kind} was not built yet")
            return
        with self._guard:
            self._folder.stamp()
            if self._folder.live(kind) is None:
                path = self._folder.fresh(kind)
                IndexWriter(kind, path).close()
                self._folder.point(kind, path)

    # -- Writing ---------------------------------------------------------------------------

    def _writer(self, kind: Kind) -> IndexWriter:
        if not self._writable:
            raise NotWritable("this process opened the index for reading")
        writer = self._writers.get(kind)
        if writer is None:
            live = self._folder.live(kind)
            if live is None:
                raise IndexMissing(f"the index of {kind} was not built yet")
            path, schema_version = live
            if schema_version != SCHEMAS[kind].version:
                raise MappingConflict(f"the index of {kind} has fields of version {schema_version}")
            writer = self._writers[kind] = IndexWriter(kind, path)
        return writer

    @translated
    def bulk(self, kind: Kind, operations: Sequence[Operation]) -> BulkResult:
        with self._guard:
            writer = self._writer(kind)
            shadow = self._shadows.get(kind)
            try:
                result = writer.apply(operations)
                writer.commit()
                if shadow is not None:
                    shadow.apply(operations)
            except BaseException:
                # A failed commit leaves tantivy's writer in an unknown state: open it afresh.
                writer.close()
                self._writers.pop(kind, None)
                raise
            return result

    def upsert(self, kind: Kind, documents: Sequence[Document]) -> BulkResult:
        return self.bulk(kind, documents)

    def delete(self, kind: Kind, tombstones: Sequence[Tombstone]) -> BulkResult:
        return self.bulk(kind, tombstones)

    def refresh(self, kind: Kind) -> None:
        """Nothing to wait for: a commit is visible at the next request."""

    def loading(self, kind: Kind) -> AbstractContextManager[None]:
        """Nothing to change: commits are as many as lists."""
        return nullcontext()

    @contextmanager
    def rebuild(self, kind: Kind, *, minimum_ratio: float = 0.0) -> Iterator[RebuildWriter]:
        shadow = self._begin_rebuild(kind)
        try:
            yield _Rebuild(self, shadow)
            self._end_rebuild(kind, shadow, minimum_ratio)
        finally:
            self._abandon_rebuild(kind, shadow)

    @translated
    def _begin_rebuild(self, kind: Kind) -> IndexWriter:
        with self._guard:
            if not self._writable:
                raise NotWritable("this process opened the index for reading")
            if kind in self._shadows:
                raise IndexLocked(f"a rebuild of {kind} is running")
            self._folder.stamp()
            shadow = IndexWriter(kind, self._folder.fresh(kind), REBUILD_HEAP_BYTES)
            self._shadows[kind] = shadow
            try:
                dead = [Tombstone(*entry) for entry in self.versions(kind, deleted=True)]
            except SearchError:
                dead = []  # what cannot be read any more is what a rebuild is there for
            shadow.apply(dead)
            return shadow

    @translated
    def _write_shadow(self, shadow: IndexWriter, operations: Iterable[Operation]) -> BulkResult:
        with self._guard:
            if shadow not in self._shadows.values():
                raise IndexLocked("this rebuild has ended")
            return shadow.apply(operations)

    @translated
    def _end_rebuild(self, kind: Kind, shadow: IndexWriter, minimum_ratio: float) -> None:
        with self._guard:
            shadow.finish()
            if minimum_ratio > 0:
                old, new = self._count_before(kind), shadow.documents
                if new < minimum_ratio * old:
                    raise RebuildRefused(f"{kind}: {new} documents instead of {old}")
            old_live = self._folder.live(kind)
            self._folder.point(kind, shadow.path)
            del self._shadows[kind]
            old_writer = self._writers.pop(kind, None)
            if old_writer is not None:
                old_writer.close()
            if old_live is not None:
                shutil.rmtree(old_live[0], ignore_errors=True)

    def _count_before(self, kind: Kind) -> int:
        """Documents of the live index; none to compare with where it cannot be read any more."""
        try:
            return self.count(kind)
        except SearchError:
            return 0

    def _abandon_rebuild(self, kind: Kind, shadow: IndexWriter) -> None:
        with self._guard:
            if self._shadows.get(kind) is shadow:
                del self._shadows[kind]
                shadow.close()
                shutil.rmtree(shadow.path, ignore_errors=True)

    # -- Reading ---------------------------------------------------------------------------

    def _searcher(self, kind: Kind) -> tantivy.Searcher:
        return self._readers[kind].searcher()

    @translated
    def get(self, kind: Kind, document_id: str) -> StoredDocument | None:
        return searching.get_many(kind, self._searcher(kind), [document_id]).get(document_id)

    @translated
    def get_many(self, kind: Kind, document_ids: Sequence[str]) -> dict[str, StoredDocument]:
        return searching.get_many(kind, self._searcher(kind), document_ids)

    @translated
    def search(self, request: SearchRequest) -> SearchResult:
        return searching.search(request, self._readers[request.kind].opened)

    def search_many(self, requests: Sequence[SearchRequest]) -> list[SearchResult]:
        return [self.search(request) for request in requests]

    @translated
    def recall(self, request: RecallRequest) -> tuple[Candidate, ...]:
        return searching.recall(request, lambda: self._searcher(request.kind))

    def recall_many(self, requests: Sequence[RecallRequest]) -> list[tuple[Candidate, ...]]:
        return [self.recall(request) for request in requests]

    @translated
    def suggest(self, request: SuggestRequest) -> tuple[Suggestion, ...]:
        return searching.suggest(request, lambda: self._searcher(request.kind))

    @translated
    def count(self, kind: Kind, filters: tuple[Filter, ...] = ()) -> int:
        return searching.count(kind, self._searcher(kind), filters)

    @translated
    def _versions(self, kind: Kind, *, deleted: bool) -> Iterator[list[tuple[str, int]]]:
        return searching.versions(kind, self._searcher(kind), deleted=deleted)

    def versions(self, kind: Kind, *, deleted: bool = False) -> Iterator[tuple[str, int]]:
        chunks = self._versions(kind, deleted=deleted)
        following = translated(lambda: next(chunks, None))
        while (chunk := following()) is not None:
            yield from chunk

    @translated
    def state(self, kind: Kind) -> Hashable | None:
        return self._readers[kind].state()

    @translated
    def info(self) -> EngineInfo:
        indexes = {}
        for kind in Kind:
            live = self._folder.live(kind)
            if live is not None:
                indexes[kind] = IndexInfo(live[0].name, live[1], self.count(kind))
        unread = {kind: one.unread for kind, one in self._readers.items() if one.unread}
        return EngineInfo(self.name, _tantivy_version(), indexes, unread)

    @translated
    def drop(self) -> None:
        with self._guard:
            if not self._writable:
                raise NotWritable("this process opened the index for reading")
            for writer in self._writers.values():
                writer.close()
            self._writers.clear()
            for kind in Kind:
                live = self._folder.live(kind)
                self._folder.pointer_file(kind).unlink(missing_ok=True)
                if live is not None:
                    shutil.rmtree(live[0], ignore_errors=True)


@lru_cache(maxsize=1)
def _tantivy_version() -> str:
    return version("tantivy")


class _Rebuild:
    """The writer that a rebuild's block is given."""

    def __init__(self, backend: EmbeddedBackend, shadow: IndexWriter) -> None:
        self._backend = backend
        self._shadow = shadow

    def write(self, operations: Iterable[Operation]) -> BulkResult:
        """Add documents; the highest version of an id wins."""
        return self._backend._write_shadow(self._shadow, operations)

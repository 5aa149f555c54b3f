"""Writing one index: versions decide, deletions are remembered, a batch is one commit."""

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import tantivy

from search import fields
from search.backend import BulkResult
from search.documents import Operation, body_of
from search.embedded import backlog
from search.embedded.packing import pack
from search.embedded.translate import register, tantivy_schema
from search.errors import BadDocument, UnknownField
from search.fields import Kind

ENGINE = "embedded"
HEAP_BYTES = 64_000_000
#: Of a rebuild: what fits becomes one segment, and each segment more is searched for itself.
REBUILD_HEAP_BYTES = 256_000_000


class IndexWriter:
    """The writer of one folder of tantivy's files. Not for several threads at a time."""

    def __init__(self, kind: Kind, path: Path, heap_bytes: int = HEAP_BYTES) -> None:
        self.path = path
        self._kind = kind
        self._schema = tantivy_schema(kind)
        self._index = register(tantivy.Index(self._schema, path=str(path)))
        self._writer: tantivy.IndexWriter | None = self._index.writer(heap_bytes, 1)
        # What a writer that was killed or met a full disk began stays until a commit, for which it
        # may leave no room. No room to note what was taken away is no reason not to begin.
        with suppress(ValueError):
            self._writer.garbage_collect_files()
        self._committed = self._index.searcher()
        self._pending: dict[str, int] = {}
        self._given = 0  # since tantivy's thread was waited for

    @property
    def documents(self) -> int:
        """Documents committed, without the remembered deletions."""
        self._index.reload()
        searcher = self._index.searcher()
        return searcher.num_docs - searcher.doc_freq(fields.DELETED, "true")

    def apply(self, operations: Iterable[Operation]) -> BulkResult:
        """Take the operations that are newer than what is held; they count from the commit."""
        written: dict[str, None] = {}
        kept: list[str] = []
        refused: list[tuple[str, str]] = []
        assert self._writer is not None
        for operation in operations:
            try:
                body = body_of(self._kind, operation, ENGINE, pack)
            except (BadDocument, UnknownField) as error:
                refused.append((str(operation.id), str(error)))
                continue
            held = self._held(operation.id)
            if held is not None and held >= operation.version:
                if operation.id not in written:
                    kept.append(operation.id)
                continue
            if held is not None:
                self._writer.delete_documents_by_term(fields.ID, operation.id)
            if self._given == backlog.LOT:
                backlog.catch_up()
                self._given = 0
            self._writer.add_json(body.decode())
            self._given += 1
            self._pending[operation.id] = operation.version
            written[operation.id] = None
        return BulkResult(tuple(written), tuple(dict.fromkeys(kept)), tuple(refused))

    def _held(self, document_id: str) -> int | None:
        if document_id in self._pending:
            return self._pending[document_id]
        if not self._committed.num_docs:
            return None
        query = tantivy.Query.term_query(self._schema, fields.ID, document_id)
        hits = self._committed.search(query, 1, False).hits
        if not hits:
            return None
        values = self._committed.fast_field_values(fields.VERSION, [hits[0][1]])
        return None if values[0] is None else int(values[0])

    def commit(self) -> None:
        """Make everything taken so far safe and visible."""
        if self._pending and self._writer is not None:
            self._writer.commit()
            self._index.reload()
            self._committed = self._index.searcher()
            self._pending.clear()
            self._given = 0

    def finish(self) -> None:
        """Commit and wait for merges: the last act of a rebuild."""
        self.commit()
        writer, self._writer = self._writer, None
        if writer is not None:
            writer.wait_merging_threads()

    def close(self) -> None:
        """Let go of the files; what was not committed is lost."""
        self._writer = None

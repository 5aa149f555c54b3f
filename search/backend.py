"""What every engine must do. One suite of tests holds all of them to it."""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol

from search.documents import Document, Operation, StoredDocument, Tombstone
from search.fields import Kind
from search.requests import (
    Candidate,
    Filter,
    RecallRequest,
    SearchRequest,
    SearchResult,
    Suggestion,
    SuggestRequest,
)


@dataclass(frozen=True, slots=True)
class BulkResult:
    """What became of a batch, by id.

    ``written``: stored. ``kept``: the index already held this version or a newer one.
    ``refused``: (id, reason), a document that can never be indexed as it is.
    """

    written: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    refused: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class IndexInfo:
    """The live index of one kind: its name, the version of its fields, its documents."""

    name: str
    schema_version: int
    documents: int


@dataclass(frozen=True, slots=True)
class EngineInfo:
    """How an engine is. A kind without an index is absent from ``indexes``.

    ``unread``: kinds whose index answers more slowly than it should, as this process found, and why.
    """

    engine: str
    version: str
    indexes: Mapping[Kind, IndexInfo] = field(default_factory=dict)
    unread: Mapping[Kind, str] = field(default_factory=dict)


class RebuildWriter(Protocol):
    """Fills the new index beside the live one."""

    def write(self, operations: Iterable[Operation]) -> BulkResult:
        """Add documents (and deletions to remember); the highest version of an id wins."""
        ...


class SearchBackend(Protocol):
    """An engine with one index for each kind of document.

    Versions decide: a write takes effect only if its version is higher than what the index
    holds for the id, a remembered deletion included. A backend opened for reading refuses
    writes with NotWritable. Every failure is a SearchError.
    """

    @property
    def name(self) -> str:
        """``embedded`` or ``elasticsearch``."""
        ...

    @property
    def writes_at_once(self) -> int:
        """From how many threads a long load is best written."""
        ...

    def close(self) -> None:
        """Let go of files, locks and connections. The backend cannot be used after it."""
        ...

    def ensure(self, kind: Kind) -> None:
        """Make the index of a kind unless it is there. Raises ForeignIndex."""
        ...

    def database_id(self) -> str | None:
        """The database this engine's indexes belong to, None before the first `ensure`."""
        ...

    def bulk(self, kind: Kind, operations: Sequence[Operation]) -> BulkResult:
        """Write and delete in the order given. All that is said to be written is safe then.

        Raises IndexMissing, MappingConflict, IndexLocked, EngineUnavailable.
        """
        ...

    def upsert(self, kind: Kind, documents: Sequence[Document]) -> BulkResult:
        """Write documents."""
        ...

    def delete(self, kind: Kind, tombstones: Sequence[Tombstone]) -> BulkResult:
        """Delete documents and remember at which version."""
        ...

    def refresh(self, kind: Kind) -> None:
        """Wait until everything written so far can be found."""
        ...

    def loading(self, kind: Kind) -> AbstractContextManager[None]:
        """A block in which many documents are written: searches may see them late, at the
        latest some seconds after the block or at a `refresh`. Changes nothing else."""
        ...

    def get(self, kind: Kind, document_id: str) -> StoredDocument | None:
        """The document as it was last written, at once; None if absent or deleted."""
        ...

    def get_many(self, kind: Kind, document_ids: Sequence[str]) -> dict[str, StoredDocument]:
        """The same for many ids in one look: id → document, without the absent and deleted."""
        ...

    def search(self, request: SearchRequest) -> SearchResult:
        """Find, count, sort, highlight."""
        ...

    def search_many(self, requests: Sequence[SearchRequest]) -> list[SearchResult]:
        """The same for many requests, answers in their order; one round trip for hundreds."""
        ...

    def recall(self, request: RecallRequest) -> tuple[Candidate, ...]:
        """Candidates for matching, best first; the same ones on every engine."""
        ...

    def recall_many(self, requests: Sequence[RecallRequest]) -> list[tuple[Candidate, ...]]:
        """The same for many requests, answers in their order; one round trip for hundreds."""
        ...

    def suggest(self, request: SuggestRequest) -> tuple[Suggestion, ...]:
        """Names for what is being typed, most frequent first."""
        ...

    def count(self, kind: Kind, filters: tuple[Filter, ...] = ()) -> int:
        """How many documents pass the filters."""
        ...

    def versions(self, kind: Kind, *, deleted: bool = False) -> Iterator[tuple[str, int]]:
        """(id, version) of every document, or of every remembered deletion; in no order."""
        ...

    def rebuild(
        self, kind: Kind, *, minimum_ratio: float = 0.0
    ) -> AbstractContextManager[RebuildWriter]:
        """A new index beside the live one; takes its place when the block ends well.

        Writes meanwhile go to both; remembered deletions are carried over. An exception in
        the block leaves the live index as it was. Raises RebuildRefused if the new index holds
        fewer than ``minimum_ratio`` of the live one's documents.
        """
        ...

    def state(self, kind: Kind) -> Hashable | None:
        """Another value whenever readers of a kind see other documents than before; None where
        the engine cannot say, so that nothing it answered may be kept."""
        ...

    def info(self) -> EngineInfo:
        """Ask the engine how it is. Raises EngineUnavailable."""
        ...

    def drop(self) -> None:
        """Remove all indexes of this name, for good."""
        ...

"""Elasticsearch as a SearchBackend."""

import threading
from collections.abc import Hashable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Literal

from search import fields
from search.backend import BulkResult, EngineInfo, IndexInfo, RebuildWriter
from search.conditions import filter_node
from search.documents import Document, Operation, StoredDocument, Tombstone
from search.elastic import batches
from search.elastic import body as bodies
from search.elastic.answers import (
    READ,
    buckets_of,
    candidates_of,
    held_row,
    result_of,
    stored,
    whole_row,
)
from search.elastic.client import connect, reading, translated, whole
from search.elastic.indexes import Indexes, version_of
from search.elastic.pace import Pace
from search.elastic.rebuild import Rebuild
from search.errors import IndexLocked, IndexMissing, MappingConflict, NotWritable
from search.fields import SCHEMAS, Kind
from search.query import plan
from search.recall import RecallPlan, recall_plan, suggest_plan, whole_groups
from search.requests import (
    MAX_RECALL,
    Candidate,
    Filter,
    RecallRequest,
    SearchRequest,
    SearchResult,
    Suggestion,
    SuggestRequest,
)
from search.settings import SearchSettings
from search.tree import Node, conjunction

BATCH = 500
PAGE = 5_000
MANY = 200  # searches sent at once
SWAPS = 3
Counted = Literal["dfs_query_then_fetch"]


class ElasticBackend:
    """A server, and the indexes there whose names begin with ``settings.name``."""

    name = batches.ENGINE
    #: One list is on its way through the server while the other is put into words or read back.
    writes_at_once = 2

    def __init__(self, settings: SearchSettings, *, writable: bool = False) -> None:
        self._settings = settings
        self._writable = writable
        quick = connect(settings)
        self._slow = quick.options(request_timeout=settings.write_timeout)
        # Who only reads has a page waiting: not even the first question may take long.
        self._client = self._slow if writable else quick
        self._indexes = Indexes(
            self._client, settings.name, settings.database_id, settings.shards, settings.replicas
        )
        # A shard counts for itself how rare a word is: of several, all are asked first.
        several = settings.shards > 1
        self._counted: Counted | None = "dfs_query_then_fetch" if several else None
        self._pace = Pace(self._slow, self._indexes)
        self._checked: set[Kind] = set()
        self._rebuilding: set[Kind] = set()
        self._guard = threading.Lock()

    def close(self) -> None:
        self._client.close()

    @translated
    def ensure(self, kind: Kind) -> None:
        live = self._indexes.state(kind).live
        if live is not None:
            if self._writable:
                self._pace.check(kind)
            return
        if not self._writable:
            raise IndexMissing(f"the index of {kind} was not built yet")
        self._indexes.create_first(kind)

    @translated
    def database_id(self) -> str | None:
        for index in self._indexes.all():
            return self._indexes.stamp(index)
        return None

    # -- Writing ---------------------------------------------------------------------------

    @translated
    def bulk(self, kind: Kind, operations: Sequence[Operation]) -> BulkResult:
        self._check_writable()
        written: list[str] = []
        kept: list[str] = []
        refused: list[tuple[str, str]] = []
        for start in range(0, len(operations), BATCH):
            result = self._through_swaps(kind, operations[start : start + BATCH])
            written += result.written
            kept += result.kept
            refused += result.refused
        unique = tuple(dict.fromkeys(written))
        lasting = tuple(dict.fromkeys(one for one in kept if one not in set(unique)))
        return BulkResult(unique, lasting, tuple(refused))

    def _through_swaps(self, kind: Kind, operations: Sequence[Operation]) -> BulkResult:
        """A rebuild may take the live index away between asking for its name and writing."""
        for _ in range(SWAPS):
            try:
                return self._batch(kind, operations)
            except batches.IndexGone:
                continue
        return self._batch(kind, operations)

    def _batch(self, kind: Kind, operations: Sequence[Operation]) -> BulkResult:
        ready, refused = batches.prepare(kind, operations)
        live, building = self._indexes.targets(kind)
        if not ready:
            return BulkResult(refused=tuple(refused))
        wanted = batches.lines(live, ready)
        if building is not None:
            wanted += batches.lines(building, ready)
        items = self._send(wanted)
        result = batches.read(items[: len(ready)], refused, gone_is=batches.IndexGone)
        batches.check_building(items[len(ready) :])
        return result

    def _write_to(self, kind: Kind, index: str, operations: list[Operation]) -> BulkResult:
        ready, refused = batches.prepare(kind, operations)
        if not ready:
            return BulkResult(refused=tuple(refused))
        return batches.read(self._send(batches.lines(index, ready)), refused, gone_is=IndexLocked)

    def _send(self, wanted: list[bytes]) -> list[batches.Line]:
        answer = self._slow.bulk(operations=wanted)  # type: ignore[arg-type]  # JSON already
        with reading():
            items: list[batches.Line] = answer.body["items"]
            if len(items) * 2 != len(wanted):
                raise ValueError(f"{len(items)} answers to {len(wanted) // 2} operations")
        return items

    def upsert(self, kind: Kind, documents: Sequence[Document]) -> BulkResult:
        return self.bulk(kind, documents)

    def delete(self, kind: Kind, tombstones: Sequence[Tombstone]) -> BulkResult:
        return self.bulk(kind, tombstones)

    @translated
    def refresh(self, kind: Kind) -> None:
        self._slow.indices.refresh(index=self._indexes.live_alias(kind))

    @contextmanager
    def loading(self, kind: Kind) -> Iterator[None]:
        self._check_writable()
        with self._pace.slow(kind):
            yield

    @contextmanager
    def rebuild(self, kind: Kind, *, minimum_ratio: float = 0.0) -> Iterator[RebuildWriter]:
        self._check_writable()
        with self._guard:
            if kind in self._rebuilding:
                raise IndexLocked(f"a rebuild of {kind} is running")
            self._rebuilding.add(kind)
        rebuild = Rebuild(
            self._slow,
            self._indexes,
            kind,
            lambda index, operations: self._write_to(kind, index, operations),
        )
        try:
            rebuild.begin(self._dead(kind))
            yield rebuild
            rebuild.finish(self._count_index, minimum_ratio)
        finally:
            self._rebuilding.discard(kind)
            rebuild.abandon()

    def _dead(self, kind: Kind) -> Iterator[tuple[str, int]]:
        if self._lost(kind):
            return  # it went with the rest; what is deleted is read from the database
        try:
            self.refresh(kind)
            yield from self.versions(kind, deleted=True)
        except (IndexMissing, MappingConflict):
            return  # late writes of the program with the former fields never reach the new index

    @translated
    def _lost(self, kind: Kind) -> bool:
        live = self._indexes.state(kind).live
        return live is not None and self._indexes.lost(live)

    def _check_writable(self) -> None:
        if not self._writable:
            raise NotWritable("this process opened the index for reading")

    # -- Reading ---------------------------------------------------------------------------

    def _alias(self, kind: Kind) -> str:
        """The alias to read; whose index it is, and of which fields, was asked once."""
        if kind not in self._checked:
            live = self._indexes.state(kind).live
            if live is None:
                raise IndexMissing(f"the index of {kind} was not built yet")
            self._indexes.check_version(kind, live)
            self._checked.add(kind)
        return self._indexes.live_alias(kind)

    def _ask(self, kind: Kind, body: dict[str, Any]) -> dict[str, Any]:
        return whole(
            self._client.search(
                index=self._alias(kind),
                body=body,
                allow_partial_search_results=False,
                filter_path=READ,
                search_type=self._counted,
            )
        )

    def get(self, kind: Kind, document_id: str) -> StoredDocument | None:
        return self.get_many(kind, [document_id]).get(document_id)

    @translated
    def get_many(self, kind: Kind, document_ids: Sequence[str]) -> dict[str, StoredDocument]:
        alias = self._alias(kind)
        found: dict[str, StoredDocument] = {}
        wanted = list(dict.fromkeys(document_ids))
        for start in range(0, len(wanted), BATCH):
            ids = wanted[start : start + BATCH]
            answer = self._client.mget(index=alias, ids=ids).body
            with reading():
                if len(answer["docs"]) != len(ids):
                    raise ValueError(f"{len(answer['docs'])} answers to {len(ids)} ids")
                found |= {row["_id"]: stored(row) for row in map(held_row, answer["docs"]) if row}
        return found

    @translated
    def search(self, request: SearchRequest) -> SearchResult:
        planned = plan(request)
        answer = self._ask(request.kind, bodies.search_body(request, planned))
        return result_of(request, planned, answer)

    @translated
    def search_many(self, requests: Sequence[SearchRequest]) -> list[SearchResult]:
        found: list[SearchResult] = []
        for start in range(0, len(requests), MANY):
            found += self._search_some(requests[start : start + MANY])
        return found

    def _search_some(self, requests: Sequence[SearchRequest]) -> list[SearchResult]:
        plans = [plan(request) for request in requests]
        asked = list(zip(requests, plans, strict=True))
        rows = self._ask_many([(one.kind, bodies.search_body(one, its)) for one, its in asked])
        return [
            result_of(request, planned, whole_row(row))
            for (request, planned), row in zip(asked, rows, strict=True)
        ]

    def _ask_many(self, asked: Sequence[tuple[Kind, dict[str, Any]]]) -> list[dict[str, Any]]:
        if not asked:
            return []
        lines: list[dict[str, Any]] = []
        for kind, body in asked:
            lines += [{"index": self._alias(kind), "allow_partial_search_results": False}, body]
        answer = self._client.msearch(searches=lines, search_type=self._counted).body
        with reading():
            rows: list[dict[str, Any]] = answer["responses"]
            if len(rows) != len(asked):
                raise ValueError(f"{len(rows)} answers to {len(asked)} searches")
        return rows

    @translated
    def recall(self, request: RecallRequest) -> tuple[Candidate, ...]:
        planned = recall_plan(request)
        if planned.minimum > len(planned.scores):
            return ()
        answer = self._ask(request.kind, bodies.recall_body(planned, planned.limit + 1))
        return self._groups(request.kind, planned, answer)

    @translated
    def recall_many(self, requests: Sequence[RecallRequest]) -> list[tuple[Candidate, ...]]:
        found: list[tuple[Candidate, ...]] = []
        for start in range(0, len(requests), MANY):
            plans = [(one.kind, recall_plan(one)) for one in requests[start : start + MANY]]
            asked = [(kind, its) for kind, its in plans if its.minimum <= len(its.scores)]
            bodies_of = [(kind, bodies.recall_body(its, its.limit + 1)) for kind, its in asked]
            rows = iter(self._ask_many(bodies_of))
            found += [
                self._groups(kind, its, whole_row(next(rows)))
                if its.minimum <= len(its.scores)
                else ()
                for kind, its in plans
            ]
        return found

    def _groups(
        self, kind: Kind, planned: RecallPlan, answer: dict[str, Any]
    ) -> tuple[Candidate, ...]:
        """Candidates with whole groups of equals; asked once more where the last one goes on."""
        found = candidates_of(answer)
        if len(found) > planned.limit and found[-1][0].score == found[planned.limit - 1][0].score:
            found = candidates_of(self._ask(kind, bodies.recall_body(planned, MAX_RECALL + 1)))
        return whole_groups(found, planned.limit)

    @translated
    def suggest(self, request: SuggestRequest) -> tuple[Suggestion, ...]:
        planned = suggest_plan(request)
        if not planned.prefix:
            return ()
        answer = self._ask(request.kind, bodies.suggest_body(planned))
        with reading():
            rows = buckets_of(answer["aggregations"]["rows"]["buckets"], planned.limit)
        return tuple(Suggestion(row.key, row.count) for row in rows)

    @translated
    def count(self, kind: Kind, filters: tuple[Filter, ...] = ()) -> int:
        nodes = [filter_node(SCHEMAS[kind], wanted) for wanted in filters]
        return self._count_index(self._alias(kind), *nodes)

    def _count_index(self, index: str, *nodes: Node) -> int:
        query = bodies.filter_body(conjunction((*nodes, bodies.ALIVE)))
        body = whole(self._client.count(index=index, query=query))
        with reading():
            return int(body["count"])

    def versions(self, kind: Kind, *, deleted: bool = False) -> Iterator[tuple[str, int]]:
        pit = self._open_pit(kind)
        try:
            after: list[Any] | None = None
            while rows := self._version_page(pit, after, deleted=deleted):
                for row in rows:
                    held = row["fields"]
                    yield str(held[fields.ID][0]), int(held[fields.VERSION][0])
                after = rows[-1]["sort"]
        finally:
            self._close_pit(pit)

    @translated
    def _open_pit(self, kind: Kind) -> str:
        answer = self._slow.open_point_in_time(index=self._alias(kind), keep_alive="2m")
        with reading():
            return str(answer.body["id"])

    @translated
    def _close_pit(self, pit: str) -> None:
        self._slow.options(ignore_status=404).close_point_in_time(id=pit)

    @translated
    def _version_page(
        self, pit: str, after: list[Any] | None, *, deleted: bool
    ) -> list[dict[str, Any]]:
        body: dict[str, Any] = {
            "query": bodies.filter_body(bodies.DEAD if deleted else bodies.ALIVE),
            "size": PAGE,
            "stored_fields": bodies.NOTHING_STORED,
            "docvalue_fields": [fields.ID, fields.VERSION],
            "sort": ["_shard_doc"],
            "pit": {"id": pit, "keep_alive": "2m"},
            "track_total_hits": False,
        }
        if after is not None:
            body["search_after"] = after
        with reading():
            rows: list[dict[str, Any]] = whole(self._slow.search(body=body))["hits"]["hits"]
        return rows

    def state(self, kind: Kind) -> Hashable | None:
        return None

    @translated
    def info(self) -> EngineInfo:
        answer = self._client.info()
        with reading():
            version = answer.body["version"]["number"]
        indexes = {}
        for kind in Kind:
            live = self._indexes.state(kind).live
            if live is not None:
                self._indexes.check_version(kind, live)
                indexes[kind] = IndexInfo(live, version_of(live), self._count_index(live))
        return EngineInfo(self.name, version, indexes)

    @translated
    def drop(self) -> None:
        self._check_writable()
        self._checked.clear()
        self._indexes.remove(self._indexes.all())

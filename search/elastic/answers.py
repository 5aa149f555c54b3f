"""Answers of Elasticsearch, taken apart."""

import re
from typing import Any

from search import fields
from search.documents import StoredDocument
from search.elastic.client import reading
from search.elastic.mappings import VALUES
from search.errors import EngineUnavailable, IndexMissing, SearchError
from search.highlight import marked, pattern_of
from search.query import Plan
from search.requests import Bucket, Hit, SearchRequest, SearchResult


def result_of(request: SearchRequest, planned: Plan, answer: dict[str, Any]) -> SearchResult:
    """The answer to one search."""
    pattern = pattern_of(request) if request.highlight else None
    with reading():
        rows = answer["hits"]["hits"]
        if request.before is not None:
            rows = rows[::-1]
        return SearchResult(
            total=answer["hits"]["total"]["value"],
            hits=tuple(hit_of(row, planned, request, pattern) for row in rows),
            facets=facets_of(planned, answer.get("aggregations", {})),
            columns=columns_of(rows, request.values),
        )


def whole_row(row: dict[str, Any]) -> dict[str, Any]:
    """One answer among many, if every shard has answered in time."""
    with reading():
        if error := row.get("error"):
            _raise(int(row.get("status", 500)), str(error)[:500])
        if row.get("timed_out") or row["_shards"]["failed"]:
            raise EngineUnavailable("Elasticsearch answered only in part")
    return row


def _raise(status: int, reason: str) -> None:
    if status == 404:
        raise IndexMissing(reason)
    if status == 429 or status >= 500:
        raise EngineUnavailable(reason)
    raise SearchError(reason)


def held_row(row: dict[str, Any]) -> dict[str, Any] | None:
    """The row of a document that is there; None of one absent or deleted."""
    if error := row.get("error"):
        gone = error["type"] == "index_not_found_exception"
        raise (IndexMissing if gone else EngineUnavailable)(str(error)[:500])
    return row if row["found"] and not row["_source"].get(fields.DELETED) else None


def stored(row: dict[str, Any]) -> StoredDocument:
    """The document of a row."""
    source = row["_source"]
    return StoredDocument(row["_id"], source[fields.VERSION], source.get(VALUES, {}))


def hit_of(
    row: dict[str, Any], planned: Plan, request: SearchRequest, pattern: re.Pattern[str] | None
) -> Hit:
    """One document found."""
    marks = {}
    if pattern is not None:
        marks = marked(request, pattern, row.get("_source", {}).get(VALUES, {}))
    if planned.order is None:
        return Hit(row["_id"], float(row["_score"]), None, marks)
    return Hit(row["_id"], 0.0, (int(row["sort"][0]), row["_id"]), marks)


def columns_of(rows: list[dict[str, Any]], names: tuple[str, ...]) -> dict[str, list[int | None]]:
    """The numbers that were asked for beside the rows."""
    held = [row.get("fields", {}) for row in rows]
    return {name: [int(one[name][0]) if name in one else None for one in held] for name in names}


def facets_of(planned: Plan, answer: dict[str, Any]) -> dict[str, tuple[Bucket, ...]]:
    """All facets of an answer."""
    found = {}
    for facet in planned.facets:
        rows = answer[facet.key]["rows"]["buckets"]
        if facet.bands:
            found[facet.key] = tuple(
                Bucket(key, int(rows[key]["doc_count"])) for key, _ in facet.bands
            )
        else:
            found[facet.key] = buckets_of(rows, facet.size)
    return found


def buckets_of(rows: list[dict[str, Any]], size: int) -> tuple[Bucket, ...]:
    """Lines of a facet, most frequent first, equals by key."""
    found = [Bucket(str(row["key"]), int(row["doc_count"])) for row in rows]
    found.sort(key=lambda bucket: (-bucket.count, bucket.key))
    return tuple(found[:size])

"""Answers of Elasticsearch, taken apart."""

from itertools import repeat
from typing import Any

from search import fields
from search.documents import StoredDocument
from search.elastic.body import BY_SCORE, UNKNOWN
from search.elastic.client import reading
from search.elastic.mappings import VALUES
from search.errors import EngineUnavailable, IndexMissing, SearchError
from search.highlight import marked, pattern_of
from search.query import Plan
from search.requests import Bucket, Candidate, Fragment, Hit, SearchRequest, SearchResult

#: What of an answer is read, for the server to send no more. Of the shards all is looked at.
READ = (
    "timed_out",
    "_shards",
    "hits.total.value",
    "hits.hits.sort",
    "hits.hits.fields",
    "hits.hits._source",
    "aggregations.rows",
    "aggregations.*.rows",
)
Row = dict[str, Any]
Columns = dict[str, list[int | None]]
Marks = list[dict[str, tuple[Fragment, ...]]]


def result_of(request: SearchRequest, planned: Plan, answer: dict[str, Any]) -> SearchResult:
    """The answer to one search."""
    with reading():
        rows = answer["hits"].get("hits", [])  # absent where none was found
        if request.before is not None:
            rows = rows[::-1]
        marks = _marks(request, rows)
        hits, columns = (_scored if planned.order is None else _sorted)(request, rows, marks)
        return SearchResult(
            total=int(answer["hits"]["total"]["value"]),
            hits=hits,
            facets=facets_of(planned, answer.get("aggregations", {})),
            columns=columns,
        )


def _marks(request: SearchRequest, rows: list[Row]) -> Marks:
    """The passages to be shown of each row."""
    pattern = pattern_of(request) if request.highlight else None
    if pattern is None:
        return [{}] * len(rows)
    return [marked(request, pattern, row.get("_source", {}).get(VALUES, {})) for row in rows]


def _scored(
    request: SearchRequest, rows: list[Row], marks: Marks
) -> tuple[tuple[Hit, ...], Columns]:
    """Rows by their score: it, the id and the numbers that were asked for stand in the sort."""
    width = len(BY_SCORE) + len(request.values)
    columns = list(zip(*(row["sort"] for row in rows), strict=True)) or [()] * width
    if len(columns) != width:
        raise ValueError(f"{len(columns)} values of a hit instead of {width}")
    scores, _ties, ids, *numbers = columns
    _all_of(str, ids)
    hits = tuple(map(Hit, ids, map(float, scores), repeat(None), marks))
    return hits, dict(zip(request.values, map(_known, numbers), strict=True))


def _sorted(
    request: SearchRequest, rows: list[Row], marks: Marks
) -> tuple[tuple[Hit, ...], Columns]:
    """Rows by a number: it and the id are the place where a list goes on."""
    places = [(int(value), _id(found)) for value, found in (row["sort"] for row in rows)]
    hits = tuple(
        Hit(place[1], 0.0, place, found) for place, found in zip(places, marks, strict=True)
    )
    held = [row.get("fields", {}) for row in rows]
    return hits, {
        name: [int(one[name][0]) if name in one else None for one in held]
        for name in request.values
    }


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


def _known(numbers: tuple[Any, ...]) -> list[int | None]:
    """A column with None for what the documents have not. Raises TypeError."""
    _all_of(int, numbers)
    if UNKNOWN in numbers:
        return [None if number == UNKNOWN else number for number in numbers]
    return list(numbers)


def _all_of(kind: type, column: tuple[Any, ...]) -> None:
    """Raise TypeError unless the column holds nothing else."""
    if not {kind}.issuperset(map(type, column)):
        raise TypeError(f"a column with something else than {kind.__name__}")


def _id(found: Any) -> str:
    if not isinstance(found, str):
        raise TypeError(f"{found!r} is no id")
    return found


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


def candidates_of(answer: Row) -> list[tuple[Candidate, int]]:
    """Candidates of an answer to a recall with their tie breakers, best first."""
    with reading():
        rows = answer.get("hits", {}).get("hits", [])
        return [
            (Candidate(str(key), float(score)), int(tie))
            for score, tie, key in (row["sort"] for row in rows)
        ]

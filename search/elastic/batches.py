"""A batch of operations as one request, and what its answer says of each."""

from collections.abc import Iterable
from typing import Any

import orjson

from search.backend import BulkResult
from search.documents import Operation, body_of
from search.elastic.client import CONFLICTS, reading
from search.elastic.indexes import own_alias
from search.elastic.packing import pack
from search.errors import (
    BadDocument,
    EngineUnavailable,
    IndexLocked,
    IndexMissing,
    MappingConflict,
    UnknownField,
)
from search.fields import Kind

ENGINE = "elasticsearch"
Line = dict[str, Any]


class IndexGone(IndexMissing):
    """The index was there a moment ago."""


def prepare(
    kind: Kind, operations: Iterable[Operation]
) -> tuple[list[tuple[Operation, bytes]], list[tuple[str, str]]]:
    """(Operations with their bodies as JSON, refused ones with the reason)."""
    ready = []
    refused = []
    for operation in operations:
        try:
            body = body_of(kind, operation, ENGINE, pack)
        except (BadDocument, UnknownField) as error:
            refused.append((str(operation.id), str(error)))
        else:
            ready.append((operation, body))
    return ready, refused


def lines(index: str, ready: list[tuple[Operation, bytes]]) -> list[bytes]:
    """The lines of the request as JSON: the client's own encoder takes four times as long.

    A deletion is a document too, so that it is not forgotten: the server itself remembers deleted
    versions for a minute only.
    """
    found: list[bytes] = []
    for operation, body in ready:
        action = {
            "_index": own_alias(index),
            "_id": operation.id,
            "version": operation.version,
            "version_type": "external",
            "require_alias": True,
        }
        found += [orjson.dumps({"index": action}), body]
    return found


def read(
    items: list[Line], refused: list[tuple[str, str]], *, gone_is: type[Exception]
) -> BulkResult:
    """What became of each line.

    Raises EngineUnavailable if the server took only a part (to be sent again: what was taken is
    then simply kept), MappingConflict, and ``gone_is`` if the index is not there any more.
    """
    written: dict[str, None] = {}
    kept: dict[str, None] = {}
    refused = list(refused)
    for item in items:
        with reading():
            row = item["index"]
            status, error = int(row["status"]), row.get("error", {})
        if status < 300:
            written[row["_id"]] = None
        elif status == 409:
            kept[row["_id"]] = None
        elif status == 404:
            raise gone_is(f"{row['_index']} is gone: {error.get('reason')}")
        elif error.get("type") in CONFLICTS:
            raise MappingConflict(str(error.get("reason")))
        elif status == 429 or status >= 500:
            raise EngineUnavailable(f"{status} {error.get('reason')}")
        else:
            refused.append((row["_id"], str(error.get("reason"))))
    lasting = tuple(document_id for document_id in kept if document_id not in written)
    return BulkResult(tuple(written), lasting, tuple(refused))


def check_building(items: list[Line]) -> None:
    """The answers of an index being built: that it was abandoned meanwhile is no error."""
    try:
        read(items, [], gone_is=IndexLocked)
    except IndexLocked:
        return

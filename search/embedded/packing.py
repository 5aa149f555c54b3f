"""A document as tantivy is given it: JSON, made where it was projected. Without tantivy, so that
a process that only makes documents begins quickly."""

from base64 import b64encode
from typing import Any

import orjson

from search import fields
from search.documents import Projection

SOURCE = "source"
# Ids of up to 16 characters are kept as two numbers as well: columns of numbers are read for
# a thousand hits in the time that one stored document takes.
ID_HIGH, ID_LOW = "id__high", "id__low"
ID_BYTES = 16


def split_id(document_id: str) -> tuple[int, int] | None:
    """A short id as two numbers, None for a longer one."""
    raw = document_id.encode("ascii")
    if len(raw) > ID_BYTES:
        return None
    raw = raw.ljust(ID_BYTES, b"\0")
    return int.from_bytes(raw[:8], "big"), int.from_bytes(raw[8:], "big")


def pack(projection: Projection, plain: bytes) -> bytes:
    """What is given to the writer. `plain`: the projection's values as JSON."""
    document_id = projection.codes[fields.ID][0]
    kept = {
        "id": document_id,
        "version": projection.numbers[fields.VERSION],
        "values": orjson.Fragment(plain),
    }
    held: dict[str, Any] = {**projection.texts, **projection.codes, **projection.numbers}
    halves = split_id(document_id)
    if halves is not None:
        held[ID_HIGH], held[ID_LOW] = halves
    held[SOURCE] = b64encode(orjson.dumps(kept)).decode("ascii")
    return orjson.dumps(held)

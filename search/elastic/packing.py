"""A document as Elasticsearch is given it: the source of its line in a bulk request."""

import orjson

from search.documents import Projection
from search.elastic.body import document_body
from search.elastic.mappings import VALUES


def pack(projection: Projection, plain: bytes) -> bytes:
    """The source as JSON. `plain`: the projection's values as JSON."""
    return orjson.dumps({**document_body(projection), VALUES: orjson.Fragment(plain)})

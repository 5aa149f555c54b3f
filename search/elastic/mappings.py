"""Settings and mappings of an index: strict, versioned, stamped with the database's id."""

from typing import Any

from search import fields
from search.fields import SCHEMAS, EngineType, Kind

REFRESH = "500ms"  # given explicitly, so that an idle index refreshes as well
#: The same while many documents come: each refresh makes a segment, to be merged with others.
REFRESH_LOADING = "5s"
ANALYSER = "terms"
VALUES = "values"
STORED = [fields.ID, fields.VERSION, fields.DELETED, VALUES]

_PROPERTIES: dict[EngineType, dict[str, Any]] = {
    EngineType.WORDS: {"type": "text", "analyzer": ANALYSER, "index_options": "freqs"},
    EngineType.GRAMS: {"type": "text", "analyzer": ANALYSER, "index_options": "positions"},
    EngineType.CODES: {"type": "keyword"},
    EngineType.PREFIXES: {"type": "keyword", "doc_values": False},
    EngineType.NUMBER: {"type": "long"},
}


def index_body(kind: Kind, database_id: str, *, shards: int, replicas: int) -> dict[str, Any]:
    """What an index of this kind is created with.

    Terms come ready made, so the analyser only splits at spaces. The plain values are kept for
    reading back and highlighting; derived terms are not kept in the source.
    """
    schema = SCHEMAS[kind]
    properties: dict[str, Any] = {
        name: dict(_PROPERTIES[engine_type]) for name, engine_type in schema.engine_fields.items()
    }
    properties[VALUES] = {"type": "object", "enabled": False}
    return {
        "settings": {
            "number_of_shards": shards,
            "number_of_replicas": replicas,
            "refresh_interval": REFRESH,
            "analysis": {"analyzer": {ANALYSER: {"type": "custom", "tokenizer": "whitespace"}}},
        },
        "mappings": {
            "dynamic": "strict",
            "_meta": {"schema": schema.version, "database": database_id},
            "_source": {"includes": [*STORED, f"{VALUES}.*"]},
            "properties": properties,
        },
    }

"""Which engine, and where: the only entry for an application."""

from dataclasses import dataclass
from pathlib import Path

from search.backend import SearchBackend

#: A state of the embedded index that lasts so long, in seconds, is asked by arrays.
ARRAYS_AFTER = 2.0


@dataclass(frozen=True, slots=True)
class SearchSettings:
    """``database_id``: an index of another database is refused. With ``url`` the engine is
    Elasticsearch and ``name`` begins the names of its indexes; otherwise the embedded one, in
    ``folder``. ``arrays_after``: how long a state of it has to last until what is asked for again in
    it is looked up in arrays; 0: all, at once; None: nothing ever. Times in seconds."""

    database_id: str
    folder: Path | None = None
    url: str | None = None
    api_key: str | None = None
    user: str | None = None
    password: str | None = None
    ca_certs: str | None = None
    name: str = "shucai"
    read_timeout: float = 0.7
    write_timeout: float = 30.0
    shards: int = 1
    replicas: int = 0
    arrays_after: float | None = ARRAYS_AFTER


def open_backend(settings: SearchSettings, *, writable: bool) -> SearchBackend:
    """The engine of the settings. Raises IndexLocked if another process writes an embedded
    index, ForeignIndex, and ValueError for settings that name no engine."""
    if settings.url:
        from search.elastic.backend import ElasticBackend

        return ElasticBackend(settings, writable=writable)
    if settings.folder is None:
        raise ValueError("search settings name neither a server nor a folder")
    from search.embedded.backend import EmbeddedBackend

    return EmbeddedBackend(
        settings.folder,
        settings.database_id,
        writable=writable,
        arrays_after=settings.arrays_after,
    )

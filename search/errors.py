"""What can go wrong in the search room, as types a caller can tell apart."""


class SearchError(Exception):
    """Any failure of this room; the more exact types below say which."""


class EngineUnavailable(SearchError):
    """The engine does not answer, or not in time, or not in a form that can be read."""


class IndexMissing(EngineUnavailable):
    """The engine answers but the index of this kind was never built."""


class UnknownField(SearchError):
    """A request or document names a field that its kind does not have."""

    def __init__(self, kind: str, field: str) -> None:
        super().__init__(f"{kind} documents have no field {field!r} that can be used this way")
        self.kind = kind
        self.field = field


class BadRequest(SearchError):
    """A request outside of what may be asked: a limit, an offset, a range turned round."""


class BadDocument(SearchError):
    """A document that cannot be indexed: a value of the wrong type, an unusable id."""


class ForeignIndex(SearchError):
    """The index belongs to another database."""


class MappingConflict(SearchError):
    """The live index was built by another version of the fields; it wants a rebuild."""


class IndexLocked(SearchError):
    """Another process writes this index, or another rebuild runs."""


class RebuildRefused(SearchError):
    """The new index holds too few documents to take the old one's place."""


class NotWritable(SearchError):
    """A write through a backend that was opened for reading."""

"""Reading one kind's live index: sees each commit and each swap at the next request."""

import fcntl
import os
import threading
import time
from pathlib import Path

import tantivy

from search.embedded.folder import Folder
from search.embedded.translate import register
from search.embedded.views import State, Views
from search.errors import EngineUnavailable, IndexMissing, MappingConflict
from search.fields import SCHEMAS, Kind

ATTEMPTS = 5
#: How often, and how many seconds apart, an index that is opened first is looked at again while a writer
#: holds the list of its files: no page waits longer.
LOOKS, LOOK_AGAIN = 20, 0.02

Signature = tuple[int, int, int]


def _signature(path: str) -> Signature | None:
    try:
        found = os.stat(path)
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


class Reader:
    """Holds an index open between requests and looks, by two `stat` calls, if it is the last."""

    def __init__(self, folder: Folder, kind: Kind, arrays_after: float | None) -> None:
        self._folder = folder
        self._kind = kind
        self._arrays_after = arrays_after
        self._pointer_file = str(folder.pointer_file(kind))
        self._guard = threading.Lock()
        self._forget()

    def _forget(self) -> None:
        self._process = os.getpid()
        self._pointer: Signature | None = None
        self._meta: Signature | None = None
        self._path: Path | None = None
        self._meta_file = ""
        self._index: tantivy.Index | None = None
        self._views = Views(self._kind, self._arrays_after)
        self._state: State | None = None

    def searcher(self) -> tantivy.Searcher:
        """The latest committed state. Raises IndexMissing, MappingConflict, ForeignIndex,
        EngineUnavailable."""
        return self.opened().searcher

    def opened(self) -> State:
        """The same, with what was counted in this state and its arrays."""
        with self._guard:
            if os.getpid() != self._process:
                self._forget()
            pointer = _signature(self._pointer_file)
            if self._index is None or self._state is None or pointer != self._pointer:
                return self._begun(self._open())
            meta = _signature(self._meta_file)
            if meta is None:
                return self._begun(self._open())
            if meta != self._meta and not _files_held(self._path):
                self._index.reload()
                self._meta = meta
                return self._begun(self._index)
            return self._state

    def _begun(self, index: tantivy.Index) -> State:
        """A state that nobody asked yet."""
        assert self._path is not None
        meta, file = self._meta, self._meta_file
        self._state = State(
            self._views, self._path, index.searcher(), lambda: _signature(file) == meta
        )
        return self._state

    @property
    def unread(self) -> str | None:
        """Why the live index could not be read as arrays when it was last tried; None if it could."""
        return self._views.unread

    def state(self) -> tuple[Signature | None, Signature | None]:
        """What tells the latest committed state from all others. Raises as `searcher`."""
        self.searcher()
        return self._pointer, self._meta

    def _open(self) -> tantivy.Index:
        """Open the live index; a swap between naming and opening it is tried again."""
        self._folder.check_stamp()
        last: Exception | None = None
        for _ in range(ATTEMPTS):
            pointer = _signature(self._pointer_file)
            live = self._folder.live(self._kind)
            if live is None:
                raise IndexMissing(f"the index of {self._kind} was not built yet")
            path, version = live
            if version != SCHEMAS[self._kind].version:
                raise MappingConflict(f"the index of {self._kind} has fields of version {version}")
            meta_file = str(path / "meta.json")
            _wait_for_files(path)
            try:
                self._meta = _signature(meta_file)
                self._index = register(tantivy.Index.open(str(path)))
            except (OSError, ValueError) as error:
                last = error
                continue
            if path != self._path:  # files of another index are let go of
                self._views = Views(self._kind, self._arrays_after)
            self._path, self._pointer, self._meta_file = path, pointer, meta_file
            return self._index
        raise EngineUnavailable(f"the index of {self._kind} cannot be opened: {last}")


def _files_held(path: Path | None) -> bool:
    """Does a writer hold tantivy's lock on the list of files (as when it was stopped while
    it removed some)? Then the state already open serves on, instead of waiting for it."""
    assert path is not None
    try:
        with (path / ".tantivy-meta.lock").open("a") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def _wait_for_files(path: Path) -> None:
    """Nothing is open yet that could serve on: a writer at work is waited for, a stopped one is not.
    Raises EngineUnavailable."""
    for _ in range(LOOKS):
        if not _files_held(path):
            return
        time.sleep(LOOK_AGAIN)
    raise EngineUnavailable(f"a writer holds the list of files of {path.name}")

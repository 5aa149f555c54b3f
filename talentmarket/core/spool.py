"""Notes that a page leaves for the worker: lines in a file of the process, loaded later in batches.

A page must not wait for a table that nobody reads while it is shown, nor fail with it. So it
appends one line, with one write, to a file of its own process, and a fault (disk full, folder
gone, line too long) drops the line and is counted. The worker takes files over by renaming them.
Whoever is killed leaves at worst one broken last line, which is set aside and counted; a file that
was loaded and not yet removed is loaded again, so what a line becomes has an id of its own.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import secrets
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import structlog

MOST_LINE = 256 * 1024
MOST_FILE = 4 * 1024 * 1024  # then the process begins another one
MOST_FOLDER = 256 * 1024 * 1024  # of all that waits: lines are dropped while no worker runs
LOOK_AGAIN = 30.0  # seconds after which a full folder or a fault is tried anew
SAY_EVERY = 60.0  # seconds between two warnings about dropped lines
BATCH = 200  # lines that are stored together
WRITTEN, TAKEN, BROKEN = ".jsonl", ".taken", "broken"

log = structlog.get_logger(__name__)
Item = TypeVar("Item")


class Loaded(NamedTuple):
    """How many lines became something, and how many were set aside."""

    lines: int = 0
    broken: int = 0


class Spool:
    """One kind of notes below a folder; the same object serves all threads of a process."""

    def __init__(self, folder: Path, name: str) -> None:
        self.folder = folder
        self.name = name
        self.dropped = 0
        self._lock = threading.Lock()
        self._owner = 0
        self._path: Path | None = None
        self._closed_until = 0.0
        self._said = 0.0

    # -- pages -------------------------------------------------------------------------------------
    def append(self, value: Mapping[str, Any]) -> bool:
        """Leave one note; whether it was written. Never raises for a fault of the machine."""
        with self._lock:
            try:
                if time.monotonic() >= self._closed_until and self._append(value):
                    return True
            except OSError as error:
                self._closed_until = time.monotonic() + LOOK_AGAIN
                self._drop(str(error))
                return False
            self._drop("too long or too much of it")
            return False

    def _append(self, value: Mapping[str, Any]) -> bool:
        line = json.dumps(value, separators=(",", ":")).encode() + b"\n"
        if len(line) > MOST_LINE:
            return False
        for _ in range(3):  # the worker may take the file over between two steps
            path = self._own()
            if path is None:
                return False
            handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                found = os.fstat(handle)
                if not found.st_nlink:
                    continue
                if found.st_size + len(line) > MOST_FILE:
                    self._path = None
                    continue
                if os.write(handle, line) != len(line):
                    os.ftruncate(handle, found.st_size)
                    raise OSError("the disk is full")
                return True
            except BlockingIOError:
                continue
            finally:
                os.close(handle)
        return False

    def _own(self) -> Path | None:
        """The file of this process; a new one after a fork, or when the last one is full."""
        if self._path is None or self._owner != os.getpid():
            self.folder.mkdir(parents=True, exist_ok=True)
            if sum(path.stat().st_size for path in self._files("*")) > MOST_FOLDER:
                self._closed_until = time.monotonic() + LOOK_AGAIN
                return None
            self._owner = os.getpid()
            name = f"{self.name}-{self._owner}-{secrets.token_hex(4)}{WRITTEN}"
            self._path = self.folder / name
        return self._path

    def _drop(self, why: str) -> None:
        self.dropped += 1
        if time.monotonic() - self._said >= SAY_EVERY or not self._said:
            self._said = time.monotonic()
            log.warning("notes are dropped", spool=self.name, dropped=self.dropped, why=why)

    # -- the worker --------------------------------------------------------------------------------
    def load(self, parse: Callable[[Any], Item], store: Callable[[Sequence[Item]], None]) -> Loaded:
        """Take over what was written and store it in batches, each of which is kept before the
        next; a file goes when all of it is.

        `parse` raises ValueError, KeyError or TypeError for what is no note: it is set aside.
        What `store` raises ends the run; the rest is loaded by the next one.
        """
        lines = broken = 0
        for path in self._files(f"*{WRITTEN}"):
            with contextlib.suppress(FileNotFoundError):
                # Its own name: the process goes on under the old one, and a worker that was
                # killed may have left its last one.
                os.rename(path, path.with_name(f"{path.stem}-{secrets.token_hex(4)}{TAKEN}"))
        for path in self._files(f"*{TAKEN}"):
            with _held(path) as content:
                if content is None:
                    continue
                items: list[Item] = []
                for line in content.splitlines():
                    try:
                        items.append(parse(json.loads(line)))
                    except (ValueError, KeyError, TypeError, IndexError):
                        broken += 1
                        self._set_aside(line)
                for start in range(0, len(items), BATCH):
                    store(items[start : start + BATCH])
                lines += len(items)
                path.unlink()
        if broken:
            log.warning("notes are broken", spool=self.name, broken=broken)
        return Loaded(lines, broken)

    def _set_aside(self, line: bytes) -> None:
        """Kept for whoever looks why, up to a file's length."""
        path = self.folder / f"{BROKEN}-{self.name}{TAKEN}"
        with path.open("ab") as out:
            if out.tell() + len(line) < MOST_FILE:
                out.write(line + b"\n")

    def forget_broken(self, before: float) -> bool:
        """Remove what was set aside when the last of it is older than `before` (seconds)."""
        path = self.folder / f"{BROKEN}-{self.name}{TAKEN}"
        try:
            if path.stat().st_mtime >= before:
                return False
            path.unlink()
        except FileNotFoundError:
            return False
        return True

    def waiting(self) -> int:
        """Bytes that are not loaded yet."""
        return sum(path.stat().st_size for path in self._files("*"))

    def _files(self, pattern: str) -> list[Path]:
        return sorted(self.folder.glob(f"{self.name}-{pattern}"))


@contextmanager
def _held(path: Path) -> Iterator[bytes | None]:
    """The content of a file that nobody writes or loads any more; None where somebody does."""
    try:
        handle = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        yield None
        return
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        with os.fdopen(os.dup(handle), "rb") as stream:
            yield stream.read() if os.fstat(handle).st_nlink else None
    except BlockingIOError:
        yield None
    finally:
        os.close(handle)

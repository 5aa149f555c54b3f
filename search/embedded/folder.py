"""The folder of an embedded index: whose it is, who writes it, which index is live.

::

    stamp.json          the database's id and the format of this folder
    writer.lock         held by the writing process for its life
    job.json            names the live index of a kind; replaced atomically
    job-v1-<random>/    tantivy's files
"""

import fcntl
import json
import os
import secrets
import shutil
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from search.errors import EngineUnavailable, ForeignIndex, IndexLocked, SearchError
from search.fields import SCHEMAS, Kind

FORMAT = 1

P = ParamSpec("P")
R = TypeVar("R")


def translated(function: Callable[P, R]) -> Callable[P, R]:
    """Failures of tantivy and of the file system as errors of this room.

    A panic inside of tantivy arrives as a BaseException of its own; it means this request
    cannot be answered, not that the process is to end.
    """

    @wraps(function)
    def inner(*arguments: P.args, **named: P.kwargs) -> R:
        try:
            return function(*arguments, **named)
        except SearchError:
            raise
        except (OSError, ValueError, RuntimeError) as error:
            raise EngineUnavailable(f"the index files: {error}") from error
        except BaseException as error:
            if type(error).__name__ == "PanicException":
                raise EngineUnavailable(f"the index files: {error}") from error
            raise

    return inner


def write_atomically(path: Path, text: str) -> None:
    """Replace a file whole, safe against a crash in the middle."""
    beside = path.with_name(f"{path.name}.{secrets.token_hex(4)}.new")
    with beside.open("w", encoding="utf-8") as handle:
        handle.write(text)
        handle.flush()
        os.fsync(handle.fileno())
    beside.replace(path)


class Folder:
    """The files of one embedded engine."""

    def __init__(self, root: Path, database_id: str) -> None:
        self.root = Path(root)
        self._database_id = database_id
        self._lock: Any = None

    def database_id(self) -> str | None:
        """Whose index this is; None before it is stamped."""
        stamp = self._read(self.root / "stamp.json")
        return None if stamp is None else str(stamp.get("database_id"))

    def check_stamp(self) -> bool:
        """Is it stamped? Raises ForeignIndex if it is another database's."""
        found = self.database_id()
        if found is not None and found != self._database_id:
            raise ForeignIndex(f"the index in {self.root} belongs to the database {found}")
        return found is not None

    def lock(self) -> None:
        """Become the writing process. Raises IndexLocked while another one is."""
        self.root.mkdir(parents=True, exist_ok=True)
        handle = (self.root / "writer.lock").open("a+")
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            handle.close()
            raise IndexLocked(f"another process writes the index in {self.root}") from None
        self._lock = handle

    def unlock(self) -> None:
        """Let another process write."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def stamp(self) -> None:
        """Write down whose index this is, unless it is written down."""
        if not self.check_stamp():
            text = json.dumps({"database_id": self._database_id, "format": FORMAT})
            write_atomically(self.root / "stamp.json", text)

    def pointer_file(self, kind: Kind) -> Path:
        """The file that names the live index."""
        return self.root / f"{kind}.json"

    def live(self, kind: Kind) -> tuple[Path, int] | None:
        """(Folder, version of the fields) of the live index."""
        pointer = self._read(self.pointer_file(kind))
        if pointer is None:
            return None
        return self.root / str(pointer["folder"]), int(pointer["schema"])

    def point(self, kind: Kind, path: Path) -> None:
        """Make an index the live one."""
        pointer = {"folder": path.name, "schema": SCHEMAS[kind].version}
        write_atomically(self.pointer_file(kind), json.dumps(pointer))

    def fresh(self, kind: Kind) -> Path:
        """A new empty folder for an index."""
        path = self.root / f"{kind}-v{SCHEMAS[kind].version}-{secrets.token_hex(6)}"
        path.mkdir()
        return path

    def sweep(self) -> None:
        """Remove what a killed rebuild or write left behind. Only for the writing process."""
        live = {found[0] for kind in Kind if (found := self.live(kind)) is not None}
        for path in self.root.iterdir():
            if path.name.endswith(".new"):
                path.unlink(missing_ok=True)
            elif path.is_dir() and path not in live and self._is_index(path):
                shutil.rmtree(path, ignore_errors=True)

    @staticmethod
    def _is_index(path: Path) -> bool:
        return any(path.name.startswith(f"{kind}-v") for kind in Kind)

    @staticmethod
    def _read(path: Path) -> dict[str, Any] | None:
        try:
            found: dict[str, Any] = json.loads(path.read_text("utf-8"))
        except FileNotFoundError:
            return None
        return found

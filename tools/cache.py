"""Where the development servers keep what they download and run from.

Root's home is closed to the system users that PostgreSQL and Elasticsearch run as, so root's
cache stands in ``/var/cache/shucai``; everybody else's in ``${XDG_CACHE_HOME:-~/.cache}/shucai``.
"""

from __future__ import annotations

import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def cache_folder() -> Path:
    """The cache folder, made if it is not there; readable by the servers' own users."""
    if os.geteuid() == 0:
        folder = Path("/var/cache/shucai")
    else:
        base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
        folder = Path(base) / "shucai"
    folder.mkdir(mode=0o755, parents=True, exist_ok=True)
    return folder


@contextmanager
def locked(name: str) -> Iterator[None]:
    """Hold the named lock of the cache: two runs at once wait for each other."""
    with (cache_folder() / f"{name}.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def free_port() -> int:
    """A port of the loopback address that nothing listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

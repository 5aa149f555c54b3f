"""Compiled templates kept between starts.

To compile all of them costs a process some seconds, to load them a tenth of one. They are a cache:
where it cannot be kept or read, templates are compiled as they would be without.
"""

from __future__ import annotations

from contextlib import suppress

from jinja2 import BytecodeCache, FileSystemBytecodeCache
from jinja2.bccache import Bucket


class _Forgiving(FileSystemBytecodeCache):
    """One that a full or read-only disk cannot make fail a page."""

    def load_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError):
            super().load_bytecode(bucket)

    def dump_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError):
            super().dump_bytecode(bucket)


def compiled_templates() -> BytecodeCache | None:
    """The cache in the user's own folder among the temporary ones; None where there is none.

    Jinja takes only a folder that belongs to this user and that nobody else may write.
    """
    try:
        return _Forgiving()
    except (OSError, RuntimeError):
        return None

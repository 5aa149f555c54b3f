"""Bytes of a packed file, as far as they can be read."""

from __future__ import annotations

import io
import zlib
from pathlib import Path
from typing import Any

_CHUNK = 1 << 20
_MAGIC = b"\x1f\x8b"
_GZIP = 16 + zlib.MAX_WBITS


class Unpacked(io.RawIOBase):
    """A gzip file (RFC 1952), member by member.

    `cut`: it ended in the middle of a member, as a download does that broke off; what came before
    is as it was packed. `tail`: what stands behind the last member is no gzip and is left out.
    Bytes that were changed raise zlib.error: the checksum stands at the end of a member, so nobody
    can tell from where on it is wrong.
    """

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._file = path.open("rb")
        self._member = zlib.decompressobj(_GZIP)
        self._waiting = b""  # packed, not yet taken by the member
        self._at = 0
        self._over = False
        self.cut = self.tail = False

    def readable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def close(self) -> None:
        self._file.close()
        super().close()

    def readinto(self, buffer: Any) -> int:
        data = b""
        while not data and not self._over:
            if self._member.eof:
                self._next_member()
            else:
                data = self._unpack(len(buffer))
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)

    def _unpack(self, most: int) -> bytes:
        packed = self._waiting or self._file.read(_CHUNK)
        data = self._member.decompress(packed, most)
        self._waiting = self._member.unconsumed_tail
        if not packed and not data and not self._member.eof:
            self.cut = self._over = True
        return data

    def _next_member(self) -> None:
        rest = self._member.unused_data
        while not (rest := rest.lstrip(b"\0")):  # tapes and some servers fill up with zeros
            if not (rest := self._file.read(_CHUNK)):
                self._over = True
                return
        if len(rest) < len(_MAGIC):
            rest += self._file.read(_CHUNK)
        if rest.startswith(_MAGIC):
            self._member, self._waiting = zlib.decompressobj(_GZIP), rest
        else:
            self.tail = self._over = True


def open_bytes(path: Path) -> io.BufferedReader:
    """The file's bytes, unpacked when it is gzip by content."""
    stream = path.open("rb")
    if stream.peek(len(_MAGIC))[: len(_MAGIC)] != _MAGIC:
        return stream
    stream.close()
    return io.BufferedReader(Unpacked(path), _CHUNK)

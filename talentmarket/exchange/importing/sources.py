"""Opening a file that somebody sent: packed or not, in whatever encoding, or a trap.

Everything is read as a stream. Limits hold before memory is used: packed files may not grow
beyond a ratio and a size, and no line is ever held beyond its limit.
"""

from __future__ import annotations

import codecs
import gzip
import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from typing import IO, Protocol

#: A packed file may not unpack to more than this, nor (beyond the allowance) grow more than so.
MOST_BYTES = 2 * 1024**3
MOST_RATIO = 200
RATIO_FREE = 64 * 1024**2
MOST_SHEET_BYTES = 512 * 1024**2
#: Signs of one physical line that are kept; the rest of a longer one is dropped with it.
MOST_LINE = 16 * 1024**2
_CHUNK = 1 << 20
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class FileRefused(Exception):
    """The file as a whole cannot be read; `code` names why, see :mod:`.faults`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Sheet(Protocol):
    """Rows of a file, each with the number of the line (or row) it begins on, from 1."""

    encoding: str | None

    def rows(self) -> Iterator[tuple[int, list[str] | None]]:
        """(line, fields); fields None for a line that cannot be taken apart."""

    @property
    def done(self) -> float:
        """How much is read, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What is known of a text file after looking at all of it once."""

    encoding: str
    size: int


def is_sheet(path: Path) -> bool:
    """Whether the file is a packed workbook, by its first bytes and its name."""
    with path.open("rb") as stream:
        head = stream.read(4)
    return head == b"PK\x03\x04" and path.suffix.lower() in (".xlsx", ".xlsm")


def open_bytes(path: Path) -> IO[bytes]:
    """The file's bytes, unpacked when it is gzip by content."""
    with path.open("rb") as stream:
        head = stream.read(2)
    if head == b"\x1f\x8b":
        return io.BufferedReader(gzip.GzipFile(path, "rb"), _CHUNK)
    return path.open("rb")


def inspect(path: Path) -> Opened:
    """Encoding and unpacked size. Raises FileRefused for bombs, broken packing, unknown bytes.

    UTF-8 with or without mark, UTF-16 and UTF-32 with mark, GB18030 (GBK, GB2312 within it);
    each also with damage in a few places, which costs the rows it stands in.
    """
    packed = max(1, path.stat().st_size)
    size = 0
    decoders = {name: codecs.getincrementaldecoder(name)() for name in ("utf-8", "gb18030")}
    marked: str | None = None
    try:
        with open_bytes(path) as stream:
            while chunk := stream.read(_CHUNK):
                if size == 0:
                    marked = next((name for mark, name in _BOMS if chunk.startswith(mark)), None)
                    if marked is None and b"\x00" in chunk[:64]:
                        raise FileRefused("not-text")
                size += len(chunk)
                if size > MOST_BYTES or (size > RATIO_FREE and size > MOST_RATIO * packed):
                    raise FileRefused("bomb")
                if marked is None:
                    _feed(decoders, chunk, final=False)
    except (OSError, EOFError, zlib.error) as error:
        raise FileRefused("broken-packing") from error
    if marked is not None:
        return Opened(marked, size)
    _feed(decoders, b"", final=True)
    name = "utf-8" if "utf-8" in decoders else _mostly(path, sound="gb18030" in decoders)
    if name is None:
        raise FileRefused("encoding")
    return Opened(name, size)


def _mostly(path: Path, *, sound: bool) -> str | None:
    """The encoding of bytes that are no UTF-8 throughout; `sound`: as GB18030 they are whole.

    Of GB18030 read as UTF-8 hardly a sign survives, while UTF-8 with a few bad bytes may well pass
    as GB18030, all of it turned to nonsense: so UTF-8 is asked first.
    """
    damaged, signs, beyond_ascii = _damage(path, "utf-8")
    if damaged * 4 <= beyond_ascii:
        return "utf-8"
    if sound:
        return "gb18030"
    least, name = min(
        (damaged, "utf-8"), (_damage(path, "gb18030")[0], "gb18030"), key=itemgetter(0)
    )
    return name if least * 100 <= signs else None


def _damage(path: Path, name: str) -> tuple[int, int, int]:
    """(signs that cannot be read, all signs, readable ones beyond ASCII) under an encoding."""
    decoder = codecs.getincrementaldecoder(name)("replace")
    damaged = signs = plain = 0
    with open_bytes(path) as stream:
        while chunk := stream.read(_CHUNK):
            text = decoder.decode(chunk)
            damaged += text.count("\ufffd")
            signs += len(text)
            plain += len(text.encode("ascii", "ignore"))
    return damaged, signs, signs - plain - damaged


def _feed(decoders: dict[str, codecs.IncrementalDecoder], chunk: bytes, *, final: bool) -> None:
    for name in list(decoders):
        try:
            decoders[name].decode(chunk, final)
        except UnicodeDecodeError:
            del decoders[name]


def check_workbook(path: Path) -> None:
    """Refuse a workbook whose parts unpack to too much. Raises FileRefused."""
    packed = max(1, path.stat().st_size)
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(part.file_size for part in archive.infolist())
    except zipfile.BadZipFile as error:
        raise FileRefused("broken-packing") from error
    if size > MOST_SHEET_BYTES or (size > RATIO_FREE and size > MOST_RATIO * packed):
        raise FileRefused("bomb")

"""Opening a file that somebody sent: packed or not, in whatever encoding, or a trap.

Everything is read as a stream. Limits hold before memory is used: packed files may not grow
beyond a ratio and a size, and no line is ever held beyond its limit.
"""

from __future__ import annotations

import codecs
import io
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Protocol
from unicodedata import category

from talentmarket.exchange.importing.packing import open_bytes

#: A packed file may not unpack to more than this, nor (beyond the allowance) grow more than so.
MOST_BYTES = 2 * 1024**3
MOST_RATIO = 200
RATIO_FREE = 64 * 1024**2
MOST_SHEET_BYTES = 512 * 1024**2
#: Signs of one physical line that are kept; the rest of a longer one is dropped with it.
MOST_LINE = 16 * 1024**2
_CHUNK = 1 << 20
_SAMPLE = 4096
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
    """What is known of a text file after looking at all of it once.

    `mixed`: lines of the other encoding (UTF-8 or GB18030) stand in it. `cut`, `tail`: see
    :class:`.packing.Unpacked`.
    """

    encoding: str
    size: int
    mixed: bool = False
    cut: bool = False
    tail: bool = False


def is_sheet(path: Path) -> bool:
    """Whether the file is a packed workbook, by its first bytes and its name."""
    with path.open("rb") as stream:
        head = stream.read(4)
    return head == b"PK\x03\x04" and path.suffix.lower() in (".xlsx", ".xlsm")


def inspect(path: Path) -> Opened:
    """Encoding and unpacked size. Raises FileRefused for bombs, broken packing, unknown bytes.

    UTF-8 with or without mark, UTF-16 with or without, UTF-32 with mark, GB18030 (GBK, GB2312
    within it), and files put together of UTF-8 and GB18030; each also with damage in a few places,
    which costs the rows it stands in. A packed file that was cut is read as far as it goes.
    """
    packed = max(1, path.stat().st_size)
    size = 0
    utf8: codecs.IncrementalDecoder | None = codecs.getincrementaldecoder("utf-8")()
    encoding: str | None = None
    try:
        with open_bytes(path) as stream:
            while chunk := stream.read(_CHUNK):
                if size == 0:
                    encoding = _marked(chunk) or _unmarked(chunk[:_SAMPLE])
                size += len(chunk)
                if size > MOST_BYTES or (size > RATIO_FREE and size > MOST_RATIO * packed):
                    raise FileRefused("bomb")
                if utf8 is not None and not _feed(utf8, chunk):
                    utf8 = None
            cut, tail = (bool(getattr(stream.raw, name, False)) for name in ("cut", "tail"))
    except (OSError, EOFError, zlib.error) as error:
        raise FileRefused("broken-packing") from error
    if cut and not size:
        raise FileRefused("broken-packing")
    if encoding is None and utf8 is not None and (cut or _feed(utf8, b"", final=True)):
        encoding = "utf-8"
    mixed = False
    if encoding is None:
        encoding, mixed = _by_lines(path)
    return Opened(encoding, size, mixed, cut, tail)


def _feed(decoder: codecs.IncrementalDecoder, chunk: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return True


def _marked(head: bytes) -> str | None:
    return next((name for mark, name in _BOMS if head.startswith(mark)), None)


def _unmarked(head: bytes) -> str | None:
    """UTF-16 without its mark, None for a text; raises FileRefused for what is none."""
    if head.count(0) * 20 >= len(head) and (name := _utf16(head)):
        return name
    if sum(byte < 32 and byte not in b"\t\n\v\f\r" for byte in head) * 10 > len(head):
        raise FileRefused("not-text")
    return None


def _utf16(head: bytes) -> str | None:
    for name, even in (("utf-16-le", 0), ("utf-16-be", 1)):
        if head[1 - even :: 2].count(0) <= head[even::2].count(0):
            continue  # zeros are the upper halves of ASCII
        text = head[: len(head) // 2 * 2].decode(name, "replace")
        controls = any(category(sign) == "Cc" and sign not in "\t\r\n" for sign in text)
        if not controls and any(sign in text for sign in ",;|\t\r\n"):
            return name
    return None


class _Kind(Enum):
    """What the bytes of a line say of its encoding."""

    ASCII = "ascii"
    UTF8 = "utf-8"
    WEAK = "weak"  # UTF-8, too short to be sure: some short words of GBK are too
    DAMAGED = "damaged"  # UTF-8 with a few bad bytes, though it may well pass as GB18030
    GB = "gb18030"
    NEITHER = "neither"


#: From so many signs of three bytes on, a line that is UTF-8 is no GB18030 by chance.
_SURE = 4
#: So many lines of GB18030, and of those in UTF-8 one in so many, make a file a mixed one.
_FEW, _SHARE = 3, 10


def _kind(line: bytes) -> _Kind:
    if line.isascii():
        return _Kind.ASCII
    text = line.decode("utf-8", "replace")
    damaged = text.count("\ufffd")
    beyond_ascii = len(text) - len(text.encode("ascii", "ignore")) - damaged
    if damaged and damaged * 4 <= beyond_ascii:
        return _Kind.DAMAGED
    if not damaged:
        return _Kind.UTF8 if sum(sign >= "\u0800" for sign in text) >= _SURE else _Kind.WEAK
    try:
        line.decode("gb18030")
    except UnicodeDecodeError:
        return _Kind.NEITHER
    return _Kind.GB


def _by_lines(path: Path) -> tuple[str, bool]:
    """The encoding of most lines of bytes that are no UTF-8 throughout, and whether others stand
    among them. Raises FileRefused when half of the lines are neither UTF-8 nor GB18030."""
    kinds = Counter(map(_kind, byte_lines(path)))
    utf8, gb = kinds[_Kind.UTF8] + kinds[_Kind.DAMAGED], kinds[_Kind.GB]
    if kinds[_Kind.NEITHER] * 2 >= kinds.total():
        raise FileRefused("encoding")
    if utf8 >= gb:
        return "utf-8", gb >= _FEW and gb * _SHARE >= utf8
    return "gb18030", kinds[_Kind.UTF8] > 0


def byte_lines(path: Path) -> Iterator[bytes]:
    """Lines as bytes, each line end kept; in all encodings without mark they stand alone."""
    with open_bytes(path) as raw, io.TextIOWrapper(raw, encoding="latin-1", newline="") as stream:
        while line := stream.readline(MOST_LINE):
            yield line.encode("latin-1")


def decode_line(line: bytes, encoding: str) -> str:
    """A line of a file that is mixed, of which most is in `encoding`."""
    kind = _kind(line)
    if kind is _Kind.GB or (encoding == "gb18030" and kind is _Kind.WEAK):
        return line.decode("gb18030", "replace")
    return line.decode("utf-8", "replace")

"""A workbook is looked through before a table is made of it: a few kilobytes may unpack to
gigabytes, name a cell so far out that the table around it fills all memory, or say one long text in
a hundred thousand cells, each of which gets a copy of it."""

from __future__ import annotations

import copy
import zipfile
import zlib
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.parsers import expat

from talentmarket.exchange.importing import sources
from talentmarket.exchange.importing.sources import FileRefused

_CHUNK = 1 << 20
MOST_PARTS = 2_000
#: Cells of the table around all cells that hold something: of empty ones a million takes 45 MB.
MOST_AREA = 1 << 24
#: From this area on, one cell in so many has to hold something.
AREA_FREE, THINNEST = 1 << 20, 4
_BROKEN = (zipfile.BadZipFile, OSError, EOFError, RuntimeError, NotImplementedError, zlib.error)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a workbook may unpack to and how many cells its table may have, where it is less than
    here: a web process reads beside others."""

    unpacked: int
    area: int = MOST_AREA


def check_workbook(path: Path, limits: Limits | None = None) -> None:
    """Raises FileRefused for a workbook that is broken, unpacks to too much or reaches too far."""
    limits = limits or Limits(sources.MOST_SHEET_BYTES)
    left = min(
        limits.unpacked,
        max(sources.RATIO_FREE, sources.MOST_RATIO * path.stat().st_size),
    )
    lengths = array("L")
    said: list[array[int]] = []
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > left:
                raise FileRefused("bomb")
            for part in parts:
                reach = _Reach(limits.area)
                for chunk in _bytes(archive, part, left):
                    left -= len(chunk)
                    reach.feed(chunk)
                reach.close()
                lengths = _longest(lengths, reach.lengths)
                said.append(reach.said)
    except (*_BROKEN, expat.ExpatError) as error:
        raise FileRefused("broken-packing") from error
    # The texts of a sheet stand in a part of their own, perhaps behind it.
    for numbers in said:
        if sum(lengths[one] for one in numbers if one < len(lengths)) > limits.unpacked:
            raise FileRefused("bomb")


def _longest(some: array[int], others: array[int]) -> array[int]:
    """Of two lists of shared texts, only one of which is read, the longer one for each number."""
    if not (some and others):
        return some or others
    both = zip(some, others, strict=False)
    longer = array("L", (max(one) for one in both))
    return longer + (some if len(some) > len(others) else others)[len(longer) :]


def _bytes(archive: zipfile.ZipFile, part: zipfile.ZipInfo, most: int) -> Iterator[bytes]:
    """What a part really unpacks to, whatever size it says; FileRefused beyond `most`."""
    honest = copy.copy(part)
    honest.file_size = most + 2 * _CHUNK  # zipfile stops where the part says that it ends
    with archive.open(honest) as stream:
        while chunk := stream.read(_CHUNK):
            most -= len(chunk)
            if most < 0:
                raise FileRefused("bomb")
            yield chunk


class _Reach:
    """How far the cells of a sheet lie apart that hold something, while its text is read; of the
    shared texts, how long each is.

    Formats without a value do not count, nor do other parts.
    """

    def __init__(self, most_area: int) -> None:
        self._most_area = most_area
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._read: bool | None = None  # unknown before the first element
        self._row = self._column = self._rows = self._columns = self._filled = 0
        self._counted, self._shared = True, False
        #: Bytes of each shared text (UTF-8), where this is the part of them.
        self.lengths = array("L")
        #: The numbers of the shared texts that cells of this sheet say.
        self.said = array("L")

    def feed(self, chunk: bytes) -> None:
        """Raises FileRefused as soon as it is too far; ExpatError for a sheet that is no XML."""
        if self._read is False:
            return
        try:
            self._parser.Parse(chunk, False)
        except expat.ExpatError:
            if self._read:
                raise
            self._read = False

    def close(self) -> None:
        """The part is read. Raises FileRefused for a large table with next to nothing in it."""
        if self._rows * self._columns > max(AREA_FREE, THINNEST * self._filled):
            raise FileRefused("reach")

    def _start(self, name: str, _attributes: dict[str, str]) -> None:
        known = {"worksheet": self._in_sheet, "sst": self._in_texts}
        self._parser.StartElementHandler = known.get(name.rpartition(" ")[2])
        self._read = self._parser.StartElementHandler is not None

    def _in_sheet(self, name: str, attributes: dict[str, str]) -> None:
        kind = name.rpartition(" ")[2]
        self._parser.CharacterDataHandler = None
        if kind == "row":
            self._row = _number(attributes.get("r", "")) or self._row + 1
            self._column = 0
        elif kind == "c":
            place = attributes.get("r", "")
            letters = place.rstrip("0123456789")
            self._column = _column_number(letters) or self._column + 1
            self._row = _number(place[len(letters) :]) or self._row
            self._counted, self._shared = False, attributes.get("t") == "s"
        elif kind in ("v", "is") and not self._counted:
            self._fill()
        if kind == "v" and self._shared:
            self._parser.CharacterDataHandler = self._say

    def _fill(self) -> None:
        self._counted = True
        self._filled += 1
        self._rows = max(self._rows, self._row)
        self._columns = max(self._columns, self._column)
        if self._rows * self._columns > self._most_area:
            raise FileRefused("reach")

    def _say(self, text: str) -> None:
        if digits := text.strip().removeprefix("+"):  # as the reader of cells: "+7", "0007" are 7
            self.said.append(_number(digits.lstrip("0")))

    def _in_texts(self, name: str, _attributes: dict[str, str]) -> None:
        if name.rpartition(" ")[2] != "si":
            return
        if not self.lengths:
            self._parser.CharacterDataHandler = self._lengthen
        elif len(self.lengths) >= self._most_area:
            raise FileRefused("bomb")
        self.lengths.append(0)

    def _lengthen(self, text: str) -> None:
        self.lengths[-1] += len(text.encode())


def _number(digits: str) -> int:
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else 0


def _column_number(letters: str) -> int:
    number = 0
    for sign in letters.upper()[:4]:
        number = number * 26 + ord(sign) - 64
    return max(0, number)

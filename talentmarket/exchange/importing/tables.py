"""Rows out of CSV text and workbooks, through everything that can be wrong with them."""

from __future__ import annotations

import csv
import io
import re
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from talentmarket.exchange.importing.packing import open_bytes
from talentmarket.exchange.importing.sources import (
    MOST_LINE,
    FileRefused,
    Opened,
    decode_line,
    inspect,
    is_sheet,
)
from talentmarket.exchange.importing.workbooks import Limits, check_workbook

#: How far an open quote is followed before it is taken for a slip of the pen.
MOST_RECORD = 16 * 1024**2
#: After so many slips the search becomes short, so that a file full of them stays cheap.
MANY_SLIPS, SHORT_RECORD = 20, 64 * 1024
_SEPARATOR = re.compile(r"sep=([,;|\t])\s*", re.IGNORECASE)


def open_table(path: Path, limits: Limits | None = None) -> CsvTable | SheetTable:
    """The rows of a CSV (.gz too) or workbook. Raises FileRefused."""
    if is_sheet(path):
        return SheetTable(path, limits)
    return CsvTable(path, inspect(path))


#: (number, text); the text None for a line longer than anybody reads.
_Line = tuple[int, str | None]


class CsvTable:
    """Records of a CSV text; a quote that is never closed costs its own line only."""

    def __init__(self, path: Path, opened: Opened) -> None:
        self.path = path
        self.encoding: str | None = opened.encoding
        self.cut = opened.cut
        #: What whoever sent the file should be told of it.
        self.notes = [
            code
            for code, so in (
                ("mixed", opened.mixed),
                ("gb18030", opened.encoding == "gb18030" and not opened.mixed),
                ("tail", opened.tail),
                ("cut", opened.cut),
            )
            if so
        ]
        self._opened = opened
        self._size = max(1, opened.size)
        self._read = 0
        self._again: deque[_Line] = deque()
        self._slips = 0
        self._torn = 0  # up to this line there may be pieces of a record with an open quote
        self._width = 0
        csv.field_size_limit(2 * MOST_RECORD)

    @property
    def done(self) -> float:
        """How much is read, 0 to 1."""
        return min(1.0, self._read / self._size)

    def rows(self) -> Iterator[tuple[int, list[str] | None]]:
        """(line, fields); fields None where the line cannot be taken apart."""
        with open_bytes(self.path) as raw, self._text(raw) as stream:
            lines = self._lines(raw, stream)
            delimiter = ""
            while (first := self._next(lines)) is not None:
                number, line = first
                if line is None:
                    yield number, None
                elif not line.strip():
                    continue
                elif not delimiter and (said := _SEPARATOR.fullmatch(line)):
                    delimiter = said[1]  # for a spreadsheet, before the heads
                else:
                    delimiter = delimiter or _delimiter(line)
                    fields = self._record(number, line, lines, delimiter)
                    self._width = self._width or len(fields or ())
                    torn = number <= self._torn and len(fields or ()) != self._width
                    yield number, None if torn else fields

    def _text(self, raw: IO[bytes]) -> IO[str]:
        encoding = "latin-1" if self._opened.mixed else self._opened.encoding
        return io.TextIOWrapper(raw, encoding=encoding, errors="replace", newline="")

    def _lines(self, raw: IO[bytes], stream: IO[str]) -> Iterator[_Line]:
        number = 0
        while line := stream.readline(MOST_LINE):
            number += 1
            self._read = raw.tell()
            whole: str | None = line
            while len(line) >= MOST_LINE and not line.endswith(("\n", "\r")):
                whole, line = None, stream.readline(MOST_LINE)
                if not line:
                    break
            if self.cut and not line.endswith(("\n", "\r")):
                whole = None  # the rest of it was not sent
            elif whole is not None and self._opened.mixed:
                whole = decode_line(whole.encode("latin-1"), self._opened.encoding)
            yield number, whole

    def _next(self, lines: Iterator[_Line]) -> _Line | None:
        return self._again.popleft() if self._again else next(lines, None)

    def _record(
        self, number: int, line: str, lines: Iterator[_Line], delimiter: str
    ) -> list[str] | None:
        """The fields of the record that begins here; None (and the rest again) for an open quote."""
        if '"' not in line:
            return line.rstrip("\r\n").split(delimiter)
        limit = MOST_RECORD if self._slips < MANY_SLIPS else SHORT_RECORD
        taken: list[_Line] = []
        closed = True

        def feed() -> Iterator[str]:
            nonlocal closed
            yield line
            size, closed = len(line), False  # asked for more: a quote is open
            while size < limit and (more := self._next(lines)) is not None:
                taken.append(more)
                if more[1] is None:
                    break
                size += len(more[1])
                yield more[1]
            raise _OpenQuote

        try:
            return next(csv.reader(feed(), delimiter=delimiter, strict=True))
        except (csv.Error, _OpenQuote):
            if closed:
                return _loosely(line, delimiter)
        self._slips += 1
        self._again.extendleft(reversed(taken))
        self._torn = max(self._torn, taken[-1][0]) if taken else self._torn
        return None


class SheetTable:
    """Rows of the first sheet of a workbook."""

    encoding: str | None = None
    cut = False

    def __init__(self, path: Path, limits: Limits | None = None) -> None:
        check_workbook(path, limits)
        from python_calamine import CalamineError, CalamineWorkbook

        self.notes: list[str] = []
        try:
            book = CalamineWorkbook.from_path(str(path))
            self._rows: list[list[Any]] = book.get_sheet_by_index(0).to_python(
                skip_empty_area=False
            )
        except (CalamineError, OSError, IndexError, ValueError) as error:
            raise FileRefused("broken-packing") from error
        self._at = 0

    @property
    def done(self) -> float:
        """How much is read, 0 to 1."""
        return self._at / max(1, len(self._rows))

    def rows(self) -> Iterator[tuple[int, list[str] | None]]:
        """(row, cells as text), without empty ones at the end."""
        for number, row in enumerate(self._rows, 1):
            self._at = number
            cells = [_cell(value) for value in row]
            while cells and not cells[-1]:
                cells.pop()
            if cells:
                yield number, cells


class _OpenQuote(Exception):
    """A quote was opened and nothing closes it within the limit."""


def _delimiter(header: str) -> str:
    return max((",", "\t", ";", "|"), key=lambda sign: (header.count(sign), sign == ","))


def _loosely(line: str, delimiter: str) -> list[str] | None:
    """A line on its own with quotes inside a quoted field: they are signs like others."""
    try:
        rows = list(csv.reader([line], delimiter=delimiter))
    except csv.Error:
        return None
    return rows[0] if len(rows) == 1 else None


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()

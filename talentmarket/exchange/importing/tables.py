"""Rows out of CSV text and workbooks, through everything that can be wrong with them."""

from __future__ import annotations

import csv
import io
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from talentmarket.exchange.importing.sources import (
    MOST_LINE,
    FileRefused,
    Opened,
    check_workbook,
    inspect,
    is_sheet,
    open_bytes,
)

#: How far an open quote is followed before it is taken for a slip of the pen.
MOST_RECORD = 16 * 1024**2
#: After so many slips the search becomes short, so that a file full of them stays cheap.
MANY_SLIPS, SHORT_RECORD = 20, 64 * 1024


def open_table(path: Path) -> CsvTable | SheetTable:
    """The rows of a CSV (.gz too) or workbook. Raises FileRefused."""
    if is_sheet(path):
        return SheetTable(path)
    return CsvTable(path, inspect(path))


class CsvTable:
    """Records of a CSV text; a quote that is never closed costs its own line only."""

    def __init__(self, path: Path, opened: Opened) -> None:
        self.path = path
        self.encoding: str | None = opened.encoding
        self._size = max(1, opened.size)
        self._read = 0
        self._again: deque[tuple[int, str]] = deque()
        self._slips = 0
        csv.field_size_limit(2 * MOST_RECORD)

    @property
    def done(self) -> float:
        """How much is read, 0 to 1."""
        return min(1.0, self._read / self._size)

    def rows(self) -> Iterator[tuple[int, list[str] | None]]:
        """(line, fields); fields None where the line cannot be taken apart."""
        with open_bytes(self.path) as raw, _text(raw, self.encoding or "utf-8") as stream:
            lines = self._lines(raw, stream)
            dialect = None
            while (first := self._next(lines)) is not None:
                number, line = first
                if not line.strip():
                    continue
                if dialect is None:
                    dialect = _delimiter(line)
                text = self._record(number, line, lines)
                yield number, None if text is None else _split(text, dialect)

    def _lines(self, raw: IO[bytes], stream: IO[str]) -> Iterator[tuple[int, str]]:
        number = 0
        while line := stream.readline(MOST_LINE):
            number += 1
            self._read = raw.tell()
            whole = line
            while len(line) >= MOST_LINE and not line.endswith(("\n", "\r")):
                line = stream.readline(MOST_LINE)  # dropped: nobody reads a line of this length
                if not line:
                    break
            yield number, whole

    def _next(self, lines: Iterator[tuple[int, str]]) -> tuple[int, str] | None:
        return self._again.popleft() if self._again else next(lines, None)

    def _record(self, number: int, line: str, lines: Iterator[tuple[int, str]]) -> str | None:
        """The logical record that begins here; None (and the rest again) for an open quote."""
        if line.count('"') % 2 == 0:
            return line
        limit = MOST_RECORD if self._slips < MANY_SLIPS else SHORT_RECORD
        taken: list[tuple[int, str]] = []
        size = len(line)
        while size < limit and (more := self._next(lines)) is not None:
            taken.append(more)
            size += len(more[1])
            if more[1].count('"') % 2:
                return line + "".join(text for _, text in taken)
        self._slips += 1
        self._again.extendleft(reversed(taken))
        return None


class SheetTable:
    """Rows of the first sheet of a workbook."""

    encoding: str | None = None

    def __init__(self, path: Path) -> None:
        check_workbook(path)
        from python_calamine import CalamineError, CalamineWorkbook

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
        """(row, cells as text)."""
        for number, row in enumerate(self._rows, 1):
            self._at = number
            cells = [_cell(value) for value in row]
            if any(cells):
                yield number, cells


def _text(raw: IO[bytes], encoding: str) -> IO[str]:
    return io.TextIOWrapper(raw, encoding=encoding, errors="replace", newline="")


def _delimiter(header: str) -> str:
    return max((",", "\t", ";", "|"), key=lambda sign: (header.count(sign), sign == ","))


def _split(text: str, delimiter: str) -> list[str] | None:
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error:
        return None
    return rows[0] if len(rows) == 1 else None


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()

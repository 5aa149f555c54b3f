"""The rows of a file that was sent to the book, within limits that hold before memory is used."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from talentmarket.core import clock
from talentmarket.core.folding import fold
from talentmarket.exchange.brokering.people.sheets import Fault, Line, read_header, read_line
from talentmarket.exchange.brokering.people.values import PersonValues
from talentmarket.exchange.importing.sources import FileRefused
from talentmarket.exchange.importing.tables import open_table
from talentmarket.exchange.importing.workbooks import Limits

MOST_ROWS = 5_000
#: Of a workbook: 60 MB of text, four million cells (180 MB where it is read).
LIMITS = Limits(60 * 1024**2, 1 << 22)
MOST_FAULTS = 2_000


@dataclass
class Looked:
    """What is in a file, or what became of it. Holds codes and numbers only."""

    rows: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0
    unfounded: int = 0
    columns: list[str] = field(default_factory=list)
    faults: list[list[Any]] = field(default_factory=list)
    refusal: str = ""  # why the file as a whole cannot be read

    def say(self, faults: Sequence[Fault]) -> None:
        """Take down what is wrong with a row."""
        self.faults += [list(one) for one in faults][: MOST_FAULTS - len(self.faults)]


def lines_of(data: bytes, name: str, defaults: PersonValues, looked: Looked) -> Iterator[Line]:
    """The rows that can be taken. Raises FileRefused."""
    sheet = data.startswith(b"PK\x03\x04")
    if data.startswith(b"\x1f\x8b"):
        raise FileRefused("not-text")
    seen: dict[str, PersonValues] = {}
    columns, today = None, clock.today()
    with tempfile.TemporaryDirectory(prefix="book-") as folder:
        path = Path(folder) / ("book.xlsx" if sheet else "book.csv")
        path.write_bytes(data)
        for number, fields in open_table(path, LIMITS).rows():
            if columns is None:
                columns = read_header(fields or [])
                if columns is None:
                    raise FileRefused("no-name-column")
                looked.columns = list(columns.places)
                continue
            looked.rows += 1
            if looked.rows > MOST_ROWS:
                raise FileRefused("too-many-rows")
            line, faults = read_line(number, fields, columns, defaults, today)
            if line is not None:
                known = seen.setdefault(own_key(line), line.values)
                if known is not line.values:
                    faults.append(Fault(number, "", "twice" if known != line.values else "again"))
                    line = None
            looked.say(faults)
            if line is not None:
                yield line
            elif any(one.code == "again" for one in faults):
                looked.unchanged += 1
            else:
                looked.refused += 1
    if columns is None:
        raise FileRefused("empty")


def own_key(line: Line) -> str:
    """By what a row is known again: its number, else who it is about."""
    if line.external_id:
        return f"id:{fold(line.external_id)}"
    values = line.values
    return "row:" + "|".join((fold(values.name), values.phone, values.mail))

"""Importing files from beginning to end: batches that survive a kill, a report, counts.

Each batch is committed with its outbox rows. A run that was killed is simply run again: rows that
are stored already are found unchanged, without being recognised anew.
"""

from __future__ import annotations

import csv
import os
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from talentmarket.core.events import record
from talentmarket.core.folding import clean_line
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.importing.columns import Columns, read_header
from talentmarket.exchange.importing.faults import Fault, words
from talentmarket.exchange.importing.rows import Row, made_up_id, read_row
from talentmarket.exchange.importing.sources import FileRefused
from talentmarket.exchange.importing.storing import Counts, Named, source_public_id, store
from talentmarket.exchange.importing.tables import CsvTable, SheetTable, open_table

BATCH = 500
#: What a spreadsheet reads as a formula where a cell of the report begins with it.
_FORMULA = ("=", "+", "-", "@")
#: Told after each batch: the file, how much of all files is read (0 to 1), the counts so far.
Progress = Callable[[Path, float, "Summary"], None]


@dataclass(slots=True)
class Summary:
    """What a run did. `notes`: (file, code) of what the caller should be told, encodings too.

    `files_read`: files that were read to their end.
    """

    read: int = 0
    refused: int = 0
    counts: Counts = field(default_factory=Counts)
    files_read: int = 0
    notes: list[tuple[str, str]] = field(default_factory=list)

    @property
    def taken(self) -> int:
        """Rows that are in the database now."""
        return self.counts.imported + self.counts.updated + self.counts.unchanged

    def as_dict(self, report: Path) -> dict[str, Any]:
        """The closing line."""
        return {
            "read": self.read,
            "imported": self.counts.imported,
            "updated": self.counts.updated,
            "unchanged": self.counts.unchanged,
            "refused": self.refused,
            "report": str(report),
        }


def run(
    files: Iterable[Path], report: IO[str], *, source: str | None, progress: Progress
) -> Summary:
    """Import the files one after the other; bad rows go to `report` (CSV: line, column, reason).

    `source` names where the postings come from; without it the file's name does.
    """
    paths = list(files)
    importer = _Importer(report, len(paths), progress)
    for number, path in enumerate(paths):
        importer.take(number, path, source or source_name(path))
    importer.close()
    return importer.summary


def file_name(path: Path) -> str:
    """The file's name as a text, also where its bytes are none in UTF-8: what is unpacked from an
    archive made on Windows is often named in GBK."""
    raw = os.fsencode(path.name)
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("gb18030", "replace")


def source_name(path: Path) -> str:
    """The file's name without its endings."""
    name = file_name(path)
    for ending in (".gz", ".csv", ".tsv", ".txt", ".xlsx", ".xlsm"):
        name = name.removesuffix(ending)
    return name[:120] or "import"


class _Importer:
    def __init__(self, report: IO[str], files: int, progress: Progress) -> None:
        self.summary = Summary()
        self._report = csv.writer(report)
        self._report.writerow(("line", "column", "reason"))
        self._flush = report.flush
        self._files = files
        self._progress = progress
        self._ordinals: Counter[bytes] = Counter()  # of equal rows without an id, in a file
        self._seen: dict[tuple[str, str], str] = {}
        self._batch: list[Named] = []
        self._sources: set[str] = set()

    def take(self, number: int, path: Path, source: str) -> None:
        """Read one file; one that cannot be read is noted and costs the others nothing."""
        self._ordinals.clear()
        try:
            table = open_table(path)
        except FileRefused as refused:
            self._file_fault(path, refused.code)
            return
        except OSError:
            self._file_fault(path, "broken-packing")
            return
        for note in table.notes:
            if note == "cut":
                self._file_fault(path, note)
            else:
                self.summary.notes.append((file_name(path), note))
        try:
            self._rows(number, path, table, source)
            self.summary.files_read += not table.cut
        except FileRefused as refused:
            self._file_fault(path, refused.code)
        self._store(number, path, 1.0)

    def _rows(self, number: int, path: Path, table: CsvTable | SheetTable, source: str) -> None:
        columns: Columns | None = None
        for line, fields in table.rows():
            if columns is None:
                if table.cut and fields is None:
                    return  # within its heads: that it was cut is said
                columns = read_header(fields or [])
                if columns is None:
                    raise FileRefused("no-title-column")
                said = [f"twice:{name}" for name in columns.twice()]
                said += [f"beside:{name}" for name in columns.beside]
                self.summary.notes += [(file_name(path), one) for one in said]
                continue
            self._row(line, fields, columns, source)
            if len(self._batch) >= BATCH:
                self._store(number, path, table.done)
        if columns is None:
            raise FileRefused("empty")

    def _row(self, line: int, fields: list[str] | None, columns: Columns, source: str) -> None:
        self.summary.read += 1
        row, faults = read_row(line, fields, columns, source)
        named = self._name(row, faults) if row else None
        self._write(faults)
        if row is None or any(fault.refuses for fault in faults):
            self.summary.refused += 1
        elif named is None:
            self.summary.counts.unchanged += 1
        else:
            self._batch.append(named)

    def _name(self, row: Row, faults: list[Fault]) -> Named | None:
        """The row under its id; None for one that this run has already."""
        digest = row.digest
        if not row.external_id:
            key = bytes.fromhex(digest)[:16]
            self._ordinals[key] += 1
            return Named(made_up_id(row, self._ordinals[key]), row)
        before = self._seen.get((row.source, row.external_id))
        self._seen.setdefault((row.source, row.external_id), digest)
        if before is not None and before != digest:
            faults.append(Fault(row.line, "external_id", "id-twice"))
        return Named(row.external_id, row) if before is None else None

    def _store(self, number: int, path: Path, done: float) -> None:
        if self._batch:
            self._sources.update(one.row.source for one in self._batch)
            counts, held = store(self._batch)
            self.summary.counts.add(counts)
            self.summary.refused += len(held)
            self._write(Fault(line, "", "taken-down") for line in held)
            self._batch = []
        self._flush()
        self._progress(path, (number + done) / self._files, self.summary)

    def _write(self, faults: Iterable[Fault]) -> None:
        for fault in faults:
            self._report.writerow((fault.line, fault.column, words(fault.code)))

    def _file_fault(self, path: Path, code: str) -> None:
        name = file_name(path)
        self.summary.notes.append((name, code))
        # No sign that turns the line around, and nothing that a spreadsheet would run.
        column = clean_line(name)
        column = f"'{column}" if column.startswith(_FORMULA) else column
        self._report.writerow(("", column, words(code)))

    def close(self) -> None:
        """Leave one event per source in the ledger."""
        if not self._sources:
            return
        with unit_of_work() as session:
            counts = self.summary.counts
            for source in sorted(self._sources):
                record(
                    session,
                    "organisation",
                    source_public_id(source),
                    "import",
                    read=self.summary.read,
                    imported=counts.imported,
                    updated=counts.updated,
                    refused=self.summary.refused,
                )

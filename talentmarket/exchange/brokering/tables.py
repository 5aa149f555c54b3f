"""Tables handed out as XLSX or CSV: what a firm can see it can take along. Written row by row."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import xlsxwriter

from talentmarket.core import clock

#: What a sheet holds, its head included (Excel's own limit).
MOST_ROWS = 1_048_576


@dataclass(frozen=True)
class Column:
    """A column: its head, its width in characters, and whether it holds fen."""

    head: str
    width: int = 14
    money: bool = False


def workbook(sheets: Iterable[tuple[str, Sequence[Column], Iterable[Sequence[Any]]]]) -> bytes:
    """A file with the given sheets: (name, columns, rows).

    Texts are written as texts: what begins with = or @ is no formula, an address no link. Moments
    are shown in Shanghai's time; fen become yuan, which a cell of numbers holds exactly to 15
    digits. Raises ValueError for more rows than a sheet holds.
    """
    target = io.BytesIO()
    options = {
        "constant_memory": True,
        "in_memory": False,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = xlsxwriter.Workbook(target, options)
    book.set_properties({"created": clock.local(clock.now()).replace(tzinfo=None)})
    formats = {
        "head": book.add_format({"bold": True, "bottom": 1}),
        "money": book.add_format({"num_format": "#,##0.00"}),
        "day": book.add_format({"num_format": "yyyy-mm-dd"}),
        "moment": book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
    }
    for name, columns, rows in sheets:
        sheet = book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        for at, column in enumerate(columns):
            sheet.set_column(at, at, column.width)
            sheet.write_string(0, at, column.head, formats["head"])
        for number, row in enumerate(rows, 1):
            if number >= MOST_ROWS:
                raise ValueError("too many rows for a sheet")
            for at, value in enumerate(row):
                _cell(sheet, number, at, value, columns[at], formats)
    book.close()
    return target.getvalue()


#: What a spreadsheet would read as a formula where a text begins with it.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def sheet_as_csv(columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> bytes:
    """The same rows as CSV: UTF-8 with its mark, so that spreadsheets read the Chinese; yuan with two
    decimals; a text that looks like a formula stands behind an apostrophe."""
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow([column.head for column in columns])
    for row in rows:
        writer.writerow([_text(value, columns[at]) for at, value in enumerate(row)])
    return ("\ufeff" + target.getvalue()).encode()


def _text(value: Any, column: Column) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return clock.local(value).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, date):
        return value.isoformat()
    if column.money:
        return f"{'-' if value < 0 else ''}{abs(value) // 100}.{abs(value) % 100:02d}"
    text = str(value)
    return "'" + text if isinstance(value, str) and text.startswith(_FORMULA) else text


def _cell(
    sheet: Any, row: int, at: int, value: Any, column: Column, formats: dict[str, Any]
) -> None:
    if value is None or value == "":
        return
    if isinstance(value, datetime):
        local = clock.local(value).replace(tzinfo=None)
        sheet.write_datetime(row, at, local, formats["moment"])
    elif isinstance(value, date):
        sheet.write_datetime(row, at, value, formats["day"])
    elif column.money:
        sheet.write_number(row, at, value / 100, formats["money"])
    elif isinstance(value, int | float):
        sheet.write_number(row, at, value)
    else:
        sheet.write_string(row, at, str(value)[:32_000])


def separated(sheets: Iterable[tuple[str, Sequence[Column], Iterable[Sequence[Any]]]]) -> bytes:
    """The sheets one under the other as CSV (RFC 4180) in UTF-8 with a mark, as Excel reads it.

    A text that a spreadsheet would take for a formula gets an apostrophe before it.
    """
    target = io.StringIO()
    writer = csv.writer(target)
    for number, (name, columns, rows) in enumerate(sheets):
        if number:
            writer.writerow([])
        writer.writerow([_plain(name)])
        writer.writerow([_plain(column.head) for column in columns])
        writer.writerows([_plain(value) for value in row] for row in rows)
    return "\ufeff".encode() + target.getvalue().encode()


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, int | float):
        return "" if value is None else value
    text = value.isoformat() if isinstance(value, date) else str(value)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text

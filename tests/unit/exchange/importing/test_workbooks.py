"""A workbook is looked through before a table is made of it."""

from __future__ import annotations

import zipfile

import pytest
import xlsxwriter

from talentmarket.exchange.importing import workbooks
from talentmarket.exchange.importing.sources import FileRefused
from talentmarket.exchange.importing.tables import open_table
from talentmarket.exchange.importing.workbooks import Limits, check_workbook

GOOD = [(1, ["title", "city"]), (2, ["测试", "成都"])]
SHEET = "xl/worksheets/sheet1.xml"


@pytest.fixture
def make(tmp_path):
    """A workbook of two rows, and what `more` writes into it; or with another text for a part."""

    def make_(more=lambda book, sheet: None, **parts):
        path = tmp_path / "a.xlsx"
        book = xlsxwriter.Workbook(str(path))
        sheet = book.add_worksheet()
        for number, (_, row) in enumerate(GOOD):
            sheet.write_row(number, 0, row)
        more(book, sheet)
        book.close()
        return changed(path, parts) if parts else path

    return make_


def changed(path, parts):
    with zipfile.ZipFile(path) as old:
        texts = {name: old.read(name) for name in old.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, data in texts.items():
            change = parts.get("sheet" if name == SHEET else name)
            new.writestr(name, change(data.decode()).encode("utf-8") if change else data)
    return path


@pytest.mark.parametrize("place", ["XFD1048576", "A1048576", "P100000"])
def test_a_cell_far_out_is_refused_before_memory_is_used(make, place):
    path = make(lambda book, sheet: sheet.write(place, "x"))
    with pytest.raises(FileRefused, match="reach"):
        open_table(path)


def far(text):
    return text.replace('<row r="2"', "<row r='1048576'").replace('r="B2"', "r='XFD1048576'")


@pytest.mark.parametrize(
    "change",
    [
        far,
        lambda text: far(text).replace("r='XFD1048576'", "\n r\n=\n'XFD1048576'"),
        lambda text: (
            far(text)
            .replace("<sheetData", "<x:sheetData")
            .replace("<row", "<x:row")
            .replace("<c ", "<x:c ")
            .replace("<v>", "<x:v>")
            .replace("</sheetData", "</x:sheetData")
            .replace("</row", "</x:row")
            .replace("</c>", "</x:c>")
            .replace("</v>", "</x:v>")
            .replace(
                "xmlns=",
                'xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns=',
            )
        ),
    ],
)
def test_however_the_place_is_written(make, change):
    with pytest.raises(FileRefused, match="reach"):
        open_table(make(sheet=change))


def test_formats_without_a_value_do_not_count(make):
    def more(book, sheet):
        bold = book.add_format({"bold": True})
        for place in ("XFD1048576", "A1048576", "XFD1"):
            sheet.write_blank(place, None, bold)

    path = make(more)
    assert list(open_table(path).rows()) == GOOD


def test_a_used_range_that_only_the_head_of_the_sheet_claims(make):
    path = make(sheet=lambda text: text.replace('ref="A1:B2"', 'ref="A1:XFD1048576"'))
    assert "XFD1048576" in zipfile.ZipFile(path).read(SHEET).decode()
    assert list(open_table(path).rows()) == GOOD


def test_a_wide_row_is_its_own_fault(make):
    path = make(lambda book, sheet: sheet.write("XFD5", "x"))
    found = list(open_table(path).rows())
    assert found[:2] == GOOD
    assert [(line, len(cells)) for line, cells in found[2:]] == [(5, 16_384)]


def test_a_large_table_is_no_trap(make, monkeypatch):
    """Half of its cells are empty, as in real ones."""
    monkeypatch.setattr(workbooks, "AREA_FREE", 1_000)

    def more(book, sheet):
        for row in range(2, 1_000):
            sheet.write_row(row, row % 2, ["x", "y"])

    assert len(list(open_table(make(more)).rows())) == 1_000


def test_a_table_larger_than_the_reader_has_room_for(make):
    path = make(lambda book, sheet: sheet.write("P4000", "x"))
    check_workbook(path, Limits(1 << 20, 64_000))
    with pytest.raises(FileRefused, match="reach"):
        check_workbook(path, Limits(1 << 20, 63_999))


def test_one_long_text_in_many_cells(make):
    """It is stored once, and every cell gets a copy of it: 100 times 3,000 bytes."""
    path = make(long_texts)
    with pytest.raises(FileRefused, match="bomb"):
        check_workbook(path, Limits(250_000))
    check_workbook(path, Limits(310_000))
    assert len(list(open_table(path).rows())) == 102


@pytest.mark.parametrize("number", ["+4", "0000000000004", " 4\n"])
def test_however_the_number_of_the_text_is_written(make, number):
    path = make(long_texts, sheet=lambda text: text.replace("<v>4</v>", f"<v>{number}</v>"))
    assert f"<v>{number}</v>" in zipfile.ZipFile(path).read(SHEET).decode()
    with pytest.raises(FileRefused, match="bomb"):
        check_workbook(path, Limits(250_000))


def long_texts(_book, sheet):
    for row in range(2, 102):
        sheet.write(row, 0, "字" * 1_000)


def test_a_part_that_says_less_than_it_holds(make, monkeypatch):
    path = make(lambda book, sheet: sheet.write(5, 0, "x" * 30_000))
    data = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        size = archive.getinfo("xl/sharedStrings.xml").file_size
    assert data.count(size.to_bytes(4, "little")) >= 1
    path.write_bytes(data.replace(size.to_bytes(4, "little"), (100).to_bytes(4, "little")))
    with pytest.raises(FileRefused, match="bomb"):
        check_workbook(path, Limits(20_000))


def test_other_parts_need_not_be_well_formed(make, tmp_path):
    path = make()
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/drawings/vmlDrawing1.vml", "<xml><br><o:shape></xml>")
        archive.writestr("xl/media/image1.png", b"\x89PNG\r\n")
    assert list(open_table(path).rows()) == GOOD


def test_a_sheet_that_is_no_xml(make):
    with pytest.raises(FileRefused, match="broken-packing"):
        check_workbook(make(sheet=lambda text: text.replace("</row>", "", 1)))

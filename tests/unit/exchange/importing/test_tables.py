"""Files that somebody sent: packings, encodings, broken quotes, traps."""

from __future__ import annotations

import gzip
import zipfile

import pytest
import xlsxwriter

from talentmarket.exchange.importing import sources, tables
from talentmarket.exchange.importing.sources import FileRefused
from talentmarket.exchange.importing.tables import open_table

TEXT = "title,city\n大数据工程师,成都\n测试工程师,上海\n"


def rows(path):
    return list(open_table(path).rows())


@pytest.mark.parametrize(
    ("encoding", "said"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("gb18030", "gb18030"),
        ("gbk", "gb18030"),
        ("utf-16", "utf-16"),
    ],
)
@pytest.mark.parametrize("packed", [False, True])
def test_encodings(tmp_path, encoding, said, packed):
    path = tmp_path / "a.csv"
    data = TEXT.encode(encoding)
    path.write_bytes(gzip.compress(data) if packed else data)
    table = open_table(path)
    assert table.encoding == said
    assert list(table.rows()) == [
        (1, ["title", "city"]),
        (2, ["大数据工程师", "成都"]),
        (3, ["测试工程师", "上海"]),
    ]
    assert table.done == 1.0


def test_line_breaks_inside_quotes(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b'title,text\r\na,"one\r\ntwo ""quoted"""\r\nb,c\r\n')
    assert rows(path)[1:] == [(2, ["a", 'one\r\ntwo "quoted"']), (4, ["b", "c"])]


def test_an_open_quote_costs_its_line_only(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('title,text\na,"never closed\nb,c\nd,e\n')
    assert rows(path)[1:] == [(2, None), (3, ["b", "c"]), (4, ["d", "e"])]


def test_many_open_quotes_stay_cheap(tmp_path, monkeypatch):
    monkeypatch.setattr(tables, "SHORT_RECORD", 100)
    path = tmp_path / "a.csv"
    path.write_text("title,text\n" + 'a,"x\nb,c\n' * 301)
    found = rows(path)[1:]
    assert sum(fields == ["b", "c"] for _, fields in found) >= 1
    assert found[-1] == (603, ["b", "c"])


@pytest.mark.parametrize("sign", ["\t", ";", "|"])
def test_other_separators(tmp_path, sign):
    path = tmp_path / "a.csv"
    path.write_text(f"title{sign}city\na{sign}b\n")
    assert rows(path)[1] == (2, ["a", "b"])


def test_a_line_longer_than_the_limit_does_not_end_the_file(tmp_path, monkeypatch):
    monkeypatch.setattr(tables, "MOST_LINE", 1000)
    path = tmp_path / "a.csv"
    path.write_text("title,text\na," + "x" * 5000 + "\nb,c\n")
    found = rows(path)
    assert [line for line, _ in found] == [1, 2, 3]
    assert found[2][1] == ["b", "c"]


def test_workbook(tmp_path):
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    for number, row in enumerate([("title", "salary_min"), ("测试", 15000), ("", ""), ("b", 1.5)]):
        sheet.write_row(number, 0, row)
    book.close()
    assert rows(path) == [
        (1, ["title", "salary_min"]),
        (2, ["测试", "15000"]),
        (4, ["b", "1.5"]),
    ]


def test_a_gzip_bomb_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(sources, "RATIO_FREE", 1024)
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(b"title\n" + b"a" * 5_000_000))
    with pytest.raises(FileRefused, match="bomb"):
        open_table(path)


def test_a_workbook_bomb_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(sources, "RATIO_FREE", 1024)
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "a" * 5_000_000)
    with pytest.raises(FileRefused, match="bomb"):
        open_table(path)


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.csv.gz", gzip.compress(TEXT.encode(), mtime=0)[:-12], "broken-packing"),
        ("a.xlsx", b"PK\x03\x04 nothing else", "broken-packing"),
        ("a.csv", b"\x00\x01\x02\x03", "not-text"),
        ("a.csv", b"title\n\xff\xff\xff\xff", "encoding"),
    ],
)
def test_files_that_cannot_be_read(tmp_path, name, data, code):
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(FileRefused, match=code):
        open_table(path)

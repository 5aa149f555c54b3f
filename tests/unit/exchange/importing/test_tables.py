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
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("utf-32", "utf-32"),
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


def test_quotes_that_are_signs_swallow_no_line_between_them(tmp_path):
    """Two screens in inches: good rows stand between them."""
    path = tmp_path / "a.csv"
    path.write_text('title,text\n24" screens,x\nb,c\n27" screens,y\n"say "so" twice",z\nd,e\n')
    assert rows(path)[1:] == [
        (2, ['24" screens', "x"]),
        (3, ["b", "c"]),
        (4, ['27" screens', "y"]),
        (5, ['say so" twice"', "z"]),
        (6, ["d", "e"]),
    ]


def test_an_open_quote_does_not_take_the_quotes_of_the_next_row(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('title,text\na,"never closed\nb,"one\ntwo"\nd,e\n')
    assert rows(path)[1:] == [(2, None), (3, ["b", "one\ntwo"]), (5, ["d", "e"])]


def test_pieces_of_a_text_that_is_never_closed_are_no_rows(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('title,city,text\na,b,"duties:\n1. write\n2. test, and more\nc,d,e\n')
    assert rows(path)[1:] == [(2, None), (3, None), (4, None), (5, ["c", "d", "e"])]


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n"])
def test_line_ends(tmp_path, end):
    path = tmp_path / "a.csv"
    path.write_bytes(f'title,city{end}a,"b{end}c"{end}{end}d,e'.encode())
    assert rows(path) == [(1, ["title", "city"]), (2, ["a", f"b{end}c"]), (5, ["d", "e"])]


def test_a_spreadsheet_says_its_separator(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("sep=;\r\ntitle;pay, a month\r\na;1,5\r\n")
    assert rows(path) == [(2, ["title", "pay, a month"]), (3, ["a", "1,5"])]


def test_zeros_in_a_text_are_signs_like_others(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"title,city\n\xe6\xb5\x8b\x00\xe8\xaf\x95,a\n")
    assert rows(path)[1] == (2, ["测\x00试", "a"])


LONG = "大数据开发工程师,负责数据仓库的建设\n"


@pytest.mark.parametrize(("first", "second"), [("utf-8", "gb18030"), ("gb18030", "utf-8")])
def test_a_file_put_together_of_two_encodings(tmp_path, first, second):
    path = tmp_path / "a.csv"
    path.write_bytes(("title,text\n" + LONG * 30).encode(first) + (LONG * 5).encode(second))
    table = open_table(path)
    assert table.notes == ["mixed"]
    assert [fields for _, fields in table.rows()][1:] == [LONG.strip().split(",")] * 35


def test_short_words_of_gbk_that_are_utf8_by_chance_stay_gbk(tmp_path):
    word = b"\xc4\xa3\xc4\xa3".decode("gb18030")  # as UTF-8 these are two Latin letters
    path = tmp_path / "a.csv"
    path.write_bytes((f"title,text\n{word},a\n" + LONG * 5).encode("gb18030"))
    assert rows(path)[1] == (2, [word, "a"])


def test_a_line_longer_than_the_limit_does_not_lend_its_beginning(tmp_path, monkeypatch):
    """Columns behind the long one would be taken for empty."""
    monkeypatch.setattr(tables, "MOST_LINE", 1000)
    path = tmp_path / "a.csv"
    path.write_text("title,other,city\na," + "x" * 5000 + ",b\nc,d,e\n")
    assert rows(path)[1:] == [(2, None), (3, ["c", "d", "e"])]


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
        ("a.csv.gz", gzip.compress(TEXT.encode(), mtime=0)[:8], "broken-packing"),
        ("a.csv.gz", gzip.compress(TEXT.encode(), mtime=0)[:-8] + b"\x00" * 8, "broken-packing"),
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

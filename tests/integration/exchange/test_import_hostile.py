"""`flask jobs import` and what is wrong with files: each has its exit code and its word."""

from __future__ import annotations

import csv
import gzip
import json
import zipfile

import pytest
import sqlalchemy as sa

from talentmarket.exchange.importing import sources
from talentmarket.exchange.importing.faults import WORDS
from talentmarket.exchange.models import Job
from tests.fixtures.databases import on_sqlite

pytestmark = on_sqlite
GOOD = "title,city,description\n大数据开发工程师,成都,精通Spark\n"


@pytest.fixture
def bring(app, session, tmp_path, monkeypatch):
    """Write a file and import it: exit code, counts, what is said, words of the report."""
    monkeypatch.setattr(sources, "RATIO_FREE", 1 << 20)

    def run(name: str, data: bytes):
        path = tmp_path / name
        path.write_bytes(data)
        runner = app.test_cli_runner(catch_exceptions=False)
        done = runner.invoke(args=["jobs", "import", str(path)])
        last = json.loads(done.stdout.splitlines()[-1])
        with open(last["report"], encoding="utf-8-sig", newline="") as report:
            reasons = [row[-1] for row in csv.reader(report)][1:]
        return done.exit_code, last, done.output, reasons

    return run


def workbook_bomb(path) -> bytes:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "a" * 8_000_000)
    return path.read_bytes()


def test_files_that_are_not_read(bring, tmp_path):
    """Nothing comes in, the exit code is 1, and the reason stands on the screen."""
    packed = gzip.compress(GOOD.encode() * 50, mtime=0)
    for name, data, fault in (
        ("empty.csv", b"", "empty"),
        ("bomb.csv.gz", gzip.compress(b"title\n" + b"a" * 8_000_000), "bomb"),
        ("bomb.xlsx", workbook_bomb(tmp_path / "made.zip"), "bomb"),
        ("cut.csv.gz", packed[: len(packed) // 2], "broken-packing"),
        ("cut.xlsx", b"PK\x03\x04 nothing else", "broken-packing"),
        ("picture.csv", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "not-text"),
        ("bytes.csv", b"title\n\xff\xff\xff\xff", "encoding"),
    ):
        code, last, said, _reasons = bring(name, data)
        assert code == 1, name
        assert last["imported"] == 0, name
        assert WORDS[fault] in said.replace("\n", ""), (name, said)


def test_rows_that_are_not_taken_leave_the_others(bring, session):
    """The file is read to its end, the exit code is 0, and the report says what was left out."""
    good = GOOD.splitlines()[1]
    for name, text, fault in (
        ("quote.csv", f'title,city,description\n数据,成都,"开着\n{good}\n', "broken-line"),
        (
            "field.csv",
            f"title,city,description\n数据,成都,{'长' * 3_500_000}\n{good}\n",
            "field-long",
        ),
        (
            "twice.csv",
            "title,city,title\n数据,成都,测试\n大数据开发工程师,成都,大数据开发工程师\n",
            "column-twice",
        ),
    ):
        before = session.scalar(sa.select(sa.func.count()).select_from(Job))
        code, last, _said, reasons = bring(name, text.encode())
        assert (code, last["refused"]) == (0, 1), (name, last, reasons)
        assert reasons == [WORDS[fault]], name
        session.rollback()
        after = session.scalar(sa.select(sa.func.count()).select_from(Job))
        assert last["imported"] + last["unchanged"] >= 1, name
        assert after >= before, name


def test_damage_in_one_place_costs_its_row(bring):
    """A bad byte is no other encoding: what stands around it is read as it was written."""
    rows = "title,city,description\n" + "大数据开发工程师,成都,负责数据仓库\n" * 20
    for name, data, encoding in (
        ("utf.csv", rows.encode() + "测试".encode("gb18030") + b",,\n", "utf-8"),
        ("gb.csv", rows.encode("gb18030") + b"\xff\xff,,\n", "gb18030"),
        ("ascii.csv", b"title,city\n" + b"Java developer,\n" * 20 + b"a\xff,\n", "utf-8"),
    ):
        code, last, said, reasons = bring(name, data)
        assert (code, last["imported"], last["refused"]) == (0, 20, 1), (name, last, reasons)
        assert reasons == [WORDS["unreadable-signs"]], name
        assert ("GB18030" in said) == (encoding == "gb18030"), name


def test_signs_that_turn_the_text_round_are_taken_out(bring, session):
    rows = [
        "数据\u202e\u0007工程师\u2066",
        "一个足够长的岗位名称让后面的字节不在文件的开头",
        "测\x00试",
    ]
    text = "title,city\n" + "".join(f"{title},成都\n" for title in rows)
    code, last, *_rest = bring("bidi.csv", text.encode())
    assert (code, last["imported"]) == (0, 3)
    titles = session.scalars(sa.select(Job.title).order_by(Job.id)).all()
    assert titles[0] == "数据工程师"
    assert all(title.isprintable() for title in titles)


def test_gb18030_is_taken_and_said(bring):
    code, last, said, _reasons = bring("gb.csv", GOOD.encode("gb18030"))
    assert (code, last["imported"]) == (0, 1)
    assert "GB18030" in said


def test_a_folder_is_wrong_usage(app, session, tmp_path):
    done = app.test_cli_runner(catch_exceptions=False).invoke(
        args=["jobs", "import", str(tmp_path)]
    )
    assert done.exit_code == 2

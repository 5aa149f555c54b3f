"""`flask jobs import` and what is wrong with files: each has its exit code and its word."""

from __future__ import annotations

import csv
import gzip
import json
import os
import re
import sqlite3
import zipfile
import zlib

import pytest
import sqlalchemy as sa
import xlsxwriter

from talentmarket.cli import jobs as jobs_command
from talentmarket.core.db import db
from talentmarket.core.events import Actor
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange import review
from talentmarket.exchange.importing import running, sources
from talentmarket.exchange.importing.faults import WORDS
from talentmarket.exchange.models import Job, JobState
from talentmarket.members.models import Organisation
from tests.factories.people import make_account
from tests.fixtures.databases import on_sqlite

pytestmark = on_sqlite
HAN = re.compile("[\u4e00-\u9fff]")
GOOD = "title,city,description\n大数据开发工程师,成都,精通Spark\n"


@pytest.fixture
def bring(app, session, tmp_path, monkeypatch):
    """Write a file and import it: exit code, counts, what is said, words of the report."""
    monkeypatch.setattr(sources, "RATIO_FREE", 1 << 20)

    def run(name: str, data: bytes, *options: str):
        path = tmp_path / name
        path.write_bytes(data)
        runner = app.test_cli_runner(catch_exceptions=False)
        done = runner.invoke(args=["jobs", "import", str(path), *options])
        last = json.loads(done.stdout.splitlines()[-1])
        with open(last["report"], encoding="utf-8-sig", newline="") as report:
            reasons = [row[-1] for row in csv.reader(report)][1:]
        return done.exit_code, last, done.output, reasons

    return run


def workbook_bomb(path) -> bytes:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "a" * 8_000_000)
    return path.read_bytes()


def workbook(path, *places) -> bytes:
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    for number, line in enumerate(GOOD.splitlines()):
        sheet.write_row(number, 0, line.split(","))
    for place in places:
        sheet.write(place, "x")
    book.close()
    return path.read_bytes()


def test_files_that_are_not_read(bring, tmp_path):
    """Nothing comes in, the exit code is 1, and the reason stands on the screen."""
    packed = gzip.compress(GOOD.encode() * 50, mtime=0)
    for name, data, fault in (
        ("empty.csv", b"", "empty"),
        ("bomb.csv.gz", gzip.compress(b"title\n" + b"a" * 8_000_000), "bomb"),
        ("bomb.xlsx", workbook_bomb(tmp_path / "made.zip"), "bomb"),
        ("nothing.csv.gz", packed[:8], "broken-packing"),
        ("head.csv.gz", packed[: len(packed) // 8], "cut"),
        ("changed.csv.gz", packed[:-6] + b"\0" * 6, "broken-packing"),
        ("far.xlsx", workbook(tmp_path / "far.xlsx", "XFD1048576"), "reach"),
        ("cut.xlsx", b"PK\x03\x04 nothing else", "broken-packing"),
        ("picture.csv", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "not-text"),
        ("bytes.csv", b"title\n\xff\xff\xff\xff", "encoding"),
    ):
        code, last, said, _reasons = bring(name, data)
        assert code == 1, name
        assert last["imported"] == 0, name
        assert str(WORDS[fault]) in said.replace("\n", ""), (name, said)


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
    assert "数据工程师" in titles
    assert all(title.isprintable() for title in titles)


def test_gb18030_is_taken_and_said(bring):
    code, last, said, _reasons = bring("gb.csv", GOOD.encode("gb18030"))
    assert (code, last["imported"]) == (0, 1)
    assert "GB18030" in said


def numbered(count: int) -> list[str]:
    return [f"大数据工程师{number},成都,{'精通Spark' * (number % 7)}\n" for number in range(count)]


def test_a_download_that_broke_off_is_read_up_to_there(bring, session):
    """What came is imported, what is missing is said; the whole file later adds the rest."""
    head, *_ = GOOD.splitlines(keepends=True)
    packed = gzip.compress((head + "".join(numbered(2_000))).encode(), mtime=0)
    code, last, said, reasons = bring("a.csv.gz", packed[: len(packed) // 2])
    assert code == 0
    assert 0 < last["imported"] < 2_000
    assert last["refused"] <= 1  # the row that the cut goes through
    assert str(WORDS["cut"]) in said.replace("\n", "")
    assert str(WORDS["cut"]) in reasons
    before = last["imported"]
    code, last, said, reasons = bring("a.csv.gz", packed)
    assert (code, reasons) == (0, [])
    assert (last["unchanged"], last["imported"]) == (before, 2_000 - before)


def test_of_a_file_cut_behind_its_head_nothing_comes(bring):
    packer = zlib.compressobj(wbits=31)
    cut = packer.compress(GOOD.splitlines(keepends=True)[0].encode())
    code, last, _said, reasons = bring("a.csv.gz", cut + packer.flush(zlib.Z_SYNC_FLUSH))
    assert (code, last["read"]) == (1, 0)
    assert reasons == [WORDS["cut"]]


def test_a_wide_row_costs_itself_only(bring, tmp_path):
    code, last, _said, reasons = bring("a.xlsx", workbook(tmp_path / "b.xlsx", "XFD4"))
    assert (code, last["imported"], last["refused"]) == (0, 1, 1)
    assert reasons == [WORDS["too-many-fields"]]


def test_one_run_speaks_one_language(bring):
    """Screen and report; a report in English has no Chinese word in it."""
    data = "title,title,city,headcount\n测试,测试,某地,零\n".encode("gb18030")
    _code, _last, said, reasons = bring("a.csv", data)
    shown = "".join(said.splitlines(keepends=True)[:-1])
    assert all(HAN.search(line) for line in [*shown.splitlines(), *reasons])
    _code, _last, said, reasons = bring("a.csv", data, "--language", "en")
    shown = "".join(said.splitlines(keepends=True)[:-1])
    assert len(reasons) == 2
    assert not any(HAN.search(line) for line in [*shown.splitlines(), *reasons])


def test_what_the_office_took_down_stays_down(bring, session):
    """A word changed at its source does not bring it back; unchanged it is no fault."""
    head, row = "external_id,title,city\n", "7,大数据工程师,成都\n"
    bring("a.csv", (head + row).encode())
    operator = make_account(is_operator=True)
    with unit_of_work() as unit:
        job = unit.scalars(sa.select(Job)).one()
        review.take_down(
            unit,
            job,
            "untrue",
            "内容不实，已核对",
            reviewer=operator,
            actor=Actor(operator.public_id),
        )
    code, last, _said, reasons = bring("a.csv", (head + row).encode())
    assert (code, last["unchanged"], reasons) == (0, 1, [])
    code, last, _said, reasons = bring("a.csv", (head + row.replace("成都", "绵阳")).encode())
    assert (code, last["updated"], last["refused"]) == (1, 0, 1)
    assert reasons == [WORDS["taken-down"]]
    session.expire_all()
    assert session.scalars(sa.select(Job.state)).one() is JobState.REJECTED


def test_a_database_that_is_held_in_the_middle(bring, app, session, monkeypatch):
    """Another writer does not let go: what was stored before is counted, run again it goes on."""
    monkeypatch.setattr(running, "BATCH", 10)
    holder = sqlite3.connect(db.engine.url.database, isolation_level=None)
    shown = jobs_command._Shown.__call__

    def hold(self, path, done, summary):
        shown(self, path, done, summary)
        if not holder.in_transaction:
            holder.execute("BEGIN IMMEDIATE")

    data = ("title,city,description\n" + "".join(numbered(30))).encode()
    with monkeypatch.context() as held:
        held.setattr(jobs_command._Shown, "__call__", hold)
        code, last, said, _reasons = bring("a.csv", data)
    holder.close()
    assert code == 1
    assert (last["imported"], last["unchanged"]) == (10, 0)
    assert "the database does not answer" in said
    code, last, *_rest = bring("a.csv", data)
    assert (code, last["imported"], last["unchanged"]) == (0, 20, 10)


def test_a_file_that_is_named_in_another_encoding(bring, session):
    """As an archive made on Windows names it; without a source the name is kept as one."""
    name = os.fsdecode("成都岗位.csv".encode("gb18030"))
    code, last, *_rest = bring(name, GOOD.encode())
    assert (code, last["imported"]) == (0, 1)
    assert session.scalars(sa.select(Organisation.name)).one() == "成都岗位"
    code, _last, said, _reasons = bring(name, b"")
    assert code == 1
    assert "成都岗位.csv" in said


def test_the_name_of_a_file_is_no_formula_in_the_report(bring):
    _code, last, *_rest = bring("=1+1\u202e.csv", b"")
    with open(last["report"], encoding="utf-8-sig", newline="") as report:
        assert [row[1] for row in csv.reader(report)][1:] == ["'=1+1.csv"]


def test_a_pipe_is_wrong_usage(app, session, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    done = app.test_cli_runner(catch_exceptions=False).invoke(
        args=["jobs", "import", str(tmp_path / "pipe")]
    )
    assert done.exit_code == 2


def test_a_folder_is_wrong_usage(app, session, tmp_path):
    done = app.test_cli_runner(catch_exceptions=False).invoke(
        args=["jobs", "import", str(tmp_path)]
    )
    assert done.exit_code == 2

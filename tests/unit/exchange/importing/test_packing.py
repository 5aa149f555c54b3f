"""Packed files: cut, put together, with something behind, changed."""

from __future__ import annotations

import gzip
import random
import zlib

import pytest

from talentmarket.exchange.importing.packing import open_bytes
from talentmarket.exchange.importing.tables import open_table

LINES = [f"{number},{random.Random(number).getrandbits(256):x}\n" for number in range(5_000)]
HEAD = "title,text\n"
DATA = (HEAD + "".join(LINES)).encode()
PACKED = gzip.compress(DATA, mtime=0)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "a.csv.gz"


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9, 1.0])
def test_a_cut_file_is_read_up_to_the_cut(path, part):
    """Each row before it comes whole, the row it goes through does not come as a half."""
    path.write_bytes(PACKED[: int((len(PACKED) - 8) * part)])
    table = open_table(path)
    assert (table.cut, table.notes) == (True, ["cut"])
    rows = [fields for _, fields in table.rows()][1:]
    whole = [fields for fields in rows if fields is not None]
    assert whole == [line.strip().split(",") for line in LINES[: len(whole)]]
    assert len(rows) - len(whole) <= 1
    assert len(whole) >= len(LINES) * (part - 0.05)


def test_a_cut_in_the_middle_of_a_sign(path):
    data = "title,text\n大数据,工程师\n测试,工".encode()
    packer = zlib.compressobj(wbits=31)
    path.write_bytes(packer.compress(data[:-1]) + packer.flush(zlib.Z_SYNC_FLUSH))
    table = open_table(path)
    assert table.encoding == "utf-8"
    assert list(table.rows())[1:] == [(2, ["大数据", "工程师"]), (3, None)]


def test_members_one_after_the_other_are_one_file(path):
    path.write_bytes(PACKED + b"\0" * 1024 + gzip.compress(b"x,y\n") + b"\0" * 7)
    with open_bytes(path) as stream:
        assert stream.read() == DATA + b"x,y\n"
        assert (stream.raw.cut, stream.raw.tail) == (False, False)


def test_what_stands_behind_the_last_member_is_left_out_and_said(path):
    path.write_bytes(PACKED + b"<html>")
    table = open_table(path)
    assert table.notes == ["tail"]
    assert len(list(table.rows())) == 5_001


def test_changed_bytes_are_not_read_as_if_they_were_right(path):
    for place in (len(PACKED) // 2, len(PACKED) - 6):
        changed = bytearray(PACKED)
        changed[place] ^= 0xFF
        path.write_bytes(changed)
        with open_bytes(path) as stream, pytest.raises(zlib.error):
            stream.read()

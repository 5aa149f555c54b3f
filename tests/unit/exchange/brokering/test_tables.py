"""Rows as CSV: what a spreadsheet would run as a formula is written as text."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest

from talentmarket.exchange.brokering.tables import Column, sheet_as_csv

COLUMNS = (Column("名称"), Column("金额", money=True), Column("日期"))


def read(data):
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))


@pytest.mark.parametrize("text", ["=1+1", "+86", "-x", "@cmd", "\tx"])
def test_no_text_is_a_formula(text):
    rows = read(sheet_as_csv(COLUMNS, [(text, -1_234_05, date(2026, 1, 31))]))
    assert rows[0] == ["名称", "金额", "日期"]
    assert rows[1] == ["'" + text, "-1234.05", "2026-01-31"]


def test_what_is_not_there_is_empty_and_commas_stay_inside():
    assert read(sheet_as_csv(COLUMNS, [('云栖，"数据",科技', 5, None)]))[1] == [
        '云栖，"数据",科技',
        "0.05",
        "",
    ]

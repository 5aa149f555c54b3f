"""Amounts: what is read, what is refused, and how they are written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talentmarket.core.errors import Invalid
from talentmarket.exchange.brokering.money import MOST, fen, in_words, yuan


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("12000", 1_200_000),
        (" 12,000.5 ", 1_200_050),
        ("￥１２，０００．５０元", 1_200_050),
        ("0", 0),
        ("0.01", 1),
        ("1,234,567.89", 123_456_789),
    ],
)
def test_read(text, amount):
    assert fen(text) == amount


@pytest.mark.parametrize(
    "text",
    [
        *("", "-1", "+1", "1.", ".5", "1e3", "NaN", "Infinity", "12,00", "1,2345", "1.2.3", "0x10"),
        *("1.234", "1,000.005", "1.000", "１．２３４", "12 000", "一万", "1;2", "9" * 13, "²", "٣"),
        *("10000000000.01", "1\n2", "<b>1</b>", "99999999999999999999999.999"),
    ],
)
def test_refused(text):
    with pytest.raises(Invalid) as caught:
        fen(text, "pay")
    assert set(caught.value.errors) == {"pay"}


@given(st.integers(0, MOST))
def test_there_and_back(amount):
    assert fen(yuan(amount)) == amount
    assert yuan(-amount).lstrip("-") == yuan(amount)


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (0, "零元整"),
        (5, "伍分"),
        (50, "伍角整"),
        (100_05, "壹佰元零伍分"),
        (100_50, "壹佰元伍角整"),
        (1_409_50, "壹仟肆佰零玖元伍角整"),
        (6_007_14, "陆仟零柒元壹角肆分"),
        (107_000_53, "壹拾万柒仟元伍角叁分"),
        (16_409_02, "壹万陆仟肆佰零玖元零贰分"),
        (100_000_000_00, "壹亿元整"),
        (100_000_001_00, "壹亿零壹元整"),
        (10_010_000_00, "壹仟零壹万元整"),
    ],
)
def test_capitals(amount, words):
    assert in_words(amount) == words

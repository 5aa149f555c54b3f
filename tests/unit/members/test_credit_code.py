"""Credit codes: what is refused, and what is only a hint."""

from __future__ import annotations

import pytest
from stdnum.cn import uscc

from talentmarket.core.errors import Invalid
from talentmarket.members import credit_code


def whole(body):
    return body + uscc.calc_check_digit(body)


def test_a_usual_code_is_taken_as_it_is():
    code = credit_code.read(" 9151 0100-60003734" + whole("91510100600037341")[-2:])
    assert code.value == whole("91510100600037341")
    assert not code.unusual


@pytest.mark.parametrize("body", ["A1110000600037341", "9A510100600037341", "31510100600037341"])
def test_letters_and_rare_authorities_in_front_are_a_hint(body):
    code = credit_code.read(whole(body))
    assert code.unusual
    assert credit_code.is_unusual(code.value)


@pytest.mark.parametrize(
    "text",
    ["", "9151010060003734", "91510100600037341O", "91510100600037341I", "915101006000373412345"],
)
def test_a_wrong_length_or_sign_is_refused(text):
    with pytest.raises(Invalid) as caught:
        credit_code.read(text)
    assert "uscc" in caught.value.errors


def test_a_wrong_check_digit_is_refused():
    right = whole("91510100600037341")
    wrong = right[:-1] + ("0" if right[-1] != "0" else "1")
    with pytest.raises(Invalid):
        credit_code.read(wrong)


@pytest.mark.parametrize("place", range(17))
def test_one_sign_mistyped_is_noticed(place):
    right = whole("91510100600037341")
    other = "7" if right[place] != "7" else "8"
    with pytest.raises(Invalid):
        credit_code.read(right[:place] + other + right[place + 1 :])

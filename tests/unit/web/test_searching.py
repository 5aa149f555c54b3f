"""Addresses of search pages, pieces of suggestions, page numbers."""

from hypothesis import given
from hypothesis import strategies as st

from talentmarket.web.addresses import page_numbers
from talentmarket.web.suggest.routes import parts


def test_page_numbers_show_the_ends_and_what_is_near():
    assert page_numbers(1, 1) == [1]
    assert page_numbers(1, 15) == [1, 2, 3, None, 15]
    assert page_numbers(8, 15) == [1, None, 6, 7, 8, 9, 10, None, 15]
    assert page_numbers(4, 6) == [1, 2, 3, 4, 5, 6]


@given(st.integers(1, 50), st.integers(1, 50))
def test_page_numbers_rise_and_hold_the_present_one(page, pages):
    page = min(page, pages)
    numbers = [number for number in page_numbers(page, pages) if number is not None]
    assert numbers == sorted(set(numbers))
    assert {1, page, pages} <= set(numbers)


@given(st.text(max_size=12), st.text(max_size=6))
def test_pieces_of_a_suggestion_join_to_the_text(text, typed):
    assert "".join(piece for piece, _hit in parts(text, typed)) == text


def test_the_typed_part_is_marked():
    assert parts("大数据开发", "数据") == [("大", False), ("数据", True), ("开发", False)]
    assert parts("大数据", "dsj") == [("大数据", False)]

"""Sketches: a bit for each term, the same everywhere, in numbers that every engine holds."""

from hypothesis import given
from hypothesis import strategies as st

from search.sketches import BITS, PART, PARTS, bits, sketch

sets = st.sets(st.text(min_size=1, max_size=6), max_size=30)


@given(sets, sets)
def test_what_two_sets_share_is_set_in_both(one: set[str], other: set[str]) -> None:
    numbers = sketch(one), sketch(other), sketch(one & other), sketch(one | other)
    rows = bits(list(zip(*numbers, strict=True)))
    assert rows.shape == (4, BITS)
    assert (rows[2] <= rows[0] * rows[1]).all()
    assert (rows[3] == ((rows[0] + rows[1]) > 0)).all()
    assert rows[3].sum() <= len(one | other)


@given(sets)
def test_numbers_fit_any_engine(terms: set[str]) -> None:
    numbers = sketch(terms)
    assert len(numbers) == PARTS
    assert all(0 <= number < 2**PART for number in numbers)


def test_a_sketch_is_the_same_on_every_machine() -> None:
    assert sketch(["java", "spark"]) == sketch(["spark", "java", "java"])
    assert sketch(["java"]) == (1 << 42, 0)


def test_the_unknown_sets_no_bit() -> None:
    assert bits([[None, 1], [None, 0]]).sum(axis=1).tolist() == [0, 1]

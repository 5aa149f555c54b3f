"""The next list is made while the present one is written; order and faults are those of one thread."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing

import pytest

from talentmarket.indexing.writing import ahead

PATIENCE = 30


def test_results_come_in_order() -> None:
    assert list(ahead(range(5), lambda number: number * 2)) == [0, 2, 4, 6, 8]
    assert list(ahead([], str)) == []


def test_the_next_item_is_made_while_the_present_one_is_in_hand() -> None:
    second_made = threading.Event()

    def items() -> Iterator[int]:
        yield 1
        second_made.set()
        yield 2

    def act(number: int) -> bool:
        return number == 2 or second_made.wait(PATIENCE)

    assert list(ahead(items(), act)) == [True, True]


def test_one_is_in_hand_at_a_time() -> None:
    in_hand: list[int] = []

    def act(number: int) -> int:
        in_hand.append(number)
        assert in_hand == [number]
        return in_hand.pop()

    assert list(ahead(range(50), act)) == list(range(50))


def test_a_fault_in_hand_ends_it_and_nothing_is_done_after_it() -> None:
    done = []

    def act(number: int) -> int:
        if number == 1:
            raise OSError("the engine is off")
        done.append(number)
        return number

    with pytest.raises(OSError, match="off"):
        list(ahead(range(5), act))
    assert done == [0]


def test_a_fault_while_the_next_is_made_waits_for_the_one_in_hand() -> None:
    begun, done = threading.Event(), []

    def items() -> Iterator[int]:
        yield 0
        assert begun.wait(PATIENCE)
        raise OSError("the database is off")

    def act(number: int) -> None:
        begun.set()
        done.append(number)

    with pytest.raises(OSError, match="off"):
        list(ahead(items(), act))
    assert done == [0]


def test_closed_early_it_waits_for_the_one_in_hand() -> None:
    done = []
    with closing(ahead(range(9), done.append)) as results:
        next(results)
    assert done == [0, 1]


def test_of_two_threads_results_come_in_order_and_no_third_is_in_hand() -> None:
    second_done = threading.Event()
    in_hand: list[int] = []

    def act(number: int) -> int:
        in_hand.append(number)
        assert len(in_hand) <= 2
        if number == 0:  # the first ends after the second
            assert second_done.wait(PATIENCE)
        in_hand.remove(number)
        if number == 1:
            second_done.set()
        return number

    assert list(ahead(range(50), act, 2)) == list(range(50))


def test_of_two_threads_a_fault_in_one_waits_for_the_other() -> None:
    begun, done = threading.Event(), []

    def act(number: int) -> None:
        if number == 0:
            assert begun.wait(PATIENCE)
            raise OSError("the engine is off")
        begun.set()
        done.append(number)

    with pytest.raises(OSError, match="off"):
        list(ahead(range(9), act, 2))
    assert done == [1]

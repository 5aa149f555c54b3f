"""Order on the desk: by score, and nobody loses by switching personal ranking off."""

from __future__ import annotations

from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st

from talentmarket.exchange.desk import Candidate, ranked
from talentmarket.exchange.promises import Rate


def people(scores):
    return [
        Candidate(
            SimpleNamespace(number=n), None if score is None else SimpleNamespace(total=score)
        )
        for n, score in enumerate(scores)
    ]


def test_scored_people_stand_by_score():
    assert [one.score for one in ranked(people([40, 91, 74]))] == [91, 74, 40]


@given(st.lists(st.none() | st.integers(0, 100), max_size=30))
def test_without_a_score_the_place_of_time_order_is_kept(scores):
    rows = people(scores)
    order = ranked(rows)
    assert sorted(one.application.number for one in order) == list(range(len(scores)))
    for place, row in enumerate(rows):
        if row.score is None:
            assert order[place] is row
    shown = [one.score for one in order if one.score is not None]
    assert shown == sorted(shown, reverse=True)


def test_equal_scores_stand_in_time_order():
    assert [one.application.number for one in ranked(people([70, 80, 70, 80]))] == [1, 3, 0, 2]


def test_a_rate_needs_ten_answers_and_holds_below_eighty_percent():
    assert Rate(9, 0).percent is None
    assert not Rate(9, 0).holds(overdue=3)
    assert Rate(10, 7).percent == 70
    assert Rate(10, 7).holds(overdue=1)
    assert not Rate(10, 7).holds(overdue=0)
    assert not Rate(10, 8).holds(overdue=5)

"""Two rankings in one list: fair picks, the same for the same id, credited to who picked."""

from __future__ import annotations

from collections import Counter

import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from talentmarket.matching.outcomes.interleaving import Team, sign_test, team_draft, verdict

A, B = Team.PRESENT, Team.CANDIDATE
items = st.lists(st.integers(0, 30).map(str), max_size=12, unique=True)


@given(st.text(min_size=1, max_size=12), items, items, st.integers(0, 20))
def test_a_draft_holds_the_best_of_both_and_each_once(
    list_id: str, one: list[str], other: list[str], most: int
) -> None:
    found = team_draft(list_id, one, other, most)
    assert found == team_draft(list_id, one, other, most)
    names = [name for name, _team in found]
    assert len(names) == len(set(names)) == min(most, len({*one, *other}))
    for team, ranking in ((A, one), (B, other)):
        picked = [name for name, by in found if by is team]
        assert picked == sorted(picked, key=ranking.index), "in the order of who picked"
        for name in picked:  # nothing better of its own was still to be had
            before = names[: names.index(name)]
            assert set(ranking[: ranking.index(name)]) <= set(before)
    if one and other and set(one) == set(other):
        counts = Counter(team for _name, team in found)
        assert abs(counts[A] - counts[B]) <= 1


def test_either_side_is_first_as_often() -> None:
    first = Counter(team_draft(f"list{n}", ["x", "y"], ["y", "x"], 2)[0][1] for n in range(2000))
    assert scipy.stats.binomtest(first[A], 2000).pvalue > 0.001


@given(st.integers(0, 60), st.integers(0, 60))
def test_the_sign_test_is_exact(one: int, other: int) -> None:
    known = scipy.stats.binomtest(one, one + other).pvalue if one + other else 1.0
    assert sign_test(one, other) == pytest.approx(known)
    assert 0 <= sign_test(3000, 1000) < 1e-9


def test_a_reader_is_one_voice() -> None:
    credits = [("r1", B)] * 50 + [("r2", A), ("r2", A), ("r3", A), ("r4", A), ("r4", B)]
    found = verdict(credits)
    assert (found.present, found.candidate, found.ties) == (2, 1, 1)
    assert (found.credit_present, found.credit_candidate) == (4, 51)
    assert found.p == 1.0
    assert verdict([]).p == 1.0

"""The audit tells what a habit costs, and says nothing where there is no habit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from talentmarket.matching.audit import FEWEST, HABITS, Found, audit, features, told_apart
from talentmarket.matching.kinship import Kinship
from talentmarket.matching.tables import Jobs, People, jobs, people
from talentmarket.taxonomy.model import get_taxonomy

YEAR = 2026
SKILLS = ("spark", "sql", "flink", "kafka", "python", "hive", "java", "hbase")


def market(count: int = 240) -> tuple[People, list[Jobs]]:
    """People of all levels, half of their skills proven, and jobs that ask for four skills."""
    dice = np.random.default_rng(4)
    persons, held, aims, places = [], [], [], []
    for row in range(count):
        years, pay = int(dice.integers(10, 120)), int(dice.integers(16, 60)) * 50_000
        proven = bool(dice.integers(2))
        persons.append((f"p{row}", 5, proven, years, proven, True, pay, "now", None))
        for skill in dice.choice(SKILLS, 5, replace=False):
            level, used = int(dice.integers(1, 5)), int(dice.integers(2018, YEAR + 1))
            held.append((row, str(skill), level, years // 2, used, bool(dice.integers(2))))
        aims.append((row, "2-02-38-03"))
        places.append((row, "510100"))
    posts = []
    for number in range(40):
        asked = [(0, str(skill), True, 3, 2) for skill in dice.choice(SKILLS, 4, replace=False)]
        post = (f"j{number}", 5, 4, 2_000_000, "2-02-38-03", None)
        posts.append(jobs([post], asked, [(0, "510100")]))
    return people(persons, held, aims, places), posts


@pytest.fixture(scope="module")
def found() -> dict[str, Found]:
    crowd, posts = market()
    return {one.habit: one for one in audit(crowd, posts, Kinship(get_taxonomy()), YEAR)}


@pytest.mark.parametrize("said", [0, 1, 13])
def test_what_nobody_or_hardly_anybody_says_breaks_no_audit(said):
    crowd, _posts = market(60)
    pay = np.where(np.arange(60) < said, crowd.pay, np.nan)
    silent = replace(crowd, pay=pay, last_used=np.full(len(crowd.last_used), np.nan))
    has = np.arange(60) % 2 == 0
    assert 0.0 <= told_apart(silent, has, YEAR) <= 1.0


def test_without_a_habit_both_halves_fare_alike(found):
    none = found["none"]
    assert none.ratio == 1.0
    assert none.rank_with == pytest.approx(none.rank_without)
    assert 0.4 < none.auc < 0.6, "nothing tells them apart"


def test_what_a_habit_costs_is_seen(found):
    assert found["unproven"].ratio < 0.8
    assert not found["unproven"].four_fifths
    assert found["unproven"].rank_with > found["unproven"].rank_without
    assert found["unproven"].auc > 0.8
    assert found["interrupted"].rank_with > found["interrupted"].rank_without
    assert found["modest"].ratio < 1
    assert {one.habit for one in found.values()} == {habit.name for habit in HABITS}


def test_every_pair_is_counted_once_for_each_half(found):
    assert {one.pairs for one in found.values()} == {2 * 240 * 40}


def test_a_habit_changes_nobody_else():
    crowd, _ = market()
    has = np.arange(240) < 100
    plain = features(crowd, YEAR)
    for habit in HABITS:
        changed = features(habit.change(crowd, has, np.random.default_rng(1)), YEAR)
        np.testing.assert_array_equal(changed[~has], plain[~has])
        assert habit.name == "none" or not np.array_equal(changed[has], plain[has])


def test_too_few_people_are_refused():
    crowd, posts = market(2 * FEWEST - 1)
    with pytest.raises(ValueError, match="too few"):
        audit(crowd, posts, Kinship(get_taxonomy()), YEAR)

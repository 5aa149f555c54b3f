"""The invented market is one seed's, says less than is true, and owes the ranker nothing."""

from __future__ import annotations

import ast
from pathlib import Path

import numpy as np
import pytest

import talentmarket.matching
from talentmarket.discovery.evaluating import matching, planted
from talentmarket.discovery.evaluating.matching import Both
from talentmarket.discovery.evaluating.planted import Market, World

SMALL = World(people=600, jobs=60)


@pytest.fixture(scope="module")
def market() -> Market:
    return planted.market(3, SMALL)


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            found.add(node.module or "")
            found |= {f"{node.module}.{name.name}" for name in node.names}
    return found


def test_generator_and_ranker_share_no_code() -> None:
    own = imports(Path(planted.__file__))
    assert {name.partition(".")[0] for name in own} <= {
        *("__future__", "dataclasses", "typing", "numpy"),
    }
    for path in Path(talentmarket.matching.__file__).parent.rglob("*.py"):
        assert not any("planted" in name for name in imports(path)), path


def test_a_market_is_its_seed(market: Market) -> None:
    again, other = planted.market(3, SMALL), planted.market(4, SMALL)
    assert np.array_equal(market.fit, again.fit)
    assert np.array_equal(market.people.skill, again.people.skill)
    assert not np.array_equal(market.fit, other.fit)


def test_what_is_said_is_less_than_what_is(market: Market) -> None:
    for side, size in ((market.people, 600), (market.jobs, 60)):
        assert side.size == size
        assert (np.diff(side.document) >= 0).all()
        assert side.skill.max() < market.names
        assert set(np.unique(side.level)) == {0, 1, 2, 3, 4}
        assert 0.4 < (side.level > 0).mean() < 0.6
    assert (market.fit >= 0).all()
    assert (market.fit <= 1).all()
    right = (market.fit >= SMALL.right).mean()
    assert 0.01 < right < 0.06


def test_silent_people_are_right_as_well() -> None:
    """Who is right does not come from what is said."""
    loud = planted.market(3, World(people=600, jobs=60, told_a=50.0, told_b=2.0, boasts=0.0))
    silent = planted.market(3, World(people=600, jobs=60, told_a=1.0, told_b=50.0, boasts=0.0))
    assert len(silent.people.skill) * 5 < len(loud.people.skill)
    assert abs((loud.fit >= 0.5).mean() - (silent.fit >= 0.5).mean()) < 0.01


def test_measures_of_lists() -> None:
    grades = np.zeros((2, 30), dtype=np.int8)
    grades[0, :20] = 1
    lists = np.full((2, 20), -1)
    lists[0] = np.arange(20)
    assert matching.measures(lists, grades) == (0.5, 0.5)
    lists[0] = np.arange(10, 30)
    precision, gain = matching.measures(lists, grades)
    assert precision == 0.25
    assert 0.25 < gain < 0.5  # the right half stands first


def test_grades_rise_with_what_is_there(market: Market) -> None:
    found = matching.grades(market, 0.5)
    assert ((found > 0) == (market.fit >= 0.5)).all()
    assert ((found == 3) == (market.fit >= np.float32(0.5 + 2 * (0.5 / 3)))).all()


def test_usual_ways_find_more_than_chance(market: Market) -> None:
    asked = Both(people=np.arange(200), jobs=np.arange(60))
    lists = matching.usual(market, asked)
    found = matching.grades(market, 0.5)
    chance = (found > 0).mean()
    for both in lists.values():
        assert matching.measures(both.people, found)[0] > 3 * chance
        assert matching.measures(both.jobs, found[:, :200].T)[0] > chance  # 20 of 60


def test_some_rows_are_those_rows(market: Market) -> None:
    jobs, people = matching.facts(market)
    rows = np.array([17, 3, 200])
    some = matching.take(matching.people_of(people), rows)
    alone = matching.people_of([people[n] for n in rows])
    assert some.ids == alone.ids == ("17", "3", "200")
    spelt = [[each.names[code] for code in each.codes] for each in (some.skills, alone.skills)]
    assert spelt[0] == spelt[1]
    assert np.array_equal(some.level, alone.level, equal_nan=True)
    posts = matching.take_jobs(matching.jobs_of(jobs), np.array([5, 1]))
    assert posts.must.tolist() == [it.must for n in (5, 1) for it in jobs[n].wanted]

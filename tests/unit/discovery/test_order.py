"""The order of the first thousand: lifts are bounded, known, and the same for everybody."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from talentmarket.discovery.order import BOOSTS, DAY, Candidates, chances, lifts, ranked

TODAY = 20_000
NOW = TODAY * DAY


class Row(NamedTuple):
    """A candidate by itself."""

    id: str
    base: float = 0.5
    published_at: int | None = NOW
    on_time: int | None = None
    applicants: int | None = None
    tier: int = 0


def columns(rows: Sequence[Row]) -> Candidates:
    return Candidates(*([row[at] for row in rows] for at in range(len(Row._fields))))  # type: ignore[arg-type]


def first(*rows: Row, match: bool = False, day: int = TODAY) -> str:
    return rows[ranked(columns(rows), day, match=match)[0]].id


def test_fresh_on_time_and_little_asked_for_stand_first_among_equals() -> None:
    plain = Row("z", published_at=NOW - 60 * DAY, on_time=80, applicants=7)
    for better in ({"published_at": NOW}, {"on_time": 100}, {"applicants": 0}):
        assert first(plain, plain._replace(id="b", **better)) == "b"  # type: ignore[arg-type]


def test_few_answers_are_neither_praised_nor_blamed() -> None:
    rates = (100, None, 80, 20)
    found = lifts(columns([Row("a", on_time=rate) for rate in rates]), TODAY)["on_time"].tolist()
    assert found == sorted(found, reverse=True)
    assert found[0] == BOOSTS["on_time"]
    assert found[2:] == [0, 0]


def test_clear_relevance_is_not_overturned() -> None:
    best = Row("a", base=1.0, published_at=NOW - 900 * DAY, on_time=10, applicants=12)
    lifted = Row("b", base=1.0 - sum(BOOSTS.values()) - 0.02, on_time=100, applicants=0)
    assert first(best, lifted) == "a"


def test_the_shuffle_differs_from_day_to_day_and_lets_each_be_first() -> None:
    equals = [Row(f"firm{number}") for number in range(5)]
    winners = {first(*equals, day=TODAY) for _ in range(3)}
    assert len(winners) == 1
    at_old_age = [item._replace(published_at=0) for item in equals]
    assert {first(*at_old_age, day=day) for day in range(TODAY, TODAY + 60)} == {
        item.id for item in equals
    }


@given(
    st.lists(
        st.builds(
            Row,
            id=st.uuids().map(str),
            base=st.integers(0, 100).map(lambda points: points / 100),
            tier=st.integers(0, 2),
            published_at=st.none() | st.integers(NOW - 400 * DAY, NOW + DAY),
            on_time=st.none() | st.integers(0, 100),
            applicants=st.none() | st.integers(0, 20),
        ),
        max_size=30,
    )
)
def test_points_of_a_match_are_never_overturned(rows: list[Row]) -> None:
    order = ranked(columns(rows), TODAY, match=True)
    assert sorted(order) == list(range(len(rows)))
    found = [rows[at] for at in order]
    keys = [(item.tier, -item.base) for item in found]
    assert keys == sorted(keys)
    back = rows[::-1]
    assert found == [back[at] for at in ranked(columns(back), TODAY, match=True)]


@given(st.integers(0, 100_000), st.text(max_size=20))
def test_chance_lies_between_nothing_and_one(day: int, row_id: str) -> None:
    alone, (first, second) = chances(day, [row_id]), chances(day, [row_id, "another"])
    assert 0 <= first < 1
    assert alone == first != second


def test_every_boost_is_explained() -> None:
    page = Path("docs/relevance.md").read_text(encoding="utf-8")
    for name, most in BOOSTS.items():
        assert f"| `{name}` | {most:.2f} |" in page, name

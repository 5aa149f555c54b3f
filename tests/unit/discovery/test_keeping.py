"""What is kept while an index stands as it is."""

from __future__ import annotations

from talentmarket.discovery.keeping import Kept


def test_a_value_is_made_once_for_each_state() -> None:
    made: list[str] = []

    def make(name: str) -> str:
        made.append(name)
        return name

    kept: Kept[str] = Kept(2)
    for state in ("old", "old", "new", "old"):
        assert kept.get(state, "key", lambda now=state: make(now)) == state
    assert made == ["old", "new", "old"]


def test_no_more_is_kept_than_said() -> None:
    kept: Kept[int] = Kept(2)
    for number in range(5):
        kept.get("state", number, lambda now=number: now)
    assert [kept.get("state", number, lambda: -1) for number in range(4)] == [0, 1, -1, -1]


def test_a_state_that_was_looked_at_a_moment_ago_is_not_looked_at_again() -> None:
    kept: Kept[str] = Kept(2)
    assert kept.lately("day", "key", 60) is None
    kept.get(("old", "day"), "key", lambda: "found")
    assert kept.lately("day", "key", 60) == "found"
    assert kept.lately("day", "another", 60) is None
    assert kept.lately("the next day", "key", 60) is None
    assert kept.lately("day", "key", 0) is None
    kept.get(("new", "day"), "another", lambda: "more")
    assert kept.lately("day", "key", 60) is None

"""The tool that measures the weights of a match changes the one it names and puts it back."""

from __future__ import annotations

from talentmarket.matching import kinship, weights
from tools.judged.points import NEUTRAL, changes, replaced


def held() -> dict[str, float]:
    """All that the changes reach."""
    found = {part.value: float(points) for part, points in weights.POINTS.items()}
    for name in NEUTRAL:
        module = kinship if hasattr(kinship, name) else weights
        found[name] = getattr(module, name)
    return found


def test_it_changes_what_it_names_and_puts_it_back() -> None:
    before = held()
    seen = set()
    for one in changes():
        with one.within:
            after = held()
        assert [name for name in before if before[name] != after[name]] == [one.name]
        assert one.value == before[one.name]
        seen.add(one.name)
    assert seen == set(before)
    assert held() == before


def test_what_is_another_is_counted_over_lists_that_are_not_empty() -> None:
    before = {"a": ["x", "y"], "b": ["x"], "c": []}
    assert replaced(before, {"a": ["y", "z"], "b": ["x"], "c": ["x"]}) == 25.0

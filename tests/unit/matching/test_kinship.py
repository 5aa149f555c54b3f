"""Nearness of skills, read from either side."""

from __future__ import annotations

from collections import defaultdict

import pytest

from talentmarket.matching.kinship import Kinship
from talentmarket.taxonomy.model import get_taxonomy
from tests.unit.matching.test_vector import KINSHIPS


@pytest.mark.parametrize("kinship", KINSHIPS, ids=["edges", "trained"])
def test_a_skill_counts_for_those_whose_neighbour_it_is(kinship: Kinship) -> None:
    known = [*get_taxonomy().skills, "gone-since", "a skill of tomorrow"]
    asked: defaultdict[str, dict[str, float]] = defaultdict(dict)
    for code in known:
        for held, near in kinship.neighbours(code).items():
            asked[held][code] = near.nearness
    assert sum(map(len, asked.values())) > len(known)
    assert {held: kinship.counted_for(held) for held in {*known, *asked}} == {
        held: asked[held] for held in {*known, *asked}
    }

"""Numbers as people read them."""

from __future__ import annotations

import pytest

from talentmarket.core.folding import spaced_phone


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("+8613812345678", "138 1234 5678"),
        ("+862886000000", "028 8600 0000"),
        ("+442079460000", "+44 20 7946 0000"),
        ("no number", "no number"),
    ],
)
def test_groups_and_the_country_where_it_is_another(stored, shown):
    assert spaced_phone(stored) == shown

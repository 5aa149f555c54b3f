"""Low, median and high of a sample."""

import statistics

from hypothesis import given
from hypothesis import strategies as st

from talentmarket.policy.percentiles import spread


def test_a_small_sample_says_nothing():
    assert spread([1.0] * 9) is None


@given(st.lists(st.integers(1, 10_000_000), min_size=10, max_size=60))
def test_the_ends_are_quartiles(values):
    found = spread(values)
    low, median, high = statistics.quantiles(values, n=4, method="inclusive")
    assert found is not None
    assert (found.low, found.median, found.high) == (low, median, high)
    assert found.n == len(values)

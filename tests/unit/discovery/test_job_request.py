"""What an engine is asked for a search of jobs: compared as it stands."""

from __future__ import annotations

import pytest

from search.fields import Kind
from search.requests import AllOf, AnyOf, Not, Range, SearchRequest, Sort, Terms
from talentmarket.discovery import asking, jobfilters
from talentmarket.discovery.exclusions import Excluded
from talentmarket.discovery.jobs import JobQuery, chosen_sort, job_request
from talentmarket.discovery.understanding import Understanding, understand
from talentmarket.exchange.models import Exclusion

NOW = 1_800_000_000  # four in the afternoon
VALID = NOW - 16 * 3_600


def test_filters_stand_in_the_groups_of_their_facets_and_exclusions_in_none() -> None:
    query = JobQuery(
        filters={"channel": ("direct",), "posted": ("7",), "nonsense": ("x",)},
        sort="pay",
        excluded=Excluded(
            frozenset({Exclusion.AGENCY, Exclusion.ONLY_TWO_DAYS}), ("firm",), ("西岭智造",)
        ),
    )
    assert job_request(query, Understanding(""), "pay", NOW) == SearchRequest(
        Kind.JOB,
        filters=(
            Range("valid_until", low=VALID, or_missing=True),
            Not(Terms("channel", ("agency",))),
            AllOf((Terms("rest_days", ("two",)),)),
            Not(Terms("employer", ("firm",))),
            Not(Terms("publisher", ("firm",))),
            Not(Terms("employer_key", ("西岭智造",))),
            Terms("channel", ("direct",), group="channel"),
            AnyOf((asking.posted_filter("7", NOW),), group="posted"),
        ),
        facets=jobfilters.facets(NOW),
        sort=Sort("pay_high"),
        limit=20,
        highlight=("title", "description"),
    )


def test_words_score_and_limits_alone_are_ordered_by_date() -> None:
    scored = job_request(JobQuery("区块链"), understand("区块链"), "relevance", NOW)
    assert scored.words or scored.concepts
    assert scored.sort is None
    limits = job_request(JobQuery("双休"), understand("双休"), "relevance", NOW)
    assert not limits.words
    assert not limits.concepts
    assert limits.sort == Sort("published_at")


@pytest.mark.parametrize(
    ("words", "sort", "personal", "order"),
    [
        ("数据", "", True, "relevance"),
        ("数据", "match", True, "match"),
        ("数据", "match", False, "relevance"),
        ("", "", True, "match"),
        ("", "", False, "newest"),
        ("", "relevance", True, "match"),
        ("", "reply", True, "reply"),
        ("数据", "pay", False, "pay"),
        ("数据", "nonsense", True, "relevance"),
    ],
)
def test_the_order_is_the_one_asked_for_or_the_default(
    words: str, sort: str, personal: bool, order: str
) -> None:
    assert chosen_sort(JobQuery(words, sort=sort), personal=personal) == order

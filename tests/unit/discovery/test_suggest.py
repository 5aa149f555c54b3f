"""What an engine is asked for proposals. Pure."""

from __future__ import annotations

from search.fields import Kind
from search.requests import AllOf, Band, BandsFacet, SearchRequest, Terms
from talentmarket.discovery.suggest import count_request


def test_one_request_counts_all_of_it() -> None:
    valid = Terms("kind", ("full",), group="occupation")
    assert count_request({"occupation": ["a", "b"], "skill": []}, (valid,)) == SearchRequest(
        Kind.JOB,
        filters=(AllOf((valid,)),),
        facets=(
            BandsFacet(
                "occupation",
                (Band("a", Terms("occupation", ("a",))), Band("b", Terms("occupation", ("b",)))),
            ),
        ),
        limit=0,
    )

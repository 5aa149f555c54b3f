"""Answers of Elasticsearch as results; one of another form is as good as none."""

from typing import Any

import pytest

from search.elastic.answers import result_of
from search.errors import EngineUnavailable
from search.fields import Kind
from search.query import plan
from search.requests import SearchRequest, SearchResult, Sort

NAMES = ("published_at", "cluster")
SCORED = SearchRequest(Kind.JOB, words="云", values=NAMES)
BY_DATE = SearchRequest(Kind.JOB, sort=Sort("published_at"), values=("cluster",))


def read(request: SearchRequest, total: int, rows: list[Any]) -> SearchResult:
    hits: dict[str, Any] = {"total": {"value": total}}
    if rows:  # the server leaves out a list that is empty
        hits["hits"] = rows
    return result_of(request, plan(request), {"hits": hits})


def test_ids_scores_and_numbers_stand_in_the_sort() -> None:
    found = read(SCORED, 9, [{"sort": [2.5, 7, "a", 1700, -1]}, {"sort": [2, 3, "b", 0, 12]}])
    assert found.total == 9
    assert [(hit.id, hit.score, hit.cursor) for hit in found.hits] == [
        ("a", 2.5, None),
        ("b", 2.0, None),
    ]
    assert found.columns == {"published_at": [1700, 0], "cluster": [None, 12]}


def test_by_a_number_the_sort_is_the_place_to_go_on_from() -> None:
    rows = [{"sort": [50, "b"], "fields": {"cluster": [4]}}, {"sort": [40, "a"]}]
    found = read(BY_DATE, 2, rows)
    assert [hit.cursor for hit in found.hits] == [(50, "b"), (40, "a")]
    assert found.columns == {"cluster": [4, None]}


@pytest.mark.parametrize("request_", [SCORED, BY_DATE])
def test_nothing_found(request_: SearchRequest) -> None:
    found = read(request_, 0, [])
    assert (found.total, found.hits) == (0, ())
    assert found.columns == {name: [] for name in request_.values}


@pytest.mark.parametrize(
    ("request_", "sort"),
    [
        (SCORED, [2.5, 7, "a", 1700]),
        (SCORED, [2.5, 7, "a", 1700, 1, 1]),
        (SCORED, [2.5, 7, 8, 1700, 1]),
        (SCORED, [None, 7, "a", 1700, 1]),
        (SCORED, [2.5, 7, "a", "1700", 1]),
        (BY_DATE, ["x", "a"]),
        (BY_DATE, [1, None]),
        (BY_DATE, [1]),
    ],
)
def test_another_form_is_no_answer(request_: SearchRequest, sort: list[Any]) -> None:
    with pytest.raises(EngineUnavailable):
        read(request_, 1, [{"sort": sort}])

"""Pages of results on both engines: offsets, cursors in both directions, numbers of the hits."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from search.backend import SearchBackend
from search.documents import Tombstone
from search.fields import Kind
from search.requests import SearchRequest, SearchResult, Sort
from search.sketches import sketch
from tests.contracts.documents import START, fill, found, job


@pytest.mark.parametrize("sort", [None, Sort("published_at"), Sort("pay_low", descending=False)])
def test_pages_hold_everything_once(backend: SearchBackend, sort: Sort | None) -> None:
    same = [job(n, "数据工程师", published_at=START, pay_low=n % 3) for n in range(1, 48)]
    fill(backend, same)
    pages = [found(backend, words="数据", sort=sort, offset=at, limit=7) for at in range(0, 49, 7)]
    seen = [number for page in pages for number in page]
    assert sorted(seen) == list(range(1, 48))
    assert seen == found(backend, words="数据", sort=sort, limit=100)


def test_a_cursor_goes_on_while_rows_come_and_go(backend: SearchBackend) -> None:
    fill(backend, [job(n, "数据", published_at=START + timedelta(days=n // 4)) for n in range(40)])
    seen: list[str] = []
    after = None
    for step in range(20):
        request = SearchRequest(Kind.JOB, sort=Sort("published_at"), limit=6, after=after)
        result = backend.search(request)
        if not result.hits:
            break
        seen += [hit.id for hit in result.hits]
        after = result.hits[-1].cursor
        fresh = job(100 + step, "新的", published_at=START + timedelta(days=400))
        backend.bulk(Kind.JOB, [fresh, Tombstone(seen[0], 2)])
        backend.refresh(Kind.JOB)
    assert len(seen) == len(set(seen)) == 40


def test_a_cursor_leads_back_to_the_page_before(backend: SearchBackend) -> None:
    fill(backend, [job(n, "数据", pay_low=n % 5 or None) for n in range(30)])
    for sort in (Sort("pay_low"), Sort("pay_low", descending=False)):
        pages, after = [], None
        while True:
            request = SearchRequest(Kind.JOB, sort=sort, limit=7, after=after)
            if not (hits := backend.search(request).hits):
                break
            pages.append(hits)
            after = hits[-1].cursor
        for earlier, later in pairwise(pages):
            request = SearchRequest(Kind.JOB, sort=sort, limit=7, before=later[0].cursor)
            assert backend.search(request).hits == earlier
        first = SearchRequest(Kind.JOB, sort=sort, limit=7, before=pages[0][0].cursor)
        assert backend.search(first).hits == ()


@pytest.mark.parametrize("sort", [None, Sort("published_at")])
def test_numbers_are_handed_out_with_the_hits(market: SearchBackend, sort: Sort | None) -> None:
    asked = ("pay_low", "published_at")
    result = market.search(SearchRequest(Kind.JOB, sort=sort, values=asked))
    held = values(result)
    assert held[3] == (300_000, int((START + timedelta(hours=3)).timestamp()))
    assert held[4][0] is None


def test_sketches_are_handed_out_whole(backend: SearchBackend) -> None:
    fill(backend, [job(1, "大数据 Java", skills=["java"], wish_skills=["spark"]), job(2, "前台")])
    names = ("title_sketch_1", "title_sketch_2", "skill_sketch_1", "skill_sketch_2")
    result = backend.search(SearchRequest(Kind.JOB, values=names))
    held = values(result)
    assert held[1] == (*sketch(["大数", "数据", "java"]), *sketch(["java", "spark"]))
    assert held[2] == (*sketch(["前台"]), 0, 0)


def values(result: SearchResult) -> dict[int, tuple[int | None, ...]]:
    """Number of the job → what was handed out of it."""
    rows = zip(*result.columns.values(), strict=True)
    return {
        int(hit.id.removeprefix("job")): row for hit, row in zip(result.hits, rows, strict=True)
    }


def test_an_empty_page_still_counts(market: SearchBackend) -> None:
    result = market.search(SearchRequest(Kind.JOB, limit=0, values=("pay_low",)))
    assert result.columns == {"pay_low": []}
    assert (result.total, result.hits) == (5, ())
    assert market.search(SearchRequest(Kind.JOB, offset=50)).hits == ()


def test_many_searches_are_answered_in_their_order(backend: SearchBackend) -> None:
    fill(backend, [job(n, f"岗位{n}", published_at=START + timedelta(days=n)) for n in range(30)])
    newest = SearchRequest(Kind.JOB, sort=Sort("published_at"), limit=3)
    asked = [replace(newest, words=f"岗位{n % 35}") for n in range(205)] + [newest]
    answers = backend.search_many(asked)
    assert len(answers) == 206
    assert answers == [backend.search(one) for one in asked[:35]] * 5 + answers[175:]
    assert [hit.id for hit in answers[-1].hits] == [hit.id for hit in backend.search(newest).hits]
    assert answers[-1].total == 30
    assert backend.search_many([]) == []

"""Both engines side by side: the same totals, facets and recalls, nearly the same first page."""

import random
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from search.backend import SearchBackend
from search.documents import Document
from search.evaluation import overlap
from search.fields import Kind
from search.requests import (
    Alternative,
    Clause,
    Concept,
    Overlap,
    RecallRequest,
    SearchRequest,
    Sort,
    SuggestRequest,
    Terms,
    TermsFacet,
)
from search.settings import SearchSettings, open_backend
from tests.contracts.documents import fill, job
from tests.fixtures.search_engines import DATABASE

pytestmark = pytest.mark.elastic

PARTS = ["大数据", "云计算", "Java", "前端", "Node.js", "测试", "算法", "机器学习", "C++", "运维"]
ENDS = ["工程师", "开发", "架构师", "经理", "实习生", "专员", "开发工程师"]
QUERIES = [
    "大数据",
    "java 开发",
    "机器学习算法工程师",
    "云计算 运维 测试 开发",
    "c++",
    "数据 node.js",
]


def market(count: int) -> list[Document]:
    chooser = random.Random(4)
    return [
        job(
            number,
            "".join(chooser.sample(PARTS, chooser.randint(1, 3))) + chooser.choice(ENDS),
            employer_name=f"成都{chooser.choice(PARTS)}公司",
            description="，".join(chooser.choices(PARTS + ENDS, k=chooser.randint(3, 40))),
            skills=chooser.sample(PARTS, 3),
            kind=chooser.choice(["full", "part", "intern"]),
            pay_low=chooser.randint(3, 20) * 100_000,
        )
        for number in range(count)
    ]


@pytest.fixture(scope="module", params=[1, 3], ids=["one shard", "three shards"])
def pair(
    request: pytest.FixtureRequest,
    elasticsearch_url: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[SearchBackend, SearchBackend]]:
    folder: Path = tmp_path_factory.mktemp("agreement")
    name = f"test-{secrets.token_hex(5)}"
    choices = (
        SearchSettings(DATABASE, folder=folder / "index"),
        SearchSettings(
            DATABASE,
            url=elasticsearch_url,
            name=name,
            read_timeout=30,
            write_timeout=60,
            shards=request.param,
        ),
    )
    first, second = (open_backend(settings, writable=True) for settings in choices)
    for backend in (first, second):
        backend.ensure(Kind.JOB)
        fill(backend, market(400))
    yield first, second
    for backend in (first, second):
        backend.drop()
        backend.close()


FACETS = (TermsFacet("kind"), TermsFacet("skills", size=4))
FILTERS = (Terms("kind", ("full", "part")), Overlap("pay", None, 1_500_000))


@pytest.mark.parametrize("words", QUERIES)
def test_totals_facets_and_first_page(
    pair: tuple[SearchBackend, SearchBackend], words: str
) -> None:
    concept = Concept((Alternative("skills", ("大数据", "Java"), 2.0),))
    request = SearchRequest(
        Kind.JOB, words, concepts=(concept,), filters=FILTERS, facets=FACETS, highlight=("title",)
    )
    one, other = (backend.search(request) for backend in pair)
    assert one.total == other.total > 0
    assert one.facets == other.facets
    assert overlap([hit.id for hit in one.hits], [hit.id for hit in other.hits], 20) >= 0.8
    marks = {hit.id: hit.fragments for hit in other.hits}
    for hit in one.hits:
        assert marks.get(hit.id, hit.fragments) == hit.fragments
        near = [found.score for found in other.hits if found.id == hit.id]
        assert near == [] or near == [pytest.approx(hit.score, rel=0.01)]


def test_sorted_pages_recalls_and_suggestions_are_equal(
    pair: tuple[SearchBackend, SearchBackend],
) -> None:
    for sort in (Sort("pay_low"), Sort("pay_low", descending=False), Sort("published_at")):
        request = SearchRequest(Kind.JOB, filters=FILTERS, sort=sort, offset=13, limit=50)
        one, other = (backend.search(request) for backend in pair)
        assert one == other
    clauses = tuple(Clause("skills", (part,), (n + 1) / 64) for n, part in enumerate(PARTS))
    for limit in (1, 37, 400):
        wanted = RecallRequest(Kind.JOB, clauses, FILTERS, limit=limit)
        one_found, other_found = (backend.recall(wanted) for backend in pair)
        assert one_found == other_found
    for typed in ("da", "yunj", "c++", "工程"):
        suggestion = SuggestRequest(Kind.JOB, "title_suggest", typed, FILTERS, limit=1000)
        one_names, other_names = (backend.suggest(suggestion) for backend in pair)
        assert one_names == other_names
        assert one_names

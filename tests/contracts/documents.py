"""A small market for the tests of the engines."""

from datetime import UTC, datetime, timedelta
from typing import Any

from search.backend import SearchBackend
from search.documents import Document
from search.fields import Kind
from search.requests import SearchRequest

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def job(number: int, title: str, *, version: int = 1, **values: Any) -> Document:
    """A job; published `number` hours after the start unless told otherwise."""
    given: dict[str, Any] = {
        "title": title,
        "published_at": START + timedelta(hours=number),
        "listed": True,
        **values,
    }
    return Document(f"job{number:09d}", version, given)


MARKET = [
    job(
        1,
        "大数据开发工程师",
        occupation="S-2-02-30-09",
        skills=["spark", "hadoop"],
        regions=["510000", "510100", "510107"],
        kind="full",
        channel="direct",
        pay_low=1_500_000,
        pay_high=2_500_000,
        education_rank=4,
        years_min=3,
        years_max=5,
        description="负责数据仓库建设，熟悉 Spark 与 Flink，机器学习平台优先。",
        employer_name="成都云数科技有限公司",
    ),
    job(
        2,
        "Java 后端工程师",
        occupation="S-2-02-30-10",
        skills=["java", "spring"],
        regions=["510000", "510100", "510104"],
        kind="full",
        channel="outsourced",
        pay_low=1_000_000,
        pay_high=1_500_000,
        education_rank=3,
        description="Spring Boot 微服务，大数据方向优先。",
        employer_name="绵阳数字软件公司",
    ),
    job(
        3,
        "前端开发实习生（Node.js）",
        skills=["javascript", "node"],
        regions=["510000", "510700"],
        kind="intern",
        channel="direct",
        pay_low=300_000,
        education_rank=4,
        employer_name="成都云数科技有限公司",
    ),
    job(
        4,
        "C++ 游戏引擎开发",
        skills=["cpp"],
        regions=["510000", "510100"],
        kind="project",
        channel="agency",
        concepts={"engine": 4, "graphics": 2},
    ),
    job(5, "数据分析师", kind="part", pay_high=800_000, concepts={"graphics": 4}),
]


def fill(backend: SearchBackend, documents: list[Document] | None = None) -> SearchBackend:
    """Write the market (or these jobs) and wait until it can be found."""
    result = backend.upsert(Kind.JOB, MARKET if documents is None else documents)
    assert result.refused == ()
    backend.refresh(Kind.JOB)
    return backend


def found(backend: SearchBackend, **request: Any) -> list[int]:
    """The numbers of the jobs found, in order."""
    result = backend.search(SearchRequest(Kind.JOB, **request))
    return [int(hit.id.removeprefix("job")) for hit in result.hits]


def found_set(backend: SearchBackend, **request: Any) -> set[int]:
    """The numbers of the jobs found."""
    return set(found(backend, limit=1000, **request))

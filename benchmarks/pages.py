"""Whole pages over HTTP, beside the same bytes without the work behind them."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from functools import partial
from urllib.parse import quote

from benchmarks.asking import Asked, ask
from benchmarks.market import JOBS, Market, market, served
from benchmarks.registry import Options, benchmark
from benchmarks.report import Row, progress, row

CONNECTIONS = 8
#: Pages of a search as people come to them: words, words with filters, filters alone.
PAGES = (
    "/jobs?q=" + quote("数据 工程师"),
    "/jobs?q=java&region=510100",
    "/jobs?q=" + quote("产品经理 成都 本科") + "&kind=full",
    "/jobs?region=510100&education=5",
)
#: Signed in, without words, the order is that of the match.
SIGNED_IN = (*PAGES[:2], "/jobs", "/jobs?region=510100&education=5")
TYPED = ("数", "j", "chengx", "产品", "shuju")
#: Addresses that the answers to programs are counted for: each may read 600 times a minute.
READERS = 200


@benchmark("page_static")
def page_static(options: Options) -> Iterator[Row]:
    """Signed out: milliseconds of a page of the job search at eight connections, p50."""
    yield _page("page_static", options, PAGES, {}, target=3)


@benchmark("page_signed_in")
def page_signed_in(options: Options) -> Iterator[Row]:
    """The same for somebody with a profile, with the match of each job."""
    cookie = market(options.size(*JOBS)).cookie()
    yield _page("page_signed_in", options, SIGNED_IN, {"Cookie": cookie}, target=4.5)


@benchmark("suggest_json")
def suggest_json(options: Options) -> Iterator[Row]:
    """Proposals as JSON, signed out, beside a Flask app of one JSON route."""
    asked = [
        Asked(f"/api/v1/suggest?q={quote(typed)}", {"X-Forwarded-For": f"10.0.0.{number}"})
        for number in range(READERS)
        for typed in TYPED
    ]
    site = market(options.size(*JOBS))
    ours, theirs = rounds("suggest_json", site, asked, "bare", options.size(1000, 150))
    yield row("suggest_json", ours, "ms", reference=theirs, target=2.5)


def _page(
    name: str, options: Options, paths: Sequence[str], headers: dict[str, str], target: float
) -> Row:
    asked = [Asked(path, headers) for path in paths]
    site = market(options.size(*JOBS))
    ours, theirs = rounds(name, site, asked, "constants", options.size(160, 40))
    return row(name, ours, "ms", reference=theirs, target=target)


def rounds(
    name: str, site: Market, asked: Sequence[Asked], beside: str, count: int
) -> tuple[float, float]:
    """p50 of the site and of its yardstick in the same processes, medians of five rounds."""
    marked = [Asked(one.path, {**one.headers, "X-Benchmark": beside}) for one in asked]
    ours, theirs = [], []
    with served(site, "benchmarks.constants:measured()", TALENTMARKET_PROXIES="1") as (port, _):
        timed = partial(ask, port, connections=CONNECTIONS)
        for given in (asked, marked):  # what each process makes on first use
            ask(port, given, 2 * CONNECTIONS, connections=2)
            timed(given, 2 * CONNECTIONS)
        for number in range(5):
            theirs.append(statistics.median(timed(marked, count)))
            ours.append(statistics.median(timed(asked, count)))
            said = f"{ours[-1]:.1f} ms, {beside} {theirs[-1]:.1f} ms"
            progress(f"{name}, round {number + 1}: {said}")
    return statistics.median(ours), statistics.median(theirs)

"""What a page costs beyond what Elasticsearch itself takes for its requests."""

from __future__ import annotations

import http.client
import json
import statistics
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from elastic_transport import Transport

from benchmarks.asking import Asked, ask
from benchmarks.market import JOBS, Market, elsewhere, market, served
from benchmarks.pages import PAGES
from benchmarks.registry import Options, benchmark
from benchmarks.report import Row, progress, row
from talentmarket.core.ids import new_public_id
from tools.elasticsearch import Instance, ensure
from tools.elasticsearch.instance import default_home

#: Method, address, body, as the page sends them.
Sent = tuple[str, str, bytes]


@benchmark("page_elastic")
def page_elastic(options: Options) -> Iterator[Row]:
    """Milliseconds of a page of the job search, one at a time, p50, less those of the bare
    requests that it sends to the server: the one at `ELASTICSEARCH_URL`, or one started here."""
    url = ensure(Instance(default_home(9200), port=9200))
    prefix = f"bench-{new_public_id().lower()}"
    with elsewhere(market(options.size(*JOBS)), url, prefix) as site:
        sent = [_requests(site, path) for path in PAGES]
        beyond = _rounds(site, url, sent, options.size(15, 5))
    yield row("page_elastic", beyond, "ms", target=15)


def _requests(site: Market, path: str) -> list[Sent]:
    """What a page asks the server, once everything it asks on first use is known."""
    client = site.app.test_client()
    if client.get(path).status_code != 200:
        raise RuntimeError(f"no page at {path}")
    sent: list[Sent] = []
    plain = Transport.perform_request

    def noted(self: Transport, method: str, target: str, **given: Any) -> Any:
        sent.append((method, target, json.dumps(given["body"]).encode()))
        return plain(self, method, target, **given)

    Transport.perform_request = noted  # type: ignore[method-assign]
    try:
        client.get(path)
    finally:
        Transport.perform_request = plain  # type: ignore[method-assign]
    if not sent:
        raise RuntimeError(f"the page at {path} asked nothing")
    return sent


def _rounds(site: Market, url: str, sent: list[list[Sent]], repeats: int) -> float:
    """Page less requests, p50 of each page, mean of the pages, median of five rounds."""
    beyond = []
    with served(site, WEB_CONCURRENCY="1") as (port, _):
        for path in PAGES:
            ask(port, [Asked(path)], 5, connections=1)
        for number in range(5):
            whole, bare = [], []
            for path, requests in zip(PAGES, sent, strict=True):
                whole.append(statistics.median(ask(port, [Asked(path)], repeats, connections=1)))
                bare.append(statistics.median(_bare(url, requests) for _ in range(repeats)))
            beyond.append(statistics.mean(whole) - statistics.mean(bare))
            said = f"pages {statistics.mean(whole):.1f} ms, requests {statistics.mean(bare):.1f} ms"
            progress(f"page_elastic, round {number + 1}: {said}")
    return statistics.median(beyond)


def _bare(url: str, requests: list[Sent]) -> float:
    """Milliseconds of the requests of a page, sent one after the other, answers read whole."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
    connection.connect()
    head = {"Content-Type": "application/json", "Accept": "application/json"}
    begin = time.perf_counter()
    for method, target, body in requests:
        connection.request(method, target, body, head)
        answer = connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{target}: {answer.status}")
    took = 1000 * (time.perf_counter() - begin)
    connection.close()
    return took

"""What fifty times as many jobs cost: to index, to search, and in the memory of a web process.

The jobs are copies of a few hundred, each with an id, a day and places in every order of its own:
what is measured is how the costs go with the number, not what a text costs.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import sqlalchemy as sa

from benchmarks.asking import Asked, ask
from benchmarks.market import Market, served
from benchmarks.pages import CONNECTIONS, PAGES
from benchmarks.registry import Options, benchmark
from benchmarks.report import Row, progress, row
from benchmarks.site import temporary_site
from search import fields
from search.backend import SearchBackend
from search.documents import Document, Prepared, Projection, packed, project, tie_of
from search.fields import SCHEMAS, Integer, Kind, Moment
from search.requests import SearchRequest
from talentmarket.cli.demo.loading import Plan, load
from talentmarket.core import clock
from talentmarket.core.db import db
from talentmarket.core.uow import unit_of_work
from talentmarket.discovery.jobs import JobQuery, job_request
from talentmarket.discovery.paging import CANDIDATES, VALUES
from talentmarket.discovery.understanding import understand
from talentmarket.exchange.models import Job
from talentmarket.indexing import jobs
from talentmarket.indexing.engine import handle

FEW, MANY = (20_000, 4_000), (1_000_000, 40_000)
BASE = 700  # jobs of the demo; about three in four are published
STEP = 100_000  # between the keys of one round of copies and the next
BATCH = 2_000
CACHE_KB = 1_000_000
HOUR = 3_600
WORDS = ("数据 工程师", "java 开发", "产品经理", "网络 安全")
#: Pages asked of the web process before its memory is looked at. Most of what it keeps each of its
#: threads makes on first use: for that, jobs of a few days will do, which are as many at either size.
WARMING, ASKED = 240, 160
RECENT = "&posted=3"


@dataclass(frozen=True)
class Cost:
    """Of so many jobs: µs of processor time to index one, µs of a search, MB of a web process."""

    jobs: int
    writing: float
    searching: float
    memory: float


@benchmark("scale_cost", "web_memory")
def scale(options: Options) -> Iterator[Row]:
    """Twenty thousand jobs before and after a million: the machine is not the same for long."""
    before = _cost(options.size(*FEW))
    many = _cost(options.size(*MANY))
    after = _cost(options.size(*FEW), memory=False)
    few = between(before, after)
    yield scale_row(few, many)
    yield row("web_memory", many.memory, "MB", reference=few.memory, target=1.1)


def between(before: Cost, after: Cost) -> Cost:
    """The mean of two measurements of the same; the memory of the first."""
    return replace(
        before,
        writing=(before.writing + after.writing) / 2,
        searching=(before.searching + after.searching) / 2,
    )


def scale_row(few: Cost, many: Cost) -> Row:
    """The cost of a document where there are many, over that where there are few: of indexing it,
    or its share of a search, whichever grows more."""
    writing = (many.writing, few.writing)
    searching = (many.searching / many.jobs, few.searching / few.jobs)
    value, reference = max(writing, searching, key=lambda pair: pair[0] / pair[1])
    progress(
        f"scale: indexing {writing[0]:.0f} against {writing[1]:.0f} µs a document, "
        f"searching {many.searching / 1000:.2f} against {few.searching / 1000:.2f} ms"
    )
    return row("scale_cost", value, "µs", reference=reference, target=1)


def _cost(count: int, *, memory: bool = True) -> Cost:
    with temporary_site() as app:
        load(Plan(1, clock.now().replace(microsecond=0), 60, 20, BASE, 0))
        db.session.rollback()
        base = _base()
        if memory:  # of the others no page is asked for
            _multiply(len(base), count)
        with handle().writer() as backend:
            writing = _written(backend, base, count)
        searching = handle().call(_searched)
        held = _memory(Market(app)) if memory else 0.0
    progress(
        f"scale: {count} jobs, {writing:.0f} µs each, {searching:.0f} µs a search, {held:.0f} MB"
    )
    return Cost(count, writing, searching, held)


def _base() -> list[tuple[int, Projection]]:
    """The published jobs of the demo, by key, as an index is given them."""
    session = db.session()
    keys = dict(session.execute(sa.select(Job.public_id, Job.id)).tuples().all())
    found = jobs.load(session, list(session.scalars(jobs.eligible())))
    session.rollback()
    return [
        (keys[one], project(Kind.JOB, Document(one, 1, values))) for one, values in found.items()
    ]


def _multiply(base: int, count: int) -> None:
    """Rows of the copies. They have the columns of the first, but an id of their own."""
    kept = [
        c.name for c in Job.__table__.columns if c.name not in {"id", "public_id", "external_id"}
    ]
    columns = ", ".join(kept)
    statement = sa.text(
        "WITH RECURSIVE copies(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM copies WHERE n < :most) "
        f"INSERT INTO jobs (id, public_id, {columns}) "
        f"SELECT id + n * {STEP}, printf('c%010d', id + n * {STEP}), {columns} "
        f"FROM copies CROSS JOIN jobs WHERE id < {STEP} AND state = 'published' AND listed"
    )
    with unit_of_work() as session:
        # The indexes of a million rows in memory while they grow, instead of page after page.
        session.execute(sa.text(f"PRAGMA cache_size = -{CACHE_KB}"))
        session.execute(statement, {"most": -(-count // base)})
        session.execute(sa.text("PRAGMA cache_size = -2000"))


def _copies(base: Sequence[tuple[int, Projection]]) -> Iterator[Prepared]:
    """Documents of the copies, in the order of their keys, without end."""
    number = 0
    while True:
        number += 1
        for key, projection in base:
            yield copied(projection, f"c{key + number * STEP:010}", number)


def copied(projection: Projection, document_id: str, number: int) -> Prepared:
    """The document under another id, published `number` hours earlier."""
    numbers = {**projection.numbers, fields.VERSION: 1, fields.TIE: tie_of(document_id)}
    numbers["published_at"] -= number * HOUR
    for item in SCHEMAS[Kind.JOB].fields:
        if isinstance(item, (Integer, Moment)) and item.sortable:
            for downwards in (True, False):
                numbers[fields.sort_of(item.name, descending=downwards)] = packed(
                    numbers.get(item.name), numbers[fields.TIE], descending=downwards
                )
    codes = {**projection.codes, fields.ID: (document_id,)}
    made = Projection(projection.texts, codes, numbers, projection.values)
    return Prepared(document_id, 1, made)


def _written(backend: SearchBackend, base: Sequence[tuple[int, Projection]], count: int) -> float:
    """Microseconds of processor time a document, all threads, merges included."""
    copies = islice(_copies(base), count)
    backend.ensure(Kind.JOB)
    begin, done = time.process_time(), 0
    with backend.rebuild(Kind.JOB) as writer:
        while part := list(islice(copies, BATCH)):
            writer.write(part)
            done += len(part)
            if done % 100_000 == 0:
                progress(f"scale: {done} of {count} jobs")
    return 1e6 * (time.process_time() - begin) / count


def _searched(backend: SearchBackend) -> float:
    """Microseconds of processor time of a job search with all its facets."""
    now = int(clock.now().timestamp())
    medians = []
    for words in WORDS:
        request = _request(words, now)
        if not backend.search(request).total:
            raise RuntimeError(f"nothing is found for {words}")
        took = []
        for _ in range(7):
            begin = time.process_time_ns()
            backend.search(request)
            took.append((time.process_time_ns() - begin) / 1000)
        medians.append(statistics.median(took))
    return statistics.mean(medians)


def _request(words: str, now: int) -> SearchRequest:
    request = job_request(JobQuery(words), understand(words), "relevance", now)
    return replace(request, limit=CANDIDATES, values=VALUES, highlight=())


def _memory(site: Market) -> float:
    """MB that the one web process keeps for itself after some hundred pages; not the pages of
    files (the index is read through the system's cache, which it may take back)."""
    with served(site, WEB_CONCURRENCY="1") as (port, master):
        ask(port, [Asked(path + RECENT) for path in PAGES], WARMING, CONNECTIONS)
        ask(port, [Asked(path) for path in PAGES], ASKED, CONNECTIONS)
        (worker,) = Path(f"/proc/{master}/task/{master}/children").read_text().split()
        status = Path(f"/proc/{worker}/status").read_text()
    return anonymous(status)


def anonymous(status: str) -> float:
    """MB of memory that belongs to no file, from the text of `/proc/PID/status`."""
    lines = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
    return int(lines["RssAnon"].split()[0]) / 1024

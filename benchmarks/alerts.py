"""New jobs held against saved searches: is the cost of a search the same for ten times as many?

On the embedded engine, or on the Elasticsearch that `ELASTICSEARCH_URL` names.
"""

from __future__ import annotations

import io
import os
import random
import time
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from typing import Any

import sqlalchemy as sa

from benchmarks.postings import postings, write
from benchmarks.registry import Options, benchmark
from benchmarks.report import Row, progress, row
from benchmarks.site import instance, temporary_site
from talentmarket.core import clock
from talentmarket.core.folding import fold
from talentmarket.core.ids import new_public_id
from talentmarket.core.uow import unit_of_work
from talentmarket.discovery.alerts import running
from talentmarket.discovery.alerts.asked import Asked
from talentmarket.discovery.alerts.jobs import Jobs
from talentmarket.discovery.alerts.models import AlertHead, Frequency, JobAlert, SavedSearch
from talentmarket.discovery.alerts.running import Ran
from talentmarket.exchange.importing.running import run
from talentmarket.exchange.models import Exclusion, Job, JobExclusion
from talentmarket.members.models import Account, Talent, TalentBlock
from talentmarket.taxonomy.model import get_taxonomy

#: Minutes for a hundred thousand searches, the index of the new jobs included; as seconds for a
#: thousand searches.
MINUTES = 10.0
TARGET = 6.0
PLACES = ("510100", "510100", "510100", "510700", "510500", "511500", "510600", "510300")
KINDS = ("full", "part", "intern")
#: Shares of persons: with standing exclusions, with blocked employers.
EXCLUDING, BLOCKING = 0.2, 0.02
PER_PERSON = 1.5


@benchmark("alerts_10k", "alerts_100k", "alerts_linear", "alerts_minutes")
def saved_searches(options: Options) -> Iterator[Row]:
    """Seconds for a thousand searches at ten thousand and at a hundred thousand."""
    few, many = options.size(10_000, 1_000), options.size(100_000, 10_000)
    url = os.environ.get("ELASTICSEARCH_URL") or None
    prefix = f"bench-{new_public_id()}"
    with temporary_site(elasticsearch_url=url, elasticsearch_index_prefix=prefix) as app:
        path = instance(app) / "postings.csv"
        write(path, postings(options.postings, options.size(10_000, 1_500)))
        run([path], io.StringIO(), source="bench", progress=lambda *_: None)
        before = clock.now() - timedelta(days=1)
        with unit_of_work() as session:
            session.execute(sa.update(Job).values(published_at=clock.now()))
        _save(few, random.Random(1), before)
        first, _all = _timed(few)
        _save(many - few, random.Random(2), before)
        second, whole = _timed(many)
    yield row("alerts_10k", first, "s/1000", target=TARGET)
    yield row("alerts_100k", second, "s/1000", target=TARGET)
    yield row("alerts_linear", second, "s/1000", reference=first, target=1.2)
    yield row("alerts_minutes", whole / 60, "min", target=MINUTES)


def _timed(count: int) -> tuple[float, float]:
    """Seconds for a thousand searches, from the first query to the last row noted; and seconds of
    all of it, the index of the new jobs included."""
    with unit_of_work() as session:
        session.execute(sa.delete(JobAlert))
        session.execute(sa.delete(AlertHead))
    begin = time.perf_counter()
    indexed: list[float] = []

    def step(ran: Ran) -> None:
        indexed.append(time.perf_counter())
        progress(f"alerts: {ran.searches} searches")

    ran = running.run(Jobs(), step)
    end = time.perf_counter()
    progress(
        f"alerts: {ran.rows} jobs, {ran.searches} searches, {ran.queries} queries, "
        f"{ran.noted} noted, {end - begin:.1f} s, {indexed[0] - begin:.1f} s of it the index"
    )
    if ran.searches != count:
        raise RuntimeError(f"{ran.searches} searches were run, not {count}")
    return 1000 * (end - indexed[0]) / count, end - begin


def _save(count: int, draw: random.Random, at: Any) -> None:
    """Searches as people keep them: a few that many share, and a long tail."""
    vocabulary = _words()
    people = round(count / PER_PERSON)
    with unit_of_work() as session:
        last = session.scalar(sa.select(sa.func.max(Account.id))) or 0
        keys = range(last + 1, last + people + 1)
        session.execute(
            sa.insert(Account),
            [{"id": key, "name": "", "created_at": at, "sixteen_declared_at": at} for key in keys],
        )
        _wishes(session, keys, draw, at)
        rows: dict[tuple[int, str], dict[str, Any]] = {}
        while len(rows) < count:
            asked = _asked(draw, vocabulary)
            owner, key = draw.choice(keys), asked.key("job")
            rows[owner, key] = {
                "public_id": new_public_id(),
                "account_id": owner,
                "kind": "job",
                "name": asked.words,
                "query": asked.stored(),
                "query_key": key,
                "frequency": Frequency.DAILY,
                "feed_version": 0,
                "created_at": at,
                "seen_at": at,
            }
        session.execute(sa.insert(SavedSearch), list(rows.values()))


def _words() -> list[str]:
    taxonomy = get_taxonomy()
    names = [title.name_zh for title in islice(taxonomy.titles.values(), 600)]
    names += [skill.name_zh for skill in islice(taxonomy.skills.values(), 600)]
    return sorted(set(names))


def _asked(draw: random.Random, vocabulary: list[str]) -> Asked:
    """Words by a power law (the tenth is asked for a tenth as often as the first), a place half of
    the time, pay or kind at times."""
    rank = int(len(vocabulary) ** draw.random()) - 1
    words, filters = vocabulary[rank], {}
    if draw.random() < 0.5:
        filters["region"] = (draw.choice(PLACES),)
    if draw.random() < 0.2:
        filters["kind"] = (draw.choice(KINDS),)
    if draw.random() < 0.2:
        words += f" {draw.choice((8, 10, 12, 15, 20))}k以上"
    return Asked(words, filters)


def _wishes(session: Any, keys: range, draw: random.Random, at: Any) -> None:
    codes = list(Exclusion)
    excluding = [key for key in keys if draw.random() < EXCLUDING]
    session.execute(
        sa.insert(JobExclusion),
        [
            {"account_id": key, "exclusion": draw.choice(codes), "created_at": at}
            for key in excluding
        ],
    )
    blocking = [key for key in keys if draw.random() < BLOCKING]
    session.execute(
        sa.insert(Talent),
        [
            {"id": key, "account_id": key, "created_at": at, "updated_at": at, "sections": {}}
            for key in blocking
        ],
    )
    employers = list(session.scalars(sa.select(Job.employer_name).distinct().limit(200)))
    session.execute(
        sa.insert(TalentBlock),
        [
            {"talent_id": key, "name": name, "name_folded": fold(name), "created_at": at}
            for key in blocking
            for name in [draw.choice(employers)]
        ],
    )

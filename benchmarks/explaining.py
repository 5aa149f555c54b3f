"""The reasons of a page of matches, and the page itself.

Explaining makes every requirement's row of the twenty people that are shown; scoring puts the
thousand that were recalled in order, as for the same page. The page of matches is held against the
pages of a search for jobs by the same person, from the same processes.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator

from benchmarks.asking import Asked, ask
from benchmarks.market import JOBS, market, served
from benchmarks.million import crowd
from benchmarks.pages import CONNECTIONS, SIGNED_IN
from benchmarks.population import YEAR, jobs
from benchmarks.registry import Options, benchmark
from benchmarks.report import Row, progress, row
from benchmarks.scoring import drawn_list
from talentmarket.matching.score import score_pairs
from talentmarket.matching.tables import jobs_of, people_of
from talentmarket.matching.vector import score_all
from talentmarket.taxonomy.model import get_taxonomy

ROUNDS, SHOWN = 5, 20
MATCHES = ("/me/matches",)


@benchmark("explain")
def explain(options: Options) -> Iterator[Row]:
    """Milliseconds of processor time, medians of five rounds in turns, best of several each."""
    kinship = crowd(options.size(100_000, 20_000)).kinship
    (job,) = jobs(get_taxonomy(), 1, 3)
    people = drawn_list(get_taxonomy())
    posting, columns = jobs_of([job]), people_of(people)
    ours, theirs = [], []
    for _ in range(ROUNDS):
        theirs.append(_best(lambda: score_all(posting, columns, kinship, YEAR)))
        ours.append(_best(lambda: score_pairs([job], people[:SHOWN], kinship, YEAR, "")))
    progress(f"explain: {ours[-1]:.2f} ms for {SHOWN}, {theirs[-1]:.2f} ms for {len(people)}")
    yield row(
        "explain", statistics.median(ours), "ms", reference=statistics.median(theirs), target=0.5
    )


@benchmark("match_page")
def match_page(options: Options) -> Iterator[Row]:
    """Milliseconds at eight connections, p50, medians of five rounds in turns."""
    site = market(options.size(*JOBS))
    headers = {"Cookie": site.cookie()}
    count = options.size(160, 40)
    given = {paths: [Asked(path, headers) for path in paths] for paths in (MATCHES, SIGNED_IN)}
    took: dict[tuple[str, ...], list[float]] = {MATCHES: [], SIGNED_IN: []}
    with served(site, TALENTMARKET_PROXIES="1") as (port, _):
        for asked in given.values():  # what each process makes on first use
            ask(port, asked, 2 * CONNECTIONS, connections=2)
        for number in range(ROUNDS):
            for paths, asked in given.items():
                took[paths].append(
                    statistics.median(ask(port, asked, count, connections=CONNECTIONS))
                )
            said = f"{took[MATCHES][-1]:.1f} ms, search {took[SIGNED_IN][-1]:.1f} ms"
            progress(f"match_page, round {number + 1}: {said}")
    ours, theirs = (statistics.median(took[paths]) for paths in (MATCHES, SIGNED_IN))
    yield row("match_page", ours, "ms", reference=theirs, target=1.5)


def _best(work: Callable[[], object]) -> float:
    took = []
    for _ in range(5):
        begin = time.process_time_ns()
        work()
        took.append((time.process_time_ns() - begin) / 1e6)
    return min(took)

"""One job and a million people: the kernel beside the score of everybody, and what it loses."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from functools import cache

import numpy as np
import scipy.sparse as sp

from benchmarks.exhaustive import Exhaustive
from benchmarks.population import YEAR, jobs, people
from benchmarks.registry import Options, benchmark
from benchmarks.report import Row, progress, row
from talentmarket.matching.facts import JobFacts
from talentmarket.matching.kinship import Kinship
from talentmarket.matching.pool import Bytes, Conditions, Pool, Rows
from talentmarket.matching.space import SkillSpace
from talentmarket.matching.tables import Lists
from talentmarket.taxonomy.model import get_taxonomy

ROUNDS, BEST = 5, 50
ASKED = 40  # jobs; each of the rounds asks them all, both ways in turns
LEARNED_FROM = 100_000  # people whose skills the space is learned from
#: A reference that takes longer was not written or not run well: its rows say nothing.
MOST_EXHAUSTIVE = 65.0
#: Somebody with a bachelor's degree (or who does not say), three years, free within a month.
FILTERS = Conditions(education=4, years=3, start_days=30)


@benchmark("match_1m", "recall_1m", "match_1m_filtered", "recall_1m_filtered")
def million(options: Options) -> Iterator[Row]:
    """Milliseconds of processor time, p50 of the jobs, medians of five rounds in turns."""
    pool = crowd(options.size(1_000_000, 100_000))
    whole = Exhaustive(pool)
    asked = jobs(get_taxonomy(), options.size(ASKED, 10), 3)
    some = np.random.default_rng(5).choice(len(pool.people.ids), 2_000, replace=False)
    for job in asked:
        whole.check(pool.asked(job), np.sort(some))
    ours, theirs, recall = _compared("match_1m", pool, whole, asked, None)
    yield row("match_1m", ours, "ms", reference=theirs, target=0.20)
    yield row("recall_1m", recall, "", target=0.975, better="higher")
    ours, theirs, recall = _compared("match_1m_filtered", pool, whole, asked, FILTERS)
    yield row("match_1m_filtered", ours, "ms", reference=theirs, target=0.30)
    yield row("recall_1m_filtered", recall, "", target=0.99, better="higher")


@cache
def crowd(size: int) -> Pool:
    """So many people as a pool, with a space learned from some of them."""
    progress(f"matching: {size} people are drawn")
    drawn = people(get_taxonomy(), size, 7)
    space = SkillSpace().fit(matrix(drawn.skills, min(size, LEARNED_FROM)))
    return Pool(drawn, Kinship(get_taxonomy(), space, drawn.skills.names), YEAR)


def matrix(skills: Lists, rows: int) -> sp.csr_matrix:
    """The first people as a matrix of ones, people × skills."""
    start = skills.start[: rows + 1]
    ones = np.ones(start[-1])
    return sp.csr_matrix((ones, skills.codes[: start[-1]], start), (rows, len(skills.names)))


def _compared(
    name: str,
    pool: Pool,
    whole: Exhaustive,
    asked: Sequence[JobFacts],
    conditions: Conditions | None,
) -> tuple[float, float, float]:
    """Milliseconds of the kernel and of the reference, and what share of the best it finds."""

    def among() -> Bytes | None:
        return None if conditions is None else pool.among(conditions)

    def kernel(job: JobFacts) -> Rows:
        return pool.first_rows(pool.asked(job), BEST, among())

    def exhaustive(job: JobFacts) -> Rows:
        return whole.first_rows(pool.asked(job), BEST, among())

    found = [np.isin(exhaustive(job), kernel(job)).mean() for job in asked]
    ours, theirs = [], []
    for number in range(ROUNDS):
        theirs.append(_p50(exhaustive, asked))
        ours.append(_p50(kernel, asked))
        progress(f"{name}, round {number + 1}: {ours[-1]:.2f} ms, exhaustive {theirs[-1]:.1f} ms")
    reference = statistics.median(theirs)
    if reference > MOST_EXHAUSTIVE:
        progress(f"{name} is void: the exhaustive score took {reference:.0f} ms, not 65 at most")
    return statistics.median(ours), reference, float(np.mean(found))


def _p50(work: Callable[[JobFacts], object], asked: Sequence[JobFacts]) -> float:
    took = []
    for job in asked:
        begin = time.process_time_ns()
        work(job)
        took.append((time.process_time_ns() - begin) / 1e6)
    return statistics.median(took)

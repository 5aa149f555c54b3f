"""Everybody's lists: 50,000 jobs beside 200,000 people, in two processes, and what a product of sparse
matrices that keeps the best fifty of each row takes in two threads.

The reference sums the weights of equal skills: no related one, no level, no place, no other
requirement. The kernel's are the first fifty by the page's score. `pip install sparse_dot_topn` gives the reference;
without it there is no row, and it is said why.
"""

from __future__ import annotations

import multiprocessing
import os
import statistics
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from typing import Any

import numpy as np
import scipy.sparse as sp

from benchmarks.exhaustive import Exhaustive
from benchmarks.million import crowd, matrix
from benchmarks.population import jobs
from benchmarks.registry import Options, benchmark
from benchmarks.report import Row, progress, row
from talentmarket.matching.facts import JobFacts
from talentmarket.matching.pool import Pool
from talentmarket.matching.together import PART, best_of_all, rows_of_all
from talentmarket.taxonomy.model import get_taxonomy

PEOPLE, JOBS = (200_000, 20_000), (50_000, 1_000)
BEST, THREADS, ROUNDS = 50, 2, 5
MOST_REFERENCE = 13.0  # seconds of the whole size; slower says nothing
#: Jobs of one round without compiled loops, ten times as slow: a part tells of the whole.
SOME = 5_000
WARMING, JUDGED = 1_024, 100
NOBODY = np.zeros(0, np.intp)

Work = Callable[[Pool, Sequence[JobFacts]], list[Any]]
_asked: tuple[Work, Pool, Sequence[JobFacts]] | None = None


@benchmark("batch", "recall_batch")
def batch(options: Options) -> Iterator[Row]:
    """Seconds for all jobs (processor time of both, halved), medians of five rounds in turns; and what
    share of the best fifty of everybody is found."""
    product = _library()
    if product is None:
        progress("batch: no row without its reference: pip install sparse_dot_topn")
        return
    count = options.size(*JOBS)
    pool = crowd(options.size(*PEOPLE))
    asked = jobs(get_taxonomy(), count, 4)
    wanted, held = _wanted(pool, asked), matrix(pool.people.skills, len(pool.people.ids))
    held = held.astype(np.float32).T.tocsr()
    _first(
        pool, asked[:WARMING]
    )  # what the processes share: tables, people laid out, compiled loops
    size = count if pool.lanes is not None else min(count, SOME)
    ours, theirs = [], []
    for number in range(ROUNDS):
        part = asked[number * size % count :][:size]
        theirs.append(_seconds(lambda: product(wanted, held, top_n=BEST, n_threads=THREADS)))
        ours.append(_seconds(lambda some=part: _halves(_first, pool, some)) * count / len(part))  # type: ignore[misc]
        progress(f"batch, round {number + 1}: {ours[-1]:.1f} s, sparse_dot_topn {theirs[-1]:.1f} s")
    reference = statistics.median(theirs)
    if reference > MOST_REFERENCE:
        progress(f"batch is void: sparse_dot_topn took {reference:.0f} s, not 13 at most")
    pointed = asked[: min(count, SOME)]
    whole = _seconds(lambda: _halves(_listed, pool, pointed)) * count / len(pointed)
    progress(f"batch: {whole:.1f} s with the points of the page, told from {len(pointed)} jobs")
    yield row("batch", statistics.median(ours), "s", reference=reference, target=1.1)
    yield row("recall_batch", _recall(pool, asked), "", target=0.98, better="higher")


def _recall(pool: Pool, asked: Sequence[JobFacts]) -> float:
    """Of some jobs, answered together with others."""
    found, whole = _first(pool, asked[:WARMING]), Exhaustive(pool)
    best = [whole.first_rows(pool.asked(job), BEST) for job in asked[:JUDGED]]
    return float(np.mean([np.isin(*both).mean() for both in zip(best, found, strict=False)]))


def _library() -> Callable[..., Any] | None:
    try:
        found: Callable[..., Any] = import_module("sparse_dot_topn").sp_matmul_topn
    except ImportError:
        return None
    return found


def _wanted(pool: Pool, asked: Sequence[JobFacts]) -> sp.csr_matrix:
    """Jobs × skills: what each skill is worth to the job."""
    number = {code: n for n, code in enumerate(pool.people.skills.names)}
    start, columns, values = [0], list[int](), list[float]()
    for job in asked:
        for item in job.wanted:
            columns.append(number[item.skill])
            values.append(pool.kinship.weight(item.skill) * (1.0 if item.must else 0.4))
        start.append(len(columns))
    shape = (len(asked), len(number))
    return sp.csr_matrix((np.array(values, np.float32), columns, start), shape)


def _seconds(work: Callable[[], object]) -> float:
    """Processor time of this process and of those it started, for each of the two: what else runs
    on the machine counts neither here nor there."""
    begin = os.times()
    work()
    end = os.times()
    return sum(end[:4]) / THREADS - sum(begin[:4]) / THREADS


def _halves(work: Work, pool: Pool, asked: Sequence[JobFacts]) -> None:
    """Half of these jobs in each of two processes that share the pool."""
    global _asked
    _asked = (work, pool, asked)
    with multiprocessing.get_context("fork").Pool(THREADS) as both:
        both.map(_half, range(THREADS))
    _asked = None


def _half(number: int) -> int:
    assert _asked is not None
    work, pool, asked = _asked
    some = asked[number::THREADS]
    for start in range(0, len(some), PART):  # blocks as at night
        work(pool, some[start : start + PART])
    return number


def _first(pool: Pool, asked: Sequence[JobFacts]) -> list[Any]:
    """Who stands first, the first of them first."""
    return list(rows_of_all(pool, asked, BEST, [NOBODY] * len(asked)))


def _listed(pool: Pool, asked: Sequence[JobFacts]) -> list[Any]:
    """The same as the night's lists have it: with the points of the page."""
    return list(best_of_all(pool, asked, BEST))

"""What the skill space of a million profiles costs to learn: time and memory.

One pass over the matrix is a product with as many columns as the space has dimensions: what a single
step of the decomposition takes. The peak is all that is held at once while it is fitted, the matrix
included.
"""

from __future__ import annotations

import statistics
import time
import tracemalloc
from collections.abc import Callable, Iterator

import numpy as np
import scipy.sparse as sp

from benchmarks.million import matrix
from benchmarks.population import people
from benchmarks.registry import Options, benchmark
from benchmarks.report import Row, progress, row
from talentmarket.matching.space import SkillSpace
from talentmarket.taxonomy.model import get_taxonomy

ROUNDS = 5
MEGABYTE = 1_000_000


@benchmark("train_time", "train_memory")
def learning(options: Options) -> Iterator[Row]:
    """Seconds of processor time, medians of five rounds in turns; megabytes."""
    size = options.size(1_000_000, 100_000)
    seen = matrix(people(get_taxonomy(), size, 7).skills, size)
    columns = np.ones((seen.shape[1], SkillSpace().n_components))
    ours, theirs = [], []
    for number in range(ROUNDS):
        theirs.append(_seconds(lambda: seen @ columns))
        ours.append(_seconds(lambda: SkillSpace().fit(seen)))
        progress(f"train_time, round {number + 1}: {ours[-1]:.2f} s, a pass {theirs[-1]:.2f} s")
    yield row(
        "train_time", statistics.median(ours), "s", reference=statistics.median(theirs), target=20
    )
    held = _megabytes(seen)
    tracemalloc.start()
    SkillSpace().fit(seen)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    yield row("train_memory", peak / MEGABYTE + held, "MB", reference=held, target=2.5)


def _megabytes(seen: sp.csr_matrix) -> float:
    return float(seen.data.nbytes + seen.indices.nbytes + seen.indptr.nbytes) / MEGABYTE


def _seconds(work: Callable[[], object]) -> float:
    begin = time.process_time()
    work()
    return time.process_time() - begin

"""The embedded engine beside two others that hold the same documents and give the same answers."""

from __future__ import annotations

import gc
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TypeVar

from benchmarks.fulltext import FullText
from benchmarks.inverted import Answer, InvertedIndex
from benchmarks.people import FACETS, TYPED, Wanted, people, request, searches
from benchmarks.registry import Options, benchmark
from benchmarks.report import Row, progress, row
from search.backend import SearchBackend
from search.documents import Document, Prepared
from search.fields import Kind
from search.preparing import Preparer, helpers_for
from search.requests import SearchResult
from search.settings import SearchSettings, open_backend

BATCH = 2_000
REPEATS = 15
#: Share of the best twenty that both must name: lengths of texts are rounded by one of them.
LIKE = 0.7
Found = TypeVar("Found")


@benchmark("engine_numpy", "engine_fts5", "engine_disjunctive")
def engines(options: Options) -> Iterator[Row]:
    """Milliseconds of processor time a search, twelve searches, medians of the rounds.

    Every engine answers one at a time, on one core; the embedded one looks at each search whether
    there is a new state to read.
    """
    count = options.size(200_000, 20_000)
    with tempfile.TemporaryDirectory(prefix="talentmarket-bench-") as folder:
        arrays, table = InvertedIndex(TYPED), FullText()
        settings = SearchSettings("benchmark", folder=Path(folder))
        _fill(settings, count, arrays, table)
        backend = open_backend(settings, writable=False)
        wanted = searches()
        _check(backend, arrays, table, wanted)
        gc.collect()
        gc.freeze()
        try:
            ours, numpy, fts5, disjunctive = _rounds(backend, arrays, table, wanted, options)
        finally:
            gc.unfreeze()
            backend.close()
            table.close()
    yield row("engine_numpy", ours, "ms", reference=numpy, target=1.4)
    yield row("engine_fts5", ours, "ms", reference=fts5, target=0.025)
    yield row("engine_disjunctive", disjunctive, "ms", reference=numpy, target=6)


def _fill(settings: SearchSettings, count: int, arrays: InvertedIndex, table: FullText) -> None:
    """The same documents into all three."""
    backend = open_backend(settings, writable=True)
    backend.ensure(Kind.TALENT)
    done = 0
    with Preparer(helpers_for(count)) as preparer, backend.rebuild(Kind.TALENT) as writer:
        lists = ((Kind.TALENT, part) for part in _parts(people(count)))
        for _, made in preparer.prepared(lists):
            writer.write(made)
            for one in made:
                assert isinstance(one, Prepared)
                arrays.add(one.projection)
                table.add(one.projection)
            done += len(made)
            if done % 20_000 == 0:
                progress(f"engines: {done} of {count} people")
    backend.close()
    arrays.finish()
    table.finish()


def _parts(documents: Iterator[Document]) -> Iterator[list[Document]]:
    while part := list(islice(documents, BATCH)):
        yield part


def _check(
    backend: SearchBackend, arrays: InvertedIndex, table: FullText, wanted: Sequence[Wanted]
) -> None:
    """Raise unless all three find the same: otherwise a comparison says nothing."""
    totals, alike = [], []
    for one in wanted:
        found, reference = backend.search(request(one)), arrays.search(one)
        counted = _answer(found)
        other = table.search(one)
        for answer in (reference, other):
            if (answer.total, answer.facets) != (counted.total, counted.facets):
                raise AssertionError(f"{one}: {answer} is not {counted}")
        totals.append(found.total)
        if counted.best:
            shared = len(set(counted.best) & set(reference.best)) / len(counted.best)
            alike.append(shared)
    progress(f"engines: found {sorted(totals)}; same best {statistics.mean(alike):.2f}")
    if statistics.mean(alike) < LIKE:
        raise AssertionError(f"the reference orders otherwise: {alike}")


def _answer(found: SearchResult) -> Answer:
    facets = {name: tuple((line.key, line.count) for line in found.facets[name]) for name in FACETS}
    return Answer(found.total, tuple(hit.id for hit in found.hits), facets)


def _rounds(
    backend: SearchBackend,
    arrays: InvertedIndex,
    table: FullText,
    wanted: Sequence[Wanted],
    options: Options,
) -> tuple[float, float, float, float]:
    """Engine, arrays, table, engine with disjunctive facets: milliseconds a search."""
    plain = [request(one) for one in wanted]
    disjunctive = [request(one, disjunctive=True) for one in wanted]
    rounds = []
    for number in range(5):
        took = (
            _timed(backend.search, plain, options.size(REPEATS, 5)),
            _timed(arrays.search, wanted, options.size(REPEATS, 5)),
            _timed(table.search, wanted, 1),
            _timed(backend.search, disjunctive, options.size(REPEATS, 5)),
        )
        rounds.append(took)
        said = "engine {:.2f}, arrays {:.2f}, FTS5 {:.1f}, disjunctive {:.2f} ms".format(*took)
        progress(f"engines, round {number + 1}: {said}")
    ours, numpy, fts5, other = map(statistics.median, zip(*rounds, strict=True))
    return ours, numpy, fts5, other


def _timed(use: Callable[[Found], object], asked: Iterable[Found], repeats: int) -> float:
    """Milliseconds: the mean over what is asked of the median over the repeats."""
    each = []
    for one in asked:
        took = []
        for _ in range(repeats):
            begin = time.process_time_ns()
            use(one)
            took.append(time.process_time_ns() - begin)
        each.append(statistics.median(took) / 1e6)
    return statistics.mean(each)

"""Which benchmarks there are: functions that yield rows, found by the names of those rows.

A new benchmark is a function in a module of a group::

    @benchmark("engine_numpy", "engine_fts5")
    def engines(options: Options) -> Iterator[Row]:
        yield row("engine_numpy", ours, "ms", reference=theirs, target=1.4)

It needs no database, no loaded taxonomy, no model and no setting: what it needs it makes in a
temporary folder (`benchmarks.site`) and leaves the instance alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from benchmarks.report import Row

#: Group → the modules that hold its benchmarks, in the order they are run.
GROUPS: dict[str, tuple[str, ...]] = {
    "recognise": ("benchmarks.recognise",),
    "import": ("benchmarks.importing",),
    "search": (
        "benchmarks.engines",
        "benchmarks.pages",
        "benchmarks.elasticpage",
        "benchmarks.finding",
        "benchmarks.understanding",
        "benchmarks.indexing",
        "benchmarks.scaling",
    ),
    "alerts": ("benchmarks.alerts",),
    "desk": ("benchmarks.desk",),
    "matching": (
        "benchmarks.scoring",
        "benchmarks.million",
        "benchmarks.batching",
        "benchmarks.learning",
        "benchmarks.explaining",
    ),
}


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line gave. `postings`: a real file in place of generated postings."""

    quick: bool = False
    postings: Path | None = None

    def size(self, whole: int, quick: int) -> int:
        """A count, by whether it is to be quick."""
        return quick if self.quick else whole


Measure = Callable[[Options], Iterable[Row]]


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A function and the names of the rows it yields, in its order."""

    names: tuple[str, ...]
    measure: Measure


_FOUND: dict[str, list[Benchmark]] = {}


def benchmark(*names: str) -> Callable[[Measure], Measure]:
    """Put a function into its module's list under the names of its rows."""

    def register(measure: Measure) -> Measure:
        _FOUND.setdefault(measure.__module__, []).append(Benchmark(names, measure))
        return measure

    return register


def of_group(group: str) -> list[Benchmark]:
    """A group's benchmarks. Raises KeyError for a group that is none."""
    found: list[Benchmark] = []
    for module in GROUPS[group]:
        import_module(module)
        found += _FOUND.get(module, [])
    return found


def run(benchmarks: Iterable[Benchmark], options: Options, only: frozenset[str]) -> Iterator[Row]:
    """Measure, row by row; with `only` what yields one of these names, and only those rows."""
    for one in benchmarks:
        if only and not only & set(one.names):
            continue
        for row in one.measure(options):
            if row.name not in one.names:
                raise ValueError(f"{one.measure.__name__} did not announce {row.name}")
            if not only or row.name in only:
                yield row

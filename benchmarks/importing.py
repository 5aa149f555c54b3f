"""What an import costs beside segmenting and recognising the same texts."""

from __future__ import annotations

import io
import statistics
import time
from collections.abc import Iterator

from benchmarks.postings import Posting, postings, text_of, write
from benchmarks.registry import Options, benchmark
from benchmarks.report import Row, progress, row
from benchmarks.site import instance, temporary_site
from search.analysis import terms
from talentmarket.exchange.importing.running import run
from talentmarket.taxonomy.recognise import recognise

PARTS = 5


@benchmark("import")
def importing(options: Options) -> Iterator[Row]:
    """Files are imported and their texts read alone in turns; the middle ratio counts."""
    rows = postings(options.postings, options.size(10_000, 1500))
    for one in rows[:200]:  # neither side pays for what is loaded on first use
        _alone([one])
    ours, theirs = [], []
    with temporary_site() as app:
        size = len(rows) // PARTS
        for part in range(PARTS):
            share = rows[part * size : (part + 1) * size]
            path = instance(app) / f"part-{part}.csv"
            write(path, share)
            begin = time.perf_counter()
            summary = run([path], io.StringIO(), source="bench", progress=lambda *_: None)
            ours.append(1000 * (time.perf_counter() - begin) / size)
            theirs.append(1000 * _alone(share) / size)
            taken = summary.taken / max(summary.read, 1)
            progress(
                f"import: {summary.read} rows, {taken:.1%} taken, {ours[-1]:.2f} ms each; "
                f"segmenting and recognising alone {theirs[-1]:.2f} ms"
            )
    value, reference = statistics.median(ours), statistics.median(theirs)
    yield row("import", value, "ms/row", reference=reference, target=3)


def _alone(rows: list[Posting]) -> float:
    begin = time.perf_counter()
    for one in rows:
        terms(one["title"])
        terms(one["description"])
        recognise(text_of(one))
    return time.perf_counter() - begin

"""From rows to the index: draining what waits, and building it anew."""

from __future__ import annotations

import io
import statistics
import time
from collections.abc import Iterator

from benchmarks.postings import postings, write
from benchmarks.registry import Options, benchmark
from benchmarks.report import Row, progress, row
from benchmarks.site import instance, temporary_site
from search.analysis import terms
from search.documents import Document
from search.fields import SCHEMAS, Kind, Text
from talentmarket.core.db import db
from talentmarket.exchange.importing.running import run
from talentmarket.indexing import documents
from talentmarket.indexing.drain import drain_once, preparer_for
from talentmarket.indexing.engine import handle
from talentmarket.indexing.rebuild import rebuild

#: Milliseconds a document: a file of 22,913 postings within the 60 s of `flask index drain`.
DRAIN_TARGET = 2.6


@benchmark("drain_ms", "rebuild_segment")
def indexing(options: Options) -> Iterator[Row]:
    """Import postings, drain them, build the index anew; analysis alone between the rounds."""
    rows = postings(options.postings, options.size(10_000, 1500))
    with temporary_site() as app:
        path = instance(app) / "postings.csv"
        write(path, rows)
        run([path], io.StringIO(), source="bench", progress=lambda *_: None)
        with handle().writer() as backend:
            begin = time.perf_counter()
            with preparer_for(len(rows)) as preparer:  # as `flask index drain` does it
                drained = drain_once(backend, len(rows), preparer=preparer).written
            each = 1000 * (time.perf_counter() - begin) / drained
            progress(f"drain: {drained} documents, {each:.2f} ms each")
            yield row("drain_ms", each, "ms", target=DRAIN_TARGET)
            texts = _texts()
            ours, theirs = [], []
            for _ in range(options.size(5, 3)):
                theirs.append(_alone(texts))
                begin = time.perf_counter()
                rebuild(backend, kinds=[Kind.JOB])
                ours.append(time.perf_counter() - begin)
                progress(f"rebuild: {ours[-1]:.1f} s; analysis alone {theirs[-1]:.1f} s")
    value, reference = statistics.median(ours), statistics.median(theirs)
    yield row("rebuild_segment", value, "s", reference=reference, target=2)


def _texts() -> list[str]:
    """All texts of all documents, as the index is given them."""
    names = [item.name for item in SCHEMAS[Kind.JOB].fields if isinstance(item, Text)]
    ids = list(db.session.scalars(documents.eligible(db.session(), Kind.JOB)))
    texts = []
    for start in range(0, len(ids), 1000):
        for one in documents.load(db.session(), Kind.JOB, ids[start : start + 1000]):
            assert isinstance(one, Document)
            for name in names:
                value = one.values[name]
                texts.append(value if isinstance(value, str) else "\n".join(value))
    db.session.rollback()
    return texts


def _alone(texts: list[str]) -> float:
    begin = time.perf_counter()
    for text in texts:
        terms(text)
    return time.perf_counter() - begin

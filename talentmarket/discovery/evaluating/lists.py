"""Ranked lists as files other tools read."""

from __future__ import annotations

from pathlib import Path

from search.evaluation import Run, write_run


def write_lists(path: Path, found: Run) -> None:
    """Write query → documents (best first) in TREC's form; the score is one over the rank."""
    scored = {
        query: [(document, 1.0 / rank) for rank, document in enumerate(rows, start=1)]
        for query, rows in found.items()
    }
    write_run(path, scored, "shucai")

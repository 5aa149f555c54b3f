"""From what a judge wrote to `qrels.tsv`.

::

    python -m tools.judged.grade POOL NOTES … > qrels.tsv

POOL is what :mod:`tools.judged.pool` printed; a line of NOTES is ``q12 j3=3 j64=2``: documents of
the pool that it does not name are judged not wanted.
"""

from __future__ import annotations

import sys
from pathlib import Path


def read_pools(path: Path) -> dict[str, set[str]]:
    """Query → documents that were judged."""
    rows = (line.split("\t") for line in path.read_text("utf-8").splitlines())
    return {query: set(documents.split()) for query, _text, documents in rows}


def read_notes(paths: list[Path]) -> dict[str, dict[str, int]]:
    """Query → document → grade, as written."""
    notes: dict[str, dict[str, int]] = {}
    for path in paths:
        for line in path.read_text("utf-8").splitlines():
            query, *given = line.split()
            pairs = (one.split("=") for one in given)
            notes.setdefault(query, {}).update((name, int(grade)) for name, grade in pairs)
    return notes


def main() -> None:
    """Print the judgements in the order of the pool."""
    pool, *notes = map(Path, sys.argv[1:])
    written = read_notes(notes)
    for query, documents in read_pools(pool).items():
        grades = dict.fromkeys(documents, 0) | written.get(query, {})
        for document in sorted(grades, key=lambda one: int(one[1:])):
            sys.stdout.write(f"{query} 0 {document} {grades[document]}\n")


if __name__ == "__main__":
    main()

"""Do words find what recruiters sorted under them? Postings asked for by their categories.

The category stands in a column of its own that the index never sees. Files that put several
categories of one posting together without a sign between them are read as they are: a posting is
relevant to a category that its own text of categories contains.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from search import evaluation
from talentmarket.core.db import db
from talentmarket.core.folding import fold
from talentmarket.discovery.evaluating.lists import write_lists
from talentmarket.discovery.jobs import MOST_ROWS, JobQuery, search_jobs
from talentmarket.exchange.importing.columns import Columns, read_header
from talentmarket.exchange.importing.rows import description_of, education_of, pay_of, title_of
from talentmarket.exchange.importing.running import run
from talentmarket.exchange.importing.sources import FileRefused
from talentmarket.exchange.importing.tables import open_table
from talentmarket.matching.posting import Posting

HEADS = ("category", "职位类别", "类别", "分类")
LEAST = 5  # postings under a category alone, for it to be asked


class NoCategories(Exception):
    """The file cannot be read, or holds no column of categories."""


@dataclass(frozen=True)
class Judged:
    """Postings without their categories, and what was said of each. `rows` begins with the head."""

    rows: tuple[tuple[str, ...], ...]
    categories: tuple[str, ...]


def read(path: Path) -> Judged:
    """The postings of a file. Raises :class:`NoCategories`."""
    try:
        records = _records(path)
        head = next(records, None)
    except FileRefused as error:
        raise NoCategories(f"{path.name} cannot be read ({error.code})") from error
    folded = [fold(name.strip().strip("\ufeff")) for name in head or ()]
    place = next((folded.index(name) for name in HEADS if name in folded), None)
    if head is None or place is None:
        raise NoCategories(f"{path.name} has no column {HEADS[0]}")
    kept = [at for at, name in enumerate(folded) if at != place and name != "external_id"]
    rows: list[tuple[str, ...]] = [(*(head[at] for at in kept), "external_id")]
    categories: list[str] = []
    for fields in records:
        full = [*fields, *[""] * (len(head) - len(fields))]
        rows.append((*(full[at] for at in kept), str(len(categories))))
        categories.append(full[place].strip())
    return Judged(tuple(rows), tuple(categories))


def _records(path: Path) -> Iterator[list[str]]:
    for _line, fields in open_table(path).rows():
        if fields is not None:
            yield fields


def postings(paths: Iterable[Path]) -> Iterator[tuple[Posting, str]]:
    """Title, text, pay and schooling of the postings of files, with their categories.

    As they would stand in the index once imported: what is learned from a sender's own number
    behind a title would be missed where the title has lost it.

    Raises :class:`NoCategories` for a file that cannot be read or lacks a column.
    """
    for path in paths:
        judged = read(path)
        columns = read_header(judged.rows[0])
        if columns is None:
            raise NoCategories(f"{path.name} has no column title")
        for row, said in zip(judged.rows[1:], judged.categories, strict=True):
            yield _posting(row, columns), said


def _posting(row: Sequence[str], columns: Columns) -> Posting:
    def field(name: str) -> str:
        at = columns.places.get(name, (len(row),))[0]
        return row[at] if at < len(row) else ""

    return Posting(
        title_of(field("title")),
        description_of(field("description")),
        pay_of(field("salary_min")),
        pay_of(field("salary_max")),
        education_of(field("education")),
    )


def asked(categories: Iterable[str]) -> list[str]:
    """Categories that stand alone in enough postings and contain no other such one."""
    alone = [name for name, count in Counter(categories).items() if name and count >= LEAST]
    return sorted(
        name for name in alone if not any(other != name and other in name for other in alone)
    )


def qrels(categories: Sequence[str], queries: Iterable[str]) -> dict[str, dict[str, int]]:
    """Query → relevant rows, named by their place in the file."""
    return {
        query: {str(row): 1 for row, said in enumerate(categories) if query in said}
        for query in queries
    }


def bring_in(judged: Judged, folder: Path) -> int:
    """Import the postings without their categories; returns how many are in."""
    path = folder / "postings.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(judged.rows)
    with (folder / "report.csv").open("w", encoding="utf-8", newline="") as report:
        summary = run([path], report, source="postings", progress=lambda *_: None)
    return summary.taken


def search(query: str, depth: int) -> list[str]:
    """Rows in the order in which a reader who is not signed in would see them, those of near titles
    behind all that was found."""
    found: list[str] = []
    asked_for = JobQuery(words=query, limit=min(depth, MOST_ROWS))
    while len(found) < depth:
        answer = search_jobs(db.session(), asked_for)
        found += [job.external_id or "" for job in answer.rows]
        if answer.next is None:
            found += [one.job.external_id or "" for one in answer.near]
            break
        asked_for = replace(asked_for, cursor=answer.next)
    db.session.rollback()
    return found[:depth]


def write(path: Path, found: evaluation.Run) -> None:
    """Write the lists; queries by their number, rows by their place in the file."""
    write_lists(path, {str(number): rows for number, rows in enumerate(found.values())})


def results(
    judgements: evaluation.Qrels, found: evaluation.Run, engine: str
) -> dict[str, float | str | int]:
    """The closing line."""
    return {
        "ndcg@10": round(evaluation.mean_ndcg(judgements, found, 10), 4),
        "map": round(evaluation.mean_average_precision(judgements, found), 4),
        "recall@100": round(evaluation.mean_recall(judgements, found, 100), 4),
        "engine": engine,
        "queries": len(judgements),
    }

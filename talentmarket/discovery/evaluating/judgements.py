"""Queries as people type them, and how well each judged document answers them.

`queries.tsv`: id, kind (`j` jobs, `t` talents), text. `qrels.tsv`: query, document, grade 0–3; `second.tsv`: 300 pairs graded once more, without the first.
The rules of judging: docs/judging.md. A third of the queries is sealed, by a hash of their text:
they are reported and never looked at when something is tuned.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from search import evaluation
from search.evaluation import Qrels, Run, read_qrels
from talentmarket.core.db import db
from talentmarket.discovery.evaluating.documents import FOLDER, document_id
from talentmarket.discovery.jobs import MOST_ROWS, JobQuery, search_jobs
from talentmarket.discovery.talents import TalentQuery, search_talents
from talentmarket.members.models import Organisation

COMPARED = 20  # rows of each list that two engines should have in common


@dataclass(frozen=True)
class Query:
    """One query; `kind`: `j` for jobs, `t` for talents."""

    id: str
    kind: str
    text: str

    @property
    def sealed(self) -> bool:
        """Whether it is kept from tuning: one of three, by the hash of its text."""
        return hashlib.sha256(self.text.encode()).digest()[0] % 3 == 0


def queries() -> list[Query]:
    """All queries, in the order of the file."""
    lines = (FOLDER / "queries.tsv").read_text("utf-8").splitlines()
    return [Query(*line.split("\t")) for line in lines]


def qrels() -> Qrels:
    """Query id → document → grade."""
    return read_qrels(FOLDER / "qrels.tsv")


def second_qrels() -> Qrels:
    """The second grading: query → document → grade, of a part of the pairs."""
    return read_qrels(FOLDER / "second.tsv")


def search(query: Query, searcher: Organisation, depth: int) -> list[str]:
    """Documents in the order of the site's own search; people as `searcher` sees them."""
    session = db.session()
    if query.kind == "j":
        asked = JobQuery(words=query.text, limit=min(depth, MOST_ROWS))
        jobs = search_jobs(session, asked, bare=True).rows
        found = [document_id(job.public_id) for job in jobs]
    else:
        found = []
        page, pages = 1, 1
        while page <= pages and len(found) < depth:
            answer = search_talents(session, searcher, TalentQuery(words=query.text, page=page))
            found += [document_id(talent.public_id) for _card, talent in answer.rows]
            page, pages = page + 1, answer.pages
    session.rollback()
    return found[:depth]


def groups(all_queries: Iterable[Query]) -> dict[str, list[Query]]:
    """The parts that are reported apart."""
    found = list(all_queries)
    return {
        "jobs": [one for one in found if one.kind == "j"],
        "talents": [one for one in found if one.kind == "t"],
        "sealed": [one for one in found if one.sealed],
    }


def measures(some: Sequence[Query], found: Run) -> dict[str, float | int]:
    """The measures over these queries. `unjudged`: share of the first ten that nobody judged."""
    every = qrels()
    judged = {one.id: every.get(one.id, {}) for one in some}
    return {
        "ndcg@10": round(evaluation.mean_ndcg(judged, found, 10), 4),
        "map": round(evaluation.mean_average_precision(judged, found), 4),
        "recall@100": round(evaluation.mean_recall(judged, found, 100), 4),
        "unjudged": round(_unjudged(judged, found), 4),
        "queries": len(some),
    }


def overlaps(one: Run, other: Run) -> dict[str, float]:
    """What the first rows of two engines have in common: the mean, and the least of any query."""
    shares = [
        evaluation.overlap(rows, other.get(query, ()), COMPARED) for query, rows in one.items()
    ]
    return {
        f"overlap@{COMPARED}": round(fmean(shares), 4),
        f"overlap@{COMPARED} least": round(min(shares), 4),
    }


def differing(embedded: Run, elasticsearch: Run) -> Iterator[dict[str, Any]]:
    """A line for each query of whose first rows an engine shows some that the other does not."""
    for query, rows in embedded.items():
        here, there = rows[:COMPARED], elasticsearch.get(query, ())[:COMPARED]
        if set(here) != set(there):
            yield {
                "query": query,
                "overlap": round(evaluation.overlap(here, there, COMPARED), 4),
                "embedded only": [row for row in here if row not in there],
                "elasticsearch only": [row for row in there if row not in here],
            }


def _unjudged(judged: Qrels, found: Run) -> float:
    shares = [evaluation.unjudged(found[query], grades, 10) for query, grades in judged.items()]
    return sum(shares) / len(shares) if shares else 0.0

"""Measures of ranked lists against judgements, and files in TREC's forms.

``qrels``: query → document → grade (0 is judged not relevant). ``run``: query → documents, best
first. All measures are means over the queries that have at least one relevant document; a query
that the run leaves out counts as nothing found.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

Qrels = Mapping[str, Mapping[str, int]]
Run = Mapping[str, Sequence[str]]


def dcg(grades: Iterable[int]) -> float:
    """Discounted gain of a list of grades, 2^grade − 1 over log2(rank + 1) (Burges 2005)."""
    return math.fsum(
        (2.0**grade - 1) / math.log2(rank + 1) for rank, grade in enumerate(grades, start=1)
    )


def ndcg(ranked: Sequence[str], judged: Mapping[str, int], k: int) -> float:
    """Gain of the first ``k`` relative to the best order there is; 0 to 1."""
    best = dcg(sorted(judged.values(), reverse=True)[:k])
    found = dcg(judged.get(document, 0) for document in _unique(ranked)[:k])
    return found / best if best else 0.0


def average_precision(ranked: Sequence[str], judged: Mapping[str, int]) -> float:
    """Mean over the relevant documents of the precision at their ranks; unfound ones are 0."""
    relevant = {document for document, grade in judged.items() if grade > 0}
    hits, total = 0, 0.0
    for rank, document in enumerate(_unique(ranked), start=1):
        if document in relevant:
            hits += 1
            total += hits / rank
    return total / len(relevant) if relevant else 0.0


def recall(ranked: Sequence[str], judged: Mapping[str, int], k: int) -> float:
    """Share of the relevant documents that are among the first ``k``."""
    relevant = {document for document, grade in judged.items() if grade > 0}
    found = relevant.intersection(_unique(ranked)[:k])
    return len(found) / len(relevant) if relevant else 0.0


def precision(ranked: Sequence[str], judged: Mapping[str, int], k: int) -> float:
    """Share of the first ``k`` places that hold a relevant document."""
    return sum(judged.get(document, 0) > 0 for document in _unique(ranked)[:k]) / k


def unjudged(ranked: Sequence[str], judged: Mapping[str, int], k: int) -> float:
    """Share of the first ``k`` found that nobody has judged."""
    top = _unique(ranked)[:k]
    return sum(document not in judged for document in top) / len(top) if top else 0.0


def mean_over_queries(
    qrels: Qrels, run: Run, measure: Callable[[Sequence[str], Mapping[str, int]], float]
) -> float:
    """The mean of a measure over the queries with a relevant document."""
    queries = [query for query, judged in qrels.items() if any(judged.values())]
    if not queries:
        return 0.0
    return math.fsum(measure(run.get(query, ()), qrels[query]) for query in queries) / len(queries)


def mean_ndcg(qrels: Qrels, run: Run, k: int = 10) -> float:
    """nDCG@k."""
    return mean_over_queries(qrels, run, lambda ranked, judged: ndcg(ranked, judged, k))


def mean_average_precision(qrels: Qrels, run: Run) -> float:
    """MAP."""
    return mean_over_queries(qrels, run, average_precision)


def mean_recall(qrels: Qrels, run: Run, k: int = 100) -> float:
    """recall@k."""
    return mean_over_queries(qrels, run, lambda ranked, judged: recall(ranked, judged, k))


def overlap(first: Sequence[str], second: Sequence[str], k: int) -> float:
    """Share of the first ``k`` that two lists have in common (of the longer one)."""
    a, b = set(_unique(first)[:k]), set(_unique(second)[:k])
    return len(a & b) / max(len(a), len(b)) if a or b else 1.0


def _unique(ranked: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(ranked))


def write_run(path: Path, run: Mapping[str, Sequence[tuple[str, float]]], tag: str) -> None:
    """Write a run: ``query Q0 document rank score tag``, a line for each document."""
    lines = []
    for query, ranked in run.items():
        for rank, (document, score) in enumerate(ranked, start=1):
            parts = (query, "Q0", document, str(rank), f"{score:.6f}", tag)
            if any(not part or len(part.split()) != 1 for part in parts):
                raise ValueError(f"a run holds no spaces and nothing empty: {parts}")
            lines.append(" ".join(parts))
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def read_run(path: Path) -> dict[str, list[str]]:
    """Read a run, ordered by score, then rank (as trec_eval does, ties aside)."""
    rows: dict[str, list[tuple[float, int, str]]] = {}
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        parts = line.split()
        if not parts:
            continue
        if len(parts) != 6:
            raise ValueError(f"{path.name}:{number}: six columns are wanted, not {len(parts)}")
        query, _, document, rank, score, _ = parts
        rows.setdefault(query, []).append((-float(score), int(rank), document))
    return {query: [document for _, _, document in sorted(found)] for query, found in rows.items()}


def read_qrels(path: Path) -> dict[str, dict[str, int]]:
    """Read judgements: ``query iteration document grade``, separated by any space."""
    qrels: dict[str, dict[str, int]] = {}
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        parts = line.split()
        if not parts:
            continue
        if len(parts) != 4:
            raise ValueError(f"{path.name}:{number}: four columns are wanted, not {len(parts)}")
        query, _, document, grade = parts
        qrels.setdefault(query, {})[document] = int(grade)
    return qrels

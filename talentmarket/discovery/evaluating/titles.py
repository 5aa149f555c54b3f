"""Are the titles found that judges hold to be near a title? A folder in the layout of TalentCLEF.

`queries.tsv` (q_id, jobtitle), `corpus.tsv` (c_id, jobtitle), both with a head, and `qrels.tsv`
(query, iteration, title, grade). The title that is asked for is often in the corpus and judged by
nobody: it is left out of the lists.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from search import evaluation
from talentmarket.matching.encoders import Encoder
from talentmarket.matching.titles import TitleSpace, same_title


class NoTitles(Exception):
    """The folder holds no judged titles; the message says what is wrong."""


@dataclass(frozen=True)
class Judged:
    """Titles asked for and titles there are, by their ids, and which of them are near."""

    queries: Mapping[str, str]
    corpus: Mapping[str, str]
    qrels: evaluation.Qrels


def read(folder: Path) -> Judged:
    """The judged titles of a folder. Raises :class:`NoTitles`."""
    queries = _titles(folder / "queries.tsv")
    corpus = _titles(folder / "corpus.tsv")
    try:
        qrels = evaluation.read_qrels(folder / "qrels.tsv")
    except (OSError, UnicodeDecodeError) as error:
        raise NoTitles("qrels.tsv cannot be read") from error
    except ValueError as error:
        raise NoTitles(f"qrels.tsv: {error}") from error
    judged = {query: grades for query, grades in qrels.items() if query in queries}
    if not any(grade > 0 for grades in judged.values() for grade in grades.values()):
        raise NoTitles("qrels.tsv judges no title of queries.tsv")
    return Judged(queries, corpus, judged)


def _titles(path: Path) -> dict[str, str]:
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise NoTitles(f"{path.name} cannot be read") from error
    found: dict[str, str] = {}
    for number, line in enumerate(lines[1:], start=2):
        if not line.strip():
            continue
        key, tab, title = line.partition("\t")
        if not tab or not key.strip() or " " in key.strip() or not title.strip():
            raise NoTitles(f"{path.name}:{number}: an id, a tab and a title are wanted")
        found[key.strip()] = title.strip()
    if not found:
        raise NoTitles(f"{path.name} holds no titles")
    return found


def search(judged: Judged, encoder: Encoder | None, depth: int) -> dict[str, list[str]]:
    """Query → titles, the nearest first; equally near ones in the order of the corpus."""
    ids, titles = list(judged.corpus), list(judged.corpus.values())
    nearness = TitleSpace(titles, encoder).nearness_again(list(judged.queries.values()))
    found = {}
    for (query, asked), row in zip(judged.queries.items(), nearness, strict=True):
        order = np.argsort(-row, kind="stable")
        others = (at for at in order if not same_title(titles[at], asked))
        found[query] = [ids[at] for at, _ in zip(others, range(depth), strict=False)]
    return found


def results(judged: Judged, found: evaluation.Run, encoder: Encoder | None) -> dict[str, object]:
    """The measures of a run."""
    asked = [query for query, grades in judged.qrels.items() if any(grades.values())]
    return {
        "map": round(evaluation.mean_average_precision(judged.qrels, found), 4),
        "ndcg@10": round(evaluation.mean_ndcg(judged.qrels, found, 10), 4),
        "recall@100": round(evaluation.mean_recall(judged.qrels, found, 100), 4),
        "encoder": encoder.name if encoder else None,
        "titles": len(judged.corpus),
        "queries": len(asked),
    }

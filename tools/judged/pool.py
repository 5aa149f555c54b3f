"""Which documents are judged for a query: the first of four rankers that share little.

::

    python -m tools.judged.pool [QUERY …] > pool.txt

The site's own search, nearness of titles by character n-grams, BM25 over all words, and the
overlap of recognised concepts. A document that no ranker brings is taken for not relevant.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer

from search.analysis import terms
from talentmarket import create_app
from talentmarket.cli.workshop import temporary_site
from talentmarket.core.uow import unit_of_work
from talentmarket.discovery.evaluating import documents, judgements
from talentmarket.indexing.engine import handle
from talentmarket.indexing.rebuild import rebuild
from talentmarket.taxonomy.model import get_taxonomy
from talentmarket.taxonomy.recognise import recognise

DEPTH, OTHERS = 10, 7  # of the site's own search, of the others
Ranker = Callable[[str], list[str]]


@dataclass(frozen=True)
class Texts:
    """One document in words: what it is called, what it is about, the codes it carries."""

    id: str
    title: str
    text: str
    codes: frozenset[str]


def texts(kind: str) -> list[Texts]:
    """All documents of a kind (`j` jobs, `t` talents)."""
    return [_texts(row) for row in documents.read("jobs" if kind == "j" else "talents")]


def _texts(row: dict[str, Any]) -> Texts:
    taxonomy = get_taxonomy()
    codes = [row.get("occupation_code"), *row.get("occupations", ())]
    occupations = [taxonomy.occupations[code] for code in codes if code]
    skills = [taxonomy.skills[one[0]] for one in row["skills"]]
    places = {
        place
        for code in [row.get("region_code"), *row.get("regions", ())]
        if code
        for place in taxonomy.place_chain(code)
    }
    title = row.get("title") or row.get("headline") or ""
    parts = [title, row.get("description", ""), row.get("summary", "")]
    parts += [name for item in (*occupations, *skills) for name in (item.name_zh, item.name_en)]
    parts += [taxonomy.regions[place].short_zh for place in places]
    parts += [f"{one['title']} {one.get('text', '')}" for one in row.get("entries", ())]
    found = {item.code for item in occupations} | {one[0] for one in row["skills"]} | places
    return Texts(row["id"], title, "\n".join(parts), frozenset(found))


def by_title(found: Sequence[Texts]) -> Ranker:
    """Cosine of character n-grams of the titles."""
    vectorizer = TfidfVectorizer(analyzer="char_wb", ngram_range=(1, 3), sublinear_tf=True)
    matrix = vectorizer.fit_transform(one.title.lower() for one in found)
    return _best(found, lambda query: (matrix @ vectorizer.transform([query.lower()]).T).toarray())


def by_words(found: Sequence[Texts]) -> Ranker:
    """BM25 (k1 1.2, b .75) over all words."""
    vectorizer = CountVectorizer(analyzer=lambda text: terms(text).words)
    counts = vectorizer.fit_transform(one.text for one in found).tocsc()
    length = np.asarray(counts.sum(axis=1)).ravel()
    norm = 1.2 * (0.25 + 0.75 * length / length.mean())

    def scores(query: str) -> Any:
        total = np.zeros(len(found))
        for word in dict.fromkeys(terms(query).words):
            column = vectorizer.vocabulary_.get(word)
            if column is not None:
                tf = counts[:, column].toarray().ravel()
                df = np.count_nonzero(tf)
                idf = np.log(1 + (len(found) - df + 0.5) / (df + 0.5))
                total += idf * tf * 2.2 / (tf + norm)
        return total

    return _best(found, scores)


def by_concepts(found: Sequence[Texts]) -> Ranker:
    """How many of the recognised concepts a document carries."""

    def scores(query: str) -> Any:
        asked = {mention.id for mention in recognise(query).mentions}
        return np.array([len(asked & one.codes) for one in found], dtype=float)

    return _best(found, scores)


def _best(found: Sequence[Texts], scores: Callable[[str], Any]) -> Ranker:
    def rank(query: str) -> list[str]:
        values = np.asarray(scores(query)).ravel()
        order = np.argsort(-values, kind="stable")[:OTHERS]
        return [found[int(at)].id for at in order if values[at] > 0]

    return rank


def main() -> None:
    """Print a block for each query: its documents in the order of their ids, not of a ranker."""
    wanted = set(sys.argv[1:])
    rankers = {
        kind: [by_title(found), by_words(found), by_concepts(found)]
        for kind, found in (("j", texts("j")), ("t", texts("t")))
    }
    with create_app().app_context(), temporary_site():
        with unit_of_work() as session:
            searcher = documents.load(session)
        with handle().writer() as backend:
            rebuild(backend)
        for query in judgements.queries():
            if wanted and query.id not in wanted:
                continue
            own = judgements.search(query, searcher, DEPTH)
            pool = {one for ranker in rankers[query.kind] for one in ranker(query.text)} | {*own}
            order = sorted(pool, key=lambda one: int(one[1:]))
            sys.stdout.write(f"{query.id}\t{query.text}\t{' '.join(order)}\n")


if __name__ == "__main__":
    main()

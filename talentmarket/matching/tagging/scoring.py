"""What postings like this one are tagged with: neighbours and ridge regressions over title and text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer

from talentmarket.matching.tagging.reading import Read

Scores = NDArray[np.float64]
#: Weights of the views (signs of the title, its words, words of the text) in each regression.
RIDGES = {"ridge": (0.5, 0.25, 0.5), "ridge_title": (1.0, 0.5, 0.0), "ridge_text": (0.1, 0.0, 1.0)}
#: Views, neighbours asked and the power of their nearness.
NEIGHBOURS = {
    "near": ((0.6, 0.0, 0.4), 25, 3),
    "near_title": ((1.0, 0.0, 0.0), 30, 2),
    "near_text": ((0.0, 0.0, 1.0), 30, 3),
}
PENALTY = 0.7
#: Of more postings than these a word of the texts counts where two of them say it.
MANY = 50
#: Places that tags which go together are squeezed into.
TOGETHER = 60
NAMES = (*RIDGES, *NEIGHBOURS, "together")


class TagScores:
    """Scores learned from postings and their tags. `tagged`: (postings, tags), 0 or 1."""

    def __init__(self, postings: Sequence[Read], tagged: Scores) -> None:
        self.tagged = tagged
        self._share = tagged.mean(axis=0)
        self._vectorizers = (
            TfidfVectorizer(
                preprocessor=_as_it_is, analyzer="char_wb", ngram_range=(1, 3), sublinear_tf=True
            ),
            TfidfVectorizer(analyzer=_as_it_is, sublinear_tf=True),
            TfidfVectorizer(
                analyzer=_as_it_is, sublinear_tf=True, min_df=2 if len(postings) > MANY else 1
            ),
        )
        parts = _views(postings)
        self._views = [
            _fitted(one, part) for one, part in zip(self._vectorizers, parts, strict=True)
        ]
        products = [_dense(view @ view.T) for view in self._views]
        eye = PENALTY * np.eye(len(postings))
        self._duals = {
            name: np.linalg.solve(_mixed(products, weights) + eye, tagged - self._share)
            for name, weights in RIDGES.items()
        }
        right = np.linalg.svd(tagged - self._share, full_matrices=False)[2][:TOGETHER]
        self._together = right.T @ right

    def score(self, postings: Sequence[Read]) -> Mapping[str, Scores]:
        """Name of a score → (postings, tags)."""
        products = [
            _products(one, part, view)
            for one, part, view in zip(
                self._vectorizers, _views(postings), self._views, strict=True
            )
        ]
        found = {
            name: _mixed(products, weights) @ self._duals[name] + self._share
            for name, weights in RIDGES.items()
        }
        for name, (weights, count, power) in NEIGHBOURS.items():
            found[name] = self._of_neighbours(_mixed(products, weights), count, power)
        found["together"] = (found["ridge"] - self._share) @ self._together
        return found

    def _of_neighbours(self, near: Scores, count: int, power: int) -> Scores:
        count = min(count, near.shape[1])
        places = np.argpartition(-near, count - 1, axis=1)[:, :count]
        votes = np.zeros_like(near)
        rows = np.arange(len(near))[:, None]
        votes[rows, places] = near[rows, places] ** power
        return np.asarray(votes @ self.tagged / (votes.sum(axis=1, keepdims=True) + 1e-9))


def _views(postings: Sequence[Read]) -> tuple[list[object], ...]:
    return (
        [one.title for one in postings],
        [one.title_words for one in postings],
        [one.text_words for one in postings],
    )


def _fitted(vectorizer: TfidfVectorizer, part: Sequence[object]) -> sp.csr_matrix:
    """The postings by one view; without a column where none of them says anything in it."""
    analyse = vectorizer.build_analyzer()
    if not any(analyse(one) for one in part):
        return sp.csr_matrix((len(part), 0))
    return vectorizer.fit_transform(part)


def _products(vectorizer: TfidfVectorizer, part: Sequence[object], view: sp.csr_matrix) -> Scores:
    if not view.shape[1]:
        return np.zeros((len(part), view.shape[0]))
    return _dense(vectorizer.transform(part) @ view.T)


def _as_it_is(part: object) -> object:
    return part


def _mixed(products: Sequence[Scores], weights: Sequence[float]) -> Scores:
    total = np.zeros_like(products[0])
    for product, weight in zip(products, weights, strict=True):
        if weight:
            total += weight * product
    return total


def _dense(product: sp.csr_matrix) -> Scores:
    return np.asarray(product.toarray())

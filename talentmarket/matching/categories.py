"""How titles, texts, pay and schooling go with the categories recruiters sort postings under.

One logistic model per category over hashed words and a few facts (one against the rest, since a
posting may stand under several). Only names of categories and weights of hashed words are kept: no text of the
postings can be read out of a model.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, Self

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.linear_model import SGDClassifier
from sklearn.utils.validation import check_is_fitted

from talentmarket.core import clock
from talentmarket.matching.categorycodes import code_of, finer
from talentmarket.matching.categorynames import names_among
from talentmarket.matching.posting import Posting
from talentmarket.matching.postingfeatures import counts, facts, unit

#: From which probability a posting counts as being of a category: sixteen steps, even in log odds.
LEAST, MOST, STEPS = 0.01, 0.98, 16
#: A category of a smaller share of the postings than this is leaned towards it.
COMMON = 0.01


class CategoryModel(BaseEstimator):  # type: ignore[misc]  # sklearn is untyped
    """Categories of postings, learned from those that recruiters gave.

    Parameters
    ----------
    least : postings that must stand under a category for it to be learned.
    title_dims, text_dims : places that n-grams of the title and words of the text are hashed to.
    text_weight, facts_weight : weight of the text's words, and of pay and schooling, against the
        title's n-grams.
    alpha : strength of the L2 penalty.
    epochs : passes over the postings.
    kept : weights kept of each category, the largest ones.
    lean : how much of the way, in log odds, a rarer category is moved to the share `COMMON`: a
        model of few postings is never sure, and its best ones would lie under the lowest step.
    random_state : seed of the order of the postings.

    Attributes
    ----------
    classes_ : names of the categories.
    idf_ : (title_dims + text_dims,) inverse document frequency; 0 for what was never seen.
    weights_ : sparse (categories, title_dims + text_dims + FACTS). intercept_ : (categories,).
    """

    def __init__(
        self,
        least: int = 3,
        title_dims: int = 1 << 15,
        text_dims: int = 1 << 16,
        text_weight: float = 0.7,
        facts_weight: float = 0.3,
        alpha: float = 1e-5,
        epochs: int = 6,
        kept: int = 6000,
        lean: float = 0.5,
        random_state: int = 0,
    ) -> None:
        self.least = least
        self.title_dims = title_dims
        self.text_dims = text_dims
        self.text_weight = text_weight
        self.facts_weight = facts_weight
        self.alpha = alpha
        self.epochs = epochs
        self.kept = kept
        self.lean = lean
        self.random_state = random_state

    def fit(self, X: Sequence[Posting], y: Sequence[str]) -> Self:
        """Learn from postings and their categories (as text, several of them run together).

        Raises ValueError when no category has enough postings.
        """
        self.classes_ = names_among(y, self.least)
        if not self.classes_:
            raise ValueError(f"no category has {self.least} postings")
        raw = counts(X, self.title_dims, self.text_dims)
        seen = np.asarray((raw > 0).sum(axis=0)).ravel()
        self.idf_ = np.where(seen > 0, np.log((1.0 + len(X)) / (1.0 + seen)) + 1.0, 0.0)
        matrix = self._weighted(raw, X)
        rows, intercepts = [], []
        for name in self.classes_:
            member = np.array([name in said for said in y])
            weights, intercept = self._one(matrix, member)
            rows.append(sp.csr_matrix(_largest(weights, self.kept)))
            intercepts.append(intercept + self._leaning(member.mean()))
        self.weights_ = sp.vstack(rows, format="csr").astype(np.float32)
        self.intercept_ = np.array(intercepts)
        return self

    def _one(self, matrix: sp.csr_matrix, member: NDArray[np.bool_]) -> tuple[Any, float]:
        model = SGDClassifier(
            loss="log_loss",
            alpha=self.alpha,
            max_iter=self.epochs,
            tol=None,
            random_state=self.random_state,
        )
        model.fit(matrix, member)
        return model.coef_[0], float(model.intercept_[0])

    def _leaning(self, share: float) -> float:
        """What is added to the log odds of a category of this share of the postings."""
        return self.lean * max(0.0, _log_odds(COMMON) - _log_odds(share))

    def predict_proba(self, X: Sequence[Posting]) -> NDArray[np.float64]:
        """(postings, categories): how likely each is said of each, on its own, the rare ones
        leaned towards."""
        check_is_fitted(self)
        raw = counts(X, self.title_dims, self.text_dims)
        decided = self._weighted(raw, X) @ self.weights_.T
        return np.asarray(1.0 / (1.0 + np.exp(-(decided.toarray() + self.intercept_))))

    def code_asked(self, text: str) -> str:
        """The code of the category that `text` names; "" when it names none."""
        found = code_of(text)
        return found if found in _codes(tuple(self.classes_)) else ""

    def codes(self, X: Sequence[Posting]) -> list[dict[str, int]]:
        """For each posting its categories: the code of each in quarters, and under
        :func:`finer` of the code how far up it stands within its quarter, in quarters as well."""
        names = _codes(tuple(self.classes_))
        found = []
        for row in np.searchsorted(_BOUNDS, self.predict_proba(X), side="right"):
            codes: dict[str, int] = {}
            for at in np.flatnonzero(row):
                codes[names[at]] = 1 + (int(row[at]) - 1) // 4
                codes[finer(names[at])] = 1 + (int(row[at]) - 1) % 4
            found.append(codes)
        return found

    def _weighted(self, raw: sp.csr_matrix, postings: Iterable[Posting]) -> sp.csr_matrix:
        """Logarithm of the counts times idf; title, text and facts each of length one, then
        weighted."""
        found = raw.copy()
        found.data = (1.0 + np.log(found.data)) * self.idf_[found.indices]
        title, text = found[:, : self.title_dims], found[:, self.title_dims :]
        known = facts(Posting(*one) for one in postings)
        parts = [unit(title), self.text_weight * unit(text), self.facts_weight * unit(known)]
        return sp.hstack(parts, format="csr")


def learn(
    postings: Iterable[tuple[Posting, str]],
) -> tuple[CategoryModel, list[str], dict[str, Any]]:
    """The fitted model, the names of its categories, and its card.

    `postings`: title and text of each with its categories. Raises ValueError where nothing can be
    learned.
    """
    texts, said = [], list[str]()
    for posting, names in postings:
        texts.append(posting)
        said.append(names)
    model = CategoryModel().fit(texts, said)
    card = {
        "kind": "categories",
        "trained_at": clock.now().isoformat(timespec="seconds"),
        "postings": len(texts),
        "categories": len(model.classes_),
        "weights": int(model.weights_.nnz),
        "parameters": model.get_params(),
    }
    return model, model.classes_, card


@lru_cache(maxsize=4)
def _codes(names: tuple[str, ...]) -> tuple[str, ...]:
    """The codes of the categories of a model: each search asks for them."""
    return tuple(map(code_of, names))


def _largest(weights: NDArray[np.float64], kept: int) -> NDArray[np.float64]:
    if len(weights) <= kept:
        return weights
    found = np.zeros_like(weights)
    places = np.argpartition(np.abs(weights), -kept)[-kept:]
    found[places] = weights[places]
    return found


def _log_odds(share: float) -> float:
    return float(np.log(share / (1.0 - share))) if 0.0 < share < 1.0 else 0.0


def _bounds() -> NDArray[np.float64]:
    low, high = _log_odds(LEAST), _log_odds(MOST)
    return np.asarray(1.0 / (1.0 + np.exp(-np.linspace(low, high, STEPS))))


_BOUNDS = _bounds()

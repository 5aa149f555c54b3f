"""Tags for a posting, best first: learned from tagged postings, in two steps.

The features of a posting's candidates come from other postings alone: the training postings are cut
by their employers, each part is asked of the others, and what comes of it teaches the order.
An employer tags alike, so that a cut through one would teach to trust neighbours too much.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.model_selection import GroupKFold
from sklearn.utils.validation import check_is_fitted
from threadpoolctl import threadpool_limits

from talentmarket.matching.tagging.features import TagFeatures
from talentmarket.matching.tagging.reading import Read, read
from talentmarket.matching.tagging.scoring import Scores


class Tagged(NamedTuple):
    """A posting with its tags; `group` is its employer."""

    group: str
    title: str
    text: str
    tags: frozenset[str] = frozenset()


class TagModel(BaseEstimator):  # type: ignore[misc]  # sklearn is untyped
    """Proposes tags for postings.

    Parameters
    ----------
    folds : parts that the postings are cut into.
    trees, rate, leaves, penalty : of the boosted trees.
    draws, kept : how many forests are averaged, and the share of the wrong candidates that each of
        them learns from.
    random_state : seed of the cuts and of the trees.

    Attributes
    ----------
    tags_ : the tags that are known, sorted.
    """

    def __init__(
        self,
        folds: int = 5,
        trees: int = 200,
        rate: float = 0.06,
        leaves: int = 10,
        penalty: float = 5.0,
        draws: int = 3,
        kept: float = 0.25,
        random_state: int = 0,
    ) -> None:
        self.folds = folds
        self.trees = trees
        self.rate = rate
        self.leaves = leaves
        self.penalty = penalty
        self.draws = draws
        self.kept = kept
        self.random_state = random_state

    def fit(self, X: Sequence[Tagged], y: None = None) -> Self:
        """Learn from postings of at least two employers. Raises ValueError for fewer."""
        groups = [one.group for one in X]
        if len(set(groups)) < 2:
            raise ValueError("postings of at least two employers are wanted")
        postings = [read(one.title, one.text) for one in X]
        # One thread: as fast on a machine that serves, and the same sums everywhere.
        with threadpool_limits(1):
            parts_of = min(self.folds, len(set(groups)))
            cut = GroupKFold(parts_of, shuffle=True, random_state=self.random_state)
            parts = [
                self._asked(X, postings, known, asked)
                for known, asked in cut.split(X, groups=groups)
            ]
            values, right, weights = (np.concatenate(part) for part in zip(*parts, strict=True))
            self._learn_order(values, right, weights)
            self.tags_, self._features = _learned(X, postings)
        return self

    def _asked(
        self,
        X: Sequence[Tagged],
        postings: Sequence[Read],
        known: NDArray[np.intp],
        asked: NDArray[np.intp],
    ) -> tuple[NDArray[np.float32], NDArray[np.bool_], Scores]:
        """Candidates of some postings as the others see them: features, whether right, weight."""
        _tags, features = _learned([X[at] for at in known], [postings[at] for at in known])
        table = features.table([postings[at] for at in asked])
        said = [X[asked[row]].tags for row in table.posting]
        right = [tag in own for tag, own in zip(table.tags, said, strict=True)]
        # Each posting counts the same, however many tags it has: so does the recall.
        return table.values, np.array(right), np.array([1.0 / max(len(own), 1) for own in said])

    def _learn_order(
        self, values: NDArray[np.float32], right: NDArray[np.bool_], weights: Scores
    ) -> None:
        if right.all() or not right.any():
            raise ValueError("no tag of one employer is one of another")
        self._forests = [
            self._forest(values, right, weights, self.random_state + number)
            for number in range(self.draws)
        ]

    def _forest(
        self, values: NDArray[np.float32], right: NDArray[np.bool_], weights: Scores, seed: int
    ) -> HistGradientBoostingClassifier:
        some = right | (np.random.default_rng(seed).random(len(right)) < self.kept)
        trees = HistGradientBoostingClassifier(
            max_iter=self.trees,
            learning_rate=self.rate,
            max_leaf_nodes=self.leaves,
            l2_regularization=self.penalty,
            min_samples_leaf=40,
            max_features=0.4,
            early_stopping=False,
            random_state=seed,
        )
        leant = weights * np.where(right, 1.0, 1.0 / self.kept)
        return trees.fit(values[some], right[some], sample_weight=leant[some])

    def rank(self, X: Sequence[Tagged]) -> list[list[tuple[str, float]]]:
        """For each posting the tags that come into question, best first, with their log odds."""
        check_is_fitted(self, "tags_")
        if not X:
            return []
        with threadpool_limits(1):
            table = self._features.table([read(one.title, one.text) for one in X])
            odds = np.mean([one.decision_function(table.values) for one in self._forests], axis=0)
        found: list[list[tuple[str, float]]] = [[] for _ in X]
        for at in np.lexsort((table.tags, -odds)):
            found[table.posting[at]].append((table.tags[at], float(odds[at])))
        return found


def _learned(X: Sequence[Tagged], postings: Sequence[Read]) -> tuple[list[str], Any]:
    tags = sorted({tag for one in X for tag in one.tags})
    place = {tag: number for number, tag in enumerate(tags)}
    tagged = np.zeros((len(X), len(tags)))
    for row, one in enumerate(X):
        tagged[row, [place[tag] for tag in one.tags]] = 1.0
    return tags, TagFeatures(postings, tags, tagged)

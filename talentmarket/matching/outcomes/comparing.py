"""Two rankings of the same shown lists, by what came of them. Pure."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from talentmarket.matching.tables import Floats, Ints

DEPTH = 10
DRAWS = 2000
SURE = 0.025  # of the drawn differences may be worse than the bound


class Compared(NamedTuple):
    """nDCG@10 of both over the lists that anything came of, and the bounds between which their
    difference lies with 95 %."""

    lists: int
    before: float
    after: float
    low: float
    high: float

    @property
    def better(self) -> bool:
        """Whether the second is better beyond chance."""
        return self.low > 0


def ndcg(lists: Ints, gains: Floats, scores: Floats, depth: int = DEPTH) -> Floats:
    """nDCG of each list in which there is a gain, in the order of their numbers. Rows with equal
    scores share what their places are worth."""
    best = _dcg(lists, gains, gains, depth)
    found = _dcg(lists, gains, scores, depth)
    return np.asarray(found[best > 0] / best[best > 0])


def _dcg(lists: Ints, gains: Floats, scores: Floats, depth: int) -> Floats:
    order = np.lexsort((-scores, lists))
    ordered, ranked = lists[order], scores[order]
    size = int(lists.max()) + 1 if len(lists) else 0
    counts = np.bincount(lists, minlength=size)
    place = np.arange(len(order)) - np.repeat(np.cumsum(counts) - counts, counts)
    worth = np.where(place < depth, 1 / np.log2(place + 2), 0.0)
    tied = np.cumsum(
        np.concatenate([[False], (ordered[1:] != ordered[:-1]) | (ranked[1:] != ranked[:-1])])
    )[: len(order)]
    shared = np.bincount(tied, worth) / np.bincount(tied) if len(order) else np.zeros(0)
    return np.bincount(ordered, gains[order] * shared[tied], minlength=size).astype(np.float64)


def compare(
    lists: Ints, gains: Floats, before: Floats, after: Floats, seed: int = 0, depth: int = DEPTH
) -> Compared:
    """nDCG over all lists together, so that a list weighs by what came of it: were each list taken to
    1, one outcome would count the same on a rank that all see and on one that few do, and the order
    in which lists were shown would always win. Paired: the same lists are drawn anew for both
    (bootstrap over lists, which are what is independent, not their rows)."""
    found = [_dcg(lists, gains, scores, depth) for scores in (before, after, gains)]
    one, two, best = (sums[found[2] > 0] for sums in found)
    if not len(best):
        return Compared(0, 0.0, 0.0, 0.0, 0.0)
    chance = np.random.default_rng(seed)
    drawn = []
    for _ in range(DRAWS):
        some = chance.integers(len(best), size=len(best))
        drawn.append((two[some].sum() - one[some].sum()) / best[some].sum())
    low, high = np.quantile(drawn, [SURE, 1 - SURE])
    total = best.sum()
    return Compared(
        len(best), float(one.sum() / total), float(two.sum() / total), float(low), float(high)
    )

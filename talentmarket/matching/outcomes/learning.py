"""From outcomes to weights: learn on the earlier lists, compare on the later ones. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from talentmarket.matching.outcomes.comparing import Compared, compare
from talentmarket.matching.outcomes.examples import Outcomes
from talentmarket.matching.outcomes.kinds import KINDS, numbers_of, weights_of
from talentmarket.matching.outcomes.ranker import OutcomeRanker, inverse
from talentmarket.matching.tables import Floats
from talentmarket.matching.weights import Weights

#: Fewer outcomes than that teach nothing that the table does not know better: see the figures of
#: `flask evaluate outcomes` in docs/relevance.md.
LEAST_OUTCOMES = 300
LEAST_HELD_BACK = 50  # lists that something came of, in the later part


class TooFewOutcomes(Exception):
    """Not enough came of shown lists to learn from; the message says how much there is."""


@dataclass(frozen=True)
class Learned:
    """Weights, how they compare with the present ones on lists held back, and by what exposure of
    the ranks both were judged."""

    weights: Weights
    ranker: OutcomeRanker
    compared: Compared
    outcomes: int
    lists: int

    def card(self) -> dict[str, Any]:
        """What the model's card says of it, plain values only."""
        points = numbers_of(self.weights).round(2).tolist()
        return {
            "kind": "weights",
            "outcomes": self.outcomes,
            "lists": self.lists,
            "points": dict(zip(KINDS, points, strict=True)),
            "exposure": self.ranker.exposure_.round(3).tolist(),
            "held_back": {
                "lists": self.compared.lists,
                "ndcg@10_before": round(self.compared.before, 4),
                "ndcg@10": round(self.compared.after, 4),
                "difference": round(self.compared.after - self.compared.before, 4),
                "low": round(self.compared.low, 4),
                "high": round(self.compared.high, 4),
            },
            "better": self.compared.better,
        }


def fit(outcomes: Outcomes, prior: Weights) -> OutcomeRanker:
    """The ranker of these outcomes."""
    ranker = OutcomeRanker(prior=numbers_of(prior))
    return ranker.fit(
        outcomes.x,
        outcomes.chosen,
        lists=outcomes.lists,
        ranks=outcomes.ranks,
        seen=outcomes.refused,
        surfaces=outcomes.surfaces,
    )


def learn(outcomes: Outcomes, before: Weights, prior: Weights) -> Learned:
    """Learn on the earlier lists, compare with `before` on the later ones; `prior`: the table.

    A gain of the comparison counts as often as its rank was likely overlooked (inverse
    propensity, clipped). Raises TooFewOutcomes.
    """
    early, late = outcomes.split()
    known, held = int(early.chosen.sum()), len(np.unique(late.lists[late.chosen]))
    if known < LEAST_OUTCOMES or held < LEAST_HELD_BACK:
        raise TooFewOutcomes(
            f"{known} outcomes to learn from and {held} later lists to compare on: "
            f"{LEAST_OUTCOMES} and {LEAST_HELD_BACK} are needed"
        )
    ranker = fit(early, prior)
    weights = weights_of(ranker.points_)
    return Learned(
        weights,
        ranker,
        compare(
            late.lists,
            gains(late, ranker),
            late.x @ numbers_of(before),
            late.x @ numbers_of(weights),
        ),
        known,
        int(early.lists.max()) + 1,
    )


def gains(outcomes: Outcomes, ranker: OutcomeRanker) -> Floats:
    """What it is worth to have each row on top."""
    grade = np.where(outcomes.grades >= 2, 2.0 ** (outcomes.grades - 1) - 1, 0.0)
    return np.asarray(grade * inverse(ranker.exposure_, outcomes.ranks))


def named(weights: Weights, version: str) -> Weights:
    """The same weights, known by the version of their model."""
    return replace(weights, version=version)

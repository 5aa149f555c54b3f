"""What requirements are worth, learned from what came of shown lists.

Logistic, with coefficients that are never negative, on the features whose sum a score is; so more
skill and more evidence never lower a score, and the parts add up to it as with the table.

Each list is compared with itself: features are centred by list, so that a job with a hundred good
applicants and one with three weigh by what they chose between. Rows further down are looked at less:
a row that nothing came of was either seen and passed over, or not seen (the position-based model,
Richardson et al. 2007; exposure by rank learned together with relevance, as Wang et al. 2018). A
refusal for what the person has or lacks proves that the row was seen; how often one is given to those
seen and not chosen is learned as well, or refusals alone would make every rank look seen.

The table is the prior: coefficients lean towards multiples of it, by so much that fifty outcomes
move hardly anything.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import scipy.optimize
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from talentmarket.matching.tables import Flags, Floats, Ints

#: Ranks from which a further step of exposure begins: below the first screen they go together.
STEPS = np.array([*range(2, 11), 13, 16, 21, 31, 51])
MOST_INVERSE = (
    10.0  # exposure is never taken for less than a tenth: one row must not outweigh lists
)


class _Rows(NamedTuple):
    x: Floats
    chosen: Flags
    seen: Flags  # without being chosen
    step: Ints
    level: Ints  # of the surface


class OutcomeRanker(BaseEstimator):  # type: ignore[misc]
    """Fit on features (0 to 1), whether something came of a row, its list and its rank.

    `prior`: what the features are worth before anything is known (any scale; None: all alike).
    `deviation`: how far, in log odds between nothing and all of it, a feature is expected to lie from
    the prior's multiple. After the fit `points_` (features, adding up to 100), `coef_` (log
    odds), `exposure_` (steps of ranks, the first 1) and `n_features_in_`.
    """

    def __init__(self, prior: Any = None, deviation: float = 0.3, max_iter: int = 300) -> None:
        self.prior = prior
        self.deviation = deviation
        self.max_iter = max_iter

    def fit(
        self,
        X: Any,
        y: Any,
        *,
        lists: Any = None,
        ranks: Any = None,
        seen: Any = None,
        surfaces: Any = None,
    ) -> OutcomeRanker:
        """`X`: rows × features; `y`: 1 where something came of the row. `lists`: the number of its
        list (None: all one), `ranks` from 1 (None: all looked at), `seen`: surely looked at,
        `surfaces`: number of where it was shown. Raises ValueError for what does not fit."""
        x = np.asarray(X, dtype=np.float64)
        chosen = np.asarray(y).astype(bool)
        if x.ndim != 2 or len(x) != len(chosen) or not len(x) or not np.isfinite(x).all():
            raise ValueError("rows × features, finite, with one outcome each")
        prior = _prior(self.prior, x.shape[1])
        rows = _Rows(
            _centred(x, None if lists is None else np.asarray(lists)),
            chosen,
            ~chosen & (np.zeros(len(x), bool) if seen is None else np.asarray(seen, bool)),
            np.zeros(len(x), np.int64) if ranks is None else step_of(np.asarray(ranks)),
            np.zeros(len(x), np.int64) if surfaces is None else np.asarray(surfaces, np.int64),
        )
        found = _minimum(rows, prior, self.deviation, self.max_iter)
        self.coef_, self.exposure_ = found
        total = self.coef_.sum()
        self.points_ = 100 * (self.coef_ / total if total > 0 else prior / prior.sum())
        self.n_features_in_ = x.shape[1]
        return self

    def decision_function(self, X: Any) -> Floats:
        """Points before rounding, 0 to 100: monotone in every feature."""
        check_is_fitted(self)
        return np.asarray(np.asarray(X, dtype=np.float64) @ self.points_)


def step_of(ranks: NDArray[Any]) -> Ints:
    """The step of exposure of each rank."""
    return np.asarray(np.searchsorted(STEPS, ranks, side="right"), dtype=np.int64)


def inverse(exposure: Floats, ranks: NDArray[Any]) -> Floats:
    """What one outcome at each rank stands for: 1 / exposure, at most `MOST_INVERSE`."""
    return np.asarray(np.minimum(1 / exposure[step_of(ranks)], MOST_INVERSE))


def _prior(given: Any, width: int) -> Floats:
    prior = np.ones(width) if given is None else np.asarray(given, dtype=np.float64)
    if prior.shape != (width,) or (prior < 0).any() or not prior.any():
        raise ValueError("the prior has one number for each feature, none negative")
    return np.asarray(prior / prior.sum())


def _centred(x: Floats, lists: NDArray[Any] | None) -> Floats:
    if lists is None:
        return np.asarray(x - x.mean(axis=0))
    _names, number = np.unique(lists, return_inverse=True)
    counts = np.bincount(number)
    means = np.stack([np.bincount(number, column) for column in x.T], axis=1) / counts[:, None]
    return np.asarray(x - means[number])


def _minimum(rows: _Rows, prior: Floats, deviation: float, rounds: int) -> tuple[Floats, Floats]:
    """Coefficients and exposure of the greatest posterior; all bounds are boxes (L-BFGS-B)."""
    width, levels, steps = len(prior), int(rows.level.max()) + 1, len(STEPS)
    # Coefficients, the multiple of the prior, for each surface a base and how often it is said why
    # somebody was passed over, falls of exposure.
    ends = np.cumsum([width, 1, levels, levels])
    rate = min(max(float(rows.chosen.mean()), 1e-4), 0.5)
    start = np.concatenate(
        [
            *(prior, [1.0], np.full(levels, np.log(rate / (1 - rate)))),
            *(np.full(levels, -2.0), np.full(steps, 0.1)),
        ]
    )

    def loss(values: Floats) -> tuple[float, Floats]:
        coef, (scale,), base, telling, falls = np.split(values, ends)
        away = coef - scale * prior
        pull = away / deviation**2
        value, by_odds, by_telling, by_fall = _likelihood(
            rows,
            rows.x @ coef + base[rows.level],
            telling[rows.level],
            -np.concatenate([[0.0], np.cumsum(falls)])[rows.step],
        )
        at_step = np.bincount(rows.step, by_fall, minlength=steps + 1)
        gradient = np.concatenate(
            [
                rows.x.T @ by_odds + pull,
                [-(pull @ prior)],
                np.bincount(rows.level, by_odds, minlength=levels),
                np.bincount(rows.level, by_telling, minlength=levels),
                np.cumsum(at_step[::-1])[::-1][1:],
            ]
        )
        return value + float(away @ pull) / 2, gradient

    bounds = [(0.0, None)] * (width + 1) + [(-20.0, 20.0)] * levels
    bounds += [(-15.0, 15.0)] * levels + [(0.0, 3.0)] * steps
    found = scipy.optimize.minimize(
        loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": rounds}
    )
    coef, falls = found.x[:width], found.x[ends[-1] :]
    return coef, np.exp(-np.concatenate([[0.0], np.cumsum(falls)]))


def _likelihood(
    rows: _Rows, odds: Floats, telling: Floats, log_exposure: Floats
) -> tuple[float, Floats, Floats, Floats]:
    """Minus its logarithm, and what that changes with the log odds, with those of a reason, and
    with a fall of exposure. A row is chosen when seen and liked, refused when seen, not liked and
    said so, else nothing came of it."""
    p, told, exposure = (
        np.exp(-np.logaddexp(0, -odds)),
        np.exp(-np.logaddexp(0, -telling)),
        np.exp(log_exposure),
    )
    something = np.minimum(exposure * (told + (1 - told) * p), 1 - 1e-12)
    rest = 1 - something
    nothing = ~rows.chosen & ~rows.seen
    refused = log_exposure - np.logaddexp(0, odds) - np.logaddexp(0, -telling)
    value = np.where(rows.seen, refused, log_exposure - np.logaddexp(0, -odds))
    value = np.where(nothing, np.log(rest), value)
    by_odds = np.where(
        nothing, exposure * (1 - told) * p * (1 - p) / rest, np.where(rows.seen, p, p - 1)
    )
    by_telling = np.where(nothing, exposure * (1 - p) * told * (1 - told) / rest, 0.0)
    by_telling = np.where(rows.seen, told - 1, by_telling)
    by_fall = np.where(nothing, -something / rest, 1.0)
    return -float(value.sum()), by_odds, by_telling, by_fall

"""What can be learned: nine numbers, and the weights of a score that they are."""

from __future__ import annotations

from collections.abc import Sequence
from math import floor

import numpy as np

from talentmarket.matching.tables import Floats
from talentmarket.matching.weights import Part, Weights

#: What is learned, in the order of the parts.
KINDS = (
    *("must", "wish", "occupation", "years", "certificates", "education"),
    *("place", "pay", "availability"),
)
#: What is near the job as a whole belongs to the must skills, by a share that is the table's; the way
#: of working stands beside the place and gives nothing.
NUMBER = {kind: number for number, kind in enumerate(KINDS)} | {"whole": 0, "mode": 6}
OF_SKILL = {Part.MUST: "must", Part.WISH: "wish", Part.EDUCATION: "certificates"}
PARTS = tuple(Part)
#: Parts as the kinds they are made of.
WITHIN: tuple[tuple[int, ...], ...] = ((0,), (1,), (2, 3), (4, 5), (6,), (7, 8))
GRID = 64  # learned points are multiples of 1/64: their sums are exact
LEAST = 1.0  # points that anything is worth: what is asked for is never asked for nothing


def kind_of(key: str, part: int) -> int:
    """The number of the kind of a requirement; `part`: the number of its part."""
    return NUMBER[OF_SKILL[PARTS[part]]] if key.startswith("skill:") else NUMBER[key]


def numbers_of(weights: Weights) -> Floats:
    """The nine numbers; they add up to 100."""
    must, wish, experience, education, place, terms = weights.points
    one, two, three = weights.occupation_share, weights.certificate_share, weights.pay_share
    return np.array(
        [
            *(must, wish, experience * one, experience * (1 - one)),
            *(education * two, education * (1 - two), place, terms * three, terms * (1 - three)),
        ]
    )


def weights_of(numbers: Floats | Sequence[float], version: str | None = None) -> Weights:
    """Weights of any nine numbers that are not negative: scaled to 100 together, none below
    `LEAST`, in multiples of 1/64 by part. Raises ValueError for others."""
    given = np.asarray(numbers, dtype=np.float64)
    if given.shape != (len(KINDS),) or not np.isfinite(given).all() or (given < 0).any():
        raise ValueError("nine numbers that are not negative")
    if not given.any():
        raise ValueError("something must be worth something")
    least = np.full(len(KINDS), LEAST)
    shared = least + given / given.sum() * (100 - least.sum())
    parts = [float(sum(shared[n] for n in kinds)) for kinds in WITHIN]
    points = [floor(one * GRID) / GRID for one in parts]
    rest = round((100 - sum(points)) * GRID)
    order = sorted(range(len(parts)), key=lambda n: (points[n] - parts[n], n))
    for n in order[:rest]:
        points[n] += 1 / GRID
    occupation, certificates, pay = (
        round(float(shared[one] / (shared[one] + shared[other])), 4)
        for one, other in (WITHIN[2], WITHIN[3], WITHIN[5])
    )
    return Weights(tuple(points), occupation, certificates, pay, version)

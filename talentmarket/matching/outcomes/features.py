"""The features of a pair: for each point that can be learned, how much of it the pair gets.

A score is linear in the nine numbers of :data:`KINDS` (what a must skill, a wish skill, the same
occupation … is worth): where a job does not ask for one, its points go to another requirement by
the map of the score, and so its feature is that requirement's credit. So features times numbers is
the score before rounding, and whatever is learned is explained as the sum it is.

One case bends: a job without any skill whose first part has two requirements (occupation and years,
certificate and degree). What its skills would have been worth is split between the two, here by the
table's share.
"""

from __future__ import annotations

import numpy as np

from talentmarket.matching import weights as w
from talentmarket.matching.kinship import Kinship
from talentmarket.matching.outcomes.kinds import (
    KINDS,
    NUMBER,
    OF_SKILL,
    PARTS,
    WITHIN,
    numbers_of,
)
from talentmarket.matching.tables import Flags, Floats, Ints, Jobs, People
from talentmarket.matching.vector import credits_of


def features(pair: Ints, kind: Ints, most: Floats, credit: Floats, size: int) -> Floats:
    """Pairs × kinds, from requirements one after the other: the number of the pair, the kind, the
    points it can give and the share of them that it gives."""
    cell = pair * len(KINDS) + kind
    shape = (size, len(KINDS))
    total = np.bincount(cell, weights=most, minlength=size * len(KINDS)).reshape(shape)
    given = np.bincount(cell, weights=most * credit, minlength=size * len(KINDS)).reshape(shape)
    asked = total > 0
    found = np.divide(given, total, out=np.zeros(shape), where=asked)
    return _inherited(found, asked)


def _inherited(found: Floats, asked: Flags) -> Floats:
    """What is not asked counts as what gets its points: the other one of its part, or else the
    first part that is asked."""
    found = found.copy()
    table = numbers_of(w.table())
    part_asked, part_credit = [], []
    for kinds in WITHIN:
        any_asked = asked[:, kinds].any(axis=1)
        if len(kinds) == 2:
            one, other = kinds
            found[:, one] = np.where(asked[:, one], found[:, one], found[:, other])
            found[:, other] = np.where(asked[:, other], found[:, other], found[:, one])
        share = table[list(kinds)] / table[list(kinds)].sum()
        part_asked.append(any_asked)
        part_credit.append(found[:, kinds] @ share)
    heir = np.argmax(np.stack(part_asked, axis=1), axis=1)
    credit = np.stack(part_credit, axis=1)[np.arange(len(found)), heir]
    for kinds, any_asked in zip(WITHIN, part_asked, strict=True):
        for number in kinds:
            found[:, number] = np.where(any_asked, found[:, number], credit)
    return found


def features_of_pairs(jobs: Jobs, people: People, kinship: Kinship, year: int) -> Floats:
    """Pairs × kinds for many pairs at once, as :func:`vector.score_all` takes them."""
    asks, row, credit = credits_of(jobs, people, kinship, year)
    of_skill = np.array([NUMBER.get(OF_SKILL.get(part, ""), 0) for part in PARTS])
    of_column = of_skill[asks.part]
    for name, place in asks.column.items():
        of_column[place] = NUMBER[name]
    asked = asks.asked[row]
    pair, column = np.nonzero(asked)
    most = asks.most[row[pair], column]
    return features(pair, of_column[column], most, credit[pair, column], len(row))

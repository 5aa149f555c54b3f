"""A title that the vocabulary does not know → the occupations it may belong to, with their chances.

What is known of titles: their names in the vocabulary, the names of occupations, and the titles that
this site's own jobs stand under. How near a title is to the names of an occupation, how many of the
nearest names are its own, and which occupations the skills of the text belong to are weighed together
with "none of them" (conditional logit; McFadden, 1974); a last step makes the shares chances.
Weights and measures: docs/relevance.md ("Title to occupation").
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from talentmarket.matching.chances import BY_NAME, KNOWN, LEAST, MOST, Proposed
from talentmarket.matching.titles import TitleSpace
from talentmarket.taxonomy.folding import fold_name
from talentmarket.taxonomy.model import TECHNICAL_KINDS, Taxonomy
from talentmarket.taxonomy.recognise import get_recogniser
from talentmarket.taxonomy.titles import bare_title, says_work

NEAREST = 20  # names that have a say
#: Weights of the nearest name, of the share among the nearest names, of the share of the skills; and
#: the weight of "none of them". Slope and shift of the last step, in log odds.
NAME, AMONG, SKILLS, NONE = 3.49, 8.46, 10.84, 5.97
SLOPE, SHIFT = 0.571, 0.276
#: Skills that count as none: a text with one of them says little.
LEANING = 2.0
#: Nearness that counts as of no name: titles that are near to nothing are known from nothing.
FAR = 6.0
#: Of a skill's occupations the first is its own, the others share it.
FIRST, OTHERS = 1.0, 0.5


class OccupationFinder:
    """Knows names of occupations; made once, asked often.

    `names`: (name, code of its occupation), any number of each. About .2 ms a title.
    """

    def __init__(self, names: Sequence[tuple[str, str]], taxonomy: Taxonomy) -> None:
        self._taxonomy = taxonomy
        self._names = [name for name, _ in names]
        self._codes = list(taxonomy.occupations)
        self._place = {code: place for place, code in enumerate(self._codes)}
        self._of = np.array([self._place[code] for _, code in names], np.intp)
        self._exact = {fold_name(name): self._place[code] for name, code in names}
        self._space = TitleSpace(self._names)

    def propose(
        self, titles: Sequence[str], texts: Sequence[str] | None = None
    ) -> list[list[Proposed]]:
        """For each title up to :data:`MOST` occupations, best first; none where it is unknown.

        `texts`: what else each posting says.
        """
        if not titles:
            return []
        bare = [bare_title(title) for title in titles]
        near = self._space.nearness(bare)
        skills = self.by_skills([f"{a}\n{b}" for a, b in zip(titles, texts or titles, strict=True)])
        chances = calibrated(shares(*self.by_names(near), skills))
        for row, title in enumerate(titles):
            if (own := self._exact.get(fold_name(title))) is not None:
                chances[row, own] = max(chances[row, own], BY_NAME)
        found = []
        for row in range(len(titles)):
            order = np.argsort(-chances[row], kind="stable")[:MOST]
            known = says_work(titles[row]) and chances[row, order[0]] >= KNOWN
            found.append(
                [
                    Proposed(self._codes[at], float(chances[row, at]), self._nearest(near[row], at))
                    for at in order
                    if known and chances[row, at] >= LEAST
                ]
            )
        return found

    def by_names(
        self, near: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """(titles, occupations), twice: how near the nearest name is, and the share that each has of
        the `NEAREST` names, nearer ones counting more. `near`: (titles, names)."""
        rows = np.arange(len(near))[:, None]
        nearest, among = np.zeros((2, len(near), len(self._codes)))
        np.maximum.at(nearest, (rows, self._of[None, :]), near)
        first = np.argsort(-near, axis=1, kind="stable")[:, :NEAREST]
        np.add.at(among, (rows, self._of[first]), near[rows, first])
        return nearest, np.asarray(among / (among.sum(axis=1, keepdims=True) + FAR))

    def by_skills(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """(texts, occupations): the share of the technical skills of a text that belong to each."""
        found = np.zeros((len(texts), len(self._codes)))
        recogniser = get_recogniser()
        for row, text in enumerate(texts):
            for code in recogniser.recognise(text).skills:
                skill = self._taxonomy.skills[code]
                if skill.kind in TECHNICAL_KINDS:
                    for rank, occupation in enumerate(skill.occupations):
                        found[row, self._place[occupation]] += OTHERS if rank else FIRST
        return np.asarray(found / (found.sum(axis=1, keepdims=True) + LEANING))

    def _nearest(self, near: NDArray[np.float64], at: int) -> str:
        own = np.flatnonzero(self._of == at)
        return self._names[own[np.argmax(near[own])]] if len(own) else ""


def shares(
    nearest: NDArray[np.float64], among: NDArray[np.float64], skills: NDArray[np.float64]
) -> NDArray[np.float64]:
    """(titles, occupations): what each gets of one, where "none of them" gets the rest."""
    odds = np.exp(NAME * nearest + AMONG * among + SKILLS * skills - NONE)
    return np.asarray(odds / (1.0 + odds.sum(axis=1, keepdims=True)))


def calibrated(found: NDArray[np.float64]) -> NDArray[np.float64]:
    """Shares as chances: several occupations may be right, so a share says too little below and too
    much above (Platt, 1999)."""
    kept = np.clip(found, 1e-9, 1.0 - 1e-9)
    return np.asarray(1.0 / (1.0 + np.exp(-(SLOPE * np.log(kept / (1.0 - kept)) + SHIFT))))


def names_of(taxonomy: Taxonomy, own: Mapping[str, str] | None = None) -> list[tuple[str, str]]:
    """(name, occupation) of all that a site knows: the vocabulary, and its own titles."""
    found = [
        (name, title.occupation)
        for title in taxonomy.titles.values()
        for name in dict.fromkeys((title.name_zh, title.name_en, *title.aliases))
        if name
    ]
    found += [
        (name, one.code)
        for one in taxonomy.occupations.values()
        for name in (one.name_zh, one.name_en)
    ]
    return found + [
        (name, code) for name, code in (own or {}).items() if code in taxonomy.occupations
    ]

"""How near job titles are to each other: their signs, their fields of work, an encoder where there is one.

A sum of three cosines with fixed weights, and for whole lists a second look with the nearest titles in
hand; both are measured in docs/relevance.md ("Titles and tags").
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer

from search.analysis import fold
from talentmarket.matching.encoders import Encoder
from talentmarket.taxonomy.fieldwords import fields_of

#: Weights of the cosines. Without an encoder the signs count one.
FIELDS, ENCODED, SIGNS_BESIDE = 0.8, 1.0, 0.2
#: A second look asks with so many of the nearest titles, which weigh as much together as the first.
FIRST, SECOND_LOOK = 10, 1.0


class TitleSpace:
    """Titles that others are compared with.

    `titles`: what is asked for; what is rare among them counts more. `encoder`: reads the meaning
    of a text, where the site has one.
    """

    def __init__(self, titles: Sequence[str], encoder: Encoder | None = None) -> None:
        self._signs = TfidfVectorizer(analyzer=_signs, sublinear_tf=True)
        self._fields = TfidfVectorizer(analyzer=fields_of)
        self._encoder = encoder
        self._by_signs = self._signs.fit_transform(titles)
        self._by_fields = _fitted(self._fields, titles)
        if encoder is not None:
            raw = encoder.encode(titles)
            self._middle = raw.mean(axis=0)
            self._by_meaning = _unit(raw - self._middle)

    def nearness(self, asked: Sequence[str]) -> NDArray[np.float64]:
        """(asked, titles): how near each is to each; the higher the nearer, 0 for nothing shared
        where no encoder is."""
        meant = None
        if self._encoder is not None:
            # Vectors of an encoder lie in a cone: what all titles share says nothing.
            meant = _unit(self._encoder.encode(asked) - self._middle)
        return self._near(self._signs.transform(asked), self._fields_of(asked), meant)

    def nearness_again(self, asked: Sequence[str]) -> NDArray[np.float64]:
        """(asked, titles): how near each is to each, and to the nearest of those asked for.

        For lists of titles: feedback from the first `FIRST`, which count by their nearness (Rocchio,
        1971). What a title has in common with several near ones tells more than its own few signs.
        """
        near = self.nearness(asked)
        if not near.size:
            return near
        first = np.argsort(-near, axis=1, kind="stable")[:, :FIRST]
        places, rows = np.unique(first, return_inverse=True)
        meant = None if self._encoder is None else self._by_meaning[places]
        fields = None if self._by_fields is None else self._by_fields[places]
        among = self._near(self._by_signs[places], fields, meant)
        shares = np.maximum(np.take_along_axis(near, first, axis=1), 0.0)
        sums = shares.sum(axis=1, keepdims=True)
        shares = np.divide(shares, sums, out=np.zeros_like(shares), where=sums > 0)
        again = [
            share @ among[row] for share, row in zip(shares, rows.reshape(first.shape), strict=True)
        ]
        return near + SECOND_LOOK * np.array(again)

    def _fields_of(self, titles: Sequence[str]) -> Any:
        return None if self._by_fields is None else self._fields.transform(titles)

    def _near(
        self, signs: Any, fields: Any, meant: NDArray[np.float64] | None
    ) -> NDArray[np.float64]:
        by_signs = _dense(signs @ self._by_signs.T)
        found = np.zeros_like(by_signs)
        if self._by_fields is not None:
            found += FIELDS * _dense(fields @ self._by_fields.T)
        if meant is None:
            return found + by_signs
        return found + SIGNS_BESIDE * by_signs + ENCODED * (meant @ self._by_meaning.T)


def same_title(one: str, other: str) -> bool:
    """Whether two titles are one, but for width, case, traditional signs and spaces."""
    return "".join(fold(one).split()) == "".join(fold(other).split())


def _signs(title: str) -> list[str]:
    """Signs and pairs of signs, with the beginning and the end of each word."""
    found = []
    for word in fold(title).split():
        found += [*word, *map("".join, pairwise(f" {word} "))]
    return found


def _fitted(fields: TfidfVectorizer, titles: Sequence[str]) -> NDArray[np.float64] | None:
    """The titles by their fields; None where no title has one."""
    if not any(map(fields_of, titles)):
        return None
    found: NDArray[np.float64] = fields.fit_transform(titles)
    return found


def _dense(product: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(product.toarray())  # type: ignore[attr-defined]  # a sparse matrix


def _unit(rows: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(norms > 0, norms, 1.0), np.float64)

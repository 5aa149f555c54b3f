"""What is known of a posting, as numbers: n-grams of its title, words of its text, pay, schooling."""

from __future__ import annotations

import math
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import scipy.sparse as sp

from search.analysis import fold, terms
from talentmarket.matching.posting import Posting

#: Steps of pay: each is a quarter of a power of e above the one before, from 400 yuan a month.
PAY_STEPS, _FIRST_STEP = 24, 24
SCHOOLING = 8
#: Places of the facts: the two ends of the pay, the schooling, and what of them is unknown.
FACTS = 2 * PAY_STEPS + SCHOOLING + 2


def counts(postings: Iterable[Sequence[object]], title_dims: int, text_dims: int) -> sp.csr_matrix:
    """(postings, title_dims + text_dims): how often each hashed n-gram and word stands there."""
    pointers, places, values = [0], list[int](), list[int]()
    for title, text, *_ in postings:
        found = Counter(_hashed(_grams(str(title)), title_dims))
        words = _hashed(terms(str(text)).words, text_dims)
        found.update(title_dims + place for place in words)
        places += found.keys()
        values += found.values()
        pointers.append(len(places))
    shape = (len(pointers) - 1, title_dims + text_dims)
    return sp.csr_matrix((np.array(values, np.float64), places, pointers), shape=shape)


def facts(postings: Iterable[Posting]) -> sp.csr_matrix:
    """(postings, `FACTS`): 1 for each step of pay that is reached, for the schooling, for what is
    unknown. So that what is learned of a pay goes for the pays beside it."""
    pointers, places = [0], list[int]()
    for posting in postings:
        places += _facts_of(posting)
        pointers.append(len(places))
    shape = (len(pointers) - 1, FACTS)
    return sp.csr_matrix((np.ones(len(places)), places, pointers), shape=shape)


def _facts_of(posting: Posting) -> Iterator[int]:
    for number, fen in enumerate((posting.pay_low, posting.pay_high)):
        if fen:
            step = int(4 * math.log(max(fen / 100, 1.0))) - _FIRST_STEP
            reached = min(max(step, 0), PAY_STEPS - 1) + 1
            yield from range(number * PAY_STEPS, number * PAY_STEPS + reached)
    if not posting.pay_low and not posting.pay_high:
        yield FACTS - 2
    rank = posting.education
    yield FACTS - 1 if rank is None else 2 * PAY_STEPS + min(max(rank, 0), SCHOOLING - 1)


def unit(matrix: sp.csr_matrix) -> sp.csr_matrix:
    """The rows, each of length one; empty ones stay."""
    norms = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    return sp.diags(np.divide(1.0, norms, out=np.zeros_like(norms), where=norms > 0)) @ matrix


def _grams(title: str) -> Iterator[str]:
    for word in fold(title).split():
        padded = f" {word} "
        for size in (1, 2, 3):
            for start in range(len(padded) - size + 1):
                yield padded[start : start + size]


def _hashed(words: Iterable[str], dims: int) -> Iterator[int]:
    return (zlib.crc32(word.encode()) % dims for word in words)

"""Lists of documents out of tantivy's files, as arrays: who has a term, and how often.

A list is in blocks of 128, each of numbers of as many bits as its largest one needs, four numbers
side by side; before them stands a table of the blocks, behind them what is left as numbers of seven
bits a byte.
"""

import numpy as np
from numpy.typing import NDArray

from search.embedded.tantivyfiles import Bytes, Ints, Unreadable, each, numbers

BLOCK = 128
LANES = 4
ROWS = BLOCK // LANES
#: Bytes of the table for each block, by what a field keeps of a term.
TABLE = {"basic": 5, "freq": 8, "position": 12}
WIDTH = 0b0001_1111
GAPS_BELOW_ONE = 0b0100_0000  # gaps are written less one

Docs = NDArray[np.int32]


def documents(raw: Bytes, count: int, record: str) -> tuple[Docs, Ints]:
    """The documents of a list, in order, and how often each has the term (once where that is not
    kept). Raises Unreadable."""
    frequent = record != "basic"
    found: list[Ints] = []
    often: list[Ints] = []
    at, before, left = 0, 0, count
    if count >= BLOCK:
        table, at = _table(raw, count // BLOCK, TABLE[record])
        if not (table[:, 4] & GAPS_BELOW_ONE).all():
            raise Unreadable("gaps of an older kind")
        widths = (table[:, 4] & WIDTH).astype(np.int64)
        more = table[:, 5].astype(np.int64) if frequent else np.zeros_like(widths)
        sizes = (widths + more) * (BLOCK // 8)
        starts = at + np.cumsum(sizes) - sizes
        gaps = _unpacked(raw, starts, widths)
        docs = np.cumsum(gaps + 1) - 1
        found.append(docs)
        if frequent:
            often.append(_unpacked(raw, starts + widths * (BLOCK // 8), more) + 1)
        at += int(sizes.sum())
        before, left = int(docs[-1]), count - len(docs)
    if left:
        rest = numbers(raw[at:])
        if len(rest) < left * (1 + frequent):
            raise Unreadable("a list cut short")
        found.append(before + np.cumsum(rest[:left]))
        if frequent:
            often.append(rest[left : 2 * left])
    docs = np.concatenate(found) if found else np.zeros(0, np.int64)
    times = np.concatenate(often) if often else np.ones(len(docs), np.int64)
    return docs.astype(np.int32), times


def _table(raw: Bytes, blocks: int, width: int) -> tuple[Bytes, int]:
    length = shift = at = 0
    while True:
        byte = int(raw[at])
        at += 1
        length |= (byte & 127) << shift
        if byte & 128:
            break
        shift += 7
    if length != blocks * width or at + length > len(raw):
        raise Unreadable("a table of blocks that does not fit")
    return raw[at : at + length].reshape(blocks, width), at + length


def _unpacked(raw: Bytes, starts: Ints, widths: Ints) -> Ints:
    """The numbers of all blocks, in order."""
    found = np.zeros((len(starts), BLOCK), np.int64)
    for width in np.unique(widths).tolist():
        if not width:
            continue
        which = np.flatnonzero(widths == width)
        held = raw[starts[which, None] + np.arange(width * (BLOCK // 8))]
        words = held.view("<u4").reshape(len(which), width, LANES).astype(np.uint64)
        first = np.arange(ROWS) * width
        word, shift = first // 32, (first % 32).astype(np.uint64)[:, None]
        both = words[:, word] | words[:, np.minimum(word + 1, width - 1)] << np.uint64(32)
        values = both >> shift & np.uint64((1 << width) - 1)
        found[which] = values.reshape(len(which), BLOCK)
    return found.ravel()


def all_documents(raw: Bytes, counts: Ints, starts: Ints, ends: Ints) -> tuple[Ints, Docs]:
    """Of a field that keeps no frequencies: (number of the term, document) of all lists."""
    small = counts < BLOCK
    terms, docs = [], []
    if small.any():
        held = raw[each(starts[small], ends[small] - starts[small])]
        gaps, sizes = numbers(held), counts[small]
        if len(gaps) != sizes.sum():
            raise Unreadable("lists cut short")
        added = np.cumsum(gaps)
        first = np.cumsum(sizes) - sizes
        before = np.where(first > 0, added[first - 1], 0)
        terms.append(np.repeat(np.flatnonzero(small), sizes))
        docs.append((added - np.repeat(before, sizes)).astype(np.int32))
    for term in np.flatnonzero(~small).tolist():
        found, _ = documents(raw[starts[term] : ends[term]], int(counts[term]), "basic")
        terms.append(np.full(len(found), term))
        docs.append(found)
    if not terms:
        return np.zeros(0, np.int64), np.zeros(0, np.int32)
    return np.concatenate(terms), np.concatenate(docs)

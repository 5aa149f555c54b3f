"""The files of one of tantivy's segments: where a term's list of documents lies.

What tantivy writes does not change until it is removed, so it is mapped and read where it lies.
This knows one version of the format (`FORMAT`); of any other, and of whatever does not look as it
should, it says so with Unreadable, and the question is tantivy's to answer.
"""

import json
import mmap
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FORMAT = 7  # tantivy 0.24 to 0.27
MAGIC = 1337
DICTIONARY_FORMAT = (1, 1)  # of the transducer's store, and that it is a transducer
TRANSDUCER_FORMATS = (1, 2)
#: A transducer names the most frequent bytes by their place in this list, from 1.
COMMON_BYTES = b"te/oasripcnw.hlm-du012g=:bf3y5&_4v9678k%?xCDASFIBEjPTzRNM+LOqHG"
INDEXED_FROM = 32  # a node with more ways out has a table of them
NO_NODE = 0
BLOCK_TERMS = 256
_BLOCK = struct.Struct("<QIQIQIBBB")

Bytes = NDArray[np.uint8]
Ints = NDArray[np.int64]


class Unreadable(Exception):
    """These files are not what this module knows."""


class Parts:
    """A file whose parts belong to fields."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as handle:
            self._mapped = mmap.mmap(handle.fileno(), 0, access=mmap.ACCESS_READ)
        self.body = _without_footer(memoryview(self._mapped))
        self._parts = self._table()

    def _table(self) -> dict[int, memoryview]:
        end = len(self.body) - 4
        start = end - int.from_bytes(self.body[end:], "little")
        at, count = _number(self.body, start)
        places: list[tuple[int, int, int]] = []
        offset = 0
        for _ in range(count):
            at, more = _number(self.body, at)
            offset += more
            field = int.from_bytes(self.body[at : at + 4], "little")
            at, part = _number(self.body, at + 4)
            places.append((offset, field, part))
        if start < 0 or at != end or offset > start:
            raise Unreadable("a table of parts that does not fit")
        ends = [offset for offset, _, _ in places[1:]] + [start]
        return {
            field: self.body[offset:stop]
            for (offset, field, part), stop in zip(places, ends, strict=True)
            if part == 0
        }

    def of(self, field: int) -> memoryview | None:
        """The part of a field; None where the segment has nothing of it."""
        return self._parts.get(field)


def _without_footer(whole: memoryview) -> memoryview:
    length, magic = struct.unpack("<II", whole[-8:])
    if magic != MAGIC or length + 8 > len(whole):
        raise Unreadable("a file without its end")
    told = json.loads(bytes(whole[-8 - length : -8]))
    if told["version"]["index_format_version"] != FORMAT:
        raise Unreadable(f"files of another format: {told}")
    return whole[: -8 - length]


def _number(raw: memoryview, at: int) -> tuple[int, int]:
    """(where it ends, a number written seven bits a byte)."""
    found = shift = 0
    while True:
        byte = raw[at]
        at += 1
        found |= (byte & 127) << shift
        if byte & 128:
            return at, found
        shift += 7


def alive_of(path: Path, documents: int) -> NDArray[np.bool_]:
    """Which documents of a segment were not deleted, of its file of deletions."""
    body = _without_footer(memoryview(path.read_bytes()))
    if int.from_bytes(body[:4], "little") != documents:
        raise Unreadable("deletions of another segment")
    bits = np.unpackbits(np.frombuffer(body[4:], np.uint8), bitorder="little")
    if len(bits) < documents:
        raise Unreadable("deletions cut short")
    return bits[:documents].astype(np.bool_)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a term's list lies in the bytes of its field, and for how many documents."""

    documents: int
    start: int
    end: int


class Dictionary:
    """The terms of one field in one segment, in order, and where their lists lie."""

    def __init__(self, raw: memoryview) -> None:
        length, version, kind = struct.unpack("<QII", raw[-16:])
        if (version, kind) != DICTIONARY_FORMAT or length + 16 > len(raw):
            raise Unreadable("a dictionary of another kind")
        self._nodes = raw[: -16 - length]
        store = raw[-16 - length : -16]
        blocks, self.size = struct.unpack("<QQ", store[:16])
        self._blocks, self._infos = store[16 : 16 + blocks], store[16 + blocks :]
        if int.from_bytes(self._nodes[:8], "little") not in TRANSDUCER_FORMATS:
            raise Unreadable("a transducer of another kind")
        self._indexed = int.from_bytes(self._nodes[:8], "little") >= 2
        self._root = int.from_bytes(self._nodes[-8:], "little")

    def find(self, term: bytes) -> Place | None:
        """Where the list of a term lies."""
        at, number = self._root, 0
        for byte in term:
            ways = self._ways(at, byte)[1]
            if not ways:
                return None
            ((_, output, at),) = ways
            number += output
        final = self._ways(at)[0]
        return None if final is None else self._place(number + final)

    def terms(self) -> list[str]:
        """All terms in order."""
        found: list[tuple[int, bytes]] = []
        waiting = [(self._root, 0, b"")]
        while waiting:
            at, number, so_far = waiting.pop()
            final, ways = self._ways(at)
            if final is not None:
                found.append((number + final, so_far))
            waiting += [(to, number + more, so_far + bytes((byte,))) for byte, more, to in ways]
        found.sort()
        if len(found) != self.size:
            raise Unreadable("another number of terms than was told")
        return [term.decode("utf-8") for _, term in found]

    def _ways(
        self, at: int, only: int | None = None
    ) -> tuple[int | None, list[tuple[int, int, int]]]:
        """What a term has that ends in this node (None: none does), and (byte, what it adds, to
        which node) of each way out, or of the one of this byte."""
        raw = self._nodes
        if at == NO_NODE:
            return 0, []
        state = raw[at]
        if state & 0b1000_0000:
            single = self._only_way(at, state)
            return None, [single] if only in (None, single[0]) else []
        place = at - 1
        count = state & 0b0011_1111
        if not count:
            count = 256 if raw[place] == 1 else raw[place]
            place -= 1
        to_size, out_size = raw[place] >> 4, raw[place] & 15
        if self._indexed and count > INDEXED_FROM:
            place -= 256
        inputs = place - count
        tos = inputs - count * to_size
        outs = tos - count * out_size
        final = None
        end = outs
        if state & 0b0100_0000:
            end -= out_size
            final = int.from_bytes(raw[end:outs], "little")
        ways = []
        wanted: Iterable[int] = range(count)  # in the order of their bytes, the first one last
        if only is not None:
            place_of = bytes(raw[inputs : inputs + count]).find(only)
            wanted = () if place_of < 0 else (count - 1 - place_of,)
        for way in wanted:
            begin = tos + (count - 1 - way) * to_size
            delta = int.from_bytes(raw[begin : begin + to_size], "little")
            begin = outs + (count - 1 - way) * out_size
            output = int.from_bytes(raw[begin : begin + out_size], "little")
            byte = raw[inputs + count - 1 - way]
            ways.append((byte, output, end - delta if delta else NO_NODE))
        return final, ways

    def _only_way(self, at: int, state: int) -> tuple[int, int, int]:
        raw = self._nodes
        common = state & 0b0011_1111
        place = at - 1
        if common:
            byte = COMMON_BYTES[common - 1]
        else:
            byte = raw[place]
            place -= 1
        if state & 0b0100_0000:  # to the node that lies before this one
            return byte, 0, place
        to_size, out_size = raw[place] >> 4, raw[place] & 15
        tos = place - to_size
        end = tos - out_size
        delta = int.from_bytes(raw[tos:place], "little")
        output = int.from_bytes(raw[end:tos], "little")
        return byte, output, end - delta if delta else NO_NODE

    # -- Where lists lie -------------------------------------------------------------------

    def _block(self, number: int) -> tuple[int, int, int, int, int, int]:
        """Of a block of terms: where its bits begin; the first one's documents, start and length
        of its list; how many bits counts and starts take, with those of positions between."""
        held = _BLOCK.unpack_from(self._blocks, number * _BLOCK.size)
        offset, documents, start, length, _, _, count_bits, start_bits, position_bits = held
        return offset, documents, start, length, count_bits, start_bits | position_bits << 8

    def _place(self, term: int) -> Place:
        number, within = divmod(term, BLOCK_TERMS)
        if term >= self.size:
            raise Unreadable("a term beyond the last one")
        offset, documents, start, length, count_bits, widths = self._block(number)
        if not within:
            return Place(documents, start, start + length)
        start_bits, position_bits = widths & 255, widths >> 8
        whole = start_bits + position_bits + count_bits
        addresses = np.array([within - 1, within], np.int64) * whole
        data = np.frombuffer(self._infos[offset:], np.uint8)
        starts = bits(data, addresses, start_bits)
        counts = bits(data, addresses[:1] + (start_bits + position_bits), count_bits)
        return Place(int(counts[0]), start + int(starts[0]), start + int(starts[1]))

    def places(self) -> tuple[Ints, Ints, Ints]:
        """Of all terms in order: documents, where the list starts, where it ends."""
        counts, starts, ends = [], [], []
        for number in range(-(-self.size // BLOCK_TERMS)):
            held = min(BLOCK_TERMS, self.size - number * BLOCK_TERMS)
            offset, documents, start, length, count_bits, widths = self._block(number)
            start_bits, position_bits = widths & 255, widths >> 8
            whole = start_bits + position_bits + count_bits
            data = np.frombuffer(self._infos[offset:], np.uint8)
            addresses = np.arange(held, dtype=np.int64) * whole
            begins = bits(data, addresses, start_bits) + start
            others = bits(data, addresses[:-1] + (start_bits + position_bits), count_bits)
            counts.append(np.concatenate(([documents], others)))
            starts.append(np.concatenate(([start], begins[:-1])))
            ends.append(np.concatenate(([start + length], begins[1:])))
        if not counts:
            none = np.zeros(0, np.int64)
            return none, none, none
        return np.concatenate(counts), np.concatenate(starts), np.concatenate(ends)


def bits(data: Bytes, addresses: Ints, width: int) -> Ints:
    """Numbers of so many bits (56 at most) that begin at these bits."""
    if not width:
        return np.zeros(len(addresses), np.int64)
    first = addresses >> 3
    found = np.zeros(len(addresses), np.uint64)
    for byte in range((width + 14) // 8):
        at = first + byte
        inside = np.where(at < len(data), data[np.minimum(at, len(data) - 1)], 0)
        found |= inside.astype(np.uint64) << np.uint64(8 * byte)
    found >>= (addresses & 7).astype(np.uint64)
    return (found & np.uint64((1 << width) - 1)).astype(np.int64)


def numbers(raw: Bytes) -> Ints:
    """All numbers of bytes that hold seven bits each."""
    last = np.flatnonzero(raw & 128)
    if not len(raw):
        return np.zeros(0, np.int64)
    if not len(last) or last[-1] != len(raw) - 1:
        raise Unreadable("numbers cut short")
    if len(last) == len(raw):
        return (raw & 127).astype(np.int64)
    first = np.concatenate(([0], last[:-1] + 1))
    lengths = last - first + 1
    place = np.arange(len(raw)) - np.repeat(first, lengths)
    return np.add.reduceat((raw & 127).astype(np.int64) << 7 * place, first)


def each(starts: Ints, lengths: Ints) -> Ints:
    """The places of pieces that begin at these places and have these lengths, one after another."""
    before = np.cumsum(lengths) - lengths
    return np.repeat(starts - before, lengths) + np.arange(int(lengths.sum()))

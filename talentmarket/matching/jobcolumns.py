"""The columns of jobs, kept in the memory of a process: packed for each job, joined for each list.

A list in the order of the match reads thousands of jobs and ten times as many skills. What is scored
of a job is that of its row's version: whoever changes it raises `Job.revision` and sets `updated_at`
in the same transaction (`exchange.jobs.edit`, `exchange.importing`; moves set the latter), so what is
kept holds exactly as long as both are the same. Who may see a job, and whether it is published, is
never kept.
"""

from __future__ import annotations

import sys
import threading
from collections import OrderedDict
from collections.abc import Hashable, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from talentmarket.matching.tables import Ints, Jobs, Lists
from talentmarket.taxonomy.model import Taxonomy

#: What a process keeps of one database at most: about 45,000 jobs of nine skills.
MOST_BYTES = 32 * 2**20
#: A job's id and version, and its places in the tables that hold it.
ROW_BYTES = 480
#: Different skills, places and occupations together; with more of them all is forgotten.
MOST_NAMES = 100_000

_CODE = np.dtype("<u4")
_POST = np.dtype(
    [("education", "<f8"), ("years", "<f8"), ("pay", "<f8"), ("mode", "<f4"), ("occupation", _CODE)]
)
_SKILL = np.dtype([("code", _CODE), ("must", "?"), ("level", "<f4"), ("years", "<f8")])


class Packed(NamedTuple):
    """One job; its names are numbers of the memory that packed it."""

    post: bytes
    places: bytes
    skills: bytes


class _Kept(NamedTuple):
    version: Hashable
    columns: Packed


class Memory:
    """Jobs by public id, each at one version, of one database and vocabulary; safe for threads.

    Those that were not asked for the longest are forgotten when there are more than `most` bytes.
    """

    def __init__(self, taxonomy: Taxonomy, most: int = MOST_BYTES) -> None:
        self.taxonomy = taxonomy
        self.most = most
        self.bytes = 0
        self._lock = threading.Lock()
        self._jobs: OrderedDict[str, _Kept] = OrderedDict()
        self._names: list[str] = []  # only ever longer: what is packed stays readable
        self._numbers: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._jobs)

    def serves(self, taxonomy: Taxonomy) -> bool:
        """Whether it may go on: the vocabulary is the same and its names are not too many."""
        return self.taxonomy is taxonomy and len(self._names) <= MOST_NAMES

    def take(self, versions: Mapping[str, Hashable]) -> dict[str, Packed]:
        """Of these jobs those that are kept at just these versions."""
        found: dict[str, Packed] = {}
        with self._lock:
            for public_id, version in versions.items():
                kept = self._jobs.get(public_id)
                if kept is not None and kept.version == version:
                    self._jobs.move_to_end(public_id)
                    found[public_id] = kept.columns
        return found

    def keep(self, jobs: Jobs, versions: Mapping[str, Hashable]) -> dict[str, Packed]:
        """Keep these jobs, whose versions were not read after them; returns them packed."""
        found = dict(zip(jobs.ids, self._pack(jobs), strict=True))
        with self._lock:
            for public_id, columns in found.items():
                self._forget(public_id)
                self._jobs[public_id] = _Kept(versions[public_id], columns)
                self.bytes += _size(columns)
            while self.bytes > self.most:
                self._forget(next(iter(self._jobs)))
        return found

    def joined(self, packed: Mapping[str, Packed]) -> Jobs:
        """The columns of these jobs, in the order given."""
        posts, places, skills = zip(*packed.values(), strict=True) if packed else ((), (), ())
        post = np.frombuffer(b"".join(posts), _POST)
        asked = np.frombuffer(b"".join(skills), _SKILL)
        names = self._names
        return Jobs(
            ids=tuple(packed),
            education=post["education"].copy(),
            years=post["years"].copy(),
            pay=post["pay"].copy(),
            mode=post["mode"].astype(np.float64),
            occupation=tuple(map(names.__getitem__, post["occupation"].tolist())),
            places=self._lists(places, np.frombuffer(b"".join(places), _CODE), _CODE.itemsize),
            skills=self._lists(skills, asked["code"], _SKILL.itemsize),
            must=asked["must"].copy(),
            level=asked["level"].astype(np.float64),
            skill_years=asked["years"].copy(),
        )

    def _forget(self, public_id: str) -> None:
        kept = self._jobs.pop(public_id, None)
        if kept is not None:
            self.bytes -= _size(kept.columns)

    def _pack(self, jobs: Jobs) -> list[Packed]:
        post = np.empty(len(jobs.ids), _POST)
        post["education"], post["years"], post["pay"] = jobs.education, jobs.years, jobs.pay
        post["mode"] = jobs.mode
        post["occupation"] = self._number(jobs.occupation)
        places = self._number(jobs.places.names)[jobs.places.codes]
        skills = np.empty(len(jobs.skills.codes), _SKILL)
        skills["code"] = self._number(jobs.skills.names)[jobs.skills.codes]
        skills["must"], skills["level"] = jobs.must, jobs.level
        skills["years"] = jobs.skill_years
        ends = np.arange(len(jobs.ids) + 1)
        pieces = (
            _cut(post, ends),
            _cut(places, jobs.places.start),
            _cut(skills, jobs.skills.start),
        )
        return [Packed(*one) for one in zip(*pieces, strict=True)]

    def _number(self, names: Sequence[str]) -> NDArray[np.uint32]:
        with self._lock:
            for name in names:
                if name not in self._numbers:
                    self._names.append(name)
                    self._numbers[name] = len(self._names) - 1
            return np.array([self._numbers[name] for name in names], _CODE)

    def _lists(self, pieces: Sequence[bytes], codes: NDArray[np.uint32], size: int) -> Lists:
        """The names of these numbers alone, numbered as they come."""
        counts = np.fromiter(map(len, pieces), np.int64) // size
        start = np.concatenate((np.zeros(1, np.int64), np.cumsum(counts)))
        first: Ints = np.full(len(self._names), len(codes), np.int64)
        first[codes[::-1]] = np.arange(len(codes))[::-1]  # of equal ones the last set stays
        seen = np.flatnonzero(first < len(codes))
        seen = seen[np.argsort(first[seen])]
        local = np.zeros(len(first), np.int64)
        local[seen] = np.arange(len(seen))
        return Lists(start, local[codes], tuple(self._names[one] for one in seen.tolist()))


_memories: WeakKeyDictionary[sa.Engine, Memory] = WeakKeyDictionary()
_lock = threading.Lock()


def memory_of(engine: sa.Engine, taxonomy: Taxonomy) -> Memory:
    """What this process keeps of the jobs of a database, read with this vocabulary."""
    with _lock:
        memory = _memories.get(engine)
        if memory is None or not memory.serves(taxonomy):
            memory = _memories[engine] = Memory(taxonomy)
        return memory


def _cut(rows: NDArray[Any], start: Ints) -> list[bytes]:
    raw = rows.tobytes()
    at = (start * rows.itemsize).tolist()
    return [raw[begin:end] for begin, end in pairwise(at)]


def _size(columns: Packed) -> int:
    return ROW_BYTES + sum(map(sys.getsizeof, columns))

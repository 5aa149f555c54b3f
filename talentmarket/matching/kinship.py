"""How near two skills are, and why: an edge of the taxonomy, or shared contexts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from talentmarket.matching.tables import Lists
from talentmarket.matching.weights import (
    NARROWER_EDGE,
    NEAR_ENOUGH,
    RELATED_EDGE,
    SIBLING_FIELD,
    WHOLE_NEAR,
    WIDER_EDGE,
)
from talentmarket.taxonomy.model import Taxonomy

if TYPE_CHECKING:
    import scipy.sparse as sp

    from talentmarket.matching.space import SkillSpace

BLOCK = 512  # skills compared with all others at once
MOST_NEAR = 0.95  # by contexts: only the skill itself is the same


@dataclass(frozen=True)
class Near:
    """A neighbour: how near (0–1) and by which way: narrower, wider, related or contexts."""

    skill: str
    nearness: float
    why: str


@dataclass(frozen=True)
class Licence:
    """A certificate that a job cannot do without. `same`: it and the more special ones of its kind;
    `near`: these and others that the vocabulary calls related, which do not stand for it."""

    same: frozenset[str]
    near: frozenset[str]
    is_certificate: Callable[[str], bool]


@dataclass(frozen=True)
class Placing:
    """Skills in the space: their vectors (zero for one that it does not know), and how telling each
    is (1: as the median)."""

    vectors: NDArray[np.float64]
    weight: NDArray[np.float64]


@dataclass(frozen=True)
class Whole:
    """Jobs × skills: the cosine of a skill with all that a job asks for together (0 of one that is
    far), and how many skills it counts for: the cube of that, by how telling it is."""

    nearness: NDArray[np.float64]
    worth: NDArray[np.float64]


class Kinship:
    """Nearness of skills from a trained space together with the taxonomy's edges."""

    def __init__(
        self, taxonomy: Taxonomy, space: SkillSpace | None = None, skills: Iterable[str] = ()
    ) -> None:
        self._taxonomy = taxonomy
        self._space = space
        self._skills = tuple(skills)
        self._column = {code: number for number, code in enumerate(self._skills)}
        self._neighbours: dict[str, dict[str, Near]] = {}
        self._counted_for: dict[str, dict[str, float]] = {}
        self._fields: dict[str, frozenset[str]] = {}

    @cached_property
    def _common(self) -> float:
        return float(np.median(self._space.idf_)) if self._space is not None else 1.0

    @cached_property
    def _weights(self) -> dict[str, float]:
        known = [] if self._space is None else self._space.idf_.tolist()
        return dict(zip(self._skills, known, strict=self._space is not None))

    def weight(self, skill: str) -> float:
        """How telling a skill is: its IDF; the median's for one never seen."""
        found = self._weights.get(skill)
        return self._common if found is None else found

    @cached_property
    def certificates(self) -> frozenset[str]:
        """The concepts that are certificates: they count in the part of education."""
        known = self._taxonomy.skills.items()
        return frozenset(code for code, skill in known if skill.kind == "certificate")

    def is_certificate(self, skill: str) -> bool:
        """Whether the concept is a certificate."""
        return skill in self.certificates

    def licence(self, skill: str) -> Licence | None:
        """What counts for a certificate that is a must; None for what is none."""
        if not self.is_certificate(skill):
            return None
        known = self.neighbours(skill)
        same = frozenset({skill}) | {code for code, near in known.items() if near.why == "narrower"}
        return Licence(same, same | known.keys(), self.is_certificate)

    @cached_property
    def certificate_codes(self) -> tuple[str, ...]:
        """The codes of all certificates, sorted."""
        return tuple(sorted(self.certificates))

    @cached_property
    def placed(self) -> frozenset[str]:
        """The skills that the space knows: seen often enough in its documents."""
        if self._space is None:
            return frozenset()
        rows = np.unique(np.nonzero(self._space.components_)[0])
        return frozenset(self._skills[row] for row in rows.tolist())

    def placing(self, skills: Sequence[str]) -> Placing:
        """These skills laid out for :meth:`whole`."""
        if self._space is None:
            return Placing(np.zeros((len(skills), 0)), np.zeros(len(skills)))
        columns = np.array([self._column.get(code, -1) for code in skills], dtype=np.int64)
        known = columns >= 0
        vectors = self._space.components_[columns] * known[:, None]
        weight = np.where(known, self._space.idf_[columns] / self._common, 1.0)
        return Placing(vectors, weight)

    def whole(self, jobs: Sequence[Iterable[str]], skills: Placing) -> Whole:
        """How near skills are to jobs as a whole, each job given by the skills that it asks for."""
        return self._whole(len(jobs), lambda: self._asked(jobs), skills)

    def whole_of(self, jobs: Lists, skills: Placing) -> Whole:
        """The same for jobs in columns; certificates that they ask for are left out."""
        return self._whole(len(jobs.start) - 1, lambda: self._asked_of(jobs), skills)

    #: From which cosine with a job as a whole a skill counts, and the most it counts for.
    WHOLE = WHOLE_NEAR, MOST_NEAR

    def toward(self, jobs: Lists, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """Jobs × skills: the cosine of each skill with the job as a whole, in single precision and
        not rounded: enough to tell who is looked at. `vectors`: those of :meth:`placing`."""
        size = len(jobs.start) - 1
        if self._space is None or not size:
            return np.zeros((size, len(vectors)), np.float32)
        means = self._space.means(self._asked_of(jobs)).astype(np.float32)
        return np.asarray(means @ vectors.T)

    def _whole(self, size: int, asked: Callable[[], sp.csr_matrix], skills: Placing) -> Whole:
        nearness = np.zeros((size, len(skills.weight)))
        if self._space is not None and size and len(skills.weight):
            near = self._space.means(asked()) @ skills.vectors.T
            # Rounded: the last digits depend on how many are multiplied at once.
            near = np.minimum(near, MOST_NEAR).round(4)
            nearness = np.where(near >= WHOLE_NEAR, near, 0.0)
        return Whole(nearness, nearness * nearness * nearness * skills.weight[None, :])

    def _asked_of(self, jobs: Lists) -> sp.csr_matrix:
        """As :meth:`_asked`, in the same order: not the last digit may differ."""
        import scipy.sparse as sp

        columns = np.array([self._plain.get(one, -1) for one in jobs.names], np.int64)[jobs.codes]
        size, width = len(jobs.start) - 1, max(len(self._skills), 1)
        rows, columns = jobs.rows[columns >= 0], columns[columns >= 0]
        flat = np.sort(rows * width + columns) - rows * width  # rows come in their order
        start = np.concatenate(([0], np.cumsum(np.bincount(rows, minlength=size))))
        return sp.csr_matrix((np.ones(len(flat)), flat, start), shape=(size, len(self._skills)))

    @cached_property
    def _plain(self) -> dict[str, int]:
        """The columns of skills that are no certificates."""
        return {code: n for code, n in self._column.items() if code not in self.certificates}

    def _asked(self, jobs: Sequence[Iterable[str]]) -> sp.csr_matrix:
        import scipy.sparse as sp

        columns = [
            sorted(self._column[code] for code in one if code in self._column) for one in jobs
        ]
        start = np.concatenate(([0], np.cumsum([len(one) for one in columns])))
        flat = np.array([n for one in columns for n in one], dtype=np.int64)
        shape = (len(jobs), len(self._skills))
        return sp.csr_matrix((np.ones(len(flat)), flat, start), shape=shape)

    def similar(self, skill: str, limit: int = 10) -> list[Near]:
        """The nearest skills, best first."""
        found = sorted(
            self.neighbours(skill).values(), key=lambda near: (-near.nearness, near.skill)
        )
        return found[:limit]

    def shared(self, skill: str, near: Near, limit: int = 3) -> list[str]:
        """What two skills are near to alike, the nearest first: why one that is near by its contexts
        is so. Empty for one that is near by an edge."""
        if near.why != "contexts":
            return []
        one, other = self.neighbours(skill), self.neighbours(near.skill)
        both = {code: min(one[code].nearness, other[code].nearness) for code in one.keys() & other}
        return sorted(both, key=lambda code: (-both[code], code))[:limit]

    def nearest(self, skill: str, held: Iterable[str]) -> Near | None:
        """The nearest of the held skills that counts as related to the one asked."""
        known = self.neighbours(skill)
        near = [known[code] for code in held if code in known]
        return max(near, key=lambda item: (item.nearness, item.skill), default=None)

    def fields(self, skills: Iterable[str]) -> frozenset[str]:
        """What these skills lie in: two share a field where what they lie in has anything in common."""
        return frozenset().union(*map(self.field, skills))

    def neighbours(self, skill: str) -> dict[str, Near]:
        """Every skill that counts as related to this one (the one asked for). Near to a certificate
        are certificates alone, and only those that the vocabulary says: who knows a tool has not
        passed its examination, and two that stand in the same profiles are not one for the other."""
        if skill not in self._neighbours:
            certificate = self.is_certificate(skill)
            by_contexts = [] if certificate else self._by_contexts(skill)
            found = {near.skill: near for near in by_contexts}
            for near in self._by_edges(skill):
                if certificate and not self.is_certificate(near.skill):
                    continue
                if near.skill not in found or found[near.skill].nearness <= near.nearness:
                    found[near.skill] = near
            self._neighbours[skill] = found
        return self._neighbours[skill]

    def counted_for(self, held: str) -> dict[str, float]:
        """The skills that this one counts for where they are asked for, and how near it is to each:
        :meth:`neighbours` read from the other side."""
        if held not in self._counted_for:
            found = {code: self.neighbours(code).get(held) for code in self._may_ask(held)}
            self._counted_for[held] = {
                code: near.nearness for code, near in found.items() if near is not None
            }
        return self._counted_for[held]

    def _may_ask(self, held: str) -> set[str]:
        """Skills whose neighbour this one may be: by an edge, or by contexts."""
        found = set(self._related_from.get(held, ()))
        if held in self._taxonomy.skills:
            found |= self._taxonomy.descendants(held).keys() | self._taxonomy.ancestors(held).keys()
        column = self._column.get(held)
        if self._space is not None and column is not None:
            start, end = self._contexts_of.indptr[column : column + 2]
            found |= {self._skills[n] for n in self._contexts_of.indices[start:end].tolist()}
        return found

    @cached_property
    def _related_from(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for code in self._taxonomy.skills:
            for other in self._taxonomy.related(code):
                found.setdefault(other, []).append(code)
        return found

    @cached_property
    def _contexts_of(self) -> sp.csc_matrix:
        return self._contexts.tocsc()

    def _by_edges(self, skill: str) -> list[Near]:
        if skill not in self._taxonomy.skills:
            return []
        edges = [
            *((code, NARROWER_EDGE / 1.15 ** (n - 1), "narrower")
              for code, n in self._taxonomy.descendants(skill).items()),
            *((code, WIDER_EDGE / 1.5 ** (n - 1), "wider")
              for code, n in self._taxonomy.ancestors(skill).items()),
            *((code, RELATED_EDGE, "related") for code in self._taxonomy.related(skill)),
        ]  # fmt: skip
        return [Near(*edge) for edge in edges if edge[1] >= NEAR_ENOUGH]

    def _by_contexts(self, skill: str) -> list[Near]:
        column = self._column.get(skill)
        if self._space is None or column is None:
            return []
        start, end = self._contexts.indptr[column : column + 2]
        near = zip(
            self._contexts.indices[start:end].tolist(),
            self._contexts.data[start:end].tolist(),
            strict=True,
        )
        return [Near(self._skills[n], value, "contexts") for n, value in near]

    @cached_property
    def _contexts(self) -> sp.csr_matrix:
        """Nearness of all skills to all that share enough contexts, in one go: row by row the
        first list of a new process waits half a second for it."""
        import scipy.sparse as sp  # only where there is a model, which has loaded it already

        assert self._space is not None
        blocks = []
        for start in range(0, len(self._skills), BLOCK):
            near = self._space.nearness(slice(start, start + BLOCK))
            rows, columns = np.nonzero(near >= NEAR_ENOUGH)
            other = columns != rows + start
            rows, columns = rows[other], columns[other]
            values = np.minimum(near[rows, columns], MOST_NEAR).round(4)
            blocks.append(sp.csr_matrix((values, (rows, columns)), shape=near.shape))
        return sp.vstack(blocks, format="csr")

    def field(self, skill: str) -> frozenset[str]:
        """What one skill lies in."""
        if skill not in self._fields:
            known = skill in self._taxonomy.skills
            wider = self._taxonomy.ancestors(skill) if known else {}
            near = {code for code, steps in wider.items() if steps <= SIBLING_FIELD}
            self._fields[skill] = frozenset({skill} | near)
        return self._fields[skill]

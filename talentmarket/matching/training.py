"""Fit the skill space on the jobs and profiles at hand.

The taxonomy's edges are not mixed into the counts: they stand beside the space, in
:mod:`talentmarket.matching.kinship`, with a nearness of their own.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import scipy.sparse as sp
import sqlalchemy as sa
from sqlalchemy.orm import Session

from talentmarket.core import clock
from talentmarket.exchange.models import JobSkill
from talentmarket.matching import store
from talentmarket.matching.space import SkillSpace
from talentmarket.members.models import TalentSkill
from talentmarket.taxonomy.model import get_taxonomy

#: One document in so many is never trained on: whoever is measured on them has not seen them.
HELD_OUT, WHICH = 10, 7
ASKED = 2_000  # of those, so many are asked at most
SIZES = (32, 64, 128)
FIRST = 50
FEWEST = 20  # held-out documents below which nothing is chosen by them


def train(session: Session) -> tuple[SkillSpace, list[str], dict[str, Any]]:
    """The fitted space, its skills in column order, and the model card. Raises :class:`store.NothingToLearn`."""
    taxonomy = get_taxonomy()
    skills = list(taxonomy.skills)
    column = {code: number for number, code in enumerate(skills)}
    jobs, talents = (documents(_pairs(session, *source), column) for source in _SOURCES)
    if not jobs.nnz and not talents.nnz:
        raise store.NothingToLearn
    held = held_out(session, skills)
    space = fit(sp.vstack([jobs, talents], format="csr"), held)
    card = {
        "kind": "skill_space",
        "trained_at": clock.now().isoformat(timespec="seconds"),
        "taxonomy": taxonomy.version,
        "jobs": int(jobs.shape[0]),
        "talents": int(talents.shape[0]),
        "skills_seen": int((space.components_.any(axis=1)).sum()),
        "dimensions": int(space.components_.shape[1]),
        "quality": {
            "measure": f"completed@{FIRST}",
            "value": round(completed(space, held), 4),
            "documents": int(held.shape[0]),
        },
        "parameters": space.get_params(),
    }
    return space, skills, card


def held_out(session: Session, skills: Sequence[str]) -> sp.csr_matrix:
    """The documents that no space is trained on, in the columns of these skills."""
    column = {code: number for number, code in enumerate(skills)}
    found = [documents(_pairs(session, *source, held=True), column) for source in _SOURCES]
    return some_of(sp.vstack(found, format="csr"))


def some_of(held: sp.csr_matrix) -> sp.csr_matrix:
    """Those that are asked: spread over all, in their order."""
    return held[:: max(1, -(-held.shape[0] // ASKED))]


def fit(seen: sp.csr_matrix, held: sp.csr_matrix | None = None) -> SkillSpace:
    """The space of these documents × skills. Its size is the smallest that completes
    the held-out documents as well as the best one does, but for one standard error (Breiman, Friedman,
    Olshen & Stone 1984); the usual one where they are too few."""
    if held is None or held.shape[0] < FEWEST:
        return SkillSpace().fit(seen)
    widest = SkillSpace(n_components=SIZES[-1]).fit(seen)
    most = widest.components_.shape[1]
    spaces = [widest.cut(size) for size in SIZES if size < most] + [widest.cut(most)]
    fits = [completed(one, held) for one in spaces]
    best = max(fits)
    enough = best - math.sqrt(best * (1 - best) / held.shape[0])
    return next(space for space, share in zip(spaces, fits, strict=True) if share >= enough)


def completed(space: SkillSpace, held: sp.csr_matrix) -> float:
    """The share of documents with a skill taken out whose mean has that skill among its nearest fifty
    of those that they do not name. 0 to 1; 0 where no document can be asked."""
    components, idf = space.components_, space.idf_
    hits, asked = 0, 0
    for row in range(held.shape[0]):
        columns = np.sort(held.indices[held.indptr[row] : held.indptr[row + 1]])
        if len(columns) < 3:
            continue
        hidden = columns[row % len(columns)]
        rest = columns[columns != hidden]
        near = components @ (idf[rest] @ components[rest])
        near[rest] = -np.inf
        hits += bool(near[hidden] > 0 and (near >= near[hidden]).sum() <= FIRST)
        asked += 1
    return hits / asked if asked else 0.0


def documents(pairs: Iterable[tuple[Any, str]], column: dict[str, int]) -> sp.csr_matrix:
    """(document, skill) pairs in document order become a matrix of documents × skills."""
    rows: list[int] = []
    columns: list[int] = []
    last, row = object(), -1
    for document, skill in pairs:
        if skill not in column:
            continue
        if document != last:
            last, row = document, row + 1
        rows.append(row)
        columns.append(column[skill])
    ones = np.ones(len(rows))
    return sp.csr_matrix((ones, (rows, columns)), shape=(row + 1, len(column)))


#: What documents are made of: profiles; jobs, imported postings among them.
_SOURCES: tuple[tuple[Any, Any], ...] = (
    (JobSkill.job_id, JobSkill.skill_id),
    (TalentSkill.talent_id, TalentSkill.skill_id),
)


def _pairs(
    session: Session, document: Any, skill: Any, *, held: bool = False
) -> Iterable[tuple[int, str]]:
    apart = document % HELD_OUT == WHICH
    rows = session.execute(
        sa.select(document, skill).where(apart if held else ~apart).order_by(document),
        execution_options={"yield_per": 10_000},
    )
    for row in rows:
        yield row[0], row[1]

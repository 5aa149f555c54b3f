"""Fit the skill space on the jobs and profiles at hand.

The taxonomy's edges are not mixed into the counts: they stand beside the space, in
:mod:`talentmarket.matching.kinship`, with a nearness of their own.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import scipy.sparse as sp
import sqlalchemy as sa
from sqlalchemy.orm import Session

from talentmarket.core import clock
from talentmarket.exchange.models import JobSkill
from talentmarket.matching.space import SkillSpace
from talentmarket.members.models import TalentSkill
from talentmarket.taxonomy.model import get_taxonomy


def train(session: Session) -> tuple[SkillSpace, list[str], dict[str, Any]]:
    """The fitted space, its skills in column order, and the model card."""
    taxonomy = get_taxonomy()
    skills = list(taxonomy.skills)
    column = {code: number for number, code in enumerate(skills)}
    jobs = _pairs(session, JobSkill.job_id, JobSkill.skill_id)
    talents = _pairs(session, TalentSkill.talent_id, TalentSkill.skill_id)
    matrices = [
        documents(jobs, column),
        documents(talents, column),
    ]
    stacked = sp.vstack([matrix for matrix in matrices if matrix.shape[0]], format="csr")
    space = fit(stacked)
    card = {
        "kind": "skill_space",
        "trained_at": clock.now().isoformat(timespec="seconds"),
        "taxonomy": taxonomy.version,
        "jobs": int(matrices[0].shape[0]),
        "talents": int(matrices[1].shape[0]),
        "skills_seen": int((space.components_.any(axis=1)).sum()),
        "dimensions": int(space.components_.shape[1]),
        "parameters": space.get_params(),
    }
    return space, skills, card


def fit(seen: sp.csr_matrix) -> SkillSpace:
    """The space of these documents × skills."""
    return SkillSpace().fit(seen)


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


def _pairs(session: Session, document: Any, skill: Any) -> Iterable[tuple[int, str]]:
    rows = session.execute(
        sa.select(document, skill).order_by(document), execution_options={"yield_per": 10_000}
    )
    for row in rows:
        yield row[0], row[1]

"""Skills proposed for a posting: what others name for such a one, and what its occupation implies.

Proposals are shown marked, with where they come from, and count for nothing until somebody takes them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session

from talentmarket.exchange.models import Job, JobSkill
from talentmarket.matching.serving import TagHandle
from talentmarket.taxonomy.model import TECHNICAL_KINDS, Taxonomy, get_taxonomy

if TYPE_CHECKING:
    from talentmarket.matching.tagging.model import TagModel

#: Proposals of each source.
MOST = 6
#: Log odds below which what the model says is no proposal: one in four at best.
LEAST_ODDS = -1.0
#: The latest jobs of an occupation that are counted, and how many have to agree.
COUNTED, AGREE = 500, 2


class Source(StrEnum):
    """Where a proposal comes from."""

    POSTINGS = "postings"
    OCCUPATION = "occupation"


class SkillProposed(NamedTuple):
    """A skill, and why it is proposed."""

    skill: str
    source: Source


def skills_for(
    session: Session, title: str, text: str, occupation: str | None, have: Collection[str]
) -> list[SkillProposed]:
    """Skills for a posting that it does not have yet, each once: by the model of tags where one
    serves, then those of its occupation."""
    taxonomy = get_taxonomy()
    handle: TagHandle = current_app.extensions["talentmarket_tag_model"]
    model, _version = handle.current()
    found = [
        SkillProposed(skill, Source.POSTINGS)
        for skill in _first(by_model(model, title, text, taxonomy), have)
    ]
    taken = {*have, *(one.skill for one in found)}
    implied = implied_by(session, occupation, taxonomy) if occupation else ()
    return found + [SkillProposed(skill, Source.OCCUPATION) for skill in _first(implied, taken)]


def by_model(model: TagModel | None, title: str, text: str, taxonomy: Taxonomy) -> list[str]:
    """Codes of the skills that the model proposes, best first; phrases that are none are left out."""
    if model is None or not title.strip():
        return []
    from talentmarket.matching.tagging.model import Tagged

    found = [
        taxonomy.find_skill(tag)
        for tag, odds in model.rank([Tagged("", title, text)])[0]
        if odds >= LEAST_ODDS
    ]
    return [skill.code for skill in found if skill is not None]


def implied_by(session: Session, occupation: str, taxonomy: Taxonomy) -> list[str]:
    """The skills that the latest jobs of an occupation name, the most frequent first; where there
    are none, the technical ones whose own occupation it is, those with most names first: they are asked
    for most widely."""
    latest = (
        sa.select(Job.id)
        .where(
            Job.occupation_code == occupation,
            Job.first_published_at.is_not(None),
        )
        .order_by(Job.id.desc())
        .limit(COUNTED)
    )
    count = sa.func.count()
    rows = session.execute(
        sa.select(JobSkill.skill_id)
        .where(JobSkill.job_id.in_(latest))
        .group_by(JobSkill.skill_id)
        .having(count >= AGREE)
        .order_by(count.desc(), JobSkill.skill_id)
    )
    named = [code for (code,) in rows if code in taxonomy.skills]
    own = [
        code
        for code in taxonomy.skills_of(occupation)
        if taxonomy.skills[code].occupations[0] == occupation
        and taxonomy.skills[code].kind in TECHNICAL_KINDS
    ]
    return named or sorted(own, key=lambda code: -len(taxonomy.skills[code].names))


def _first(codes: Iterable[str], have: Collection[str]) -> list[str]:
    left = dict.fromkeys(code for code in codes if code not in have)
    return list(left)[:MOST]

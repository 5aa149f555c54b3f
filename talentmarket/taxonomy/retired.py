"""Concepts that left the data files: their rows keep their names, and what was written with them is
still read by these."""

from __future__ import annotations

from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from talentmarket.taxonomy import tables
from talentmarket.taxonomy.concepts import Concept
from talentmarket.taxonomy.model import get_taxonomy


class Kind(StrEnum):
    """What a code names."""

    SKILL = "skill"
    OCCUPATION = "occupation"
    REGION = "region"


_ROWS: dict[Kind, type[tables.ConceptRow]] = {
    Kind.SKILL: tables.SkillRow,
    Kind.OCCUPATION: tables.OccupationRow,
    Kind.REGION: tables.RegionRow,
}
_HELD = "retired_concepts"


def retired(session: Session, kind: Kind, code: str | None) -> Concept | None:
    """The retired concept of this code; None for a present one and for what never was.

    All of a kind are read at the first question a session asks, so that a list of rows costs one
    statement: few concepts ever retire.
    """
    held: dict[Kind, dict[str, Concept]] = session.info.setdefault(_HELD, {})
    if kind not in held:
        row = _ROWS[kind].__table__.c
        found = session.execute(
            sa.select(row.code, row.name_zh, row.name_en).where(row.retired_at.is_not(None))
        )
        held[kind] = {one.code: Concept(one.code, one.name_zh, one.name_en) for one in found}
    return held[kind].get(code or "")


def skill(session: Session, code: str) -> Concept | None:
    """The skill of a code, present or retired."""
    return get_taxonomy().skills.get(code) or retired(session, Kind.SKILL, code)


def occupation(session: Session, code: str | None) -> Concept | None:
    """The occupation of a code, present or retired."""
    if not code:
        return None
    return get_taxonomy().occupations.get(code) or retired(session, Kind.OCCUPATION, code)


def place_name(session: Session, code: str | None, locale: str) -> str:
    """A place with its city, as it stands or as it was last called; empty for none."""
    if not code:
        return ""
    taxonomy = get_taxonomy()
    if code in taxonomy.regions:
        return taxonomy.place_name(code, locale)
    found = retired(session, Kind.REGION, code)
    return found.name(locale) if found else ""

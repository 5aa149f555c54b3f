"""Skills, occupations and places in the reader's language, retired ones by their last names."""

from __future__ import annotations

from talentmarket.core.db import db
from talentmarket.core.language import language
from talentmarket.taxonomy import retired


def skill_name(code: str) -> str:
    """A skill; what is none is said as it is."""
    found = retired.skill(db.session(), code)
    return found.name(language()) if found else code


def occupation_name(code: str) -> str:
    """An occupation; what is none is said as it is."""
    found = retired.occupation(db.session(), code)
    return found.name(language()) if found else code


def place_name(code: str | None) -> str:
    """A place with its city; empty for none."""
    return retired.place_name(db.session(), code, language())

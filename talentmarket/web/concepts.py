"""Skills, occupations and places in the reader's language, retired ones by their last names."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from wtforms.fields.choices import SelectChoice

from talentmarket.core.db import db
from talentmarket.core.language import language
from talentmarket.taxonomy import retired
from talentmarket.web.choices import pair_choices


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


def with_held(
    choices: Iterable[SelectChoice], codes: Iterable[str | None], name_of: Callable[[str], str]
) -> list[SelectChoice]:
    """The choices, and behind them what a form holds that is not offered, by its name: whoever has
    it keeps it when something else is changed."""
    offered = list(choices)
    known = {str(one.value) for one in offered}
    held = [(code, name_of(code)) for code in codes if code and code not in known]
    return [*offered, *pair_choices((code, name) for code, name in held if name not in ("", code))]

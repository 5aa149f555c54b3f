"""Occupations and skills that are proposed, as forms and pages show them: never more than a guess."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from talentmarket.core.db import db
from talentmarket.core.words import word
from talentmarket.exchange.posting import Posting
from talentmarket.matching.chances import MOST, Proposed, band_of
from talentmarket.matching.proposing import occupations_for
from talentmarket.matching.skillproposals import skills_for
from talentmarket.web.concepts import occupation_name, skill_name

#: A line of the macros of components/proposed.html.
Row = dict[str, str]


def occupation_rows(titles: Sequence[str], text: str = "", chosen: Iterable[str] = ()) -> list[Row]:
    """What these titles may belong to, the likeliest first, without what is chosen already."""
    best: dict[str, Proposed] = {}
    for title in titles:
        for one in occupations_for(title, text):
            if one.occupation not in best or best[one.occupation].chance < one.chance:
                best[one.occupation] = one
    for code in chosen:
        best.pop(code, None)
    found = sorted(best.values(), key=lambda one: (-one.chance, one.occupation))[:MOST]
    return [
        {
            "code": one.occupation,
            "name": occupation_name(one.occupation),
            "chance": chance_word(one.chance),
            "near": one.near,
        }
        for one in found
    ]


def skill_rows(shown: Posting) -> list[Row]:
    """Skills for a posting that it does not name yet, and where each comes from."""
    if not shown.title:
        return []
    have = {one.skill_id for one in shown.skills}
    found = skills_for(db.session(), shown.title, shown.description, shown.occupation_code, have)
    return [
        {
            "code": one.skill,
            "name": skill_name(one.skill),
            "source": word("skill_source", one.source.value),
        }
        for one in found
    ]


def chance_word(chance: float) -> str:
    """A chance of 0 to 1 as a word."""
    return word("chance", band_of(chance).value)

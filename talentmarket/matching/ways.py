"""By which certificate, or step of which ladder, somebody comes to have a skill or an occupation.

What the vocabulary knows: certificates that belong to a skill, and the ladder of an occupation with
its certificates. A catalogue of classes would be asked here besides.
"""

from __future__ import annotations

from dataclasses import dataclass

from talentmarket.taxonomy.concepts import CodeItem
from talentmarket.taxonomy.model import Taxonomy

#: Ladders by how an occupation's code begins (职业分类大典: 2 professional and technical, 4 services,
#: 6 production), where no project of its own has one.
_LADDERS = {"2": "professional_title", "4": "skill_level", "6": "skill_level"}
#: Where the certificates of the digital technology engineer project hang in the vocabulary.
_ENGINEER = "dte"


@dataclass(frozen=True)
class Ladder:
    """The steps of an occupation, the lowest first, and the certificates that go with it (codes of
    skills)."""

    table: str
    steps: tuple[CodeItem, ...]
    certificates: tuple[str, ...]


def certificates_of(taxonomy: Taxonomy, skill: str) -> tuple[str, ...]:
    """Certificates that show a skill, in the order of the vocabulary; none for a certificate."""
    known = taxonomy.skills.get(skill)
    if known is None or known.kind == "certificate":
        return ()
    return tuple(
        code for code in taxonomy.related(skill) if taxonomy.skills[code].kind == "certificate"
    )


def ladder_of(taxonomy: Taxonomy, occupation: str) -> Ladder | None:
    """The ladder of an occupation; None for one that is not known or has none."""
    known = taxonomy.occupations.get(occupation)
    if known is None:
        return None
    table = "digital_engineer" if known.digital_engineer else _LADDERS.get(occupation[:1])
    if table is None:
        return None
    own = [
        code
        for code in taxonomy.skills_of(occupation)
        if taxonomy.skills[code].kind == "certificate" and code != _ENGINEER
    ]
    first = [code for code in own if _ENGINEER in taxonomy.skills[code].broader]
    rest = [code for code in own if code not in first]
    return Ladder(table, tuple(taxonomy.codes[table].values()), (*first, *rest))

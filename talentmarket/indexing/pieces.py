"""Pieces of search documents that several kinds share: names, paths, places. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from talentmarket.taxonomy.model import Taxonomy

#: Weights of concepts, in quarters: asked for, wished for; one step wider takes one off.
MUST, WISH = 4, 3


def occupation_names(taxonomy: Taxonomy, codes: Iterable[str | None]) -> list[str]:
    """Both names of each occupation, so that words of either language find it."""
    found = (taxonomy.occupations.get(code or "") for code in codes)
    return [name for item in found if item for name in (item.name_zh, item.name_en)]


def occupation_path(codes: Iterable[str | None]) -> list[str]:
    """Each code with what lies above it: 2-02-38-03, 2-02-38, 2-02, 2."""
    return list(dict.fromkeys(wider for code in codes if code for wider in _wider(code)))


@lru_cache(maxsize=4_096)
def _wider(code: str) -> tuple[str, ...]:
    """A code of the classification and what lies above it."""
    parts = code.split("-")
    return tuple(found for n in range(len(parts), 0, -1) if (found := "-".join(parts[:n])))


def skill_names(taxonomy: Taxonomy, codes: Iterable[str]) -> list[str]:
    """Both names of each skill."""
    found = (taxonomy.skills.get(code) for code in codes)
    return [name for item in found if item for name in {item.name_zh: 0, item.name_en: 0}]


def concepts(taxonomy: Taxonomy, own: dict[str, int]) -> dict[str, int]:
    """Skill → quarters: the own ones, and all wider ones a step lower (never below one)."""
    found = dict(own)
    for code, weight in own.items():
        if code not in taxonomy.skills:
            continue
        for wider, steps in taxonomy.ancestors(code).items():
            lower = weight - steps if weight - steps > 1 else 1
            if lower > found.get(wider, 0):
                found[wider] = lower
    return found


def places(taxonomy: Taxonomy, codes: Iterable[str | None]) -> list[str]:
    """Each place with all it lies in."""
    return list(
        dict.fromkeys(
            wider
            for code in codes
            if code and code in taxonomy.regions
            for wider in taxonomy.place_chain(code)
        )
    )


def industry_path(code: str | None) -> list[str] | None:
    """The class of an industry with its section (the first two signs)."""
    return list(dict.fromkeys([code, code[:2]])) if code else None


def names(taxonomy: Taxonomy, table: str, codes: Iterable[str]) -> list[str]:
    items = (taxonomy.item(table, code) for code in codes)
    return [name for item in items if item for name in (item.name_zh, item.name_en)]

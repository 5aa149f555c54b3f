"""What is proposed while somebody types: occupations, titles, skills, employers, with counts."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache

from flask import current_app

from search.backend import SearchBackend
from search.errors import SearchError
from search.fields import Kind
from search.requests import SuggestRequest, Terms
from search.suggestions import prefixes, typed
from talentmarket.taxonomy.model import get_taxonomy

PER_GROUP = 2
CANDIDATES = 6


@dataclass(frozen=True)
class Proposal:
    """One line: its group (occupation, title, skill, employer), code, text and how many jobs."""

    group: str
    code: str
    text: str
    count: int | None


def suggest(text: str, locale: str = "zh", per_group: int = PER_GROUP) -> list[Proposal]:
    """Proposals for what was typed so far, in the order of the groups; at most two each.

    While the engine is off the vocabulary still answers, without counts.
    """
    start = typed(text)
    if not start:
        return []
    occupations = _named("occupation").get(start, [])[:CANDIDATES]
    skills = _named("skill").get(start, [])[:CANDIDATES]
    try:
        found: list[Proposal] = current_app.extensions["talentmarket_search"].call(
            lambda backend: _counted(backend, text, occupations, skills, locale)
        )
    except SearchError:
        found = [
            Proposal(group, code, _name(group, code, locale), None)
            for group, codes in (("occupation", occupations), ("skill", skills))
            for code in codes
        ]
    kept: list[Proposal] = []
    for group in ("occupation", "title", "skill", "employer"):
        mine = [item for item in found if item.group == group]
        mine.sort(key=lambda item: -(item.count or 0))
        kept += mine[:per_group]
    return kept


def suggest_organisations(text: str, most: int = CANDIDATES) -> list[Proposal]:
    """Names of organisations in the directory; none while the engine is off."""
    if not typed(text):
        return []
    request = SuggestRequest(Kind.ORGANISATION, "name_suggest", text[:40], limit=most)
    try:
        lines = current_app.extensions["talentmarket_search"].call(
            lambda backend: backend.suggest(request)
        )
    except SearchError:
        return []
    names = [(line.text.split("\n")[0], line.count) for line in lines]
    return [Proposal("organisation", name, name, count) for name, count in names]


def _counted(
    backend: SearchBackend, text: str, occupations: list[str], skills: list[str], locale: str
) -> list[Proposal]:
    found = [
        Proposal(
            group,
            code,
            _name(group, code, locale),
            backend.count(Kind.JOB, (Terms(column, (code,)),)),
        )
        for group, column, codes in (
            ("occupation", "occupation", occupations),
            ("skill", "skills", skills),
        )
        for code in codes
    ]
    for group, column in (("title", "title_suggest"), ("employer", "employer_suggest")):
        lines = backend.suggest(SuggestRequest(Kind.JOB, column, text[:40], limit=CANDIDATES))
        found += [Proposal(group, line.text, line.text, line.count) for line in lines]
    return found


def _name(group: str, code: str, locale: str) -> str:
    taxonomy = get_taxonomy()
    table = taxonomy.occupations if group == "occupation" else taxonomy.skills
    return table[code].name(locale)


def warm() -> None:
    """Make the table of the vocabulary's beginnings, which the first proposal would wait for."""
    for group in ("occupation", "skill"):
        _named(group)


@lru_cache(maxsize=2)
def _named(group: str) -> dict[str, list[str]]:
    """Prefix → codes of the vocabulary; names that begin with it before those that contain it."""
    taxonomy = get_taxonomy()
    concepts = taxonomy.occupations if group == "occupation" else taxonomy.skills
    found: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for code, concept in concepts.items():
        for rank, name in enumerate(dict.fromkeys((concept.name_zh, concept.name_en))):
            whole = typed(name)
            for number, prefix in enumerate(prefixes(name)):
                place = 0 if whole.startswith(prefix) else 1 + (number > 20)
                old = found[prefix].get(code, 9)
                found[prefix][code] = min(old, place + rank)
    return {
        prefix: sorted(codes, key=lambda code: (codes[code], len(code), code))
        for prefix, codes in found.items()
    }

"""From an understood query to the parts of a search request. Pure; tested by equality.

What lets a document in: a concept with its narrower ones, or its names in either language. What is
wider (the skill above, the sub-class of an occupation) only lifts. Why each weight:
docs/relevance.md.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from search.requests import Alternative, Concept, Filter, Lift, Overlap, Range, Terms
from talentmarket.discovery import limiting
from talentmarket.discovery.understanding import Piece, Understanding
from talentmarket.discovery.understanding.concepts import skill_of_title
from talentmarket.discovery.understanding.tables import get_tables
from talentmarket.discovery.understanding.values import LIMITS
from talentmarket.matching.categorycodes import finer
from talentmarket.taxonomy.folding import fold_name
from talentmarket.taxonomy.model import get_taxonomy

_HAN = re.compile("[\u4e00-\u9fff]")
_OR = re.compile(r"\s*(?:[/／|｜]|或者?)\s*|\s+or\s+", re.IGNORECASE)
CONCEPT_WEIGHT = 12.0
OCCUPATION_WEIGHT = 4.0
EMPLOYER_WEIGHT = 4.0
#: Of a title that names a skill: its occupation, which many other titles share.
SHARED_OCCUPATION_WEIGHT = 2.0
SUBCLASS_WEIGHT = 1.0
WIDER_SKILL_WEIGHT = 0.5
LEVEL_WEIGHT = 1.0
INSIDE_AREA_WEIGHT = 1.0
#: Learned from what recruiters said: more than all words together can give.
CATEGORY_WEIGHT = 512.0


@dataclass(frozen=True)
class Asked:
    """The parts of a request that come from what was typed."""

    words: str = ""
    phrases: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    concepts: tuple[Concept, ...] = ()
    lifts: tuple[Lift, ...] = ()
    filters: tuple[Filter, ...] = ()

    @property
    def scores(self) -> bool:
        """Whether any part of it tells documents apart by how well they match."""
        return bool(self.words or self.concepts)


def of_jobs(understanding: Understanding, now: int) -> Asked:
    """What is asked of jobs; `now` in seconds, for "the last three days"."""
    asked = _asked(understanding, "occupation", limiting.job_filters(understanding, now))
    return asked if understanding.category is None else _sorted_under(asked, understanding.category)


def _sorted_under(asked: Asked, category: Piece) -> Asked:
    """The same where the words name a category: being of it, or any of the words as a whole, lets
    in; the words and what else they mean lift, as do the steps within a quarter."""
    ways = [Alternative("categories", (category.code,), CATEGORY_WEIGHT)]
    ways += [way for concept in asked.concepts for way in concept.alternatives]
    also = dict.fromkeys(name for concept in asked.concepts for name in concept.also)
    whole = Concept(tuple(ways), category.words, required=category.must, also=tuple(also))
    steps = Alternative("categories", (finer(category.code),), CATEGORY_WEIGHT / 4)
    rest = [replace(concept, lifting=True) for concept in asked.concepts]
    rest += [Concept(words=asked.words, lifting=True)] if asked.words else []
    rest.append(Concept((steps,), lifting=True))
    return replace(asked, words="", concepts=(whole, *rest))


def of_talents(understanding: Understanding) -> Asked:
    """What is asked of people."""
    return _asked(understanding, "occupations", limiting.talent_filters(understanding))


def of_organisations(understanding: Understanding) -> Asked:
    """What is asked of organisations: words of their names, a place, what they are."""
    return Asked(
        words=understanding.words,
        phrases=understanding.phrases,
        excluded=_excluded(understanding),
        filters=limiting.organisation_filters(understanding),
    )


def _asked(understanding: Understanding, occupation: str, filters: tuple[Filter, ...]) -> Asked:
    glossary = get_tables().glossary
    joined = _joined(understanding)
    plain = _together([piece for piece in understanding.left if not piece.must], joined)
    asked: list[tuple[int, Concept]] = []
    for first, *same in _by_key(understanding.pieces):
        if (concept := _concept(first, occupation)) is not None:
            asked.append((joined[first], _also(concept, same)))
    for piece in plain:
        if also := glossary.get(piece.code):
            asked.append((joined[piece], Concept(words=piece.words, also=also)))
    lone = Counter(joined.values())
    words = [piece for piece in plain if piece.code not in glossary]
    asked += [(joined[it], Concept(words=it.words)) for it in words if lone[joined[it]] > 1]
    asked += [(-1, Concept(words=it.words, lifting=True)) for it in _said_in_titles(understanding)]
    lifts = [lift for piece in understanding.pieces for lift in _lifts(piece, occupation)]
    return Asked(
        words=" ".join(piece.words for piece in words if lone[joined[piece]] == 1),
        phrases=understanding.phrases,
        excluded=_excluded(understanding),
        concepts=tuple(_one_of(asked)),
        lifts=tuple(dict.fromkeys(lifts)),
        filters=filters,
    )


def _together(plain: list[Piece], joined: dict[Piece, int]) -> list[Piece]:
    """Words of which two side by side are one of the glossary (customer service) as one."""
    glossary, found = get_tables().glossary, list[Piece]()
    for piece in plain:
        before = found[-1] if found else None
        name = f"{before.code} {piece.code}" if before and before.end + 1 == piece.start else ""
        if before is not None and name in glossary:
            words = f"{before.words} {piece.words}"
            found[-1] = replace(before, end=piece.end, text=words, words=words, code=name)
            joined[found[-1]] = joined.pop(before)
            joined.pop(piece)
        else:
            found.append(piece)
    return found


def _said_in_titles(understanding: Understanding) -> list[Piece]:
    """应届 keeps out what asks for years and lets in all that says nothing of them: the titles that
    say it stand first."""
    return [one for one in understanding.of("years")[:1] if one.code == "0-0"]


def _joined(understanding: Understanding) -> dict[Piece, int]:
    """For each piece the number of its group: those joined by a stroke, 或 or "or" are one of
    several (专员/助理). Conditions are none of them: 成都/Java asks for both."""
    found: dict[Piece, int] = {}
    before: Piece | None = None
    group = 0
    pieces = (*understanding.pieces, *understanding.left)
    for piece in sorted(pieces, key=lambda it: it.start):
        open_ = None if piece.kind in LIMITS else piece
        if not (before and open_ and _OR.fullmatch(understanding.text, before.end, piece.start)):
            group += 1
        found[piece] = group
        before = open_
    return found


def _one_of(asked: list[tuple[int, Concept]]) -> Iterator[Concept]:
    """The concepts; of those of one group any lets in, and each scores."""
    groups: dict[object, list[Concept]] = {}
    for group, concept in asked:
        alone = concept.required or concept.lifting
        groups.setdefault(concept if alone else group, []).append(concept)
    for first, *others in groups.values():
        ways = [way for one in (first, *others) for way in one.alternatives]
        names = [name for one in others for name in (one.words, *one.also)]
        also = dict.fromkeys((*first.also, *names))
        yield replace(first, alternatives=tuple(dict.fromkeys(ways)), also=tuple(also))


def _by_key(pieces: Iterable[Piece]) -> list[list[Piece]]:
    """Pieces that mean the same, together: what is typed twice is asked once."""
    found: dict[str, list[Piece]] = {}
    for piece in pieces:
        found.setdefault(piece.key, []).append(piece)
    return list(found.values())


def _also(concept: Concept, same: list[Piece]) -> Concept:
    """A concept with the other words it was typed as."""
    names = [*concept.also, *(piece.words for piece in same)]
    required = concept.required or any(piece.must for piece in same)
    return replace(concept, also=_names(concept.words, names), required=required)


# -- concepts ------------------------------------------------------------------------------------
def _concept(piece: Piece, occupation: str) -> Concept | None:
    makers = {
        "skill": _skill,
        "occupation": lambda it: _occupation(it, occupation),
        "level": _level,
        "employer": _employer,
        "firm": _employer,
    }
    return makers[piece.kind](piece) if piece.kind in makers else None


def _skill(piece: Piece) -> Concept:
    ways = (Alternative("concepts", (piece.code,), CONCEPT_WEIGHT),)
    return Concept(
        ways, piece.words, piece.must, _translated(piece.words, _skill_names(piece.code))
    )


def _skill_names(code: str) -> tuple[str, ...]:
    skill = get_taxonomy().skills.get(code)
    return () if skill is None else (skill.name_zh, skill.name_en)


def _occupation(piece: Piece, field: str) -> Concept:
    """A title that names a skill asks for that skill: many titles share an occupation."""
    taxonomy = get_taxonomy()
    skill = skill_of_title(piece.title) if piece.title else ""
    way = (
        Alternative("concepts", (skill,), CONCEPT_WEIGHT)
        if skill
        else Alternative(field, (piece.code,), OCCUPATION_WEIGHT)
    )
    concept = taxonomy.titles.get(piece.title) or taxonomy.occupations.get(piece.code)
    names = (concept.name_zh, concept.name_en) if concept is not None else ()
    return Concept((way,), piece.words, piece.must, _translated(piece.words, names))


def _level(piece: Piece) -> Concept:
    """A rung lifts those that say it; it keeps nothing out unless the reader insists."""
    level = get_tables().levels[piece.code]
    also = _names(piece.words, level.words)
    return Concept((), piece.words, piece.must, also, lifting=not piece.must)


def _employer(piece: Piece) -> Concept:
    """The name as a whole: its parts, one by one, stand in names of others too."""
    ways = (
        (Alternative("employer", (piece.code,), EMPLOYER_WEIGHT),)
        if piece.kind == "employer"
        else ()
    )
    return Concept(ways, piece.words, required=True, together=True)


def _translated(typed: str, names: Iterable[str]) -> tuple[str, ...]:
    """Of what was typed in latin letters the Chinese names, which titles hold. Not the other way
    round: the code finds what is written in English, and words such as "engineer" stand in the
    English name of every occupation, where they would score for nothing."""
    if _HAN.search(typed):
        return ()
    return _names(typed, (name for name in names if _HAN.search(name)))


def _names(typed: str, names: Iterable[str]) -> tuple[str, ...]:
    """The names that differ from what was typed, each once."""
    folded = {fold_name(name): name for name in reversed(list(names))}
    folded.pop(fold_name(typed), None)
    return tuple(reversed(folded.values()))


# -- what lifts ----------------------------------------------------------------------------------
def _lifts(piece: Piece, occupation: str) -> list[Lift]:
    if piece.kind == "skill":
        skill = get_taxonomy().skills.get(piece.code)
        wider = skill.broader if skill is not None else ()
        return [Lift(Terms("skills", wider), WIDER_SKILL_WEIGHT)] if wider else []
    if piece.kind == "occupation":
        above = Lift(Terms("occupation_path", (piece.code.rsplit("-", 1)[0],)), SUBCLASS_WEIGHT)
        if piece.title and skill_of_title(piece.title):
            return [Lift(Terms(occupation, (piece.code,)), SHARED_OCCUPATION_WEIGHT), above]
        return [above]
    if piece.kind == "level":
        level = get_tables().levels[piece.code]
        span = (level.low, level.high)
        years = Overlap("years", *span) if occupation == "occupation" else Range("years", *span)
        return [Lift(years, LEVEL_WEIGHT)]
    if piece.kind == "region" and limiting.is_area(piece.code):
        return [Lift(Terms("regions", (piece.code,)), INSIDE_AREA_WEIGHT)]
    return []


# -- refusals ------------------------------------------------------------------------------------
def _excluded(understanding: Understanding) -> tuple[str, ...]:
    """Words that must stand nowhere; of a refused name also the one in the other language."""
    taxonomy = get_taxonomy()
    found: list[str] = [*understanding.excluded]
    for piece in understanding.refused:
        if piece.kind == "skill":
            found += _translated(piece.words, _skill_names(piece.code))
        elif piece.kind == "occupation" and (title := taxonomy.titles.get(piece.title)):
            found += _translated(piece.words, (title.name_zh, title.name_en))
    return tuple(dict.fromkeys(found))

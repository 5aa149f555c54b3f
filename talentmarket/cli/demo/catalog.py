"""What fits what: occupations with their titles, skills, pay and fields of firms.

Read once from the taxonomy and the demo's own word lists; the same for every seed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from math import sqrt
from typing import Any

from talentmarket.cli.demo.dice import Dice
from talentmarket.taxonomy.model import SICHUAN, TECHNICAL_KINDS, get_taxonomy
from talentmarket.taxonomy.recognise import get_recogniser

#: Share of firms and people by prefecture, in percent; the others have one each.
CITIES: Mapping[str, int] = {
    "510100": 46, "510700": 9, "510600": 6, "511500": 6, "510500": 4, "511300": 4, "511400": 3,
    "511100": 3, "510300": 3, "511700": 3,
}  # fmt: skip
#: Pay outside Chengdu as a share of Chengdu's.
CITY_PAY: Mapping[str, float] = {"510100": 1.0, "510700": 0.9, "510600": 0.85, "511500": 0.85}
ELSEWHERE_PAY = 0.78


@dataclass(frozen=True, slots=True)
class Sector:
    """A field of firms: words for names, what they make, the occupations they employ."""

    code: str
    industry: str
    words: tuple[str, ...]
    intro: str
    things: tuple[str, ...]
    occupations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Trade:
    """An occupation as the demo uses it. `base`: yuan a month for a beginner in Chengdu.
    `certificates`: the skills of the occupation that are papers."""

    code: str
    titles: tuple[str, ...]
    skills: tuple[str, ...]
    certificates: tuple[str, ...]
    base: int
    subject: str
    sectors: tuple[str, ...]
    academic: bool


def _read(name: str) -> Any:
    text = resources.files("talentmarket.cli.demo").joinpath(f"data/{name}").read_text("utf-8")
    return json.loads(text)


@lru_cache(maxsize=1)
def words() -> dict[str, Any]:
    """Names, brands, schools and the rest of the word lists."""
    found: dict[str, Any] = _read("words.json")
    return found


@lru_cache(maxsize=1)
def sectors() -> dict[str, Sector]:
    """Fields of firms by code."""
    found = {}
    for row in _read("sectors.json"):
        values: dict[str, Any] = {
            key: tuple(it) if isinstance(it, list) else it for key, it in row.items()
        }
        found[row["code"]] = Sector(**values)
    return found


@lru_cache(maxsize=1)
def trades() -> dict[str, Trade]:
    """All digital occupations, each with what belongs to it."""
    taxonomy = get_taxonomy()
    return {code: _trade(code) for code in taxonomy.occupations}


def _trade(code: str) -> Trade:
    taxonomy = get_taxonomy()
    titles = tuple(taxonomy.titles[one].name_zh for one in taxonomy.titles_of(code))
    skills = [one for one in taxonomy.skills_of(code) if _usable(one)]
    papers = [one for one in taxonomy.skills_of(code) if is_certificate(one)]
    if len(skills) < 8:  # narrow occupations lend from what is related
        near = [n for one in skills for n in taxonomy.related(one) if _usable(n)]
        near += [n for one in skills for n in taxonomy.skills[one].broader if _usable(n)]
        skills = list(dict.fromkeys([*skills, *near]))[:12]
    lists = words()
    return Trade(
        code,
        titles or (taxonomy.occupations[code].name_zh,),
        tuple(skills),
        tuple(papers),
        _longest(lists["pay"], code),
        _longest(lists["subjects"], code),
        tuple(s.code for s in sectors().values() if code in s.occupations),
        code.startswith("2-"),
    )


def _usable(skill: str) -> bool:
    return not is_certificate(skill) and get_taxonomy().skills[skill].kind != "soft"


def is_certificate(skill: str) -> bool:
    """Whether a skill is a paper: whoever lacks one that is a must is in no list."""
    return get_taxonomy().skills[skill].kind == "certificate"


def _longest(table: Mapping[str, Any], code: str) -> Any:
    return table[max((key for key in table if code.startswith(key)), key=len)]


@lru_cache(maxsize=4096)
def named_in(title: str, code: str) -> tuple[str, ...]:
    """Skills of the occupation that a title names: "Android开发工程师" names Android."""
    found = (m.id for m in get_recogniser().recognise(title).mentions if m.kind == "skill")
    own = set(trades()[code].skills)
    return tuple(dict.fromkeys(one for one in found if one in own))


@lru_cache(maxsize=1)
def cycle() -> tuple[str, ...]:
    """Occupations in the order in which numbers walk through them: all, the common ones often."""
    slots = [
        code
        for code, trade in trades().items()
        for _ in range(max(1, round(sqrt(len(trade.titles)))))
    ]
    Dice.of(0, "cycle").shuffle(slots)
    return tuple(slots)


@lru_cache(maxsize=256)
def slots_of(code: str) -> tuple[int, ...]:
    """The places of an occupation in :func:`cycle`."""
    return tuple(number for number, one in enumerate(cycle()) if one == code)


@lru_cache(maxsize=256)
def slots_near(code: str) -> tuple[int, ...]:
    """The places of all occupations of the same sub-class."""
    return tuple(number for number, one in enumerate(cycle()) if one[:7] == code[:7])


@lru_cache(maxsize=1)
def city_cycle() -> tuple[str, ...]:
    """Prefectures in the order in which numbers walk through them; all 21 are in it."""
    cities = [region.code for region in get_taxonomy().regions_of_kind("city", SICHUAN)]
    slots = [code for code in cities for _ in range(CITIES.get(code, 1))]
    Dice.of(0, "cities").shuffle(slots)
    return tuple(slots)


@lru_cache(maxsize=1)
def first_round() -> tuple[tuple[str, str], ...]:
    """Every occupation once, each in another prefecture than the last: what the first jobs are,
    so that small markets have something for everybody, everywhere."""
    occupations = list(trades())
    cities = [region.code for region in get_taxonomy().regions_of_kind("city", SICHUAN)]
    Dice.of(0, "first round").shuffle(occupations)
    return tuple((code, cities[at % len(cities)]) for at, code in enumerate(occupations))


@lru_cache(maxsize=64)
def counties(city: str) -> tuple[str, ...]:
    """Counties of a prefecture."""
    return tuple(region.code for region in get_taxonomy().regions_of_kind("county", city))


def skill_set(dice: Dice, trade: Trade, title: str, count: int) -> list[str]:
    """Skills that belong together: what the title names, then neighbours of what is there."""
    taxonomy = get_taxonomy()
    own = set(trade.skills)
    chosen = list(named_in(title, trade.code))[:3] or [dice.choice(trade.skills)]
    while len(chosen) < min(count, len(own)):
        start = dice.choice(chosen)
        ring = (*taxonomy.related(start), *taxonomy.skills[start].broader)
        near = [one for one in ring if one in own and one not in chosen]
        if near and dice.chance(0.75):
            chosen.append(dice.choice(near))
            continue
        pick = dice.choice(trade.skills)
        technical = taxonomy.skills[pick].kind in TECHNICAL_KINDS or dice.chance(0.4)
        if pick not in chosen and technical:
            chosen.append(pick)
        elif len(own) < 12:
            left = [one for one in trade.skills if one not in chosen]
            chosen.append(dice.choice(left))
    return chosen


def monthly_pay(dice: Dice, trade: Trade, city: str, years: float) -> int:
    """Pay of a month in fen: occupation, place and years together."""
    place = CITY_PAY.get(city, ELSEWHERE_PAY)
    growth = 1 + 0.14 * min(years, 5) + 0.06 * max(0.0, min(years - 5, 10))
    yuan = trade.base * place * growth * dice.uniform(0.88, 1.15)
    return round(yuan / 500) * 50_000

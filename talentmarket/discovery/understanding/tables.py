"""The data files of understanding, read once: words of limits, fillers, refusals, named areas."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from talentmarket.taxonomy.model import get_taxonomy

DATA = Path(__file__).parent.parent / "data"
#: Code tables of the taxonomy whose words are limits when somebody types them: table → kind.
_TABLES = (
    ("job_kind", "kind"),
    ("work_mode", "mode"),
    ("rest_days", "rest"),
    ("education", "education"),
)


@dataclass(frozen=True, slots=True)
class Area:
    """A place with a name of its own that is no unit of administration. `covers`: codes of
    regions; `by_city`: which one is meant where its city is named too (高新区)."""

    code: str
    name_zh: str
    name_en: str
    names: tuple[str, ...]
    covers: tuple[str, ...]
    by_city: dict[str, str]

    def name(self, locale: str = "zh") -> str:
        """The name in the reader's language."""
        return self.name_zh if str(locale).lower().startswith("zh") else self.name_en


@dataclass(frozen=True, slots=True)
class Level:
    """A rung of seniority: words that say it, and the years it usually takes."""

    words: tuple[str, ...]
    low: int
    high: int | None


@dataclass(frozen=True, slots=True)
class Tables:
    """`limits`: kind → code → words. `not_before`: code → what follows when it is not meant.
    `apart`: words that count only where they stand alone or before one of these. `unsure`: words
    that count only where something else was understood. `also_work`: fillers that, alone, name a
    work. `glossary`: a general word → the same in the other language."""

    limits: dict[str, dict[str, list[str]]]
    not_before: dict[str, tuple[str, ...]]
    apart: dict[str, tuple[str, ...]]
    unsure: frozenset[str]
    levels: dict[str, Level]
    fillers: frozenset[str]
    also_work: frozenset[str]
    refusals: dict[str, tuple[str, ...]]
    areas: dict[str, Area]
    glossary: dict[str, tuple[str, ...]]


def read_json(name: str) -> Any:
    """A JSON file of the folder."""
    return json.loads((DATA / name).read_text("utf-8"))


def _both_ways(groups: list[list[str]]) -> dict[str, tuple[str, ...]]:
    """Word → the other words of its group; of two groups with it the first."""
    found: dict[str, tuple[str, ...]] = {}
    for group in groups:
        for word in group:
            found.setdefault(word, tuple(one for one in group if one != word))
    return found


@lru_cache(maxsize=1)
def get_tables() -> Tables:
    """The tables, read once per process."""
    words = read_json("words.json")
    limits: dict[str, dict[str, list[str]]] = words["limits"]
    taxonomy = get_taxonomy()
    for table, kind in _TABLES:
        for item in taxonomy.codes[table].values():
            limits.setdefault(kind, {}).setdefault(item.code, []).extend(item.extra["words"])
    areas = [
        Area(
            row["code"],
            row["name_zh"],
            row["name_en"],
            tuple(row["names"]),
            tuple(row["covers"]),
            row.get("by_city", {}),
        )
        for row in read_json("areas.json")
    ]
    return Tables(
        limits=limits,
        not_before={code: tuple(ends) for code, ends in words["not_before"].items()},
        apart={word: tuple(ends) for word, ends in words["apart"].items()},
        unsure=frozenset(words["unsure"]),
        levels={
            code: Level(tuple(row["words"]), row["low"], row["high"])
            for code, row in words["levels"].items()
        },
        fillers=frozenset(words["fillers"]),
        also_work=frozenset(words["also_work"]),
        refusals={name: tuple(found) for name, found in words["refusals"].items()},
        glossary=_both_ways(words["glossary"]),
        areas={area.code: area for area in areas},
    )

"""Reading the taxonomy's own data files."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from talentmarket.taxonomy.concepts import CodeItem, Occupation, Region, Skill, Title

DATA = Path(__file__).parent / "data"


def version(folder: Path = DATA) -> str:
    """The version of the data files, year.month.count."""
    return (folder / "VERSION").read_text("utf-8").strip()


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        yield from csv.DictReader(stream)


def _many(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split("|") if part)


def read_json(name: str, folder: Path = DATA) -> Any:
    """One JSON file of the folder."""
    return json.loads((folder / name).read_text("utf-8"))


def read_occupations(folder: Path = DATA) -> list[Occupation]:
    """`occupations.csv`."""
    return [
        Occupation(
            **{key: row[key] for key in row if key != "digital_engineer"},
            digital_engineer=row["digital_engineer"] == "1",
        )
        for row in _rows(folder / "occupations.csv")
    ]


def read_skills(folder: Path = DATA) -> list[Skill]:
    """`skills.csv`."""
    return [
        Skill(
            code=row["id"],
            name_zh=row["name_zh"],
            name_en=row["name_en"],
            aliases=_many(row["aliases"]),
            kind=row["kind"],
            broader=_many(row["broader"]),
            related=_many(row["related"]),
            occupations=_many(row["occupations"]),
            ambiguous=_many(row["ambiguous"]),
        )
        for row in _rows(folder / "skills.csv")
    ]


def read_titles(folder: Path = DATA) -> list[Title]:
    """`titles.csv`."""
    return [
        Title(row["id"], row["name_zh"], row["name_en"], row["occupation"], _many(row["aliases"]))
        for row in _rows(folder / "titles.csv")
    ]


def read_regions(folder: Path = DATA) -> list[Region]:
    """`regions.csv`."""
    return [
        Region(
            code=row["code"],
            name_zh=row["name_zh"],
            name_en=row["name_en"],
            short_zh=row["short_zh"],
            kind=row["kind"],
            parent=row["parent"],
            zone=row["zone"],
            counties=_many(row["counties"]),
            aliases=_many(row["aliases"]),
        )
        for row in _rows(folder / "regions.csv")
    ]


def read_code_tables(folder: Path = DATA) -> dict[str, list[CodeItem]]:
    """`codes.json` and the rungs of `ladders.json`, by table name."""
    tables = dict(read_json("codes.json", folder))
    tables |= {name: it["levels"] for name, it in read_json("ladders.json", folder).items()}
    return {
        name: [_item(name, position, row) for position, row in enumerate(rows)]
        for name, rows in tables.items()
    }


def _item(table: str, position: int, row: dict[str, Any]) -> CodeItem:
    extra = {key: row[key] for key in row if key not in ("code", "name_zh", "name_en")}
    return CodeItem(row["code"], row["name_zh"], row["name_en"], table, position, extra)

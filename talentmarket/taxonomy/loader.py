"""Bringing the tables to the state of the data files, as often as one likes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from talentmarket.core import clock
from talentmarket.core.db import upsert
from talentmarket.taxonomy import tables
from talentmarket.taxonomy.folding import fold_name
from talentmarket.taxonomy.model import Taxonomy, get_taxonomy

#: Rows in one INSERT: below SQLite's limit of bound values.
BATCH = 1000


@dataclass(slots=True)
class LoadReport:
    """What a load did, counted in concepts. `version` is that of the data files."""

    version: str
    added: int = 0
    changed: int = 0
    retired: int = 0
    unchanged: int = 0


def load_taxonomy(session: Session, taxonomy: Taxonomy | None = None) -> LoadReport:
    """Load a taxonomy (the program's own by default) into the tables, inside a unit of work.

    Idempotent: a second load changes nothing. Codes stay; a concept that is missing in the new
    data is retired, never deleted; one that comes back is no longer retired.
    """
    data = taxonomy or get_taxonomy()
    report = LoadReport(data.version)
    for row_type, rows in (
        (tables.OccupationRow, _occupations(data)),
        (tables.SkillRow, _skills(data)),
        (tables.JobTitleRow, _titles(data)),
        (tables.RegionRow, _regions(data)),
        (tables.CodeItemRow, _code_items(data)),
    ):
        _merge(session, _table(row_type), rows, report)
    _mirror(session, _table(tables.SkillName), _names(data))
    _mirror(session, _table(tables.SkillEdge), _edges(data))
    _mirror(session, _table(tables.SkillOccupation), _skill_occupations(data))
    version = {"version": data.version, "loaded_at": clock.now()}
    upsert(session, _table(tables.TaxonomyVersion), version, ["version"])
    return report


def _table(row_type: type[Any]) -> sa.Table:
    table = row_type.__table__
    assert isinstance(table, sa.Table)
    return table


def _merge(
    session: Session, table: sa.Table, rows: list[dict[str, Any]], report: LoadReport
) -> None:
    """Insert, update and retire by primary key; counts go into the report."""
    keys = [column.name for column in table.primary_key.columns]
    stored = {
        tuple(row[key] for key in keys): dict(row)
        for row in session.execute(sa.select(table)).mappings()
    }
    fresh, wanted = [], set()
    for row in rows:
        key = tuple(row[name] for name in keys)
        wanted.add(key)
        row["retired_at"] = None
        if key not in stored:
            fresh.append(row)
        elif any(stored[key][name] != value for name, value in row.items()):
            session.execute(_at(sa.update(table), table, keys, key).values(row))
            report.changed += 1
        else:
            report.unchanged += 1
    _insert(session, table, fresh)
    report.added += len(fresh)
    for key, row in stored.items():
        if key not in wanted and row["retired_at"] is None:
            gone = _at(sa.update(table), table, keys, key)
            session.execute(gone.values(retired_at=clock.now()))
            report.retired += 1


def _mirror(session: Session, table: sa.Table, rows: Iterable[dict[str, Any]]) -> None:
    """Make a table of plain facts equal to `rows`; nothing refers to these rows."""
    names = [column.name for column in table.columns]
    keys = [column.name for column in table.primary_key.columns]
    wanted = {tuple(row[name] for name in names) for row in rows}
    stored = {tuple(row) for row in session.execute(sa.select(table)).all()}
    for row in stored - wanted:
        values = dict(zip(names, row, strict=True))
        session.execute(_at(sa.delete(table), table, keys, tuple(values[key] for key in keys)))
    fresh = sorted(wanted - stored)
    _insert(session, table, [dict(zip(names, row, strict=True)) for row in fresh])


def _at(statement: Any, table: sa.Table, keys: list[str], values: tuple[Any, ...]) -> Any:
    pairs = zip(keys, values, strict=True)
    return statement.where(*(table.c[key] == value for key, value in pairs))


def _insert(session: Session, table: sa.Table, rows: list[dict[str, Any]]) -> None:
    for start in range(0, len(rows), BATCH):
        session.execute(sa.insert(table), rows[start : start + BATCH])


def _base(item: Any) -> dict[str, Any]:
    return {"code": item.code, "name_zh": item.name_zh, "name_en": item.name_en}


def _occupations(data: Taxonomy) -> list[dict[str, Any]]:
    more = ("sub_class_code", "sub_class_zh", "sub_class_en", "batch", "digital_engineer")
    return [
        _base(item)
        | {name: getattr(item, name) for name in more}
        | {"marker": tables.Marker(item.marker)}
        for item in data.occupations.values()
    ]


def _skills(data: Taxonomy) -> list[dict[str, Any]]:
    return [_base(item) | {"kind": item.kind} for item in data.skills.values()]


def _titles(data: Taxonomy) -> list[dict[str, Any]]:
    return [_base(item) | {"occupation": item.occupation} for item in data.titles.values()]


def _regions(data: Taxonomy) -> list[dict[str, Any]]:
    rows = [
        _base(item)
        | {"short_zh": item.short_zh, "kind": tables.RegionKind(item.kind)}
        | {"parent": item.parent or None, "zone": item.zone or None}
        for item in data.regions.values()
    ]
    # What others point to comes first: a batch is checked row by row.
    order = {kind: i for i, kind in enumerate(tables.RegionKind)}
    return sorted(rows, key=lambda row: order[row["kind"]])


def _code_items(data: Taxonomy) -> list[dict[str, Any]]:
    return [
        _base(item) | {"code_table": name, "position": item.position, "extra": dict(item.extra)}
        for name, rows in data.codes.items()
        for item in rows.values()
    ]


def _names(data: Taxonomy) -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for skill in data.skills.values():
        unsure = {fold_name(name) for name in skill.ambiguous}
        for name in skill.names:
            folded = fold_name(name)
            row = {"folded": folded, "skill_code": skill.code, "name": name}
            found.setdefault(folded, row | {"ambiguous": folded in unsure})
    return list(found.values())


def _edges(data: Taxonomy) -> list[dict[str, Any]]:
    return [
        {"skill_code": skill.code, "other_code": other, "kind": kind}
        for skill in data.skills.values()
        for kind, others in (
            (tables.EdgeKind.BROADER, skill.broader),
            (tables.EdgeKind.RELATED, skill.related),
        )
        for other in others
    ]


def _skill_occupations(data: Taxonomy) -> list[dict[str, Any]]:
    return [
        {"skill_code": skill.code, "occupation_code": code}
        for skill in data.skills.values()
        for code in skill.occupations
    ]

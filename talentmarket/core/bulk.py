"""Many rows in one statement, at the price of few.

PostgreSQL takes the rows as one parameter and unfolds them there (`json_to_recordset`): one round
trip and one text to parse, whatever their number. As `VALUES` with a parameter for each column of
each row, a batch of 500 postings costs its client ten times as much; row by row it costs the
server as much again. SQLite has no round trips and takes them one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from talentmarket.core.db import insert_for

#: From this many rows on.
MANY = 10
#: An insert of either database, with its `on_conflict_…`.
Insert = Any
Finish = Callable[[Insert], Insert]


def insert_many(
    session: Session,
    table: Any,
    rows: Sequence[Mapping[str, Any]],
    finish: Finish = lambda statement: statement,
) -> sa.CursorResult[Any]:
    """Insert `rows` in their order; `finish` may add `on_conflict_…` and `returning` to it.

    All rows name the same columns, and all of them that have no default in the database: those
    of the model are filled in for few rows only. Raises what any insert raises.
    """
    connection = session.connection()
    statement = finish(insert_for(session)(table))
    if len(rows) < MANY or connection.dialect.name != "postgresql":
        return connection.execute(statement, rows)
    return connection.execute(finish(_unfolded(connection.dialect, table, rows)))


def _unfolded(dialect: sa.Dialect, table: Any, rows: Sequence[Mapping[str, Any]]) -> Insert:
    """An insert of what the rows, told as JSON, unfold to."""
    from sqlalchemy.dialects.postgresql import insert

    names = list(rows[0])
    tellers = {name: _teller(table.c[name].type, dialect) for name in names}
    told = [{name: tellers[name](row[name]) for name in names} for row in rows]
    given = (
        sa.func.json_to_recordset(sa.literal(told, sa.JSON()))
        .table_valued(*(sa.column(name, table.c[name].type) for name in names))
        .render_derived(name="given", with_types=True)
    )
    return insert(table).from_select(names, sa.select(given), include_defaults=False)


def _teller(kind: sa.types.TypeEngine[Any], dialect: sa.Dialect) -> Callable[[Any], Any]:
    """Makes what JSON can hold of a column's value, as its type would have it stored."""
    if isinstance(kind, sa.JSON):
        return _as_it_is
    process = kind.dialect_impl(dialect).bind_processor(dialect)
    if isinstance(kind, (sa.String, sa.Integer, sa.Boolean)):
        return process or _as_it_is
    return lambda value: _plain(process(value) if process else value)


def _as_it_is(value: Any) -> Any:
    return value


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value

"""The migrations and the models say the same, on both databases, and every step goes back."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask_migrate import downgrade, upgrade

from talentmarket import create_app
from talentmarket.core.appending import TABLES
from talentmarket.core.db import db
from tests.fixtures.apps import make_settings
from tests.guards.sources import ROOT

MIGRATIONS = str(ROOT / "migrations")


@pytest.fixture
def empty_app(empty_database_url, tmp_path):
    app = create_app(make_settings(empty_database_url, tmp_path))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def shape() -> dict[str, list[str]]:
    """Tables with their columns, indexes and constraints, by name."""
    with db.engine.connect() as connection:
        inspector = sa.inspect(connection)
        return {
            table: sorted(
                [str(column["name"]) for column in inspector.get_columns(table)]
                + [str(index["name"]) for index in inspector.get_indexes(table)]
                + [str(unique["name"]) for unique in inspector.get_unique_constraints(table)]
                + [str(check["name"]) for check in inspector.get_check_constraints(table)]
            )
            for table in inspector.get_table_names()
            if table != "alembic_version"
        }


def test_models_equal_migrations(empty_app):
    upgrade(directory=MIGRATIONS)
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, db.metadata) == []


def test_what_comparing_does_not_see_is_equal_too(empty_app):
    """Names of checks and partial indexes: made by the models and made by the migrations."""
    upgrade(directory=MIGRATIONS)
    migrated = shape()
    downgrade(directory=MIGRATIONS, revision="base")
    db.create_all()
    assert shape() == migrated


@pytest.mark.slow
def test_up_down_up(empty_app):
    upgrade(directory=MIGRATIONS)
    first = shape()
    assert first
    downgrade(directory=MIGRATIONS, revision="base")
    assert shape() == {}
    upgrade(directory=MIGRATIONS)
    assert shape() == first


def test_one_head():
    assert len(ScriptDirectory(MIGRATIONS).get_heads()) == 1


def example(column: sa.Column) -> object:
    """A value that fits the column."""
    kind = column.type
    if isinstance(kind, sa.types.TypeDecorator):
        kind = kind.impl_instance
    if isinstance(kind, sa.Enum):
        return kind.enums[0]
    if isinstance(kind, sa.DateTime):
        return datetime(2026, 1, 2, tzinfo=UTC)
    if isinstance(kind, sa.Date):
        return date(2026, 1, 2)
    if isinstance(kind, sa.JSON):
        return {}
    return "x" if isinstance(kind, sa.String) else 1


def insert(connection: sa.Connection, table: sa.Table, made: dict[str, int]) -> int:
    """The key of a row in `table`, made with what it refers to where it is not there yet."""
    if table.name not in made:
        values = {}
        for column in table.columns:
            counted = column.primary_key and column.autoincrement is not False
            if counted or column.nullable:
                continue
            referred = next(iter(column.foreign_keys), None)
            if referred is None:
                values[column.name] = example(column)
            else:
                values[column.name] = insert(connection, referred.column.table, made)
        found = connection.execute(sa.insert(table).values(values))
        made[table.name] = found.inserted_primary_key[0]
    return made[table.name]


@pytest.mark.parametrize("down_and_up", [False, True])
def test_what_is_written_once_stays_so_after_the_migrations(empty_app, down_and_up):
    """A batch change on SQLite copies a table and leaves its triggers behind: this finds it."""
    upgrade(directory=MIGRATIONS)
    if down_and_up:  # as far back as the tables stand
        downgrade(directory=MIGRATIONS, revision="books")
        upgrade(directory=MIGRATIONS)
    assert {"events", "papers", "ledger_accounts", "ledger_entries", "ledger_postings"} <= TABLES
    made: dict[str, int] = {}
    with db.engine.begin() as connection:
        for name in sorted(TABLES):
            insert(connection, db.metadata.tables[name], made)
    for name in sorted(TABLES):
        table = db.metadata.tables[name]
        column = next(iter(one for one in table.columns if not one.primary_key))
        for change in (sa.update(table).values({column.name: column}), sa.delete(table)):
            with pytest.raises(sa.exc.DBAPIError, match="append-only"), db.engine.begin() as unit:
                unit.execute(change)

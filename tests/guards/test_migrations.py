"""The migrations and the models say the same, on both databases, and every step goes back."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask_migrate import downgrade, upgrade

from talentmarket import create_app
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

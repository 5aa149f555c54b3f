"""What every command says when the database is not as it needs it."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from talentmarket import create_app
from tests.fixtures.apps import disconnect, make_settings

COMMANDS = (("search", "jobs", "大数据"), ("match", "job", "nobody"), ("jobs", "expire"))


@pytest.fixture
def bare(own_database_url, tmp_path):
    """An app on a database without tables."""
    engine = sa.create_engine(own_database_url)
    tables = sa.MetaData()
    tables.reflect(engine)
    tables.drop_all(engine)
    engine.dispose()
    app = create_app(make_settings(own_database_url, tmp_path))
    yield app
    disconnect(app)


def test_a_database_without_tables_is_named_in_one_line(bare):
    for command in COMMANDS:
        told = bare.test_cli_runner().invoke(args=command)
        assert told.exit_code == 1
        assert told.output == (
            "Error: the database has no tables for this version of the program: flask db upgrade\n"
        )


def test_a_database_that_cannot_be_opened_is_named_in_one_line(tmp_path):
    app = create_app(make_settings(f"sqlite:///{tmp_path}/nowhere/at.db", tmp_path))
    told = app.test_cli_runner().invoke(args=["search", "jobs", "大数据"])
    assert told.exit_code == 1
    assert told.output == "Error: the database does not answer: unable to open database file\n"
    disconnect(app)

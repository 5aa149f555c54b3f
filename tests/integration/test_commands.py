"""What every command says when the database is not as it needs it."""

from __future__ import annotations

import os
import subprocess
import time

import pytest
import sqlalchemy as sa

from talentmarket import create_app
from talentmarket.core.db import db
from tests.fixtures.apps import disconnect, make_settings
from tests.fixtures.sites import BIN
from tests.integration.faults.visitors import soon

COMMANDS = (
    ("search", "jobs", "大数据"),
    ("match", "job", "nobody"),
    ("jobs", "expire"),
    ("index", "check"),
    ("worker", "--once"),
)


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


def test_a_site_without_skills_has_nothing_to_train_on(app):
    for command in ("train", "retrain"):
        told = app.test_cli_runner().invoke(args=["model", command])
        assert told.exit_code == 1
        assert told.output == "Error: no jobs or profiles with skills yet\n"


def test_a_worker_waits_for_the_tables_and_says_so_once(tmp_path):
    address = f"sqlite:///{tmp_path}/late.db"
    app = create_app(make_settings(address, tmp_path))
    log = tmp_path / "worker.log"
    environ = os.environ | {"DATABASE_URL": address, "TALENTMARKET_INSTANCE": str(tmp_path)}
    with log.open("wb") as out:
        worker = subprocess.Popen([BIN / "flask", "worker"], env=environ, stdout=out, stderr=out)
        try:
            assert soon(lambda: "worker waits for the database" in log.read_text(), 60)
            time.sleep(2.5)  # it looks each second
            assert worker.poll() is None
            assert log.read_text().count("worker waits for the database") == 1
            assert "Traceback" not in log.read_text()
            with app.app_context():
                db.create_all()
            assert soon(lambda: "worker started" in log.read_text(), 30)
        finally:
            worker.terminate()
            worker.wait(30)
            disconnect(app)


def test_a_database_that_cannot_be_opened_is_named_in_one_line(tmp_path):
    app = create_app(make_settings(f"sqlite:///{tmp_path}/nowhere/at.db", tmp_path))
    told = app.test_cli_runner().invoke(args=["search", "jobs", "大数据"])
    assert told.exit_code == 1
    assert told.output == "Error: the database does not answer: unable to open database file\n"
    disconnect(app)

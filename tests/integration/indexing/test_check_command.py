"""`flask index check`: what a script reads of it, also before there is an index."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from talentmarket.core.config import Settings
from talentmarket.core.outbox import changed
from talentmarket.core.uow import unit_of_work
from talentmarket.indexing.engine import SearchHandle, database_id, known_database_id
from tests.factories import make_job
from tools.cache import free_port

NOTHING = {"database": 0, "index": 0, "missing": 0, "extra": 0, "stale": 0, "waiting": 0}


def checked(app: Flask) -> tuple[int, str, str]:
    told = app.test_cli_runner().invoke(args=["index", "check"])
    return told.exit_code, told.stdout, told.stderr


@pytest.fixture
def put(app: Flask, settings: Settings, monkeypatch: Any) -> Any:
    """Give the app another engine."""

    def inside(**changes: Any) -> None:
        handle = SearchHandle(app, settings.with_(**changes))
        monkeypatch.setitem(app.extensions, "talentmarket_search", handle)

    return inside


def test_a_drain_says_what_it_waited_for(app: Flask, put: Any) -> None:
    with app.app_context():
        make_job()
        with unit_of_work() as session:
            changed(session, "job", "nowhere")
        url = f"http://127.0.0.1:{free_port()}"
        put(elasticsearch_url=url)
        told = app.test_cli_runner().invoke(args=["index", "drain", "--timeout", "5"])
    assert told.exit_code == 2
    assert "still wait: " in told.stderr


def test_a_site_without_anything_to_index_is_clean(app: Flask, put: Any, tmp_path: Path) -> None:
    put(instance=tmp_path)
    code, out, _ = checked(app)
    assert (code, json.loads(out)) == (0, NOTHING)


def test_an_index_that_was_never_made_lacks_everything(
    app: Flask, put: Any, tmp_path: Path
) -> None:
    put(instance=tmp_path)
    with app.app_context():
        job = make_job()
        code, out, _ = checked(app)
        found = json.loads(out)
        assert code == 1
        assert found == {**NOTHING, "database": 2, "missing": 2}  # its organisation too
        with unit_of_work() as session:
            changed(session, "job", job.public_id)
        code, out, _ = checked(app)
        assert (code, json.loads(out)) == (2, {**found, "waiting": 1})
        assert known_database_id() is None  # looking makes nothing


def test_an_engine_that_is_away_is_no_drift(app: Flask, put: Any) -> None:
    put(elasticsearch_url=f"http://127.0.0.1:{free_port()}")
    code, out, error = checked(app)
    assert (code, out) == (3, "")
    assert error.startswith("Error: Elasticsearch does not answer")


def test_an_index_of_another_database_is_no_drift(app: Flask, put: Any, tmp_path: Path) -> None:
    put(instance=tmp_path)
    with app.app_context():
        database_id()  # an index was made of this one, and another's lies in its place
    folder = tmp_path / "index"
    folder.mkdir()
    (folder / "stamp.json").write_text('{"database_id": "other", "format": 1}')
    code, out, error = checked(app)
    assert (code, out) == (3, "")
    assert "belongs to the database other" in error

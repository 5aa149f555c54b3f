"""`flask model audit` on an invented market: lines for each habit, noted in the model's card."""

from __future__ import annotations

import json
from typing import Any

from flask import Flask

from talentmarket.cli.demo.loading import Plan, load
from talentmarket.core.db import db
from talentmarket.matching import store
from talentmarket.matching.audit import HABITS
from talentmarket.matching.training import train
from tests.fixtures.apps import NOW
from tests.fixtures.databases import on_sqlite

PLAN = Plan(seed=7, now=NOW, organisations=20, talents=140, jobs=20, applications=0)
COMMAND = ("model", "audit", "--jobs", "8", "--people", "100")


@on_sqlite
def test_the_audit_is_printed_and_kept_with_the_model(app: Flask, session: Any) -> None:
    empty = app.test_cli_runner().invoke(args=COMMAND)
    assert (empty.exit_code, empty.output) == (1, "Error: no job is published\n")
    load(PLAN)
    bare = app.test_cli_runner().invoke(args=COMMAND)
    assert bare.exit_code == 0, bare.output
    assert "no model serves" in bare.stderr
    version = store.save(*train(db.session())).version
    store.promote(version)
    app.extensions["talentmarket_model"].reset()
    told = app.test_cli_runner().invoke(args=COMMAND)
    assert told.exit_code == 0, told.output
    lines = [json.loads(line) for line in told.stdout.splitlines()]
    assert [line["habit"] for line in lines] == [habit.name for habit in HABITS]
    db.session.expire_all()
    card = store.champion(db.session()).card
    assert card["audit"]["habits"] == lines
    assert card["audit"]["jobs"] == 8
    assert card["kind"] == "skill_space", "what the card said before stays"

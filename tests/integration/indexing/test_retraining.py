"""A space trained anew serves if it is no worse than the one before."""

from __future__ import annotations

import json
import random
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa
from flask import Flask

from talentmarket.core import tasks
from talentmarket.core.db import db
from talentmarket.core.uow import unit_of_work
from talentmarket.matching import retraining, store, training
from talentmarket.matching.retraining import retrain, when_due
from tests.factories import make_talent
from tests.fixtures.databases import on_sqlite

FIELDS = (
    ("spark", "flink", "kafka", "hive", "hbase", "hadoop"),
    ("photoshop", "illustrator", "figma", "sketch", "axure", "coreldraw"),
)


@pytest.fixture
def people(session: Any) -> None:
    chance = random.Random(3)
    for number in range(240):
        names = chance.sample(FIELDS[number % 2], 4)
        make_talent(skills=dict.fromkeys(names, None))


@on_sqlite
@pytest.mark.slow
def test_a_space_that_is_no_worse_serves(app: Flask, people: None) -> None:
    first = retrain(db.session())
    assert (first["serves"], first["quality"]["before"]) == (True, None)
    assert first["quality"]["documents"] >= training.FEWEST
    assert first["quality"]["value"] > 0.9
    with unit_of_work() as session:
        model = session.scalars(sa.select(store.Model)).one()
        assert model.checksum == first["checksum"]
    again = retrain(db.session())
    assert again["serves"]
    assert again["quality"]["before"] == first["quality"]["value"]


@on_sqlite
@pytest.mark.slow
def test_a_worse_one_does_not(app: Flask, people: None, monkeypatch: pytest.MonkeyPatch) -> None:
    good = retrain(db.session())["version"]
    fitted = training.fit

    def spoilt(seen: Any, held: Any = None) -> Any:
        space = fitted(seen, held)
        space.components_ = np.roll(space.components_, 1, axis=0) * 1.0
        space.components_[::2] = -space.components_[::2]
        return space

    monkeypatch.setattr(training, "fit", spoilt)
    card = retrain(db.session())
    assert not card["serves"]
    assert card["quality"]["value"] < card["quality"]["before"]
    champion = store.champion(db.session())
    assert champion is not None
    assert champion.version == good


@on_sqlite
def test_the_worker_is_asked_when_the_space_is_a_week_old(app: Flask, clock: Any) -> None:
    assert when_due() == 0  # none serves: a stated state, and no task mends it
    space = training.fit(np.eye(3)[[0, 1, 2, 0, 1, 2]])
    model = store.save(space, ["a", "b", "c"], {})
    store.promote(model.version)
    assert when_due() == 0
    clock.advance(days=8)
    assert when_due() == 1
    assert when_due() == 0  # it waits already
    assert tasks.open_task(db.session(), retraining.TASK) is not None


@on_sqlite
def test_why_skills_are_near_is_told(app: Flask) -> None:
    run = app.test_cli_runner()
    done = run.invoke(args=["model", "similar", "spark", "--limit", "2"])
    lines = [json.loads(line) for line in done.output.splitlines()]
    assert [line["why"] for line in lines] == ["narrower", "narrower"]
    assert run.invoke(args=["model", "similar", "no-such-skill"]).exit_code == 1

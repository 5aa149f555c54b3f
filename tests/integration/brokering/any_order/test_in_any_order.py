"""Brokering under any order of acts: employer, two firms, people, the office and time.

`TALENTMARKET_TEST_SCALE=20` makes it 2,000 runs of thirty-six acts each; what was taken how often is
printed (``-s``) and held to a hundred of each act and each kind of move in that many runs.
"""

from __future__ import annotations

import time

import pytest

from talentmarket.core.db import db
from tests.fixtures.databases import on_sqlite
from tests.integration.brokering.any_order.holds import KINDS
from tests.integration.brokering.any_order.machine import (
    LENGTH,
    OF_RUNS,
    Failed,
    Statistics,
    one_run,
)
from tests.integration.brokering.any_order.mutants import MUTANTS
from tests.integration.brokering.any_order.pages import Reading, take_back_everything
from tests.integration.brokering.any_order.world import Stage
from tests.scale import scale


@on_sqlite
def test_every_rule_holds_in_any_order(app, database, clock, tmp_path):
    stage, so_far = Stage(app, database, clock, tmp_path), Statistics()
    begun, runs = time.process_time(), scale(40, 2_000)
    for seed in range(runs):
        one_run(stage, seed, so_far)
    print(f"\n{so_far.told()}\nprocessor time {time.process_time() - begun:.0f} s")
    assert (so_far.runs, so_far.shortest) == (runs, LENGTH)
    # A small run is too small for what is rare: it has to take nearly every kind, a large one all.
    seldom = so_far.seldom(KINDS)
    assert not seldom or (runs < OF_RUNS and len(seldom) <= len(KINDS) // 4), seldom


@pytest.mark.postgresql
@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_every_rule_holds_on_the_server(app, database, clock, tmp_path):
    stage, so_far = Stage(app, database, clock, tmp_path), Statistics()
    for seed in range(scale(4, 100)):
        one_run(stage, 10_000 + seed, so_far)
    assert so_far.shortest == LENGTH


@on_sqlite
def test_nobody_reads_what_was_not_given(app, database, clock, tmp_path, make_client):
    """All pages and files of employer, firms and a stranger, before and after the people took back
    what they had given."""
    stage, so_far = Stage(app, database, clock, tmp_path), Statistics()
    reading = Reading(app, make_client)

    def read_and_take_back(run):
        db.session.remove()
        reading.all(run, papers=False)
        named = reading.named
        take_back_everything(run)
        reading.all(run, papers=True)
        print(f"answers {reading.answers}, names read {named}, after it {reading.named - named}")

    opens = {"goals": ("join_accept", "forward"), "last": "application_shortlist"}
    for seed in range(scale(1, 12)):
        one_run(stage, 30_000 + seed, so_far, at_end=read_and_take_back, **opens)
    assert reading.named > 0, "no name was open to anybody: nothing was tried"


@on_sqlite
@pytest.mark.parametrize("name", sorted(MUTANTS))
def test_a_broken_rule_makes_it_fail(app, database, clock, tmp_path, monkeypatch, name):
    broken, so_far = MUTANTS[name](monkeypatch), Statistics()
    stage = Stage(app, database, clock, tmp_path, without=broken.without)

    def runs() -> None:
        for seed in range(60):
            one_run(stage, 20_000 + seed, so_far, goals=broken.often, often=broken.often)

    with pytest.raises(Failed, match=broken.said):
        runs()
    print(f"\n{name}: found in run {so_far.runs + 1}")

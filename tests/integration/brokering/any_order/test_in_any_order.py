"""Brokering under any order of acts: employer, two firms, people, the office and time.

`TALENTMARKET_TEST_SCALE=20` makes it 2,000 runs of forty-five acts each; what was taken how often is
printed (``-s``) and held to a hundred of each kind in that many runs.
"""

from __future__ import annotations

import time

import pytest

from tests.fixtures.databases import on_sqlite
from tests.integration.brokering.any_order.holds import KINDS
from tests.integration.brokering.any_order.machine import LENGTH, Failed, Statistics, one_run
from tests.integration.brokering.any_order.mutants import MUTANTS
from tests.integration.brokering.any_order.world import Stage
from tests.scale import scale

#: Of each kind of move in so many runs; in fewer in proportion.
LEAST, OF_RUNS = 100, 2_000


@on_sqlite
def test_every_rule_holds_in_any_order(app, database, clock, tmp_path):
    stage, so_far = Stage(app, database, clock, tmp_path), Statistics()
    begun, runs = time.process_time(), scale(40, 2_000)
    for seed in range(runs):
        one_run(stage, seed, so_far)
    print(f"\n{so_far.told()}\nprocessor time {time.process_time() - begun:.0f} s")
    assert (so_far.runs, so_far.shortest) == (runs, LENGTH)
    # A small run is too small for what is rare: it has to take nearly every kind, a large one all.
    least = LEAST * runs // OF_RUNS
    seldom = {kind: so_far.moves[kind] for kind in KINDS if so_far.moves[kind] < least}
    assert not seldom or (runs < OF_RUNS and len(seldom) <= len(KINDS) // 4), seldom


@pytest.mark.postgresql
@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_every_rule_holds_on_the_server(app, database, clock, tmp_path):
    stage, so_far = Stage(app, database, clock, tmp_path), Statistics()
    for seed in range(scale(3, 60)):
        one_run(stage, 10_000 + seed, so_far)
    assert so_far.shortest == LENGTH


@on_sqlite
@pytest.mark.parametrize("name", sorted(MUTANTS))
def test_a_broken_rule_makes_it_fail(app, database, clock, tmp_path, monkeypatch, name):
    broken, so_far = MUTANTS[name](monkeypatch), Statistics()
    stage = Stage(app, database, clock, tmp_path, without=broken.without)

    def runs() -> None:
        for seed in range(60):
            one_run(stage, 20_000 + seed, so_far, often=broken.often)

    with pytest.raises(Failed, match=broken.said):
        runs()
    print(f"\n{name}: found in run {so_far.runs + 1}")

"""One run of the night's lists by several processes: the lists of one, whoever of them dies."""

from __future__ import annotations

import json
import signal
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from talentmarket.core import tasks
from talentmarket.core.tasks import Task
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.models import Job
from talentmarket.matching import batch, sharing
from talentmarket.matching.kept import MatchedJob
from talentmarket.members.models import Talent
from tests.factories import make_job, make_talent
from tests.fixtures.databases import on_sqlite
from tests.fixtures.processes import python_beside
from tests.integration.matching.test_batch import SKILLS, expected, listed, people

#: Another process that takes as many blocks as it is told, and dies where it is told.
OTHER = """
import os, signal, sys
from datetime import datetime
from talentmarket import create_app
from talentmarket.core.clock import FixedClock
from talentmarket.matching import kept, sharing

where, most = sys.argv[2], int(sys.argv[3])
store, say_done, calls = kept.store, sharing._say_done, []

def die():
    os.kill(os.getpid(), signal.SIGKILL)

def storing(*arguments):
    found = store(*arguments)
    calls.append(1)
    if where == "storing" and len(calls) == 2:
        die()
    return found

def saying(*arguments):
    if where == "stored" and len(calls) == 2:
        die()
    say_done(*arguments)

kept.store, sharing._say_done = storing, saying
app = create_app(clock=FixedClock(datetime.fromisoformat(sys.argv[1])))
with app.app_context():
    print(sharing.help_on(most))
"""


@pytest.fixture
def engine() -> str:
    """No list here asks an engine."""
    return "embedded"


@pytest.fixture
def other(session, clock, database, settings):
    """Runs the other process to its end; returns what it said and how it ended."""

    def run(where: str = "", most: int = 3) -> tuple[str, int]:
        session.rollback()
        ended = python_beside(OTHER, database, settings, clock.now().isoformat(), where, str(most))
        assert ended.returncode in (0, -signal.SIGKILL), ended.stderr[-2000:]
        session.expire_all()
        return ended.stdout.strip(), ended.returncode

    return run


def some_jobs(count: int = 9) -> list[Job]:
    return [make_job(years_min=n % 5) for n in range(count)]


def same_as_alone(session, jobs: list[Job]) -> None:
    for job in jobs:
        assert listed(session, job) == expected(session, job)


def test_two_processes_give_the_lists_of_one(session, other):
    people(40)
    jobs = some_jobs()
    work = sharing.lay_out(block=1)
    assert (sharing.blocks_left(1), sharing.head()) == (9, (1, 0))
    assert sharing.help_on(3) == 3
    assert other(most=4) == ("4", 0)
    assert (sharing.blocks_left(1), sharing.head()) == (2, (1, 0)), "not over"
    assert sharing.help_on(10) == 2
    assert (sharing.blocks_left(1), sharing.head()) == (0, (1, 1))
    assert work.ran.whole == 5, "the others were done elsewhere"
    same_as_alone(session, jobs)
    ran = batch.run()
    assert (ran.same, ran.changed) == (9, 0), "nothing is left to do"


@pytest.mark.parametrize("where", ["storing", "stored"])
def test_kill_9_of_one_does_not_lose_its_block(session, other, clock, where):
    people(20)
    jobs = some_jobs(6)
    sharing.lay_out(block=1)
    assert other(where)[1] == -signal.SIGKILL
    stored = session.scalar(sa.select(sa.func.count()).select_from(MatchedJob))
    assert stored == (1 if where == "storing" else 2)
    session.rollback()
    assert sharing.help_on(10) == 4
    assert (sharing.blocks_left(1), sharing.head()) == (1, (1, 0)), "one is with who died"
    assert sharing.help_on(10) == 0
    clock.advance(seconds=tasks.LEASE.total_seconds() + 1)
    assert sharing.help_on(10) == 1
    assert sharing.head() == (1, 1)
    same_as_alone(session, jobs)


def test_who_changes_between_two_readings_is_looked_at_again(session, other):
    """Also one who is at the end as at the beginning: the other process saw what nobody noted."""
    some = people(20)
    jobs = some_jobs(6)
    sharing.lay_out(block=1)
    sharing.help_on(1)
    with unit_of_work() as unit:
        before = unit.get_one(Talent, some[4].id).years_tenths
        unit.get_one(Talent, some[4].id).years_tenths = 99
        unit.get_one(Talent, some[5].id).skills = []
    late = make_talent(skills=dict.fromkeys(SKILLS, 4), years_tenths=95)
    other(most=3)
    with unit_of_work() as unit:
        unit.get_one(Talent, some[4].id).years_tenths = before
    sharing.help_on(10)
    assert sharing.head() == (1, 1)
    ran = batch.run()
    assert ran.changed == 3
    assert late.public_id in {one for one, _points in listed(session, jobs[0])}
    same_as_alone(session, jobs)
    assert batch.run().same == 6


@on_sqlite
def test_a_run_that_was_replaced_stores_nothing_more(session):
    people(5)
    jobs = some_jobs(3)
    sharing.lay_out(block=1)
    sharing.help_on(1)
    sharing.lay_out(block=2)
    assert sharing.blocks_left(1) == 2
    assert sharing.help_on(10) == 4
    assert (sharing.blocks_left(1), sharing.blocks_left(2), sharing.head()) == (0, 0, (2, 2))
    runs = session.scalars(sa.select(MatchedJob.run).order_by(MatchedJob.job_id)).all()
    assert runs == [1, 2, 2], "the first was as it was"
    same_as_alone(session, jobs)


@on_sqlite
def test_a_block_that_always_fails_does_not_hold_the_others(session, clock, monkeypatch):
    people(5)
    some_jobs(3)
    sharing.lay_out(block=1)
    do = batch.Work.do

    first = session.scalar(sa.select(sa.func.min(Job.id)))

    def failing(self, rows):
        if rows[0].id == first:
            raise RuntimeError("this one")
        do(self, rows)

    monkeypatch.setattr(batch.Work, "do", failing)
    for _ in range(tasks.MAX_ATTEMPTS):
        sharing.help_on(10)
        clock.advance(hours=2)
    assert sharing.blocks_left(1) == 0
    assert sharing.head() == (1, 0), "the lists are not those of tonight"
    assert session.scalar(sa.select(sa.func.count()).select_from(MatchedJob)) == 2
    monkeypatch.setattr(batch.Work, "do", do)
    session.rollback()
    assert batch.run().whole == 1
    assert sharing.head() == (2, 2)


@on_sqlite
def test_nothing_to_do_is_done_at_once(session):
    people(2)
    sharing.lay_out()
    assert sharing.head() == (1, 1)


@on_sqlite
def test_the_worker_lays_it_out_once_a_night(session, clock):
    people(3)
    jobs = some_jobs(2)
    clock.set(datetime(2025, 11, 24, 4, 0, tzinfo=UTC))  # noon
    assert sharing.when_due() == 0
    clock.set(datetime(2025, 11, 24, 18, 30, tzinfo=UTC))  # half past two
    assert [sharing.when_due() for _ in range(3)] == [1, 0, 0]
    tasks.run_due()
    assert sharing.head() == (1, 1)
    same_as_alone(session, jobs)
    clock.advance(hours=1)
    assert sharing.when_due() == 0
    assert not sharing._at_work, "the people of a run that is over are let go"
    clock.advance(hours=23)
    assert sharing.when_due() == 1
    assert tasks.run_due() == 2
    assert sharing.head() == (2, 2)
    names = session.scalars(sa.select(Task.name).order_by(Task.id)).all()
    assert names == [sharing.NIGHT, sharing.PIECE] * 2


@on_sqlite
def test_the_command_shares_and_waits_for_the_others(app, session, clock, monkeypatch):
    people(5)
    jobs = some_jobs(3)
    slept = []

    def sleep(_seconds: float) -> None:
        slept.append(1)
        clock.advance(seconds=tasks.LEASE.total_seconds() + 1)

    lay_out = sharing.lay_out

    def laid(block: int, way: str | None) -> batch.Work:
        work = lay_out(block, way)
        with unit_of_work() as unit:  # another process has the first one
            unit.execute(
                sa.update(Task)
                .where(Task.key.endswith(f":{jobs[0].id}"))
                .values(leased_until=clock.now() + timedelta(minutes=5))
            )
        return work

    monkeypatch.setattr("time.sleep", sleep)
    monkeypatch.setattr(sharing, "lay_out", laid)
    answer = app.test_cli_runner().invoke(args=["match", "batch", "--share", "--block", "1"])
    assert answer.exit_code == 0, answer.output
    last = json.loads(answer.stdout.splitlines()[-1])
    assert (last["jobs"], last["done"], last["whole"], last["replaced"]) == (3, 3, 3, False)
    assert slept
    assert "1 blocks are with others" in answer.stderr
    same_as_alone(session, jobs)

"""`flask match batch`: everybody's lists, resumed after a kill, renewed where something changed."""

from __future__ import annotations

import json
import random
import signal

import pytest
import sqlalchemy as sa

from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.models import Job, JobState
from talentmarket.matching import batch, kept, lanes
from talentmarket.matching.kept import KeptMatch, MatchedJob, MatchHead, Replaced
from talentmarket.matching.lanes.layout import Lanes
from talentmarket.matching.loading import job_facts
from talentmarket.matching.reading import read_people
from talentmarket.matching.tables import jobs_of
from talentmarket.matching.vector import score_all
from talentmarket.members.models import Account, Talent, TalentSkill, Visibility
from tests.factories import make_job, make_organisation, make_talent
from tests.factories.people import block_of
from tests.fixtures.processes import python_beside

SKILLS = ("spark", "sql", "python", "java", "flink", "kafka", "hive", "mysql")


def people(count: int, start: int = 0) -> list[Talent]:
    """People of whom hardly two are alike."""
    return [
        make_talent(
            skills={one: 1 + (n * 7 + k) % 4 for k, one in enumerate(SKILLS) if (n >> k) & 1},
            years_tenths=n * 3 % 100,
            pay_low=800_000 + n % 17 * 100_000,
            willing_to_move=(None, True, False)[n % 3],
        )
        for n in range(start + 1, start + count + 1)
    ]


def expected(session, job: Job) -> list[tuple[str, int]]:
    """The list of a job as the page's score has it, people read anew."""
    session.rollback()
    job = session.get_one(Job, job.id)
    ids = list(session.scalars(sa.select(Talent.public_id)))
    blocked = set(session.scalars(batch.blocked_talents(session, job.organisation)))
    away = set(session.scalars(sa.select(Talent.public_id).where(Talent.id.in_(blocked))))
    kinship, _model = batch.serving.current()
    found = score_all(
        jobs_of([job_facts(job)]), read_people(session, ids), kinship, batch.clock.today().year
    )
    stand = [
        one
        for one in found.standings()
        if one.total is not None and not one.hard_failed and one.talent not in away
    ]
    stand.sort(key=lambda one: one.order)
    return [(one.talent, one.total) for one in stand[: batch.TOP]]


def listed(session, job: Job) -> list[tuple[str, int]]:
    """The list as it is kept, the ranks without a gap."""
    session.rollback()
    rows = session.execute(
        sa.select(Talent.public_id, KeptMatch.points, KeptMatch.rank)
        .join(Talent, Talent.id == KeptMatch.talent_id)
        .where(KeptMatch.job_id == job.id)
        .order_by(KeptMatch.rank)
    ).all()
    assert [row.rank for row in rows] == list(range(1, len(rows) + 1))
    return [(row.public_id, row.points) for row in rows]


@pytest.fixture
def engine() -> str:
    """No list here asks an engine."""
    return "embedded"


def test_lists_are_those_of_the_page_and_only_changes_are_done_again(session):
    some = people(70)
    jobs = [make_job(title="甲"), make_job(title="乙", region_code="510116")]
    ran = batch.run(block=1)
    assert (ran.jobs, ran.whole, ran.merged, ran.same, ran.people) == (2, 2, 0, 0, 70)
    assert ran.places == 2 * batch.TOP
    for job in jobs:
        assert listed(session, job) == expected(session, job)
        assert len(listed(session, job)) == batch.TOP

    ran = batch.run()
    assert (ran.whole, ran.merged, ran.same, ran.changed, ran.places) == (0, 0, 2, 0, 0)

    make_talent(skills=dict.fromkeys(SKILLS, 4), years_tenths=95)
    ran = batch.run()
    assert (ran.whole, ran.merged, ran.same, ran.changed) == (0, 2, 0, 1)
    for job in jobs:
        assert listed(session, job) == expected(session, job)

    best = listed(session, jobs[0])[0][0]
    with unit_of_work() as unit:
        talent = unit.scalars(sa.select(Talent).where(Talent.public_id == best)).one()
        talent.skills = []
        unit.get_one(Job, jobs[1].id).years_min = 9
    ran = batch.run()
    assert (ran.whole, ran.merged, ran.same, ran.changed) == (2, 0, 0, 1)
    for job in jobs:
        assert listed(session, job) == expected(session, job)
    assert some


def test_lists_of_compiled_loops_are_those_of_the_page(session, monkeypatch):
    monkeypatch.setattr(lanes, "PEOPLE", 0)
    monkeypatch.setattr(lanes, "JOBS", 1)
    organisation = make_organisation()
    jobs = [make_job(title="甲"), make_job(organisation, title="乙", region_code="510116")]
    some = people(90)
    with unit_of_work() as unit:
        unit.add_all(block_of(one, organisation) for one in some[::9])
    asked = []
    monkeypatch.setattr(Lanes, "first_rows", counted(Lanes.first_rows, asked))
    assert batch.run().whole == len(asked) == 2
    for job in jobs:
        assert listed(session, job) == expected(session, job)
        assert len(listed(session, job)) == batch.TOP


def counted(first_rows, asked: list[str]):
    """The same, and each job it is asked for and answers is noted."""

    def noted(self, jobs, *others):
        found = first_rows(self, jobs, *others)
        asked.extend(one for one, rows in zip(jobs.ids, found, strict=True) if rows is not None)
        return found

    return noted


@pytest.mark.parametrize("seed", [1, 2])
def test_random_changes_leave_the_lists_of_a_first_run(session, seed):
    """Run after run on what changed, and all anew: the same places and points."""
    chooser = random.Random(seed)
    some = people(60)
    jobs = [make_job(), make_job(region_code="510700"), make_job(years_min=1)]
    batch.run()
    merged = 0
    for _ in range(4):
        with unit_of_work() as unit:
            for one in chooser.sample(some, 5):
                talent = unit.get_one(Talent, one.id)
                match chooser.randrange(4):
                    case 0:
                        talent.years_tenths = chooser.randrange(100)
                    case 1:
                        talent.willing_to_move = chooser.choice((None, True, False))
                    case 2:
                        talent.skills = []
                        unit.flush()
                        talent.skills = [TalentSkill(skill_id="spark", level=4)]
                    case 3:
                        talent.visibility = chooser.choice(list(Visibility)[:3])
        merged += batch.run(block=2).merged
        for job in jobs:
            assert listed(session, job) == expected(session, job)
    assert merged


def test_only_who_may_be_ranked_is_in_a_list(session):
    shown, private, off, blocking = people(4)
    firm = make_organisation("西岭智造有限公司")
    job, other = make_job(firm), make_job(make_organisation("另一家有限公司"))
    with unit_of_work() as unit:
        unit.get_one(Talent, private.id).visibility = Visibility.PRIVATE
        unit.get_one(Account, off.account_id).personal_ranking = False
        unit.add(block_of(blocking, firm))
    assert batch.run().people == 2
    assert [one for one, _points in listed(session, job)] == [shown.public_id]
    assert {one for one, _points in listed(session, other)} == {
        shown.public_id,
        blocking.public_id,
    }
    with unit_of_work() as unit:
        unit.get_one(Account, shown.account_id).personal_ranking = False
    assert batch.run().changed == 1
    assert listed(session, job) == []
    with unit_of_work() as unit:
        unit.get_one(Job, job.id).state = JobState.WITHDRAWN
    assert batch.run().gone == 1
    assert session.scalars(sa.select(MatchedJob.job_id)).all() == [other.id]


def test_who_goes_while_a_run_goes_on_is_not_stored(session, monkeypatch):
    """Between reading and storing a person switches ranking off and a job is deleted."""
    first, second = people(2)
    job, other = make_job(), make_job()
    store = kept.store

    def late(unit, *arguments):
        unit.get_one(Account, first.account_id).personal_ranking = False
        unit.flush()
        unit.execute(sa.delete(Job).where(Job.id == other.id))
        return store(unit, *arguments)

    monkeypatch.setattr(kept, "store", late)
    batch.run()
    assert [one for one, _points in listed(session, job)] == [second.public_id]
    assert session.scalar(sa.select(sa.func.count()).select_from(MatchedJob)) == 1


def test_another_model_another_year_all_anew(session, clock):
    people(3)
    make_job()
    batch.run()
    clock.advance(days=370)
    assert batch.run().whole == 1


def test_a_run_that_was_replaced_stores_nothing_more(app, session):
    people(3)
    jobs = [make_job(), make_job()]

    def step(ran: batch.Ran) -> None:
        if ran.done == 1:
            with unit_of_work() as unit:
                kept.begin(unit)

    with pytest.raises(Replaced):
        batch.run(step, block=1)
    assert listed(session, jobs[0])
    assert listed(session, jobs[1]) == []
    answer = app.test_cli_runner().invoke(args=["match", "batch"])
    assert answer.exit_code == 0
    last = json.loads(answer.stdout.splitlines()[-1])
    assert last.pop("seconds") >= 0
    assert last.pop("model").startswith("t-")
    assert last == {
        "jobs": 2, "done": 2, "whole": 1, "merged": 0, "same": 1, "gone": 0,
        "people": 3, "changed": 0, "places": 3, "replaced": False,
    }  # fmt: skip
    assert "1 anew" in answer.stderr
    assert "0 s left" in answer.stderr


#: A run in a process of its own that is killed while the third block is being stored.
KILLED = """
import os, signal, sys
from datetime import datetime
from talentmarket import create_app
from talentmarket.core.clock import FixedClock
from talentmarket.matching import batch, kept, lanes

store, blocks = kept.store, []

def storing(*arguments):
    blocks.append(store(*arguments))
    if len(blocks) == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return blocks[-1]

kept.store = storing
app = create_app(clock=FixedClock(datetime.fromisoformat(sys.argv[1])))
with app.app_context():
    batch.run(block=2)
"""


def test_kill_9_in_the_middle_of_a_block_loses_and_doubles_nothing(
    session, clock, database, settings
):
    people(20)
    jobs = [make_job(years_min=n % 5) for n in range(9)]
    session.rollback()
    ended = python_beside(KILLED, database, settings, clock.now().isoformat())
    assert ended.returncode == -signal.SIGKILL, ended.stderr[-2000:]
    assert [bool(listed(session, job)) for job in jobs] == [True] * 4 + [False] * 5
    assert session.scalar(sa.select(MatchHead.run)) == 1
    session.rollback()
    make_talent(skills=dict.fromkeys(SKILLS, 4), years_tenths=95)
    ran = batch.run(block=2)
    assert (ran.whole, ran.merged, ran.changed) == (5, 4, 1), "those before the kill are kept"
    for job in jobs:
        assert listed(session, job) == expected(session, job)
    assert batch.run().same == 9

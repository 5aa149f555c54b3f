"""The night's lists with candidates from the engine: the page's lists, nobody held in memory."""

from __future__ import annotations

import json
from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from search.errors import EngineUnavailable
from talentmarket.core import outbox
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.models import Job
from talentmarket.matching import batch, crowds, sharing
from talentmarket.matching.crowds import Behind, InIndex, InMemory
from talentmarket.matching.kept import KeptMatch
from talentmarket.matching.service import match_talents
from talentmarket.members.models import Account, Talent, TalentSkill, Visibility
from tests.factories import make_job, make_talent
from tests.factories.people import block_of
from tests.fixtures.databases import on_sqlite
from tests.fixtures.search_engines import ENGINES
from tests.integration.matching.test_batch import SKILLS, expected, listed
from tests.integration.matching.test_batch import people as rows_of_people

BY_INDEX = InIndex.way


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """The same on either engine."""
    return str(request.param)


def people(count: int) -> list[Talent]:
    """People who wait for the index, as whoever edits a profile does."""
    some = rows_of_people(count)
    with unit_of_work() as unit:
        outbox.changed(unit, "talent", *(one.public_id for one in some))
    return some


def of_the_page(session, job: Job) -> list[tuple[str, int]]:
    session.rollback()
    found = match_talents(session, session.get_one(Job, job.id), limit=batch.TOP)
    return [(one.talent, one.total) for one in found.matches]


@on_sqlite
def test_the_lists_are_those_of_the_page_and_only_changes_are_done_again(session, drain):
    people(70)
    jobs = [make_job(title="甲"), make_job(title="乙", region_code="510116")]
    drain()
    ran = batch.run(block=1, way=BY_INDEX)
    assert (ran.jobs, ran.whole, ran.people, ran.changed) == (2, 2, 70, 70)
    for job in jobs:
        assert listed(session, job) == of_the_page(session, job) == expected(session, job)
        assert len(listed(session, job)) == batch.TOP
    ran = batch.run(way=BY_INDEX)
    assert (ran.whole, ran.merged, ran.same, ran.changed) == (0, 0, 2, 0)

    # Who is new is in no index yet, and who fell behind is where the index still has them in front.
    new = make_talent(skills=dict.fromkeys(SKILLS, 4), years_tenths=95)
    best = listed(session, jobs[0])[0][0]
    with unit_of_work() as unit:
        outbox.changed(unit, "talent", new.public_id, best)
        unit.get_one(Job, jobs[1].id).years_min = 9
        unit.scalars(sa.select(Talent).where(Talent.public_id == best)).one().skills = []
    ran = batch.run(way=BY_INDEX)
    assert ran.changed == 2
    for job in jobs:
        assert listed(session, job) == expected(session, job)
        assert best not in dict(listed(session, job))


@on_sqlite
def test_blocks_and_those_who_may_be_ranked_no_more(session, drain):
    some = people(60)
    job = make_job()
    drain()
    batch.run(way=BY_INDEX)
    first, second, third = [one for one, _points in listed(session, job)[:3]]
    named = {one.public_id: one for one in some}

    with unit_of_work() as unit:
        unit.add(block_of(named[first], job.organisation))
        unit.get_one(Talent, named[second].id).visibility = Visibility.PRIVATE
        account = unit.get_one(Talent, named[third].id).account_id
        unit.get_one(Account, account).personal_ranking = False
    batch.run(way=BY_INDEX)
    assert not {first, second, third} & set(dict(listed(session, job)))
    assert listed(session, job) == expected(session, job)


@on_sqlite
def test_an_index_that_does_not_know_everybody_is_waited_for(session, drain, app, monkeypatch):
    monkeypatch.setattr(crowds, "LATE", 5)
    job = make_job()
    drain()
    people(30)
    for _again in range(2):  # who was noted is not forgotten
        with pytest.raises(Behind):
            batch.run(way=BY_INDEX)
    ended = app.test_cli_runner().invoke(args=["match", "batch", "--recall", "index"])
    assert ended.exit_code == 1
    assert "flask index drain" in ended.output
    drain()
    ended = app.test_cli_runner().invoke(args=["match", "batch", "--recall", "index"])
    assert ended.exit_code == 0, ended.output
    assert json.loads(ended.stdout.splitlines()[-1])["people"] == 30
    assert listed(session, job) == expected(session, job)


def test_without_an_engine_no_list_is_touched(session, drain, app, monkeypatch):
    people(30)
    job = make_job()
    drain()
    batch.run(way=BY_INDEX)
    before = listed(session, job)
    with unit_of_work() as unit:
        unit.get_one(Job, job.id).years_min = 9
    handle = app.extensions["talentmarket_search"]
    handle.reset()

    @contextmanager
    def off():
        raise EngineUnavailable("off")
        yield

    with monkeypatch.context() as patch:
        patch.setattr(handle, "reader", off)
        ended = app.test_cli_runner().invoke(args=["match", "batch", "--recall", "index"])
    assert ended.exit_code == 1
    assert listed(session, job) == before
    assert batch.run(way=BY_INDEX).whole == 1
    assert listed(session, job) == expected(session, job)


@on_sqlite
def test_another_way_makes_the_lists_anew(session, drain):
    people(60)
    job = make_job()
    drain()
    assert batch.run(way=InMemory.way).whole == 1
    assert batch.run(way=BY_INDEX).whole == 1
    assert batch.run(way=BY_INDEX).same == 1
    assert listed(session, job) == expected(session, job)


def test_several_take_blocks_and_none_reads_everybody(session, drain, monkeypatch):
    people(40)
    jobs = [make_job(title=str(number)) for number in range(6)]
    drain()
    work = sharing.lay_out(block=2, way=BY_INDEX)
    assert isinstance(work.crowd, InIndex)
    sharing._at_work.clear()  # as in a process that has not laid it out

    def nobody(*_arguments):
        raise AssertionError("everybody was read")

    monkeypatch.setattr(batch, "read_everybody", nobody)
    monkeypatch.setattr(batch, "pages", nobody)
    while sharing.help_on():
        pass
    assert sharing.blocks_left(work.number) == 0
    assert sharing.head() == (work.number, work.number)
    for job in jobs:
        assert listed(session, job) == expected(session, job)
    assert session.scalar(sa.select(sa.func.count()).select_from(KeptMatch))
    assert session.scalar(sa.select(sa.func.count()).select_from(TalentSkill))

"""What suits, out of the night's lists, in the one digest: once, with reasons, never against a will."""

from __future__ import annotations

import json
import signal
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from talentmarket.core import clock as clocks
from talentmarket.core.uow import unit_of_work
from talentmarket.discovery.alerts import saving, suiting, working
from talentmarket.discovery.alerts.models import Frequency, JobAlert, SavedSearch, TalentAlert
from talentmarket.exchange import exclusions
from talentmarket.exchange.models import Channel, Exclusion, Job, JobState
from talentmarket.matching import batch
from talentmarket.matching.kept import MatchHead
from talentmarket.members.models import Account, Talent, TalentBlock, Visibility
from talentmarket.notices.digest import run_digests
from talentmarket.notices.models import Delivery, Notice
from talentmarket.notices.sending import send_due, words_of
from tests.factories import (
    make_account,
    make_application,
    make_job,
    make_organisation,
    make_talent,
)
from tests.fixtures.databases import on_sqlite
from tests.fixtures.processes import python_beside
from tests.integration.alerts.conftest import (
    MORNING,
    able,
    ask,
    desk_of,
    keep,
    make_reader,
    night,
    publish,
    titles,
    touch,
    waiting,
)


def test_five_are_told_the_best_first_with_reasons_and_the_rest_the_next_day(session, told, clock):
    person = make_reader("en")
    able(person)
    ask(person)
    for number in range(7):
        publish(
            title=f"岗位{number}", skills={"spark": True, **({"mysql": True} if number else {})}
        )
    make_job(title="厨师", skills={"hadoop": True}, occupation_code="4-03-02-01", years_min=20)
    night(session)
    first = waiting(session, person)
    assert len(first) == suiting.MOST
    assert first[0] == "岗位0", "the best one first"
    assert told(person) == [], "it waits for its hour"
    clock.set(MORNING)
    (notice,) = told(person)
    assert (notice["count"], sorted(titles([notice]))) == (5, sorted(first))
    assert titles([notice])[0] == "岗位0"
    assert run_digests() == 1
    assert send_due() == 1
    mail = session.query(Delivery).one()
    said = words_of(mail.code, json.loads(mail.arguments), mail.locale)
    line = next(row for row in said.body.split("\n") if "岗位0" in row)
    assert "/100 · " in line
    assert "Spark (" in line, "the skill that gives most of the points, with its state"
    assert "/unsubscribe/" in said.body
    night(session)
    assert len(waiting(session, person)) == 2
    clock.advance(days=1)
    assert sorted(titles(told(person))) == [f"岗位{number}" for number in range(7)]
    night(session)
    clock.advance(days=1)
    assert len(told(person)) == 2, "nothing new: nothing is said"


@on_sqlite
def test_a_job_that_a_search_finds_too_is_told_by_one(session, told, clock):
    clock.set(datetime(2025, 11, 25, 4, 0, tzinfo=UTC))  # Tuesday at noon
    person = make_account()
    able(person)
    ask(person, Frequency.WEEKLY)
    keep(person, "架构师", Frequency.DAILY)
    clock.advance(minutes=1)
    publish(title="数据架构师")
    publish(title="数仓建模")
    night(session)
    assert sorted(waiting(session, person)) == ["数仓建模", "数据架构师"]
    clock.set(datetime(2025, 11, 26, 0, 1, tzinfo=UTC))  # Wednesday
    working.run_all()
    clock.advance(days=1)
    assert titles(told(person)) == ["数据架构师"], "by the search, which tells more often"
    night(session)
    assert waiting(session, person) == ["数仓建模"]
    clock.set(MORNING)
    assert sorted(titles(told(person))) == ["数仓建模", "数据架构师"]
    publish(title="平台架构师")
    working.run_all()
    night(session)
    rows = session.query(SavedSearch.by_match).join(JobAlert).filter(JobAlert.told_at.is_(None))
    assert rows.all() == [(False,)], "what waits for a search is not taken by the match"


@on_sqlite
def test_nothing_against_a_will_is_noted_or_told(session, told, clock):
    disliked = make_organisation("西岭智造有限公司")
    shy, hidden, picky, late, closed = (make_account() for _ in range(5))
    people = {one.id: able(one) for one in (shy, hidden, picky, late, closed)}
    for one in (shy, hidden, picky, late, closed):
        ask(one)
    firm_job = publish(disliked, title="智造岗位")
    publish(title="外包岗位", channel=Channel.OUTSOURCED)
    publish(title="好岗位")
    make_application(firm_job, people[late.id])
    with unit_of_work() as unit:
        unit.get_one(Account, shy.id).personal_ranking = False
        unit.get_one(Talent, people[hidden.id].id).visibility = Visibility.PRIVATE
        exclusions.add(unit, unit.get_one(Account, picky.id), Exclusion.OUTSOURCED)
        unit.add(
            TalentBlock(
                talent_id=people[picky.id].id,
                name=disliked.name,
                name_folded=disliked.name_folded,
                created_at=clocks.now(),
            )
        )
    night(session)
    found = [sorted(waiting(session, one)) for one in (shy, hidden, picky, late)]
    assert found == [[], [], ["好岗位"], ["外包岗位", "好岗位"]]
    with unit_of_work() as unit:  # before the morning
        unit.get_one(Account, late.id).personal_ranking = False
        saving.change(
            unit,
            unit.query(SavedSearch).filter_by(account_id=closed.id).one(),
            name="关",
            frequency=Frequency.OFF,
        )
    clock.set(MORNING)
    assert [told(one) for one in (shy, hidden, late, closed)] == [[], [], [], []]
    assert titles(told(picky)) == ["好岗位"]
    assert session.query(JobAlert).filter_by(account_id=late.id).count() == 0


@on_sqlite
def test_who_hides_between_notice_and_mail_gets_no_mail_of_it(session, told, clock):
    person = make_reader()
    able(person)
    ask(person)
    publish(title="好岗位")
    night(session)
    clock.set(MORNING)
    told(person)
    assert run_digests() == 1
    with unit_of_work() as unit:
        unit.get_one(Account, person.id).personal_ranking = False
    assert send_due() == 0
    assert session.query(Delivery).one().error == "nothing left to say"


@on_sqlite
def test_a_job_that_changes_or_closes_before_the_morning(session, told, clock):
    person = make_account()
    able(person)
    ask(person)
    stays, closed, dearer = (publish(title=title) for title in ("留", "关", "改"))
    night(session)
    assert len(waiting(session, person)) == 3
    touch(stays, description="写得更清楚")
    touch(closed, state=JobState.WITHDRAWN)
    touch(dearer, region_code="510700")
    with unit_of_work() as unit:
        unit.query(Talent).filter_by(account_id=person.id).one().willing_to_move = False
    working.run_all()
    clock.set(MORNING)
    assert titles(told(person)) == ["留"]


def test_employers_are_told_how_many_suit_and_blocks_bind_every_firm(session, told, clock):
    desk = desk_of(session)
    ask(desk.consultant, desk=saving.Desk(desk.firm, desk.job.public_id))
    fine, blocks, applied = (able(make_account()) for _ in range(3))
    make_talent(skills={"hadoop": 1}, occupations=(), years_tenths=0)
    make_application(desk.job, applied)
    with unit_of_work() as unit:
        unit.add(
            TalentBlock(
                talent_id=blocks.id,
                name=desk.own.name,
                name_folded=desk.own.name_folded,
                created_at=clocks.now(),
            )
        )
    night(session)
    assert session.scalars(sa.select(TalentAlert.talent_id)).all() == [fine.id]
    clock.set(MORNING)
    (notice,) = told(desk.consultant)
    assert notice["count"] == 1
    assert set(notice) == {"name", "count"}, "nothing of the person"
    (row,) = session.query(Notice).filter_by(account_id=desk.consultant.id)
    assert row.link.startswith(f"/org/{desk.firm.public_id}/saved-searches/")
    other = able(make_account())
    night(session)
    with unit_of_work() as unit:
        unit.get_one(Talent, other.id).visibility = Visibility.PRIVATE
    clock.advance(days=1)
    assert len(told(desk.consultant)) == 1, "hidden before it was told"
    able(make_account())
    night(session)
    with unit_of_work() as unit:
        unit.get_one(Job, desk.job.id).state = JobState.PAUSED
    clock.advance(days=1)
    assert len(told(desk.consultant)) == 1, "the job is not open any more"


#: Notes in a process of its own, which is killed at a moment that the test names.
KILLED = """
import os, signal, sys
from datetime import datetime
from talentmarket import create_app
from talentmarket.core.clock import FixedClock
from talentmarket.discovery.alerts import suiting

suiting.SLICE = 1
where, store, wait, calls = sys.argv[2], suiting._store, suiting._wait, []

def die():
    os.kill(os.getpid(), signal.SIGKILL)

def storing(*arguments):
    calls.append(1)
    if where == "before" and len(calls) == 2:
        die()
    done = store(*arguments)
    if where == "after" and len(calls) == 2:
        die()
    return done

def waiting(*arguments):
    wait(*arguments)
    if where == "inside" and len(calls) == 2:
        die()

suiting._store, suiting._wait = storing, waiting
app = create_app(clock=FixedClock(datetime.fromisoformat(sys.argv[1])))
with app.app_context():
    suiting.work()
"""


@pytest.mark.parametrize("where", ["before", "inside", "after"])
def test_kill_9_between_any_two_steps_neither_loses_nor_doubles(
    session, told, clock, database, settings, where
):
    people = [make_account() for _ in range(4)]
    for one in people:
        able(one)
        ask(one)
    publish(title="甲")
    publish(title="乙")
    batch.run()
    session.rollback()
    ended = python_beside(KILLED, database, settings, clock.now().isoformat(), where)
    assert ended.returncode == -signal.SIGKILL, ended.stderr[-2000:]
    session.rollback()
    assert session.scalar(sa.select(MatchHead.noted_to)), "in the middle"
    assert sum(len(waiting(session, one)) for one in people) in (2, 4)
    suiting.work()
    assert [sorted(waiting(session, one)) for one in people] == [["乙", "甲"]] * 4
    assert suiting.work() == 0
    clock.set(MORNING)
    assert [sorted(titles(told(one))) for one in people] == [["乙", "甲"]] * 4


@on_sqlite
def test_two_at_once_note_once(session, clock, monkeypatch):
    """Another process finishes the slice while this one has it in hand."""
    person = make_account()
    able(person)
    ask(person)
    publish(title="甲")
    batch.run()
    store, others = suiting._store, []

    def late(at, some, found):
        if not others:
            others.append(1)
            assert store(at, some, found)
        return store(at, some, found)

    monkeypatch.setattr(suiting, "_store", late)
    assert suiting.work() == 0
    assert waiting(session, person) == ["甲"]


@pytest.fixture
def engine() -> str:
    """The searches beside are run on the embedded engine."""
    return "embedded"

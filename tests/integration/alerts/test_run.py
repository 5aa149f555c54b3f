"""The run: each new job once for a person, by the most urgent search, and never what is over."""

from __future__ import annotations

import json
import signal
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from talentmarket.core import changes
from talentmarket.core import clock as clocks
from talentmarket.core.uow import unit_of_work
from talentmarket.discovery.alerts import running, saving, working
from talentmarket.discovery.alerts.jobs import Jobs
from talentmarket.discovery.alerts.models import AlertHead, Frequency, JobAlert
from talentmarket.exchange import exclusions
from talentmarket.exchange.models import Channel, Exclusion, JobState
from talentmarket.indexing.engine import EngineUnavailable, database_id
from talentmarket.members.models import Account, TalentBlock
from talentmarket.notices.digest import run_digests
from talentmarket.notices.models import Delivery, DeliveryState, Notice
from talentmarket.notices.sending import send_due, words_of
from tests.factories import make_account, make_job, make_organisation, make_talent
from tests.fixtures.databases import on_sqlite
from tests.fixtures.processes import python_beside
from tests.integration.alerts.conftest import keep, make_reader, publish, titles, touch

both_engines = pytest.mark.parametrize(
    "engine", ["embedded", pytest.param("elastic", marks=pytest.mark.elastic)], indirect=True
)


@both_engines
def test_each_new_job_is_told_once_over_all_searches(session, told, clock):
    person, other = make_account(), make_account()
    make_job(title="老的大数据岗位")
    keep(person, "大数据", Frequency.WEEKLY)
    keep(person, "数据开发")
    keep(person, "厨师")
    keep(other, "大数据")
    clock.advance(minutes=5)
    publish(title="大数据开发工程师")
    publish(title="大数据运维")
    assert sorted(titles(told(person))) == ["大数据开发工程师"]
    assert sorted(titles(told(other))) == ["大数据开发工程师", "大数据运维"]
    notices = session.query(Notice).filter_by(account_id=person.id).all()
    assert [(one.urgent, one.link.startswith("/me/saved-searches/")) for one in notices] == [
        (True, True)
    ]
    clock.advance(minutes=5)
    assert len(told(person)) == 1, "nothing new: nothing is said"
    clock.set(datetime(2025, 12, 1, 0, 1, tzinfo=UTC))  # Monday, one past eight
    assert sorted(titles(told(person))) == ["大数据开发工程师", "大数据运维"]


@both_engines
def test_what_is_never_shown_is_never_told(session, told, clock):
    person = make_account()
    talent = make_talent(person)
    disliked = make_organisation("西岭智造有限公司")
    branch = make_organisation("西岭智造成都分公司", parent_id=disliked.id)
    with unit_of_work() as unit:
        exclusions.add(unit, unit.get_one(Account, person.id), Exclusion.OUTSOURCED)
        unit.add(
            TalentBlock(
                talent_id=talent.id,
                name=disliked.name,
                name_folded=disliked.name_folded,
                created_at=clocks.now(),
            )
        )
    keep(person, "大数据")
    clock.advance(minutes=1)
    publish(title="大数据甲")
    publish(title="大数据外包", channel=Channel.OUTSOURCED)
    publish(branch, title="大数据分公司")
    assert titles(told(person)) == ["大数据甲"]


@on_sqlite
def test_what_is_edited_or_closed_before_is_not_told(session, told, clock):
    person = make_account()
    keep(person, "大数据", Frequency.DAILY)
    clock.advance(minutes=1)
    stays, edited, closed, late = (publish(title=f"大数据{one}", skills={}) for one in "甲乙丙丁")
    assert told(person) == []
    assert session.scalar(sa.select(sa.func.count()).select_from(JobAlert)) == 4
    touch(edited, title="门店收银员", description="收银", occupation_code=None)
    touch(closed, state=JobState.WITHDRAWN)
    assert told(person) == []
    clock.advance(hours=23)
    with unit_of_work() as unit:  # closed without the index having heard of it
        unit.get_one(type(late), late.id).valid_until = clocks.today().replace(year=2024)
    assert titles(told(person)) == ["大数据甲"]
    assert stays.title == "大数据甲"
    clock.advance(hours=24)
    assert len(told(person)) == 1


@on_sqlite
def test_the_mail_is_one_a_day_or_at_once_by_day(session, told, clock):
    person = make_reader("en")
    keep(person, "大数据")
    clock.advance(minutes=1)
    job = publish(title="大数据开发工程师")
    publish(title="大数据运维")
    told(person)
    assert run_digests() == 1
    assert send_due() == 1
    mail = session.query(Delivery).one()
    assert mail.state is DeliveryState.SENT
    said = words_of(mail.code, json.loads(mail.arguments), mail.locale)
    assert "2 new jobs" in said.body
    assert said.body.count("大数据开发工程师") == 1
    assert f"/jobs/{job.public_id}" in said.body
    assert "/unsubscribe/" in said.body
    publish(title="大数据架构师")
    told(person)
    assert run_digests() == 0, "not two within the hour"
    clock.advance(hours=1, minutes=1)
    assert run_digests() == 1
    clock.set(datetime(2025, 11, 24, 15, 0, tzinfo=UTC))  # 23:00
    publish(title="大数据夜班")
    told(person)
    assert run_digests() == 0
    clock.set(datetime(2025, 11, 25, 0, 1, tzinfo=UTC))
    assert run_digests() == 1


@on_sqlite
def test_what_closes_between_notice_and_mail_does_not_leave(session, told, clock):
    person = make_reader()
    keep(person, "大数据")
    clock.advance(minutes=1)
    job = publish(title="大数据开发工程师")
    told(person)
    assert run_digests() == 1
    touch(job, state=JobState.WITHDRAWN)
    assert send_due() == 0
    mail = session.query(Delivery).one()
    assert (mail.state, mail.error) == (DeliveryState.FAILED, "nothing left to say")


def test_a_run_that_dies_goes_on_and_doubles_nothing(session, told, clock, monkeypatch):
    people = [make_account() for _ in range(7)]
    for person in people:
        keep(person, "大数据")
    clock.advance(minutes=1)
    publish(title="大数据开发工程师")
    monkeypatch.setattr(running, "SLICE", 3)

    class Killed(BaseException):
        pass

    def die(ran):
        if ran.searches == 6:
            raise Killed

    with pytest.raises(Killed):
        running.run(Jobs(), die)
    head = session.get_one(AlertHead, "job", populate_existing=True)
    assert head.target is not None
    assert head.at_id > 0
    assert session.scalar(sa.select(sa.func.count()).select_from(JobAlert)) == 6
    session.rollback()
    assert running.run(Jobs()).held, "whoever died has it until the lease ends"
    clock.advance(minutes=6)
    assert next(ran.searches for ran in working.run_all()) == 1
    assert [len(told(person)) for person in people] == [1] * 7
    again = running.run(Jobs())
    assert (again.did, again.held) == (0, False)


@on_sqlite
def test_a_run_takes_all_that_waits_for_a_number(session, told, clock, monkeypatch):
    person = make_account()
    keep(person, "大数据")
    clock.advance(minutes=1)
    for one in "甲乙丙丁戊":
        publish(title=f"大数据{one}")
    monkeypatch.setattr(changes, "BATCH", 2)
    assert running.run(Jobs()).rows == 5


@on_sqlite
def test_turned_off_or_deleted_nothing_is_told(session, told, clock):
    off, gone = make_account(), make_account()
    first, second = keep(off, frequency=Frequency.DAILY), keep(gone, frequency=Frequency.DAILY)
    clock.advance(minutes=1)
    publish(title="大数据开发工程师")
    told(off)
    with unit_of_work() as unit:
        saved = saving.find(unit, unit.get_one(Account, off.id), first.public_id)
        saving.change(unit, saved, name="关了", frequency=Frequency.OFF)
        saving.remove(unit, saving.find(unit, unit.get_one(Account, gone.id), second.public_id))
    clock.advance(hours=24)
    assert told(off) == told(gone) == []


@on_sqlite
def test_an_engine_that_is_away_keeps_nobody_waiting(app, session, told, clock, monkeypatch):
    person = make_account()
    keep(person, "大数据")
    clock.advance(minutes=1)
    publish(title="大数据开发工程师")
    session.rollback()

    def away(*_arguments, **_named):
        raise EngineUnavailable("off")

    with monkeypatch.context() as patched:
        patched.setattr(running, "side_index", away)
        answer = app.test_cli_runner().invoke(args=["alerts", "run"])
        assert answer.exit_code == 1
        assert json.loads(answer.stdout.splitlines()[-1]) == {"error": "off"}
    answer = app.test_cli_runner().invoke(args=["alerts", "run"])
    assert answer.exit_code == 0
    last = json.loads(answer.stdout.splitlines()[-1])
    assert last.pop("seconds") >= 0
    assert last == {"rows": 1, "searches": 1, "queries": 1, "noted": 1, "held": False}
    assert len(told(person)) == 1


#: A run in a process of its own that is killed while the second slice is being noted.
KILLED = """
import os, signal, sys
from datetime import datetime
from talentmarket import create_app
from talentmarket.core.clock import FixedClock
from talentmarket.discovery.alerts import running
from talentmarket.discovery.alerts.jobs import Jobs

running.SLICE = 3
note, slices = running._note, []

def noting(*arguments):
    noted = note(*arguments)
    slices.append(noted)
    if len(slices) == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return noted

running._note = noting
app = create_app(clock=FixedClock(datetime.fromisoformat(sys.argv[1])))
with app.app_context():
    running.run(Jobs())
"""


@on_sqlite
def test_kill_9_in_the_middle_of_a_slice_loses_and_doubles_nothing(
    session, told, clock, database, settings
):
    people = [make_account() for _ in range(7)]
    for person in people:
        keep(person, "大数据")
    clock.advance(minutes=1)
    publish(title="大数据开发工程师")
    database_id()
    session.rollback()
    ended = python_beside(KILLED, database, settings, clock.now().isoformat())
    assert ended.returncode == -signal.SIGKILL, ended.stderr[-2000:]
    noted = sa.select(sa.func.count()).select_from(JobAlert)
    assert session.scalar(noted) == 3, "the slice that was being noted is not there"
    session.rollback()
    clock.advance(minutes=6)
    assert next(ran.searches for ran in working.run_all()) == 4
    notices = session.scalars(sa.select(Notice.account_id).where(Notice.code == "alert.jobs"))
    assert sorted(notices) == sorted(person.id for person in people)

"""What suits, out of the night's lists, in the one digest: once, with reasons, never against a will."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from talentmarket.core import clock as clocks
from talentmarket.core.outbox import changed
from talentmarket.core.uow import unit_of_work
from talentmarket.discovery.alerts import saving, suiting, working
from talentmarket.discovery.alerts.asked import Asked
from talentmarket.discovery.alerts.models import Frequency, JobAlert, SavedSearch, TalentAlert
from talentmarket.exchange import exclusions
from talentmarket.exchange.models import Channel, Exclusion, Job, JobState
from talentmarket.matching import batch
from talentmarket.matching.kept import MatchHead
from talentmarket.members.models import Account, OrganisationKind, Talent, TalentBlock, Visibility
from talentmarket.notices.digest import run_digests
from talentmarket.notices.models import Delivery, Notice
from talentmarket.notices.sending import send_due, words_of
from tests.factories import (
    make_account,
    make_application,
    make_job,
    make_licence,
    make_member,
    make_organisation,
    make_talent,
)
from tests.fixtures.databases import on_sqlite
from tests.integration.alerts.conftest import keep, make_reader, publish, titles, touch

MORNING = datetime(2025, 12, 1, 0, 1, tzinfo=UTC)  # Monday, one past eight
SKILLS = {"spark": 4, "sql": 4, "flink": 4, "python": 4}


def ask(account: Account, frequency=Frequency.DAILY, desk: saving.Desk | None = None):
    """Be told of what suits."""
    with unit_of_work() as session:
        saved, _new = saving.save(
            session,
            session.get_one(Account, account.id),
            Asked(),
            name="适合的",
            frequency=frequency,
            desk=desk,
            by_match=True,
        )
    return saved


def night(session) -> None:
    """The lists are worked out, and what suits is noted."""
    batch.run()
    suiting.work()
    session.expire_all()


def waiting(session, account: Account) -> list[str]:
    """Titles of the jobs that wait, in the order in which they were noted."""
    session.rollback()
    rows = sa.select(Job.title).join(JobAlert, JobAlert.job_id == Job.id)
    return list(
        session.scalars(
            rows.where(JobAlert.account_id == account.id, JobAlert.told_at.is_(None)).order_by(
                JobAlert.id
            )
        )
    )


def able(account: Account, **values) -> Talent:
    """A profile that suits the jobs of these tests."""
    return make_talent(account, skills=SKILLS, years_tenths=60, **values)


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


def desk_of(session) -> SimpleNamespace:
    own = make_organisation("岷江云计算有限公司")
    firm = make_organisation("锦程人才服务有限公司", kind=OrganisationKind.HR_FIRM)
    make_licence(firm)
    return SimpleNamespace(
        own=own,
        firm=firm,
        job=make_job(firm, employer_id=own.id, title="数据岗位"),
        consultant=make_member(firm),
    )


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
    ended = subprocess.run(
        [sys.executable, "-c", KILLED, clock.now().isoformat(), where],
        env={
            **os.environ,
            "DATABASE_URL": database.url,
            "TALENTMARKET_INSTANCE": str(settings.instance),
            "SECRET_KEY": "x" * 40,
        },
        capture_output=True,
        text=True,
        timeout=120,
    )
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


@on_sqlite
def test_the_pages_offer_it_list_it_and_change_it(session, make_client, drain, told, clock):
    person = make_account()
    able(person)
    publish(title="好岗位")
    drain()
    client = make_client(person)
    assert "/me/saved-searches/suiting" in client.get("/me/matches").get_data(as_text=True)
    page = client.get("/me/saved-searches/suiting").get_data(as_text=True)
    assert 'value="daily"' in page
    assert 'value="at_once"' not in page, "it is found at night"
    sent = client.post("/me/saved-searches/suiting", data={"name": "好的", "frequency": "at_once"})
    assert sent.status_code == 422
    sent = client.post("/me/saved-searches/suiting", data={"name": "好的", "frequency": "daily"})
    address = sent.location
    assert (
        client.post(
            "/me/saved-searches/suiting", data={"name": "又", "frequency": "weekly"}
        ).location
        == address
    ), "one is enough"
    page = client.get(address).get_data(as_text=True)
    assert "还没有告诉过您岗位" in page
    assert "/feed" not in page
    assert client.post(f"{address}/feed").status_code == 404, "for nobody else's eyes"
    night(session)
    clock.set(MORNING)
    told(person)
    listed = client.get("/me/saved-searches").get_data(as_text=True)
    assert "1 个新的" in listed
    assert "您的档案" in listed
    assert "好岗位" in client.get(address).get_data(as_text=True)
    client.post(address, data={"name": "好的", "frequency": "off"})
    assert session.scalars(sa.select(SavedSearch.frequency)).one() is Frequency.OFF
    client.post(f"{address}/delete")
    assert session.query(SavedSearch).count() == 0


@on_sqlite
def test_the_desk_asks_for_a_job_of_its_own(session, make_client, drain, told, clock):
    desk = desk_of(session)
    clock.advance(minutes=1)
    some = able(make_account())
    with unit_of_work() as unit:
        changed(unit, "talent", some.public_id)
    drain()
    client = make_client(desk.consultant)
    base = f"/org/{desk.firm.public_id}/saved-searches/suiting"
    assert client.get(base).status_code == 403, "people are looked for with a purpose"
    other = make_job(make_organisation())
    assert client.get(f"{base}?job={other.public_id}").status_code == 403
    page = client.get(f"/org/{desk.firm.public_id}/talents?job={desk.job.public_id}").get_data(
        as_text=True
    )
    asked = f"{base}?job={desk.job.public_id}"
    assert asked in page
    sent = client.post(asked, data={"name": "数据岗位", "frequency": "weekly"})
    page = client.get(sent.location).get_data(as_text=True)
    assert "适合的人才" in page
    assert "岗位的要求" in page
    assert "/talents/" in page, "a card"
    night(session)
    clock.set(MORNING)
    told(desk.consultant)
    listed = client.get(f"/org/{desk.firm.public_id}/saved-searches").get_data(as_text=True)
    assert "1 个新的" in listed


@pytest.fixture
def engine() -> str:
    """The searches beside are run on the embedded engine."""
    return "embedded"

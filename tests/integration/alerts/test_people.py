"""Saved searches for people: the rules of the search hold when it is saved, run, told and shown."""

from __future__ import annotations

import re
from types import SimpleNamespace
from unittest.mock import Mock

import pytest
import sqlalchemy as sa

from search.errors import SearchError
from talentmarket.core import clock as clocks
from talentmarket.core.outbox import changed
from talentmarket.core.uow import unit_of_work
from talentmarket.discovery.alerts import counting, known, saving
from talentmarket.discovery.alerts.models import Frequency, SavedSearch, TalentAlert
from talentmarket.exchange.models import Job, JobState
from talentmarket.members.models import (
    Membership,
    OrganisationKind,
    ProfileOpening,
    Talent,
    TalentBlock,
    Visibility,
)
from tests.factories import make_job, make_licence, make_member, make_organisation, make_talent
from tests.fixtures.databases import on_sqlite
from tests.integration.alerts.conftest import keep

both_engines = pytest.mark.parametrize(
    "engine", ["embedded", pytest.param("elastic", marks=pytest.mark.elastic)], indirect=True
)


@pytest.fixture
def desk(session) -> SimpleNamespace:
    own = make_organisation("岷江云计算有限公司")
    firm = make_organisation("锦程人才服务有限公司", kind=OrganisationKind.HR_FIRM)
    make_licence(firm)
    return SimpleNamespace(
        own=own,
        firm=firm,
        job=make_job(firm, employer_id=own.id),
        member=make_member(own),
        consultant=make_member(firm),
    )


def arrive(**values) -> Talent:
    """Somebody who can be found from now on."""
    talent = make_talent(**values)
    with unit_of_work() as session:
        changed(session, "talent", talent.public_id)
    return talent


def block(talent: Talent, organisation) -> None:
    with unit_of_work() as session:
        session.add(
            TalentBlock(
                talent_id=talent.id,
                name=organisation.name,
                name_folded=organisation.name_folded,
                created_at=clocks.now(),
            )
        )
        changed(session, "talent", talent.public_id)


def saved_by(desk) -> None:
    keep(desk.member, "数据", desk=saving.Desk(desk.own))
    keep(desk.consultant, "数据", desk=saving.Desk(desk.firm, desk.job.public_id))


def counts(notices) -> list[int]:
    return [one["count"] for one in notices]


@both_engines
def test_new_people_are_told_once_and_blocks_bind_every_firm(session, told, clock, desk):
    arrive(headline="早就在的数据工程师")
    told(desk.member)
    clock.advance(minutes=1)
    saved_by(desk)
    clock.advance(minutes=1)
    arrive(headline="数据工程师甲")
    arrive(headline="不公开的数据工程师", visibility=Visibility.PRIVATE)
    block(arrive(headline="屏蔽了单位的数据工程师"), desk.own)
    assert counts(told(desk.member)) == [1]
    assert counts(told(desk.consultant)) == [1]
    clock.advance(minutes=1)
    assert counts(told(desk.member)) == [1]


@both_engines
def test_who_passed_already_is_not_new_after_a_change(
    session, told, make_client, drain, clock, desk
):
    there = arrive(headline="量子工程师")
    elsewhere = arrive(headline="会计")
    drain()
    base = f"/org/{desk.own.public_id}/saved-searches"
    client = make_client(desk.member)
    client.post(f"{base}/new?q=量子", data={"name": "找量子", "frequency": "at_once"})
    assert told(desk.member) == []
    clock.advance(minutes=1)
    for person, headline in ((there, "量子测控工程师"), (elsewhere, "量子会计")):
        with unit_of_work() as unit:
            row = unit.get_one(Talent, person.id)
            row.headline, row.updated_at = headline, clocks.now()
            changed(unit, "talent", row.public_id)
    drain()
    saved = session.scalars(sa.select(SavedSearch)).one()
    assert counting.new_people(session, [saved], desk.own) == {saved.id: 1}
    assert counts(told(desk.member)) == [1]
    rows = session.scalars(sa.select(TalentAlert.talent_id)).all()
    assert rows == [elsewhere.id]
    clock.advance(hours=1)
    client.get(f"{base}/{saved.public_id}")
    clock.advance(minutes=1)
    with unit_of_work() as unit:  # told before: not counted again
        row = unit.get_one(Talent, elsewhere.id)
        row.updated_at = clocks.now()
        changed(unit, "talent", row.public_id)
    drain()
    session.expire_all()
    assert counting.new_people(session, [saved], desk.own) == {saved.id: 0}


@on_sqlite
@pytest.mark.parametrize("found", ["too many", "engine away"])
def test_where_it_is_not_known_who_passed_a_change_is_told(
    session, told, make_client, drain, clock, desk, monkeypatch, found
):
    there = arrive(headline="量子工程师")
    arrive(headline="量子算法工程师")
    drain()
    if found == "too many":
        monkeypatch.setattr(known, "MOST", 1)
    else:
        away = SimpleNamespace(call=Mock(side_effect=SearchError("away")))
        monkeypatch.setattr(known, "handle", lambda: away)
    base = f"/org/{desk.own.public_id}/saved-searches"
    data = {"name": "找量子", "frequency": "at_once"}
    assert make_client(desk.member).post(f"{base}/new?q=量子", data=data).status_code == 302
    monkeypatch.undo()
    clock.advance(minutes=1)
    with unit_of_work() as unit:
        row = unit.get_one(Talent, there.id)
        row.headline, row.updated_at = "量子测控工程师", clocks.now()
        changed(unit, "talent", row.public_id)
    assert counts(told(desk.member)) == [1]


@on_sqlite
@pytest.mark.parametrize("change", ["block", "hide", "leave", "purpose"])
def test_what_changes_before_it_is_told_holds(session, told, clock, desk, change):
    keep(desk.member, "数据", Frequency.DAILY, desk=saving.Desk(desk.own))
    keep(desk.consultant, "数据", Frequency.DAILY, desk=saving.Desk(desk.firm, desk.job.public_id))
    clock.advance(minutes=1)
    person = arrive(headline="数据工程师甲")
    assert told(desk.member) == told(desk.consultant) == []
    if change == "block":
        block(person, desk.own)
    with unit_of_work() as unit:
        if change == "hide":  # the index has not heard of it
            unit.get_one(Talent, person.id).visibility = Visibility.PRIVATE
        elif change == "leave":
            for row in unit.query(Membership):
                row.removed_at = clocks.now()
        elif change == "purpose":
            unit.get_one(Job, desk.job.id).state = JobState.PAUSED
    clock.advance(hours=24)
    assert counts(told(desk.member)) == ([1] if change == "purpose" else [])
    assert told(desk.consultant) == []


@on_sqlite
def test_the_pages_show_the_cards_of_the_search_and_opening_one_leaves_its_trace(
    session, make_client, drain, clock, desk
):
    clock.advance(minutes=1)
    person = arrive(headline="数据工程师甲")
    hidden = arrive(headline="数据工程师乙")
    block(hidden, desk.own)
    drain()
    client = make_client(desk.consultant)
    base = f"/org/{desk.firm.public_id}"
    assert client.get(f"{base}/saved-searches/new?q=数据").status_code == 403, "no purpose"
    search = client.get(f"{base}/talents?q=数据&job={desk.job.public_id}").get_data(as_text=True)
    assert "保存搜索" in search
    answer = client.post(
        f"{base}/saved-searches/new?q=数据&job={desk.job.public_id}",
        data={"name": "找数据", "frequency": "daily"},
    )
    page = client.get(answer.location).get_data(as_text=True)
    assert "数据工程师甲" in page
    assert "数据工程师乙" not in page
    assert "找数据" in client.get(f"{base}/saved-searches").get_data(as_text=True)
    card = re.search(rf'href="({base}/talents/[^"]+)"', page)[1].replace("&amp;", "&")
    assert client.get(card).status_code == 200
    session.expire_all()
    opened = session.query(ProfileOpening).filter_by(talent_id=person.id).one()
    assert opened.subject_id == desk.job.public_id
    colleague = make_client(make_member(desk.firm))
    assert colleague.get(answer.location).status_code == 404
    assert (
        make_client(desk.consultant)
        .get(f"/me/saved-searches/{answer.location.rsplit('/', 1)[1]}")
        .status_code
        == 404
    )
    clock.advance(minutes=31)
    with unit_of_work() as unit:
        unit.get_one(Job, desk.job.id).state = JobState.PAUSED
    page = client.get(answer.location).get_data(as_text=True)
    assert "这个搜索的岗位已经结束" in page
    assert "数据工程师甲" not in page

"""People the platform recommends beside those who applied: anonymous, and nobody who objects."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from talentmarket.core.db import db
from talentmarket.core.events import Actor
from talentmarket.core.roles import OrgRole
from talentmarket.core.uow import unit_of_work
from talentmarket.discovery.recommended import recommended
from talentmarket.exchange.models import Channel, Job
from talentmarket.members.blocks import add_block
from talentmarket.members.models import (
    Account,
    Organisation,
    OrganisationKind,
    OrganisationState,
    Talent,
)
from talentmarket.web.org_desk.people import among
from tests.factories import make_application, make_job, make_member, make_organisation
from tests.fixtures.databases import on_sqlite
from tests.guards.test_pages import STATEMENTS, counted

MARK = "平台推荐，未申请"


def row(points):
    return {"score": None if points is None else {"total": points}}


def test_they_stand_by_their_points_behind_equals_and_move_nobody():
    rows = [row(80), row(None), row(60), row(40)]
    mixed = among(rows, [row(90), row(60), row(50), row(10)])
    assert [one["score"] and one["score"]["total"] for one in mixed] == [
        *(90, 80, None, 60, 60, 50, 40, 10)
    ]
    assert [one for one in mixed if any(one is row for row in rows)] == rows
    assert among([], [row(5)]) == [row(5)]


def change(row, **values):
    with unit_of_work() as unit:
        unit.execute(sa.update(type(row)).where(type(row).id == row.id).values(**values))


def names(session, market):
    """Who is recommended, by profile."""
    session.expire_all()
    job, own = session.get_one(Job, market.data.id), session.get_one(Organisation, market.own.id)
    return [one.talent.id for one in recommended(session, own, job)]


@on_sqlite
def test_the_desk_lists_them_as_cards_with_a_way_to_invite(session, make_client, market):
    org, job = market.own.public_id, market.data.public_id
    address = f"/org/{org}/applications/jobs/{job}"
    desk = make_client(market.owner)
    with counted(db.engine) as sent:
        page = desk.get(address).get_data(as_text=True)
    assert len(sent) <= STATEMENTS
    assert page.count(MARK) == 2
    assert "林知遥" not in page
    assert f"/org/{org}/invitations/new?card=" in page
    for other in ("?order=time", "?view=board", "?state=viewed", "?view=ended"):
        assert MARK not in desk.get(address + other).get_data(as_text=True), other
    manager = make_member(market.own, OrgRole.HIRING_MANAGER)
    change(market.data, manager_id=manager.id)
    assert MARK not in make_client(manager).get(address).get_data(as_text=True)

    make_application(market.data, market.public)
    page = desk.get(address).get_data(as_text=True)
    assert page.count(MARK) == 1
    card = page.split("/invitations/new?card=")[1].split("&")[0].split('"')[0]
    assert desk.post(f"/org/{org}/invitations/new", data={"card": card, "job": job}).location
    assert MARK not in desk.get(address).get_data(as_text=True)


@on_sqlite
def test_nobody_is_recommended_to_whom_they_keep_away(session, market, drain):
    both = {market.talent.id, market.public.id}
    assert set(names(session, market)) == both
    with unit_of_work() as unit:
        own = unit.get_one(Talent, market.talent.id)
        add_block(unit, own, market.own.name, market.own.uscc, actor=Actor())
    assert names(session, market) == [market.public.id], "before the index has heard of it"
    drain()
    assert names(session, market) == [market.public.id]
    change(session.get_one(Account, market.public.account_id), personal_ranking=False)
    assert names(session, market) == []
    change(session.get_one(Account, market.public.account_id), personal_ranking=True)
    assert names(session, market) == [market.public.id]
    change(market.own, state=OrganisationState.LAPSED)
    assert names(session, market) == []


@on_sqlite
def test_who_blocks_those_the_employer_of_the_job_acts_for_is_not_recommended(
    session, make_client, market
):
    """A job of another employer: asked once for all the people of the list."""
    employer = make_organisation(kind=OrganisationKind.HR_FIRM)
    host = make_organisation()
    make_job(employer, channel=Channel.DISPATCHED, client_name=host.name)
    change(market.data, employer_id=employer.id, channel=Channel.AGENCY)
    both = {market.talent.id, market.public.id}
    with counted(db.engine) as free:
        assert set(names(session, market)) == both
    with unit_of_work() as unit:
        add_block(unit, unit.get_one(Talent, market.talent.id), host.name, actor=Actor())
    with counted(db.engine) as bound:
        assert names(session, market) == [market.public.id]
    assert len(bound) <= len(free)
    desk = make_client(market.owner)
    path = f"/org/{market.own.public_id}/applications/jobs/{market.data.public_id}"
    assert desk.get(path).get_data(as_text=True).count(MARK) == 1
    with counted(db.engine) as sent:
        desk.get(path)
    assert len(sent) <= STATEMENTS


@pytest.mark.parametrize("state", ["paused", "draft", "filled"])
@on_sqlite
def test_a_job_that_is_not_published_has_none(session, state):
    job = make_job(state=state)
    assert recommended(session, job.organisation, job) == []

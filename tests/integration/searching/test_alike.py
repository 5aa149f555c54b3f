"""Profiles like the one that is looked at: cards only, of people who may be found, and counted."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from talentmarket.core.ids import card_id
from talentmarket.core.outbox import changed
from talentmarket.core.uow import unit_of_work
from talentmarket.discovery.alike import alike
from talentmarket.members.models import (
    Account,
    Organisation,
    ProfileOpening,
    Talent,
    Visibility,
)
from tests.factories import block_of, make_account, make_talent
from tests.fixtures.databases import on_sqlite
from tests.fixtures.search_engines import ENGINES

pytestmark = on_sqlite


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """The same on either engine."""
    return str(request.param)


@pytest.fixture
def others(session, market, drain) -> list[Talent]:
    """One with two skills of the person in the market, one with one, one of another trade."""
    made = [
        make_talent(skills=skills, occupations=aims, visibility=Visibility.ORGANISATIONS)
        for skills, aims in (
            ({"spark": 3, "sql": 3}, ("2-02-38-03",)),
            ({"spark": 2}, ("2-02-38-03",)),
            ({"photoshop": 3}, ("4-13-05-02",)),
        )
    ]
    with unit_of_work() as unit:
        changed(unit, "talent", *(one.public_id for one in made))
    drain()
    return made


def found(session, market):
    session.expire_all()
    own = session.get_one(Organisation, market.own.id)
    return alike(session, own, session.get_one(Talent, market.talent.id))


def test_the_most_alike_stand_first_and_strangers_do_not(session, market, others):
    rows = found(session, market)
    ids = [one.talent.id for one in rows]
    assert market.talent.id not in ids
    assert others[2].id not in ids
    assert market.private.id not in ids
    assert ids.index(others[0].id) < ids.index(others[1].id)
    points = [one.similar.points for one in rows]
    assert points == sorted(points, reverse=True)
    assert "spark" in next(one for one in rows if one.talent.id == others[1].id).similar.shared


def test_who_blocks_hides_or_switched_ranking_off_is_not_shown(session, market, others):
    one, other = others[:2]
    with unit_of_work() as unit:  # the index has not heard of any of it
        unit.add(block_of(one, market.own))
        unit.get_one(Account, other.account_id).personal_ranking = False
    ids = [row.talent.id for row in found(session, market)]
    assert one.id not in ids
    assert other.id not in ids
    with unit_of_work() as unit:
        unit.get_one(Account, session.get_one(Talent, market.talent.id).account_id)
        unit.execute(
            sa.update(Account).where(Account.id == market.person.id).values(personal_ranking=False)
        )
    assert found(session, market) == []  # nobody is compared by a profile that is not to be ranked


def test_a_card_shows_cards_and_opening_one_is_written_down(
    app, session, make_client, market, others
):
    org, job = market.own.public_id, market.data.public_id
    secret = app.extensions["talentmarket_settings"].secret_key
    card = card_id(secret, org, market.talent.id)
    client = make_client(market.owner)
    page = client.get(f"/org/{org}/talents/{card}?job={job}").get_data(as_text=True)
    part = page[page.index("相近的人才") :]
    urls = re.findall(r'<h3><a href="(/\S*talents/\S+?)">T-', part)
    assert urls
    assert all(f"job={job}" in url for url in urls)
    assert market.talent.public_id not in page

    def openings() -> set[int]:
        session.rollback()
        return set(session.scalars(sa.select(ProfileOpening.talent_id)))

    assert openings() == {market.talent.id}  # standing in the list opens nothing, as in the search
    assert client.get(urls[0].replace("&amp;", "&")).status_code == 200
    assert len(openings()) == 2


def test_a_firm_needs_a_purpose(app, make_client, market, others):
    secret = app.extensions["talentmarket_settings"].secret_key
    org = market.firm.public_id
    card = card_id(secret, org, market.talent.id)
    client = make_client(market.firm_owner)
    assert client.get(f"/org/{org}/talents/{card}").status_code == 404
    page = client.get(f"/org/{org}/talents/{card}?job={market.agency.public_id}")
    assert "相近的人才" in page.get_data(as_text=True)


def test_the_engine_being_away_leaves_the_card(app, session, make_client, market, monkeypatch):
    from search.errors import EngineUnavailable

    def away(_ask: object) -> None:
        raise EngineUnavailable("away")

    monkeypatch.setattr(app.extensions["talentmarket_search"], "call", away)
    assert found(session, market) == []


def test_somebody_without_skills_or_aim_has_none(session, market, make_client):
    bare = make_talent(
        make_account(), skills={}, occupations=(), visibility=Visibility.ORGANISATIONS
    )
    session.expire_all()
    own = session.get_one(Organisation, market.own.id)
    assert alike(session, own, session.get_one(Talent, bare.id)) == []

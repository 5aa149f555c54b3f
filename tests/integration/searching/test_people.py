"""People for verified organisations, with a purpose; public cards; directories; first page."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from talentmarket.core.outbox import changed
from talentmarket.core.uow import unit_of_work
from talentmarket.discovery.talents import TalentQuery, search_talents
from talentmarket.exchange.models import Job
from talentmarket.members.models import Organisation, ProfileOpening, Talent, Visibility
from talentmarket.web.talents import organisation as area
from tests.factories import block_of, make_organisation, make_talent
from tests.fixtures.databases import on_sqlite

pytestmark = on_sqlite


def read(client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.get_data(as_text=True)


def cards(page: str) -> list[str]:
    """Addresses of the cards on a page."""
    found = re.findall(r'<h3><a href="(/\S*talents/\S+?)">T-', page)
    return [url.replace("&amp;", "&") for url in found]


def openings(session, talent) -> list[ProfileOpening]:
    session.rollback()
    return list(session.scalars(sa.select(ProfileOpening).filter_by(talent_id=talent.id)))


def test_an_organisation_finds_people_without_names(make_client, market):
    page = read(make_client(market.owner), f"/org/{market.own.public_id}/talents")
    assert len(cards(page)) == 2
    assert "不公开的人" not in page
    assert "林知遥" not in page
    assert "岷江软件" not in page
    assert "score-value" not in page


def test_a_job_ranks_them_and_is_the_purpose(make_client, market, session):
    client = make_client(market.owner)
    page = read(client, f"/org/{market.own.public_id}/talents?job={market.data.public_id}")
    assert "score-value" in page
    for url in cards(page):
        shown = read(client, url)
        assert "逐项要求" in shown
        parts = re.findall(r'<b data-points="(\d+)"', shown)
        total = re.search(r'data-total="(\d+)"', shown)
        assert total is not None
        assert sum(map(int, parts)) == int(total[1])
        read(client, url)  # a second look on the same day leaves no second trace
    (opening,) = openings(session, market.talent)
    assert (opening.purpose, str(opening.level)) == ("match", "card")
    assert opening.subject_id == market.data.public_id
    assert opening.organisation_id == market.own.id
    assert "岷江云计算" in read(make_client(market.person), "/me/openings")


def test_who_blocks_is_not_counted_while_the_index_waits(market, session):
    """Total and facets say what the list shows, also before the index has heard of the block."""

    def counted(organisation, job=None):
        session.rollback()
        own = session.get_one(Organisation, organisation.id)
        named = job and session.get_one(Job, job.id)
        found = search_talents(session, own, TalentQuery(), named)
        return found.total, len(found.rows), dict(found.facets["skill"])["spark"]

    firm = (market.firm, market.agency)
    assert counted(market.own) == counted(*firm) == (2, 2, 2)
    with unit_of_work() as unit:
        unit.add(block_of(market.talent, market.own))
        changed(unit, "talent", market.talent.public_id)
    assert counted(market.own) == counted(*firm) == (1, 1, 1)
    assert counted(market.other) == (2, 2, 2)


def test_a_look_without_a_job_is_another_purpose(make_client, market, session):
    client = make_client(market.owner)
    for url in cards(read(client, f"/org/{market.own.public_id}/talents")):
        assert "逐项要求" not in read(client, url)
    (opening,) = openings(session, market.talent)
    assert (opening.purpose, opening.subject_id) == ("search", None)


def test_the_daily_number_of_cards_is_limited(make_client, market, session, monkeypatch, clock):
    monkeypatch.setattr(area, "DAILY_CARDS", 1)
    client = make_client(market.owner)
    first, second = cards(read(client, f"/org/{market.own.public_id}/talents"))
    assert client.get(first).status_code == 200
    assert client.get(second).status_code == 429
    assert client.get(first).status_code == 200  # what was opened stays open for the day
    found = openings(session, market.talent) + openings(session, market.public)
    assert len(found) == 1
    clock.advance(days=1)
    assert client.get(second).status_code == 200


def test_card_ids_are_worth_nothing_elsewhere(make_client, market):
    (card, *_rest) = cards(read(make_client(market.owner), f"/org/{market.own.public_id}/talents"))
    number = card.rsplit("/", 1)[1]
    firm = make_client(market.firm_owner)
    org, job = market.firm.public_id, market.agency.public_id
    assert firm.get(f"/org/{org}/talents/{number}?job={job}").status_code == 404
    assert firm.get(card).status_code == 404
    theirs = cards(read(firm, f"/org/{org}/talents?job={job}"))
    assert theirs
    assert not {url.rsplit("/", 1)[1][:26] for url in theirs} & {number}


def test_a_firm_searches_for_a_named_job_only(make_client, market):
    client = make_client(market.firm_owner)
    page = read(client, f"/org/{market.firm.public_id}/talents")
    assert "请先选岗位" in page
    assert not cards(page)
    foreign = f"/org/{market.firm.public_id}/talents?job={market.data.public_id}"
    assert "请先选岗位" in read(client, foreign)
    own = f"/org/{market.firm.public_id}/talents?job={market.agency.public_id}"
    assert cards(read(client, own))


def test_an_unverified_organisation_finds_nobody(make_client, market):
    page = read(make_client(market.unverified_owner), f"/org/{market.unverified.public_id}/talents")
    assert "单位还没有通过核验" in page
    assert not cards(page)


@pytest.mark.parametrize("indexed", [True, False])
def test_a_block_binds_the_employer_and_firms_that_act_for_it(
    make_client, market, session, drain, indexed
):
    with unit_of_work() as unit:
        unit.add(block_of(market.talent, market.own))
        changed(unit, "talent", market.talent.public_id)
    if indexed:
        drain()
    job = market.agency.public_id  # posted for the blocked employer
    seen = {
        "own": read(make_client(market.owner), f"/org/{market.own.public_id}/talents"),
        "firm": read(
            make_client(market.firm_owner), f"/org/{market.firm.public_id}/talents?job={job}"
        ),
    }
    assert {who: len(cards(page)) for who, page in seen.items()} == {"own": 1, "firm": 1}


def test_only_public_people_stand_on_the_public_page(client, market, session):
    page = read(client, "/talents")
    (card,) = cards(page)
    assert "公开的数据工程师" in page
    shown = read(client, card)
    assert "岷江软件" not in shown
    with unit_of_work() as unit:
        unit.get_one(Talent, market.public.id).visibility = Visibility.ORGANISATIONS
    assert client.get(card).status_code == 404
    assert not cards(read(client, "/talents"))


def test_directories_list_verified_organisations(client, market):
    employers = read(client, "/organisations")
    assert "岷江云计算" in employers
    assert "锦程人才服务" not in employers
    assert market.unverified.name not in employers
    firms = read(client, "/firms")
    assert "锦程人才服务" in firms
    assert "许可证有效至" in firms
    assert "岷江云计算" in read(client, "/organisations?q=岷江")
    assert "没有找到单位" in read(client, "/organisations?q=没有这家单位")


def test_small_figures_are_hidden_on_the_first_page(client, market):
    page = read(client, "/")
    assert page.count("少于 10，不公布") == 4
    assert "86.4%" not in page
    assert "95.5%" in page  # 42 of 44 answers
    for _ in range(12):
        make_organisation()
        make_talent()
    page = read(client, "/")
    assert page.count("少于 10，不公布") == 2


def test_figures_are_kept_for_a_minute(app, client, market, clock):
    app.extensions.pop("talentmarket_market", None)
    app.testing = False
    try:
        read(client, "/")
        for _ in range(12):
            make_talent()
        assert read(client, "/").count("少于 10，不公布") == 4
        clock.advance(seconds=61)
        assert read(client, "/").count("少于 10，不公布") == 3
    finally:
        app.testing = True
        app.extensions.pop("talentmarket_market", None)


@pytest.mark.parametrize("address", ["/matching", "/rules", "/help", "/accessibility"])
def test_notices_open_for_everybody(client, make_client, market, address):
    assert "<h1>" in read(client, address)
    assert "<h1>" in read(make_client(market.person), address)

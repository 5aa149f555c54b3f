"""Lists for both sides on the pages: what their order is made of, and nothing of others in it."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from talentmarket.core.uow import unit_of_work
from talentmarket.discovery.talents import TalentQuery, search_talents
from talentmarket.exchange.models import Job
from talentmarket.matching import batch, mutual
from talentmarket.matching.kept import KeptMatch
from talentmarket.members.models import Account, Organisation, Talent, Visibility
from tests.fixtures.databases import on_sqlite
from tests.fixtures.search_engines import ENGINES
from tests.guards.markup import Page
from tests.guards.test_pages import HAN


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """The same on either engine."""
    return str(request.param)


def change(row, **values):
    with unit_of_work() as unit:
        unit.execute(sa.update(type(row)).where(type(row).id == row.id).values(**values))


def both_of(session, market):
    """The employer's list by talent."""
    session.expire_all()
    own, job = session.get_one(Organisation, market.own.id), session.get_one(Job, market.data.id)
    found = search_talents(session, own, TalentQuery(sort="mutual"), job)
    assert found.sort == "mutual"
    rows = [talent.public_id for _card, talent in found.rows]
    assert rows == [one.standing.talent for one in found.mutual.values()]
    return found.mutual


@on_sqlite
def test_an_employer_sees_for_whom_the_job_is_good_too(session, make_client, market):
    change(market.public, pay_low=9_000_000)  # far above what the job pays
    change(market.talent, pay_low=1_000_000)
    found = both_of(session, market)
    assert list(found) == [market.talent.public_id, market.public.public_id]
    assert found[market.public.public_id].wish < found[market.talent.public_id].wish
    client = make_client(market.owner)
    address = f"/org/{market.own.public_id}/talents?job={market.data.public_id}&sort=mutual"
    page = client.get(address).get_data(as_text=True)
    assert len(re.findall(r"<b>双向 \d+：</b>", page)) == 2
    assert "与本人意向" in page
    assert "曝光暂不计入" in page
    assert "林知遥" not in page


@on_sqlite
def test_a_wish_that_is_kept_back_tells_an_employer_nothing(session, market):
    """Whatever pay the person thinks of: the list is the same, as the section is closed."""
    seen = []
    for pay in (1_000_000, 9_000_000):
        change(market.talent, pay_low=pay, sections={"pay": Visibility.PRIVATE.value})
        one = both_of(session, market)[market.talent.public_id]
        seen.append((one.wish, one.asked, one.exact))
    assert seen[0] == seen[1]


@on_sqlite
def test_who_is_wanted_elsewhere_stands_lower_once_lists_are_made(
    session, make_client, market, monkeypatch
):
    monkeypatch.setattr(mutual, "FREE", 1)
    before = both_of(session, market)
    batch.run(lambda ran: None)
    session.rollback()
    with unit_of_work() as unit:
        unit.execute(
            sa.update(KeptMatch)
            .where(KeptMatch.talent_id == market.talent.id, KeptMatch.job_id != market.data.id)
            .values(exact=100.0, rank=1)
        )
    after = both_of(session, market)
    one = after[market.talent.public_id]
    assert one.ahead >= 1
    assert one.exposure > 0
    assert one.total == before[market.talent.public_id].total - one.exposure
    address = f"/org/{market.own.public_id}/talents?job={market.data.public_id}&sort=mutual"
    page = make_client(market.owner).get(address).get_data(as_text=True)
    assert "更适合此人" in page
    assert "曝光按" in page


@on_sqlite
def test_a_person_sees_jobs_that_would_want_them_too(session, make_client, market):
    change(market.talent, pay_low=1_000_000)
    client = make_client(session.get_one(Account, market.person.id))
    plain = client.get("/me/matches").get_data(as_text=True)
    assert "双向" not in plain
    page = client.get("/me/matches?order=mutual").get_data(as_text=True)
    assert 'aria-current="true">双方都合适' in page
    said = re.findall(r"<b>双向 (\d+)：</b>.*?调和平均 (\d+)", page, re.DOTALL)
    assert said
    assert [int(total) for total, _mean in said] == sorted(
        (int(total) for total, _mean in said), reverse=True
    )


@on_sqlite
def test_titles_of_jobs_are_marked_as_chinese_in_english(session, make_client, market):
    client = make_client(session.get_one(Account, market.person.id))
    client.set_cookie("lang", "en")
    page = Page(client.get("/me/matches").get_data(as_text=True))
    assert any(text.strip() == "Ask for a human review" for _spoken, text in page.texts)
    assert not [text for spoken, text in page.texts if spoken != "zh" and HAN.search(text)]
    found = Page(client.get("/me/skills?q=没有这样的技能").get_data(as_text=True))
    assert not [text for spoken, text in found.texts if spoken != "zh" and HAN.search(text)]


@on_sqlite
def test_who_switched_personal_ranking_off_is_in_neither(session, make_client, market):
    talent = session.get_one(Talent, market.talent.id)
    with unit_of_work() as unit:
        unit.get_one(Account, talent.account_id).personal_ranking = False
    session.expire_all()
    own, job = session.get_one(Organisation, market.own.id), session.get_one(Job, market.data.id)
    found = search_talents(session, own, TalentQuery(sort="mutual"), job)
    assert talent.public_id not in found.mutual
    page = make_client(session.get_one(Account, market.person.id)).get("/me/matches?order=mutual")
    assert "个性化排序已关闭" in page.get_data(as_text=True)

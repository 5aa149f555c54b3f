"""Saving a search: what is kept, for whom, how many; the pages that manage it."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from talentmarket.core.errors import Conflict
from talentmarket.core.outbox import changed
from talentmarket.core.uow import unit_of_work
from talentmarket.discovery.alerts import saving
from talentmarket.discovery.alerts.asked import Asked, read
from talentmarket.discovery.alerts.models import Frequency
from talentmarket.discovery.understanding import Wish
from talentmarket.members.models import Account
from tests.factories import make_account, make_job
from tests.fixtures.databases import on_sqlite


def keep(account, words="大数据", frequency=Frequency.DAILY, **named):
    with unit_of_work() as session:
        own = session.get_one(Account, account.id)
        return saving.save(session, own, Asked(words, **named), name=words, frequency=frequency)


def test_equal_searches_have_one_key_whoever_keeps_them():
    one = Asked("Java 成都", {"kind": ("part", "full"), "pay": ("4",)}, Wish(must=frozenset("a")))
    same = Asked("ｊａｖａ 成都", {"pay": ("4",), "kind": ("full", "part")}, one.wish)
    assert one.key("job") == same.key("job")
    assert read(one.stored()).key("job") == one.key("job")
    others = [Asked("Java"), Asked(one.words, one.filters), Asked(one.words, {}, one.wish)]
    assert len({one.key("job"), one.key("talent"), *(other.key("job") for other in others)}) == 5


def test_one_search_is_kept_once_and_fifty_in_all(session):
    person = make_account()
    first, new = keep(person)
    again, anew = keep(person)
    assert (new, anew) == (True, False)
    assert again.id == first.id
    for number in range(saving.MOST_SAVED - 1):
        keep(person, f"岗位{number}")
    with pytest.raises(Conflict, match="too-many-searches"):
        keep(person, "第五十一个")
    assert keep(make_account(), "第五十一个")[1]
    assert len(saving.of_account(session, person)) == 50


@pytest.fixture
def engine() -> str:
    """The pages are read on the embedded engine."""
    return "embedded"


@on_sqlite
def test_signed_out_nothing_of_the_search_is_lost(session, make_client, drain):
    drain()
    client = make_client()
    page = client.get("/jobs?q=大数据&region=510100&kind=full").get_data(as_text=True)
    form = page.split('aria-label="保存这次搜索"')[1].split("</form>")[0]
    fields = re.findall(r'name="(\w+)" value="([^"]*)"', form)
    sent = client.get("/me/saved-searches/new", query_string=[*fields, ("frequency", "weekly")])
    back = parse_qs(urlsplit(sent.location).query)["next"][0]
    person = make_account()
    signed_in = make_client(person)
    page = signed_in.get(back).get_data(as_text=True)
    assert re.search(r'value="weekly"[^>]*checked|checked[^>]*value="weekly"', page)
    action = re.search(r'action="(/me/saved-searches/new[^"]*)"', page)[1].replace("&amp;", "&")
    answer = signed_in.post(action, data={"name": "成都大数据", "frequency": "weekly"})
    assert answer.status_code == 302
    (saved,) = saving.of_account(session, person)
    assert (saved.name, saved.frequency) == ("成都大数据", Frequency.WEEKLY)
    assert saved.query == {"q": "大数据", "filters": {"kind": ["full"], "region": ["510100"]}}


@on_sqlite
def test_the_pages_list_count_change_and_delete(session, make_client, drain, clock):
    person = make_account()
    saved, _new = keep(person, "大数据")
    address = f"/me/saved-searches/{saved.public_id}"
    clock.advance(hours=2)
    job = make_job(title="大数据工程师")
    with unit_of_work() as unit:
        changed(unit, "job", job.public_id)
    drain()
    client = make_client(person)
    assert "1 个新的" in client.get("/me/saved-searches").get_data(as_text=True)
    page = client.get(address).get_data(as_text=True)
    assert "大数据工程师" in page
    assert "上次看过以后发布" in page
    assert "1 个新的" not in client.get("/me/saved-searches").get_data(as_text=True)
    assert client.post(address, data={"name": "", "frequency": "off"}).status_code == 422
    client.post(address, data={"name": "我的搜索", "frequency": "off"})
    page = client.get("/me/saved-searches").get_data(as_text=True)
    assert "我的搜索" in page
    assert "不提醒" in page
    other = make_client(make_account())
    assert other.get(address).status_code == 404
    assert other.post(f"{address}/delete").status_code == 404
    client.post(f"{address}/delete")
    assert saving.of_account(session, person) == []

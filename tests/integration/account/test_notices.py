"""Notices on the site and the daily mail."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from talentmarket.core.uow import unit_of_work
from talentmarket.members.models import Account
from talentmarket.notices.digest import run_digests
from talentmarket.notices.inbox import read_inbox, unread_count
from talentmarket.notices.models import Notice
from talentmarket.notices.send import notify
from talentmarket.notices.sending import words_of
from tests.factories.people import make_account
from tests.guards.markup import Page
from tests.integration.account.steps import deliveries, hold

CODE = "account.password_changed"
AT = {"at": {"moment": "2025-11-24T02:00:00+00:00"}}


def tell(account: Account, key: str | None = None, **more: object) -> bool:
    number = account.id
    with unit_of_work() as session:
        return notify(session, number, CODE, AT, key=key, **more)


@pytest.fixture
def person(session):
    account = make_account()
    hold(account, "lin@example.cn")
    return account


def test_a_key_makes_one_notice(session, person):
    assert [tell(person, "a"), tell(person, "a"), tell(person), tell(person)] == [
        True,
        False,
        True,
        True,
    ]
    assert unread_count(person.id) == 3


def test_the_newest_stands_first_whatever_was_stored_last(session, person, clock):
    """Rows brought in together, as a restored backup or a demo, come in an order of their own."""
    for key, days in (("a", 0), ("b", 2), ("c", 1)):
        tell(person, key)
        last = session.scalars(sa.select(Notice).order_by(Notice.id.desc())).first()
        with unit_of_work() as unit:
            unit.get_one(Notice, last.id).created_at = clock.now() + timedelta(days=days)
    session.expire_all()
    shown = [row.created_at for row, _words in read_inbox(session, person.id, "zh").items]
    assert len(shown) == 3
    assert shown == sorted(shown, reverse=True)


def test_the_inbox_speaks_the_readers_language(session, person, make_client):
    tell(person, link="/me/settings")
    client = make_client(person)
    assert "2025-11-24 10:00，您的登录密码已更改" in client.get("/me/notices").text
    english = client.get("/language/en", headers={"Referer": "/"})
    assert english.status_code == 302
    page = client.get("/me/notices").text
    assert "Your password was changed on 24 Nov 2025, 10:00" in page


def test_a_name_in_an_english_notice_is_said_to_be_chinese(session, person, make_client):
    number = person.id
    due = {"moment": "2025-11-24T02:00:00+00:00"}
    with unit_of_work() as unit:
        job = "数据（成都）工程师<b>急</b>"
        notify(unit, number, "application.received", {"number": "T-1", "job": job, "due": due})
    client = make_client(person)
    client.get("/language/en")
    page = Page(client.get("/me/notices").text)
    assert page.texts.count(("zh", "数据（成都）工程师")) == 1
    assert not [text for said, text in page.texts if said != "zh" and re.search("[一-鿿]", text)]
    assert not [one for one in page.elements if one.tag == "b" and "p" in one.inside]


def test_opening_a_notice_reads_it_and_leads_on(session, person, make_client):
    tell(person, link="/me/settings")
    client = make_client(person)
    name = session.scalars(sa.select(Notice.public_id)).one()
    answer = client.post("/me/notices/open", data={"notice": name})
    assert answer.location == "/me/settings"
    assert unread_count(person.id) == 0
    stranger = make_client(make_account())
    assert stranger.post("/me/notices/open", data={"notice": name}).status_code == 404


def test_all_are_marked_as_read_but_nobody_elses(session, person, make_client):
    other = make_account()
    tell(person)
    tell(other)
    make_client(person).post("/me/notices/read")
    assert (unread_count(person.id), unread_count(other.id)) == (0, 1)


def test_one_mail_a_day_with_what_is_new(session, person, clock):
    tell(person)
    tell(person)
    assert run_digests() == 1
    tell(person)
    assert run_digests() == 0, "one a day"
    clock.advance(days=1)
    assert run_digests() == 1
    mails = deliveries("digest")
    assert [mail[1]["count"] for mail in mails] == [2, 1]
    said = words_of("digest", mails[0][1], "zh")
    assert said.subject == "数才汇：2 条新通知"
    assert said.body.count("· 您的登录密码已更改") == 2


def test_not_at_night_and_not_what_was_read(session, person, clock, make_client):
    clock.advance(hours=15)  # 01:00 in Shanghai
    tell(person)
    assert run_digests() == 0
    clock.advance(hours=8)
    make_client(person).post("/me/notices/read")
    assert run_digests() == 0
    assert deliveries("digest") == []


def test_who_does_not_want_the_mail_gets_none(session, person):
    key = person.id
    with unit_of_work() as unit:
        unit.get_one(Account, key).daily_mail = False
    tell(person)
    assert run_digests() == 0
    assert deliveries("digest") == []


def test_what_has_a_deadline_is_mailed_at_once_and_not_again(session, person, clock):
    tell(person, deadline=clock.now() + timedelta(days=1), link="/me/settings")
    mails = deliveries("notice")
    assert len(mails) == 1
    said = words_of("notice", mails[0][1], "en")
    assert said.subject == "Shucai Exchange: Your password was changed"
    assert "Please act by 25 Nov 2025, 10:00" in said.body
    assert run_digests() == 0


def test_an_unknown_code_is_an_error_where_it_is_left(session, person):
    key = person.id
    with pytest.raises(KeyError), unit_of_work() as unit:
        notify(unit, key, "no such text")

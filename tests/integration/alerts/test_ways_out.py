"""The feed with a secret address, and the mail that ends with one click."""

from __future__ import annotations

import re
from email import message_from_bytes

from talentmarket.core.uow import unit_of_work
from talentmarket.exchange import exclusions
from talentmarket.exchange.models import Channel, Exclusion
from talentmarket.members.models import Account
from talentmarket.notices.models import Channel as Way
from talentmarket.notices.transports import Message, SmtpSender
from talentmarket.notices.unsubscribing import token_of
from tests.factories import make_account
from tests.fixtures.databases import on_sqlite
from tests.integration.alerts.conftest import keep, publish

pytestmark = on_sqlite


def test_one_post_without_signing_in_ends_the_mails(session, make_client):
    person, other = make_account(), make_account()
    client = make_client()
    address = f"/unsubscribe/{token_of(person.public_id)}"
    page = client.get(address)
    assert page.status_code == 200
    assert "退订" in page.get_data(as_text=True)
    assert session.get_one(Account, person.id).daily_mail, "a program that opens links ends nothing"
    answer = client.post(address, data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    session.expire_all()
    assert not session.get_one(Account, person.id).daily_mail
    assert session.get_one(Account, other.id).daily_mail
    for wrong in (person.public_id, address[13:-2] + "xx", "x" * 500):
        assert client.post(f"/unsubscribe/{wrong}").status_code == 404


def test_the_mail_says_how_it_ends(app):
    sender = SmtpSender("smtp://localhost", "no-reply@exchange.example")
    stop = "https://exchange.example/unsubscribe/token"
    message = Message(Way.MAIL, "a@b.example", "新岗位", "大数据", "key", stop)
    mail = message_from_bytes(sender._mail(message).as_bytes())
    assert mail["List-Unsubscribe"] == f"<{stop}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    plain = Message(Way.MAIL, "a@b.example", "验证码", "123456", "key", "/unsubscribe/token")
    assert sender._mail(plain)["List-Unsubscribe"] is None


def test_the_feed_is_secret_changed_and_taken_back(session, make_client, drain):
    person = make_account()
    saved = keep(person, "大数据")
    publish(title="大数据甲")
    publish(title="大数据外包", channel=Channel.OUTSOURCED)
    with unit_of_work() as unit:
        exclusions.add(unit, unit.get_one(Account, person.id), Exclusion.OUTSOURCED)
    drain()
    own, reader = make_client(person), make_client()
    page = f"/me/saved-searches/{saved.public_id}"

    def address(act: str = "") -> str | None:
        own.post(f"{page}/feed", data={"act": act})
        found = re.search(
            r'href="http://localhost(/feeds/[^"]+)"', own.get(page).get_data(as_text=True)
        )
        return found[1] if found else None

    first = address()
    answer = reader.get(first)
    assert answer.mimetype == "application/atom+xml"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    text = answer.get_data(as_text=True)
    assert "大数据甲" in text
    assert "大数据外包" not in text
    second = address()
    assert second not in (None, first)
    assert [reader.get(one).status_code for one in (first, second)] == [404, 200]
    assert address("revoke") is None
    assert reader.get(second).status_code == 404
    assert address() not in (None, first, second)
    assert make_client(make_account()).post(f"{page}/feed").status_code == 404
    assert reader.get("/feeds/guessed.atom").status_code == 404

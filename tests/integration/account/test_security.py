"""Passwords, the second factor, sessions, numbers and addresses."""

from __future__ import annotations

import pyotp
import pytest
import sqlalchemy as sa

from talentmarket.core.secrecy import digest
from talentmarket.core.uow import unit_of_work
from talentmarket.members import second_factor
from talentmarket.members.models import Account, SignInSession
from talentmarket.members.passwords import hash_password, verify_password
from tests.factories.people import make_account
from tests.integration.account.steps import (
    E164,
    GOOD,
    PHONE,
    account_of,
    deliveries,
    give_password,
    hold,
    is_in,
    last_code,
    sign_in,
)

NEW = "竹椅 茶碗 盖子 雨棚"


@pytest.fixture
def person(session):
    account = make_account(verified=False)
    hold(account, PHONE)
    give_password(account)
    return account


def _in(make_client, person):
    client = make_client()
    sign_in(client)
    assert is_in(client)
    return client


def test_a_changed_password_ends_other_sessions(session, make_client, person):
    other = make_client(person)
    client = _in(make_client, person)
    assert is_in(other)
    client.post("/me/security/password", data={"password": NEW})
    assert is_in(client)
    assert not is_in(other)
    assert verify_password(NEW, account_of().password_hash)
    assert len(deliveries("account.password_changed")) == 1


def test_a_hash_costs_what_the_standard_asks():
    """RFC 9106, second recommended option. (`app` of the other tests hashes cheaply.)"""
    assert hash_password(NEW).startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_own_words_make_no_password(session, make_client, person):
    client = _in(make_client, person)
    page = client.post("/me/security/password", data={"password": "13800004417"}).text
    assert "has-error" in page
    assert verify_password(GOOD, account_of().password_hash)


def test_reset(session, make_client, person):
    other = make_client(person)
    client = make_client()
    client.post("/reset", data={"act": "send", "identifier": PHONE})
    data = {"act": "enter", "identifier": PHONE, "code": last_code("reset"), "password": NEW}
    assert client.post("/reset", data=data).location == "/sign-in/password"
    assert not is_in(other)
    client.post("/sign-in/password", data={"identifier": PHONE, "password": NEW})
    assert is_in(client)


def test_what_protects_the_account_is_asked_for_again(session, make_client, person, clock):
    client = _in(make_client, person)
    clock.advance(minutes=11)
    answer = client.get("/me/data/erase")
    assert answer.location == "/me/prove?next=/me/data/erase"
    assert client.post("/me/data/erase", data={"sure": "y"}).status_code == 302
    assert account_of() is not None
    client.post("/me/prove", data={"given": "wrong"})
    assert client.get("/me/data/erase").status_code == 302
    client.post("/me/prove", data={"given": GOOD, "next": "/me/data/erase"})
    assert client.get("/me/data/erase").status_code == 200


def test_a_code_proves_too(session, make_client, person, clock):
    client = _in(make_client, person)
    clock.advance(minutes=11)
    client.post("/me/prove", data={"act": "send"})
    client.post("/me/prove", data={"given": last_code("prove")})
    assert client.get("/me/data/erase").status_code == 200


def test_sessions_are_listed_and_revoked(session, make_client, person):
    other = make_client(person)
    client = _in(make_client, person)
    rows = session.scalars(sa.select(SignInSession).order_by(SignInSession.id)).all()
    names = [row.token_digest[:16] for row in rows]
    assert names[0] in client.get("/me/security").text
    client.post("/me/security/sessions", data={"session": names[0]})
    assert not is_in(other)
    assert is_in(client)


def test_nobody_revokes_anothers_session(session, make_client, person):
    stranger = make_client(make_account())
    victim = make_client(person)
    assert is_in(victim)
    rows = session.scalars(sa.select(SignInSession).order_by(SignInSession.id.desc())).all()
    stranger.post("/me/security/sessions", data={"session": rows[0].token_digest[:16]})
    assert is_in(victim)


def test_log_out_everywhere(session, make_client, person):
    others = [make_client(person), make_client(person)]
    client = _in(make_client, person)
    client.post("/me/security/sessions/others")
    assert [is_in(one) for one in others] == [False, False]
    assert is_in(client)


def test_a_session_ends_by_itself_and_lives_on_when_used(session, make_client, person, clock):
    idle, used = make_client(person), make_client(person)
    clock.advance(days=20)
    assert is_in(used)
    clock.advance(days=11)
    assert is_in(used)
    assert not is_in(idle)


def test_second_factor(session, make_client, person, clock):
    client = _in(make_client, person)
    client.get("/me/security/second-factor")
    assert client.get("/me/security/second-factor/qr").mimetype == "image/svg+xml"
    secret = client.get("/me/security/second-factor").text
    secret = secret.split("<code>")[1].split("</code>")[0].replace(" ", "")
    totp = pyotp.TOTP(secret)
    wrong = client.post("/me/security/second-factor", data={"code": "12"}).text
    assert "动态口令不对" in wrong
    code = totp.at(clock.now())
    client.post("/me/security/second-factor", data={"code": code})
    assert account_of().totp_secret == secret

    clock.advance(minutes=2)
    other = make_client()
    assert sign_in(other).location == "/sign-in/second-factor"
    assert not is_in(other)
    code = totp.at(clock.now())
    other.post("/sign-in/second-factor", data={"code": code})
    assert is_in(other)

    third = make_client()
    third.post("/sign-in/password", data={"identifier": PHONE, "password": GOOD})
    replayed = third.post("/sign-in/second-factor", data={"code": code})
    assert "动态口令不对或已用过" in replayed.text
    assert not is_in(third)


def test_a_step_is_won_once(session, person, clock):
    secret = second_factor.new_secret()
    key = person.id
    with unit_of_work() as unit:
        unit.get_one(Account, key).totp_secret = secret
    code = pyotp.TOTP(secret).at(clock.now())
    won = []
    for _ in range(2):
        with unit_of_work() as unit:
            account = unit.get_one(Account, key)
            won.append(second_factor.use_second_factor(unit, account, code))
    assert won == [True, False]


def test_the_second_factor_is_limited(session, make_client, person, clock):
    key = person.id
    secret = second_factor.new_secret()
    with unit_of_work() as unit:
        unit.get_one(Account, key).totp_secret = secret
    client = make_client()
    sign_in(client)
    for _ in range(8):
        client.post("/sign-in/second-factor", data={"code": "abc"})
    code = pyotp.TOTP(secret).at(clock.now())
    assert "操作太频繁" in client.post("/sign-in/second-factor", data={"code": code}).text


def test_operators_need_it_and_cannot_turn_it_off(session, make_client, person):
    key = person.id
    with unit_of_work() as unit:
        account = unit.get_one(Account, key)
        account.is_operator = True
        account.totp_secret = second_factor.new_secret()
    client = make_client()
    assert sign_in(client).location == "/sign-in/second-factor"
    inside = make_client(person, second_factor=True)
    with inside.session_transaction() as cookie:
        cookie["proved"] = "2025-11-24T02:00:00+00:00"
    inside.post("/me/security/second-factor/off")
    session.expire_all()
    assert session.get_one(Account, key).totp_secret is not None


def test_an_address_is_added_by_its_code(session, make_client, person):
    client = _in(make_client, person)
    data = {"act": "send", "identifier": "lin@example.cn"}
    client.post("/me/settings/identifiers", data=data)
    data = {"act": "enter", "identifier": "lin@example.cn", "code": last_code("add")}
    client.post("/me/settings/identifiers", data=data)
    assert account_of("lin@example.cn").public_id == account_of().public_id
    told = deliveries("account.identifier_added")
    assert [row[0] for row in told] == ["+8613800004417"], "the one held before is told"


def test_anothers_address_is_not_taken(session, make_client, person):
    other = make_account(verified=False)
    hold(other, "held@example.cn")
    client = _in(make_client, person)
    data = {"act": "send", "identifier": "held@example.cn"}
    client.post("/me/settings/identifiers", data=data)
    data = {"act": "enter", "identifier": "held@example.cn", "code": last_code("add")}
    assert "它正用于另一个账号" in client.post("/me/settings/identifiers", data=data).text
    assert account_of("held@example.cn").id == other.id


def test_the_last_identifier_stays(session, make_client, person):
    hold(person, "lin@example.cn")
    client = _in(make_client, person)
    names = [digest("identifier", one)[:16] for one in (E164, "lin@example.cn")]
    client.post("/me/settings/identifiers/remove", data={"identifier": names[0]})
    assert account_of() is None
    answer = client.post("/me/settings/identifiers/remove", data={"identifier": names[1]})
    assert answer.status_code == 302
    assert account_of("lin@example.cn") is not None


def test_personal_ranking_off_holds_from_the_next_request(session, make_client, person):
    client = _in(make_client, person)
    answer = client.post("/me/settings/ranking", data={"on": "0", "next": "/me/notices"})
    assert answer.location == "/me/notices"
    session.expire_all()
    assert account_of().personal_ranking is False
    assert "开启个性化排序" in client.get("/me/settings").text


def test_settings(session, make_client, person):
    client = _in(make_client, person)
    client.post("/me/settings", data={"name": " 林\u202e知遥 ", "locale": "en"})
    account = account_of()
    assert (account.name, account.locale, account.daily_mail) == ("林知遥", "en", False)
    assert "Account settings" in client.get("/me/settings").text


def test_verify_leads_on(session, make_client):
    client = make_client(make_account(verified=False))
    client.post("/verify", data={"act": "send", "identifier": PHONE})
    data = {"act": "enter", "identifier": PHONE, "code": last_code("add"), "next": "/me/notices"}
    assert client.post("/verify", data=data).location == "/me/notices"

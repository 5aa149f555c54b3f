"""One flow to sign up and in: codes, passwords, limits, what is carried along."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from talentmarket.core.events import Event
from talentmarket.core.uow import unit_of_work
from talentmarket.members.consents import NOTICE_VERSION
from talentmarket.members.models import Account, AccountState, Consent, SignInSession
from tests.factories.people import make_account
from tests.fixtures.databases import on_sqlite
from tests.integration.account.steps import (
    E164,
    GOOD,
    PHONE,
    account_of,
    ask,
    deliveries,
    enter,
    give_password,
    hold,
    is_in,
    last_code,
    sign_in,
    sign_up,
)


def test_a_newcomer_registers(session, make_client, clock):
    client = make_client()
    answer = sign_in(client)
    assert answer.location == "/sign-in/new"
    page = client.get("/sign-in/new").text
    assert "checked" not in page, "nothing is ticked before"
    answer = client.post("/sign-in/new", data={"sixteen": "y", "agreed": "y", "name": "林知遥"})
    assert answer.status_code == 302
    assert is_in(client)
    account = account_of()
    assert (account.name, account.sixteen_declared_at) == ("林知遥", clock.now())
    consent = session.scalars(sa.select(Consent)).one()
    assert (consent.version, consent.given_at) == (NOTICE_VERSION, clock.now())


def test_consent_and_age_are_asked_each_by_itself(session, make_client):
    client = make_client()
    sign_in(client)
    page = client.post("/sign-in/new", data={"agreed": "y"}).text
    assert "未满 16 周岁不能注册" in page
    page = client.post("/sign-in/new", data={"sixteen": "y"}).text
    assert "需要同意隐私政策" in page
    assert session.scalar(sa.select(sa.func.count()).select_from(Account)) == 0


def test_a_weak_password_is_refused_with_a_reason(session, make_client):
    client = make_client()
    sign_in(client)
    data = {"sixteen": "y", "agreed": "y", "password": "aaaaaaaaaaaa"}
    assert "“aaa”这样的重复很容易猜到" in client.post("/sign-in/new", data=data).text
    english = client.post("/sign-in/new", data=data, headers={"Accept-Language": "en"}).text
    assert "Repeats like “aaa” are easy to guess." in english
    assert account_of() is None


def test_a_code_works_once(session, make_client):
    sign_up(make_client())
    client, other = make_client(), make_client()
    _wait(client)
    ask(client)
    code = last_code()
    assert enter(client, code).status_code == 302
    answer = enter(other, code)
    assert answer.status_code == 422
    assert "验证码不对或已失效" in answer.text
    assert not is_in(other)


def _wait(client):
    client.application.extensions["talentmarket_clock"].advance(minutes=2)


def test_only_the_last_code_counts_and_not_for_long(session, make_client, clock):
    client = make_client()
    ask(client)
    first = last_code()
    clock.advance(minutes=2)
    ask(client)
    second = last_code()
    assert first == second or "验证码不对" in enter(client, first).text
    clock.advance(minutes=10, seconds=1)
    assert "验证码不对" in enter(client, second).text


def test_five_tries_close_a_code(session, make_client):
    client = make_client()
    ask(client)
    code = last_code()
    wrong = "000000" if code != "000000" else "111111"
    for _ in range(5):
        assert "验证码不对" in enter(client, wrong).text
    assert "验证码不对" in enter(client, code).text


def test_a_code_of_one_purpose_opens_no_other(session, make_client):
    account = make_account()
    hold(account, PHONE)
    client = make_client()
    client.post("/reset", data={"act": "send", "identifier": PHONE})
    assert "验证码不对" in enter(client, last_code("reset")).text


def test_codes_are_not_sent_in_a_row(session, make_client):
    client = make_client()
    ask(client)
    refused = ask(client)
    assert refused.status_code == 429
    left = int(refused.headers["Retry-After"])
    assert 0 < left <= 60
    assert f"操作太频繁，请在 {left} 秒后再试。" in refused.text
    assert len(deliveries("code.sign_in")) == 1


@on_sqlite
@pytest.mark.parametrize("path", ["/sign-in", "/sign-up", "/reset", "/me/settings/identifiers"])
def test_another_code_too_soon_leaves_the_one_that_was_sent(session, make_client, path):
    """The page still takes the code that is under way, and says why there is no second one."""
    client = make_client()
    sign_up(client)
    other = "139 0000 5528"
    client.post(path, data={"act": "send", "identifier": other, "next": "/jobs"})
    refused = client.post(path, data={"act": "again", "identifier": other, "next": "/jobs"})
    assert refused.status_code == 429
    page = refused.text
    assert "操作太频繁" in page
    for kept in ('name="code"', 'value="/jobs"', 'name="act" value="enter"'):
        assert kept in page


def test_two_tabs_make_one_account(session, make_client, clock):
    one, two = make_client(), make_client()
    sign_in(one)
    clock.advance(minutes=2)
    sign_in(two)
    data = {"sixteen": "y", "agreed": "y"}
    assert is_in(one) is False
    one.post("/sign-in/new", data=data)
    answer = two.post("/sign-in/new", data=data)
    assert answer.location.startswith("/sign-in")
    assert is_in(one)
    assert not is_in(two)
    assert session.scalar(sa.select(sa.func.count()).select_from(Account)) == 1


def _said(answer, *identifiers):
    """The page without what differs from one request to the next."""
    text = re.sub(r'name="csrf_token" value="[^"]+"', "", answer.text)
    for one in identifiers:
        text = text.replace(one, "")
    return text


def test_the_answer_does_not_tell_whether_an_account_is_there(session, make_client, clock):
    known, unknown = PHONE, "139 0000 7788"
    hold(make_account(), known)
    for path in ("/sign-in", "/reset"):
        pages = [
            _said(make_client().post(path, data={"act": "send", "identifier": one}), one)
            for one in (known, unknown)
        ]
        assert pages[0] == pages[1]
        clock.advance(minutes=2)
    codes = [row[2] for row in deliveries()]
    assert codes == ["code.sign_in", "code.sign_in", "code.reset", "code.no_account"]


def test_password(session, make_client):
    account = make_account()
    hold(account, PHONE)
    give_password(account)
    client = make_client()
    data = {"identifier": PHONE, "password": GOOD}
    wrong = client.post("/sign-in/password", data={**data, "password": GOOD + "x"}).text
    nobody = client.post("/sign-in/password", data={**data, "identifier": "13911112222"}).text
    said = "号码、邮箱或密码不对"
    assert said in wrong
    assert said in nobody
    assert client.post("/sign-in/password", data=data).status_code == 302
    assert is_in(client)


def test_passwords_are_limited_by_account(session, make_client):
    account = make_account()
    hold(account, PHONE)
    give_password(account)
    client = make_client()
    for _ in range(10):
        client.post("/sign-in/password", data={"identifier": PHONE, "password": "wrong"})
    answer = client.post("/sign-in/password", data={"identifier": PHONE, "password": GOOD})
    assert "操作太频繁" in answer.text
    assert not is_in(client)


def test_next_is_kept_and_stays_on_the_site(session, make_client):
    hold(make_account(), PHONE)
    assert sign_in(make_client(), next="/me/notices").location == "/me/notices"
    evil = make_client()
    evil.application.extensions["talentmarket_clock"].advance(minutes=2)
    assert "example" not in sign_in(evil, next="https://evil.example/").location


def test_signing_in_leaves_nothing_of_the_session_before(session, make_client):
    hold(make_account(), PHONE)
    client = make_client()
    with client.session_transaction() as cookie:
        cookie["planted"] = "by somebody else"
    sign_in(client)
    with client.session_transaction() as cookie:
        assert "planted" not in cookie
        first = cookie["_user_id"]
    client.application.extensions["talentmarket_clock"].advance(minutes=2)
    sign_in(client)
    with client.session_transaction() as cookie:
        assert cookie["_user_id"] != first
    live = sa.select(sa.func.count()).select_from(SignInSession)
    assert session.scalar(live.where(SignInSession.revoked_at.is_(None))) == 1


def test_signing_out_ends_the_session_in_the_database(session, make_client):
    hold(make_account(), PHONE)
    client = make_client()
    sign_in(client)
    stolen = client.get_cookie("shucai").value
    client.post("/sign-out")
    assert not is_in(client)
    thief = make_client()
    thief.set_cookie("shucai", stolen)
    assert not is_in(thief)


def test_a_suspended_account_stays_out(session, make_client):
    account = make_account()
    hold(account, PHONE)
    key = account.id
    with unit_of_work() as unit:
        unit.get_one(Account, key).state = AccountState.SUSPENDED
    client = make_client()
    assert "停用" in sign_in(client).text
    assert not is_in(client)


def test_forms_without_a_token_are_refused(app, session, make_client):
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        client = make_client()
        assert ask(client).status_code == 400
        assert client.post("/sign-out").status_code == 400
    finally:
        app.config["WTF_CSRF_ENABLED"] = False
    assert deliveries() == []


def test_events_hold_no_number(session, make_client):
    sign_up(make_client(), name="林知遥")
    rows = session.scalars(sa.select(Event)).all()
    assert {row.verb for row in rows} >= {"registered", "consented", "signed_in"}
    said = " ".join(f"{row.data} {row.reason} {row.subject_id}" for row in rows)
    assert E164 not in said
    assert "林知遥" not in said


def test_a_mail_address_signs_up_too(session, make_client):
    client = make_client()
    sign_up(client, "Lin@Example.cn")
    assert is_in(client)
    assert account_of("lin@example.cn") is not None


def test_what_is_no_number_is_said_at_the_field(session, make_client):
    page = ask(make_client(), "12345").text
    assert "请填写手机号或邮箱，例如" in page
    assert 'aria-invalid="true"' in page

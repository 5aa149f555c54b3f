"""A number that was given to somebody else does not open the old account."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from talentmarket.core import clock as clocks
from talentmarket.core.outbox import OutboxRow
from talentmarket.members.models import Account, Identifier, Talent, Visibility
from tests.factories.people import make_account, make_talent
from tests.integration.account.steps import (
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


def _old(days: int = 91) -> Account:
    account = make_account("旧持有人", verified=False)
    at = clocks.now() - timedelta(days=days)
    hold(account, PHONE, verified_at=at, last_used_at=at)
    return account


def test_the_code_alone_is_not_enough(session, make_client):
    _old()
    client = make_client()
    assert sign_in(client).location == "/sign-in/again"
    assert not is_in(client)


def test_within_90_days_it_is(session, make_client):
    _old(89)
    client = make_client()
    sign_in(client)
    assert is_in(client)


def test_the_password_opens_it_and_the_number_is_fresh_again(session, make_client, clock):
    account = _old()
    give_password(account)
    public_id = account.public_id
    client = make_client()
    sign_in(client)
    assert "密码或验证码不对" in client.post("/sign-in/again", data={"given": "wrong"}).text
    client.post("/sign-in/again", data={"given": GOOD})
    assert is_in(client)
    assert account_of().public_id == public_id
    clock.advance(days=80)
    other = make_client()
    sign_in(other)
    assert is_in(other)


def test_a_code_to_the_mail_of_the_account_opens_it(session, make_client, clock):
    account = _old()
    hold(account, "old@example.cn")
    client = make_client()
    sign_in(client)
    page = client.get("/sign-in/again").text
    assert "old@" not in page, "the address is not shown to a possible stranger"
    clock.advance(minutes=2)
    client.post("/sign-in/again", data={"act": "send"})
    assert deliveries("code.sign_in")[-1][0] == "old@example.cn"
    client.post("/sign-in/again", data={"given": last_code()})
    assert is_in(client)


def test_a_new_holder_gets_an_account_of_their_own(session, make_client):
    old = _old()
    hold(old, "old@example.cn")
    old_id = old.public_id
    client = make_client()
    sign_in(client)
    assert client.post("/sign-in/again", data={"act": "new"}).location == "/sign-in/new"
    client.post("/sign-in/new", data={"sixteen": "y", "agreed": "y"})
    assert is_in(client)
    assert account_of().public_id != old_id
    released = session.scalars(
        sa.select(Identifier).where(Identifier.released_at.is_not(None))
    ).one()
    assert released.value is None
    assert account_of("old@example.cn").public_id == old_id
    told = deliveries("account.number_released")
    assert [row[0] for row in told] == ["old@example.cn"]


def _takes_over(make_client):
    client = make_client()
    sign_in(client)
    client.post("/sign-in/again", data={"act": "new"})
    client.post("/sign-in/new", data={"sixteen": "y", "agreed": "y"})


@pytest.mark.parametrize("left", ["nothing", "an address"])
def test_a_profile_without_a_verified_number_is_not_found_any_more(session, make_client, left):
    old = _old()
    if left == "an address":
        hold(old, "old@example.cn")
    talent = make_talent(old, visibility=Visibility.PUBLIC)
    _takes_over(make_client)
    session.expire_all()
    row = session.get_one(Talent, talent.id)
    assert row.visibility is Visibility.PRIVATE
    assert row.visibility_chosen_at is None, "nothing is ticked when the person comes back"
    waiting = sa.select(OutboxRow.document_id).where(OutboxRow.kind == "talent")
    assert talent.public_id in session.scalars(waiting).all()


def test_a_profile_whose_person_has_another_number_is_found_as_before(session, make_client):
    old = _old()
    hold(old, "13812340000")
    talent = make_talent(old, visibility=Visibility.PUBLIC)
    _takes_over(make_client)
    session.expire_all()
    assert session.get_one(Talent, talent.id).visibility is Visibility.PUBLIC


def test_a_browser_of_the_old_holder_is_signed_out(session, make_client):
    old = _old()
    before = make_client(old)
    assert is_in(before)
    client = make_client()
    sign_in(client)
    client.post("/sign-in/again", data={"act": "new"})
    assert not is_in(before)


def test_a_reset_does_not_open_it_either(session, make_client):
    account = _old()
    give_password(account)
    client = make_client()
    client.post("/reset", data={"act": "send", "identifier": PHONE})
    assert [row[2] for row in deliveries()] == ["code.no_account"]

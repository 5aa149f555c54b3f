"""To apply, write, be found and post a verified number is needed; an address only opens the site."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from talentmarket.core.errors import Invalid
from talentmarket.core.events import Actor
from talentmarket.core.roles import OrgRole
from talentmarket.core.secrecy import digest
from talentmarket.core.uow import unit_of_work
from talentmarket.members import identities, talents
from talentmarket.members.models import Talent, Visibility
from talentmarket.members.talents import Sight
from talentmarket.notices.models import Channel
from tests.factories import make_account, make_job, make_member, make_organisation, make_talent
from tests.integration.account.steps import E164, PHONE, deliveries, hold, last_code, sign_in

ADDRESS = "lin@example.cn"


@pytest.fixture
def by_mail(session):
    """A person who signed up with an address."""
    account = make_account(verified=False)
    hold(account, ADDRESS)
    return account


def test_what_was_wanted_comes_after_the_number(session, make_client, by_mail):
    make_talent(by_mail, visibility=Visibility.PRIVATE)
    address = f"/jobs/{make_job().public_id}/apply"
    client = make_client(by_mail)
    assert client.get("/me/profile").status_code == 200
    led = urlsplit(client.get(address).location)
    assert (led.path, parse_qs(led.query)) == ("/verify", {"next": [address]})
    assert client.post(address, data={"contact_when": "now"}).location == "/verify"
    _prove(client)
    asked = client.get(f"/verify?next={address}").get_data(as_text=True)
    assert "都需要一个已验证的手机号。" in asked
    refused = client.post("/verify", data={"act": "send", "identifier": "two@example.cn"})
    assert refused.status_code == 422
    assert "请填写手机号，例如" in refused.get_data(as_text=True)
    client.post("/verify", data={"act": "send", "identifier": PHONE})
    data = {"act": "enter", "identifier": PHONE, "code": last_code("add"), "next": address}
    assert client.post("/verify", data=data).location == address
    assert client.get(address).status_code == 200


def _prove(client, address="/me/security"):
    client.post("/me/prove", data={"act": "send"})
    return client.post("/me/prove", data={"given": last_code("prove"), "next": address}).location


def test_a_browser_left_open_gives_the_account_no_other_way_in(session, make_client, by_mail):
    client = make_client(by_mail)
    led = urlsplit(client.get("/verify?next=/me/notices").location)
    assert (led.path, parse_qs(led.query)) == ("/me/prove", {"next": ["/verify?next=/me/notices"]})
    sent = client.post("/verify", data={"act": "send", "identifier": PHONE})
    assert sent.location.startswith("/me/prove")
    assert deliveries("code.add") == []
    back = _prove(client, "/verify?next=/me/notices")
    assert client.get(back).status_code == 200


@pytest.mark.parametrize(
    ("page", "led"),
    [
        ("http://localhost/me/referrals/x?a=1", {"next": ["/me/referrals/x?a=1"]}),
        ("http://example.com/me/referrals/x", {}),
        ("http://[", {}),
    ],
)
def test_who_was_sending_goes_on_where_they_were(session, make_client, by_mail, page, led):
    """What opens an application is sent from a page and has none of its own."""
    sent = make_client(by_mail).post("/me/referrals/x/consent", headers={"Referer": page})
    assert urlsplit(sent.location).path == "/verify"
    assert parse_qs(urlsplit(sent.location).query) == led


def test_a_member_without_a_number_may_leave(session, make_client, by_mail):
    organisation = make_organisation()
    make_member(organisation)
    make_member(organisation, OrgRole.RECRUITER, by_mail)
    org, client = organisation.public_id, make_client(by_mail)
    client.post(f"/org/{org}/leave")
    assert client.get(f"/org/{org}/jobs").status_code == 404


def test_a_member_without_a_number_reads_and_writes_nothing(session, make_client, by_mail):
    organisation = make_organisation()
    make_member(organisation, OrgRole.RECRUITER, by_mail)
    org, client = organisation.public_id, make_client(by_mail)
    assert client.get(f"/org/{org}/jobs").status_code == 200
    sent = client.post(f"/org/{org}/jobs/new", data={"title": "数据工程师", "do": "save"})
    assert sent.location == "/verify"


def test_nobody_is_found_by_an_address(session, by_mail, make_client):
    talent = make_talent(by_mail, visibility=Visibility.PRIVATE)

    def open_to(visibility):
        with unit_of_work() as unit:
            row = unit.get_one(Talent, talent.id)
            talents.choose_visibility(unit, row, Sight(visibility, {}), actor=Actor())

    with pytest.raises(Invalid) as refused:
        open_to(Visibility.PUBLIC)
    assert str(refused.value.errors["visibility"]) == "先验证手机号，才能让单位找到您。"
    way = "/verify?next=/me/visibility"
    assert way in make_client(by_mail).get("/me/visibility").get_data(as_text=True)
    open_to(Visibility.APPLIED)
    hold(by_mail, PHONE)
    open_to(Visibility.PUBLIC)
    assert way not in make_client(by_mail).get("/me/visibility").get_data(as_text=True)


@pytest.mark.parametrize(
    "wanted",
    [
        Sight(Visibility.PUBLIC, {"experience": "private"}),
        Sight(Visibility.ORGANISATIONS, {}),
    ],
)
def test_who_is_found_by_an_address_since_before_may_say_less(session, by_mail, wanted):
    talent = make_talent(by_mail, visibility=Visibility.PUBLIC)
    with unit_of_work() as unit:
        talents.choose_visibility(unit, unit.get_one(Talent, talent.id), wanted, actor=Actor())
    session.expire_all()
    assert talents.sight_of(session.get_one(Talent, talent.id)) == wanted


def test_an_address_is_enough_where_the_site_cannot_send_to_numbers(
    session, make_client, by_mail, monkeypatch
):
    assert make_client(by_mail).get("/organisations/new").location.startswith("/verify")
    monkeypatch.setattr(identities, "channel_open", lambda channel: channel is Channel.MAIL)
    assert make_client(by_mail).get("/organisations/new").status_code == 200


def test_who_takes_off_the_only_number_is_not_found_any_more(session, make_client, by_mail):
    hold(by_mail, PHONE)
    key = make_talent(by_mail, visibility=Visibility.PUBLIC).id
    client = make_client()
    sign_in(client)
    client.post(
        "/me/settings/identifiers/remove", data={"identifier": digest("identifier", E164)[:16]}
    )
    session.expire_all()
    assert session.get_one(Talent, key).visibility is Visibility.PRIVATE

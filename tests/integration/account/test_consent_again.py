"""A new version of the privacy notice: who agreed to an older one is asked again."""

from __future__ import annotations

from talentmarket.core.events import Actor
from talentmarket.core.uow import unit_of_work
from talentmarket.members import consents
from talentmarket.members.consents import NOTICE_VERSION, consents_of
from tests.factories.organisations import make_member, make_organisation
from tests.factories.people import make_account, make_talent
from tests.fixtures.databases import on_sqlite
from tests.integration.account.steps import account_of, sign_up

NEW = "2099-01"


def test_asked_before_any_own_page_and_once(session, make_client, monkeypatch):
    client = make_client()
    sign_up(client)
    assert client.get("/me/notices").status_code == 200
    monkeypatch.setattr(consents, "NOTICE_VERSION", NEW)
    asked = client.get("/me/saved-jobs?page=1")
    assert asked.status_code == 302
    assert asked.location == "/me/data?next=/me/saved-jobs?page%3D1"
    page = client.get(asked.location).text
    assert "隐私政策有新版本" in page
    assert f"版本 {NEW}" in page
    back = client.post("/me/data/agree", data={"next": "/me/saved-jobs?page=1"})
    assert back.location == "/me/saved-jobs?page=1"
    assert client.get("/me/saved-jobs").status_code == 200
    held = [(one.version, one.withdrawn_at is None) for one in consents_of(session, account_of())]
    assert held == [(NEW, True), (NOTICE_VERSION, False)], "the older one is kept, and over"


@on_sqlite
def test_rights_and_what_is_public_wait_for_no_consent(session, make_client, monkeypatch):
    person = make_account()
    organisation = make_organisation()
    make_talent(person)
    make_member(organisation, account=person)
    client = make_client(person)
    with unit_of_work() as unit:
        consents.agree_to_notice(unit, unit.merge(person), actor=Actor())
    monkeypatch.setattr(consents, "NOTICE_VERSION", NEW)
    for path in ("/me", "/me/profile", f"/org/{organisation.public_id}/"):
        assert client.get(path).location.startswith("/me/data?next="), path
    for path in ("/", "/jobs", "/privacy", "/me/data", "/me/openings", "/me/visibility"):
        assert client.get(path).status_code == 200, path
    away = client.post("/me/data/agree", data={"next": "//elsewhere.example/"})
    assert away.location == "/me/data", "nobody is led off the site"

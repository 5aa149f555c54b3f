"""The language: a link changes the page, the form changes the account too."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

from talentmarket.core.roles import OrgRole
from talentmarket.members.organisations import KINDS
from talentmarket.members.verification_states import ANSWER_DAYS
from talentmarket.web.account.entering import home_of
from talentmarket.web.account.forms import ROLES
from tests.factories import make_account, make_member, make_organisation
from tests.fixtures.databases import on_sqlite

pytestmark = on_sqlite

ENGLISH = {"Accept-Language": "en"}


def test_a_link_that_another_site_opened_changes_no_row(session, make_client):
    person = make_account(locale="zh")
    client = make_client(person)
    client.get("/language/en")
    assert '<html lang="en"' in client.get("/").text
    session.refresh(person)
    assert person.locale == "zh"


def test_the_switch_of_the_head_is_kept_with_the_account(session, make_client):
    person = make_account(locale="zh")
    client = make_client(person)
    page = client.get("/jobs?q=数据").text
    form = page[page.index('<form class="language-form') :]
    form = form[: form.index("</form>")]
    assert 'method="post"' in form
    action = form.partition('action="')[2].partition('"')[0]
    answer = client.post(action.replace("&amp;", "&"))
    assert answer.location == "/jobs?q=%E6%95%B0%E6%8D%AE"
    session.refresh(person)
    assert person.locale == "en"


def test_without_an_account_the_switch_is_a_link(client):
    page = client.get("/jobs").text
    assert 'href="/language/en?next=/jobs"' in page
    assert "language-form" not in page
    assert client.get("/language/en?next=/jobs").location == "/jobs"


def test_the_form_needs_its_token(app, session, make_client):
    person = make_account(locale="zh")
    client = make_client(person)
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        assert client.post("/language/en").status_code == 400
    finally:
        app.config["WTF_CSRF_ENABLED"] = False
    session.refresh(person)
    assert person.locale == "zh"


def test_leaving_an_organisation_is_no_signing_out_in_english(session, make_client):
    organisation = make_organisation()
    make_member(organisation, OrgRole.OWNER)
    person = make_member(organisation, OrgRole.RECRUITER, make_account(locale="en"))
    page = make_client(person).get(f"/org/{organisation.public_id}/leave").text
    main = page[page.index("<main") : page.index("</main>")]
    assert re.findall(r"<button[^>]*>\s*([^<]*?)\s*</button>", main) == ["Leave the organisation"]
    assert "Sign out" not in main


def test_the_doors_say_what_is_kept(client):
    for path in ("/sign-in", "/sign-in/password", "/sign-up?as=school"):
        assert f"{ANSWER_DAYS} 个工作日内核验" in client.get(path).text
    english = client.get("/sign-up?as=school", headers=ENGLISH).text
    assert f"within {ANSWER_DAYS} working days" in english


def test_each_door_leads_to_a_kind_that_can_be_registered(app):
    with app.test_request_context():
        asked = {
            role: parse_qs(urlsplit(home_of(role)).query).get("kind", [""])[0] for role in ROLES[1:]
        }
    assert len(asked) == 3
    for role, kind in asked.items():
        assert kind in set(KINDS), role

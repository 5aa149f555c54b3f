"""The language: a link changes the page, the form changes the account too."""

from __future__ import annotations

from tests.factories import make_account
from tests.fixtures.databases import on_sqlite

pytestmark = on_sqlite


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

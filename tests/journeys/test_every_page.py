"""Every page in a real browser: axe finds nothing, nothing runs out of the screen or fails."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Error

from talentmarket.core.db import db
from talentmarket.members.models import Account
from tests.guards import visiting
from tests.guards import world as worlds
from tests.journeys.looking import HIGH, Form

if TYPE_CHECKING:
    from flask import Flask

    from tests.fixtures.sites import Site

#: Who looks at the pages, each page by one of them.
READERS = ("operator", "owner", "person", "signed out", "unverified")
#: Between a desk and a phone, where a page of two columns is narrowest.
BETWEEN = (1179, 1100, 1024)
#: Clean at a desk by day; on a phone by night it is dark on dark, too wide, and has a nameless key.
BAD = """<!doctype html><html lang="zh" data-bs-theme="light"><title>坏</title>
<style>
  [data-bs-theme=dark] p { color: #222; background: #111 }
  button { display: none }
  @media (max-width: 500px) { button { display: block } div { width: 600px } }
</style>
<script>
  document.addEventListener("theme:changed", () => {
    document.documentElement.dataset.bsTheme = /theme=(\\w+)/.exec(document.cookie)[1];
  });
</script>
<header><a href="/">首页</a></header>
<main><h1>坏</h1><p>字</p><button></button><div>宽</div></main></html>"""


@dataclass
class Walk:
    """The world in the live site: for each reader the pages to open, and how they come there."""

    site: Site
    app: Flask
    #: Reader → endpoint and path of each page.
    pages: dict[str, list[tuple[str, str]]]
    #: Reader → primary key and public id of the account.
    accounts: dict[str, tuple[int, str]]

    def enter(self, context, reader, endpoint):
        """Sign the reader in, as the state of the visit on this page wants it: a proof of who
        they are lives for minutes."""
        with self.app.app_context():
            state = visiting.state_of(self.app, endpoint, self.accounts["person"][1])
            account = None
            if reader in self.accounts:
                account = db.session.get_one(Account, self.accounts[reader][0])
            given = reader == "operator"
            cookie = self.site.cookie(self.app, account, second_factor=given, kept=state)
        context.add_cookies([cookie])


@pytest.fixture(scope="session")
def walk(live_app):
    app = live_app.inside()
    with app.app_context():
        world = worlds.build()
        accounts = {
            name: (who.id, who.public_id) for name, who in world.visitors.items() if who is not None
        }
        pages = {name: [] for name in READERS}
        for rule, path in worlds.walk(app, world):
            if rule.endpoint not in visiting.NO_PAGE:
                pages[visiting.readers(rule.endpoint)[0]].append((rule.endpoint, path))
    return Walk(live_app, app, pages, accounts)


def open_page(page, path):
    """Open a path; False for what is no page of its own: a download, JSON, a redirect, a part."""
    try:
        answer = page.goto(path)
    except Error as error:
        if "Download is starting" in error.message or "ERR_ABORTED" in error.message:
            return False
        raise
    if answer is None or answer.status != 200 or answer.request.redirected_from is not None:
        return False
    # A fragment belongs to a page that is open already.
    return "text/html" in answer.headers.get("content-type", "") and "<html" in answer.text()


@pytest.mark.parametrize("reader", READERS)
def test_pages_are_whole(walk, context, page, axe_script, live_app, reader):
    """Each width once, each theme once: what differs between the other two pairs is nothing."""
    first, second = Form("light", 1440), Form("dark", 390)
    context.add_cookies([{"name": "theme", "value": first.theme, "url": live_app.url}])
    if reader in walk.accounts:
        walk.enter(context, reader, "site.index")
    page.set_viewport_size({"width": first.width, "height": HIGH})
    wrong = []
    page.on("pageerror", lambda error: wrong.append(f"{page.url}: {error}"))
    for endpoint, path in walk.pages[reader]:
        if endpoint in visiting.STEPS:
            walk.enter(context, reader, endpoint)
        if not open_page(page, path):
            wrong.append(f"{path}: no page")
            continue
        found = first.look(page, first=True)
        second.put_on(page)
        found += second.look(page, first=False)
        wrong += [f"{path}: {one}" for one in found]
        # The next page is loaded in the form that this one is left in.
        first, second = second, first
    assert walk.pages[reader]
    assert not wrong, "\n".join(wrong)


def test_candidates_fit_between_a_desk_and_a_phone(walk, context, page):
    walk.enter(context, "owner", "org_desk.job")
    assert open_page(page, dict(walk.pages["owner"])["org_desk.job"])
    assert page.locator(".two-cols .candidates > li").count()
    for width in BETWEEN:
        page.set_viewport_size({"width": width, "height": HIGH})
        wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wide <= 0, f"{wide} px too wide at {width}"


def test_the_second_look_sees(page, axe_script, live_app):
    page.route("**/bad", lambda route: route.fulfill(body=BAD, content_type="text/html"))
    page.goto("/bad")
    day, night = Form("light", 1440), Form("dark", 390)
    assert day.look(page, first=True) == []
    night.put_on(page)
    wrong = "\n".join(night.look(page, first=False))
    for fault in ("color-contrast: p", "button-name: button", "px too wide"):
        assert fault in wrong

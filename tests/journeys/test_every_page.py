"""Every page in a real browser: axe finds nothing, nothing runs out of the screen or fails."""

from __future__ import annotations

import pytest
from playwright.sync_api import Error

from talentmarket.core.permissions import TABLE, Who
from tests.guards import world as worlds
from tests.journeys.looking import HIGH, Form

READERS = {
    Who.PUBLIC: "signed out",
    Who.SIGNED_IN: "person",
    Who.VERIFIED: "person",
    Who.MEMBER: "owner",
    Who.OPERATOR: "operator",
}
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


@pytest.fixture(scope="session")
def walk(live_app):
    """The world in the live site, and for each reader the paths to open and the cookie."""
    app = live_app.inside()
    with app.app_context():
        world = worlds.build()
        cookies = {
            name: live_app.cookie(app, world.visitors[name], second_factor=name == "operator")
            for name in {*READERS.values()} - {"signed out"}
        }
        paths = {name: [] for name in READERS.values()}
        for rule, path in worlds.walk(app, world):
            who = TABLE[rule.endpoint].who
            if rule.endpoint in worlds.NOT_PAGES or who not in READERS:
                continue
            paths[READERS[who]].append(path)
    return paths, cookies


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


@pytest.mark.parametrize("reader", sorted(set(READERS.values())))
def test_pages_are_whole(walk, context, page, axe_script, live_app, reader):
    """Each width once, each theme once: what differs between the other two pairs is nothing."""
    paths, cookies = walk
    first, second = Form("light", 1440), Form("dark", 390)
    context.add_cookies([{"name": "theme", "value": first.theme, "url": live_app.url}])
    if reader in cookies:
        context.add_cookies([cookies[reader]])
    page.set_viewport_size({"width": first.width, "height": HIGH})
    wrong = []
    page.on("pageerror", lambda error: wrong.append(f"{page.url}: {error}"))
    opened = 0
    for path in paths[reader]:
        if not open_page(page, path):
            continue
        opened += 1
        found = first.look(page, first=True)
        second.put_on(page)
        found += second.look(page, first=False)
        wrong += [f"{path}: {one}" for one in found]
        # The next page is loaded in the form that this one is left in.
        first, second = second, first
    assert opened
    assert not wrong, "\n".join(wrong)


def test_the_second_look_sees(page, axe_script, live_app):
    page.route("**/bad", lambda route: route.fulfill(body=BAD, content_type="text/html"))
    page.goto("/bad")
    day, night = Form("light", 1440), Form("dark", 390)
    assert day.look(page, first=True) == []
    night.put_on(page)
    wrong = "\n".join(night.look(page, first=False))
    for fault in ("color-contrast: p", "button-name: button", "px too wide"):
        assert fault in wrong

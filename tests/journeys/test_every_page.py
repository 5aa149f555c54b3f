"""Every page in a real browser: axe finds nothing, nothing runs out of the screen or fails."""

from __future__ import annotations

import pytest
from playwright.sync_api import Error

from talentmarket.core.permissions import TABLE, Who
from tests.guards import world as worlds

READERS = {
    Who.PUBLIC: "signed out",
    Who.SIGNED_IN: "person",
    Who.VERIFIED: "person",
    Who.MEMBER: "owner",
    Who.OPERATOR: "operator",
}
#: Each width once, each theme once: what differs between the other two pairs is nothing.
SCREENS = {"phone dark": (390, 844), "desk light": (1440, 900)}


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


@pytest.mark.parametrize("screen", sorted(SCREENS))
@pytest.mark.parametrize("reader", sorted(set(READERS.values())))
def test_pages_are_whole(walk, context, page, axe, live_app, reader, screen):
    paths, cookies = walk
    context.add_cookies([{"name": "theme", "value": screen.split()[1], "url": live_app.url}])
    if reader in cookies:
        context.add_cookies([cookies[reader]])
    width, height = SCREENS[screen]
    page.set_viewport_size({"width": width, "height": height})
    wrong = []
    page.on("pageerror", lambda error: wrong.append(f"{page.url}: {error}"))
    opened = 0
    for path in paths[reader]:
        if not open_page(page, path):
            continue
        opened += 1
        wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        if wide > 0:
            wrong.append(f"{path}: {wide} px too wide at {width}")
        # As tall as the page: a bar that sticks to the screen would seem to hide what scrolls.
        tall = page.evaluate("document.documentElement.scrollHeight") + 100
        page.set_viewport_size({"width": width, "height": max(height, tall)})
        wrong += [f"{path}: {finding}" for finding in axe(page)]
        page.set_viewport_size({"width": width, "height": height})
    assert opened
    assert not wrong, "\n".join(wrong)

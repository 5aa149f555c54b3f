"""Every page in a real browser: axe finds nothing, nothing runs out of the screen or fails."""

from __future__ import annotations

import pytest

from talentmarket.core.permissions import TABLE, Who
from tests.guards import world as worlds

READERS = {
    Who.PUBLIC: "signed out",
    Who.SIGNED_IN: "person",
    Who.VERIFIED: "person",
    Who.MEMBER: "owner",
    Who.OPERATOR: "operator",
}
WIDTHS = {"phone": (390, 844), "desk": (1440, 900)}


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
        for rule in worlds.routes(app):
            who = TABLE[rule.endpoint].who
            if rule.endpoint in worlds.NOT_PAGES or who not in READERS:
                continue
            paths[READERS[who]].append(worlds.address(app, rule, world.arguments(rule)))
    return paths, cookies


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", sorted(WIDTHS))
@pytest.mark.parametrize("reader", sorted(set(READERS.values())))
def test_pages_are_whole(walk, context, page, axe, live_app, reader, width, theme):
    paths, cookies = walk
    context.add_cookies([{"name": "theme", "value": theme, "url": live_app.url}])
    if reader in cookies:
        context.add_cookies([cookies[reader]])
    page.set_viewport_size(dict(zip(("width", "height"), WIDTHS[width], strict=True)))
    wrong = []
    page.on("pageerror", lambda error: wrong.append(f"{page.url}: {error}"))
    page.on(
        "console",
        lambda said: wrong.append(f"{page.url}: {said.text}") if said.type == "error" else None,
    )
    opened = 0
    for path in paths[reader]:
        # Downloads and JSON are no pages; a redirect leads to one that is walked anyway.
        answer = context.request.get(live_app.url + path, max_redirects=0)
        if answer.status != 200 or "text/html" not in answer.headers.get("content-type", ""):
            continue
        if "<html" not in answer.text():
            continue
        page.goto(path)
        opened += 1
        wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        if wide > 0:
            wrong.append(f"{path}: {wide} px too wide at {WIDTHS[width][0]}")
        wrong += [f"{path}: {finding}" for finding in axe(page)]
    assert opened
    assert not wrong, "\n".join(wrong)

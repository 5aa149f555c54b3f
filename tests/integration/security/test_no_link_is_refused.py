"""No page of a desk leads a member to where the member's role may not go."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from talentmarket.core.roles import OrgRole
from tests.fixtures.databases import on_sqlite
from tests.guards import world as worlds
from tests.guards.markup import Page

pytestmark = on_sqlite


@pytest.fixture
def world(session):
    return worlds.build()


def walk(app, client, start):
    """From page to page by their links, one of each kind: (page, link) of those refused."""
    addresses = app.url_map.bind("localhost")
    todo, seen, refused = [("", start)], {""}, []
    while todo:
        page, path = todo.pop()
        answer = client.get(path)
        if answer.status_code == 403:
            refused.append((page, path))
        if answer.status_code != 200 or answer.mimetype != "text/html":
            continue
        for link in Page(answer.get_data(as_text=True)).all("a"):
            address = urlsplit(link.attributes.get("href", ""))
            if address.netloc or not address.path.startswith("/org/"):
                continue
            endpoint, _values = addresses.match(address.path, method="GET")
            if endpoint not in seen:
                seen.add(endpoint)
                todo.append((path, address.path + (f"?{address.query}" if address.query else "")))
    return refused, len(seen)


@pytest.mark.parametrize("role", list(OrgRole))
def test_no_page_leads_to_a_refusal(app, world, make_client, role):
    client = make_client(world.visitors[role.value])
    found, refused = 0, []
    for org in {world.examples["org"], world.examples["org_mandates.listed:org"]}:
        start = f"/org/{org}/"
        if client.get(start).status_code == 200:
            more, count = walk(app, client, start)
            refused += more
            found += count
    assert found > 3
    assert refused == []

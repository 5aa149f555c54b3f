"""Every page: sound markup, both languages whole, a closed content policy, few statements."""

from __future__ import annotations

import re
from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from talentmarket.core.db import db
from talentmarket.core.permissions import TABLE, Who
from tests.fixtures.databases import on_sqlite
from tests.guards import world as worlds
from tests.guards.markup import Page

pytestmark = [on_sqlite, pytest.mark.slow]

HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
#: Most statements a page may ask of the database. Lists must not ask once per row.
STATEMENTS = 40
#: Who looks at the pages of each rule.
READERS = {
    Who.PUBLIC: ("signed out", "person"),
    Who.SIGNED_IN: ("person",),
    Who.VERIFIED: ("person",),
    Who.MEMBER: ("owner",),
    Who.OPERATOR: ("operator",),
    Who.DEMO: (),
}


@pytest.fixture
def world(app, session):
    return worlds.build()


@contextmanager
def counted(engine):
    """Count the statements sent meanwhile."""
    sent = []

    def note(_connection, _cursor, statement, *_rest):
        sent.append(statement)

    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)


def pages(app, world, make_client, language):
    """Every HTML page as its readers see it: (who, path, response)."""
    clients = worlds.clients(world, make_client)
    for client in clients.values():
        client.set_cookie("lang", language)
        client.get(f"/language/{language}")
    for rule, path in worlds.walk(app, world):
        if rule.endpoint in worlds.NOT_PAGES:
            continue
        for reader in READERS[TABLE[rule.endpoint].who]:
            client = clients[reader]
            if "sign_out" in rule.endpoint or rule.endpoint == "site.language":
                continue
            yield reader, path, client


@pytest.mark.parametrize("language", ["zh", "en"])
def test_markup_is_sound_and_in_one_language(app, world, make_client, language):
    wrong = []
    seen = 0
    for reader, path, client in pages(app, world, make_client, language):
        with client.get(path) as response:
            if response.status_code != 200 or response.mimetype != "text/html":
                continue
            page = Page(response.get_data(as_text=True))
        if page.all("html") == []:
            continue  # a fragment for a page that is open already
        seen += 1
        wrong += [f"{reader} {path}: {fault}" for fault in page.faults()]
        if language == "en":
            wrong += [
                f"{reader} {path}: {text[:40]}"
                for spoken, text in page.texts
                if not spoken.startswith("zh") and HAN.search(text)
            ]
    assert seen
    assert not wrong


def test_pages_ask_little_of_the_database(app, world, make_client):
    wrong = []
    for reader, path, client in pages(app, world, make_client, "zh"):
        with counted(db.engine) as sent, client.get(path) as response:
            response.get_data()
        if len(sent) > STATEMENTS:
            wrong.append(f"{reader} {path}: {len(sent)} statements")
    assert not wrong


def test_the_content_policy_is_closed(app, world, make_client):
    for _reader, path, client in pages(app, world, make_client, "zh"):
        with client.get(path) as response:
            policy = response.headers.get("Content-Security-Policy", "")
            assert "default-src" in policy, path
            assert "unsafe-inline" not in policy, path
            assert "unsafe-eval" not in policy, path
            assert not re.search(r"https?://|\*", policy), path
            assert response.headers.get("X-Content-Type-Options") == "nosniff", path

"""Every page: sound markup, both languages whole, a closed content policy, few statements."""

from __future__ import annotations

import math
import re
from contextlib import ExitStack, contextmanager
from unittest.mock import patch

import pytest
import sqlalchemy as sa

from talentmarket.core.db import db
from talentmarket.discovery import employers
from talentmarket.exchange import suspended
from talentmarket.matching import serving
from talentmarket.matching.outcomes import trials
from tests.fixtures.databases import on_sqlite
from tests.guards import visiting
from tests.guards import world as worlds
from tests.guards.markup import Page

pytestmark = [on_sqlite, pytest.mark.slow]

HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
#: Most statements a page may ask of the database. Lists must not ask once per row.
STATEMENTS = 40
#: After how many seconds a process looks again at what it keeps in memory.
_LOOKING_AGAIN = (
    (serving, "LOOK_EVERY"),
    (trials, "LOOK_EVERY"),
    (suspended, "FRESH"),
    (employers, "FRESH"),
)
#: Shows every piece at once: several heads of pages, filled with invented values in Chinese.
SPECIMENS = "/dev/components"


@contextmanager
def counted(engine):
    """Count the statements sent meanwhile.

    What a process looks at again after a few seconds it does not look at meanwhile, unless for the
    first time: on a busy machine a page takes so long that it would ask for the models over and
    over, and the number would tell of the machine.
    """
    sent = []

    def note(_connection, _cursor, statement, *_rest):
        sent.append(statement)

    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        with ExitStack() as stack:
            for module, name in _LOOKING_AGAIN:
                stack.enter_context(patch.object(module, name, math.inf))
            yield sent
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)


def pages(app, world, make_client, language):
    """Every address as its readers open it: (endpoint, who, path, client)."""
    clients = worlds.clients(world, make_client)
    for client in clients.values():
        client.set_cookie("lang", language)
        client.get(f"/language/{language}")
    for rule, path in worlds.walk(app, world):
        if rule.endpoint in {"static", "site.language"}:
            continue
        for reader in visiting.readers(rule.endpoint):
            with visiting.come_to(app, world, rule.endpoint, clients[reader]):
                yield rule.endpoint, reader, path, clients[reader]


def markup(reader, path, response, language):
    """What is wrong with the page's markup and language; None for what is no page of its own."""
    if response.status_code != 200 or response.mimetype != "text/html":
        return None
    page = Page(response.get_data(as_text=True))
    if page.all("html") == []:
        return None  # a fragment for a page that is open already
    faults = page.faults()
    if path == SPECIMENS:
        faults = [fault for fault in faults if not fault.endswith(" first headings")]
    wrong = [f"{reader} {path}: {fault}" for fault in faults]
    if language == "en" and path != SPECIMENS:
        wrong += [
            f"{reader} {path}: {text[:40]}"
            for spoken, text in page.texts
            if not spoken.startswith("zh") and HAN.search(text)
        ]
    return wrong


def check_policy(path, headers):
    policy = headers.get("Content-Security-Policy", "")
    assert "default-src" in policy, path
    assert "unsafe-inline" not in policy, path
    assert "unsafe-eval" not in policy, path
    assert not re.search(r"https?://|\*", policy), path
    assert headers.get("X-Content-Type-Options") == "nosniff", path


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page(app, world, make_client, language):
    """Sound markup in one language; a closed content policy; few statements. One visit for all."""
    wrong = []
    seen = set()
    for endpoint, reader, path, client in pages(app, world, make_client, language):
        with counted(db.engine) as sent, client.get(path) as response:
            faults = markup(reader, path, response, language)
        check_policy(path, response.headers)
        if len(sent) > STATEMENTS:
            wrong.append(f"{reader} {path}: {len(sent)} statements")
        if faults is not None:
            seen.add(endpoint)
            wrong += faults
    wrong += visiting.missed(app, seen)
    assert not wrong, "\n".join(wrong)


def test_a_form_with_nothing_in_it_is_not_answered_as_taken(app, world, make_client):
    """Each page with a form, sent back empty: when it says what is wrong, so does its status."""
    clients = worlds.clients(world, make_client)
    said, wrong = 0, []
    for rule, path in worlds.walk(app, world, "POST"):
        if "GET" not in (rule.methods or ()):
            continue
        for reader in visiting.readers(rule.endpoint):
            with clients[reader].post(path) as response:
                page = response.get_data(as_text=True)
            if 'aria-invalid="true"' in page or "error-summary" in page:
                said += 1
                if response.status_code not in {409, 422}:
                    wrong.append(f"{reader} {path}: {response.status}")
    assert said > 20
    assert not wrong

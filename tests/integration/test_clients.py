"""The test client: every request stands for itself, signed in or not."""

from __future__ import annotations

from flask import request_finished
from flask_login import current_user

from tests.factories.people import make_account
from tests.fixtures.databases import on_sqlite

pytestmark = on_sqlite


def test_a_signed_in_client_and_a_signed_out_one_do_not_mix(app, session, make_client):
    inside, outside = make_client(make_account()), make_client()
    seen = []

    def note(sender, **_named):
        seen.append(current_user.is_authenticated)

    with request_finished.connected_to(note, app):
        for client in (inside, outside, inside):
            client.get("/")
    assert seen == [True, False, True]

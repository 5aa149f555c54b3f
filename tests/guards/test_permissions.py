"""Every route × every kind of visitor × (own | another's | signed out)."""

from __future__ import annotations

import pytest

from talentmarket.core.permissions import TABLE, Who
from talentmarket.core.roles import OrgRole
from tests.fixtures.databases import on_sqlite
from tests.guards import world as worlds

pytestmark = [on_sqlite, pytest.mark.slow]

VISITORS = [
    "signed out",
    "unverified",
    "person",
    "member of another",
    "operator",
    *(role.value for role in OrgRole),
]
#: Methods whose refusal is looked at. Nothing is changed: who may enter is not sent in.
WRITING = ("POST", "PUT", "PATCH", "DELETE")
#: Parts of an organisation's addresses that name no row of anybody.
NO_ROW = {"org", "month", "act", "form"}


def test_every_route_has_one_rule_and_every_rule_a_route(app):
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert endpoints - set(TABLE) == set(), "routes without a rule"
    assert set(TABLE) - endpoints == set(), "rules without a route"


def test_the_address_says_whom_a_route_is_for(app):
    """What stands below /me, /org and /operator has a rule of that kind."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint not in TABLE:
            continue  # reported above
        who = TABLE[rule.endpoint].who
        if rule.rule.startswith("/org/<"):
            assert who is Who.MEMBER, rule
            assert "org" in rule.arguments, rule
        elif rule.rule.startswith("/operator"):
            assert who is Who.OPERATOR, rule
        elif rule.rule.startswith("/me"):
            assert who in {Who.SIGNED_IN, Who.VERIFIED}, rule
        else:
            assert who not in {Who.MEMBER, Who.OPERATOR}, rule


def test_every_route_has_examples(app, world):
    lacking = []
    for rule in app.url_map.iter_rules():
        try:
            world.arguments(rule)
        except KeyError as error:
            lacking.append(error.args[0])
    assert not lacking


@pytest.mark.parametrize("visitor", VISITORS)
def test_pages_open_for_those_they_are_for(app, world, make_client, visitor):
    client = make_client(world.visitors[visitor], second_factor=visitor == "operator")
    wrong = []
    for rule, path in worlds.walk(app, world):
        expected = worlds.may(TABLE[rule.endpoint], visitor)
        response = client.get(path)
        response.close()
        if expected == "enter":
            # A page may still say that this person's record is not there; never a fault.
            fine = response.status_code < 400 or response.status_code in {404, 409, 410}
        else:
            fine = worlds.seen(app, response) == expected
        if not fine:
            wrong.append(f"{path}: expected {expected}, got {response.status}")
    assert not wrong


def test_an_operator_without_the_second_factor_enters_nothing(app, world, make_client):
    """Rights of the office count only in a session where the one-time password was given."""
    client = make_client(world.visitors["operator"])
    open_to_them = [
        f"{method} {path}: {response.status}"
        for method in ("GET", *WRITING)
        for rule, path in worlds.walk(app, world, method)
        if TABLE[rule.endpoint].who is Who.OPERATOR
        for response in [client.open(path, method=method)]
        if response.status_code != 404
    ]
    assert not open_to_them
    assert client.get("/operator/").status_code == 404
    given = make_client(world.visitors["operator"], second_factor=True)
    assert given.get("/operator/").status_code == 200


@pytest.mark.parametrize("visitor", VISITORS)
def test_another_organisations_addresses_do_not_exist(app, world, make_client, visitor):
    client = make_client(world.visitors[visitor], second_factor=visitor == "operator")
    wrong = []
    for method in ("GET", *WRITING):
        for rule, path in worlds.walk(app, world, method, other=True):
            permission = TABLE[rule.endpoint]
            expected = worlds.may(permission, visitor, other=True)
            if permission.who is not Who.MEMBER or expected == "enter":
                continue
            with client.open(path, method=method) as response:
                if worlds.seen(app, response) != expected:
                    wrong.append(f"{method} {path}: expected {expected}, got {response.status}")
    assert not wrong


def test_every_row_in_an_address_is_tried_with_anothers(app, world):
    lacking = {
        (rule.endpoint, part)
        for method in ("GET", *WRITING)
        for rule, _path in worlds.walk(app, world, method)
        if TABLE[rule.endpoint].who is Who.MEMBER
        for part in set(rule.arguments) - set(world.strange(rule)) - NO_ROW
    }
    assert not lacking, sorted(lacking)


@pytest.mark.parametrize("role", [role.value for role in OrgRole])
def test_anothers_record_under_the_own_address_does_not_exist(app, world, make_client, role):
    """`/org/<own>/…/<record of another>`: the membership is right, the record is not."""
    client = make_client(world.visitors[role])
    wrong = []
    for method in ("GET", *WRITING):
        for rule, _path in worlds.walk(app, world, method):
            parts = world.strange(rule)
            if TABLE[rule.endpoint].who is not Who.MEMBER or not parts:
                continue
            arguments = world.arguments(rule) | parts
            path = worlds.address(app, rule, arguments)
            with client.open(path, method=method) as response:
                if response.status_code not in {403, 404}:
                    wrong.append(f"{method} {path}: {response.status}")
    assert not wrong


@pytest.mark.parametrize("visitor", VISITORS)
def test_nobody_writes_where_they_may_not(app, world, make_client, visitor):
    client = make_client(world.visitors[visitor], second_factor=visitor == "operator")
    wrong = []
    for method in WRITING:
        for rule, path in worlds.walk(app, world, method):
            expected = worlds.may(TABLE[rule.endpoint], visitor)
            if expected == "enter":
                continue
            with client.open(path, method=method) as response:
                if worlds.seen(app, response) != expected:
                    wrong.append(f"{method} {path}: expected {expected}, got {response.status}")
    assert not wrong

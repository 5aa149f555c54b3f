"""No value of an address or a form makes a fault: each is answered with a page that says so."""

from __future__ import annotations

from urllib.parse import quote, urlencode

import pytest

from talentmarket.core.permissions import TABLE, Who
from tests.guards import world as worlds

#: Signs no database keeps, numbers no column holds, digits int() does not take, broken addresses.
VALUES = ("\x00", "9" * 30, "²", "/\t/[", "/\nX: y", "NaN", "天" * 170)
#: Names that addresses and forms of the site use.
NAMES = (
    *("q", "page", "next", "seen_by", "org", "card", "job", "view", "state", "route", "number"),
    *("order", "pick", "move", "requirement", "invitation", "proposal", "kind", "parent", "again"),
    *("tab", "sort", "off", "more", "years", "education", "posted", "skill", "region", "pay"),
    *("occupation", "mode", "rest", "origin", "channel", "nature", "size", "industry", "seen"),
    *("availability", "employer", "scope", "unread", "late", "strict", "as", "role", "session"),
    *("revision", "sequence", "version", "answer", "act", "name", "item", "notice", "identifier"),
    *("code", "password", "given", "sure", "on", "locale", "headline", "summary", "home_region"),
    *("education_rank", "occupations", "regions", "pay_low", "pay_high", "work_mode", "rest_days"),
    *("willing_to_move", "level", "last_used", "evidence", "title", "organisation", "subject"),
    *("organisation_uscc", "start_month", "end_month", "valid_until", "text", "uscc", "note"),
    *("visibility", "contact_when", "key", "reason", "day", "time", "minutes", "place", "contact"),
    *("client_name", "client_uscc", "headcount", "years_min", "base_pay", "pay_unit", "pay_months"),
    *("reply_days", "benefits", "add_skills", "employer_id", "entrustment_id", "description"),
    *(
        "contract",
        "insurance",
        "hours",
        "address",
        "skills-0-skill_id",
        "skills-0-level",
        "verdict",
    ),
    *(
        "skills-0-wanted",
        "skills-0-years",
        "occupation_code",
        "region_code",
        "receiver",
        "legal_form",
    ),
    *("short_name", "website", "contact_phone", "handler_name", "intro", "fee_standard", "issuer"),
    *("issued_on", "expires_on", "supervisor_phone", "member", "operators", "before", "do"),
)
#: The first of them stand in addresses.
QUERY_NAMES = 46


@pytest.fixture
def world(app, session):
    return worlds.build()


def visitor_of(endpoint: str) -> str:
    who = TABLE[endpoint].who
    if who is Who.OPERATOR:
        return "operator"
    return "owner" if who is Who.MEMBER else "person"


def faults(app, world, make_client, method, ask) -> list[str]:
    clients = worlds.clients(world, make_client)
    found = []
    for rule, path in worlds.walk(app, world, method):
        if rule.endpoint in ("account.sign_out", "static", "account.erase"):
            continue
        client = clients[visitor_of(rule.endpoint)]
        for value in VALUES:
            try:
                response = ask(client, rule, path, value)
                response.close()
            except Exception as error:  # every kind is a fault, and all are told at once
                found.append(
                    f"{rule.endpoint} {value[:9]!r}: {type(error).__name__}: {error}"[:180]
                )
                continue
            if response.status_code >= 500:
                found.append(f"{rule.endpoint} {value[:9]!r}: {response.status}")
    return found


def test_queries(app, world, make_client):
    def ask(client, _rule, path, value):
        names = NAMES[:QUERY_NAMES]
        return client.get(f"{path}?{urlencode(dict.fromkeys(names, value))}")

    assert not faults(app, world, make_client, "GET", ask)


def test_forms(app, world, make_client):
    def ask(client, _rule, path, value):
        return client.post(path, data=dict.fromkeys(NAMES, value))

    assert not faults(app, world, make_client, "POST", ask)


def test_ids_in_addresses(app, world, make_client):
    def ask(client, rule, path, value):
        if not rule.arguments:
            return client.get("/healthz")
        arguments = {
            name: world.arguments(rule)[name] if name == "org" else "\ue000"
            for name in rule.arguments
        }
        marked = worlds.address(app, rule, arguments)
        return client.get(marked.replace(quote("\ue000"), quote(value, safe="")))

    assert not faults(app, world, make_client, "GET", ask)

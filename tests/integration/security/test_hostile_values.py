"""No value of an address or a form makes a fault: each is answered with a page that says so."""

from __future__ import annotations

from urllib.parse import quote, urlencode

import pytest

from talentmarket.core.permissions import TABLE, Who
from tests.fixtures.databases import on_sqlite
from tests.guards import world as worlds

#: Numbers no column holds, digits int() does not take, broken addresses, long words.
VALUES = ("9" * 30, "²", "/\t/[", "/\nX: y", "NaN", "天" * 170)
NUL = "\x00"
#: What each database is asked. Values stand at other names on the one than on the other (`turn`);
#: signs that are refused before any database is asked are tried once.
TURNS = {"sqlite": 0, "postgresql": 1}
REFUSED_BEFORE = {"sqlite": (NUL,), "postgresql": ()}
IDS = {"sqlite": (NUL, "9" * 30, "%5B%25"), "postgresql": ("9" * 30, "天" * 170)}
# A mark that no address holds by itself and that a converter of whole numbers writes too.
MARK = "314159265358979"
#: They would end the visit of the walker.
LAST_ACTS = {"account.sign_out", "account.erase", "org.leave", "static"}
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


def mixed(names, turn: int) -> dict[str, str]:
    """Each name with one of the values; another one in another turn."""
    return {name: VALUES[(n + 5 * turn) % len(VALUES)] for n, name in enumerate(names)}


def faults(app, world, make_client, method, asks) -> list[str]:
    """Every route of the method asked in each of the ways; what was no answer but a fault."""
    clients = worlds.clients(world, make_client)
    found = []
    for rule, path in worlds.walk(app, world, method):
        if rule.endpoint in LAST_ACTS:
            continue
        client = clients[visitor_of(rule.endpoint)]
        for n, ask in enumerate(asks):
            response = ask(client, rule, path)
            if response is None:
                continue
            response.close()
            if response.status_code >= 500:
                found.append(f"{rule.endpoint}, way {n}: {response.status}")
    return found


def in_query(query):
    """A way to ask: the address with a query."""
    return lambda client, _rule, path: client.get(f"{path}?{urlencode(query)}")


def in_address(app, world, value):
    """A way to ask: the value in place of each id of the address; None where it holds no id."""

    def ask(client, rule, _path):
        arguments = world.arguments(rule)
        if set(arguments) <= {"org"}:
            return None
        arguments |= {name: MARK for name in arguments if name != "org"}
        marked = worlds.address(app, rule, arguments)
        assert MARK in marked
        return client.get(marked.replace(MARK, quote(value, safe="")))

    return ask


def test_queries_and_ids_in_addresses(app, world, make_client, database_kind):
    queries = [mixed(NAMES[:QUERY_NAMES], TURNS[database_kind])]
    queries += [{"q": sign} for sign in REFUSED_BEFORE[database_kind]]
    asks = [in_query(query) for query in queries]
    asks += [in_address(app, world, value) for value in IDS[database_kind]]
    assert not faults(app, world, make_client, "GET", asks)


def test_forms(app, world, make_client, database_kind):
    forms = [mixed(NAMES, TURNS[database_kind])]
    forms += [{"text": sign, "name": sign} for sign in REFUSED_BEFORE[database_kind]]
    asks = [lambda client, _rule, path, form=form: client.post(path, data=form) for form in forms]
    assert not faults(app, world, make_client, "POST", asks)


@on_sqlite
def test_a_nul_is_refused_and_nothing_is_asked_of_the_database(client):
    assert client.get("/jobs?q=%00").status_code == 400
    assert client.get("/jobs/%00").status_code == 404
    assert client.post("/sign-in", data={"act": "send", "identifier": "a\x00b"}).status_code == 400

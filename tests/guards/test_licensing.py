"""Every write of an organisation says whether an HR service firm needs its licence for it."""

from __future__ import annotations

from talentmarket.core.permissions import TABLE, Who
from talentmarket.core.roles import OrgRole
from talentmarket.web import licensing
from tests.factories.organisations import make_licence, make_member, make_organisation
from tests.fixtures.databases import on_sqlite
from tests.guards import world as worlds

pytestmark = on_sqlite
SENTENCE = "没有有效的人力资源服务许可证，或服务范围不含"


def writes(app):
    """Endpoint → address rule of all that members send."""
    return {
        rule.endpoint: rule
        for rule in worlds.routes(app, "POST")
        if TABLE[rule.endpoint].who is Who.MEMBER
    }


def test_every_write_stands_in_one_of_the_two_lists(app):
    there = set(writes(app))
    said = licensing.NEEDED | set(licensing.FREE)
    assert not there - said, "say in web/licensing.py whether a firm needs its licence for these"
    assert not said - there, "no such write"
    assert not licensing.NEEDED & set(licensing.FREE)


def _refused(app, make_client, firm):
    client = make_client(make_member(firm, OrgRole.OWNER))
    refused = set()
    for endpoint, rule in writes(app).items():
        arguments = dict.fromkeys(rule.arguments, "none") | {"org": firm.public_id}
        with client.post(worlds.address(app, rule, arguments)) as response:
            if response.status_code == 403 and SENTENCE in response.get_data(as_text=True):
                refused.add(endpoint)
    return refused


def test_without_a_licence_exactly_these_are_refused(app, session, make_client):
    firm = make_organisation(kind="hr_firm")
    make_licence(firm, scope=["referral"])
    refused = _refused(app, make_client, firm)
    assert refused == licensing.NEEDED


def test_with_one_and_for_who_needs_none_nothing_is(app, session, make_client):
    licensed = make_organisation(kind="hr_firm")
    make_licence(licensed)
    for organisation in (licensed, make_organisation(kind="public_service"), make_organisation()):
        assert _refused(app, make_client, organisation) == set()

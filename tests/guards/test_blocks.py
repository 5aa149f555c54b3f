"""Somebody whom an employer must not see: on no page, and in no number of any page.

Every page is read three times: while the person is there, while they block the employer, and while
they show themselves to nobody. Where they left a trace before, the last two must be the same.
"""

from __future__ import annotations

import difflib
import re

import pytest
import sqlalchemy as sa

from talentmarket.core.outbox import changed
from talentmarket.core.permissions import TABLE, Who
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.models import Channel, Job
from talentmarket.members.cards import card_of
from talentmarket.members.models import (
    Organisation,
    OrganisationKind,
    Talent,
    TalentBlock,
    Visibility,
)
from tests.factories import block_of, make_job, make_organisation, make_talent
from tests.factories.brokering import carry, make_mandate
from tests.fixtures.databases import on_sqlite
from tests.guards import world as worlds

pytestmark = [on_sqlite, pytest.mark.slow]

HEADLINE = "鳞翅标本数据官"
READERS = {Who.PUBLIC: "owner", Who.SIGNED_IN: "owner", Who.VERIFIED: "owner", Who.MEMBER: "owner"}
#: Ways a page is read that its bare address does not show.
READINGS = {
    "talents.search": ("", f"?q={HEADLINE}", "?region=513300", "?q=数据&sort=newest"),
    "org_talents.search": ("", f"?q={HEADLINE}", "?region=513300", "?job={job}"),
    "org_talents.show": ("", "?job={job}"),
    "suggest.proposals": ("?q=鳞翅&kind=talent", "?q=鳞&kind=talent&org={org}"),
    "org_desk.job": ("", "?view=board", "?order=time"),
}
#: Pages that must have shown the person, or the test would show nothing.
SURELY = {"talents.search", "org_talents.search", "org_desk.job"}
#: What differs from one answer to the next whoever is there.
NOISE = re.compile(
    r'name="key"[^>]+>|nonce-?=?"?[\w+/=-]+|name="csrf[^>]+>|ImY\w+\.[\w.-]+|token=[\w.-]+'
)


@pytest.fixture(params=["the employer", "a firm that acts for it"])
def world(request, app, session):
    """The world, somebody whom everybody finds, and whom they block."""
    world = worlds.build()
    own = sa.select(Organisation).where(Organisation.public_id == world.examples["org"])
    blocked = session.scalars(own).one()
    if request.param != "the employer":
        with unit_of_work() as unit:
            unit.scalars(own).one().kind = OrganisationKind.HR_FIRM
        firm, blocked = blocked, make_organisation()
        job = make_job(firm, employer_id=blocked.id, channel=Channel.AGENCY)
        carry(firm, blocked, job)
        _shortlist(session, world, blocked)
        world.examples["job"] = world.examples["job_id"] = job.public_id
    world.blocked = blocked
    world.hidden = make_talent(
        headline=HEADLINE, regions=("510100", "513300"), visibility=Visibility.PUBLIC
    )
    told(session, "job", Job.public_id)
    told(session, "talent", Talent.public_id)
    return world


def _shortlist(session, world, employer):
    """The shortlist among the pages is that of a mandate of this employer."""
    name = "org_people.shortlisted"
    its_firm = sa.select(Organisation).where(
        Organisation.public_id == world.examples[f"{name}:org"]
    )
    mandate = make_mandate(session.scalars(its_firm).one(), make_job(employer))
    world.examples[f"{name}:mandate_id"] = mandate.public_id


def told(session, kind, ids):
    with unit_of_work() as unit:
        changed(unit, kind, *session.scalars(sa.select(ids)))


def stand(world, *, visibility, blocks):
    with unit_of_work() as unit:
        unit.get_one(Talent, world.hidden.id).visibility = visibility
        unit.execute(sa.delete(TalentBlock))
        if blocks:
            unit.add(block_of(world.hidden, world.blocked))
        changed(unit, "talent", world.hidden.public_id)


def pages(app, world, client):
    """(Endpoint, address) → what a member of the organisation reads there."""
    read = {}
    for rule, path in worlds.walk(app, world):
        if rule.endpoint == "account.sign_out" or READERS.get(TABLE[rule.endpoint].who) is None:
            continue
        for reading in READINGS.get(rule.endpoint, ("",)):
            where = path + reading.format(**world.examples)
            with client.get(where) as answer:
                if answer.status_code == 200:
                    text = answer.get_data().decode("utf-8", "replace")
                    read[rule.endpoint, where] = NOISE.sub("", text)
    return read


def test_nobody_blocked_is_seen_or_counted(app, session, search_handle, drain, world, make_client):
    client = worlds.clients(world, make_client)["owner"]
    marks = {HEADLINE, world.hidden.public_id}
    marks |= {card_of(world.hidden, whose) for whose in (None, world.examples["org"])}

    seen = {}
    for state, visibility, blocks in (
        ("found", Visibility.PUBLIC, False),
        ("blocking", Visibility.PUBLIC, True),
        ("private", Visibility.PRIVATE, False),
    ):
        stand(world, visibility=visibility, blocks=blocks)
        drain()
        seen[state] = pages(app, world, client)

    showed = {place for place, text in seen["found"].items() if any(mark in text for mark in marks)}
    assert {endpoint for endpoint, _ in showed} >= SURELY
    found, blocking, private = seen["found"], seen["blocking"], seen["private"]
    wrong = []
    for place, text in blocking.items():
        said = {mark for mark in marks if mark in text.replace(f'value="{HEADLINE}"', "")}
        if said - ({HEADLINE} if "q=" in place[1] else set()):
            wrong.append(f"{place[1]} shows {said}")
        elif found.get(place) != private.get(place) != text:
            lines = difflib.unified_diff(private.get(place, "").split("\n"), text.split("\n"), n=0)
            wrong.append("\n".join([place[1], *lines][:12]))
    assert not wrong, "\n".join(wrong)

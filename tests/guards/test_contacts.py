"""Ways to reach a person, which opened to the desk, reach no page of a hiring manager or viewer."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from talentmarket.core.folding import spaced_phone
from talentmarket.core.permissions import TABLE, Who
from talentmarket.core.roles import OrgRole
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.models import Job
from talentmarket.members.models import Account
from tests.fixtures.databases import on_sqlite
from tests.guards import world as worlds

pytestmark = [on_sqlite, pytest.mark.slow]


def shown_in(app, world, client, number):
    """The pages and files of the organisation in which the number stands, however it is written."""
    written = (number, number.removeprefix("+86"), spaced_phone(number))
    found = set()
    for rule, path in worlds.walk(app, world):
        if TABLE[rule.endpoint].who is not Who.MEMBER:
            continue
        with client.get(path) as response:
            body = response.get_data()
        if response.status_code == 200 and any(one.encode() in body for one in written):
            found.add(rule.endpoint)
    return found


def test_a_number_that_is_open_to_the_desk_is_on_no_page_of_who_only_reads(
    app, session, world, make_client
):
    person, manager = world.visitors["person"], world.visitors[OrgRole.HIRING_MANAGER.value]
    number = session.get_one(Account, person.id).identifiers[0].value
    job = session.scalars(sa.select(Job).where(Job.public_id == world.examples["job"])).one()
    key, owner = manager.id, job.organisation_id
    session.rollback()
    with unit_of_work() as unit:
        unit.execute(sa.update(Job).where(Job.organisation_id == owner).values(manager_id=key))
    clients = worlds.clients(world, make_client)
    assert "org_desk.show" in shown_in(app, world, clients[OrgRole.OWNER.value], number)
    application = world.examples["application_id"]
    opened = clients["hiring_manager"].get(
        f"/org/{world.examples['org']}/applications/{application}"
    )
    assert opened.status_code == 200, "the shortlist of the own job is open"
    for role in (OrgRole.HIRING_MANAGER, OrgRole.VIEWER, OrgRole.FINANCE):
        assert not shown_in(app, world, clients[role.value], number), role

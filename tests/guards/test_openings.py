"""Every page that shows a person's name or contact to somebody else leaves a record for them."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from talentmarket.core.permissions import TABLE, Who
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.models import Job
from talentmarket.members.models import Identifier, ProfileOpening
from tests.fixtures.databases import on_sqlite
from tests.guards import world as worlds

pytestmark = [on_sqlite, pytest.mark.slow]

#: Who else may come across a person on the pages of each rule.
OTHERS = {
    Who.PUBLIC: ("owner",),
    Who.SIGNED_IN: ("owner",),
    Who.VERIFIED: ("owner",),
    Who.MEMBER: ("owner", "hiring_manager"),
    Who.OPERATOR: ("operator",),
    Who.DEMO: (),
}
#: Ways a page is read that its bare address does not show.
READINGS = {"org_desk.job": ("", "?view=board", "?view=ended", "?order=time")}
#: What ends a session is not walked into.
CLOSING = {"account.sign_out"}
NAME = "林知遥"


@pytest.fixture
def world(app, session):
    world = worlds.build()
    with unit_of_work() as unit:
        manager = world.visitors["hiring_manager"].id
        job = sa.update(Job).where(Job.public_id == world.examples["job"])
        unit.execute(job.values(manager_id=manager))
    return world


def opened(session):
    """How much was written down as opened since the last look."""
    levels = session.scalars(sa.select(ProfileOpening.level)).all()
    if levels:
        with unit_of_work() as unit:
            unit.execute(sa.delete(ProfileOpening))
    return levels


def personal(session, world):
    """What names or reaches the person of the world."""
    own = sa.select(Identifier.value).where(
        Identifier.account_id == world.visitors["person"].id, Identifier.verified_at.is_not(None)
    )
    return [NAME, *session.scalars(own)]


def test_whoever_reads_a_name_is_written_down(app, session, world, make_client):
    secrets = personal(session, world)
    clients = worlds.clients(world, make_client)
    named, wrong = set(), []
    for rule, path in worlds.walk(app, world):
        if rule.endpoint in CLOSING:
            continue
        for reader in OTHERS[TABLE[rule.endpoint].who]:
            for reading in READINGS.get(rule.endpoint, ("",)):
                with clients[reader].get(path + reading) as response:
                    shown = response.get_data().decode("utf-8", "replace")
                levels = opened(session)
                if not any(secret in shown for secret in secrets):
                    continue
                named.add((rule.endpoint, reader, reading))
                if {"name", "contact", "full"}.isdisjoint(levels):
                    wrong.append(f"{reader} {path}{reading}")
    assert not wrong
    assert {
        ("org_desk.show", "owner", ""),
        ("org_desk.job", "owner", ""),
        ("org_desk.job", "hiring_manager", ""),
        ("org_desk.job", "owner", "?view=board"),
    } <= named

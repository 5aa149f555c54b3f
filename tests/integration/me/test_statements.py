"""How often the database is asked does not grow with a firm's clients or a person's skills."""

from __future__ import annotations

import time
from datetime import timedelta
from itertools import count
from unittest.mock import patch

from talentmarket.core import clock
from talentmarket.core.db import db
from talentmarket.core.roles import OrgRole
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.models import Entrustment, EntrustmentState
from talentmarket.matching import serving
from talentmarket.members import blocks, groups
from talentmarket.members.cards import card_of
from talentmarket.members.models import (
    Organisation,
    OrganisationKind,
    Talent,
    TalentSkillEvidence,
    Visibility,
)
from talentmarket.taxonomy.model import get_taxonomy
from tests.factories import make_job, make_licence, make_member, make_organisation, make_talent
from tests.fixtures.databases import on_sqlite
from tests.guards.test_pages import STATEMENTS, counted

pytestmark = on_sqlite


def make_firm(clients: int) -> Organisation:
    """An HR firm with letters of this many clients; each has a parent and a branch, and every
    second letter names the client by name alone."""
    firm = make_organisation(kind=OrganisationKind.HR_FIRM)
    make_licence(firm)
    for number in range(clients):
        parent = make_organisation()
        client = make_organisation(parent_id=parent.id)
        make_organisation(parent_id=client.id)
        with unit_of_work() as unit:
            unit.add(
                Entrustment(
                    organisation_id=firm.id,
                    client_name=client.name,
                    client_uscc=client.uscc if number % 2 else "",
                    valid_until=clock.today() + timedelta(days=30),
                    state=EntrustmentState.ACCEPTED,
                    submitted_at=clock.now(),
                )
            )
    return firm


def make_skilled(skills: int) -> Talent:
    """A public person with this many skills, each proven by the one job."""
    codes = list(get_taxonomy().skills)[:skills]
    talent = make_talent(skills=dict.fromkeys(codes, 2), visibility=Visibility.PUBLIC)
    with unit_of_work() as unit:
        own = unit.get_one(Talent, talent.id)
        for skill in own.skills:
            unit.add(TalentSkillEvidence(talent_skill_id=skill.id, entry_id=own.entries[0].id))
    return talent


def asked(client, path: str) -> int:
    """How many statements a page takes when it is opened again."""
    assert client.get(path).status_code == 200
    with counted(db.engine) as sent:
        client.get(path)
    return len(sent)


def test_a_slow_machine_asks_no_more(session, make_client, monkeypatch):
    """A process looks at its models again after a second; a page that takes longer counts the same."""
    firm = make_firm(1)
    client = make_client(make_member(firm, OrgRole.OWNER))
    path = f"/org/{firm.public_id}/talents/{card_of(make_skilled(1), firm.public_id)}"
    path += f"?job={make_job(firm).public_id}"
    quick = asked(client, path)
    now = count(int(time.monotonic()), 60)
    monkeypatch.setattr(time, "monotonic", lambda: float(next(now)))
    with patch.object(serving, "LOOK_EVERY", 1.0):
        assert asked(client, path) == quick


def test_whose_blocks_bind_a_firm_is_asked_for_all_its_clients_together(session):
    few, many = make_firm(2), make_firm(8)
    sent = {}
    for firm, clients in ((few, 2), (many, 8)):
        session.expire_all()
        own = session.get_one(Organisation, firm.id)
        with counted(db.engine) as statements:
            bound = blocks.binding(session, own)
        known = session.query(Organisation).filter_by(kind=OrganisationKind.EMPLOYER)
        names = {one.name for one in bound.members} - {own.name}
        assert len(names) == 3 * clients <= known.count()
        sent[clients] = len(statements)
    assert sent[2] == sent[8] <= 8


def test_a_firms_pages_of_a_person_do_not_grow_with_its_clients(session, make_client):
    talent = make_skilled(5)
    sent = []
    for firm in (make_firm(2), make_firm(8)):
        client = make_client(make_member(firm, OrgRole.OWNER))
        card = card_of(talent, firm.public_id)
        job = make_job(firm).public_id
        sent.append(asked(client, f"/org/{firm.public_id}/talents/{card}?job={job}"))
    assert sent[0] == sent[1] <= STATEMENTS


def test_a_card_with_many_skills_takes_as_many_statements_as_one_with_few(session, make_client):
    client = make_client(None)
    few, many = (
        asked(client, f"/talents/{card_of(make_skilled(skills), None)}") for skills in (3, 15)
    )
    assert few == many <= STATEMENTS


def test_the_whole_group_is_known_from_any_place_in_it(session):
    """Also what stands below a branch, and also when parents go round in a circle."""
    top = make_organisation()
    middle = make_organisation(parent_id=top.id)
    own = make_organisation(parent_id=middle.id)
    below = make_organisation(parent_id=own.id)
    names = {one.name for one in (top, middle, own, below)}
    for one in (top, middle, own, below):
        bound = blocks.binding(session, session.get_one(Organisation, one.id))
        assert {one.name for one in bound.members} == names
    with unit_of_work() as unit:
        unit.get_one(Organisation, top.id).parent_id = below.id
    for one in (top, below):
        bound = blocks.binding(session, session.get_one(Organisation, one.id))
        assert {one.name for one in bound.members} == names


def test_a_group_is_followed_until_it_is_large_enough(session, monkeypatch):
    """One large group takes nothing from another."""
    monkeypatch.setattr(groups, "MAX_GROUP", 3)
    large, small = make_organisation(), make_organisation()
    for _ in range(3):
        make_organisation(parent_id=make_organisation(parent_id=large.id).id)
    chain = [small]
    for _ in range(2):
        chain.append(make_organisation(parent_id=chain[-1].id))
    firm = make_organisation(kind=OrganisationKind.HR_FIRM)
    besides = [blocks.Employer(one.name, one.uscc) for one in (large, small)]
    bound = blocks.binding(session, session.get_one(Organisation, firm.id), besides)
    names = {one.name for one in bound.members}
    assert {one.name for one in chain} <= names
    assert len(names) == 1 + 4 + 3

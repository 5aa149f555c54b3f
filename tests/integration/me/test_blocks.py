"""Blocks: one truth for pages, lists and the index; a group and its agents are bound."""

from __future__ import annotations

from datetime import timedelta

import pytest

from talentmarket.core import clock
from talentmarket.core.db import db
from talentmarket.core.errors import Invalid
from talentmarket.core.events import SYSTEM
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.models import Channel, Entrustment, EntrustmentState
from talentmarket.members import blocks, entries
from talentmarket.members.cards import card_of
from talentmarket.members.entries import EntryValues
from talentmarket.members.models import (
    EntryKind,
    Organisation,
    OrganisationKind,
    Talent,
    Visibility,
)
from tests.factories import make_job, make_member, make_organisation, make_talent

WORK = EntryValues(
    EntryKind.EXPERIENCE, title="数据工程师", organisation="锦城数科有限公司", start_month="2021-03"
)


def fresh(talent: Talent) -> Talent:
    db.session.rollback()
    return db.session.get(Talent, talent.id)


def block(talent: Talent, name: str, uscc: str | None = None) -> None:
    with unit_of_work() as unit:
        blocks.add_block(unit, unit.get(Talent, talent.id), name, uscc, actor=SYSTEM)


def blocked(talent: Talent, organisation: Organisation) -> bool:
    db.session.rollback()
    own = db.session.get(Talent, talent.id)
    other = db.session.get(Organisation, organisation.id)
    found = blocks.is_blocked(db.session(), own, other)
    listed = own.id in db.session.scalars(blocks.blocked_talents(db.session(), other)).all()
    keys = set(blocks.block_keys(own)) & set(blocks.organisation_keys(db.session(), other))
    assert found == listed == bool(keys), "one truth for pages, lists and the index"
    return found


def test_a_block_by_name_or_code_holds(session):
    talent = make_talent()
    one, two, three = make_organisation(), make_organisation(), make_organisation()
    block(talent, one.name.replace("有限公司", " 有限公司"))
    block(talent, "改过名的公司", two.uscc)
    assert blocked(talent, one)
    assert blocked(talent, two)
    assert not blocked(talent, three)


def test_a_block_holds_for_the_whole_group(session):
    talent = make_talent()
    parent = make_organisation()
    branch = make_organisation(parent_id=parent.id)
    sister = make_organisation(parent_id=parent.id)
    block(talent, branch.name)
    assert blocked(talent, parent)
    assert blocked(talent, sister)
    assert not blocked(talent, make_organisation())


def entrust(firm: Organisation, client: Organisation, state: EntrustmentState) -> None:
    with unit_of_work() as unit:
        row = unit.get(Organisation, client.id)
        unit.add(
            Entrustment(
                organisation_id=firm.id,
                client_name=row.name,
                client_uscc=row.uscc,
                valid_until=clock.today() + timedelta(days=30),
                state=state,
                submitted_at=clock.now(),
            )
        )


def test_a_block_binds_every_firm_that_holds_a_letter_of_the_employer(session):
    talent = make_talent()
    employer = make_organisation()
    branch = make_organisation(parent_id=employer.id)
    firm, refused, other = (make_organisation(kind=OrganisationKind.HR_FIRM) for _ in range(3))
    entrust(firm, branch, EntrustmentState.ACCEPTED)
    entrust(refused, branch, EntrustmentState.REFUSED)
    block(talent, employer.name)
    assert blocked(talent, firm)
    assert not blocked(talent, refused)
    assert not blocked(talent, other)


def test_a_block_binds_the_firm_that_posts_jobs_for_the_employer(session):
    talent = make_talent()
    employer = make_organisation()
    firm = make_organisation(kind=OrganisationKind.HR_FIRM)
    make_job(firm, employer_id=employer.id, channel=Channel.AGENCY)
    host = make_organisation(kind=OrganisationKind.HR_FIRM)
    make_job(host, channel=Channel.DISPATCHED, client_name=employer.name)
    block(talent, "旧名称", employer.uscc)
    assert blocked(talent, firm)
    assert blocked(talent, host), "the host unit is known by the credit code behind its name"


def test_own_employers_are_proposed_by_credit_code(session):
    employer = make_organisation("锦城数科有限公司")
    code = employer.uscc
    talent = make_talent()
    with unit_of_work() as unit:
        entries.add_entry(unit, unit.get(Talent, talent.id), WORK, actor=SYSTEM)
    found = blocks.proposed(session, fresh(talent))
    assert {(one.name, one.uscc) for one in found} == {
        ("岷江软件有限公司", None),
        ("锦城数科有限公司", code),
    }
    block(talent, "锦城数科有限公司", code)
    assert [one.name for one in blocks.proposed(session, fresh(talent))] == ["岷江软件有限公司"]


def test_a_wrong_credit_code_is_refused(session):
    talent = make_talent()
    with pytest.raises(Invalid):
        block(talent, "甲公司", "91510100MA00000000")


def test_public_means_everybody_but_those_known_to_be_of_a_blocked_employer(session, make_client):
    """Signed out anybody is anybody, and the person is told so where it is chosen."""
    talent = make_talent(visibility=Visibility.PUBLIC, headline="公开的数据工程师")
    bad, good = make_organisation(), make_organisation()
    block(talent, bad.name, bad.uscc)
    person, of_bad, of_good = talent.account, make_member(bad), make_member(good)
    name, card = bad.public_id, f"/talents/{card_of(fresh(talent), None)}"

    def sees(client) -> bool:
        listed = "公开的数据工程师" in client.get("/talents").text
        assert listed == (client.get(card).status_code == 200), "the list and the card agree"
        return listed

    assert not sees(make_client(of_bad))
    assert sees(make_client(of_good))
    assert sees(make_client())
    mine = make_client(person)
    assert "屏蔽单位在这里挡不住" in mine.get("/me/visibility").text
    assert "不登录就能看到公开卡片" in mine.get("/me/blocks").text
    assert "不登录的人谁都能看到公开卡片" in mine.get(f"/me/preview?org={name}").text

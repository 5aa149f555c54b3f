"""Blocks: one truth for pages, lists and the index; a group and its agents are bound."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from talentmarket.core import clock
from talentmarket.core.db import db
from talentmarket.core.errors import Invalid
from talentmarket.core.events import SYSTEM
from talentmarket.core.uow import unit_of_work
from talentmarket.discovery.talents import acting_tokens
from talentmarket.exchange.models import (
    ApplicationState,
    Channel,
    Entrustment,
    EntrustmentState,
    Invitation,
    InvitationState,
    Job,
    JobState,
)
from talentmarket.members import blocks, entries
from talentmarket.members.cards import card_of
from talentmarket.members.entries import EntryValues
from talentmarket.members.models import (
    EntryKind,
    Organisation,
    OrganisationKind,
    Talent,
    TalentBlock,
    Visibility,
)
from tests.factories import (
    make_application,
    make_job,
    make_member,
    make_organisation,
    make_talent,
)

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


def test_a_block_by_short_name_is_one_on_whom_bears_it(session):
    talent = make_talent()
    one, two = make_organisation(short_name="Acme数科"), make_organisation(short_name="双名")
    twin = make_organisation(short_name="双名")
    block(talent, "acme数科")
    assert blocked(talent, one)
    assert [row.name for row in fresh(talent).blocks] == [one.name]
    with pytest.raises(Invalid) as refused:
        block(talent, "双名")
    assert two.name in str(refused.value.errors["name"])
    assert twin.name in str(refused.value.errors["name"])
    assert not blocked(talent, two)


def test_the_page_says_which_block_meets_nobody_yet(session, make_client):
    talent = make_talent()
    client = make_client(talent.account)
    known = make_organisation(short_name="锦官")
    said = "站内还没有叫这个全称的单位"
    page = client.post("/me/blocks", data={"name": "锦官"}, follow_redirects=True).text
    assert f"已屏蔽 {known.name}" in page
    assert said not in page
    page = client.post("/me/blocks", data={"name": "谁也不认识"}, follow_redirects=True).text
    assert said in page
    make_organisation(name="谁也不认识")
    assert said not in client.get("/me/blocks").text


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


def invite(job: Job, talent: Talent) -> str:
    at = clock.now()
    with unit_of_work() as unit:
        row = Invitation(
            organisation_id=job.organisation_id,
            job_id=job.id,
            talent_id=talent.id,
            sent_at=at,
            expires_at=at + timedelta(days=14),
        )
        unit.add(row)
        unit.flush()
        return row.public_id


def test_what_had_begun_before_a_block_is_said_and_shows_nothing_more(session, make_client):
    """The snapshot stays with who got it until the person withdraws; an invitation opened later
    reads as it did."""
    talent, employer = make_talent(), make_organisation()
    firm = make_organisation(kind=OrganisationKind.HR_FIRM)
    entrust(firm, employer, EntrustmentState.ACCEPTED)
    elsewhere = make_application(make_job(title="别处的岗位"), talent)
    running = make_application(make_job(firm, title="机构的岗位"), talent)
    over = make_application(
        make_job(employer, title="已经结束的"), talent, state=ApplicationState.WITHDRAWN
    )
    waiting = invite(make_job(employer, title="等答复的岗位"), talent)
    person = make_client(talent.account)
    assert "屏蔽以前开始的" not in person.get("/me/blocks").text

    data = {"name": employer.name, "uscc": ""}
    page = person.post("/me/blocks", data=data, follow_redirects=True).text
    assert "屏蔽不撤回申请" in page
    assert f"/me/applications/{running.public_id}" in page
    assert f"/me/invitations/{waiting}" in page
    for other in (elsewhere, over):
        assert f"/me/applications/{other.public_id}" not in page

    assert person.get(f"/me/invitations/{waiting}").status_code == 200
    db.session.rollback()
    seen = sa.select(Invitation.state).where(Invitation.public_id == waiting)
    assert db.session.scalar(seen) is InvitationState.SENT


def test_a_draft_counts_nobody_who_blocks_whom_it_is_for(session):
    firm = make_organisation(kind=OrganisationKind.HR_FIRM)
    employer = make_organisation()
    draft = make_job(
        firm, state=JobState.DRAFT, channel=Channel.AGENCY, employer_id=employer.id,
        client_name="驻场的客户有限公司",
    )  # fmt: skip
    talent = make_talent()
    for name in (employer.name, "驻场的客户有限公司"):
        with unit_of_work() as unit:
            unit.execute(sa.delete(TalentBlock))
        block(fresh(talent), name)
        keys = set(blocks.block_keys(fresh(talent)))
        db.session.rollback()
        own, job = db.session.get(Organisation, firm.id), db.session.get(Job, draft.id)
        assert keys.isdisjoint(acting_tokens(db.session(), own)), "it does not act for it yet"
        assert keys & set(acting_tokens(db.session(), own, job))

"""Membership and standing as the pages hold to them: joined once, lapsed, claimed, a branch."""

from __future__ import annotations

import contextvars
import io
import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

from talentmarket.core import clock
from talentmarket.core.errors import Invalid, NotFound
from talentmarket.core.roles import OrgRole
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange import jobs
from talentmarket.exchange.models import Job, JobState
from talentmarket.exchange.posting import posting_of
from talentmarket.members import memberships
from talentmarket.members.models import (
    Account,
    ClaimState,
    Organisation,
    OrganisationClaim,
    OrganisationState,
)
from tests.factories import (
    make_account,
    make_job,
    make_member,
    make_organisation,
    make_talent,
)
from tests.factories.organisations import credit_code
from tests.fixtures.databases import on_sqlite
from tests.integration.exchange.steps import text
from tests.integration.jobs.helpers import draft
from tests.integration.members.steps import PDF, actor_of, codes


def invite(organisation: Organisation, owner: Account) -> str:
    with unit_of_work() as unit:
        return memberships.invite(
            unit,
            unit.get_one(Organisation, organisation.id),
            OrgRole.RECRUITER,
            receiver="",
            by=owner,
            path="/organisations/join/TOKEN",
            locale="zh",
            actor=actor_of(owner, organisation),
        )


def test_two_clicks_on_one_invitation_at_the_same_moment(app, session):
    """Both have read the link as good; one joins, the other is told. On both databases."""
    organisation = make_organisation()
    owner, *people = make_member(organisation), make_account("甲"), make_account("乙")
    token, keys = invite(organisation, owner), [one.id for one in people]
    session.rollback()
    start, said = threading.Barrier(2), []

    def click(key: int) -> None:
        with app.app_context():
            start.wait(20)
            try:
                with unit_of_work() as unit:
                    account = unit.get_one(Account, key)
                    memberships.accept(unit, token, account, actor=actor_of(account))
                said.append("joined")
            except NotFound as refused:
                said.append(str(refused.message))

    threads = [
        threading.Thread(target=contextvars.Context().run, args=(click, key)) for key in keys
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(said, key=len)[0] == "joined"
    assert "这个邀请链接已经用过" in sorted(said, key=len)[1]
    assert len(memberships.members_of(session, organisation)) == 2


@on_sqlite
@pytest.mark.parametrize("ends", ["removed", "made a viewer"])
def test_who_is_no_owner_any_more_has_no_link_left(session, make_client, ends):
    """A link kept for later would let whoever was put out come in again, as an owner."""
    organisation = make_organisation()
    owner, other = make_member(organisation), make_member(organisation)
    kept, hers = invite(organisation, owner), invite(organisation, other)
    org, client = organisation.public_id, make_client(other)
    member = f"/org/{org}/members/{owner.public_id}"
    if ends == "removed":
        assert client.post(f"{member}/remove").status_code == 302
    else:
        assert client.post(f"{member}/role", data={"role": "viewer"}).status_code == 302
    put_out = make_client(owner)
    joined = put_out.post(f"/organisations/join/{kept}")
    assert joined.status_code == 404
    assert "已撤回" in joined.text
    assert put_out.get(f"/org/{org}/members").status_code == (404 if ends == "removed" else 200)
    assert make_client(make_account()).post(f"/organisations/join/{hers}").status_code == 302


@on_sqlite
def test_a_lapsed_organisation_answers_and_posts_nothing(session, make_client):
    organisation = make_organisation()
    member = make_member(organisation)
    job, waiting = make_job(organisation), draft(organisation)
    person = make_client(make_talent().account)
    sent = person.post(f"/jobs/{job.public_id}/apply", data={"contact_when": "interview"})
    application = sent.location.rsplit("/", 1)[-1]
    with unit_of_work() as unit:
        unit.get_one(Organisation, organisation.id).state = OrganisationState.LAPSED
        draft_id = unit.get_one(Job, waiting).public_id
    desk, org = make_client(member), organisation.public_id
    posted = f"/org/{org}/jobs/{job.public_id}"
    desk.post(f"/org/{org}/jobs/{draft_id}/submit")
    session.expire_all()
    assert session.get_one(Job, waiting).state is JobState.DRAFT
    assert "单位通过核验后才能发布岗位" in text(desk.get(f"/org/{org}/jobs/{draft_id}/check"))
    later = (clock.today() + timedelta(days=80)).isoformat()
    refused = text(desk.post(f"{posted}/extend", data={"valid_until": later}), 422)
    assert "复核通过后才能改有效期" in refused
    with unit_of_work() as unit:
        row = unit.get_one(Job, job.id)
        posting = posting_of(row).but(valid_until=clock.today() + timedelta(days=80))
        with pytest.raises(Invalid):
            jobs.edit(unit, row, posting, revision=row.revision, actor=actor_of(member))
    assert "它马上从列表里消失，单位复核通过以后才能再显示" in text(desk.get(f"{posted}/edit"))
    text(desk.get(f"/org/{org}/applications"))
    moved = desk.post(f"/org/{org}/applications/{application}/move", data={"move": "shortlist"})
    assert moved.status_code == 302
    assert "入围" in text(person.get(f"/me/applications/{application}"))
    assert make_client().get(f"/jobs/{job.public_id}").status_code == 200, "what is posted stays"


@on_sqlite
def test_a_second_claim_on_a_code_goes_to_the_owner_then_to_the_office(session, make_client, clock):
    organisation = make_organisation()
    owner, claimant = make_member(organisation), make_account("新人")
    client = make_client(claimant)
    form = {"kind": "employer", "name": organisation.name, "uscc": organisation.uscc}
    page = client.post("/organisations/new", data=form)
    where = f"/organisations/{organisation.public_id}/claim"
    assert page.status_code == 422
    assert where in page.text, "the way on is a claim"
    sent = {"text": "我是该单位人事负责人，原负责人已离职。"}
    sent["file"] = (io.BytesIO(PDF), "授权书.pdf")
    assert client.post(where, data=sent).status_code == 302
    row = session.scalars(sa.select(OrganisationClaim)).one()
    key, name = row.id, row.public_id
    assert row.state is ClaimState.AT_OWNER
    assert codes(session, owner) == ["claim.to_owner"]
    operator = make_client(make_account("秘书处", is_operator=True), second_factor=True)
    desk = make_client(owner)
    address = f"/org/{organisation.public_id}/claims"
    assert "新人" in text(desk.get(address))
    desk.post(f"{address}/{name}", data={"verdict": "refuse", "text": "此人不在本单位任职。"})
    session.expire_all()
    assert session.get_one(OrganisationClaim, key).state is ClaimState.AT_OPERATOR
    assert name in text(operator.get("/operator/claims"))


@on_sqlite
def test_a_branch_stands_with_its_head_office(session, make_client):
    head = make_organisation("岷江云计算有限公司")
    owner = make_member(head)
    client, stranger = make_client(owner), make_client(make_account())
    form = {"kind": "employer", "name": "岷江云计算有限公司泸州分公司", "uscc": credit_code()}
    form["parent"] = head.public_id
    assert stranger.post("/organisations/new", data=form).status_code == 404
    made = client.post("/organisations/new", data=form)
    assert made.status_code == 302
    branch = session.scalars(sa.select(Organisation).where(Organisation.parent_id == head.id)).one()
    key, org = branch.id, branch.public_id
    again = client.post("/organisations/new", data={**form, "parent": org, "uscc": credit_code()})
    assert again.status_code == 422
    assert "分支机构不能再设分支" in again.text
    where = f"/organisations/{head.public_id}"
    assert org not in text(make_client().get(where)), "not before it is verified"
    with unit_of_work() as unit:
        unit.get_one(Organisation, key).state = OrganisationState.VERIFIED
    assert f"/organisations/{org}" in text(make_client().get(where))
    assert f"/organisations/{head.public_id}" in text(make_client().get(f"/organisations/{org}"))
    written = session.get_one(Job, draft(head)).public_id
    edited = text(client.get(f"/org/{head.public_id}/jobs/{written}/edit"))
    assert f'value="{org}"' in edited, "the head office posts for its branch"
    with unit_of_work() as unit:
        unit.get_one(Organisation, head.id).state = OrganisationState.SUSPENDED
    assert "总部" not in text(make_client().get(f"/organisations/{org}"))

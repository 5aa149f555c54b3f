"""Whose job it is: chosen on the form of the job, read on the desk."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from talentmarket.core import clock
from talentmarket.core.errors import Invalid
from talentmarket.core.roles import OrgRole
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange import jobs, published
from talentmarket.exchange.models import (
    ApplicationState,
    Entrustment,
    EntrustmentState,
    Job,
    JobState,
)
from talentmarket.exchange.posting import posting_of
from talentmarket.members import memberships
from talentmarket.members.models import Organisation, OrganisationKind
from tests.factories import (
    make_account,
    make_application,
    make_job,
    make_licence,
    make_member,
    make_organisation,
)
from tests.factories.organisations import credit_code
from tests.fixtures.databases import on_sqlite
from tests.guards.markup import Page
from tests.integration.jobs.helpers import ACTOR, do
from tests.integration.jobs.test_desk_pages import Desk, fields

pytestmark = on_sqlite

HAN = re.compile(r"[\u3400-\u9fff]")
S = ApplicationState


@pytest.fixture
def desk(session, make_client):
    return Desk(make_client, OrgRole.OWNER)


@pytest.fixture
def manager(desk):
    return make_member(desk.organisation, OrgRole.HIRING_MANAGER, make_account("何立群"))


def choose(desk, job, who, status=302):
    """The owner opens the form, chooses and saves."""
    address = f"/{job.public_id}/edit"
    data = fields(desk.get(address)) | {"manager_id": who, "do": "save"}
    return desk.post(address, status, **data)


def offered(html):
    """(value, name) of the people in the select."""
    body = html[html.index('name="manager_id"') :]
    found = re.findall(r'<option[^>]*value="([^"]*)"[^>]*>([^<]*)', body[: body.index("</select>")])
    return dict(found)


def stored(session, job):
    session.rollback()
    return session.scalar(sa.select(Job.manager_id).where(Job.id == job.id))


def test_who_is_chosen_reads_the_shortlist_of_this_job_alone(session, desk, manager, make_client):
    mine, other = make_job(desk.organisation), make_job(desk.organisation)
    inside, outside = (make_application(job, state=S.SHORTLISTED) for job in (mine, other))
    early = make_application(mine)
    reader, desk_of = make_client(manager), f"/org/{desk.org}/applications"

    def opens(application):
        return reader.get(f"{desk_of}/{application.public_id}").status_code

    assert (opens(inside), opens(outside)) == (404, 404)
    assert reader.get(f"{desk_of}/jobs/{mine.public_id}").status_code == 404
    choose(desk, mine, manager.public_id)
    assert stored(session, mine) == manager.id
    assert (opens(inside), opens(early), opens(outside)) == (200, 404, 404)
    shortlist = reader.get(f"{desk_of}/jobs/{mine.public_id}").get_data(as_text=True)
    assert inside.public_id in shortlist
    assert early.public_id not in shortlist
    assert reader.get(f"{desk_of}/jobs/{other.public_id}").status_code == 404
    choose(desk, mine, "")
    assert stored(session, mine) is None
    assert (opens(inside), opens(outside)) == (404, 404)


def test_a_published_job_stays_published_and_the_public_reads_no_name(
    session, desk, manager, client
):
    job = make_job(desk.organisation)
    before = client.get(f"/jobs/{job.public_id}").get_data(as_text=True)
    choose(desk, job, manager.public_id)
    session.expire_all()
    row = session.get_one(Job, job.id)
    assert (row.state, row.approved) == (JobState.PUBLISHED, None)
    page = desk.get(f"/{job.public_id}")
    assert re.search(r'<dt>用人经理</dt><dd><span lang="zh">何立群</span>', page)
    shown = client.get(f"/jobs/{job.public_id}").get_data(as_text=True)
    assert "何立群" not in shown
    assert manager.public_id not in shown
    assert ("用人经理" in shown) == ("用人经理" in before)


def test_only_the_organisations_own_hiring_managers_are_offered_and_taken(session, desk, manager):
    recruiter = make_member(desk.organisation, OrgRole.RECRUITER)
    foreign = make_member(make_organisation(), OrgRole.HIRING_MANAGER)
    job = make_job(desk.organisation)
    assert offered(desk.get(f"/{job.public_id}/edit")) == {
        "": "不指定",
        manager.public_id: "何立群",
    }
    for who in (foreign.public_id, recruiter.public_id, "nobody", str(foreign.id)):
        page = choose(desk, job, who, 422)
        error = re.search(r'id="manager_id-error".*?<span>([^<]*)', page, re.S)
        assert error is not None
        assert error[1] == "请选择本单位现在的用人经理。"
        assert stored(session, job) is None


def test_the_service_refuses_who_left_while_the_form_was_sent(session, desk, manager):
    job = make_job(desk.organisation)
    foreign = make_member(make_organisation(), OrgRole.HIRING_MANAGER)
    wanted = posting_of(session.get_one(Job, job.id)).but(manager_id=foreign.id)
    with pytest.raises(Invalid) as refused:
        do(jobs.edit, job.id, wanted, revision=job.revision, actor=ACTOR)
    assert list(refused.value.errors) == ["manager_id"]


@pytest.mark.parametrize("way", ["leaves", "changes role"])
def test_who_is_none_any_more_reads_nothing_and_is_left_out(
    session, desk, manager, make_client, way
):
    job = make_job(desk.organisation, manager_id=manager.id)
    application = make_application(job, state=S.SHORTLISTED)
    with unit_of_work() as unit:
        organisation = unit.get_one(Organisation, desk.organisation.id)
        if way == "leaves":
            memberships.remove(unit, organisation, manager.public_id, actor=ACTOR)
        else:
            memberships.change_role(
                unit, organisation, manager.public_id, OrgRole.VIEWER, actor=ACTOR
            )
    reader = make_client(manager)
    address = f"/org/{desk.org}/applications/{application.public_id}"
    assert reader.get(address).status_code in (403, 404)
    assert "何立群" not in desk.get(f"/{job.public_id}")
    html = desk.get(f"/{job.public_id}/edit")
    assert offered(html) == {"": "不指定"}
    made = desk.post(f"/{job.public_id}/copy").split("/")[-2]
    copied = session.scalars(sa.select(Job).where(Job.public_id == made)).one()
    assert copied.manager_id is None
    desk.post(f"/{job.public_id}/edit", **fields(html), do="save")
    assert stored(session, job) is None


def test_a_copy_keeps_the_manager_and_what_was_published_keeps_no_person(session, desk, manager):
    job = make_job(desk.organisation, manager_id=manager.id)
    made = desk.post(f"/{job.public_id}/copy").split("/")[-2]
    copied = session.scalars(sa.select(Job).where(Job.public_id == made)).one()
    assert copied.manager_id == manager.id
    address = f"/{job.public_id}/edit"
    desk.post(address, **(fields(desk.get(address)) | {"headcount": "9", "do": "save"}))
    session.rollback()
    row = session.get_one(Job, job.id)
    session.refresh(row)
    assert row.state is JobState.IN_REVIEW
    assert row.manager_id == manager.id
    assert "manager_id" not in row.approved
    assert published.as_published(row).manager_id is None


def test_two_who_save_at_once_see_the_manager_by_name(session, desk, manager):
    job = make_job(desk.organisation)
    address = f"/{job.public_id}/edit"
    old = fields(desk.get(address))
    choose(desk, job, manager.public_id)
    page = desk.post(address, 409, **old, do="save")
    row = page[page.index('id="clash"') :]
    assert re.search(r"<td>用人经理</td><td[^>]*>何立群</td><td[^>]*>（空）</td>", row)


def test_names_in_the_form_are_said_to_be_chinese_on_an_english_page(session, make_client):
    firm = make_organisation("锦程人才服务有限公司", kind=OrganisationKind.HR_FIRM)
    branch = make_organisation("锦程绵阳分公司", parent_id=firm.id)
    make_licence(firm)
    make_member(firm, OrgRole.HIRING_MANAGER, make_account("何立群"))
    desk = Desk(make_client, OrgRole.OWNER, firm)
    with unit_of_work() as unit:
        unit.add(
            Entrustment(
                organisation_id=firm.id,
                client_name="西岭智造有限公司",
                client_uscc=credit_code(),
                valid_until=clock.today() + timedelta(days=90),
                state=EntrustmentState.ACCEPTED,
                submitted_at=clock.now(),
            )
        )
    desk.client.set_cookie("lang", "en")
    html = desk.get(f"/{make_job(firm).public_id}/edit")
    for name in (branch.name, "西岭智造有限公司", "何立群"):
        assert re.search(rf'<option lang="zh"[^>]*>{name}</option>', html), name
    page = Page(html)
    assert not [
        words for spoken, words in page.texts if not spoken.startswith("zh") and HAN.search(words)
    ]
    assert ">Nobody</option>" in html

"""The pages of an organisation's jobs: write, check, submit, close; two people; other tenants."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO

import pytest
import sqlalchemy as sa

from talentmarket.core import clock as core_clock
from talentmarket.core.errors import Unavailable
from talentmarket.core.roles import OrgRole
from talentmarket.exchange.models import Entrustment, Job, JobState, Origin
from talentmarket.members.models import OrganisationKind, OrganisationState
from talentmarket.taxonomy.model import get_taxonomy
from tests.factories import (
    make_application,
    make_job,
    make_licence,
    make_member,
    make_organisation,
    make_talent,
)
from tests.factories.organisations import credit_code
from tests.fixtures.databases import on_sqlite

pytestmark = on_sqlite

PASTED = """岗位名称：大数据开发工程师
招聘人数：3人
工作地点：成都双流区
薪资：18-28K·14薪，基本工资15000元
岗位职责：负责离线与实时数仓建设，对接产线数据。
任职要求：本科及以上学历，3-5年大数据开发经验，精通Spark，会Flink者优先。
"""


class Desk:
    """An organisation's desk with a signed-in member."""

    def __init__(self, make_client, role=OrgRole.RECRUITER, organisation=None):
        self.organisation = organisation or make_organisation()
        self.org = self.organisation.public_id
        self.client = make_client(make_member(self.organisation, role))

    def get(self, path="", status=200):
        response = self.client.get(f"/org/{self.org}/jobs{path}")
        assert response.status_code == status, (response.status_code, response.location)
        return response.get_data(as_text=True)

    def post(self, path, status=302, **data):
        response = self.client.post(f"/org/{self.org}/jobs{path}", data=data)
        text = response.get_data(as_text=True)
        assert response.status_code == status, (response.status_code, text)
        return response.location if status == 302 else text


@pytest.fixture
def desk(session, make_client):
    return Desk(make_client)


def only(session):
    session.rollback()
    return session.scalars(sa.select(Job)).one()


def fields(html):
    """The form as a browser would send it back."""
    form = html[html.index('id="job-form"') :]
    form = form[: form.index("</form>")]
    data = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name = re.search(r'name="([^"]*)"', tag)
        value = re.search(r'value="([^"]*)"', tag)
        if name and (" checked" in tag or 'type="radio"' not in tag):
            if 'type="checkbox"' in tag and " checked" not in tag:
                continue
            data[name[1]] = value[1] if value else ""
    for name, body in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'<option (?:lang="zh" )?selected value="([^"]*)"', body)
        first = re.search(r'value="([^"]*)"', body)
        data[name] = chosen[1] if chosen else first[1]
    for name, body in re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>(.*?)</textarea>', form, re.S):
        data[name] = body.lstrip("\r\n")
    return data


def test_paste_check_submit(session, desk):
    assert "发布岗位" in desk.get()
    location = desk.post("/new", text=PASTED)
    job = only(session)
    assert location.endswith(f"/{job.public_id}/edit")
    assert (job.title, job.headcount, job.region_code) == ("大数据开发工程师", 3, "510116")
    html = desk.get(f"/{job.public_id}/edit")
    data = fields(html)
    assert data["pay_low"] == "18000"
    assert data["skills-0-skill_id"]
    data |= {"add_skills": "Hive，不存在的技能", "headcount": "2", "do": "check"}
    assert desk.post(f"/{job.public_id}/edit", **data).endswith("/check")
    job = only(session)
    assert job.headcount == 2
    assert {"spark", "hive", "flink"} <= {one.skill_id for one in job.skills}
    html = desk.get(f"/{job.public_id}/check")
    assert "提交审核" in html
    desk.post(f"/{job.public_id}/submit")
    assert only(session).state is JobState.IN_REVIEW
    html = desk.get(f"/{job.public_id}")
    assert "审核中" in html
    assert "4 个工作小时" in html
    desk.post(f"/{job.public_id}/move/recall")
    assert only(session).state is JobState.DRAFT


def test_an_empty_draft_says_what_is_missing(session, desk):
    desk.post("/new", text="")
    job = only(session)
    html = desk.get(f"/{job.public_id}/check")
    assert "处要改" in html
    assert "填写招聘人数" in html
    assert f"/{job.public_id}/submit" not in html
    assert desk.post(f"/{job.public_id}/submit").endswith("/check")
    assert only(session).state is JobState.DRAFT


def elements(html):
    """The check list beside the form: element → 已齐 or 待补."""
    panel = html[html.index("六项法定要素") :]
    items = re.findall(r"<li.*?</li>", panel[: panel.index("</ul>")], re.S)
    words = (re.sub(r"<[^>]+>", " ", one).split() for one in items)
    return {one[0]: one[-1] for one in words}


def test_pay_is_whole_with_its_base_alone(session, desk):
    pay = {"pay_low": 18_000_00, "pay_high": 28_000_00}
    job = make_job(desk.organisation, state=JobState.DRAFT, base_pay=None, **pay)
    assert elements(desk.get(f"/{job.public_id}/edit"))["基本劳动报酬"] == "待补"
    # An hour's pay has no base part, and one that is there completes a month's.
    data = fields(desk.get(f"/{job.public_id}/edit"))
    desk.post(f"/{job.public_id}/edit", **data | {"base_pay": "15000", "do": "save"})
    assert elements(desk.get(f"/{job.public_id}/edit"))["基本劳动报酬"] == "已齐"
    hourly = {"pay_unit": "hour", "pay_low": "90", "pay_high": "150", "base_pay": ""}
    desk.post(f"/{job.public_id}/edit", **data | hourly | {"version": "2", "do": "save"})
    assert elements(desk.get(f"/{job.public_id}/edit"))["基本劳动报酬"] == "已齐"


def test_a_certificate_has_no_level(session, desk):
    desk.post("/new", text=PASTED + "\n证书：PMP、数据库\n")
    job = only(session)
    wanted = {one.skill_id: one for one in job.skills}
    pmp = next(one for code, one in wanted.items() if get_taxonomy().skills[code].name_zh == "PMP")
    assert pmp.must
    html = desk.get(f"/{job.public_id}/edit")
    assert "证书：PMP" in html
    data = fields(html)
    number = next(key for key, value in data.items() if value == pmp.skill_id).split("-")[1]
    assert f"skills-{number}-wanted" in data
    assert f"skills-{number}-level" not in data
    data |= {f"skills-{number}-wanted": "wish", "do": "save"}
    desk.post(f"/{job.public_id}/edit", **data)
    again = {one.skill_id: one for one in only(session).skills}
    assert set(again) == set(wanted)
    assert not again[pmp.skill_id].must


def test_words_are_marked_in_place(session, desk):
    job = make_job(
        desk.organisation,
        state=JobState.DRAFT,
        description="负责数仓建设，男性优先，35岁以下。<b>",
    )
    html = desk.get(f"/{job.public_id}/edit")
    assert '<mark class="found">男性优先</mark>' in html
    assert '<mark class="found asks">35岁以下</mark>' in html
    assert "妇女权益保障法第43条" in html
    assert "&lt;b&gt;" in html
    assert "男性优先" in desk.get(f"/{job.public_id}/check")


def test_wrong_input_stays_in_the_form(session, desk):
    job = make_job(desk.organisation, state=JobState.DRAFT)
    data = fields(desk.get(f"/{job.public_id}/edit"))
    data |= {"headcount": "三个", "title": "我改的名字"}
    html = desk.post(f"/{job.public_id}/edit", 422, **data)
    assert "我改的名字" in html
    assert "error-summary" in html
    assert only(session).title == job.title


def test_a_published_job_is_not_saved_unlawful(session, desk):
    job = make_job(desk.organisation)
    data = fields(desk.get(f"/{job.public_id}/edit"))
    data |= {"pay_low": "30000", "pay_high": "20000"}
    html = desk.post(f"/{job.public_id}/edit", 422, **data)
    assert "是否填反了" in html
    assert only(session).pay_low == 1_800_000


def test_the_second_sees_both_versions(session, desk, make_client):
    job = make_job(desk.organisation, state=JobState.DRAFT)
    other = Desk(make_client, OrgRole.OWNER, desk.organisation)
    path = f"/{job.public_id}/edit"
    first, second = fields(desk.get(path)), fields(other.get(path))
    desk.post(path, **(first | {"title": "数据平台工程师", "headcount": "7"}))
    html = other.post(path, 409, **(second | {"title": "数仓工程师"}))
    assert "数据平台工程师" in html
    assert "数仓工程师" in html
    assert only(session).title == "数据平台工程师"
    again = fields(html)
    assert again["title"] == "数仓工程师"
    other.post(path, **again)
    assert only(session).title == "数仓工程师"


def test_a_form_outlives_the_job_leaving_for_review(session, desk, make_client):
    job = make_job(desk.organisation)
    other = Desk(make_client, OrgRole.OWNER, desk.organisation)
    path = f"/{job.public_id}/edit"
    first, second = fields(desk.get(path)), fields(other.get(path))
    desk.post(path, **(first | {"headcount": "7"}))
    assert only(session).state is JobState.IN_REVIEW
    html = other.post(path, 409, **(second | {"title": "数仓工程师"}))
    assert "审核中" in html
    assert "数仓工程师" in html
    kept = fields(html)
    assert (kept["title"], kept["headcount"]) == ("数仓工程师", second["headcount"])
    assert only(session).title == "大数据开发工程师"
    other.post(f"/{job.public_id}/move/recall")
    other.post(path, **(kept | {"headcount": "7"}))
    assert (only(session).title, only(session).headcount) == ("数仓工程师", 7)


def test_costs_are_counted_or_said_to_be_off(app, session, desk):
    job = make_job(desk.organisation, state=JobState.DRAFT)

    class Found:
        fits = 42
        rows = (type("Row", (), {"key": "skill:spark", "more": 17})(),)

    def off(*_arguments, **_named):
        raise Unavailable()

    kept = app.extensions["talentmarket_costs"]
    try:
        app.extensions["talentmarket_costs"] = lambda *_arguments, **_named: Found
        html = desk.get(f"/{job.public_id}/check")
        assert "42" in html
        assert "+17" in html
        Found.fits = Found.rows[0].more = 0
        html = desk.get(f"/{job.public_id}/check")
        assert "单独去掉哪一项要求，都不会多出一位" in html
        assert "+0" not in html
        app.extensions["talentmarket_costs"] = off
        assert "现在算不出来" in desk.get(f"/{job.public_id}/check")
    finally:
        app.extensions["talentmarket_costs"] = kept


def test_closing_asks_for_one_reason(session, desk):
    job = make_job(desk.organisation)
    make_application(job, make_talent())
    path = f"/{job.public_id}/fill"
    assert "还有 1 份申请没有答复" in desk.get(path)
    assert "统一关闭" in desk.post(path, 422)
    assert only(session).state is JobState.PUBLISHED
    desk.post(path, reason="filled")
    assert only(session).state is JobState.FILLED
    soon = core_clock.today() + timedelta(days=10)
    desk.post(f"/{job.public_id}/reopen", valid_until=soon.isoformat())
    assert only(session).state is JobState.IN_REVIEW


def test_pause_extend_copy(session, desk):
    job = make_job(desk.organisation)
    desk.post(f"/{job.public_id}/move/pause")
    assert only(session).state is JobState.PAUSED
    desk.post(f"/{job.public_id}/move/pause")
    assert "情况已经变化" in desk.get(f"/{job.public_id}")
    desk.post(f"/{job.public_id}/move/resume")
    late = core_clock.today() + timedelta(days=200)
    assert "90 天以内" in desk.post(f"/{job.public_id}/extend", 422, valid_until=late.isoformat())
    desk.post(f"/{job.public_id}/copy")
    assert session.scalar(sa.select(sa.func.count()).select_from(Job)) == 2
    assert desk.client.post(f"/org/{desk.org}/jobs/{job.public_id}/move/fly").status_code == 404


@pytest.mark.parametrize(
    "path",
    ["", "/edit", "/check", "/extend", "/reopen", "/fill", "/withdraw"],
)
def test_another_tenants_job_is_not_there(session, desk, path):
    foreign = make_job()
    desk.get(f"/{foreign.public_id}{path}", 404)
    reference = make_job(desk.organisation, origin=Origin.REFERENCE)
    desk.get(f"/{reference.public_id}{path}", 404)
    for act in ("submit", "copy", "move/pause"):
        desk.post(f"/{foreign.public_id}/{act}", 404)


def test_roles(session, make_client):
    organisation = make_organisation()
    job = make_job(organisation)
    for role in (OrgRole.VIEWER, OrgRole.HIRING_MANAGER):
        reader = Desk(make_client, role, organisation)
        assert "发布岗位" not in reader.get()
        assert "暂停" not in reader.get(f"/{job.public_id}")
        reader.get(f"/{job.public_id}/edit", 403)
        reader.post(f"/{job.public_id}/move/pause", 403)


def test_adopting_from_the_page(session, desk, make_client):
    source = make_organisation(kind=OrganisationKind.SOURCE, state=OrganisationState.UNVERIFIED)
    job = make_job(source, origin=Origin.REFERENCE, employer_id=None)
    html = desk.client.get(f"/jobs/{job.public_id}").get_data(as_text=True)
    assert f"/adopt/{job.public_id}" in html
    assert desk.post(f"/adopt/{job.public_id}").endswith("/edit")
    drafts = sa.select(Job).where(Job.state == JobState.DRAFT)
    assert session.scalars(drafts).one().organisation_id == desk.organisation.id
    desk.post(f"/adopt/{make_job().public_id}", 404)


def test_letters_of_entrustment(session, desk, make_client):
    assert "不需要委托书" in desk.get("/entrustments")
    firm = Desk(make_client, OrgRole.CONSULTANT, make_organisation(kind=OrganisationKind.HR_FIRM))
    make_licence(firm.organisation)
    assert "还没有委托书" in firm.get("/entrustments")
    data = {
        "client_name": "岷江装备制造有限公司",
        "client_uscc": "1234",
        "valid_until": (core_clock.today() + timedelta(days=100)).isoformat(),
    }
    html = firm.post("/entrustments", 422, **data)
    assert "18 位代码" in html
    assert "上传委托书" in html
    data |= {"client_uscc": credit_code(), "file": (BytesIO(b"%PDF-1.7 x"), "a.pdf")}
    firm.post("/entrustments", **data)
    assert session.scalars(sa.select(Entrustment)).one().client_name == data["client_name"]
    assert "岷江装备制造有限公司" in firm.get("/entrustments")

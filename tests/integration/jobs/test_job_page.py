"""The page of a job: who sees it, and what stands on it."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from talentmarket.core import clock as core_clock
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.models import (
    Channel,
    Job,
    JobState,
    Origin,
    Report,
    ReportState,
    SavedJob,
)
from talentmarket.members.models import OrganisationKind, OrganisationState
from tests.factories import (
    make_account,
    make_application,
    make_job,
    make_member,
    make_organisation,
    make_talent,
)
from tests.fixtures.databases import on_sqlite
from tests.guards.markup import Page

pytestmark = on_sqlite


def text(response, status=200):
    assert response.status_code == status, (response.status_code, response.location)
    return response.get_data(as_text=True)


def page(client, job, status=200):
    return text(client.get(f"/jobs/{job.public_id}"), status)


def change(job, **values):
    with unit_of_work() as session:
        for name, value in values.items():
            setattr(session.merge(job), name, value)


def test_the_six_elements_and_the_label(session, client):
    html = page(client, make_job(make_organisation("天工云谱科技有限公司")))
    for part in ("用人单位", "招聘人数", "招聘条件", "工作内容", "工作地点", "基本劳动报酬"):
        assert part in html
    assert "天工云谱科技有限公司" in html
    assert "3 人" in html
    assert "月基本工资 15,000 元起" in html
    assert "18–28K·14薪" in html
    assert "直招" in html
    assert "成都·双流区" in html
    assert "3 个工作日内答复" in html


@pytest.mark.parametrize(
    ("channel", "label", "words"),
    [
        (Channel.AGENCY, "代招", "委托招聘"),
        (Channel.OUTSOURCED, "外包", "派驻"),
        (Channel.DISPATCHED, "派遣", "用工单位"),
    ],
)
def test_who_stands_between_is_said(session, client, channel, label, words):
    html = page(client, make_job(channel=channel, client_name="岷江制造有限公司"))
    assert label in html
    assert words in html


@pytest.mark.parametrize("state", [s for s in JobState if s is not JobState.PUBLISHED])
def test_what_is_not_published_is_not_there(session, client, make_client, state):
    organisation = make_organisation()
    job = make_job(organisation, state=state)
    page(client, job, 404)
    page(make_client(make_account()), job, 404)
    talent = make_talent()
    make_application(job, talent)
    assert "看我的申请" in page(make_client(talent.account), job)
    own = page(make_client(make_member(organisation)), job)
    # What was open once is not about to be published.
    assert ("岗位发布后求职者看到的就是这样" in own) == (job.first_published_at is None)
    assert "只有本单位" in own


def test_the_day_after_the_last_day(session, client, clock):
    job = make_job(valid_until=core_clock.today())
    page(client, job)
    clock.advance(days=1)
    assert "这个岗位已过期。" in page(client, job, 410)


@pytest.mark.parametrize("whose", ["organisation", "employer"])
def test_a_suspended_organisation_vanishes(session, client, whose):
    firm, employer = make_organisation(), make_organisation()
    job = make_job(firm, employer_id=employer.id)
    page(client, job)
    change(firm if whose == "organisation" else employer, state=OrganisationState.SUSPENDED)
    page(client, job, 404)


def test_unlisted_opens_by_its_address(session, client):
    page(client, make_job(listed=False))


def test_states_for_a_person_with_a_profile(session, client, make_client):
    job = make_job()
    assert "有据符合" not in page(client, job)
    html = page(make_client(make_talent().account), job)
    assert "逐项要求与我的情况" in html
    assert "自述符合" in html
    assert "合计，等于匹配分" in html


def test_what_a_score_was_read_from_can_be_put_right_from_its_row(session, make_client):
    job = make_job(skills={"spark": True, "sql": True})
    talent = make_talent(skills={"spark": 3})
    person = make_client(talent.account)
    page = person.get(f"/jobs/{job.public_id}").get_data(as_text=True)
    links = re.findall(r'<a class="ink-3 no-print" href="([^"]+)">更正或删除', page)
    assert "/me/skills/spark" in links
    assert {"/me/profile/basics", "/me/profile/wishes"} <= set(links)
    assert "/me/skills/sql" not in links, "nothing was read from it"
    assert "个工作日内答复" in page
    assert person.post("/me/skills/spark/remove").status_code == 302
    page = person.get(f"/jobs/{job.public_id}").get_data(as_text=True)
    assert '/me/skills/spark">更正或删除' not in page
    assert "更正或删除" not in make_client().get(f"/jobs/{job.public_id}").get_data(as_text=True)


def test_apply_is_for_those_who_can(session, make_client):
    organisation = make_organisation()
    job, talent = make_job(organisation), make_talent()
    assert f"/jobs/{job.public_id}/apply" in page(make_client(talent.account), job)
    member = make_member(organisation)
    assert f"/jobs/{job.public_id}/apply" not in page(make_client(member), job)
    make_application(job, talent)
    html = page(make_client(talent.account), job)
    assert f"/jobs/{job.public_id}/apply" not in html
    assert "看我的申请" in html


def reference():
    source = make_organisation(
        "某招聘站", kind=OrganisationKind.SOURCE, state=OrganisationState.UNVERIFIED
    )
    return make_job(
        source,
        origin=Origin.REFERENCE,
        employer_id=None,
        base_pay=None,
        headcount=None,
        source_date=core_clock.today() - timedelta(days=3),
    )


def test_a_reference_says_what_it_is(session, client, make_client):
    job = reference()
    for reader in (client, make_client(make_talent().account)):
        html = page(reader, job)
        assert "转载参考" in html
        assert "某招聘站" in html
        assert "2025-11-21" in html
        assert "/apply" not in html
        assert "工作日内答复" not in html
        assert "已核验" not in html


def test_hostile_text_is_text(session, client):
    html = page(client, make_job(title="<b>x</b>", description="<script>alert(1)</script>"))
    assert "<script>alert" not in html
    assert "&lt;b&gt;x" in html


def test_english_page_has_english_words(session, client):
    client.set_cookie("lang", "en")
    html = page(client, make_job())
    assert "Headcount" in html
    assert "bachelor" in html.lower()


def test_save_twice_and_drop(session, make_client):
    person = make_client(make_account())
    job = make_job()
    address = f"/jobs/{job.public_id}"
    assert person.post(f"{address}/save").status_code == 302
    assert person.post(f"{address}/save").status_code == 302
    assert session.scalar(sa.select(sa.func.count()).select_from(SavedJob)) == 1
    change(job, state=JobState.FILLED)
    html = text(person.get("/me/saved-jobs"))
    assert job.title in html
    assert "已招满" in html
    assert f'href="{address}"' in html
    assert person.post(f"{address}/unsave").status_code == 302
    assert "还没有收藏" in text(person.get("/me/saved-jobs"))


@pytest.mark.parametrize(
    ("values", "status", "words"),
    [
        ({"state": JobState.FILLED}, 410, "这个岗位已招满。"),
        ({"state": JobState.WITHDRAWN}, 410, "这个岗位已下架。"),
        ({"valid_until": date(2025, 11, 1)}, 410, "这个岗位已过期。"),
        ({"state": JobState.PAUSED}, 200, "这个岗位已暂停招聘。"),
    ],
)
def test_who_saved_a_job_is_told_that_it_is_closed(
    session, make_client, client, values, status, words
):
    person, job, near = make_client(make_account()), make_job(), make_job(title="数据平台工程师")
    address = f"/jobs/{job.public_id}"
    person.post(f"{address}/save")
    change(job, **values)
    html = text(person.get(address), status)
    assert Page(html).faults() == []
    for said in (job.title, job.employer_name, words, near.title, f"{address}/unsave"):
        assert said in html
    assert "apply" not in html
    assert "18,000" not in html.replace(near.title, "")
    # So are all who come by an old link; only the paused job may be there again.
    for other in (client, make_client(make_account())):
        html = text(other.get(address), status if status == 410 else 404)
        assert Page(html).faults() == []
        for said in (job.title, job.employer_name, words, near.title):
            assert said in html
        for kept in (job.description, "ld+json", "/apply", "/save", "/report", "15,000"):
            assert kept not in html
    change(job.organisation, state=OrganisationState.SUSPENDED)
    for reader in (person, client):
        assert job.title not in text(reader.get(address), 404)


@pytest.mark.parametrize(
    "values",
    [
        {"state": JobState.FILLED, "first_published_at": None, "published_at": None},
        {"state": JobState.WITHDRAWN, "review_reason": "other"},  # taken down, then a draft again
        {"state": JobState.REJECTED, "review_reason": "other"},
        {"state": JobState.IN_REVIEW},
        {"state": JobState.RETURNED},
        {"state": JobState.DRAFT},
    ],
)
def test_what_nobody_approved_is_not_shown_by_an_old_link(session, client, values):
    job = make_job()
    change(job, **values)
    assert job.title not in page(client, job, 404)


def test_a_title_written_after_the_review_is_not_shown_by_an_old_link(session, client, clock):
    job = make_job()
    change(job, state=JobState.WITHDRAWN)
    page(client, job, 410)
    clock.advance(hours=1)
    change(job, title="加微信领现金", submitted_at=core_clock.now())
    assert "加微信领现金" not in page(client, job, 404)


def test_an_old_link_to_a_reprinted_posting(session, client, clock):
    job = reference()
    change(job, valid_until=core_clock.today())
    clock.advance(days=1)
    assert job.title in page(client, job, 410)
    named = make_organisation(job.employer_name)
    change(named, state=OrganisationState.SUSPENDED)
    assert job.title not in page(client, job, 404)


def test_a_report_lands_in_the_queue(session, client, make_client):
    job = make_job()
    address = f"/jobs/{job.public_id}/report"
    assert "举报" in text(client.get(address))
    short = client.post(address, data={"kind": "fee", "text": "收费"})
    assert "10 到 2000 个字" in text(short, 422)
    good = {"kind": "fee", "text": "面试时要求交三百元培训费才给录用。", "contact": "13900000000"}
    assert client.post(address, data=good).status_code == 302
    report = session.scalars(sa.select(Report)).one()
    assert (report.state, report.subject_id, report.reporter_id) == (
        ReportState.OPEN,
        job.public_id,
        None,
    )
    assert report.contact == "13900000000"
    organisation = make_organisation()
    member = make_client(make_account())
    address = f"/organisations/{organisation.public_id}/report"
    assert member.post(address, data=good).status_code == 302
    assert client.get("/organisations/nowhere/report").status_code == 404


def test_reports_are_limited(session, client):
    address = f"/jobs/{make_job().public_id}/report"
    good = {"kind": "fee", "text": "面试时要求交三百元培训费才给录用。"}
    for _ in range(10):
        assert client.post(address, data=good).status_code == 302
    refused = client.post(address, data=good)
    assert "操作太频繁" in text(refused, 429)
    assert int(refused.headers["Retry-After"]) > 0


def test_a_reference_with_limits_of_its_source_is_not_vouched_for(session, client):
    job = reference()
    assert "本平台不认可" not in page(client, job)
    with unit_of_work() as unit:
        unit.get_one(Job, job.id).description = "年龄要求：35岁以下，形象气质佳。"
    assert "本平台不认可" in page(client, job)

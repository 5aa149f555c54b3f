"""What matters goes without JavaScript, on a phone too: signing up, a profile, filters, an application
and its answer. Another wait than for pages is not needed: each step is a page."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from talentmarket.exchange.models import JobKind
from tests.journeys import standing
from tests.journeys.walking import Walker

pytestmark = [pytest.mark.journey, pytest.mark.browser, pytest.mark.slow]

NAME = "何安然"


def test_from_sign_up_to_the_shortlist(small_market, walk_in):
    firm = standing.employer(
        small_market,
        "蜀光数据有限公司",
        {"title": "数据治理工程师", "region_code": "510107"},
        {"title": "数据治理工程师", "kind": JobKind.INTERNSHIP},
    )
    person = walk_in(small_market, phone=True, scripts=False)
    desk = walk_in(small_market, scripts=False)
    desk.enter_with(firm.cookie)
    _builds_a_profile(person)
    _finds(person, firm)
    application = _applies(person, firm)
    _is_shortlisted(desk, firm)
    person.open(application)
    expect(person.stage()).to_contain_text("入围")


def _builds_a_profile(person: Walker) -> None:
    person.open("/sign-up?as=talent")
    person.sign_up(NAME)
    person.open("/me/onboarding")
    person.press("开始")
    person.sees_title("基本信息")
    person.fill("一句话标题", "数据治理工程师")
    person.fill("工作年限", "120")
    person.press("保存，下一步")
    person.sees("60")  # the most there is; what was typed stays
    assert person.page.get_by_label("一句话标题").input_value() == "数据治理工程师"
    person.fill("工作年限", "6")
    person.press("保存，下一步")
    person.sees_title("求职意向")
    _takes(person, "目标职业", "大数据工程技术人员")
    _takes(person, "期望地点", "成都")
    person.press("保存，下一步")
    person.open("/me/skills")
    person.page.locator("main input[name=q]").first.fill("Spark")
    person.page.keyboard.press("Enter")
    person.follow("Spark")
    person.press("保存技能")
    person.open("/me/profile")
    person.sees("Spark", "数据治理工程师")


def _takes(person: Walker, label: str, name: str) -> None:
    """Pick from a list as the browser draws it."""
    box = person.page.get_by_label(label, exact=False).and_(person.page.locator("select")).first
    value = box.locator("option", has_text=name).first.get_attribute("value")
    assert value
    box.select_option(value)


def _finds(person: Walker, firm: standing.Employer) -> None:
    row = person.page.locator(f".result-list a[href*='{firm.jobs[0]}']").first
    person.open("/jobs?q=数据治理工程师")
    person.reload_until(lambda: row.count() == 1, "the job in the list")
    person.page.locator("input[name=kind][value=internship]").first.check()
    person.press("应用筛选")
    person.page.wait_for_url(re.compile("kind=internship"))
    expect(row).to_have_count(0)
    person.page.go_back()
    row.click()
    person.sees_title("数据治理工程师")


def _applies(person: Walker, firm: standing.Employer) -> str:
    person.follow("申请此岗位")
    person.press("同意给出并提交申请")
    expect(
        person.page.locator("[aria-invalid=true], .field-error, .invalid-feedback").first
    ).to_be_visible()
    person.page.get_by_label("接受面试时再给出手机号").check()
    person.press("同意给出并提交申请")
    person.page.wait_for_url(re.compile(r"/me/applications/\w+"))
    expect(person.stage()).to_contain_text("已提交")
    return person.page.url


def _is_shortlisted(desk: Walker, firm: standing.Employer) -> None:
    desk.open(f"/org/{firm.org}/applications/jobs/{firm.jobs[0]}")
    desk.page.locator("input[name=pick]").first.check()
    desk.press("所选入围")
    desk.open(f"/org/{firm.org}/applications/jobs/{firm.jobs[0]}")
    desk.sees(NAME)

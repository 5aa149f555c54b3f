"""An HR service firm: licence, letter of entrustment, a job through an agency, all reviewed."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from talentmarket.core import clock
from tests.factories.organisations import credit_code
from tests.journeys.test_employer import approves_job, registers, verifies
from tests.journeys.walking import Walker

pytestmark = [pytest.mark.journey, pytest.mark.browser, pytest.mark.slow]

FIRM = "锦程人才服务有限公司"
CLIENT = "西岭智造装备有限公司"
NUMBER = "川人服证字〔2025〕第0217号"
TITLE = "工业数据分析工程师"
TEXT = f"""岗位名称：{TITLE}
招聘人数：1人
薪资：15K-20K·13薪，基本工资12000元
工作地点：成都市龙泉驿区
学历要求：本科及以上
工作经验：3-5年
岗位职责：分析产线数据，建设质量指标；使用 Python 与 SQL。
双休，五险一金，劳动合同3年，试用期3个月。
"""


def test_from_a_licence_to_a_job_through_an_agency(small_market, walk_in):
    firm, office, reader = (walk_in(small_market) for _ in range(3))
    office.sign_in_as_office()
    org = registers(firm, FIRM, "人力资源服务机构")
    verifies(office, FIRM)
    with small_market.app.app_context():
        today = clock.today()
    _cannot_search_yet(firm, org)
    _hands_in_licence(firm, org, today)
    _approves_licence(office)
    _hands_in_letter(firm, org, today)
    _approves_letter(office)
    job = _posts_for_client(firm, org, today)
    approves_job(office, TITLE)
    _everybody_reads_who_stands_between(reader, job, org)
    assert not firm.errors + office.errors + reader.errors


def _cannot_search_yet(firm: Walker, org: str) -> None:
    firm.open(f"/org/{org}/talents")
    firm.sees("许可证审核通过后才能搜索人才")
    firm.open(f"/org/{org}/")
    firm.sees("没有有效许可证")


def _hands_in_licence(firm: Walker, org: str, today: date) -> None:
    firm.open(f"/org/{org}/licence")
    firm.fill("许可证编号", NUMBER)
    firm.page.get_by_label("开展网络招聘服务").check()
    firm.page.locator("#issued_on").fill((today - timedelta(days=90)).isoformat())
    firm.page.locator("#expires_on").fill((today + timedelta(days=900)).isoformat())
    firm.fill("发证机关", "成都市人力资源和社会保障局")
    firm.fill("监督电话", "028-12333")
    firm.fill("专职工作人员人数", "6")
    firm.attach("许可证扫描件", "许可证.pdf")
    firm.page.get_by_label("本机构声明").check()
    firm.press("提交审核")
    firm.sees(NUMBER, "审核中")


def _approves_licence(office: Walker) -> None:
    office.open("/operator/licences")
    row = office.page.get_by_role("row").filter(has_text=FIRM)
    expect(row.locator(".clock[datetime]")).to_be_visible()
    row.get_by_role("link").first.click()
    office.sees(NUMBER, "开展网络招聘服务")
    office.sees("6 人（机构声明）")
    office.page.get_by_label("已核对专职工作人员").check()
    office.press("通过")
    office.page.wait_for_url("**/operator/licences")
    expect(row).to_have_count(0)


def _hands_in_letter(firm: Walker, org: str, today: date) -> None:
    firm.open(f"/org/{org}/")
    firm.sees("许可证有效至")
    firm.open(f"/org/{org}/jobs/entrustments")
    firm.fill("委托单位", CLIENT)
    firm.fill("统一社会信用代码", credit_code())
    firm.page.locator("#valid_until").fill((today + timedelta(days=180)).isoformat())
    firm.attach("委托书", "委托书.pdf")
    firm.press("提交审核")
    firm.sees(CLIENT, "审核中")


def _approves_letter(office: Walker) -> None:
    office.open("/operator/entrustments")
    row = office.page.get_by_role("row").filter(has_text=CLIENT)
    row.get_by_role("link").first.click()
    office.sees(CLIENT, FIRM)
    office.press("通过")
    office.page.wait_for_url("**/operator/entrustments")
    expect(row).to_have_count(0)


def _posts_for_client(firm: Walker, org: str, today: date) -> str:
    firm.open(f"/org/{org}/jobs/new")
    firm.page.locator("textarea").first.fill(TEXT)
    firm.press("读出内容并继续")
    firm.page.wait_for_url(re.compile(r"/jobs/\w+/edit"))
    firm.page.get_by_label("代招", exact=True).check()
    firm.page.locator("#valid_until").fill((today + timedelta(days=30)).isoformat())
    firm.press("保存并检查")
    firm.page.wait_for_url(re.compile(r"/jobs/\w+/check"))
    firm.sees("委托书", "改好后才能提交")
    firm.follow("返回修改")
    firm.page.locator("#entrustment_id").select_option(label=CLIENT)
    firm.press("保存并检查")
    firm.page.wait_for_url(re.compile(r"/jobs/\w+/check"))
    firm.press("提交审核")
    firm.sees("审核中", "代招")
    return firm.page.url.rstrip("/").split("/")[-1].split("?")[0]


def _everybody_reads_who_stands_between(reader: Walker, job: str, org: str) -> None:
    reader.open(f"/jobs/{job}")
    reader.sees_title(TITLE)
    reader.sees("代招", CLIENT, FIRM, "受", "委托材料已审核")
    row = reader.page.locator(".result-list > li").filter(
        has=reader.page.locator(f"a[href*='{job}']")
    )
    reader.open(f"/jobs?q={TITLE}")
    reader.reload_until(lambda: row.count() == 1, "the job in the list")
    expect(row.locator(".row-between")).to_contain_text(FIRM)
    expect(row).to_contain_text("代招")
    reader.open(f"/organisations/{org}")
    reader.sees(NUMBER, "成都市人力资源和社会保障局", "028-12333")

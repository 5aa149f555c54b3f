"""An enterprise registers, is verified, posts a job, invites, moves people along, refuses with a reason."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from talentmarket.core import clock
from tests.factories.organisations import credit_code
from tests.journeys import standing
from tests.journeys.walking import Walker

pytestmark = [pytest.mark.journey, pytest.mark.browser, pytest.mark.slow]

FIRM = "锦江云数科技有限公司"
TITLE = "实时数据开发工程师"
TEXT = f"""岗位名称：{TITLE}
招聘人数：2人
薪资：18K-26K·14薪，基本工资15000元
工作地点：成都市高新区
学历要求：本科及以上
工作经验：3-5年
岗位职责：
1. 负责实时数仓与指标平台的开发；
2. 使用 Flink、Spark 与 Kafka 建设数据链路。
任职要求：
1. 熟悉 Flink、Spark、SQL；
2. 了解 ClickHouse 者优先。
周末双休，五险一金，签3年劳动合同，试用期3个月。
"""


def test_from_a_credit_code_to_a_refusal_with_a_reason(small_market, walk_in):
    market = small_market
    seeker = standing.person(
        market, "江临川", skills={"spark": 3, "sql": 3, "kafka": 2}, pay_high=2_400_000
    )
    plain = {"skills": {"spark": True, "sql": True}, "region_code": "510107"}
    titles = ("离线数据开发工程师", "数据仓库工程师", "数据集成工程师")
    standing.employer(market, "青羊数据服务有限公司", *({"title": t, **plain} for t in titles))
    enterprise, office, person = walk_in(market), walk_in(market), walk_in(market)
    person.enter_with(seeker.cookie)
    office.sign_in_as_office()

    org = registers(enterprise, FIRM, "用人单位")
    verifies(office, FIRM)
    job = _posts(enterprise, org)
    approves_job(office, TITLE)
    _is_found(person, job)
    _invites(enterprise, org, job, standing.card(market, seeker, org))
    application = _accepts(person, FIRM)
    dossier = _moves_on(enterprise, org, job)
    _refuses(enterprise, dossier)
    _learns_why(person, application)
    assert not enterprise.errors + office.errors + person.errors


# --- shared with the HR service firm ---------------------------------------------------------
def registers(enterprise: Walker, name: str, kind: str) -> str:
    """Sign up, register by credit code, hand in the proofs; returns the public id."""
    enterprise.open("/sign-up?as=" + ("firm" if "机构" in kind else "employer"))
    enterprise.sign_up("沈听澜")
    enterprise.open("/organisations/new")
    enterprise.page.get_by_label(kind).first.check()
    enterprise.fill("单位全称", name)
    enterprise.fill("统一社会信用代码", credit_code()[:-1] + "?")
    enterprise.choose("所在地", "成都")
    enterprise.press("登记")
    expect(enterprise.page.locator(".error-summary")).to_be_visible()
    enterprise.fill("统一社会信用代码", credit_code())
    enterprise.press("登记")
    enterprise.page.wait_for_url(re.compile(r"/org/\w+/documents"))
    org = enterprise.page.url.split("/org/")[1].split("/")[0]
    for proof, file in (("营业执照或设立批准文件", "执照.pdf"), ("经办人授权书", "授权书.pdf")):
        enterprise.sees("还缺")
        enterprise.page.get_by_label("材料种类").select_option(label=proof)
        enterprise.attach("文件", file)
        enterprise.press("上传")
        enterprise.sees(file)
    enterprise.press("提交核验")
    expect(enterprise.panel("进度")).to_contain_text("审核中")
    expect(enterprise.panel("进度").locator(".clock[datetime]")).to_be_visible()
    return org


def verifies(office: Walker, name: str) -> None:
    """The alliance office reads the proofs and approves."""
    office.open("/operator/organisations")
    row = office.page.get_by_role("row").filter(has_text=name)
    expect(row.locator(".clock[datetime]")).to_be_visible()
    row.get_by_role("link", name=name).click()
    office.sees("执照.pdf", "授权书.pdf")
    office.press("通过")
    expect(office.page.locator(".page-head .tag").first).to_contain_text("已核验")


def approves_job(office: Walker, title: str) -> None:
    """The alliance office reads the posting and publishes it, within its four hours."""
    office.open("/operator/jobs")
    row = office.page.get_by_role("row").filter(has_text=title)
    expect(row.locator(".clock[datetime]")).to_be_visible()
    row.get_by_role("link", name=title).click()
    office.sees("招聘要素", "工作内容与任职要求")
    office.press("通过并发布")
    office.page.wait_for_url("**/operator/jobs")
    expect(row).to_have_count(0)


# --- posting -------------------------------------------------------------------------------------
def _posts(enterprise: Walker, org: str) -> str:
    enterprise.open(f"/org/{org}/")
    enterprise.follow("新建岗位")
    enterprise.fill("岗位", TEXT)
    enterprise.press("读出内容并继续")
    enterprise.page.wait_for_url(re.compile(r"/jobs/\w+/edit"))
    page = enterprise.page
    for label, value in (
        ("岗位名称", TITLE),
        ("招聘人数", "2"),
        ("最少年限", "3"),
        ("最多年限", "5"),
    ):
        expect(page.get_by_label(label, exact=False).first).to_have_value(value)
    expect(page.locator("#pay_low")).to_have_value(re.compile(r"18000"))
    expect(page.locator("#pay_high")).to_have_value(re.compile(r"26000"))
    skills = page.locator("#skills legend")
    for skill in ("Flink", "Spark", "SQL", "Kafka", "ClickHouse"):
        expect(skills.get_by_text(skill, exact=True)).to_be_visible()
    with enterprise.market.app.app_context():
        until = clock.today() + timedelta(days=30)
    page.locator("#valid_until").fill(until.isoformat())
    enterprise.press("保存并检查")

    enterprise.page.wait_for_url(re.compile(r"/jobs/\w+/check"))
    fits = enterprise.panel("有多少人符合")
    expect(fits).to_contain_text("位可被查找的人才")
    expect(fits).to_contain_text("单独去掉哪一项要求，都不会多出一位")  # nobody is near it
    enterprise.press("提交审核")
    enterprise.sees("审核中")
    return enterprise.page.url.rstrip("/").split("/")[-1].split("?")[0]


def _is_found(person: Walker, job: str) -> None:
    row = person.page.locator(".result-list > li").filter(
        has=person.page.locator(f"a[href*='{job}']")
    )
    person.open(f"/jobs?q={TITLE}")
    person.reload_until(lambda: row.count() == 1, "the job in the list")
    expect(row).to_contain_text(FIRM)


# --- finding people ------------------------------------------------------------------------------
def _invites(enterprise: Walker, org: str, job: str, card: str) -> None:
    enterprise.open(f"/org/{org}/talents?job={job}&q=Spark")
    row = enterprise.page.locator(".result-list > li").filter(
        has=enterprise.page.locator(f"a[href*='{card}']")
    )
    enterprise.reload_until(lambda: row.count() == 1, "the person in the list")
    scores = enterprise.page.locator(".result-list .score-value b").all_inner_texts()
    assert scores
    assert [int(s) for s in scores] == sorted(map(int, scores), reverse=True), "best first"
    enterprise.sees_not("江临川")
    row.locator("h2 a, h3 a").first.click()
    enterprise.sees("这次查看已经记录")
    enterprise.sees_not("江临川", "岷江软件")
    expect(enterprise.page.locator("#match .req").filter(has_text="Flink")).to_contain_text(
        re.compile("缺少|相近")
    )
    enterprise.follow("邀请申请")
    enterprise.fill("附言", "看到您做过实时链路，想请您聊聊。")
    enterprise.press("发出邀请")
    enterprise.page.wait_for_url(re.compile(r"/invitations"))
    enterprise.sees("已发出")


def _accepts(person: Walker, firm: str) -> str:
    person.open("/me/invitations")
    person.sees(firm)
    person.page.locator("main a[href*='/me/invitations/']").first.click()
    person.sees("看到您做过实时链路")
    expect(person.main.locator(".clock[datetime]")).to_be_visible()
    person.follow("接受并申请")
    person.page.get_by_label("现在就给出手机号").check()
    person.press("同意给出并提交申请")
    person.page.wait_for_url(re.compile(r"/me/applications/\w+"))
    expect(person.stage()).to_contain_text("已提交")
    expect(person.deadline()).to_be_visible()
    return person.page.url


def _moves_on(enterprise: Walker, org: str, job: str) -> str:
    enterprise.open(f"/org/{org}/applications/jobs/{job}")
    ranked = enterprise.page.locator("ol.candidates > li")
    applied = ranked.filter(has_not_text="平台推荐，未申请")
    expect(applied).to_have_count(1)
    expect(applied).to_contain_text("已提交")
    enterprise.sees_not("江临川")
    enterprise.open(f"/org/{org}/applications/jobs/{job}?view=board")
    card = enterprise.page.locator(".board-card").first
    expect(card.locator(".clock[datetime]")).to_be_visible()
    card.locator("a.name").click()
    enterprise.sees("受邀申请", "入围后可见")
    expect(enterprise.panel("联系方式")).to_contain_text(re.compile(r"\+86|1\d\d"))
    enterprise.press("入围")
    enterprise.sees("江临川")
    dossier = enterprise.page.url
    enterprise.open(f"/org/{org}/applications/jobs/{job}?view=board")
    column = enterprise.page.locator(".board-column").filter(has_text="入围").first
    expect(column.locator(".board-card a.name")).to_have_attribute("href", urlsplit(dossier).path)
    return dossier


def _refuses(enterprise: Walker, dossier: str) -> None:
    enterprise.open(dossier)
    enterprise.follow("不合适…")
    enterprise.press("告诉对方")
    expect(enterprise.page.locator(".error-summary")).to_contain_text("原因")
    enterprise.page.get_by_label("未达到某项要求").check()
    options = enterprise.page.locator("#requirement option")
    wanted = options.filter(has_text=re.compile(r"Flink"))
    enterprise.page.locator("#requirement").select_option(value=wanted.get_attribute("value"))
    enterprise.press("告诉对方")
    enterprise.page.wait_for_url(re.compile(r"/applications/\w+$"))
    enterprise.sees("不合适", "撤销")


def _learns_why(person: Walker, application: str) -> None:
    person.open(application)
    why = person.panel("为什么不合适")
    expect(why).to_contain_text("Flink")
    expect(why.locator(".req").filter(has_text="Flink").first).to_be_visible()
    expect(why.get_by_role("heading", name="这一项符合的在招岗位")).to_be_visible()
    expect(why.locator(".todo-list a[href^='/jobs/']")).to_have_count(3)
    assert person.deadline().count() == 0, "nothing runs any more"

"""A newcomer builds a profile, applies, and gets an answer; both sides at every step."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.journeys import standing
from tests.journeys.walking import Market, Walker

pytestmark = [pytest.mark.journey, pytest.mark.browser, pytest.mark.slow]

NAME = "林知遥"
RESUME = """工作经历
2021.03 - 至今 岷江软件有限公司 数据开发工程师
负责离线数仓与实时指标，使用 Spark、SQL 和 Python，每天处理 40 亿条日志。
2018.07 - 2021.02 锦江数据有限公司 数据开发工程师
用 SQL 建设报表平台。
教育经历
2014.09 - 2018.06 成都理工大学 计算机科学与技术 本科
专业技能
熟练掌握 Spark、SQL，了解 Flink
"""


@pytest.fixture(
    params=[
        "sqlite",
        pytest.param("postgresql", marks=[pytest.mark.postgresql, pytest.mark.elastic]),
    ]
)
def market(request: pytest.FixtureRequest) -> Market:
    """On the database and engine that come by default, and on the grown ones."""
    name = "small_market" if request.param == "sqlite" else "grown_market"
    found: Market = request.getfixturevalue(name)
    return found


def test_from_sign_up_to_an_accepted_offer(market, walk_in):
    firm = standing.employer(
        market, "天府云图数据有限公司", {"title": "数据平台开发工程师", "region_code": "510107"}
    )
    person, desk = walk_in(market), walk_in(market)
    desk.enter_with(firm.cookie)
    number = _builds_a_profile(person)
    job = _searches(person, firm)
    application = _applies(person, job)
    dossier = _is_viewed(person, desk, firm, application, number)
    _is_shortlisted(person, desk, application, dossier, number)
    _meets(person, desk, application, dossier, number)
    _is_hired(person, desk, application, dossier)
    person.open("/me/openings")
    person.sees(firm.name)
    assert not person.errors + desk.errors


def _builds_a_profile(person: Walker) -> str:
    person.open("/sign-up?as=talent")
    number = person.sign_up(NAME)
    person.open("/me/onboarding")
    person.press("开始")

    person.sees_title("基本信息")
    person.fill("一句话标题", "数据开发工程师，离线数仓与实时指标")
    person.fill("工作年限", "5")
    person.page.get_by_label("最高学历").select_option(label="本科")
    person.press("保存，下一步")

    person.sees_title("求职意向")
    person.choose("目标职业", "大数据")
    person.choose("期望地点", "成都")
    person.fill("最低月薪", "18000")
    person.fill("最高月薪", "26000")
    person.press("保存，下一步")

    person.sees_title("经历与技能")
    person.follow("导入简历")
    person.fill("粘贴", RESUME)
    person.press("读出建议")
    person.sees("岷江软件有限公司", "成都理工大学", "Spark", "建议")
    assert person.page.locator("main input:checked").count() == 0, "the person's word, not ours"
    person.press("全部加入")
    person.sees_title("屏蔽单位")
    person.sees("岷江软件有限公司", "锦江数据有限公司")
    assert person.page.locator("main input:checked").count() == 0
    person.page.get_by_label("岷江软件有限公司").check()
    person.press("确定，下一步")

    person.sees_title("谁能看到")
    assert person.page.locator("main input:checked").count() == 0, "nothing is ticked before"
    person.page.get_by_label("已核验单位").first.check()
    person.press("完成")
    person.page.wait_for_url("**/me/profile")
    person.sees("Spark", "岷江软件有限公司")
    return number


def _searches(person: Walker, firm: standing.Employer) -> str:
    path = f"/jobs/{firm.jobs[0]}"
    row = person.page.locator(".result-list > li").filter(
        has=person.page.locator(f"a[href*='{firm.jobs[0]}']")
    )
    person.open("/jobs?q=Spark 成都")
    person.reload_until(lambda: row.count() == 1, "the job in the list")
    expect(person.page.locator(".understood .chip-value").first).to_be_visible()
    expect(row).to_contain_text(firm.name)
    expect(row).to_contain_text("18–28K·14薪")
    expect(row).to_contain_text("直招")
    expect(row).to_contain_text("3 个工作日内答复")
    expect(row.locator(".score-value")).to_be_visible()
    row.locator("h2 a, h3 a").first.click()

    person.sees_title("数据平台开发工程师")
    rows = person.page.locator("#requirements .req")
    expect(rows.filter(has_text="Spark").first.locator(".state-word")).to_contain_text(
        re.compile("有据符合|自述符合")
    )
    expect(rows.filter(has_text="学历").first).to_be_visible()
    points = person.page.locator(".part-list [data-points]").evaluate_all(
        "all => all.map(one => Number(one.dataset.points))"
    )
    total = person.page.locator(".part-list [data-total]").get_attribute("data-total")
    assert len(points) == 6
    assert sum(points) == int(total or -1), "the parts add up to the score"
    return path


def _applies(person: Walker, job: str) -> str:
    person.follow("申请此岗位")
    person.sees("将要冻结的档案快照", "入围后：姓名", "接受面试后：电话和邮箱")
    choices = person.page.locator("input[name=contact_when]")
    assert choices.count() == 2
    assert person.page.locator("input[name=contact_when]:checked").count() == 0
    person.page.get_by_label("接受面试时再给出手机号").check()
    person.fill("附言", "我在做实时指标，想了解贵司的数据平台。")
    person.press("同意给出并提交申请")
    person.page.wait_for_url(re.compile(r"/me/applications/\w+"))
    expect(person.stage()).to_contain_text("已提交")
    expect(person.deadline()).to_be_visible()
    person.open(job)
    person.sees("看我的申请")
    person.follow("看我的申请")
    person.page.wait_for_url(re.compile(r"/me/applications/\w+"))
    return person.page.url


def _is_viewed(
    person: Walker, desk: Walker, firm: standing.Employer, application: str, number: str
) -> str:
    desk.open(f"/org/{firm.org}/")
    owed = desk.panel("待答复")
    expect(owed.locator(".clock")).to_be_visible()
    desk.sees_not(NAME, number)
    owed.get_by_role("link").filter(has_text=re.compile("^A-|^[A-Z0-9]")).first.click()
    desk.page.wait_for_url(re.compile(r"/applications/\w+$"))
    expect(desk.stage()).to_contain_text("已查看")
    desk.sees("入围后可见", "本人开放后可见", "我在做实时指标")
    desk.sees_not(NAME, number)
    person.open(application)
    expect(person.stage()).to_contain_text("已查看")
    expect(person.deadline()).to_be_visible()
    return desk.page.url


def _is_shortlisted(
    person: Walker, desk: Walker, application: str, dossier: str, number: str
) -> None:
    desk.press("入围")
    expect(desk.stage()).to_contain_text("入围")
    desk.open(dossier)
    desk.sees(NAME, "本人开放后可见")
    desk.sees_not(number)
    person.open(application)
    expect(person.stage()).to_contain_text("入围")
    expect(person.deadline()).to_be_visible()
    person.sees("姓名")


def _meets(person: Walker, desk: Walker, application: str, dossier: str, number: str) -> None:
    from talentmarket.core import clock

    desk.follow("约面试")
    with desk.market.app.app_context():
        day = clock.today() + timedelta(days=7)
    desk.fill("日期", day.isoformat())
    desk.fill("开始时间", "14:30")
    desk.fill("地点或会议方式", "成都高新区天府五街 200 号 3 楼")
    desk.press("提议时间")
    desk.page.wait_for_url(re.compile(r"/applications/\w+$"))
    expect(desk.panel("面试")).to_contain_text("待确认")
    desk.sees_not(number)

    person.open(application)
    interview = person.panel("面试")
    expect(interview).to_contain_text("14:30")
    expect(interview).to_contain_text("天府五街")
    expect(interview).to_contain_text("接受后，您的电话和邮箱向这家单位开放")
    person.press("接受，开放电话和邮箱")
    expect(person.panel("面试")).to_contain_text("已约定")
    expect(person.page.get_by_role("link", name="收回联系方式")).to_be_visible()

    desk.open(dossier)
    expect(desk.panel("联系方式")).to_contain_text(re.compile(r"[\s-]?".join(number)))
    expect(desk.panel("面试")).to_contain_text("已约定")


def _is_hired(person: Walker, desk: Walker, application: str, dossier: str) -> None:
    desk.press("发出录用")
    expect(desk.stage()).to_contain_text("录用")
    person.open(application)
    expect(person.stage()).to_contain_text("录用")
    person.press("接受录用")
    expect(person.stage()).to_contain_text("接受")
    desk.open(dossier)
    expect(desk.stage()).to_contain_text("接受")
    events = desk.page.locator("ol.events > li")
    for word in ("入围", "面试", "录用", "接受"):
        expect(events.filter(has_text=word).first).to_be_visible()

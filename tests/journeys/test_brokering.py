"""Four ways of a brokered placement, from the first word to what stays in the books.

In Chromium, on PostgreSQL and Elasticsearch; weeks pass by the site's own clock.
"""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from playwright.sync_api import Locator, expect

from talentmarket.exchange.brokering.books import checking
from tests.factories.mandates import IDENTITY
from tests.journeys import brokering
from tests.journeys.brokering import Actor, Market, Side, Way, picture
from tests.journeys.conftest import Walk
from tests.journeys.walking import Walker

pytestmark = [pytest.mark.brokered, pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def market(brokers: Market) -> Market:
    return brokers


@pytest.fixture(autouse=True)
def office_hours(market: Market) -> None:
    """Each journey begins on a working day at ten."""
    market.pass_working_days(1)


def _way(market: Market, walk_in: Walk, names: tuple[str, str, str], **terms: object) -> Way:
    """A firm with a mandate of an employer, and a person; a browser for each side."""
    firm = brokering.firm(market, names[0])
    client, job = brokering.employer(market, names[1])
    talent, account = brokering.person(market, names[2])
    mandate = brokering.mandate(market, firm, job, **terms)
    walkers = [Actor(walk_in(market), one) for one in (firm.second, account, client.second)]
    return Way(market, *walkers, firm, client, mandate, talent)


def _claim(actor: Actor, path: str, word: str) -> Walker:
    """All sides see the same of the claim."""
    at = actor.comes_to(path)
    expect(at.panel("推荐归属")).to_contain_text(word)
    return at


def _balanced(market: Market) -> None:
    with market.inside() as session:
        found = checking.check(session)
        assert found.whole, found


# --- one: from the mandate to the end of the guarantee --------------------------------------------
def test_mandate_to_guaranteed_placement_with_a_split(market: Market, walk_in: Walk) -> None:
    name = "叶知秋"
    holder = brokering.firm(market, "天府众合人力资源服务有限公司")
    partner = brokering.firm(market, "嘉陵引才人力资源服务有限公司")
    client, job = brokering.employer(market, "金沙云控科技有限公司")
    talent, account = brokering.person(market, name)
    desk, reviewer, giver, other, person, recruiter = (
        Actor(walk_in(market), one)
        for one in (
            *(holder.second, holder.owner, client.owner, partner.second, account, client.second),
        )
    )
    mandate = _mandate(desk, holder, client)
    _examined(reviewer, giver, holder, client, mandate)
    _for_job(desk, holder, mandate, job)
    _joins(other, desk, partner, holder, mandate)
    way = Way(market, other, person, recruiter, partner, client, mandate, talent)
    way.referred(name, holder.name)
    way.is_shortlisted(name)
    way.is_offered()
    way.starts()
    _guaranteed(way, holder)
    _shared(walk_in, way, holder, partner)
    assert not [one for a in (desk, giver, other, person) for one in a.walker.errors]


def _mandate(desk: Actor, holder: Side, client: Side) -> str:
    at = desk.comes_to(f"/org/{holder.org}/mandates/new")
    at.fill("委托单位的统一社会信用代码", client.uscc)
    at.fill("招聘岗位", brokering.TITLE)
    until = desk.market.today() + timedelta(days=150)
    at.page.locator("#valid_until").fill(until.isoformat())
    at.press("建立草稿")
    at.page.wait_for_url(re.compile(r"/mandates/\w+$"))
    page = at.page.url
    at.open(f"{page}/terms")
    at.fill("年薪比例（%）", "20")
    at.fill("保证期（天）", "30")
    at.page.locator("#remedy").select_option("refund_by_days")
    at.page.locator("#opened").check()
    at.fill("带来人选的机构分成（%）", "40")
    picture(at, "1-terms")
    at.press("写下这一版")
    at.page.wait_for_url(page)
    for kind in ("brief", "registration", "handler_identity", "letter"):
        at.page.locator("#kind").select_option(kind)
        at.attach("文件", f"{kind}.pdf")
        at.press("上传")
        at.page.wait_for_load_state()
    expect(at.panel("四份材料")).to_contain_text("4/4")
    at.fill("经办人姓名", "韩志远")
    at.fill("手机号或邮箱", "13900001234")
    at.fill("身份证号码", IDENTITY)
    at.press("登记经办人")
    at.sees(re.compile(r"510\*+"))
    at.sees_not(IDENTITY)
    at.press("送审")
    picture(at, "1-submitted")
    return page.rsplit("/", 1)[-1]


def _examined(reviewer: Actor, giver: Actor, holder: Side, client: Side, mandate: str) -> None:
    at = reviewer.comes_to(f"/org/{holder.org}/mandates/{mandate}")
    at.press("签署")
    expect(at.page.get_by_role("button", name="签署", exact=True)).to_have_count(0)
    at = giver.comes_to(f"/org/{client.org}/mandates/given/{mandate}")
    at.sees("20", "40", "对其他机构开放")
    picture(at, "1-countersign")
    at.press("会签")
    at.sees("生效")


def _for_job(desk: Actor, holder: Side, mandate: str, job: str) -> None:
    at = desk.comes_to(f"/org/{holder.org}/mandates/{mandate}")
    at.page.locator("#job").select_option(job)
    at.press("保存岗位")
    at.sees("为这个岗位找人")


def _joins(other: Actor, desk: Actor, partner: Side, holder: Side, mandate: str) -> None:
    at = other.comes_to(f"/org/{partner.org}/opened")
    at.page.locator(f"main a[href$='{mandate}']").first.click()
    at.sees("加入之前只看到用人单位的行业")
    at.sees_not("金沙云控")
    picture(at, "1-opened")
    at.page.locator("textarea[name=text]:visible").first.fill(
        "本机构三年内为同类岗位推荐过四十人。"
    )
    at.press("申请加入")
    at = desk.comes_to(f"/org/{holder.org}/mandates/{mandate}/firms")
    at.sees(partner.name)
    at.press("同意加入")
    at.sees("结束参与")
    at = other.comes_to(f"/org/{partner.org}/opened")
    at.page.locator(f"main a[href$='{mandate}']").first.click()
    at.sees("金沙云控", "40")


def _guaranteed(way: Way, holder: Side) -> None:
    row = way.desk.walker.page.get_by_role("row").filter(has_text=way.client.name)
    way.desk.comes_to(f"/org/{way.firm.org}/placements")
    expect(row).to_contain_text("保证期内")
    way.market.pass_days(31)
    way.market.round()
    way.desk.comes_to(f"/org/{way.firm.org}/placements")
    expect(row).to_contain_text("保证期满")
    row.get_by_role("link").first.click()
    way.desk.walker.sees("57,201.30", "3,432.08", "22,880.52")
    picture(way.desk.walker, "1-placement")


def _shared(walk_in: Walk, way: Way, holder: Side, partner: Side) -> None:
    """22,000.50 × 13 × 20 % is 57,201.30; the partner has 40 % of it, the holder owes tax of 6 %."""
    for side in (holder, partner):
        owner = Actor(walk_in(way.market), side.owner)
        at = owner.comes_to(brokering.fees(side, way))
        at.sees("22,880.52")
        picture(at, f"1-statement-{'holder' if side is holder else 'partner'}")
    payer = Actor(walk_in(way.market), way.recruiter.account)
    at = payer.comes_to(f"/org/{way.client.org}/placements")
    at.sees(partner.name)
    _balanced(way.market)


# --- two: objection, ruling, appeal --------------------------------------------------------------
def test_objection_ruling_and_appeal(market: Market, walk_in: Walk) -> None:
    name = "苏见微"
    way = _way(market, walk_in, ("渝锦人才服务有限公司", "沱江数智装备有限公司", name))
    first, second = (
        Actor(walk_in(market), brokering.office(market, one), operator=True)
        for one in ("秘书处甲", "秘书处乙")
    )
    way.referred(name)
    way.is_shortlisted(name)
    _objects(way)
    _claim(way.desk, way.at_firm, "争议中")
    _claim(way.person, way.mine, "争议中")
    _rules(first, way, "refused", "记录载明推荐之前已就同一岗位面谈，归属不成立。")
    _claim(way.recruiter, way.at_client, "裁定不成立")
    _appeals(way)
    _may_not_judge_itself(first, way)
    _rules(second, way, "upheld", "面谈记录没有岗位和日期，不能证明推荐之前已就本岗位联系。")
    for actor, path in (
        (way.desk, way.at_firm),
        (way.recruiter, way.at_client),
        (way.person, way.mine),
    ):
        _claim(actor, path, "归属成立")
    at = way.desk.comes_to(way.at_firm)
    at.sees("任何一方都可以向人民法院起诉", "面谈记录没有岗位和日期")
    picture(at, "2-ruled")
    assert at.page.get_by_role("button", name="提请联盟裁定").count() == 0, "one appeal, no more"
    assert not [one for a in (way.desk, way.person, way.recruiter) for one in a.walker.errors]


def _objects(way: Way) -> None:
    at = way.recruiter.comes_to(way.at_client)
    at.page.locator("#record_on").fill((way.market.today() + timedelta(days=1)).isoformat())
    at.fill("依据和记录的出处", "本单位招聘系统中有这位候选人的投递记录。")
    at.press("提出异议")
    expect(at.page.locator(".error-summary")).to_contain_text("日期")
    expect(at.page.get_by_label("依据和记录的出处")).to_have_value(re.compile("投递记录"))
    at.page.locator("#record_on").fill((way.market.today() - timedelta(days=40)).isoformat())
    at.press("提出异议")
    at.sees("联盟将在", "任何一方都可以向人民法院起诉")
    picture(at, "2-objected")


def _appeals(way: Way) -> None:
    at = way.desk.comes_to(way.at_firm)
    at.page.locator("#record_on").fill((way.market.today() - timedelta(days=30)).isoformat())
    at.fill("依据和记录的出处", "所称面谈是另一岗位，附当日往来邮件的编号。")
    at.press("提请联盟裁定")
    expect(at.panel("归属争议")).to_contain_text("另一岗位")


def _dispute(office: Actor, way: Way) -> Walker:
    at = office.comes_to("/operator/disputes")
    _waiting(at, way).get_by_role("link").first.click()
    at.sees(way.firm.name, way.client.name)
    return at


def _waiting(at: Walker, way: Way) -> Locator:
    """The dispute's row in the queue: it names who brought it forward."""
    either = re.compile(f"{way.firm.name}|{way.client.name}")
    return at.page.get_by_role("row").filter(has_text=either)


def _decide(at: Walker, ruling: str, reasons: str) -> None:
    at.page.locator(f"input[name=ruling][value={ruling}]").check()
    at.fill("理由", reasons)
    at.press("裁定并告知各方")


def _rules(office: Actor, way: Way, ruling: str, reasons: str) -> None:
    at = _dispute(office, way)
    picture(at, f"2-office-{ruling}")
    _decide(at, ruling, reasons)
    at.page.wait_for_url("**/operator/disputes")
    expect(_waiting(at, way)).to_have_count(0)


def _may_not_judge_itself(office: Actor, way: Way) -> None:
    at = _dispute(office, way)
    _decide(at, "refused", "与上次裁定相同，维持原裁定。")
    at.sees("另一位")
    _claim(way.desk, way.at_firm, "争议中")


# --- three: consent taken back, hired later ------------------------------------------------------
def test_consent_taken_back_and_hired_two_months_later(market: Market, walk_in: Walk) -> None:
    name = "陆知行"
    way = _way(market, walk_in, ("沱牌人力资源服务有限公司", "涪江云图科技有限公司", name))
    way.referred(name)
    way.is_shortlisted(name)
    _takes_back(way, name)
    first = way.application
    way.market.pass_days(60)
    _claim(way.desk, way.at_firm, "休眠")
    _applies(way)
    assert way.application != first
    way.is_shortlisted(name)
    way.is_offered()
    at = _claim(way.desk, way.at_firm, "归属成立")
    at.sees_not(name)
    _claim(way.recruiter, way.at_client, "归属成立")
    way.starts()
    at = way.desk.comes_to(f"/org/{way.firm.org}/placements")
    expect(at.page.get_by_role("row").filter(has_text=way.client.name)).to_contain_text("保证期内")
    at = Actor(walk_in(market), way.firm.owner).comes_to(brokering.fees(way.firm, way))
    at.sees(way.client.name, "57,201.30", "3,432.08")  # 22,000.50 × 13 × 20 %, and 6 % tax
    picture(at, "3-statement")
    _balanced(market)


def _takes_back(way: Way, name: str) -> None:
    at = way.person.comes_to(way.mine)
    at.follow("撤回同意")
    picture(at, "3-take-back")
    at.press("撤回同意")
    at.sees("各接收方不能再查看您的资料")
    at = way.recruiter.comes_to(way.at_client)
    at.sees("本人已撤回同意，资料不再显示")
    at.sees_not(name)
    picture(at, "3-taken-back")
    at = way.recruiter.comes_to(way.dossier)
    at.sees_not(name)
    _claim(way.desk, way.at_firm, "休眠")


def _applies(way: Way) -> None:
    with way.market.inside() as session:
        from talentmarket.exchange.brokering.referring.models import Referral

        row = session.scalars(sa.select(Referral).where(Referral.public_id == way.referral)).one()
        job = row.job.public_id
    at = way.person.comes_to(f"/jobs/{job}")
    at.follow("申请此岗位")
    at.page.get_by_label("接受面试时再给出手机号").check()
    at.press("同意给出并提交申请")
    at.page.wait_for_url(re.compile(r"/me/applications/\w+"))
    way.application = at.page.url.rstrip("/").split("/")[-1].split("?")[0]


# --- four: the licence ends ----------------------------------------------------------------------
def test_a_licence_ends(market: Market, walk_in: Walk) -> None:
    last = market.today() + timedelta(days=70)
    name, other = "宋遥", "程小满"
    firm = brokering.firm(market, "岷沱人力资源服务有限公司", expires_on=last)
    client, job = brokering.employer(market, "雅砻数据服务有限公司")
    mandate = brokering.mandate(market, firm, job)
    people = [brokering.person(market, one) for one in (name, other)]
    desk, recruiter, owner = (
        Actor(walk_in(market), one) for one in (firm.second, client.second, firm.owner)
    )
    ways = [
        Way(market, desk, Actor(walk_in(market), account), recruiter, firm, client, mandate, talent)
        for talent, account in people
    ]
    for left in (60, 30, 7):
        market.come(last - timedelta(days=left))
        market.round()
        _is_reminded(owner, left)
    market.come(last, hour=12)  # the last day counts, at noon as well
    ways[0].asks()
    ways[0].consents()
    ways[0].sends()
    ways[1].asks()
    market.come(last + timedelta(days=1), hour=9)
    _is_read_only(owner, desk, ways[1])
    ways[0].says_new(name)  # what was sent is finished
    ways[0].is_shortlisted(name)
    _cannot_go_on(ways[1])
    _claim(desk, ways[0].at_firm, "归属成立")
    _goes_elsewhere(client, Actor(walk_in(market), client.owner), mandate)
    _balanced(market)


def _is_reminded(owner: Actor, left: int) -> None:
    at = owner.comes_to("/me/notices")
    at.sees(f"许可证还有 {left} 天到期")
    picture(at, f"4-reminded-{left}")


def _is_read_only(owner: Actor, desk: Actor, way: Way) -> None:
    at = owner.comes_to(f"/org/{way.firm.org}/")
    at.sees("没有有效")
    picture(at, "4-desk")
    known = brokering.card(way.market, way.talent, way.firm.org)
    at = desk.comes_to(f"/org/{way.firm.org}/mandates/{way.mandate}")
    at.sees("没有有效的人力资源服务许可证")
    picture(at, "4-mandate")
    answer = desk.walker.page.goto(
        f"/org/{way.firm.org}/referrals/new?card={known}&mandate={way.mandate}"
    )
    assert answer is not None
    at.page.locator("input[name=employer_named][value=described]").check()
    at.press("发出询问")
    at.sees("许可证")
    at.open(f"/org/{way.firm.org}/talents")
    at.sees("许可证")


def _cannot_go_on(way: Way) -> None:
    at = way.person.comes_to(way.mine)
    at.press("有兴趣")
    at.sees("现在不能继续")
    assert at.page.get_by_role("button", name="同意按以上内容推荐我").count() == 0


def _goes_elsewhere(client: Side, owner: Actor, mandate: str) -> None:
    at = owner.comes_to(f"/org/{client.org}/mandates/given/{mandate}")
    at.main.locator("summary", has_text="结束委托").first.click()
    at.page.locator("textarea[name=text]:visible").first.fill("机构许可证到期，改请别家机构承办。")
    at.press("结束委托")
    at.sees("已结束")
    picture(at, "4-ended")

"""A pasted text becomes fields, and nothing is made up."""

from __future__ import annotations

from talentmarket.exchange.drafting import propose, years_of
from talentmarket.exchange.models import Contract, Insurance, JobKind, PayUnit
from talentmarket.exchange.posting import Posting
from talentmarket.members.models import RestDays, WorkMode
from talentmarket.taxonomy.model import get_taxonomy
from talentmarket.taxonomy.recognise import recognise

TEXT = """岗位名称：大数据开发工程师
招聘人数：3人
工作地点：成都双流区
薪资：18-28K·14薪，基本工资15000元
岗位职责：
1、负责离线与实时数仓建设；
任职要求：
1、本科及以上学历，3-5年大数据开发经验；
2、精通Spark，熟悉Hive；会Flink者优先；
工作时间：9:00-18:00
签3年固定期限劳动合同，试用期3个月，双休，五险一金，餐补、年度体检，每周可居家1天。
"""


def test_a_whole_text():
    draft = propose(TEXT)
    posting = draft.posting
    assert posting.title == "大数据开发工程师"
    assert posting.occupation_code == "2-02-38-03"
    assert posting.headcount == 3
    assert posting.region_code == "510116"
    assert (posting.pay_unit, posting.pay_low, posting.pay_high, posting.pay_months) == (
        PayUnit.MONTH,
        1_800_000,
        2_800_000,
        14,
    )
    assert posting.base_pay == 1_500_000
    assert posting.education_rank == 5
    assert (posting.years_min, posting.years_max) == (3, 5)
    skills = {one.skill_id: one for one in posting.skills}
    assert skills["spark"].must
    assert skills["spark"].level == 4
    assert not skills["flink"].must
    assert posting.rest_days is RestDays.TWO
    assert posting.insurance is Insurance.FULL_AND_FUND
    assert posting.work_mode is WorkMode.HYBRID
    assert (posting.contract, posting.contract_months) == (Contract.FIXED, 36)
    assert posting.probation_months == 3
    assert set(posting.benefits) == {"餐补", "年度体检"}
    assert posting.hours == "9:00-18:00"
    assert {"title", "headcount", "pay_low", "skills"} <= set(draft.found)


def test_a_line_of_certificates_names_certificates():
    known = get_taxonomy().skills

    def skills(text):
        return {one.skill_id: one.must for one in propose(text).posting.skills}

    for line in (
        "证书：大数据工程技术人员证书、PMP，方向为数据库、Python",
        "3、资格证书要求：PMP（Python 方向）；大数据工程技术人员证书",
        "Certificates: PMP, 大数据工程技术人员证书 (Python)",
    ):
        found = skills("数据工程师\n要求：熟悉Hive\n" + line)
        named = {known[code].name_zh for code in found if known[code].kind == "certificate"}
        assert named == {"PMP", "大数据工程技术人员证书"}, line
        assert {"hive"} <= set(found), line
        assert "python" not in found, line
    # Named elsewhere as well it is a skill; and a sentence about a certificate is no list of them.
    assert "python" in skills("数据工程师\n要求：精通Python\n证书：Python等级证书")
    assert "python" in skills("数据工程师\n有PMP证书，精通Python者优先")


def test_a_first_line_by_itself_is_the_title():
    rest = "\n岗位职责：\n1、维系重点客户；"
    assert propose("急招客户成功经理" + rest).posting.title == "客户成功经理"
    for other in (
        "岗位职责",
        "我们是一家数据公司",
        "公司简介",
        "负责客户维系，月薪一万",
        "客户成功经理",
    ):
        text = other if other == "客户成功经理" else other + rest
        assert propose(text).posting.title == "", other


def test_a_daily_internship():
    posting = propose("前端开发实习生\n200-300元/天，要求熟悉Vue").posting
    assert posting.kind is JobKind.INTERNSHIP
    assert (posting.pay_unit, posting.pay_low, posting.pay_high) == (PayUnit.DAY, 20_000, 30_000)
    assert "vue" in {one.skill_id.split("-")[0] for one in posting.skills}


def test_nothing_is_made_up():
    draft = propose("我们是一个快乐的团队。")
    assert draft.posting == Posting(description="我们是一个快乐的团队。")
    assert draft.found == ()


def test_hidden_signs_go():
    assert "\u202e" not in propose("测试\u202e工程师\x00").posting.description


def test_the_age_of_the_firm_is_no_demand():
    firm = "平台公司，创立至今已经 48 年。任职要求：3年以上测试经验。"
    assert years_of(recognise(firm)) == (3, None)
    assert years_of(recognise("本公司成立 20 年")) == (None, None)

"""Pay, years, schooling and titles as people write them."""

from __future__ import annotations

import pytest

from talentmarket.taxonomy.education import parse_education
from talentmarket.taxonomy.model import get_taxonomy
from talentmarket.taxonomy.pay import Pay, find_pay, parse_pay
from talentmarket.taxonomy.titles import KEYWORDS, How, guess_occupation
from talentmarket.taxonomy.years import Years, parse_years

K = 100_000  # fen in a thousand yuan


@pytest.mark.parametrize(
    ("text", "pay"),
    [
        ("15-25K·14薪", Pay(15 * K, 25 * K, "month", 14)),
        ("18–28K × 14", Pay(18 * K, 28 * K, "month", 14)),
        ("15K-20K*16薪", Pay(15 * K, 20 * K, "month", 16)),
        ("15k以上", Pay(15 * K, None)),
        ("20k+", Pay(20 * K, None)),
        ("1.5万-2万", Pay(15 * K, 20 * K)),
        ("1.5-2.5万", Pay(15 * K, 25 * K)),
        ("8千-1.2万", Pay(8 * K, 12 * K)),
        ("8-10千", Pay(8 * K, 10 * K)),
        ("6千-8千", Pay(6 * K, 8 * K)),
        ("1-1.5万/月", Pay(10 * K, 15 * K)),
        ("8000-12000元/月", Pay(8 * K, 12 * K)),
        ("8000-12000", Pay(8 * K, 12 * K)),
        ("12,000-18,000元", Pay(12 * K, 18 * K)),
        ("１５Ｋ－２５Ｋ", Pay(15 * K, 25 * K)),
        ("薪资:10k~15k", Pay(10 * K, 15 * K)),
        ("月薪1.2w-1.8w", Pay(12 * K, 18 * K)),
        ("月薪八千", Pay(8 * K, 8 * K)),
        ("月薪两万", Pay(20 * K, 20 * K)),
        ("一万五", Pay(15 * K, 15 * K)),
        ("月薪1万5", Pay(15 * K, 15 * K)),
        ("8k到1万2", Pay(8 * K, 12 * K)),
        ("1万2千", Pay(12 * K, 12 * K)),
        ("五六千", Pay(5 * K, 6 * K)),
        ("1万5个月", Pay(10 * K, 10 * K)),
        ("底薪5000", Pay(5 * K, 5 * K)),
        ("5000以下", Pay(None, 5 * K)),
        ("1万以下/月", Pay(None, 10 * K)),
        ("20-40万/年", Pay(200 * K, 400 * K, "year")),
        ("年薪30万", Pay(300 * K, 300 * K, "year")),
        ("年包40w-60w", Pay(400 * K, 600 * K, "year")),
        ("30万以上", Pay(300 * K, None, "year")),
        ("200-300元/天", Pay(20_000, 30_000, "day")),
        ("150元/小时", Pay(15_000, 15_000, "hour")),
        ("2000元/项目", Pay(2 * K, 2 * K, "project")),
        ("面议", Pay(None, None, negotiable=True)),
    ],
)
def test_pay(text, pay):
    assert parse_pay(text) == pay


@pytest.mark.parametrize(
    "text",
    ["", "3年以上", "10人", "100-499人", "日活1000万", "2023年", "8小时", "五险一金", "百万级数据"],
)
def test_what_is_no_pay(text):
    assert parse_pay(text) is None


def test_pay_inside_a_text_keeps_its_place():
    text = "成都 Java，月薪１５-20K，3年以上，团队20人"
    ((start, end, pay),) = find_pay(text)
    assert text[start:end] == "月薪１５-20K"
    assert pay == Pay(15 * K, 20 * K)


@pytest.mark.parametrize(
    ("text", "monthly"),
    [
        ("24万/年", (20 * K, 20 * K)),
        ("200元/天", (435_000, 435_000)),
        ("5000元/项目", (None, None)),
    ],
)
def test_pay_by_the_month(text, monthly):
    assert parse_pay(text).monthly() == monthly


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("3-5年", Years(3, 5)),
        ("3年以上", Years(3, None)),
        ("三年以上工作经验", Years(3, None)),
        ("三到五年经验", Years(3, 5)),
        ("１－３年", Years(1, 3)),
        ("1年以内", Years(0, 1)),
        ("半年以上", Years(0.5, None)),
        ("5+ years of experience", Years(5, None)),
        ("2-3 years", Years(2, 3)),
        ("应届毕业生", Years(0, 0)),
        ("经验不限", Years(0, None)),
        ("1、 2年以上工作经验", Years(2, None)),
        ("2015年", None),
        ("成立20年会庆典", None),
        ("年薪30万", None),
        ("", None),
    ],
)
def test_years(text, years):
    assert parse_years(text) == years


@pytest.mark.parametrize(
    ("text", "code", "floor"),
    [
        ("本科及以上", "bachelor", True),
        ("大专以上，本科优先", "college", True),
        ("學歷不限", "none", False),
        ("硕士研究生及以上学历", "master", True),
        ("中专/中技", "vocational", False),
        ("Bachelor's degree or above", "bachelor", True),
        ("博士", "doctor", False),
    ],
)
def test_education(text, code, floor):
    found = parse_education(text)
    assert (found.code, found.floor) == (code, floor)


@pytest.mark.parametrize("text", ["", "本科技公司", "高中级工程师"])
def test_no_education(text):
    assert parse_education(text) is None


@pytest.mark.parametrize(
    ("title", "code", "how"),
    [
        ("大数据开发工程师", "2-02-38-03", How.NAME),
        ("高级大数据开发工程师（双休）", "2-02-38-03", How.NAME),
        ("Java开发工程师", "2-02-10-03", How.NAME),
        ("资深 JAVA 开发工程师", "2-02-10-03", How.NAME),
        ("软件测试实习生/专员", "4-04-05-02", How.NAME),
        ("产品经理", "2-02-10-05", How.NAME),
        ("UI设计师", "2-09-06-07", How.NAME),
        ("人工智能训练师", "4-04-05-05", How.NAME),
        ("Big data developer", "2-02-38-03", How.NAME),
        ("Android开发测试工程师", "4-04-05-02", How.PART),
        ("手环软件测试工程师", "4-04-05-02", How.PART),
        ("机器人方向研究岗", "2-02-38-10", How.KEYWORD),
        ("測試工程師", "4-04-05-02", How.NAME),
    ],
)
def test_titles(title, code, how):
    guess = guess_occupation(title)
    assert (guess.code, guess.how) == (code, how)


def test_a_title_that_says_nothing_is_unknown():
    assert guess_occupation("急聘人员") is None
    assert guess_occupation("厨师") is None


def test_keywords_lead_to_known_occupations():
    assert {code for _, code in KEYWORDS} <= get_taxonomy().occupations.keys()

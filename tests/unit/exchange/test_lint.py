"""The posting check: what is found, where it stands, and what is left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talentmarket.exchange.lint import lint, lint_fields, refused, segments
from talentmarket.exchange.lint_rules import RULES, Level

RED = [
    ("能适应倒班，男性优先。", "sex", "男性优先"),
    ("仅限女生", "sex", "仅限女生"),
    ("限男，能加班", "sex", "限男"),
    ("性别：男", "sex", "性别：男"),
    ("男 性 优·先", "sex", "男 性 优·先"),
    ("Male preferred.", "sex", "Male preferred"),
    ("已婚已育者优先", "marriage", "已婚已育"),
    ("要求两年内无生育计划", "marriage", "无生育计划"),
    ("入职须做妊娠测试", "marriage", "妊娠测试"),
    ("限汉族", "ethnicity", "限汉族"),
    ("少数民族勿投", "ethnicity", "少数民族勿投"),
    ("无宗教信仰", "religion", "无宗教信仰"),
    ("不招残疾人", "disability", "不招残疾人"),
    ("入职体检含乙肝五项", "hepatitis", "乙肝五项"),
    ("要求两对半合格", "hepatitis", "两对半"),
    ("限成都市户口", "residence", "限成都市户口"),
    ("本地户籍优先", "residence", "本地户籍优先"),
    ("外地人勿扰", "residence", "外地人勿扰"),
    ("不要河南人", "residence", "不要河南人"),
    ("入职需交押金五百元", "deposit", "押金"),
    ("繳納保證金", "deposit", "保證金"),
    ("扣押身份证", "deposit", "扣押身份证"),
    ("学费可分期", "loan", "学费可分期"),
    ("支持培训贷", "loan", "培训贷"),
    ("大厂保录", "promise", "保录"),
]
AMBER = [
    ("35 岁以下", "age", "35 岁以下"),
    ("年龄25-35岁", "age", "年龄25-35岁"),
    ("95后优先", "age", "95后优先"),
    ("形象气质佳", "appearance", "形象气质佳"),
    ("身高170以上", "appearance", "身高170"),
    ("仅限985", "background", "仅限985"),
    ("高薪诚聘", "bait", "高薪"),
    ("月入过万", "bait", "月入过万"),
    ("零基础培训", "training", "零基础培训"),
    ("加微信 shucai2025", "contact", "加微信 shucai2025"),
    ("电话13900000001", "contact", "13900000001"),
]
FREE = [
    "男女不限，年龄不限，民族不限",
    "性别不限",
    "不收取押金或任何费用",
    "无需押金",
    "免报名费",
    "可协助办理成都市户口",
    "户籍不限",
    "婚假、产假、育儿假按规定执行",
    "入职体检不检查乙肝",
    "负责乙肝诊断试剂的算法",
    "年满18周岁以上",
    "为女性用户设计产品",
    "负责保证金系统的开发",
    "负责企业形象设计",
    "熟悉 Spark、Flink，3年以上经验",
]


@pytest.mark.parametrize(("text", "code", "stands"), RED + AMBER)
def test_found_in_place(text, code, stands):
    [found] = [one for one in lint(text) if one.rule.code == code]
    assert found.text == stands == text[found.start : found.end]
    assert found.refused == ((text, code, stands) in RED)


@pytest.mark.parametrize("text", FREE)
def test_left_alone(text):
    assert lint(text) == []


def test_one_clause_does_not_clear_another():
    assert [one.text for one in lint("性别不限，但男性优先")] == ["男性优先"]


def test_red_goes_before_amber_where_they_overlap():
    findings = lint_fields({"title": "大数据工程师", "description": "男性优先，35岁以下"})
    assert list(findings) == ["description"]
    assert refused(findings)
    assert not refused(lint_fields({"description": "35岁以下"}))


def test_every_rule_has_an_example():
    assert {rule.code for rule in RULES} == {code for _, code, _ in RED + AMBER}
    assert {rule.code for rule in RULES if rule.level is Level.RED} == {code for _, code, _ in RED}


@given(st.text(alphabet="男女性优先限汉族押金岁35 ，。·\nAb", max_size=60))
def test_segments_are_the_text(text):
    findings = lint(text)
    assert "".join(part for part, _ in segments(text, findings)) == text
    ends = [0]
    for one in findings:
        assert ends[-1] <= one.start < one.end
        ends.append(one.end)

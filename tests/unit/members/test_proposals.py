"""Text → proposals: what stands there, nothing made up."""

from __future__ import annotations

from datetime import date

import pytest

from talentmarket.members.entries import EntryValues
from talentmarket.members.models import EntryKind
from talentmarket.members.proposals import propose
from talentmarket.members.resume import degree_rank, heading_of, read_entries
from talentmarket.taxonomy.model import get_taxonomy
from talentmarket.taxonomy.recognise import get_recogniser

TODAY = date(2025, 11, 24)
TEXT = """周予安  男  13800138000
教育经历
2016.09-2020.06  电子科技大学  软件工程专业  本科
工作经历
2022.03 - 至今  岷江软件有限公司  数据开发工程师
- 负责离线数仓，使用 Spark、Hive
- 精通 SQL，熟悉 Python
2020年7月—2022年2月
锦城数科集团 | 数据分析助理
编写报表
项目经验
产线能耗数仓 2023.05-2023.12
用 Kafka 建模
证书
大数据工程技术人员（中级） 2024.06
"""


def read(text):
    return [one.values for one in read_entries(text, get_taxonomy())]


def by_kind(kind):
    return [values for values in read(TEXT) if values.kind is kind]


def test_studies():
    (study,) = by_kind(EntryKind.EDUCATION)
    assert (study.organisation, study.subject, study.level) == ("电子科技大学", "软件工程", "5")
    assert (study.start_month, study.end_month) == ("2016-09", "2020-06")


def test_jobs():
    now, before = by_kind(EntryKind.EXPERIENCE)
    assert (now.organisation, now.title) == ("岷江软件有限公司", "数据开发工程师")
    assert (now.start_month, now.end_month) == ("2022-03", None)
    assert "负责离线数仓，使用 Spark、Hive" in now.text
    assert (before.organisation, before.title) == ("锦城数科集团", "数据分析助理")
    assert (before.start_month, before.end_month) == ("2020-07", "2022-02")


def test_projects_and_certificates():
    (project,) = by_kind(EntryKind.PROJECT)
    assert (project.title, project.text) == ("产线能耗数仓", "用 Kafka 建模")
    (certificate,) = by_kind(EntryKind.CERTIFICATE)
    assert (certificate.title, certificate.start_month) == (
        "大数据工程技术人员（中级）",
        "2024-06",
    )


def test_english_resume():
    (job, study) = read(
        "Work Experience\nMar 2021\n2021.03 - present  Acme Data Ltd | Data Engineer\n"
        "Education\n2017.09 - 2021.06, University of Leeds, BSc Computer Science, Bachelor\n"
    )
    assert (job.organisation, job.title, job.end_month) == ("Acme Data Ltd", "Data Engineer", None)
    assert (study.organisation, study.level) == ("University of Leeds", "5")


def test_a_year_without_month_is_not_made_a_month():
    (study,) = read("教育背景\n2016 - 2020 四川大学 数学 硕士")
    assert (study.start_month, study.end_month, study.level) == (None, None, "6")


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("工作经历", EntryKind.EXPERIENCE),
        ("【教育背景】", EntryKind.EDUCATION),
        ("Projects", EntryKind.PROJECT),
        ("自我评价", None),
    ],
)
def test_headings(line, kind):
    assert heading_of(line) == (True, kind)


def test_a_sentence_is_no_heading():
    assert heading_of("工作经历丰富，做过很多项目，带过团队，也写过代码") == (False, None)


@pytest.mark.parametrize(
    ("words", "rank"), [("硕士研究生", 6), ("大专", 4), ("PhD", 7), ("无", None)]
)
def test_degrees(words, rank):
    assert degree_rank(words, get_taxonomy()) == rank


def proposals(**known):
    return propose(TEXT, recogniser=get_recogniser(), today=TODAY, **known)


def test_levels_and_years_are_said_by_the_text_or_not_there():
    found = {one.data["skill"]: one.data for one in proposals() if one.kind == "skill"}
    assert found["sql"]["level"] == 4
    assert found["python"]["level"] == 2
    assert found["spark"]["level"] is None
    assert all(data["years_tenths"] is None for data in found.values())


def test_years_come_with_the_words():
    (one,) = propose("5年以上 Java 开发经验", recogniser=get_recogniser(), today=TODAY)[:1]
    assert (one.data["skill"], one.data["years_tenths"]) == ("java", 50)


def test_every_proposal_shows_its_source():
    for one in proposals():
        assert one.source
    spark = next(one for one in proposals() if one.data.get("skill") == "spark")
    assert "Spark" in spark.source


def test_what_is_there_is_not_proposed_again():
    known = EntryValues(
        EntryKind.EXPERIENCE,
        organisation="岷江软件有限公司",
        title="数据开发工程师",
        start_month="2022-03",
    )
    again = proposals(have_skills=["spark"], have_entries=[known])
    assert "spark" not in {one.data.get("skill") for one in again}
    assert "岷江软件有限公司" not in {one.data.get("organisation") for one in again}


def test_an_entry_that_lacks_something_is_incomplete():
    incomplete = [one for one in proposals() if not one.complete]
    assert [one.data["kind"] for one in incomplete] == ["certificate"]  # the issuer is not said


def test_denied_skills_are_not_proposed():
    found = propose("无需 Java 经验，使用 Python", recogniser=get_recogniser(), today=TODAY)
    assert [one.data["skill"] for one in found if one.kind == "skill"] == ["python"]

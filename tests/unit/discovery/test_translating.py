"""What an understanding becomes as a request, by equality."""

from __future__ import annotations

import pytest

from search.analysis import fold
from search.requests import (
    Alternative,
    AnyOf,
    Concept,
    Lift,
    Not,
    Overlap,
    Range,
    Terms,
)
from talentmarket.discovery import translating
from talentmarket.discovery.understanding import (
    ORGANISATIONS,
    TALENTS,
    EmployerNames,
    Wish,
    understand,
)

NOW = 1_764_385_200  # 2025-11-29 11:00 in Shanghai, a Saturday
DAY = 86_400


def jobs(text: str, wish: Wish | None = None) -> translating.Asked:
    return translating.of_jobs(understand(text, wish), NOW)


def people(text: str, wish: Wish | None = None) -> translating.Asked:
    return translating.of_talents(understand(text, wish, kinds=TALENTS))


def test_a_skill_is_met_by_its_code_or_a_name_in_either_language():
    assert jobs("大数据").concepts == (
        Concept((Alternative("concepts", ("big-data",), 12.0),), "大数据"),
    )
    assert jobs("big data").concepts == (
        Concept((Alternative("concepts", ("big-data",), 12.0),), "big data", also=("大数据技术",)),
    )


def test_a_title_that_names_a_skill_asks_for_the_skill():
    asked = jobs("front-end engineer")
    way = (Alternative("concepts", ("frontend",), 12.0),)
    assert asked.concepts == (Concept(way, "front-end engineer", also=("前端工程师",)),)
    assert asked.lifts == (
        Lift(Terms("occupation", ("2-02-10-03",)), 2.0),
        Lift(Terms("occupation_path", ("2-02-10",)), 1.0),
    )
    assert people("前端工程师").lifts[0] == Lift(Terms("occupations", ("2-02-10-03",)), 2.0)


@pytest.mark.parametrize(
    ("text", "skill"),
    [
        ("无人机工程师", "uav"),  # not 人机工程
        ("C++软件工程师", "cpp"),
        ("大数据工程师", "big-data"),
        ("提示词工程师", "prompt-engineering"),
        ("Go工程师", "go"),
    ],
)
def test_a_title_asks_for_no_skill_that_cuts_its_last_word(text, skill):
    (concept,) = jobs(text).concepts
    assert concept.alternatives == (Alternative("concepts", (skill,), 12.0),)


@pytest.mark.parametrize("text", ["软件工程师", "系统工程师", "研发工程师"])
def test_a_title_without_a_skill_asks_for_its_occupation(text):
    (concept,) = jobs(text).concepts
    assert {way.field for way in concept.alternatives} == {"occupation"}


def test_a_stroke_or_the_word_or_joins_what_any_of_is_asked():
    for text in (
        "java/python",
        "Java或Python",
        "java / python 双休",
        "java|python",
        "Java OR Python",
    ):
        (concept,) = jobs(text).concepts
        assert [way.values for way in concept.alternatives] == [("java",), ("python",)]
        assert [fold(name) for name in (concept.words, *concept.also)] == ["java", "python"]
    words = jobs("售后专员/技术员")
    assert words.words == ""
    assert words.concepts == (Concept(words="售后专员", also=("技术员",)),)
    three = jobs("咨询热线/呼叫中心服务人员")
    assert three.words == "服务人员"
    assert three.concepts[0].also == ("咨询热线",)


def test_beside_a_condition_or_what_is_insisted_on_a_stroke_joins_nothing():
    (java,) = jobs("成都/java").concepts
    assert java == jobs("java").concepts[0]
    first, second = jobs("java/python", Wish(must=frozenset({"skill:python"}))).concepts
    assert (first.required, second.required) == (False, True)


def test_an_occupation_is_met_by_its_code_and_lifted_by_its_sub_class():
    asked = jobs("大数据工程技术人员")
    (concept,) = asked.concepts
    assert concept.alternatives == (Alternative("occupation", ("2-02-38-03",), 4.0),)
    assert asked.lifts == (Lift(Terms("occupation_path", ("2-02-38",)), 1.0),)


def test_what_is_wider_only_lifts():
    asked = jobs("spark")
    assert all("big-data" not in way.values for way in asked.concepts[0].alternatives)
    assert asked.lifts
    assert all(lift.weight < 4 for lift in asked.lifts)


def test_what_is_typed_twice_is_asked_once():
    assert len(jobs("java Java JAVA").concepts) == 1
    assert jobs("售前 解决方案").concepts[0].also[-1] == "解决方案"


def test_a_level_lifts_and_lets_nothing_in():
    asked = jobs("高级 java")
    assert asked.concepts[0] == Concept((), "高级", also=("资深", "senior"), lifting=True)
    assert Lift(Overlap("years", 5, None), 1.0) in asked.lifts
    must = jobs("高级 java", Wish(must=frozenset({"level:senior"})))
    assert (must.concepts[0].required, must.concepts[0].lifting) == (True, False)


def test_those_that_say_who_has_no_years_stand_before_those_that_say_nothing():
    asked = jobs("测试 应届")
    assert Concept(words="应届", lifting=True) in asked.concepts
    assert asked.filters == (Overlap("years", 0, 0, or_missing=True),)
    assert not any(one.words for one in jobs("测试 3年").concepts if one.lifting)


def test_general_words_find_the_other_language():
    asked = jobs("designer chengdu")
    assert asked.words == ""
    assert asked.concepts == (Concept(words="designer", also=("设计师", "设计")),)


def test_two_words_side_by_side_may_be_one_of_the_other_language():
    asked = jobs("customer service night")
    assert Concept(words="customer service", also=("客服",)) in asked.concepts
    assert asked.words == "night"


def test_an_employer_is_asked_for():
    names = EmployerNames([("org1", ["岷江云计算"]), ("", ["望丛数据"])])
    known = translating.of_jobs(understand("岷江云计算", employers=names), NOW)
    way = (Alternative("employer", ("org1",), 4.0),)
    assert known.concepts == (Concept(way, "岷江云计算", required=True, together=True),)
    named = translating.of_jobs(understand("望丛数据", employers=names), NOW)
    assert named.concepts == (Concept((), "望丛数据", required=True, together=True),)


@pytest.mark.parametrize(
    ("text", "filters"),
    [
        ("成都", (Terms("regions", ("510100",)),)),
        ("成都 武侯区", (Terms("regions", ("510107",)),)),
        ("成都 绵阳", (Terms("regions", ("510100", "510700")),)),
        ("成渝", (Terms("regions", ("510100", "500000")),)),
        ("绵阳高新区", (Terms("regions", ("SC-A06", "510703")),)),
        ("15k以上", (Overlap("pay", 1_500_000, None),)),
        ("年薪24万", (Overlap("pay", 2_000_000, 2_000_000),)),
        ("3-5年", (Overlap("years", 3, 5, or_missing=True),)),
        ("应届", (Overlap("years", 0, 0, or_missing=True),)),
        ("本科", (Range("education_rank", high=5, or_missing=True),)),
        ("大专 本科", (Range("education_rank", high=5, or_missing=True),)),
        ("双休 弹性工作", (Terms("rest_days", ("two", "flexible")),)),
        ("实习 远程", (Terms("kind", ("internship",)), Terms("work_mode", ("remote",)))),
        ("国企 直招", (Terms("nature", ("state",)), Terms("channel", ("direct",)))),
        ("五险", (Terms("benefits", ("full", "full_and_fund")),)),
        ("近三天", (Range("published_at", low=NOW - 3 * DAY),)),
        ("今天", (Range("published_at", low=NOW - 11 * 3600),)),
        ("本周", (Range("published_at", low=NOW - 11 * 3600 - 5 * DAY),)),
        ("本月", (Range("published_at", low=NOW - 11 * 3600 - 28 * DAY),)),
        ("-外包 不要派遣", (Not(Terms("channel", ("outsourced", "dispatched"))),)),
        ("非成都", (Not(Terms("regions", ("510100",))),)),
    ],
)
def test_limits_of_jobs(text, filters):
    assert jobs(text).filters == filters


def test_who_insists_wants_it_said():
    insisted = jobs("本科 3年以上", Wish(must=frozenset({"education:bachelor", "years:3-"})))
    assert insisted.filters == (
        Range("education_rank", high=5),
        Overlap("years", 3, None),
    )
    assert people("成都", Wish(must=frozenset({"region:510100"}))).filters == (
        Terms("regions", ("510100",)),
    )


def test_refused_skills_take_their_narrower_ones_and_both_names_along():
    asked = jobs("java -bigdata")
    (refused,) = asked.filters
    assert isinstance(refused, Not)
    assert refused.filter.values[0] == "big-data"
    assert "spark" in refused.filter.values
    assert asked.excluded == ("bigdata", "大数据技术")


@pytest.mark.parametrize(
    ("text", "filters"),
    [
        ("成都", (AnyOf((Terms("regions", ("510100",), or_missing=True), Terms("moves", (True,)))),)),
        ("3年以上", (Range("years", low=3, or_missing=True),)),
        ("2年以内", (Range("years", low=0, high=2, or_missing=True),)),
        ("本科以上", (Range("education_rank", low=5, or_missing=True),)),
        ("20k以内", (Range("pay_wanted", high=2_000_000, or_missing=True),)),
        ("15k以上", (Range("pay_wanted", low=1_500_000, or_missing=True),)),
        ("远程 随时到岗", (
            Terms("work_mode", ("remote",), or_missing=True),
            Terms("availability", ("now",), or_missing=True),
        )),
        ("-成都", (Not(Terms("wanted_regions", ("510100",))),)),
    ],
)  # fmt: skip
def test_limits_of_people(text, filters):
    assert people(text).filters == filters


def test_organisations_are_asked_for_by_name_and_place():
    asked = translating.of_organisations(understand("成都 国企 云图", kinds=ORGANISATIONS))
    assert asked == translating.Asked(
        words="云图", filters=(Terms("regions", ("510100",)), Terms("nature", ("state",)))
    )

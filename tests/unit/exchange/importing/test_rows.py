"""One row of a file becomes values, or the report says why not."""

from __future__ import annotations

from datetime import date

import pytest

from talentmarket.exchange.importing.columns import read_header
from talentmarket.exchange.importing.faults import REMARKS, WORDS
from talentmarket.exchange.importing.rows import MOST_ID, id_of, made_up_id, place_code, read_row

HEAD = ["title", "salary_min", "salary_max", "city", "education", "benefits", "description"]
COLUMNS = read_header(HEAD)
GOOD = dict(
    zip(
        HEAD,
        ["测试工程师", "8000.0", "12000.0", "成都-武侯区", "本科", "五险一金,双休", "负责测试"],
        strict=True,
    )
)


def read(**changes):
    return read_row(7, list({**GOOD, **changes}.values()), COLUMNS, "来源甲")


def test_a_good_row():
    row, faults = read()
    assert faults == []
    assert (row.title, row.pay_low, row.pay_high) == ("测试工程师", 800_000, 1_200_000)
    assert (row.region_code, row.education_rank) == ("510107", 5)
    assert row.benefits == ("五险一金", "双休")
    assert row.source == "来源甲"


@pytest.mark.parametrize(
    ("changes", "column", "code"),
    [
        ({"title": " \u202e "}, "title", "title-missing"),
        ({"title": "长" * 121}, "title", "title-long"),
        ({"salary_min": "面议吧"}, "salary_min", "pay-unreadable"),
        ({"salary_min": "-5000"}, "salary_min", "pay-unreadable"),
        ({"salary_max": "99999999"}, "salary_max", "pay-impossible"),
        ({"description": "x" * 10_000_000}, "description", "field-long"),
        ({"description": "a\ufffdb"}, "description", "unreadable-signs"),
    ],
)
def test_refused_for_a_reason(changes, column, code):
    row, faults = read(**changes)
    assert row is None
    assert [(fault.line, fault.column, fault.code) for fault in faults] == [(7, column, code)]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"salary_min": "12000", "salary_max": "8000"}, "pay-swapped"),
        ({"city": "某地"}, "place-unknown"),
        ({"education": "识字"}, "education-unknown"),
    ],
)
def test_taken_with_a_remark(changes, code):
    row, faults = read(**changes)
    assert row is not None
    assert [fault.code for fault in faults] == [code]
    assert code in REMARKS <= set(WORDS)


def test_what_is_missing_stays_unknown():
    row, faults = read(salary_min="", salary_max="无", city="", education="招3人", benefits="无")
    assert faults == []
    assert (row.pay_low, row.pay_high, row.region_code, row.education_rank) == (None,) * 4
    assert row.headcount == 3
    assert row.benefits == ()


@pytest.mark.parametrize("words", ["面议", " 面议 ", "薪资面议", "Negotiable", "NEGOTIABLE"])
def test_pay_that_is_left_to_the_talk_is_no_pay(words):
    row, faults = read(salary_min=words, salary_max=words)
    assert faults == []
    assert (row.title, row.pay_low, row.pay_high) == ("测试工程师", None, None)


def test_a_long_id_keeps_its_beginning_and_is_told_from_its_like():
    at_most, first, second = "7" * 80, "job-" + "7" * 82 + "1", "job-" + "7" * 82 + "2"
    assert id_of(f" {at_most} ") == at_most
    assert id_of(first) != id_of(second)
    assert id_of(first) == id_of(first)
    assert len(id_of(first)) == MOST_ID
    assert id_of(first).startswith("job-7777777777")
    assert id_of(first) not in (first[:80], second[:80])


def test_broken_lines_and_too_many_fields():
    assert read_row(3, None, COLUMNS, "x")[1][0].code == "broken-line"
    assert read_row(3, [*GOOD.values(), "more"], COLUMNS, "x")[1][0].code == "too-many-fields"
    assert read_row(3, [*GOOD.values(), " "], COLUMNS, "x")[0] is not None
    assert read_row(3, ["测试工程师"], COLUMNS, "x")[0].title == "测试工程师"


def test_a_head_that_comes_twice():
    columns = read_header(["title", "Title", "城市"])
    assert columns.twice() == ["title"]
    assert read_row(2, ["a", "a", "成都"], columns, "x")[0].title == "a"
    assert read_row(2, ["a", "b", "成都"], columns, "x")[1][0].code == "column-twice"


def test_heads_in_any_order_and_language():
    columns = read_header(["\ufeff岗位描述", "发布日期", "编号", "职位名称"])
    row, _ = read_row(2, ["写\u202e代码\x07", "2025年3月1日", "7", "开发"], columns, "x")
    assert (row.description, row.source_date, row.external_id) == ("写代码", date(2025, 3, 1), "7")
    assert read_header(["城市"]) is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("上海-青浦区", "310100"),
        ("中山-东区", "442000"),
        ("成都-武侯区", "510107"),
        ("西昌", "513401"),
        ("四川省", "510000"),
        ("", None),
        ("火星-北区", None),
    ],
)
def test_places(text, code):
    assert place_code(text) == code


def test_made_up_ids_tell_equal_rows_apart():
    row, _ = read()
    other, _ = read(title="另一个")
    assert made_up_id(row, 1) == made_up_id(read()[0], 1)
    assert len({made_up_id(row, 1), made_up_id(row, 2), made_up_id(other, 1)}) == 3


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("软件测试工程师 (职位编号：975373868901914)", "软件测试工程师"),
        (
            "Android开发工程师（系统组件） (MJ000975) (职位编号：D)",
            "Android开发工程师（系统组件） (MJ000975)",
        ),
        ("数据开发（岗位编号: 【BRFT-096】）", "数据开发"),
        ("(职位编号：1)", "(职位编号：1)"),
        ("测试工程师（急招）", "测试工程师（急招）"),
    ],
)
def test_the_senders_number_is_no_part_of_a_title(given, shown):
    row, _ = read(title=given)
    assert row.title == shown


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("<p>负责测试</p><p>熟悉&nbsp;Java&amp;SQL</p>", "负责测试\n熟悉\xa0Java&SQL"),
        ("一<br/>二<BR>三", "一\n二\n三"),
        ("经验<3 年，会 List<String> 与 a<b", "经验<3 年，会 List<String> 与 a<b"),
        ("正常&#8238;文字", "正常文字"),
        ("R&D 与 AT&T", "R&D 与 AT&T"),
    ],
)
def test_texts_out_of_web_pages_become_text(given, shown):
    row, _ = read(description=given)
    assert row.description == shown


@pytest.mark.parametrize(
    ("said", "headcount"),
    [("3", 3), ("3.0", 3), ("5人", 5), ("２名", 2), ("若干", None), ("不限", None), ("", None)],
)
def test_how_many_people(said, headcount):
    row, faults = read_row(2, ["测试", said], read_header(["title", "招聘人数"]), "甲")
    assert (row.headcount, faults) == (headcount, [])


@pytest.mark.parametrize("said", ["0", "-1", "12345", "3.5", "三"])
def test_how_many_people_cannot_be_read(said):
    row, faults = read_row(2, ["测试", said], read_header(["title", "招聘人数"]), "甲")
    assert (row, [fault.code for fault in faults]) == (None, ["headcount-unreadable"])


def test_of_two_heads_for_one_thing_the_better_known_is_read():
    """A number of the row beside the number of the job, a field of work beside the job's name."""
    columns = read_header(["编号", "岗位编号", "岗位", "职位名称", "城市"])
    values, wrong = columns.values(["1", "A7", "研发部", "测试工程师", "成都"])
    assert wrong == []
    assert (values["external_id"], values["title"]) == ("A7", "测试工程师")
    assert set(columns.beside) == {"编号", "岗位"}


def test_of_a_head_that_comes_twice_the_empty_one_says_nothing():
    columns = read_header(["title", "city", "city"])
    assert columns.twice() == ["city"]
    assert columns.values(["a", "成都", "成都"])[1] == []
    values, wrong = columns.values(["a", " ", "成都"])
    assert (values["city"], wrong) == ("成都", [])
    assert columns.values(["a", "上海", "成都"])[1] == [("city", "column-twice")]

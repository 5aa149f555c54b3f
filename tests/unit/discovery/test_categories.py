"""Which categories are asked for, and what is relevant to them."""

from __future__ import annotations

import pytest

from talentmarket.discovery.evaluating.categories import NoCategories, asked, postings, qrels, read
from talentmarket.matching.posting import Posting


def test_only_what_stands_alone_often_enough_is_asked():
    said = ["测试工程师"] * 5 + ["数据分析师"] * 4 + ["测试工程师数据分析师"] * 9 + [""] * 7
    assert asked(said) == ["测试工程师"]


def test_what_contains_another_is_not_asked():
    assert asked(["软件工程师"] * 5 + ["高级软件工程师"] * 6) == ["软件工程师"]


def test_a_posting_is_relevant_to_what_its_own_text_contains():
    found = qrels(["软件工程师", "高级软件工程师运维", "运维"], ["软件工程师"])
    assert found == {"软件工程师": {"0": 1, "1": 1}}


def test_what_is_learned_reads_as_it_would_stand_in_the_index(tmp_path):
    path = tmp_path / "some.csv"
    text = "<p>负责 &amp; 执行</p>"
    head = "title,category,description,salary_min,salary_max,education"
    rows = f"测试  岗 (职位编号：02),测试,{text},8000,1.2万,本科\n甲岗,测试\n"
    path.write_text(f"{head}\n{rows}", "utf-8")
    assert list(postings([path])) == [
        (Posting("测试 岗", "负责 & 执行", 800_000, None, 5), "测试"),
        (Posting("甲岗", ""), "测试"),
    ]


def test_the_category_and_foreign_ids_are_taken_out_before_anything_is_indexed(tmp_path):
    path = tmp_path / "some.csv"
    path.write_text("external_id,title,类别,city\nA,甲岗,测试,成都\nB,乙岗,开发\n", "utf-8")
    judged = read(path)
    assert judged.rows == (
        ("title", "city", "external_id"),
        ("甲岗", "成都", "0"),
        ("乙岗", "", "1"),
    )
    assert judged.categories == ("测试", "开发")


@pytest.mark.parametrize("content", ["", "title,city\n甲,成都\n"])
def test_a_file_without_categories_is_refused(tmp_path, content):
    path = tmp_path / "some.csv"
    path.write_text(content, "utf-8")
    with pytest.raises(NoCategories):
        read(path)

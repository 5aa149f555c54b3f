"""A search that names what recruiters sort postings under."""

from __future__ import annotations

import pytest

from search.requests import Alternative
from talentmarket.discovery import translating
from talentmarket.discovery.categories import with_category
from talentmarket.discovery.understanding import Wish, understand


class Known:
    """Two categories, as a model knows them."""

    NAMES = ("测试工程师", "大学/大专应届毕业生", "数据库工程师(DBA)")

    def code_asked(self, text: str) -> str:
        return f"c{self.NAMES.index(text)}" if text in self.NAMES else ""


def named(text: str, wish: Wish | None = None):
    wish = wish or Wish()
    return with_category(understand(text, wish), Known(), wish)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("测试工程师", "c0"),
        ("成都 测试工程师 15k以上", "c0"),
        ("大学/大专应届毕业生", "c1"),
        ("数据库工程师(DBA)", "c2"),
    ],
)
def test_conditions_beside_the_name_stay_conditions(text, code):
    found = named(text)
    assert found.category is not None
    assert found.category.code == code
    if text != "大学/大专应届毕业生":
        assert found.pieces == understand(text).pieces


def test_nothing_in_a_name_is_a_condition():
    assert understand("大学/大专应届毕业生").pieces
    found = named("大学/大专应届毕业生")
    assert found.pieces == ()
    assert translating.of_jobs(found, 0).filters == ()


@pytest.mark.parametrize(
    "text", ["", "测试", "java 测试工程师", "测试工程师 -外包", "“测试工程师”"]
)
def test_other_words_name_none(text):
    assert named(text).category is None


def test_who_takes_it_off_is_left_with_the_words():
    key = named("测试工程师").category.key
    assert named("测试工程师", Wish(off=frozenset({key}))) == understand("测试工程师")
    assert named("测试工程师", Wish(off=frozenset({"all"}))).category is None


def test_without_a_model_nothing_changes():
    assert with_category(understand("测试工程师"), None, Wish()) == understand("测试工程师")


def test_being_of_it_lets_in_and_the_words_lift():
    plain = translating.of_jobs(understand("测试工程师 无人机"), 0)
    found = named("测试工程师")
    asked = translating.of_jobs(found, 0)
    first, *rest = asked.concepts
    assert first.alternatives[0] == Alternative("categories", ("c0",), 512.0)
    assert first.words == "测试工程师"
    assert not first.lifting
    assert all(concept.lifting for concept in rest)
    assert rest[-1].alternatives == (Alternative("categories", ("c0f",), 128.0),)
    assert asked.lifts == translating.of_jobs(understand("测试工程师"), 0).lifts
    assert not any("categories" in str(concept) for concept in plain.concepts)

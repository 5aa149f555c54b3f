"""Marked pieces of texts."""

import re

from hypothesis import given
from hypothesis import strategies as st

from search.fields import Kind
from search.highlight import fragments, pattern_of
from search.requests import Concept, SearchRequest


def pattern(words: str, **more: object) -> re.Pattern[str]:
    found = pattern_of(SearchRequest(Kind.JOB, words=words, **more))  # type: ignore[arg-type]
    assert found is not None
    return found


def marked(text: str, words: str) -> list[str]:
    return [
        part for fragment in fragments(text, pattern(words)) for part, is_hit in fragment if is_hit
    ]


def test_the_text_itself_is_shown_not_its_folded_form() -> None:
    assert marked("ＪＡＶＡ 大數據工程師", "java 大数据") == ["ＪＡＶＡ", "大數據"]
    assert marked("① Ｃ＋＋ 与 ㍿", "c++") == ["Ｃ＋＋"]


def test_latin_words_are_marked_whole_only() -> None:
    assert marked("JavaScript 与 Java", "java") == ["Java"]
    assert marked("Node.js / node js", "node.js") == ["Node.js", "node js"]


def test_nothing_asked_or_hit_marks_nothing() -> None:
    assert pattern_of(SearchRequest(Kind.JOB)) is None
    assert fragments("前端", pattern("后端")) == ()


def test_concepts_and_phrases_are_marked() -> None:
    wanted = pattern("", phrases=("机器 学习",), concepts=(Concept(words="Spark"),))
    (fragment,) = fragments("用 spark 做机器学习", wanted)
    assert [part for part, is_hit in fragment if is_hit] == ["spark", "机器学习"]


def test_long_texts_are_cut_around_the_hits() -> None:
    text = "前" * 300 + "数据" + "中" * 300 + "数据" + "后" * 300 + "数据"
    found = fragments(text, pattern("数据"))
    assert len(found) == 2
    assert all(sum(len(part) for part, _ in fragment) <= 100 for fragment in found)
    assert all(("数据", True) in fragment for fragment in found)


@given(st.text(max_size=200), st.text(min_size=1, max_size=10))
def test_pieces_are_pieces_of_the_text(text: str, words: str) -> None:
    wanted = pattern_of(SearchRequest(Kind.JOB, words=words))
    if wanted is not None:
        for fragment in fragments(text, wanted):
            assert "".join(part for part, _ in fragment) in text
            assert any(is_hit for _, is_hit in fragment)

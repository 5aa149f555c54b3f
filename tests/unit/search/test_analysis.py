"""Text becomes terms."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search import analysis, suggestions
from search.analysis import (
    KEPT_TEXT,
    clean,
    clean_terms,
    fold,
    kept_terms,
    named_terms,
    named_texts,
    phrase,
    required,
    terms,
    units,
)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("ＪＡＶＡ", "java"),
        ("大數據開發", "大数据开发"),
        ("㈱１２", "(株)12"),
        ("Straße", "strasse"),
        ("a\u200bb\u202ec\ufeff", "abc"),
        ("a\x00b\ud800c", "a b c"),
        ("2.5万", "2.5万"),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text(max_size=60))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(max_size=60))
def test_terms_hold_no_space_and_are_folded(text: str) -> None:
    found = terms(text)
    for term in found.words + found.grams:
        assert term
        assert len(term) <= analysis.MAX_TERM
        assert term.split() == [term]
        assert term == fold(term)


@given(st.lists(st.text("数据工程师大开发一〇豈𠀀ab1 \n,，", max_size=8), max_size=5))
def test_each_run_is_cut_for_itself(texts: list[str]) -> None:
    whole = terms("，".join(texts))
    assert whole.words == tuple(word for text in texts for word in terms(text).words)
    assert whole.grams == tuple(gram for text in texts for gram in terms(text).grams)


@given(st.text("数据工程师大开.nN发e㈱t豈𠀀ab1 \n\r\x0b,，", max_size=40))
def test_names_line_by_line_give_the_terms_of_the_whole(text: str) -> None:
    assert named_terms(text) == terms(text)
    assert named_texts(text) == (" ".join(terms(text).words), " ".join(terms(text).grams))


@given(st.text(max_size=60))
def test_a_clean_text_needs_no_second_cleaning(text: str) -> None:
    assert clean_terms(clean(text)) == terms(text)


@given(st.text("数据工程师大开.nN发e㈱t豈𠀀ab1 \n\r\x0b,，", max_size=KEPT_TEXT))
def test_terms_that_are_kept_are_those_of_the_text(text: str) -> None:
    for _ in range(2):
        assert kept_terms(clean(text)) == terms(text)


def test_words_carry_the_shorter_words_inside() -> None:
    found = terms("高级软件工程师")
    assert {"工程师", "工程", "软件"} <= set(found.words)
    assert found.grams == ("高级", "级软", "软件", "件工", "工程", "程师")


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("C++/C#", "c++"),
        ("C++/C#", "c#"),
        ("ASP.NET", "asp.net"),
        ("ASP.NET", "net"),
        ("精通.NET", ".net"),
        ("Node.js开发", "node.js"),
        ("Node.js开发", "nodejs"),
        ("Node.js开发", "node"),
        ("spring-boot", "springboot"),
        ("R&D", "r&d"),
        ("3.5年", "3.5"),
        ("CI/CD", "cd"),
        ("c++17", "c++"),
        ("5G", "5g"),
    ],
)
def test_names_of_skills_are_whole_terms(text: str, word: str) -> None:
    assert word in terms(text).words


def test_a_sharp_belongs_to_letters_only() -> None:
    assert "3#" not in terms("3#楼").words
    assert "c" not in units("c++")[0].words
    assert ".net" not in terms("asp.net").words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("大数据开发", ["大数据", "开发"]),
        ("大數據 大数据", ["大数据"]),
        ("找成都的java工作", ["成都", "java", "工作"]),
        ("node.js", ["node.js"]),
        ("的", ["的"]),
        ("！？ ", []),
    ],
)
def test_units(text: str, expected: list[str]) -> None:
    assert [unit.text for unit in units(text)] == expected


def test_units_are_bounded() -> None:
    assert len(units(" ".join(f"w{number}" for number in range(500)))) <= analysis.MAX_UNITS


def test_a_phrase_ignores_gaps_between_han() -> None:
    assert phrase("数据 开发") == phrase("数据开发") == ("数据", "据开", "开发")
    assert phrase("Machine  Learning") == ("machine", "learning")


@pytest.mark.parametrize(
    ("count", "needed"), [(0, 0), (1, 1), (2, 2), (3, 2), (4, 3), (5, 3), (6, 4), (8, 6), (12, 9)]
)
def test_required(count: int, needed: int) -> None:
    assert required(count) == needed


@given(st.text(alphabet="大数据开发工程师测试成都云计算", min_size=1, max_size=12))
def test_every_piece_of_a_text_is_found_by_its_grams(text: str) -> None:
    whole = terms(f"前{text}后").grams
    wanted = phrase(text)
    if len(text) > 1:
        spans = range(len(whole) - len(wanted) + 1)
        assert any(whole[at : at + len(wanted)] == wanted for at in spans)


def test_the_gate_joins_texts_without_phrases_across_them() -> None:
    found = analysis.gate((terms("数据Node.js"), terms("云")))
    assert found == ("数据", "node", "js", "|", "云", "|", "node.js", "|", "nodejs", "|")


def test_prefixes_by_writing_pinyin_and_initials() -> None:
    found = set(suggestions.prefixes("重庆大数据平台"))
    assert {"重", "重庆大", "chongq", "zhongq", "cqd", "数据", "shuju", "sjpt", "pingtai"} <= found
    assert all(len(prefix) <= suggestions.MAX_PREFIX for prefix in found)
    assert suggestions.typed("Da Shu-Ju ") == "dashuju"


@given(st.text(max_size=40))
def test_any_name_has_prefixes_and_is_found_by_its_start(name: str) -> None:
    found = suggestions.prefixes(name)
    assert len(set(found)) == len(found)
    start = suggestions.typed(name)
    if start:
        assert start in found

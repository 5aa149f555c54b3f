"""What is typed into a search becomes concepts, limits, refusals and words: by many examples."""

from __future__ import annotations

from pathlib import Path

import pytest

from talentmarket.discovery.understanding import (
    ORGANISATIONS,
    TALENTS,
    EmployerNames,
    Understanding,
    Wish,
    understand,
)

#: query, tab, pieces in the order of the text: kind:code wanted, -kind:code refused, !kind:code
#: insisted on, "phrase" (a space as _), =words left.
TYPED = [
    line.split("\t")
    for line in (Path(__file__).parent / "typed.tsv").read_text("utf-8").splitlines()
]
NAMES = EmployerNames(
    [
        ("org1", ["岷江云计算科技有限公司", "Minjiang Cloud"]),
        ("org2", ["小米"]),
        ("", ["成都望丛数据技术有限公司"]),
        ("org3", ["四川长虹电器股份有限公司", "长虹"]),
    ]
)


def said(understanding: Understanding) -> str:
    """An understanding in the notation of the table."""
    found = []
    for piece in understanding.everything:
        if piece in understanding.pieces:
            found.append(("!" if piece.must else "") + piece.key)
        elif piece in understanding.refused:
            found.append(f"-{piece.key}")
        elif piece in understanding.quoted:
            found.append('"' + piece.words.replace(" ", "_") + '"')
        elif piece in understanding.left:
            found.append(f"={piece.words}")
    return " ".join(found)


def test_there_are_many_examples_of_every_kind():
    assert len(TYPED) >= 300
    kinds = {word.lstrip("-!").split(":")[0] for _, line in TYPED for word in line.split()}
    assert kinds >= {
        *("occupation", "skill", "region", "area", "level", "pay", "years", "education", "kind"),
        *("mode", "rest", "channel", "nature", "benefit", "posted"),
    }


@pytest.mark.parametrize(("typed", "expected"), TYPED)
def test_what_is_typed_is_understood(typed, expected):
    assert said(understand(typed)) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("岷江云计算 java", "employer:org1 skill:java"),
        ("minjiang cloud java", "employer:org1 skill:java"),
        ("小米", "employer:org2"),
        ("小米招聘", "employer:org2"),
        ("小米 java", "=小米 skill:java"),  # short: also a grain
        ("长虹公司 绵阳", "employer:org3 =公司 region:510700"),
        ("望丛数据 java", "firm:成都望丛数据技术有限公司 skill:java"),
        ("java -岷江云计算", "skill:java -employer:org1"),
        ("不看岷江云计算 java", "-employer:org1 skill:java"),
    ],
)
def test_employers_are_those_given_in(typed, expected):
    assert said(understand(typed, employers=NAMES)) == expected
    assert "employer:" not in said(understand(typed))


def test_pinyin_and_misspelled_words_say_what_they_were_read_as():
    pinyin, typo = understand("qdgcs").pieces[0], understand("pyhton").pieces[0]
    assert (pinyin.words, pinyin.typed, pinyin.mended) == ("前端工程师", "qdgcs", False)
    assert (typo.words, typo.typed, typo.mended) == ("python", "pyhton", True)
    assert typo.code == "python"
    assert understand("chengud").pieces[0].code == "510100"


@pytest.mark.parametrize("typed", ["pyhton", "qdgcs", "chengud", "kuberntes", "waibao"])
def test_a_reading_can_be_undone(typed):
    key = understand(typed).pieces[0].as_typed_key
    again = understand(typed, Wish(off=frozenset({key})))
    assert not again.pieces
    assert again.words == typed


@pytest.mark.parametrize(
    "word", ["java", "go", "rust", "react", "swift", "spring", "string", "reach", "store", "chip"]
)
def test_a_known_or_ordinary_word_is_never_corrected(word):
    assert not understand(f"{word} 成都").corrections


@pytest.mark.parametrize(
    ("alone", "supported", "code"),
    [
        ("go", "go 后端", "go"),
        ("c", "c 语言 开发", "c-lang"),
        ("r", "r python 统计", "r-lang"),
        ("ai", "ai 大模型", "llm"),
        ("测试", "测试 自动化", "test-automation"),
        ("前端", "前端 vue", "frontend"),
    ],
)
def test_names_of_other_things_too_need_support(alone, supported, code):
    assert not understand(alone).pieces
    assert understand(alone).words == alone
    assert code in {piece.code for piece in understand(supported).of("skill")}


def test_the_reader_keeps_insists_and_refuses():
    text = "成都 java 双休"
    off = understand(text, Wish(off=frozenset({"rest:two"})))
    assert (off.words, off.of("rest")) == ("双休", [])
    must = understand(text, Wish(must=frozenset({"skill:java"})))
    assert [piece.must for piece in must.pieces] == [False, True, False]
    refused = understand(text, Wish(refuse=frozenset({"region:510100"})))
    assert [piece.key for piece in refused.refused] == ["region:510100"]
    assert understand(text, Wish(off=frozenset({"all"}))).words == text


def test_left_words_can_be_insisted_on_and_refused():
    text = "成都 乐器调律"
    assert understand(text).words == "乐器调律"
    must = understand(text, Wish(must=frozenset({"word:乐器调律"})))
    assert (must.words, must.phrases) == ("", ("乐器调律",))
    assert understand(text, Wish(refuse=frozenset({"word:乐器调律"}))).excluded == ("乐器调律",)


@pytest.mark.parametrize(
    ("typed", "key", "rest"),
    [
        ("成都 java 双休", "skill:java", "成都 双休"),
        ("java -外包 成都", "channel:outsourced", "java 成都"),
        ("不看外包和派遣 java", "channel:outsourced", "不看 派遣 java"),
        ("不看外包和派遣 java", "channel:dispatched", "不看外包 java"),
        ("外包除外 java", "channel:outsourced", "java"),
        ("只看双休 java", "rest:two", "java"),
        ("成都的java", "region:510100", "java"),
        ("chengdudashuju", "region:510100", "dashuju"),
    ],
)
def test_a_piece_is_taken_out_of_the_text(typed, key, rest):
    left = understand(typed).text_without(key)
    assert left == rest
    assert key not in {piece.key for piece in understand(left).everything}


def test_people_and_organisations_are_asked_less():
    text = "成都 java 直招 今天 随时到岗"
    assert {piece.kind for piece in understand(text).pieces} == {
        *("region", "skill", "channel", "posted"),
    }
    people = understand(text, kinds=TALENTS)
    assert {piece.kind for piece in people.pieces} == {"region", "skill", "availability"}
    assert "直招" in people.words
    firms = understand("成都 国企 软件", kinds=ORGANISATIONS)
    assert {piece.kind for piece in firms.pieces} == {"region", "nature"}
    assert not understand("成都云图科技", kinds=ORGANISATIONS).pieces  # a name, not a place


def test_places_by_the_city_beside_them():
    assert [it.code for it in understand("绵阳 java 高新区").of("region")] == ["510700", "SC-A06"]
    assert [it.code for it in understand("java 高新区").of("region")] == ["SC-A02"]

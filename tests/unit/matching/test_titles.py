"""Titles beside titles: by their signs, by their fields of work, by an encoder."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from talentmarket.matching import titles
from talentmarket.matching.titles import TitleSpace, same_title
from talentmarket.taxonomy import fieldwords
from talentmarket.taxonomy.fieldwords import fields_of, shared_words

CORPUS = ["口腔科医生", "牙科助理", "数据库管理员", "卡车司机", "市场经理", "ＤＢＡ"]


def nearest(asked, encoder=None):
    row = TitleSpace(CORPUS, encoder).nearness([asked])[0]
    return [CORPUS[at] for at in np.argsort(-row, kind="stable")]


def test_a_field_of_work_brings_titles_together_that_share_no_sign():
    assert not set("货车运输") & set("卡车司机") - {"车"}
    assert nearest("货运")[0] == "卡车司机"
    assert set(nearest("牙医")[:2]) == {"口腔科医生", "牙科助理"}


def test_width_and_case_make_no_difference():
    wide, narrow = TitleSpace(CORPUS).nearness(["ＤＢＡ", "dba"])
    assert wide.tolist() == narrow.tolist()
    assert same_title("ＤＢＡ ", "dba")
    assert same_title("數據分析師", "数据分析师")
    assert not same_title("数据分析师", "数据分析员")


def test_what_shares_nothing_is_not_near():
    assert TitleSpace(CORPUS).nearness(["葬礼"]).tolist() == [[0.0] * len(CORPUS)]


def test_titles_of_no_known_field_are_compared_by_their_signs():
    found = TitleSpace(["甲乙", "丙丁"]).nearness(["甲丙丁"])[0]
    assert found[1] > found[0] > 0


def test_a_second_look_finds_what_is_near_to_the_near_ones():
    # 丙丁 shares nothing with what is asked, and a sign and more with the one that is near
    space = TitleSpace(["甲乙丙丁", "丙丁", "戊己"])
    once, again = space.nearness(["甲乙"])[0], space.nearness_again(["甲乙"])[0]
    assert once[1] == once[2] == 0
    assert again[0] > again[1] > again[2] == 0


def test_a_second_look_at_several_titles_is_that_at_each(monkeypatch):
    monkeypatch.setattr(titles, "FIRST", 2)
    space = TitleSpace(CORPUS, Leaning())
    asked = ["牙医", "货运", "操作员", "数据库"]
    alone = np.vstack([space.nearness_again([one]) for one in asked])
    np.testing.assert_allclose(space.nearness_again(asked), alone)


def test_a_second_look_at_nothing_shared_adds_nothing():
    assert TitleSpace(CORPUS).nearness_again(["葬礼"]).tolist() == [[0.0] * len(CORPUS)]


def test_longest_words_speak_and_latin_words_are_whole():
    assert "water" not in fields_of("水管工")
    assert "plumbing" in fields_of("水管工")
    assert "web" in fields_of("UI 设计")
    assert "web" not in fields_of("build")
    assert fields_of("") == []


def test_each_field_is_named_once_and_has_words_said_once():
    lines = [
        line.partition(": ")
        for line in fieldwords._FILE.read_text("utf-8").splitlines()
        if not line.startswith("#")
    ]
    twice = [name for name, count in Counter(name for name, _, _ in lines).items() if count > 1]
    assert not twice
    for name, _, said in lines:
        words = said.split()
        assert words, name
        assert len(words) == len(set(words)), name


class Leaning:
    """An encoder that knows one thing: which texts end with 员."""

    name = "leaning"

    def encode(self, texts):
        return np.array([[1.0, float(text.endswith("员"))] for text in texts], np.float32)


def test_an_encoder_adds_what_it_knows_and_what_all_share_counts_nothing():
    bare = TitleSpace(CORPUS).nearness(["操作员"])[0]
    leaning = TitleSpace(CORPUS, Leaning()).nearness(["操作员"])[0]
    gained = dict(zip(CORPUS, leaning - bare, strict=True))
    assert gained.pop("数据库管理员") == pytest.approx(1.0, abs=0.5)
    assert max(gained.values()) < 0


def test_words_of_one_field_are_named_in_pairs():
    assert shared_words("证券经纪人", "期货分析师")[0] == ("证券", "期货")
    assert shared_words("牙医", "卡车司机") == []
    assert shared_words("", "") == []


def test_a_word_that_says_how_one_works_is_silent_beside_one_that_says_at_what():
    assert fields_of("置业顾问") == fields_of("置业")
    assert fields_of("法律顾问") == ["law"]
    assert fields_of("顾问") == ["consulting"]
    assert "consulting" in fields_of("管理咨询顾问")
    assert "consulting" not in fields_of("美容顾问")

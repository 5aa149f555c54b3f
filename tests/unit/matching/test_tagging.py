"""Tags of postings: found in texts, learned from other employers, in an order that can be trusted."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.exceptions import NotFittedError

from talentmarket.matching.tagging import learning
from talentmarket.matching.tagging.features import TagFeatures
from talentmarket.matching.tagging.model import Tagged, TagModel
from talentmarket.matching.tagging.reading import Mentions, read
from talentmarket.matching.tagging.scoring import NAMES, TagScores

TITLES = {
    "Java开发工程师": ("负责后台服务，熟悉 Java、MySQL 和 Redis", {"java", "后端"}),
    "软件测试工程师": ("编写测试用例，熟悉 Selenium 和 MySQL", {"测试", "自动化测试"}),
    "数据分析师": ("用 Python 做报表，熟悉 SQL 和 MySQL", {"python", "数据分析"}),
}


def postings(employers=range(40)):
    return [
        Tagged(f"e{employer}", title, f"{text}，第 {employer} 组", frozenset(tags))
        for employer in employers
        for title, (text, tags) in TITLES.items()
    ]


@pytest.fixture(scope="module")
def model():
    return TagModel(trees=20, draws=1).fit(postings())


def test_latin_tags_stand_alone_and_longer_tags_cover_shorter_ones():
    tags = ["c", "c++", "css", "数据", "数据分析", "ＳＱＬ", ""]
    found = Mentions(tags).find("css 和 c++，数据分析与数据，sql")
    assert {tags[at] for at in found} == {"c", "c++", "css", "数据", "数据分析", "ＳＱＬ"}
    assert found[3] == (2, 10, 1)
    assert 0 not in Mentions(tags).find("css scss")
    assert Mentions([""]).find("甲") == {}


def test_what_other_employers_say_of_such_a_posting_stands_first(model):
    asked = [
        Tagged("new", "高级Java开发", "做后台，会 Java"),
        Tagged("new", "测试工程师", "回归测试"),
        Tagged("new", "商业数据分析", "报表，Python"),
    ]
    first = [{tag for tag, _ in one[:2]} for one in model.rank(asked)]
    assert first == [{"java", "后端"}, {"测试", "自动化测试"}, {"python", "数据分析"}]


def test_the_tags_of_the_posting_that_asks_are_not_read(model):
    bare = Tagged("new", "数据分析师", "报表")
    given = bare._replace(tags=frozenset({"后端"}))
    assert model.rank([bare]) == model.rank([given])


def test_the_order_is_of_falling_odds_and_the_same_each_time(model):
    asked = [Tagged("new", "Java开发", "会 MySQL")]
    (ranked,) = model.rank(asked)
    odds = [value for _, value in ranked]
    assert odds == sorted(odds, reverse=True)
    assert len({tag for tag, _ in ranked}) == len(ranked)
    again = TagModel(trees=20, draws=1).fit(postings())
    assert again.rank(asked) == [ranked]
    assert model.rank([]) == []


def test_an_empty_posting_is_answered(model):
    (ranked,) = model.rank([Tagged("new", "", "")])
    assert {tag for tag, _ in ranked} == set(model.tags_)


def test_postings_without_a_text_can_be_learned_from():
    learned = TagModel(trees=5, draws=1).fit([one._replace(text="") for one in postings()])
    (ranked,) = learned.rank([Tagged("new", "数据分析师", "")])
    assert {tag for tag, _ in ranked[:2]} == {"python", "数据分析"}


def test_what_cannot_be_learned_from_is_refused():
    with pytest.raises(ValueError, match="two employers"):
        TagModel().fit(postings([1]))
    alone = [Tagged("a", "甲", "", frozenset({"x"})), Tagged("b", "乙", "", frozenset({"y"}))]
    with pytest.raises(ValueError, match="no tag of one employer"):
        TagModel().fit(alone)
    with pytest.raises(NotFittedError):
        TagModel().rank(postings([1]))


def test_scores_have_a_row_for_each_posting_and_know_whom_a_tag_goes_with():
    known = [read(one.title, one.text) for one in postings()]
    tagged = np.array([[float(at % 3 == kind) for kind in range(3)] for at in range(len(known))])
    scores = TagScores(known, tagged).score(known[:2])
    assert set(scores) == set(NAMES)
    for name, found in scores.items():
        assert found.shape == (2, 3), name
        assert found.argmax(axis=1).tolist() == [0, 1], name


def test_a_table_has_one_row_for_each_candidate():
    known = [read(one.title, one.text) for one in postings()]
    tags = ["java", "sql", "测试"]
    tagged = np.array([[float(at % 3 == kind) for kind in range(3)] for at in range(len(known))])
    table = TagFeatures(known, tags, tagged).table(known[:4])
    assert len(table.values) == len(table.posting) == len(table.tags)
    assert len(set(zip(table.posting.tolist(), table.tags, strict=True))) == len(table.tags)
    assert set(tags) <= {
        tag for row, tag in zip(table.posting, table.tags, strict=True) if row == 0
    }
    assert np.isfinite(table.values).all()


def test_phrases_of_a_title_and_latin_words_may_be_tags_that_nobody_gave():
    phrases = read("语音算法工程师(Android)", "用 gRPC 和 C 做 语音识别").phrases
    assert {"语音", "算法", "android", "grpc"} <= phrases
    assert "c" not in phrases
    assert not any(one == " " or "(" in one for one in phrases)


def test_a_new_tag_of_a_title_is_proposed_where_titles_have_taught_it():
    kinds = ["地质", "气象", "测绘", "渲染", "编码", "语音"]
    learned = [
        Tagged(f"e{at}", f"{kinds[at % 6]}{at}岗", "", frozenset({kinds[at % 6]}))
        for at in range(60)
    ]
    few = [one for one in learned if one.group not in {"e5", "e11"}]
    (ranked,) = TagModel(trees=30, draws=1).fit(few).rank([Tagged("new", "雷达岗", "")])
    assert "雷达" in [tag for tag, _ in ranked]


def test_an_employer_is_held_out_whole():
    jobs = [Tagged(f"o{number % 40}", "甲", "乙", frozenset("c")) for number in range(120)]
    seen, held = learning.apart(jobs)
    assert seen
    assert held
    assert not {one.group for one in seen} & {one.group for one in held}
    assert len(seen) + len(held) == 120

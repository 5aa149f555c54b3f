"""A title that the vocabulary does not know: its occupations, how sure, and when nothing is known."""

from __future__ import annotations

import numpy as np
import pytest

from talentmarket.matching import occupations
from talentmarket.matching.chances import BANDS, KNOWN, LEAST, MOST, Band, Proposed, band_of
from talentmarket.matching.occupations import OccupationFinder, calibrated, names_of, shares
from talentmarket.taxonomy.model import get_taxonomy
from talentmarket.taxonomy.titles import How, guess_occupation, says_work

DATA_ANALYSIS, TRAINER, TESTER = "2-02-30-09", "4-04-05-05", "4-04-05-02"


@pytest.fixture(scope="module")
def finder():
    taxonomy = get_taxonomy()
    return OccupationFinder(names_of(taxonomy), taxonomy)


def first(finder, title, text=""):
    return next(iter(finder.propose([title], [text])[0]), None)


@pytest.mark.parametrize(
    ("title", "occupation"),
    [
        ("数据规整专员", DATA_ANALYSIS),
        ("数据标记员", DATA_ANALYSIS),
        ("系统维护员", "2-02-10-08"),
    ],
)
def test_a_title_that_no_name_stands_in_is_near_to_some(finder, title, occupation):
    guess = guess_occupation(title)
    assert guess is None or guess.how is How.KEYWORD
    assert first(finder, title).occupation == occupation


@pytest.mark.parametrize(
    "title", ["储备干部", "助理", "实习生", "123", "!!!", "", "（急聘）", "厨师", "电焊工", "🙂"]
)
def test_what_says_nothing_and_what_is_of_no_occupation_is_unknown(finder, title):
    assert finder.propose([title], [""]) == [[]]


def test_the_skills_of_the_text_decide_between_near_titles(finder):
    text = "精通NLP，熟悉PyTorch、TensorFlow，做过文本分类与BERT微调"
    bare, told = first(finder, "文本挖掘工程师"), first(finder, "文本挖掘工程师", text)
    assert told.occupation == "2-02-38-01"
    assert bare is None or bare.chance < told.chance


def test_proposals_come_best_first_and_say_what_they_are_near_to(finder):
    found = finder.propose(["数据标记员"], [""])[0]
    assert 1 < len(found) <= MOST
    assert [one.chance for one in found] == sorted((one.chance for one in found), reverse=True)
    assert found[0].chance >= KNOWN
    assert all(LEAST <= one.chance < 1 for one in found)
    assert {one.occupation: one.near for one in found}[TRAINER] == "数据标注员"


def test_what_this_site_calls_its_jobs_is_known(finder):
    title = "口味测评岗"
    assert first(finder, title) is None
    taxonomy = get_taxonomy()
    own = OccupationFinder(names_of(taxonomy, {title: TESTER, "旧岗": "0-00-00-00"}), taxonomy)
    assert first(own, title)[:1] == (TESTER,)
    assert first(own, title).near == title


def test_asking_for_many_is_asking_for_each(finder):
    titles = ["数据规整专员", "储备干部", "系统维护员"]
    texts = ["熟悉SQL、Python", "", ""]
    together = finder.propose(titles, texts)
    assert together == [
        finder.propose([title], [text])[0] for title, text in zip(titles, texts, strict=True)
    ]
    assert finder.propose([]) == []


def test_shares_leave_room_for_none_of_them():
    nothing = shares(*np.zeros((3, 1, 4)))
    assert nothing.sum() < 0.05
    more = [
        shares(np.full((1, 4), near), np.full((1, 4), 0.1), np.zeros((1, 4))).sum()
        for near in (0.0, 0.5, 1.0, 1.8)
    ]
    assert more == sorted(more)
    assert more[-1] < 1


def test_a_chance_grows_with_the_share_and_stays_between_nothing_and_one():
    found = calibrated(np.array([[0.0, 0.1, 0.5, 0.9, 1.0]]))[0]
    assert (np.diff(found) > 0).all()
    assert 0 <= found[0] < found[-1] <= 1


def test_bands_say_chances_in_words():
    assert [band_of(least) for _, least in BANDS] == list(Band)
    assert band_of(0.01) is Band.FAINT
    assert Proposed(TESTER, 0.69, "").band is Band.POSSIBLE


def test_a_rank_alone_is_no_work():
    assert says_work("助理工程师")
    assert not says_work("实习生（2026届）")
    assert occupations.NEAREST > 1

"""Which postings are the same: different publishers, near-equal pay, title and text."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talentmarket.indexing import likeness
from talentmarket.indexing.likeness import (
    Posting,
    block,
    candidates,
    clusters,
    resemblance,
    shingles,
)

TEXT = "负责装备制造产线数据的采集、清洗与入湖，建设面向设备健康的数据仓库，维护实时计算任务，" * 3
ONE = Posting(1, 10, "full", 2_000_000.0, "Java 开发工程师")
AGENCY = Posting(2, 20, "full", 2_100_000.0, "高级Java开发工程师（急聘）")
LIKE = TEXT + "五险一金，双休。"
OTHER = "维护办公电脑和网络，处理报修，登记资产，采购耗材，支持会议。" * 4


def found(*postings: Posting, text: str = LIKE) -> dict[int, int]:
    """The clusters among them; all but the first say `text`."""
    texts = {one.key: text for one in postings} | {postings[0].key: TEXT}
    return clusters(candidates(postings), texts)


def test_the_same_job_by_two_firms_is_one() -> None:
    assert found(ONE, AGENCY) == {1: 1, 2: 1}
    assert found(ONE, AGENCY, text=OTHER) == {}


@pytest.mark.parametrize(
    "change",
    [
        {"publisher": 10},
        {"kind": "internship"},
        {"pay": 2_300_000.0},
        {"pay": None},
        {"title": "Python 开发工程师"},
    ],
)
def test_what_differs_stands_alone(change: dict[str, object]) -> None:
    assert found(ONE, replace(AGENCY, **change)) == {}  # type: ignore[arg-type]


def test_a_third_firm_joins_through_either() -> None:
    third = replace(ONE, key=3, publisher=30, pay=2_250_000.0)
    assert found(third, AGENCY, ONE) == {1: 1, 2: 1, 3: 1}
    assert found(ONE, third) == {}


def test_pay_that_is_not_said_is_like_no_other_but_that() -> None:
    unsaid = replace(ONE, pay=None), replace(AGENCY, pay=None), replace(AGENCY, key=4)
    assert found(*unsaid) == {1: 1, 2: 1}


def test_a_large_block_is_compared_by_title(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(likeness, "MOST_COMPARED", 2)
    same = [replace(ONE, key=key, publisher=key) for key in (5, 6)]
    assert found(AGENCY, *same) == {5: 5, 6: 5}


def test_blocks_are_of_one_employer_in_one_place() -> None:
    assert block("岷江云计算有限公司", "510100") == block("岷江云计算有限公司 ", "510100")
    assert block("岷江云计算有限公司", "510100") != block("岷江云计算有限公司", "510700")
    assert block("", "510100") is block("岷江云计算有限公司", None) is None


@given(st.text(max_size=60), st.text(max_size=60), st.integers(1, 6))
def test_resemblance_is_a_share_and_says_the_same_both_ways(
    one: str, other: str, width: int
) -> None:
    mine, theirs = shingles(one, width), shingles(other, width)
    assert resemblance(mine, mine) == 1
    assert 0 <= resemblance(mine, theirs) == resemblance(theirs, mine) <= 1

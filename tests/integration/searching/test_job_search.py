"""The search page for jobs: rows, understanding, filters, order, the engine off."""

from __future__ import annotations

import re

import pytest

from search.errors import EngineUnavailable
from talentmarket.core.uow import unit_of_work
from talentmarket.members.models import Account
from tests.fixtures.databases import on_sqlite

pytestmark = on_sqlite


def titles(page: str) -> list[str]:
    """The titles of the rows in their order."""
    return re.findall(r'<h2><a href="/jobs/\w+"><span lang="zh">(.*?)</span>', page)


def read(client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.get_data(as_text=True)


def test_everybody_sees_jobs_without_scores(client, market):
    page = read(client, "/jobs")
    assert set(titles(page)) == {"大数据开发工程师", "数据分析师", "实时计算工程师"}
    assert "3 个岗位" in page
    assert "score-value" not in page
    assert "代招" in page
    assert "按期 95%" in page  # and none for the employer with four answers
    assert page.count("按期 ") == 1


def test_words_become_pieces_that_can_be_taken_off(client, market):
    page = read(client, "/jobs?q=成都 spark")
    assert "大数据开发工程师" in titles(page)
    assert "数据分析师" not in titles(page)
    off = [url.replace("&amp;", "&") for url in re.findall(r'class="chip-off" href="(.*?)"', page)]
    assert len(off) == 2
    assert "大数据开发工程师" in titles(read(client, off[0]))
    assert read(client, off[0]).count('class="chip"') == 1  # the place is gone
    as_words = re.search(r'href="([^"]*off=region[^"]*)"[^>]*>按原文搜索', page)
    assert "原文" in read(client, as_words[1].replace("&amp;", "&"))  # the word stays, a plain one
    assert read(client, "/jobs?q=成都 spark&off=all").count("chip raw") == 2


def test_filters_stand_in_the_address_and_count_beside_the_others(client, market):
    page = read(client, "/jobs?education=4")
    assert titles(page) == ["数据分析师"]
    assert re.search(r'id="f-education-4" checked', page)
    # A group ignores its own choice: the other level keeps its count.
    assert re.search(r'id="f-education-5"><span>本科</span><span class="count">2</span>', page)
    assert "清除 1 项" in page


def test_a_county_shows_under_the_chosen_city(client, market):
    assert "双流区" not in re.findall(
        r'id="f-region-\d+"><span>(.*?)</span>', read(client, "/jobs")
    )
    page = read(client, "/jobs?region=510100")
    assert 'value="510116"' in page
    assert 'value="CDP"' in read(client, "/jobs?more=region")


def test_a_person_sees_the_own_match_first(make_client, market):
    page = read(make_client(market.person), "/jobs")
    assert titles(page)[0] in ("大数据开发工程师", "实时计算工程师")
    scores = [int(total) for total in re.findall(r"匹配分 </span><b>(\d+)</b>", page)]
    assert len(scores) == 3
    assert scores == sorted(scores, reverse=True)
    for bar, total in zip(
        re.findall(r"<svg class=\"score-bar.*?</svg>", page), scores, strict=True
    ):
        assert sum(map(int, re.findall(r'data-points="(\d+)"', bar))) == total
    assert "关闭个性化排序" in page


def test_switched_off_ranking_holds_on_the_next_request(make_client, market):
    client = make_client(market.person)
    answer = client.post("/me/settings/ranking", data={"on": "0", "next": "/jobs"})
    assert answer.location == "/jobs"
    page = read(client, "/jobs?sort=match")
    assert "score-value" not in page
    assert "开启个性化排序" in page
    with unit_of_work() as session:
        assert session.get_one(Account, market.person.id).personal_ranking is False


def test_nothing_found_says_what_each_condition_costs(client, market):
    page = read(client, "/jobs?q=spark&region=510500&education=7")
    assert "没有同时满足 3 个条件的岗位" in page
    ways = re.findall(r'<li><a href="(/jobs.*?)"><span class="kind">', page)
    for url in ways:
        assert titles(read(client, url.replace("&amp;", "&")))


def test_a_phrase_that_stands_nowhere_can_be_dropped_too(client, market):
    page = read(client, '/jobs?q="没有人写过的短语" spark')
    assert titles(page) == []
    way = re.search(r'<li><a href="([^"]*)"><span class="kind">.*?去掉“没有人写过的短语”', page)
    assert "大数据开发工程师" in titles(read(client, way[1].replace("&amp;", "&")))


def test_a_cursor_that_is_none_is_the_first_page(client, market):
    first = titles(read(client, "/jobs"))
    for cursor in ("x", "W10.abc", "9" * 9_000, "%00"[:0] + "(("):
        page = read(client, f"/jobs?cursor={cursor}")
        assert titles(page) == first
        assert "上一页" not in page


@pytest.mark.parametrize(
    "query",
    [
        "q=%22", "q=((((", "q=AND+OR+NOT", "q=*", "q=title:x^9~2", "q=%01%02", "page=-3",
        "page=x", "sort=%27", "years=9-1&education=zz&posted=q", "region=%25&skill=%5C",
        "off=" + "x" * 300, "q=" + "很长" * 400,
    ],
)  # fmt: skip
def test_hostile_addresses_are_answered(client, market, query):
    assert client.get(f"/jobs?{query}").status_code == 200


def test_a_nul_sign_is_refused(client, market):
    assert client.get("/jobs?q=%00").status_code == 400


def test_the_database_answers_while_the_engine_is_off(make_client, market, search_handle):
    def off(_use):
        raise EngineUnavailable("off")

    search_handle.call = off
    page = read(make_client(market.person), "/jobs?q=数据分析")
    assert titles(page) == ["数据分析师"]
    assert "搜索暂时降级" in page
    assert "score-value" not in page
    assert 'class="count"' not in page
    assert "搜索暂时降级" in read(make_client(market.person), "/me/matches")
    assert read(make_client(market.person), "/suggest?q=大数据")


def test_suggestions_come_by_han_pinyin_and_initials(client, market):
    for typed in ("大数据", "dashuju", "dsj"):
        page = read(client, f"/suggest?q={typed}&scope=jobs")
        assert "大数据" in re.sub(r"<.*?>", "", page)
        assert 'role="listbox"' in page
        assert page.count('role="option"') <= 8
    assert read(client, "/suggest?q=") == ""
    assert "岷江云计算" in re.sub(r"<.*?>", "", read(client, "/suggest?q=岷江&scope=organisations"))


def test_jobs_for_me_are_ranked_with_reasons(make_client, market):
    page = read(make_client(market.person), "/me/matches")
    assert "大数据开发工程师" in titles(page)
    assert "state-" in page
    assert "建立人才档案" in read(make_client(market.owner), "/me/matches")

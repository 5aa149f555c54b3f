"""Proposals while somebody types: from the first letter, counted under the filters chosen."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from talentmarket.core.db import db
from talentmarket.core.outbox import changed
from talentmarket.core.uow import unit_of_work
from talentmarket.discovery.suggest import suggest
from talentmarket.exchange import exclusions
from talentmarket.exchange.models import Channel, Exclusion
from tests.factories import make_account, make_job, make_organisation
from tests.fixtures.databases import on_sqlite

pytestmark = on_sqlite


@pytest.fixture
def engine(request) -> str:
    """Counts are the same on both engines."""
    return str(getattr(request, "param", "embedded"))


both_engines = pytest.mark.parametrize(
    "engine", ["embedded", pytest.param("elastic", marks=pytest.mark.elastic)], indirect=True
)


@pytest.fixture
def jobs(session, drain):
    """Three data jobs, one of them outsourced and elsewhere, and one of no skill."""
    own = make_organisation("岷江云计算有限公司")
    made = [
        make_job(own),
        make_job(own),
        make_job(own, channel=Channel.OUTSOURCED, region_code="510722"),
        make_job(own, title="行政专员", skills={}, occupation_code=None),
    ]
    with unit_of_work() as unit:
        changed(unit, "job", *(job.public_id for job in made))
    drain()
    return made


def counts(text: str, **chosen) -> dict[str, int | None]:
    return {
        item.code: item.count for item in suggest(db.session(), text, per_group=9, **chosen).lines
    }


@both_engines
def test_the_first_letter_is_enough_and_counts_hold_to_the_filters_chosen(session, jobs):
    for typed in ("大", "d", "ds", "dsj", "dashuju", "大數據", "ＤＳＪ"):
        found = [(one.group, one.code, one.count) for one in suggest(session, typed).lines]
        assert found[0] == ("occupation", "2-02-38-03", 3), typed
        assert ("title", "大数据开发工程师", 3) in found, typed
        assert max(Counter(group for group, *_ in found).values()) <= 2, typed
    assert counts("sql")["sql"] == 3
    for chosen, count in (
        ({"channel": ("direct",)}, 2),
        ({"region": ("510100",), "channel": ("direct", "outsourced")}, 2),
        ({"region": ("510700",)}, 1),
        ({"skill": ("spark",)}, 3),
        ({"occupation": ("4-04",)}, 0),
    ):
        assert counts("sql", filters=chosen)["sql"] == count, chosen
    assert counts("mj", filters={"region": ("510700",)})["岷江云计算有限公司"] == 1


def lines(page: str) -> dict[str, str]:
    """Text proposed → its count as it is said."""
    found = re.findall(r'data-text="(.*?)".*?(?:class="count">(.*?)<|role="option"|$)', page, re.S)
    return dict(found)


def test_the_box_of_the_search_carries_its_filters(client, jobs):
    page = client.get("/jobs?channel=direct&region=510100").get_data(as_text=True)
    (url,) = re.findall(r'data-suggest="(.*?)"', page)
    proposals = client.get(url.replace("&amp;", "&") + "&q=sql").get_data(as_text=True)
    assert lines(proposals)["SQL"] == "2 个岗位"


def test_what_a_person_never_wants_to_see_is_not_counted(make_client, session, jobs):
    person = make_account("林知遥")
    with unit_of_work() as unit:
        exclusions.choose(unit, person, [Exclusion.OUTSOURCED])
    client = make_client(person)
    assert lines(client.get("/suggest?q=sql").get_data(as_text=True))["SQL"] == "2 个岗位"
    lifted = client.get("/suggest?q=sql&lift=outsourced").get_data(as_text=True)
    assert lines(lifted)["SQL"] == "3 个岗位"


def test_hostile_filters_are_answered(client, jobs):
    for query in ("q=sql&region=" + "x" * 900, "q=%00&scope=jobs", "q=sql&pay=%F0"):
        assert client.get(f"/suggest?{query}").status_code in (200, 400), query

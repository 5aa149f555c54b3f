"""Target occupations proposed from what a person calls the work: boxes to tick, none ticked before."""

from __future__ import annotations

import re

import pytest

from talentmarket.core.uow import unit_of_work
from talentmarket.members import proposals
from talentmarket.members.models import Talent
from tests.fixtures.databases import on_sqlite

pytestmark = on_sqlite
BOX = re.compile(r'<input[^>]*type="checkbox"[^>]*name="occupations"[^>]*value="([^"]+)"[^>]*>')
DATA_ANALYSIS = "2-02-30-09"


@pytest.fixture
def talent(talent):
    with unit_of_work() as session:
        row = session.get_one(Talent, talent.id)
        row.headline = "数据规整专员"
        row.onboarded_at = None
        for one in (*row.occupations, *row.entries):
            session.delete(one)
    return talent


def boxes(visitor, path):
    page = visitor.get(path).get_data(as_text=True)
    found = BOX.findall(page)
    assert not any("checked" in one[0] for one in BOX.finditer(page))
    return page, found


def test_the_headline_proposes_and_a_ticked_box_is_taken(visitor, stored):
    page, found = boxes(visitor, "/me/profile/wishes")
    assert found[0] == DATA_ANALYSIS
    assert "推测不一定对，由您确认后才算数。" in page
    version = re.search(r'name="version"[^>]*value="([^"]*)"', page)[1]
    assert [row.occupation_code for row in stored().occupations] == []
    sent = {"version": version, "occupations": [DATA_ANALYSIS]}
    assert visitor.post("/me/profile/wishes", data=sent).status_code == 302
    assert [row.occupation_code for row in stored().occupations] == [DATA_ANALYSIS]
    assert DATA_ANALYSIS not in boxes(visitor, "/me/profile/wishes")[1]


def test_the_first_way_through_proposes_as_well(visitor, talent):
    assert boxes(visitor, "/me/onboarding/wishes")[1][0] == DATA_ANALYSIS


def test_work_read_from_a_resume_proposes(visitor, talent):
    with unit_of_work() as session:
        row = session.get_one(Talent, talent.id)
        row.headline = ""
        text = "工作经历\n2020.03-2023.05 某某科技有限公司 软件测试工程师\n负责功能测试。"
        found = proposals.suggest(session, row, text)
    assert any(one.kind == "entry" for one in found)
    assert "4-04-05-02" in boxes(visitor, "/me/profile/wishes")[1]


def test_what_is_unknown_proposes_nothing(visitor, talent):
    with unit_of_work() as session:
        session.get_one(Talent, talent.id).headline = "储备干部"
    page, found = boxes(visitor, "/me/profile/wishes")
    assert found == []
    assert "按名称推测的职业" not in page

"""Few titles say what was asked for: those of the same fields of work stand apart behind them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from talentmarket.core.db import db
from talentmarket.discovery.jobs import JobQuery, search_jobs
from talentmarket.exchange.models import JobKind
from tests.factories import make_job, make_organisation
from tests.fixtures.databases import on_sqlite
from tests.integration.searching.conftest import told

pytestmark = on_sqlite
both_engines = pytest.mark.parametrize(
    "engine", ["embedded", pytest.param("elastic", marks=pytest.mark.elastic)], indirect=True
)
TITLES = ("卡车司机", "叉车驾驶员", "网约车司机", "牙科助理", "数据分析师")


@pytest.fixture
def jobs(session, drain) -> SimpleNamespace:
    organisation = make_organisation()
    made = {
        title: make_job(
            organisation,
            title=title,
            occupation_code=None,
            description="认真负责。",
            skills={},
            kind=JobKind.PART if title == "叉车驾驶员" else JobKind.FULL,
        )
        for title in TITLES
    }
    told(job=list(made.values()))
    drain()
    return SimpleNamespace(organisation=organisation, **made)


def asked(words: str, **more: Any):
    found = search_jobs(db.session(), JobQuery(words=words, **more))
    db.session.rollback()
    return [row.title for row in found.rows], [one.job.title for one in found.near], found


@pytest.fixture
def engine(request) -> str:
    return getattr(request, "param", "embedded")


@both_engines
def test_near_titles_stand_behind_what_was_found(jobs):
    rows, near, found = asked("货运")
    assert rows == []
    assert {"卡车司机", "叉车驾驶员"} <= set(near) <= {"卡车司机", "叉车驾驶员", "网约车司机"}
    assert found.total == 0
    assert ("货运", "卡车") in next(one.why for one in found.near if one.job.title == "卡车司机")
    rows, near, _ = asked("卡车司机")
    assert rows[0] == "卡车司机"
    assert not set(rows) & set(near)
    assert "牙科助理" not in near


@both_engines
def test_filters_and_refusals_hold_for_them(jobs):
    assert "叉车驾驶员" in asked("货运")[1]
    assert "叉车驾驶员" not in asked("货运", filters={"kind": ("full",)})[1]
    assert "卡车司机" not in asked("货运 -卡车")[1]


def test_only_by_relevance_only_once_and_only_for_readers(jobs):
    assert asked("货运", sort="newest")[1] == []
    bare = search_jobs(db.session(), JobQuery(words="货运"), bare=True)
    db.session.rollback()
    assert bare.near == ()
    assert asked("其他")[1] == []
    assert asked("")[1] == []


def test_the_page_says_what_they_are_and_why(client, jobs):
    page = client.get("/jobs?q=货运").get_data(as_text=True)
    section = page[page.index('id="near-titles"') :]
    assert "名称相近的岗位" in section
    assert "货运 → 卡车" in section
    english = client.get("/jobs?q=货运", headers={"Accept-Language": "en"})
    assert "Jobs with near titles" in english.get_data(as_text=True)
    assert "near-titles" not in client.get("/jobs?q=其他").get_data(as_text=True)


def test_an_engine_that_fails_then_leaves_a_page(client, jobs, monkeypatch):
    from search.embedded.backend import EmbeddedBackend
    from search.errors import EngineUnavailable

    search = EmbeddedBackend.search

    def fail(self, request):
        if any("title_fields" in str(one) for one in request.filters):
            raise EngineUnavailable("away")
        return search(self, request)

    monkeypatch.setattr(EmbeddedBackend, "search", fail)
    answer = client.get("/jobs?q=货运")
    assert answer.status_code == 200
    assert "near-titles" not in answer.get_data(as_text=True)

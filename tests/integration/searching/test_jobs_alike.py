"""Jobs like the one on the page: scored, with reasons, open ones alone, on either engine."""

from __future__ import annotations

import pytest

from search.errors import EngineUnavailable
from talentmarket.core.uow import unit_of_work
from talentmarket.discovery import alike
from talentmarket.exchange.models import Job, JobState
from tests.factories import make_job
from tests.fixtures.databases import on_sqlite
from tests.fixtures.search_engines import ENGINES
from tests.integration.searching.conftest import told

pytestmark = on_sqlite


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """The same on either engine."""
    return str(request.param)


@pytest.fixture
def others(session, market, drain) -> list[Job]:
    """One with all skills of the market's job, one with one, one of another trade."""
    made = [
        make_job(market.other, title=title, skills=skills, occupation_code=aim)
        for title, skills, aim in (
            ("数仓工程师", {"spark": True, "sql": True, "flink": False}, "2-02-38-03"),
            ("报表开发", {"sql": True}, "2-02-30-09"),
            ("原画师", {"photoshop": True}, "4-13-05-02"),
        )
    ]
    told(job=made)
    drain()
    return made


def found(session, job):
    session.expire_all()
    return alike.jobs_alike(session, session.get_one(Job, job.id))


def test_the_most_alike_stand_first_with_their_reasons(session, market, others):
    rows = found(session, market.data)
    ids = [job.id for job, _like in rows]
    assert market.data.id not in ids
    assert others[2].id not in ids
    assert others[0].id in ids
    points = [like.points for _job, like in rows]
    assert points == sorted(points, reverse=True)
    assert all(alike.LEAST <= one <= 100 for one in points)
    like = next(like for job, like in rows if job.id == others[0].id)
    assert {"spark", "sql"} <= set(like.shared)
    assert like.same_occupation


def test_the_page_says_how_near_and_why(session, market, others, make_client):
    page = make_client(None).get(f"/jobs/{market.data.public_id}").get_data(as_text=True)
    assert "相近岗位" in page
    assert "都要求" in page
    assert "职业相同" in page


def test_a_job_that_closed_since_is_not_shown(session, market, others):
    with unit_of_work() as unit:  # the index has not heard of it
        unit.get_one(Job, others[0].id).state = JobState.FILLED
    assert others[0].id not in [job.id for job, _like in found(session, market.data)]


def test_without_an_engine_those_of_the_occupation_are_shown_unscored(
    session, market, others, monkeypatch
):
    def off(*_arguments):
        raise EngineUnavailable

    monkeypatch.setattr(alike, "similar_jobs", off)
    rows = found(session, market.data)
    assert rows
    assert all(like is None for _job, like in rows)
    assert others[1].id not in [job.id for job, _like in rows]

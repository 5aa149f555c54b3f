"""How the demand for a skill goes: new own jobs by week, whatever became of them."""

from __future__ import annotations

import re
from datetime import timedelta

from talentmarket.core import clock
from talentmarket.core.uow import unit_of_work
from talentmarket.discovery.market import Demand, count_market
from talentmarket.exchange.models import Job, JobState, Origin
from tests.factories import make_job, make_organisation
from tests.fixtures.databases import on_sqlite


def test_new_jobs_by_week_count_own_ones_alone(session):
    employer = make_organisation()
    kinds = [
        (0, {}), (6, {}), (7, {"state": JobState.FILLED}), (55, {"state": JobState.EXPIRED}),
        (56, {}), (3, {"origin": Origin.REFERENCE}), (3, {"listed": False}),
    ]  # fmt: skip
    for days, values in kinds:
        job = make_job(employer, skills={"flink": True}, **values)
        with unit_of_work() as unit:
            row = unit.get_one(Job, job.id)
            row.first_published_at = clock.now() - timedelta(days=days)
    (found,) = count_market(session).demand
    assert found.skill == "flink"
    assert found.weeks == (1, 0, 0, 0, 0, 0, 1, 2)
    assert found.jobs == 3


def test_a_change_of_few_is_not_told():
    assert Demand("flink", 9, 9, (5, 4, 9, 9)).change is None
    assert Demand("flink", 9, 9, (5, 5, 9, 2)).change == 10
    assert Demand("flink", 9, 9, (10, 10, 2, 3)).change == -75
    assert Demand("flink", 9, 9).change is None


@on_sqlite
def test_all_skills_are_searches_with_their_counts(session, client):
    for skills in ({"flink": True, "sql": True}, {"sql": False}, {"teamwork": True}):
        make_job(skills=skills)
    assert count_market(session).skills == (("sql", 2), ("flink", 1))
    page = client.get("/skills").get_data(as_text=True)
    assert re.search(r'href="/jobs\?skill=sql">SQL</a><span class="ink-3">2</span>', page)
    assert re.search(r'href="/jobs\?skill=flink">[^<]+</a><span class="ink-3">1</span>', page)
    home = client.get("/").get_data(as_text=True)
    assert 'href="/skills"' in home
    assert "全部 2 项技能" in home

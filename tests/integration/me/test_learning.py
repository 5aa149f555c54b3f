"""The page of what to learn next: what it says, and when it says nothing."""

from __future__ import annotations

import json
import re

import pytest

from talentmarket.core.db import db
from talentmarket.core.outbox import changed
from talentmarket.core.uow import unit_of_work
from talentmarket.discovery import raising
from talentmarket.exchange.models import Origin
from talentmarket.matching import service
from talentmarket.members.models import Account, Talent
from tests.factories import make_account, make_job, make_organisation
from tests.fixtures.databases import on_sqlite

pytestmark = on_sqlite


@pytest.fixture
def engine() -> str:
    return "embedded"


@pytest.fixture
def jobs(session, drain):
    """Twelve jobs of the wanted occupation, one of another, one reprinted."""
    firm = make_organisation()
    found = [
        make_job(firm, skills={"spark": True, "flink": True, "cka": False}) for _n in range(12)
    ]
    other = make_job(firm, occupation_code="4-04-05-01", skills={"photoshop": True})
    reprinted = make_job(firm, origin=Origin.REFERENCE, skills={"photoshop": True})
    with unit_of_work() as unit:
        changed(unit, "job", *(one.public_id for one in (*found, other, reprinted)))
    drain()
    return found


def read(client, path="/me/learn"):
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def plain(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_rows_say_what_is_gained_and_why(jobs, visitor, talent):
    page = read(visitor)
    words = plain(page)
    steps = raising.steps_for(db.session(), db.session().get(Talent, talent.id))
    assert (steps.jobs, steps.in_occupations) == (12, True)
    flink = next(row for row in steps.rows if row.gain.change.name == "flink")
    assert flink.asking == 12
    assert flink.pay is not None
    assert flink.pay.median == 2_300_000
    assert 'href="/me/skills/flink"' in page
    assert "photoshop" not in page.lower()
    assert "12 个岗位要求这一项" in words
    assert "月薪中位 23K（12 个）" in words
    before = service.explain_pair(jobs[0], db.session().get(Talent, talent.id)).total
    assert f"{before} 分 →" in words
    assert "数字技术工程师专业技术等级" in words
    assert "/me/entries/new/certificate" in page
    visitor.set_cookie("lang", "en")
    english = read(visitor)
    assert 'lang="en"' in english
    assert "12 jobs ask for it" in english
    assert "median monthly pay of these 23K (12 jobs)" in english


def test_the_promise_comes_true(jobs, visitor, talent):
    """Who adds the skill at the level named has the score that the page foretold."""
    person = db.session().get(Talent, talent.id)
    row = next(
        one
        for one in raising.steps_for(db.session(), person).rows
        if one.gain.change.name == "flink"
    )
    version = {"level": str(row.gain.change.level or ""), "years": "", "last_used": ""}
    db.session.rollback()
    assert visitor.post("/me/skills/flink", data=version).status_code == 302
    person = db.session().get(Talent, talent.id)
    told = {one: after for one, _before, after in row.jobs}
    for job in jobs:
        if job.public_id in told:
            assert service.explain_pair(job, person).total == told[job.public_id]


def test_the_reader_chooses_the_score_to_reach(jobs, visitor):
    assert "升到 80 分" in plain(read(visitor, "/me/learn?over=80"))
    for odd in ("7", "x", "-1", "99999999999999999999"):
        assert visitor.get(f"/me/learn?over={odd}").status_code == 200


def test_off_is_off_on_the_next_request(jobs, visitor, talent):
    assert "flink" in read(visitor)
    with unit_of_work() as unit:
        unit.get_one(Account, talent.account_id).personal_ranking = False
    page = read(visitor)
    assert "个性化排序已关闭" in page
    assert "flink" not in page
    assert raising.steps_for(db.session(), db.session().get(Talent, talent.id)) is None


def test_without_a_profile_or_jobs_it_is_said(make_client, visitor, session, drain):
    drain()
    assert "/me/onboarding" in read(make_client(make_account()))
    assert "现在没有合您意向的在招岗位" in read(visitor)


def test_without_an_engine_the_page_says_so(jobs, visitor, app, monkeypatch):
    from search.errors import EngineUnavailable

    def away(_ask):
        raise EngineUnavailable("away")

    monkeypatch.setattr(app.extensions["talentmarket_search"], "call", away)
    assert "现在算不出来" in read(visitor)


def test_a_command_prints_the_same(jobs, talent, app):
    runner = app.test_cli_runner()
    told = runner.invoke(args=["match", "learn", talent.public_id, "--over", "60"])
    head, *rows = [json.loads(line) for line in told.stdout.splitlines()]
    assert (head["jobs"], head["threshold"]) == (12, 60)
    flink = next(row for row in rows if row["name"] == "flink")
    assert (flink["kind"], flink["asking"], flink["raised"]) == ("skill", 12, 12)
    assert runner.invoke(args=["match", "learn", "nobody"]).exit_code == 1

"""Searching and reading jobs as a program."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from search.errors import EngineUnavailable
from talentmarket.core.db import db
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.models import Job, JobState
from talentmarket.members.models import Organisation, OrganisationState
from tests.factories import make_job
from tests.fixtures.databases import on_sqlite
from tests.integration.api.conftest import make_reference, tell

on_embedded = pytest.mark.parametrize("engine", ["embedded"], indirect=True)


def read(client, address, status=200, **headers):
    answer = client.get(address, headers=headers)
    assert answer.status_code == status, answer.get_data(as_text=True)
    return answer.get_json()


def walk(client, address):
    """All items of a list, part by part; each next address as the Link header gives it."""
    found = []
    while address:
        answer = client.get(address)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        body = answer.get_json()
        found += body["items"]
        link = answer.headers.get("Link")
        assert (link is None) == (body["next"] is None)
        address = link and link.removeprefix("<").removesuffix('>; rel="next"')
    return found


@pytest.fixture
def engine_off(search_handle, monkeypatch):
    """Switches the engine off for what follows."""

    def off():
        def refuse(_use):
            raise EngineUnavailable("off")

        monkeypatch.setattr(search_handle, "call", refuse)

    return off


def test_own_and_reprinted_jobs_are_told_apart(client, market):
    body = read(client, "/api/v1/jobs")
    assert body["total"] == 3
    assert body["next"] is None
    assert not body["degraded"]
    items = {item["id"]: item for item in body["items"]}
    assert market.hidden.public_id not in items
    reprinted = items[market.reference.public_id]
    assert reprinted["origin"] == "reference"
    assert reprinted["external_id"] == "A-0017"
    assert reprinted["source"] == {"name": "蜀地招聘网", "date": "2025-11-24"}
    assert (reprinted["publisher"], reprinted["employer"], reprinted["reply_days"]) == (None,) * 3
    own = items[market.data.public_id]
    assert own["source"] is None
    assert own["employer"] == {"id": "mjyjsyxgs222", "name": "岷江云计算有限公司", "verified": True}
    assert own["pay"] == {
        "currency": "CNY",
        "unit": "month",
        "low": 18000,
        "high": 28000,
        "months": 14,
    }


@on_sqlite
@on_embedded
def test_parameters_are_those_of_the_search_page(client, market):
    def titles(query):
        return {item["title"] for item in read(client, f"/api/v1/jobs?{query}")["items"]}

    assert titles("q=成都 spark") == {"大数据开发工程师", "数据标注员"}
    assert titles("q=成都 spark&origin=own") == {"大数据开发工程师"}
    assert titles("region=510500&region=510600") == {"数据分析师"}
    assert titles(f"employer={market.own.public_id}") == {"大数据开发工程师"}
    assert read(client, "/api/v1/jobs?q=spark")["sort"] == "relevance"
    assert read(client, "/api/v1/jobs?ocupation=1")["ignored"] == ["ocupation"]


@pytest.mark.parametrize("sort", ["newest", "pay", "reply"])
def test_a_list_is_walked_to_its_end(client, session, drain, clock, sort):
    """Also where many rows have the same value."""
    jobs = []
    for number in range(23):
        clock.advance(seconds=number % 3)
        jobs.append(make_job(reply_days=1 + number % 2, month_high=2_000_000 + number % 4))
    tell(*jobs)
    drain()
    found = [item["id"] for item in walk(client, f"/api/v1/jobs?sort={sort}&limit=4")]
    assert len(found) == 23
    assert set(found) == {job.public_id for job in jobs}


@on_sqlite
def test_rows_that_come_and_go_move_no_page(client, session, drain, clock):
    jobs = []
    for _ in range(9):
        clock.advance(minutes=1)
        jobs.append(make_job())
    tell(*jobs)
    drain()
    first = read(client, "/api/v1/jobs?limit=3&sort=newest")
    clock.advance(minutes=1)
    fresh = make_job()
    with unit_of_work() as unit:
        unit.get_one(Job, jobs[6].id).state = JobState.PAUSED  # of the first part
    tell(fresh, jobs[6])
    drain()
    rest = walk(client, f"/api/v1/jobs?limit=3&sort=newest&cursor={first['next']}")
    assert [item["id"] for item in rest] == [job.public_id for job in reversed(jobs[:6])]


@on_sqlite
@on_embedded
def test_relevance_is_walked_too(client, market):
    found = walk(client, "/api/v1/jobs?q=数据&limit=1")
    assert len({item["id"] for item in found}) == 3


def test_without_the_engine_the_database_answers(client, market, engine_off):
    engine_off()
    body = read(client, "/api/v1/jobs?skill=spark&channel=direct")
    assert body["degraded"]
    assert body["total"] is None
    assert body["ignored"] == ["skill"]
    assert len(body["items"]) == 3
    assert {item["id"] for item in walk(client, "/api/v1/jobs?limit=1")} == {
        market.data.public_id,
        market.far.public_id,
        market.reference.public_id,
    }
    assert [item["title"] for item in read(client, "/api/v1/jobs?q=标注")["items"]] == [
        "数据标注员"
    ]
    assert read(client, "/api/v1/suggest?q=数据")["degraded"]


@on_embedded
def test_a_list_begun_in_the_database_goes_on_there(
    client, session, drain, clock, search_handle, monkeypatch
):
    """Also when the engine is back: no row is lost on the way."""
    jobs = []
    for _ in range(7):
        clock.advance(seconds=1)
        jobs.append(make_job())
    tell(*jobs)
    drain()
    with monkeypatch.context() as patched:

        def refuse(_use):
            raise EngineUnavailable("off")

        patched.setattr(search_handle, "call", refuse)
        first = read(client, "/api/v1/jobs?limit=3")
    rest = walk(client, f"/api/v1/jobs?limit=3&cursor={first['next']}")
    found = [item["id"] for item in [*first["items"], *rest]]
    assert found == [job.public_id for job in reversed(jobs)]
    assert not read(client, "/api/v1/jobs?limit=3")["degraded"]


@on_sqlite
@on_embedded
@pytest.mark.parametrize("sort", ["newest", "pay"])
def test_a_list_begun_in_the_engine_waits_for_it(client, session, drain, engine_off, sort):
    tell(*(make_job() for _ in range(3)))
    drain()
    first = read(client, f"/api/v1/jobs?sort={sort}&limit=1")
    engine_off()
    answer = client.get(f"/api/v1/jobs?sort={sort}&limit=1&cursor={first['next']}")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert answer.mimetype == "application/problem+json"


def test_a_suspended_organisation_vanishes_at_once(client, market):
    """Before the index, the worker or a cache hears of it."""
    with unit_of_work() as session:
        for organisation in (market.own, market.source):
            row = session.get_one(Organisation, organisation.id)
            row.state = OrganisationState.SUSPENDED
    assert [item["id"] for item in read(client, "/api/v1/jobs")["items"]] == [market.far.public_id]
    for gone in (market.data, market.reference):
        read(client, f"/api/v1/jobs/{gone.public_id}", 404)
        assert gone.public_id not in client.get("/jobs.atom").get_data(as_text=True)
        assert gone.public_id not in client.get("/sitemap-1.xml").get_data(as_text=True)
    assert "岷江云计算" not in client.get("/api/v1/suggest?q=岷江").get_data(as_text=True)


@pytest.mark.parametrize("origin", ["own", "reference"])
@on_sqlite
@on_embedded
def test_what_is_listed_is_what_everybody_may_see(app, session, market, origin):
    """The condition of the lists and the rule of the page say the same of every state."""
    from talentmarket.exchange import showing

    owner = market.own if origin == "own" else market.source
    job = make_job(owner) if origin == "own" else make_reference(owner, external_id=None)
    employer = market.other
    for state in JobState:
        for standing in OrganisationState:
            for employer_state in (None, OrganisationState.VERIFIED, OrganisationState.SUSPENDED):
                with unit_of_work() as unit:
                    row = unit.get_one(Job, job.id)
                    row.state = state
                    row.employer_id = None if employer_state is None else employer.id
                    unit.get_one(Organisation, owner.id).state = standing
                    if employer_state is not None:
                        unit.get_one(Organisation, employer.id).state = employer_state
                listed = db.session.scalar(
                    sa.select(sa.exists().where(Job.id == job.id, showing.listed_now()))
                )
                shown = showing.is_open(session.get_one(Job, job.id))
                assert listed is shown, (state, standing, employer_state)


# -- one job -------------------------------------------------------------------------------------
@on_sqlite
@on_embedded
def test_one_job(client, market):
    item = read(client, f"/api/v1/jobs/{market.data.public_id}")
    assert item == next(
        one for one in read(client, "/api/v1/jobs")["items"] if one["id"] == item["id"]
    )
    english = read(client, f"/api/v1/jobs/{item['id']}", **{"Accept-Language": "en"})
    assert (item["education"]["name"], english["education"]["name"]) == (
        "本科",
        "Bachelor's degree",
    )
    assert english["title"] == item["title"]  # what the employer wrote stays as written
    read(client, "/api/v1/jobs/nosuchjob222", 404)


@on_sqlite
@on_embedded
@pytest.mark.parametrize(
    ("state", "status"),
    [
        (JobState.FILLED, 410),
        (JobState.EXPIRED, 410),
        (JobState.WITHDRAWN, 410),
        (JobState.PAUSED, 404),
        (JobState.IN_REVIEW, 404),
    ],
)
def test_a_job_that_ended_is_gone_and_one_that_may_return_is_not_found(
    client, market, state, status
):
    with unit_of_work() as session:
        for job in (market.data, market.hidden):
            session.get_one(Job, job.id).state = state
    problem = read(client, f"/api/v1/jobs/{market.data.public_id}", status)
    assert problem["status"] == status
    assert problem["type"].endswith("#problem-gone" if status == 410 else "#problem-not-found")
    read(client, f"/api/v1/jobs/{market.hidden.public_id}", 404)  # its address was never public


@on_sqlite
@on_embedded
def test_a_job_that_never_was_public_is_not_found(client, session, search_handle):
    job = make_job(state=JobState.WITHDRAWN)
    read(client, f"/api/v1/jobs/{job.public_id}", 404)


@on_sqlite
@on_embedded
def test_nothing_about_a_person_is_said(client, market):
    with unit_of_work() as session:
        row = session.get_one(Job, market.reference.id)
        row.description = (
            "工作轻松。联系人张女士 138 0013 8000，微信：zhang_hr88，zhang@example.com"
        )
    body = client.get(f"/api/v1/jobs/{market.reference.public_id}").get_data(as_text=True)
    for trace in ("138", "zhang", "0013", "张"):
        assert trace not in body
    assert "工作轻松" in body
    atom = client.get("/jobs.atom?origin=reference").get_data(as_text=True)
    assert "数据标注员" in atom
    assert "zhang" not in atom


@on_sqlite
@on_embedded
def test_proposals(client, market):
    body = read(client, "/api/v1/suggest?q=大数据")
    assert not body["degraded"]
    assert {
        "group": "title",
        "code": "大数据开发工程师",
        "text": "大数据开发工程师",
        "count": 1,
    } in (body["items"])
    assert read(client, "/api/v1/suggest")["items"] == []

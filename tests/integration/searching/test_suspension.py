"""A suspended organisation is gone at once, also while the index still holds it; lifted, it is back.

Rows, totals, facets, proposals, matches, feeds: on both engines, once on each database.
"""

from __future__ import annotations

import json

import pytest

from talentmarket.alliance import suspension
from talentmarket.core.events import Actor
from talentmarket.core.outbox import OutboxRow, changed
from talentmarket.core.uow import unit_of_work
from talentmarket.discovery.jobs import Found, JobQuery, search_jobs
from talentmarket.discovery.personal import jobs_for
from talentmarket.discovery.suggest import suggest
from talentmarket.exchange import saved
from talentmarket.exchange.models import Job, Origin
from talentmarket.exchange.suspended import lately_suspended
from talentmarket.members.models import (
    Account,
    Organisation,
    OrganisationKind,
    OrganisationState,
)
from tests.factories import make_job, make_organisation

pytestmark = pytest.mark.parametrize(
    ("engine", "database_kind"),
    [
        pytest.param("embedded", "sqlite", id="embedded"),
        pytest.param(
            "elastic",
            "postgresql",
            marks=[pytest.mark.elastic, pytest.mark.postgresql],
            id="elastic",
        ),
    ],
    indirect=True,
)
NAME = "岷江云计算有限公司"
EVERYWHERE = (
    "/",
    "/jobs",
    "/jobs?q=岷江云计算",
    "/jobs?q=大数据开发工程师",
    "/jobs.atom",
    "/organisations",
    "/organisations?q=岷江云计算",
    "/firms?q=岷江云计算",
    "/suggest?q=岷江",
    "/suggest?q=岷江&scope=organisations",
    "/suggest?q=岷江&scope=firms",
    "/api/v1/jobs",
    "/api/v1/suggest?q=岷江",
)


@pytest.fixture
def engine(request) -> str:
    """Both engines count."""
    return str(request.param)


def suspend(organisation: Organisation) -> None:
    with unit_of_work() as unit:
        own = unit.get_one(Organisation, organisation.id)
        suspension.suspend(unit, own, "untrue", "营业执照系伪造。", actor=Actor())


def lift(organisation: Organisation) -> None:
    with unit_of_work() as unit:
        suspension.lift(unit, unit.get_one(Organisation, organisation.id), actor=Actor())


def reprinted() -> Job:
    """A posting of a source that names the employer in words alone."""
    source = make_organisation(
        "某招聘站", kind=OrganisationKind.SOURCE, state=OrganisationState.UNVERIFIED
    )
    job = make_job(
        source, title="云平台运维", origin=Origin.REFERENCE, employer_id=None, base_pay=None
    )
    with unit_of_work() as unit:
        unit.get_one(Job, job.id).employer_name = NAME
        changed(unit, "job", job.public_id)
    return job


def shown(client, path: str) -> str:
    """The page without what the reader typed."""
    page = client.get(path)
    text = json.dumps(page.json, ensure_ascii=False) if page.is_json else page.get_data(True)
    return text.replace('value="岷江云计算"', "").replace("q=岷江云计算", "")


def counted(found: Found) -> tuple[int | None, int, dict[str, int]]:
    """Total, rows, and how many jobs each facet counts that every job stands in."""
    sums = {name: sum(count for _, count in found.facets[name]) for name in ("channel", "kind")}
    return found.total, len(found.rows), sums


def test_all_of_it_goes_and_comes_back(client, make_client, session, market, drain, clock):
    own, data, agency = market.own, market.data.public_id, market.agency.public_id
    named = reprinted().public_id
    drain()
    person = make_client(market.person)
    with unit_of_work() as unit:
        saved.save(unit, unit.get_one(Account, market.person.id), unit.get_one(Job, market.data.id))
    for path in ("/", "/jobs", "/organisations", "/suggest?q=岷江", "/api/v1/jobs", "/jobs.atom"):
        assert NAME in shown(client, path), path
    assert counted(search_jobs(session, JobQuery())) == (4, 4, {"channel": 4, "kind": 4})
    assert jobs_for(session, market.talent, 10).considered == 3

    suspend(own)
    assert session.query(OutboxRow).count(), "the index waits: it still holds everything"
    for path in EVERYWHERE:
        assert NAME not in shown(client, path), path
    for path in (
        f"/jobs/{data}",
        f"/jobs/{agency}",
        f"/jobs/{named}",
        f"/organisations/{own.public_id}",
    ):
        assert client.get(path).status_code == 404, path
    for path in ("/jobs", "/sitemap-1.xml", "/jobs.atom", "/api/v1/jobs"):
        assert not [job for job in (data, agency, named) if job in shown(client, path)], path
    assert counted(search_jobs(session, JobQuery())) == (1, 1, {"channel": 1, "kind": 1})
    by_match = search_jobs(session, JobQuery(sort="match"), market.talent)
    assert counted(by_match) == (1, 1, {"channel": 1, "kind": 1})
    assert client.get("/api/v1/jobs").json["total"] == 1
    assert {item.code: item.count for item in suggest(session, "sql").lines}["sql"] == 1
    assert jobs_for(session, market.talent, 10).considered == 0
    for path in ("/me", "/me/matches", "/me/saved-jobs", f"/jobs/{market.far.public_id}"):
        assert f'href="/jobs/{data}"' not in shown(person, path), path
    for job in (data, agency):
        sent = person.post(f"/jobs/{job}/apply", data={"contact": "interview"})
        assert sent.status_code in (404, 409), "nobody applies, nor through an agency"

    clock.advance(hours=3)
    assert counted(search_jobs(session, JobQuery())) == (1, 1, {"channel": 1, "kind": 1})
    drain()
    clock.advance(hours=3)
    assert lately_suspended(session) == (), "the index knows: nothing is asked besides"
    assert counted(search_jobs(session, JobQuery())) == (1, 1, {"channel": 1, "kind": 1})

    lift(own)
    for job in (data, named):
        assert client.get(f"/jobs/{job}").status_code == 200
    assert f'href="/jobs/{data}"' in shown(person, "/me/saved-jobs")
    drain()
    assert counted(search_jobs(session, JobQuery())) == (4, 4, {"channel": 4, "kind": 4})
    assert NAME in shown(client, "/organisations")

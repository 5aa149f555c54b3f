"""The same job by several firms is one row; the best of those that pass the filters is shown."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from talentmarket.core.outbox import changed
from talentmarket.core.uow import unit_of_work
from talentmarket.discovery.jobs import JobQuery, search_jobs
from talentmarket.exchange.models import Channel, Job, JobCluster, JobState
from talentmarket.indexing.rebuild import rebuild
from talentmarket.members.models import OrganisationKind
from tests.factories import make_job, make_organisation
from tests.fixtures.databases import on_sqlite

pytestmark = on_sqlite


@pytest.fixture
def engine(request) -> str:
    """Rows are the same on both engines."""
    return str(request.param)


both_engines = pytest.mark.parametrize(
    "engine", ["embedded", pytest.param("elastic", marks=pytest.mark.elastic)], indirect=True
)
embedded = pytest.mark.parametrize("engine", ["embedded"], indirect=True)


def told(*jobs: Job) -> None:
    with unit_of_work() as session:
        changed(session, "job", *(job.public_id for job in jobs))


@pytest.fixture
def three(session, drain):
    """An employer's own posting, two firms' of the same, and another job of the employer."""
    own = make_organisation("岷江云计算有限公司")
    firms = [
        make_organisation(f"{name}人才服务有限公司", kind=OrganisationKind.HR_FIRM)
        for name in ("锦程", "川联")
    ]
    same = [make_job(own)]
    for firm in firms:
        made = make_job(
            firm, channel=Channel.AGENCY, employer_id=own.id, month_high=2_900_000, base_pay=None
        )
        with unit_of_work() as unit:
            unit.get_one(Job, made.id).employer_name = own.name
        same.append(made)
    other = make_job(
        own,
        title="测试工程师",
        skills={},
        occupation_code=None,
        description="编写测试用例，搭建自动化测试平台。",
    )
    told(*same, other)
    drain()
    drain()
    return same, other


def seen(session, **query) -> dict[str, set[str]]:
    """Row → the postings merged into it."""
    session.expire_all()
    found = search_jobs(session, JobQuery(**query))
    merged = {key: {job.public_id for job in jobs} for key, jobs in found.merged.items()}
    return {job.public_id: merged.get(job.public_id, set()) for job in found.rows}


@both_engines
def test_the_same_job_is_one_row_for_those_that_pass_the_filters(session, three):
    same, other = three
    for query in ({}, {"words": "大数据"}, {"sort": "pay"}):
        rows = seen(session, **query)
        leaders = [key for key in rows if key != other.public_id]
        assert len(leaders) == 1, query
        assert {leaders[0], *rows[leaders[0]]} == {job.public_id for job in same}
        total = search_jobs(session, JobQuery(**query)).total
        assert total == (3 if "words" in query else 4)  # postings are counted
        alone = seen(session, collapse=False, **query)
        assert {job.public_id for job in same} <= set(alone)
        assert not any(alone.values())
    rows = seen(session, filters={"channel": ("agency",)})
    assert len(rows) == 1
    ((leader, merged),) = rows.items()
    assert {leader, *merged} == {job.public_id for job in same[1:]}
    assert seen(session, filters={"channel": ("direct",)})[same[0].public_id] == set()
    pages_of_one_row_hold_each_job_once(session)


def pages_of_one_row_hold_each_job_once(session):
    for query in ({"sort": "newest"}, {"words": "大数据"}, {}):
        rows, cursor = [], ""
        while True:
            found = search_jobs(session, JobQuery(limit=1, cursor=cursor, **query))
            rows += [job.public_id for job in found.rows]
            if found.next is None:
                break
            cursor = found.next
        assert len(rows) == len(set(rows)) == (1 if "words" in query else 2)


@embedded
def test_a_posting_that_goes_leaves_the_others_together(session, three, drain):
    same, _other = three
    with unit_of_work() as unit:
        unit.get_one(Job, same[0].id).state = JobState.WITHDRAWN
        changed(unit, "job", same[0].public_id)
    drain()
    rows = seen(session, words="大数据")
    assert len(rows) == 1
    with unit_of_work() as unit:
        unit.get_one(Job, same[1].id).state = JobState.WITHDRAWN
        changed(unit, "job", same[1].public_id)
    drain()
    assert seen(session, words="大数据") == {same[2].public_id: set()}
    assert session.scalars(sa.select(JobCluster.cluster)).all() == [None, None]


@embedded
def test_a_rebuild_finds_the_same(session, three, search_handle):
    before = seen(session, words="大数据")
    with unit_of_work() as unit:
        unit.execute(sa.delete(JobCluster))
    with search_handle.writer() as backend:
        rebuild(backend)
    search_handle.reset()
    assert seen(session, words="大数据") == before


@embedded
def test_each_publisher_has_a_button(client, three):
    same, _other = three
    page = client.get("/jobs?q=大数据").get_data(as_text=True)
    assert "另有 2 家也发布了这个岗位" in page
    assert "数字是发布的岗位数" in page
    assert "3 个岗位" in page
    for job in same:
        assert f"/jobs/{job.public_id}" in page
    # Which of the three stands for the others changes from day to day.
    assert any(f"{name}人才服务有限公司（代招）" in page for name in ("锦程", "川联"))

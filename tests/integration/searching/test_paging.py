"""Pages of the job search on both engines: each row once, whatever comes and goes between them."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest
import sqlalchemy as sa

from search.errors import EngineUnavailable
from talentmarket.core import clock
from talentmarket.core.db import db
from talentmarket.core.outbox import changed
from talentmarket.core.uow import unit_of_work
from talentmarket.discovery import paging
from talentmarket.discovery.jobs import JobQuery, search_jobs
from talentmarket.exchange import suspended
from talentmarket.exchange.models import Job, JobState
from tests.factories import make_account, make_job, make_organisation, make_talent
from tests.fixtures.databases import on_sqlite

pytestmark = on_sqlite
ORDERS = ("relevance", "match", "newest", "pay", "reply")
NO_END = [(order, 1_000) for order in ORDERS[2:]]


@pytest.fixture
def engine(request) -> str:
    """Every order is the same on both engines."""
    return str(request.param)


both_engines = pytest.mark.parametrize(
    "engine", ["embedded", pytest.param("elastic", marks=pytest.mark.elastic)], indirect=True
)


def told(jobs: list[Job]) -> None:
    with unit_of_work() as session:
        changed(session, "job", *(job.public_id for job in jobs))


def make_some(organisation, count: int, start: int = 0) -> list[Job]:
    """Jobs a day apart, with different pay, deadlines and applicants; all named the same way."""
    now = clock.now()
    made = [
        make_job(
            organisation,
            title=f"数据工程师{'（急）' if number % 7 == 0 else ''}",
            skills={"sql": True} if number % 3 else {"spark": True, "python": False},
            published_at=now - timedelta(days=number % 9, minutes=number),
            month_high=None if number % 11 == 0 else 1_000_000 + number % 4 * 100_000,
            reply_days=1 + number % 5,
            applications_count=number % 6,
        )
        for number in range(start, start + count)
    ]
    told(made)
    return made


@pytest.fixture
def crowd(session, drain):
    """A market of 43 jobs of three firms, and a person."""
    firms = [make_organisation(answers_due=20, answers_on_time=10 + 5 * n) for n in range(3)]
    jobs = [job for at, firm in enumerate(firms) for job in make_some(firm, 14 + (at == 0), at)]
    talent = make_talent(make_account("林知遥"))
    drain()
    return firms, jobs, talent


def read_on(session, query: JobQuery, talent, step=lambda page: None) -> list[list[str]]:
    """All pages from the first; `step` is called between them."""
    pages = []
    while True:
        session.expire_all()
        found = search_jobs(session, query, talent)
        pages.append([job.public_id for job in found.rows])
        if found.next is None or len(pages) > 60:
            return pages
        step(pages)
        query = JobQuery(query.words, query.filters, sort=query.sort, cursor=found.next, limit=7)


def asked(order: str) -> JobQuery:
    return JobQuery("数据工程师" if order == "relevance" else "", sort=order, limit=7)


@both_engines
def test_pages_hold_every_row_once_and_lead_back(session, crowd, monkeypatch):
    """In each order; those by score also with more rows than are put in order at once."""
    _firms, jobs, talent = crowd
    for order, candidates in [*product(ORDERS[:2], (1_000, 10)), *NO_END]:
        monkeypatch.setattr(paging, "CANDIDATES", candidates)
        pages = read_on(session, asked(order), talent)
        rows = [one for page in pages for one in page]
        assert sorted(rows) == sorted(job.public_id for job in jobs), (order, candidates)
        assert {len(page) for page in pages[:-1]} == {7}, (order, candidates)
        if candidates == 1_000:
            pages_back(session, asked(order), talent, pages[:4])


def pages_back(session, query: JobQuery, talent, pages: list[list[str]]) -> None:
    """From each of the pages the way back shows the page before."""
    cursors = []
    for page in pages:
        found = search_jobs(session, query, talent)
        assert [job.public_id for job in found.rows] == page, query.sort
        cursors.append(found.previous)
        query = replace(query, cursor=found.next or "")
    assert cursors[0] is None
    for earlier, cursor in zip(pages, cursors[1:], strict=False):
        back = search_jobs(session, replace(query, cursor=cursor), talent)
        assert [job.public_id for job in back.rows] == earlier, query.sort


@both_engines
def test_pages_stay_stable_while_rows_come_and_go(session, crowd, drain, monkeypatch):
    """In each order, in a market that the orders before have changed."""
    monkeypatch.setattr(paging, "CANDIDATES", 20)
    firms, made, talent = crowd
    there = {job.public_id for job in made}

    def change(pages: list[list[str]]) -> None:
        """A new job, one taken off that was shown and one that was not, others in demand."""
        shown = {one for page in pages for one in page}
        waiting = sorted(stayed - shown)
        leaving = [pages[-1][0], *waiting[:1]]
        stayed.difference_update(leaving)
        with unit_of_work() as unit:
            unit.execute(
                sa.update(Job).where(Job.public_id.in_(leaving)).values(state=JobState.WITHDRAWN)
            )
            unit.execute(
                sa.update(Job).where(Job.public_id.in_(waiting[1:4])).values(applications_count=40)
            )
            changed(unit, "job", *leaving, *waiting[1:4])
        come = make_some(firms[0], 3, start=len(there) + len(shown))
        there.update(job.public_id for job in come)
        there.difference_update(leaving)
        drain()

    for order in ORDERS:
        stayed = set(there)
        rows = [one for page in read_on(session, asked(order), talent, change) for one in page]
        assert len(rows) == len(set(rows)), order
        assert stayed <= set(rows), order


@pytest.mark.parametrize("engine", ["embedded"], indirect=True)
def test_by_date_there_is_no_end(session, drain, search_handle):
    jobs = make_some(make_organisation(), 120)
    drain()
    pages = read_on(session, JobQuery(sort="newest", limit=7), None)
    assert len(pages) == 18
    dates = {job.public_id: job.published_at for job in jobs}
    found = [dates[one] for page in pages for one in page]
    assert found == sorted(found, reverse=True)
    assert len(found) == 120


@pytest.mark.parametrize("engine", ["embedded"], indirect=True)
def test_the_database_pages_by_date_too(session, crowd, search_handle):
    _firms, jobs, talent = crowd

    def off(_use):
        raise EngineUnavailable("off")

    search_handle.call = off
    pages = read_on(session, JobQuery(limit=7), talent)
    assert sorted(one for page in pages for one in page) == sorted(job.public_id for job in jobs)
    second = search_jobs(session, JobQuery(limit=7, cursor=_next(session, "")), talent)
    back = search_jobs(session, JobQuery(limit=7, cursor=second.previous), talent)
    assert [job.public_id for job in back.rows] == pages[0]


def _next(session, cursor: str) -> str:
    return search_jobs(session, JobQuery(limit=7, cursor=cursor), None).next or ""


@both_engines
def test_words_ask_no_profile_and_no_words_the_match(session, crowd):
    """And a match of more points stands first."""
    _firms, _jobs, talent = crowd
    assert search_jobs(session, JobQuery("数据工程师"), talent).sort == "relevance"
    assert search_jobs(session, JobQuery(), talent).sort == "match"
    assert search_jobs(session, JobQuery(), None).sort == "newest"
    assert search_jobs(session, JobQuery(sort="match"), None).sort == "newest"
    assert search_jobs(session, JobQuery(sort="relevance"), None).sort == "newest"
    mine, anybody = (search_jobs(session, JobQuery("数据工程师"), one) for one in (talent, None))
    assert [job.public_id for job in mine.rows] == [job.public_id for job in anybody.rows]
    found = search_jobs(session, JobQuery(limit=43), talent)
    totals = [found.matches[job.public_id].total or 0 for job in found.rows]
    assert len(set(totals)) > 1
    assert totals == sorted(totals, reverse=True)


@pytest.mark.parametrize("engine", ["embedded"], indirect=True)
def test_a_list_by_match_reads_the_person_once(session, crowd):
    _firms, _jobs, talent = crowd
    statements = []

    def noted(_connection, _cursor, statement, *_rest):
        statements.append(statement)

    sa.event.listen(session.get_bind(), "before_cursor_execute", noted)
    found = search_jobs(session, JobQuery(sort="match"), talent)
    sa.event.remove(session.get_bind(), "before_cursor_execute", noted)
    assert found.matches
    own = [one for one in statements if re.search(r"\bFROM talent_occupations\b", one)]
    assert len(own) == 1


@pytest.mark.parametrize("engine", ["embedded"], indirect=True)
def test_the_rows_of_a_list_are_read_by_their_ids(session, crowd):
    """Never by their state: as many as are published would be read for each page."""
    _firms, _jobs, talent = crowd
    plans = []

    def noted(connection, _cursor, statement, parameters, *_rest):
        if re.search(r"\bFROM jobs\b.*\bpublic_id IN\b", statement, re.S):
            explained = connection.connection.driver_connection.execute(
                f"EXPLAIN QUERY PLAN {statement}", parameters
            )
            plans.append([row[3] for row in explained if re.search(r"\bjobs\b", row[3])])

    sa.event.listen(session.get_bind(), "before_cursor_execute", noted)
    search_jobs(session, JobQuery(sort="match"), talent)
    # The versions of all candidates, the columns of those that are new, the facts of the page, its rows.
    assert len(plans) == 4
    search_jobs(session, JobQuery(sort="match"), talent)
    assert len(plans) == 4 + 3  # nothing is new
    sa.event.remove(session.get_bind(), "before_cursor_execute", noted)
    assert all("(public_id=?)" in plan[0] for plan in plans), plans


@pytest.mark.parametrize("engine", ["embedded"], indirect=True)
def test_a_page_asks_no_more_for_more_rows(client, crowd, monkeypatch):
    """What its rows print is read with them: nothing is asked for again, row by row."""

    def asked(limit: str) -> int:
        sent = []
        noted = lambda *args: sent.append(args[2])  # noqa: E731
        sa.event.listen(db.engine, "before_cursor_execute", noted)
        page = client.get(f"/jobs?q=数据工程师{limit}").get_data(as_text=True)
        sa.event.remove(db.engine, "before_cursor_execute", noted)
        return len(sent) if "data-total" in page else -1

    monkeypatch.setattr(suspended, "FRESH", 3_600.0)  # who was suspended is asked by the clock
    asked("")
    assert asked("&skill=spark") == asked("") <= 4

"""Rows reach the index and stay equal to it, on both databases and both engines."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any, cast

import pytest
import sqlalchemy as sa
from flask import Flask

from search.backend import SearchBackend
from search.errors import EngineUnavailable, IndexMissing
from search.fields import Kind
from search.preparing import Preparer
from search.requests import SearchRequest
from talentmarket.core import clock as time
from talentmarket.core.db import db
from talentmarket.core.outbox import IndexState, OutboxRow, changed, waiting
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.models import Job, JobState
from talentmarket.indexing import documents
from talentmarket.indexing import drain as drain_module
from talentmarket.indexing import jobs as job_documents
from talentmarket.indexing.check import Checked, check
from talentmarket.indexing.drain import MAX_ATTEMPTS, drain_once, revive
from talentmarket.indexing.engine import SearchHandle
from talentmarket.indexing.rebuild import rebuild
from talentmarket.members.models import OrganisationState, Talent, Visibility
from tests.factories import make_job, make_organisation, make_talent

Drain = Callable[[], int]


def told(kind: str, *rows: Any) -> None:
    with unit_of_work() as session:
        changed(session, kind, *(row.public_id for row in rows))


def ids(handle: SearchHandle, words: str, kind: Kind = Kind.JOB) -> set[str]:
    found = handle.call(lambda backend: backend.search(SearchRequest(kind, words=words)))
    return {hit.id for hit in found.hits}


def test_a_change_is_found_and_a_withdrawal_is_gone(
    app: Flask, search_handle: SearchHandle, drain: Drain
) -> None:
    job = make_job(title="工业数据治理工程师")
    told("job", job)
    told("organisation", job.organisation)
    assert drain() == 2
    assert ids(search_handle, "数据治理") == {job.public_id}
    assert search_handle.call(check).exit_code == 0
    with unit_of_work() as session:
        job.state = JobState.WITHDRAWN
        changed(session, "job", job.public_id)
    assert search_handle.call(check).exit_code == 2
    drain()
    assert ids(search_handle, "数据治理") == set()
    assert search_handle.call(check).as_dict()["index"] == 1  # the organisation


def test_what_must_not_be_found_is_not(
    app: Flask, search_handle: SearchHandle, drain: Drain
) -> None:
    hidden = make_job(title="隐藏的岗位", listed=False)
    suspended = make_job(make_organisation(state=OrganisationState.SUSPENDED), title="停用单位岗位")
    private = make_talent(visibility=Visibility.PRIVATE)
    shown = make_talent(
        headline="周予安 13912345678 大数据", summary="曾在岷江软件有限公司负责数仓"
    )
    told("job", hidden, suspended)
    told("talent", private, shown)
    drain()
    assert ids(search_handle, "岗位") == set()
    assert ids(search_handle, "大数据", Kind.TALENT) == {shown.public_id}
    stored = search_handle.call(lambda backend: backend.get(Kind.TALENT, shown.public_id))
    text = str(stored.values)
    for secret in ("周予安", "13912345678", "岷江软件"):
        assert secret not in text


def test_a_section_kept_private_is_not_in_the_index(app: Flask) -> None:
    talent = make_talent(sections={"skills": "private", "pay": "applied", "experience": "private"})
    with unit_of_work():
        talent.entries[0].text = "离线数仓与实时指标"
    values = documents.talent_values(db.session.get(Talent, talent.id), [("spark", "certificate")])
    assert values["skills"] == values["evidenced_skills"] == []
    assert values["pay_wanted"] is None
    assert values["years"] is None
    assert "离线数仓" not in values["text"]
    assert values["education_rank"] == 5


def test_rebuild_equals_the_database(app: Flask, search_handle: SearchHandle, drain: Drain) -> None:
    jobs = [make_job() for _ in range(3)]
    told("job", *jobs[:2])
    drain()
    with search_handle.writer() as backend:
        counts = rebuild(backend)
    assert counts["job"] == 3
    search_handle.reset()
    assert search_handle.call(check).exit_code == 0


def test_the_check_finds_each_difference_batch_by_batch(
    app: Flask, search_handle: SearchHandle, drain: Drain, monkeypatch: Any
) -> None:
    firm = make_organisation()
    told("organisation", firm)
    told("job", *(make_job(firm, title=f"第{number}个岗位") for number in range(5)))
    drain()
    monkeypatch.setattr("talentmarket.indexing.check.BATCH", 2)
    whole = search_handle.call(check)
    assert (whole.database, whole.index, whole.exit_code) == (6, 6, 0)
    make_job(firm, title="从未登记")
    gone, changed_job, *_ = db.session.scalars(sa.select(Job).order_by(Job.id))
    with unit_of_work() as session:
        gone.state = JobState.WITHDRAWN
        state = session.get_one(IndexState, ("job", changed_job.public_id))
        state.version += 1
    found = search_handle.call(check)
    assert found.as_dict() == {
        "database": 6,
        "index": 6,
        "missing": 1,
        "extra": 1,
        "stale": 1,
        "waiting": 0,
    }
    assert found.exit_code == 1


class Meanwhile:
    """An engine in whose walk somebody writes: after the ids are read, before they are told."""

    def __init__(self, backend: SearchBackend, write: Callable[[], object]) -> None:
        self._backend, self._write = backend, write

    def __getattr__(self, name: str) -> Any:
        return getattr(self._backend, name)

    def versions(self, kind: Kind) -> Iterator[tuple[str, int]]:
        held = list(self._backend.versions(kind))
        self._write()
        yield from held


def test_the_check_takes_no_write_meanwhile_for_a_difference(
    app: Flask, search_handle: SearchHandle, drain: Drain
) -> None:
    firm = make_organisation()
    jobs = [make_job(firm, title=f"第{number}个岗位") for number in range(3)]
    told("organisation", firm)
    told("job", *jobs)
    drain()

    def write(*, drained: bool) -> None:
        with unit_of_work() as session:
            edited, gone = session.get_one(Job, jobs[0].id), session.get_one(Job, jobs[1].id)
            edited.title += "（改）"
            gone.state = JobState.WITHDRAWN if drained else JobState.PUBLISHED
            changed(session, "job", edited.public_id, gone.public_id)
        told("job", make_job(firm, title="新岗位"))
        if drained:
            drain()

    def seen(*, drained: bool) -> Checked:
        steps = iter([lambda: write(drained=drained)])
        with search_handle.reader() as backend:
            return check(cast(SearchBackend, Meanwhile(backend, lambda: next(steps, int)())))

    assert seen(drained=True).exit_code == 0
    found = seen(drained=False)
    assert (found.missing, found.extra, found.stale) == (0, 0, 0)
    assert found.waiting > 0
    drain()
    assert search_handle.call(check).exit_code == 0


def test_a_rebuild_goes_by_batches_and_changes_meanwhile_are_in_it(
    app: Flask, search_handle: SearchHandle, drain: Drain, monkeypatch: Any
) -> None:
    jobs = [make_job(title=f"第{number}个岗位") for number in range(5)]
    told("job", *jobs)
    drain()
    monkeypatch.setattr("talentmarket.indexing.rebuild.BATCH", 2)
    late: list[Job] = []
    with search_handle.writer() as backend:

        def change() -> None:
            """A worker's round between two batches: the last job is new, the first one goes."""
            if not late:
                late.append(make_job(title="迟到的岗位"))
                with unit_of_work() as session:
                    jobs[0].state = JobState.WITHDRAWN
                    changed(session, "job", jobs[0].public_id, late[0].public_id)
            drain_once(backend)

        rebuild(backend, meanwhile=change)
    search_handle.reset()
    assert ids(search_handle, "岗位") == {one.public_id for one in [*jobs[1:], *late]}
    assert search_handle.call(check).exit_code == 0


def test_one_bad_document_holds_back_no_other(
    app: Flask, search_handle: SearchHandle, drain: Drain, clock: Any, monkeypatch: Any
) -> None:
    good, bad = make_job(title="好岗位"), make_job(title="坏岗位")
    told("job", bad, good)
    whole = job_documents.values

    def broken(job: Any, skills: Any) -> dict[str, Any]:
        if job.title == "坏岗位":
            raise ValueError("a row nobody expected")
        return whole(job, skills)

    monkeypatch.setattr(job_documents, "values", broken)
    for _ in range(MAX_ATTEMPTS):
        drain()
        clock.advance(minutes=10)
    assert ids(search_handle, "岗位") == {good.public_id}
    assert waiting(db.session())[2] == 1
    row = db.session.scalar(sa.select(OutboxRow))
    assert row is not None
    assert "ValueError" in (row.error or "")
    monkeypatch.undo()
    with unit_of_work() as session:
        assert revive(session) == 1
    drain()
    assert ids(search_handle, "岗位") == {good.public_id, bad.public_id}


def test_an_older_write_never_wins(app: Flask, search_handle: SearchHandle, drain: Drain) -> None:
    job = make_job(title="第一版")
    told("job", job)
    with search_handle.writer() as backend:
        backend.ensure(Kind.JOB)
        old = documents.load(db.session(), Kind.JOB, [job.public_id])
        with unit_of_work() as session:
            job.title = "第二版"
            changed(session, "job", job.public_id)
        drain_once(backend)
        backend.bulk(Kind.JOB, old)
        backend.refresh(Kind.JOB)
        stored = backend.get(Kind.JOB, job.public_id)
    assert stored is not None
    assert stored.values["title"] == "第二版"


def test_the_row_stays_until_it_was_read_back(
    app: Flask, search_handle: SearchHandle, monkeypatch: Any
) -> None:
    job = make_job()
    told("job", job)
    with search_handle.writer() as backend:
        monkeypatch.setattr(type(backend), "get_many", lambda *_: {})
        done = drain_once(backend)
    assert (done.written, done.failed) == (0, 1)
    assert waiting(db.session())[0] == 1


def test_a_long_outbox_is_read_while_it_is_written(
    app: Flask, search_handle: SearchHandle, monkeypatch: Any
) -> None:
    """Lists overlap; the last change of a document wins, and a fault leaves the rows waiting."""
    monkeypatch.setattr(drain_module, "BATCH", 2)
    monkeypatch.setattr(drain_module, "WRITTEN_AT_ONCE", 2)
    jobs = [make_job(title=f"岗位{number}") for number in range(6)]
    told("job", *jobs)
    jobs.sort(key=lambda job: job.public_id)  # as their rows stand
    first = {job.public_id for job in jobs[:2]}
    with search_handle.writer() as backend, Preparer(1) as preparer:
        write = type(backend).bulk

        def fail_after_the_first(self: Any, kind: Kind, operations: Any) -> Any:
            if operations[0].id not in first:
                raise EngineUnavailable("off")
            return write(self, kind, operations)

        monkeypatch.setattr(type(backend), "bulk", fail_after_the_first)
        with pytest.raises(EngineUnavailable):
            drain_once(backend, preparer=preparer)
        assert waiting(db.session())[0] == 4  # the first list was read back, the second failed
        monkeypatch.setattr(type(backend), "bulk", write)
        with unit_of_work() as session:
            jobs[-1].title = "岗位又改"  # two rows of it wait, in lists written side by side
            changed(session, "job", jobs[-1].public_id)
        assert drain_once(backend, preparer=preparer).written == 5
        stored = backend.get_many(Kind.JOB, [one.public_id for one in jobs])
        backend.refresh(Kind.JOB)
    assert {one.values["title"] for one in stored.values()} == {one.title for one in jobs}
    assert waiting(db.session())[0] == 0


def test_a_change_made_while_the_document_was_written_keeps_its_row(
    app: Flask, search_handle: SearchHandle, monkeypatch: Any
) -> None:
    job = make_job()
    told("job", job)
    with search_handle.writer() as backend:
        read = type(backend).get_many

        def changed_meanwhile(self: Any, *asked: Any) -> Any:
            monkeypatch.undo()
            told("job", job)
            return read(self, *asked)

        monkeypatch.setattr(type(backend), "get_many", changed_meanwhile)
        assert drain_once(backend).written == 1
        assert waiting(db.session())[0] == 1
        assert drain_once(backend).written == 1
    assert waiting(db.session())[0] == 0


@pytest.mark.parametrize("engine", ["embedded"], indirect=True)
def test_the_breaker_opens_and_tries_again(app: Flask, search_handle: SearchHandle) -> None:
    calls = []

    def failing(_backend: object) -> None:
        calls.append(1)
        raise EngineUnavailable("off")

    told("job", make_job())
    with search_handle.writer() as backend:
        drain_once(backend)
    for _ in range(3):
        with pytest.raises(EngineUnavailable):
            search_handle.call(failing)
    assert len(calls) == 1


def test_the_first_index_is_found_the_moment_it_is_there(
    app: Flask, search_handle: SearchHandle, drain: Drain
) -> None:
    job = make_job(title="工业数据治理工程师")
    for _ in range(3):  # pages were read before there was anything to find
        with pytest.raises(IndexMissing):
            ids(search_handle, "数据治理")
    told("job", job)
    assert drain() == 1
    assert ids(search_handle, "数据治理") == {job.public_id}


def test_due_rows_wait_for_their_time(app: Flask, search_handle: SearchHandle) -> None:
    told("job", make_job())
    with unit_of_work() as session:
        session.execute(sa.update(OutboxRow).values(not_before=time.now() + timedelta(minutes=5)))
    with search_handle.writer() as backend:
        assert drain_once(backend).written == 0

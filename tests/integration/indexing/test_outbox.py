"""The worker's outbox turns in a thread of its own."""

from __future__ import annotations

import threading
import time
from contextlib import ExitStack

import pytest
import sqlalchemy as sa
from flask import Flask

from search.backend import SearchBackend
from search.fields import Kind
from search.requests import SearchRequest
from talentmarket.cli.worker import Indexer, Outbox, rounds
from talentmarket.core.db import db
from talentmarket.core.outbox import changed, waiting
from talentmarket.core.tasks import Task
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.models import Job
from talentmarket.indexing.check import check
from talentmarket.indexing.engine import SearchHandle
from tests.factories import make_job
from tests.fixtures.databases import on_sqlite

PATIENCE = 30.0


def written(title: str) -> Job:
    job = make_job(title=title)
    with unit_of_work() as session:
        changed(session, "job", job.public_id)
        changed(session, "organisation", job.organisation.public_id)
    return job


def empty() -> bool:
    """Whether the outbox runs empty while this thread does nothing else."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        count = waiting(db.session())[0]
        db.session.rollback()
        if not count:
            return True
        time.sleep(0.02)
    return False


@on_sqlite
@pytest.mark.parametrize("engine", ["embedded"], indirect=True)
def test_changes_are_found_while_the_worker_does_other_things(
    app: Flask, search_handle: SearchHandle
) -> None:
    """This thread stands for the worker's other rounds; one of them is a rebuild."""
    stop = threading.Event()
    with ExitStack() as stack:
        indexer = Indexer(stack)
        stack.callback(indexer.let_go)
        with Outbox(indexer, stop).turning():
            first = written("数据治理工程师")
            assert empty()
            indexer.rebuild({})
            second = written("数据治理顾问")
            assert empty()
            assert not stop.is_set()
    assert stop.is_set()
    found = search_handle.call(lambda one: one.search(SearchRequest(Kind.JOB, words="数据治理")))
    assert {hit.id for hit in found.hits} == {first.public_id, second.public_id}
    assert search_handle.call(check).exit_code == 0


@on_sqlite
@pytest.mark.parametrize("engine", ["embedded"], indirect=True)
def test_nothing_is_taken_while_another_thread_rebuilds(
    app: Flask, search_handle: SearchHandle, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two threads with one writer would give a document's versions in any order."""
    done: list[int] = []
    with ExitStack() as stack:
        indexer = Indexer(stack)
        stack.callback(indexer.let_go)
        indexer.drain()
        written("数据治理工程师")

        def meanwhile(*_: object, **__: object) -> None:
            def drain() -> None:
                with app.app_context():
                    done.append(indexer.drain())

            thread = threading.Thread(target=drain)
            thread.start()
            thread.join()
            done.append(indexer.drain())

        monkeypatch.setattr("talentmarket.cli.worker.rebuild", meanwhile)
        indexer.rebuild({})
    assert done == [0, 2]


@on_sqlite
def test_what_is_missing_is_built_by_the_worker(
    app: Flask, search_handle: SearchHandle, monkeypatch: pytest.MonkeyPatch
) -> None:
    def begun() -> None:
        """A new worker's first rounds."""
        with ExitStack() as stack:
            indexer = Indexer(stack)
            stack.callback(indexer.let_go)
            work = rounds(indexer)
            indexer.drain()
            next(one for one in work if one.name == "tasks").turn(time.monotonic())

    begun()
    assert search_handle.call(lambda one: set(one.info().indexes)) == set(Kind)
    kept = make_job(title="数据治理工程师").public_id
    db.session.rollback()
    with search_handle.writer() as backend:
        backend.drop()
    search_handle.reset()

    def ended(backend: SearchBackend, **_: object) -> None:
        """Killed with live indexes that hold nothing yet."""
        for kind in Kind:
            backend.ensure(kind)
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr("talentmarket.cli.worker.rebuild", ended)
        with pytest.raises(SystemExit):
            begun()
    with unit_of_work() as session:  # as when the lease has run out
        session.execute(sa.update(Task).values(leased_until=None))
    begun()
    found = search_handle.call(lambda one: one.search(SearchRequest(Kind.JOB, words="数据治理")))
    assert [hit.id for hit in found.hits] == [kept]
    assert search_handle.call(check).exit_code == 0

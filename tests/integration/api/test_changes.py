"""The snapshot and the stream: nothing is lost, whoever writes meanwhile and whenever it commits."""

from __future__ import annotations

import contextvars
import random
import threading
import time

import pytest
import sqlalchemy as sa

from talentmarket.core import changes
from talentmarket.core.db import db
from talentmarket.core.outbox import IndexState, changed
from talentmarket.core.uow import unit_of_work
from talentmarket.discovery import feed
from talentmarket.exchange.models import Job, JobState
from talentmarket.members.models import Organisation, OrganisationState
from talentmarket.members.organisations import changed as organisation_changed
from tests.factories import make_job, make_organisation
from tests.fixtures.databases import on_sqlite
from tests.integration.api.conftest import tell
from tests.scale import scale

STREAM = "/api/v1/jobs/changes"
SNAPSHOT = "/api/v1/jobs/snapshot"
on_postgresql = pytest.mark.parametrize(
    "database_kind", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True
)


def read(client, address, status=200, **parameters):
    answer = client.get(address, query_string=parameters)
    assert answer.status_code == status, answer.get_data(as_text=True)
    return answer.get_json()


def follow(client, cursor, limit=100):
    """All that is in the stream after the cursor, as (id, gone), and where it ends."""
    found = []
    while True:
        body = read(client, STREAM, after=cursor, limit=limit)
        found += [(item["id"], item["gone"]) for item in body["items"]]
        for item in body["items"]:
            assert (item["job"] is None) == item["gone"]
        cursor = body["next"]
        if not body["more"]:
            return found, cursor


def take(client, limit=100):
    """The snapshot's ids, and the cursor of the stream after it."""
    found, cursor = [], ""
    while cursor is not None:
        body = read(client, SNAPSHOT, cursor=cursor, limit=limit)
        found += [item["id"] for item in body["items"]]
        cursor = body["next"]
    return found, body["changes"]


def move(state, *jobs):
    with unit_of_work() as session:
        for job in jobs:
            session.get_one(Job, job.id).state = state
    tell(*jobs)


def test_a_snapshot_and_what_changes_after_it(client, session):
    jobs = [make_job() for _ in range(5)]
    ids = [job.public_id for job in jobs]
    tell(*jobs)
    found, cursor = take(client, limit=2)
    assert sorted(found) == sorted(ids)
    assert follow(client, cursor)[0] == []
    move(JobState.WITHDRAWN, jobs[0])
    move(JobState.PAUSED, jobs[1])
    fresh = make_job()
    tell(fresh, jobs[2])
    seen, cursor = follow(client, cursor, limit=1)
    assert sorted(seen) == sorted(
        [(ids[0], True), (ids[1], True), (ids[2], False), (fresh.public_id, False)]
    )
    move(JobState.PUBLISHED, jobs[1])
    assert follow(client, cursor)[0] == [(ids[1], False)]
    everything, _end = follow(client, "")
    assert dict(everything) == {one: one == ids[0] for one in (*ids, fresh.public_id)}


@on_sqlite
def test_what_nobody_could_read_leaves_no_tombstone(client, session):
    """A draft's or an unlisted job's address is nobody's to know."""
    hidden, draft = make_job(listed=False), make_job(state=JobState.IN_REVIEW)
    tell(hidden, draft)
    _found, cursor = take(client)
    move(JobState.WITHDRAWN, hidden)
    move(JobState.REJECTED, draft)
    assert follow(client, cursor)[0] == []
    with unit_of_work() as unit:
        row = unit.get_one(Job, hidden.id)
        row.state, row.listed = JobState.PUBLISHED, True
    tell(hidden)
    seen, cursor = follow(client, cursor)
    assert seen == [(hidden.public_id, False)]
    with unit_of_work() as unit:
        unit.get_one(Job, hidden.id).listed = False
    tell(hidden)
    assert follow(client, cursor)[0] == [(hidden.public_id, True)]


@on_sqlite
def test_a_job_that_changes_while_the_snapshot_is_read_is_in_the_stream(client, session):
    jobs = [make_job() for _ in range(4)]
    tell(*jobs)
    first = read(client, SNAPSHOT, limit=2)
    move(JobState.WITHDRAWN, *jobs)
    late = make_job()
    tell(late)
    rest = read(client, SNAPSHOT, limit=2, cursor=first["next"])
    assert rest["items"] == []
    assert rest["next"] is None
    assert rest["changes"] == first["changes"]
    seen = dict(follow(client, rest["changes"])[0])
    assert seen == {**{job.public_id: True for job in jobs}, late.public_id: False}


@on_sqlite
def test_a_suspension_is_in_the_stream(client, session):
    organisation = make_organisation()
    job = make_job(organisation)
    tell(job)
    cursor = take(client)[1]
    for state, gone in ((OrganisationState.SUSPENDED, True), (OrganisationState.VERIFIED, False)):
        with unit_of_work() as unit:
            row = unit.get_one(Organisation, organisation.id)
            row.state = state
            organisation_changed(unit, row)
        seen, cursor = follow(client, cursor)
        assert seen == [(job.public_id, gone)]


@on_sqlite
def test_a_deleted_row_leaves_its_tombstone(client, session):
    job = make_job()
    tell(job)
    cursor = take(client)[1]
    with unit_of_work() as unit:
        unit.delete(unit.get_one(Job, job.id))
    tell(job)
    assert follow(client, cursor)[0] == [(job.public_id, True)]


@on_sqlite
def test_cursors_of_another_era_are_refused(client, session):
    tell(make_job())
    found, cursor = take(client)
    with unit_of_work() as unit:
        changes.restart(unit)
    problem = read(client, STREAM, 410, after=cursor)
    assert problem["type"].endswith("#problem-cursor-gone")
    read(client, SNAPSHOT, 410, cursor=f"{cursor}.1")
    again, fresh = take(client)
    assert again == found
    assert fresh != cursor
    era = fresh.partition(".")[0]
    read(client, STREAM, 410, after=f"{era}.99")  # a number that was never given
    for wrong in ("x", "1", f"{era}", f"{era}.-1", "9" * 300):
        problem = read(client, STREAM, 422, after=wrong)
        assert problem["errors"][0]["parameter"] == "after"


@on_postgresql
def test_a_change_that_commits_late_is_not_lost(app, client, session):
    early, late = make_job(), make_job()
    tell(early, late)
    cursor = take(client)[1]
    wrote, may_commit = threading.Event(), threading.Event()

    def slow() -> None:
        with app.app_context(), unit_of_work() as unit:
            unit.get_one(Job, early.id).title = "改过的"
            unit.flush()
            changed(unit, "job", early.public_id)
            wrote.set()
            may_commit.wait(20)

    early_id, late_id = early.public_id, late.public_id
    other = threading.Thread(target=contextvars.Context().run, args=(slow,))
    session.rollback()
    other.start()
    assert wrote.wait(20)
    tell(late)  # begins after the slow one and commits before it
    seen, cursor = follow(client, cursor)  # nobody waits for the slow one
    assert seen == [(late_id, False)]
    may_commit.set()
    other.join(20)
    assert follow(client, cursor)[0] == [(early_id, False)]


def test_a_reader_ends_with_what_is_there_beside_many_writers(app, client, session):
    jobs = [make_job() for _ in range(12)]
    tell(*jobs)
    keys = [(job.id, job.public_id) for job in jobs]
    copy = set(take(client)[0])
    cursor = take(client)[1]
    session.rollback()
    ended = threading.Event()
    faults: list[BaseException] = []

    def write(seed: int) -> None:
        dice = random.Random(seed)
        try:
            for _ in range(scale(15)):
                with app.app_context(), unit_of_work() as unit:
                    for key, public_id in sorted(dice.sample(keys, 2)):
                        row = unit.get_one(Job, key, with_for_update=True)
                        shown = row.state is JobState.PUBLISHED
                        row.state = JobState.PAUSED if shown else JobState.PUBLISHED
                        changed(unit, "job", public_id)
                    time.sleep(dice.random() / 50)  # commits come in another order than changes
        except BaseException as fault:
            faults.append(fault)

    writers = [
        threading.Thread(target=contextvars.Context().run, args=(write, seed)) for seed in range(4)
    ]
    read_count = 0

    def keep_reading() -> None:
        nonlocal cursor, read_count
        try:
            while True:
                last = ended.is_set()  # what is read after this holds all that was written
                with app.app_context():
                    found = feed.read_changes(db.session(), cursor, 5)
                    for one in found.changes:
                        copy.discard(one.id) if one.job is None else copy.add(one.id)
                cursor, read_count = found.next, read_count + 1
                if last and not found.more:
                    return
        except BaseException as fault:
            faults.append(fault)

    reader = threading.Thread(target=contextvars.Context().run, args=(keep_reading,))
    for thread in (reader, *writers):
        thread.start()
    for thread in writers:
        thread.join(120)
    ended.set()
    reader.join(120)
    assert not faults
    assert read_count > 1
    there = set(session.scalars(sa.select(Job.public_id).where(Job.state == JobState.PUBLISHED)))
    assert copy == there
    assert set(take(client)[0]) == there
    numbers = session.scalars(sa.select(IndexState.sequence).where(IndexState.kind == "job")).all()
    assert len(set(numbers)) == len(jobs)

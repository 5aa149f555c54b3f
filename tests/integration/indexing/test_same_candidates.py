"""Both engines find the same candidates with the same weights, on a whole invented market."""

from __future__ import annotations

import secrets
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from search.requests import RecallRequest
from talentmarket.cli.demo.loading import Plan, load
from talentmarket.core import clock as clocks
from talentmarket.core.db import db
from talentmarket.exchange.models import Job, JobState
from talentmarket.indexing.engine import SearchHandle
from talentmarket.indexing.rebuild import rebuild
from talentmarket.matching import recall, service, serving, store
from talentmarket.matching.loading import job_facts, talent_facts
from talentmarket.matching.training import train
from talentmarket.members.models import Talent
from tests.fixtures.apps import NOW
from tests.fixtures.databases import on_sqlite
from tests.scale import scale

PLAN = Plan(seed=11, now=NOW, organisations=60, talents=scale(300), jobs=scale(150), applications=0)


def requests() -> list[RecallRequest]:
    """People for every open job, jobs for some people: cut at 20, so that ties matter, and whole."""
    kinship, _version = serving.current()
    today = int(clocks.start_of_day(clocks.today()).timestamp())
    jobs = db.session.scalars(
        sa.select(Job).where(Job.state == JobState.PUBLISHED).order_by(Job.id)
    ).all()
    people = db.session.scalars(sa.select(Talent).order_by(Talent.id).limit(100)).all()
    found = []
    for limit in (20, recall.LIMIT):
        for job in jobs:
            facts = job_facts(job)
            found.append(
                recall.talents_for(facts, kinship, visibility=service.FINDABLE, limit=limit)
            )
        for person in people:
            mine = talent_facts(db.session(), person)
            found.append(recall.jobs_for(mine, kinship, today=today, limit=limit))
    return [one for one in found if one.clauses]


@pytest.mark.elastic
@on_sqlite
def test_both_engines_find_the_same_candidates(
    app: Flask, session: Any, elasticsearch_url: str, tmp_path: Any
) -> None:
    load(PLAN)
    version = store.save(*train(db.session())).version
    store.promote(version)
    app.extensions["talentmarket_model"].reset()
    asked = requests()
    settings = app.extensions["talentmarket_settings"].with_(instance=tmp_path)
    prefix = f"test-{secrets.token_hex(5)}"
    answers = []
    for one in (
        settings,
        settings.with_(elasticsearch_url=elasticsearch_url, elasticsearch_index_prefix=prefix),
    ):
        handle = SearchHandle(app, one)
        handle.read_timeout = 60.0
        with handle.writer() as backend:
            rebuild(backend)
            answers.append(
                [sorted((it.id, it.score) for it in backend.recall(request)) for request in asked]
            )
            if one.elasticsearch_url:
                backend.drop()
    assert len(asked) > 200
    assert sum(map(len, answers[0])) > 1_000
    assert answers[0] == answers[1]

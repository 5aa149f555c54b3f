"""Who somebody is, apart from what they can do, moves no score and no list.

Sex, age, ethnicity, marital state, birthplace, name, schools and gaps are exchanged in fields and in
free text of a whole invented market; every pair keeps each of its points, and every list its order.
"""

from __future__ import annotations

import itertools
import random
import secrets
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from search.fields import Kind
from search.requests import SearchRequest
from talentmarket.cli.demo.loading import Plan, load
from talentmarket.core.db import db
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.models import Job, JobState
from talentmarket.indexing.engine import SearchHandle
from talentmarket.indexing.rebuild import rebuild
from talentmarket.matching import service, store
from talentmarket.matching.loading import rankable
from talentmarket.matching.training import train
from talentmarket.members.models import Account, EntryKind, Talent
from tests.fixtures.apps import NOW
from tests.fixtures.databases import on_sqlite
from tests.scale import scale

PAIRS = scale(200, 10_000)
PLAN = Plan(
    seed=23, now=NOW, organisations=40, talents=scale(120, 600), jobs=scale(40, 150), applications=0
)
#: What a profile may say of a person besides what they can do.
SAYINGS = (
    "女，1999年生，未婚未育，彝族，凉山州人。",
    "男，46岁，已婚，两个孩子，汉族，北京户籍。",
    "I am a 52-year-old woman, divorced, born in Lhasa.",
    "男，藏族，属马，身高182，离异。",
)
NAMES = ("王淑芬", "阿依古丽·买买提", "赵铁柱", "Mary-Ann O'Neill", "扎西顿珠", "李子轩")
SCHOOLS = ("清华大学", "某县职业技术学校", "University of Oxford", "四川大学", "成都夜校")


def swap(dice: random.Random) -> None:
    """Another person with the same work, skills and wishes behind every profile."""
    with unit_of_work() as session:
        for talent in session.scalars(sa.select(Talent)):
            saying = dice.choice(SAYINGS)
            talent.account.name = dice.choice(NAMES)
            talent.summary = f"{saying}\n{talent.summary}"
            for entry in talent.entries:
                entry.text = f"{entry.text}\n{saying}"
                if entry.kind is EntryKind.EDUCATION:
                    entry.organisation = dice.choice(SCHOOLS)
                if entry.kind is EntryKind.EXPERIENCE and entry.start_month:
                    entry.start_month = _earlier(entry.start_month)
                    entry.end_month = entry.end_month and _earlier(entry.end_month)


def _earlier(month: str) -> str:
    """Two years earlier: the same time at work, with a gap after it."""
    return f"{int(month[:4]) - 2}{month[4:]}"


def pairs() -> list[tuple[str, str]]:
    """`PAIRS` pairs of a job and a person, drawn from all there are."""
    jobs = db.session.scalars(
        sa.select(Job.public_id).where(Job.state == JobState.PUBLISHED).order_by(Job.id)
    )
    people = db.session.scalars(
        sa.select(Talent.public_id)
        .join(Account, Account.id == Talent.account_id)
        .where(rankable())
        .order_by(Talent.id)
    )
    every = list(itertools.product(jobs, people))
    return random.Random(5).sample(every, min(PAIRS, len(every)))


def scores(drawn: list[tuple[str, str]]) -> dict[tuple[str, str], Any]:
    """Each pair's total, parts and rows, as a reader is shown them."""
    found = {}
    for job_id, some in itertools.groupby(sorted(drawn), key=lambda pair: pair[0]):
        job = db.session.scalars(sa.select(Job).where(Job.public_id == job_id)).one()
        people = [person for _, person in some]
        for person, match in service.score_talents(db.session(), job, people).items():
            rows = [(it.row.part, it.row.state, it.points, it.of) for it in match.rows]
            found[job_id, person] = (match.total, match.exact, match.parts, rows)
        db.session.rollback()
    return found


def lists() -> dict[str, list[tuple[str, int | None]]]:
    """The people of every open job and the jobs of every person, in order."""
    found: dict[str, list[tuple[str, int | None]]] = {}
    jobs = db.session.scalars(sa.select(Job).where(Job.state == JobState.PUBLISHED)).all()
    for job in jobs:
        ranked = service.match_talents(db.session(), job).matches
        found[job.public_id] = [(one.talent, one.total) for one in ranked]
    for person in db.session.scalars(sa.select(Talent)).all():
        ranked = service.match_jobs(db.session(), person).matches
        found[person.public_id] = [(one.job, one.total) for one in ranked]
    db.session.rollback()
    return found


def said(app: Flask, words: str) -> int:
    """How many people's documents hold these words."""
    request = SearchRequest(Kind.TALENT, phrases=(words,), limit=1)
    handle: SearchHandle = app.extensions["talentmarket_search"]
    return handle.call(lambda backend: backend.search(request)).total


@pytest.mark.parametrize(
    "server", [False, pytest.param(True, marks=pytest.mark.elastic)], ids=["embedded", "elastic"]
)
@on_sqlite
def test_who_somebody_is_moves_nothing(
    app: Flask, session: Any, elasticsearch_url: str, server: bool, tmp_path: Any
) -> None:
    load(PLAN)
    store.promote(store.save(*train(db.session())).version)
    app.extensions["talentmarket_model"].reset()
    settings = app.extensions["talentmarket_settings"].with_(instance=tmp_path)
    if server:
        prefix = f"test-{secrets.token_hex(5)}"
        settings = settings.with_(
            elasticsearch_url=elasticsearch_url, elasticsearch_index_prefix=prefix
        )
    handle = app.extensions["talentmarket_search"] = SearchHandle(app, settings)
    handle.read_timeout = 60.0
    with handle.writer() as backend:
        rebuild(backend)
        drawn = pairs()
        before, listed, unsaid = scores(drawn), lists(), said(app, "离异")
        swap(random.Random(8))
        rebuild(backend)
        assert scores(drawn) == before
        assert lists() == listed
        assert (unsaid, said(app, "离异") > 20) == (0, True), "the index has heard of it"
        if server:
            backend.drop()
    assert len(before) == len(drawn)
    assert sum(map(len, listed.values())) > 300
    assert len({total for total, *_ in before.values()}) > 10, "there is something to move"

"""Jobs and profiles as they should not be: each has a stated behaviour, and the site answers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from talentmarket.core.db import db
from talentmarket.core.outbox import changed
from talentmarket.core.uow import unit_of_work
from talentmarket.matching import service, serving, store
from talentmarket.matching.space import SkillSpace
from talentmarket.members.models import Talent
from talentmarket.taxonomy.model import get_taxonomy
from tests.factories import make_job, make_member, make_organisation, make_talent


def seen(client: Any, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return str(answer.get_data(as_text=True))


def ranked(job: Any, drain: Any, *people: Talent) -> dict[str, Any]:
    """The people of a job by id, after their documents have reached the index."""
    with unit_of_work() as session:
        changed(session, "talent", *(one.public_id for one in people))
        changed(session, "job", job.public_id)
    drain()
    found = service.match_talents(db.session(), job).matches
    return {one.talent: one for one in found}


def test_a_job_without_skills_is_matched_by_what_it_does_ask_for(drain, make_client):
    job, person = make_job(skills={}), make_talent()
    other = make_talent(occupations=("4-04-05-01",), years_tenths=2, education_rank=2)
    found = ranked(job, drain, person, other)
    assert found[person.public_id].total > 40
    assert sum(part.of for part in found[person.public_id].parts) == 100
    assert other.public_id not in found or found[other.public_id].total < 40
    page = seen(make_client(person.account), f"/jobs/{job.public_id}")
    assert f"{found[person.public_id].total}" in page


def test_a_job_that_asks_for_nothing_ranks_nobody(drain, make_client):
    nothing = {
        "occupation_code": None, "education_rank": None, "years_min": None, "years_max": None,
        "region_code": None, "pay_low": None, "pay_high": None, "month_low": None, "month_high": None,
    }  # fmt: skip
    organisation = make_organisation()
    owner = make_member(organisation)
    job, person = make_job(organisation, skills={}, **nothing), make_talent()
    assert ranked(job, drain, person) == {}
    seen(make_client(person.account), f"/jobs/{job.public_id}")
    desk = f"/org/{organisation.public_id}/applications/jobs/{job.public_id}"
    seen(make_client(owner), desk)


def test_a_profile_of_one_word_has_no_score_and_is_told_what_to_add(drain, make_client):
    job = make_job()
    blank = {"education_rank": None, "years_tenths": None, "pay_low": None, "pay_high": None}
    person = make_talent(skills={}, occupations=(), regions=(), headline="数据", **blank)
    assert ranked(job, drain, person) == {}
    assert (
        service.score_talents(db.session(), job, [person.public_id])[person.public_id].total is None
    )
    client = make_client(person.account)
    assert "填写技能" in seen(client, "/me/matches")
    assert "匹配 0" not in seen(client, f"/jobs/{job.public_id}")


def test_as_many_skills_as_there_are(drain, make_client):
    every = list(get_taxonomy().skills)[:1000]
    job = make_job(skills=dict.fromkeys(every[:400], True))
    person = make_talent(skills=dict.fromkeys(every))
    match = ranked(job, drain, person)[person.public_id]
    assert sum(part.points for part in match.parts) == match.total
    assert len(match.rows) > 400
    seen(make_client(person.account), f"/jobs/{job.public_id}")
    seen(make_client(person.account), "/me/profile")


def test_a_skill_that_was_retired_since_counts_as_it_is_written(drain, make_client):
    """Both sides still name it: it is met; nothing else is near to it."""
    job = make_job(skills={"gone-since-yesterday": True, "spark": True})
    has = make_talent(skills={"gone-since-yesterday": 3, "spark": 3})
    lacks = make_talent(skills={"spark": 3})
    found = ranked(job, drain, has, lacks)
    assert found[has.public_id].total > found[lacks.public_id].total
    for person in (has, lacks):
        seen(make_client(person.account), f"/jobs/{job.public_id}")
        seen(make_client(person.account), "/me/profile")


def test_a_model_older_than_the_taxonomy_knows_the_skills_it_knew(app, drain):
    """It names one that is gone and lacks most of today's: the edges say what it cannot."""
    names = ["spark", "sql", "flink", "gone-since-yesterday", "python", "hive", "java", "hbase"]
    names += ["kafka", "linux", "docker", "photoshop", "abap", "cissp", "pmp"]
    chance = np.random.default_rng(2)
    data = (
        np.arange(len(names)) < 8
    )  # half of the people work with data, who know more of its names
    likely = np.where(np.arange(200)[:, None] % 2, data, ~data) * 0.5 + 0.05
    seen_together = (chance.random((200, len(names))) < likely).astype(float)
    space = SkillSpace(8, min_df=1).fit(seen_together)
    version = store.save(space, names, {"kind": "skill_space", "taxonomy": "2020.1"}).version
    store.promote(version)
    app.extensions["talentmarket_model"].reset()
    kinship, served = serving.current()
    assert served == version
    assert kinship.neighbours("spark")["sql"].why == "contexts"
    assert kinship.neighbours("spark-streaming"), "of which the model never heard"
    job, person = make_job(skills={"spark": True, "mysql": False}), make_talent(skills={"sql": 3})
    assert ranked(job, drain, person)[person.public_id].total is not None


@pytest.mark.parametrize("missing", ["", ".json"])
def test_a_model_whose_file_is_gone_leaves_the_edges(app, make_client, missing):
    names = ["spark", "sql"]
    space = SkillSpace(2, min_df=1).fit(np.ones((6, 2)))
    model = store.save(space, names, {"kind": "skill_space"})
    version = model.version
    store.promote(version)
    (store.folder() / f"{model.file}{missing}").unlink()
    app.extensions["talentmarket_model"].reset()
    kinship, served = serving.current()
    assert served == "t-" + get_taxonomy().version
    assert kinship.neighbours("spark")
    ready = make_client().get("/readyz").get_json()
    assert ready["model"] == "refused"
    job, person = make_job(), make_talent()
    assert service.explain_pair(job, person).total is not None
    seen(make_client(person.account), f"/jobs/{job.public_id}")

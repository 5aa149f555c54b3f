"""Skills proposed for a posting: learned from own jobs, or implied by its occupation; marked, and taken by hand."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa
from flask import current_app

from talentmarket.core.db import db
from talentmarket.exchange.models import Job
from talentmarket.exchange.posting import SkillWanted
from talentmarket.matching import skillproposals, store
from talentmarket.matching.skillproposals import Source, implied_by, skills_for
from talentmarket.matching.tagging import learning
from talentmarket.matching.tagging.model import Tagged, TagModel
from talentmarket.taxonomy.model import get_taxonomy
from tests.factories import make_job, make_organisation
from tests.fixtures.databases import on_sqlite
from tests.integration.jobs.helpers import draft, whole
from tests.integration.jobs.test_desk_pages import Desk, fields

pytestmark = on_sqlite
TRADES = {
    "大数据开发工程师": ("负责数据仓库", ("spark", "hive", "kafka", "flink"), "2-02-38-03"),
    "前端开发工程师": ("负责网页与小程序", ("vue", "javascript", "css", "html"), "2-02-10-03"),
}
BOX = re.compile(r'name="take_skills" value="([^"]+)"')


@pytest.fixture
def jobs(session):
    """Own jobs of many employers, of whom chance holds some out and never nearly all; none of them
    says in words which skills it asks for."""
    for number in range(16):
        organisation = make_organisation(name=f"甲{number}科技有限公司")
        for title, (text, skills, occupation) in TRADES.items():
            for again in range(3):
                make_job(
                    organisation,
                    title=title,
                    description=f"{text}，第 {again} 组。",
                    occupation_code=occupation,
                    skills=dict.fromkeys(skills, True),
                )


@pytest.fixture
def learned(jobs):
    return learning.retrain(db.session())


def proposed(title, text="", occupation=None, have=()):
    current_app.extensions["talentmarket_tag_model"].reset()
    return skills_for(db.session(), title, text, occupation, have)


def test_what_own_jobs_name_is_proposed_for_such_a_posting(learned):
    assert learned["serves"]
    assert learned["quality"]["value"] in (None, 1.0)
    found = proposed("大数据工程师", "建数据仓库")
    assert {one.skill for one in found} >= {"spark", "hive", "kafka", "flink"}
    assert {one.source for one in found} == {Source.POSTINGS}
    assert not {"vue", "css"} & {one.skill for one in found}


def test_what_is_there_already_is_not_proposed(learned):
    found = proposed("大数据工程师", occupation="2-02-38-03", have=["spark", "hive"])
    names = [one.skill for one in found]
    assert not {"spark", "hive"} & set(names)
    assert len(names) == len(set(names))


def test_without_a_model_only_the_occupation_says_something(jobs):
    assert proposed("大数据工程师") == []
    found = proposed("大数据工程师", occupation="2-02-38-03")
    assert {one.source for one in found} == {Source.OCCUPATION}
    assert [one.skill for one in found] == ["flink", "hive", "kafka", "spark"]


def test_an_occupation_without_jobs_implies_its_own_technical_skills(session):
    taxonomy = get_taxonomy()
    found = implied_by(session, "4-04-05-02", taxonomy)
    assert len(proposed("测试", occupation="4-04-05-02")) == skillproposals.MOST < len(found)
    assert all(taxonomy.skills[code].occupations[0] == "4-04-05-02" for code in found)


def test_too_few_jobs_teach_nothing(session):
    for _ in range(3):
        make_job()
    with pytest.raises(learning.TooFewJobs):
        learning.retrain(db.session())
    assert store.newest(db.session(), store.ModelKind.TAGS) is None


def test_a_model_is_the_same_after_it_was_stored_and_a_changed_file_is_refused(learned):
    model = store.champion(db.session(), store.ModelKind.TAGS)
    again, names = store.read(model)
    assert names == again.tags_
    asked = [Tagged("", "大数据工程师", "建数据仓库")]
    fresh = TagModel().fit(learning.apart(learning.own_jobs(db.session()))[0])
    assert again.rank(asked) == fresh.rank(asked)
    path = store.folder() / model.file
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(store.ModelRefused):
        store.read(model)
    assert proposed("大数据工程师") == []
    assert current_app.extensions["talentmarket_tag_model"].state() == "refused"


def test_a_worse_model_does_not_serve(learned, monkeypatch):
    values = iter([0.1, 0.9])
    monkeypatch.setattr(learning, "recall", lambda *_: next(values))
    card = learning.retrain(db.session())
    assert (card["quality"]["value"], card["quality"]["before"]) == (0.1, 0.9)
    assert not card["serves"]


def test_the_form_shows_them_marked_and_takes_what_is_ticked(session, make_client, learned):
    current_app.extensions["talentmarket_tag_model"].reset()
    desk = Desk(make_client)
    posting = whole(
        title="大数据工程师", description="建数据仓库。", skills=(SkillWanted("spark"),)
    )
    draft(desk.organisation, posting)
    job = session.scalars(sa.select(Job).where(Job.title == "大数据工程师")).one()
    path = f"/{job.public_id}/edit"
    page = desk.get(path)
    assert "hive" in BOX.findall(page)
    assert "相近岗位常写" in page
    assert "没有写进岗位，也不参与匹配" in page
    desk.post(path, **fields(page), do="save")
    assert _skills(session) == {"spark"}
    page = desk.get(path)
    desk.post(path, **fields(page), take_skills=["hive", "no-such-skill"], do="save")
    assert _skills(session) == {"spark", "hive"}
    assert "hive" not in BOX.findall(desk.get(path))


def _skills(session):
    session.rollback()
    job = session.scalars(sa.select(Job).where(Job.title == "大数据工程师")).one()
    return {one.skill_id for one in job.skills}

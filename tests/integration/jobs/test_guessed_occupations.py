"""Titles that the vocabulary does not know: marked in an import, confirmed by hand in a form."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import current_app

from talentmarket.core.uow import unit_of_work
from talentmarket.exchange import copying
from talentmarket.exchange.models import Job, JobState
from talentmarket.indexing import jobs as documents
from talentmarket.matching.chances import KNOWN, SURE
from talentmarket.matching.proposing import own_titles
from talentmarket.taxonomy.titles import guess_occupation
from tests.factories import make_job, make_organisation
from tests.integration.exchange.test_import import HEAD, import_, write
from tests.integration.jobs.helpers import ACTOR, draft, whole
from tests.integration.jobs.test_desk_pages import Desk, fields

DATA_ANALYSIS = "2-02-30-09"
#: Titles that no name of the vocabulary stands in; the text makes the first one sure.
SURE_ROW = (
    "数据支撑主管,,,成都,,,,精通SQL、Python、Tableau、Excel，做数据分析与统计分析、Power BI报表\n"
)
UNSURE_ROW = "数据标记员,,,成都,,,,认真细致\n"
UNKNOWN_ROW = "储备干部,,,成都,,,,能吃苦\n"


@pytest.fixture
def imported(session, tmp_path):
    rows = HEAD + SURE_ROW + UNSURE_ROW + UNKNOWN_ROW
    import_(write(tmp_path / "甲站.csv", rows))
    session.rollback()
    return {job.title: job for job in session.scalars(sa.select(Job))}


def test_a_guess_is_marked_and_found_by_where_it_is_likely(session, imported):
    assert not any(map(guess_occupation, imported))
    sure, unknown = imported["数据支撑主管"], imported["储备干部"]
    assert sure.occupation_code == sure.occupation_guess == DATA_ANALYSIS
    assert 100 * SURE <= sure.occupation_chance <= 100
    assert (unknown.occupation_code, unknown.occupation_guess, unknown.occupation_chance) == (
        None,
        None,
        None,
    )
    found = documents.load(session, [job.public_id for job in imported.values()])
    assert found[sure.public_id]["occupation"] == DATA_ANALYSIS
    assert found[unknown.public_id]["occupation"] is None


def test_what_is_only_possible_is_shown_as_such_and_not_found_by(session, imported, client):
    job = imported["数据标记员"]
    assert job.occupation_code is None
    assert 100 * KNOWN <= job.occupation_chance < 100 * SURE
    assert documents.load(session, [job.public_id])[job.public_id]["occupation"] is None
    page = client.get(f"/jobs/{job.public_id}").get_data(as_text=True)
    assert "按名称推测，可能" in page
    assert job.occupation_guess not in page


def test_a_title_that_is_known_is_no_guess(session, tmp_path):
    import_(write(tmp_path / "a.csv", HEAD + "大数据开发工程师,,,成都,,,,做数仓\n"))
    job = session.scalars(sa.select(Job)).one()
    assert (job.occupation_code, job.occupation_guess) == ("2-02-38-03", None)


def test_the_page_of_a_likely_guess_says_so_and_english_too(imported, client):
    job = imported["数据支撑主管"]
    page = client.get(f"/jobs/{job.public_id}").get_data(as_text=True)
    assert "按名称推测，很可能" in page
    english = client.get(f"/jobs/{job.public_id}", headers={"Accept-Language": "en"})
    assert "guessed from the title: Very likely" in english.get_data(as_text=True)
    item = client.get(f"/api/v1/jobs/{job.public_id}").get_json()
    assert item["occupation_guessed"] is True


def test_who_adopts_a_posting_confirms_the_guess(imported):
    organisation = make_organisation()
    key = imported["数据支撑主管"].id
    with unit_of_work() as session:
        job = session.get_one(Job, key)
        job.headcount, job.education_rank, job.region_code = 1, 5, "510116"
        job.years_min, job.pay_low, job.pay_high, job.base_pay = 1, 10**6, 2 * 10**6, 10**6
        made = copying.adopt(session, organisation, job, author=None, actor=ACTOR)
        assert made.occupation_code is None
        assert made.occupation_guess is None


def test_a_form_proposes_and_takes_what_is_pressed(session, make_client):
    desk = Desk(make_client)
    draft(desk.organisation, whole(title="数据支撑主管", description="精通SQL、Python、Tableau"))
    job = session.scalars(sa.select(Job)).one()
    path = f"/{job.public_id}/edit"
    page = desk.get(path)
    assert "按名称推测的职业" in page
    assert f'name="take_occupation" value="{DATA_ANALYSIS}"' in page
    assert job.occupation_code is None
    desk.post(path, **{**fields(page), "take_occupation": "9-99-99-99", "do": "save"})
    session.rollback()
    assert session.scalars(sa.select(Job)).one().occupation_code is None
    page = desk.get(path)
    desk.post(path, **{**fields(page), "take_occupation": DATA_ANALYSIS})
    session.rollback()
    assert session.scalars(sa.select(Job)).one().occupation_code == DATA_ANALYSIS
    assert "按名称推测的职业" not in desk.get(path)


def test_a_published_job_is_proposed_nothing(session, make_client):
    desk = Desk(make_client)
    job = make_job(desk.organisation, title="数据支撑主管", occupation_code=None)
    assert job.state is JobState.PUBLISHED
    assert "按名称推测的职业" not in desk.get(f"/{job.public_id}/edit")


def test_a_title_without_a_guess_is_proposed_nothing(session, make_client):
    desk = Desk(make_client)
    draft(desk.organisation, whole(title="储备干部", description="能吃苦", skills=()))
    job = session.scalars(sa.select(Job)).one()
    assert "按名称推测的职业" not in desk.get(f"/{job.public_id}/edit")


def test_titles_of_own_jobs_are_learned_and_those_of_guesses_are_not(session, imported):
    organisation = make_organisation()
    for code in (DATA_ANALYSIS, DATA_ANALYSIS, "4-04-05-02"):
        make_job(organisation, title="口味测评岗", occupation_code=code)
    assert own_titles(session) == {"口味测评岗": DATA_ANALYSIS}
    handle = current_app.extensions["talentmarket_occupation_handle"]
    handle.reset()
    assert handle.propose("口味测评岗")[0].occupation == DATA_ANALYSIS

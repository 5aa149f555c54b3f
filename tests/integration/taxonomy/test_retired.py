"""What was written with a concept that has left the data files can still be read and kept."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from talentmarket.core.errors import Invalid
from talentmarket.core.events import Actor
from talentmarket.core.roles import OrgRole
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.models import Job, JobState
from talentmarket.members import talents
from talentmarket.members.models import Talent
from talentmarket.taxonomy import files, model
from talentmarket.taxonomy.loader import load_taxonomy
from talentmarket.taxonomy.model import Taxonomy
from tests.factories import make_account, make_job, make_organisation, make_talent
from tests.fixtures.databases import on_sqlite
from tests.integration.jobs.test_desk_pages import Desk, fields

pytestmark = on_sqlite

SKILL, OCCUPATION, REGION = "spark", "2-02-38-03", "510116"


def _but(codes: tuple[str, ...], gone: str) -> tuple[str, ...]:
    return tuple(code for code in codes if code != gone)


def _smaller() -> Taxonomy:
    """The program's taxonomy without a skill, an occupation with its titles, and a county."""
    skills = [
        replace(
            one,
            broader=_but(one.broader, SKILL),
            related=_but(one.related, SKILL),
            occupations=_but(one.occupations, OCCUPATION),
        )
        for one in files.read_skills()
        if one.code != SKILL
    ]
    return Taxonomy(
        [one for one in files.read_occupations() if one.code != OCCUPATION],
        skills,
        [one for one in files.read_titles() if one.occupation != OCCUPATION],
        [
            replace(one, counties=_but(one.counties, REGION))
            for one in files.read_regions()
            if one.code != REGION
        ],
        files.read_code_tables(files.DATA),
        "2099.1.1",
    )


@pytest.fixture
def names(session, monkeypatch):
    """The three concepts have retired; what they are called in both languages."""
    before = model.get_taxonomy()
    found = [before.skills[SKILL], before.occupations[OCCUPATION], before.regions[REGION]]
    smaller = _smaller()
    with unit_of_work() as unit:
        assert load_taxonomy(unit, smaller).retired >= 3
    session.info.clear()
    monkeypatch.setattr(model, "load", lambda: smaller)
    model.get_taxonomy.cache_clear()
    yield {"zh": [one.name_zh for one in found], "en": [one.name_en for one in found]}
    monkeypatch.undo()
    model.get_taxonomy.cache_clear()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_pages_say_the_last_names(session, make_client, names, language):
    job = make_job()
    person = make_account("林知遥")
    make_talent(person, regions=("510100", REGION))
    reader, own = make_client(), make_client(person)
    for client in (reader, own):
        client.set_cookie("lang", language)
    skill, occupation, region = names[language]
    shown = reader.get(f"/jobs/{job.public_id}").get_data(as_text=True)
    profile = own.get("/me/profile").get_data(as_text=True)
    for name in (skill, occupation, region):
        assert name in shown
        assert name in profile
    assert f">{SKILL}<" not in shown + profile


def test_programs_read_code_and_last_name(session, make_client, names):
    job = make_job()
    found = make_client().get(f"/api/v1/jobs/{job.public_id}").get_json()
    skill, occupation, region = names["zh"]
    assert found["occupation"] == {"code": OCCUPATION, "name": occupation}
    assert found["region"] == {"code": REGION, "name": region}
    assert [one["name"] for one in found["skills"] if one["code"] == SKILL] == [skill]


def test_who_has_the_skill_changes_it_and_nobody_takes_it_anew(session, make_client, names):
    with_it, without = make_account(), make_account()
    held = make_talent(with_it)
    make_talent(without, skills={"sql": 2})
    client = make_client(with_it)
    assert names["zh"][0] in client.get(f"/me/skills/{SKILL}").get_data(as_text=True)
    sent = client.post(f"/me/skills/{SKILL}", data={"level": "4", "version": ""})
    assert sent.status_code in (302, 409), "a form of another version is shown again, not lost"
    assert make_client(without).get(f"/me/skills/{SKILL}").status_code == 404
    assert client.post(f"/me/skills/{SKILL}/remove").status_code == 302
    session.expire_all()
    assert SKILL not in [one.skill_id for one in session.get_one(Talent, held.id).skills]


def test_wishes_are_kept_when_something_else_of_them_is_changed(session, make_client, names):
    person = make_account()
    key = make_talent(person, regions=("510100", REGION), home_region=REGION).id
    client = make_client(person)
    for page in ("wishes", "basics"):
        html = client.get(f"/me/profile/{page}").get_data(as_text=True)
        assert re.search(rf'<option[^>]*selected[^>]*value="{REGION}"', html), page
    with unit_of_work() as unit:
        row = unit.get_one(Talent, key)
        wishes = replace(talents.wishes_of(row), pay_low=1_700_000)
        talents.edit_wishes(unit, row, wishes, actor=Actor())
        basics = replace(talents.basics_of(row), headline="数据工程师")
        talents.edit_basics(unit, row, basics, actor=Actor())
        with pytest.raises(Invalid):
            talents.edit_wishes(unit, row, replace(wishes, regions=("990000",)), actor=Actor())
    session.expire_all()
    row = session.get_one(Talent, key)
    assert [one.occupation_code for one in row.occupations] == [OCCUPATION]
    assert [one.region_code for one in row.regions] == ["510100", REGION]
    assert (row.pay_low, row.home_region) == (1_700_000, REGION)


def test_saving_a_job_keeps_what_it_says(session, make_client, names):
    desk = Desk(make_client, OrgRole.OWNER, make_organisation())
    job = make_job(desk.organisation)
    address = f"/{job.public_id}/edit"
    desk.post(address, **(fields(desk.get(address)) | {"reply_days": "2", "do": "save"}))
    session.expire_all()
    row = session.get_one(Job, job.id)
    assert (row.reply_days, row.state) == (2, JobState.PUBLISHED), "no requirement was changed"
    assert SKILL in [one.skill_id for one in row.skills]
    assert (row.occupation_code, row.region_code) == (OCCUPATION, REGION)

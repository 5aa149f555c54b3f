"""Recall and scores on the site: the same candidates on both engines, reasons that add up."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from talentmarket.core.db import db
from talentmarket.core.outbox import changed
from talentmarket.core.uow import unit_of_work
from talentmarket.indexing.engine import SearchHandle, database_id
from talentmarket.indexing.rebuild import rebuild
from talentmarket.matching import recall, service, serving, store
from talentmarket.matching.costs import costs
from talentmarket.matching.loading import job_facts
from talentmarket.matching.training import train
from talentmarket.members.blocks import organisation_keys
from talentmarket.members.models import TalentBlock, TalentSkill, Visibility, WorkMode
from tests.factories import make_account, make_job, make_organisation, make_talent

Drain = Callable[[], int]
SKILLS = ["spark", "sql", "flink", "kafka", "python", "hive", "java", "hbase", "linux", "docker"]


def population(count: int = 40) -> list[Any]:
    chance = random.Random(5)
    people = [
        make_talent(
            skills={one: chance.choice([None, 2, 3]) for one in chance.sample(SKILLS, 4)},
            regions=(chance.choice(["510100", "510700"]),),
            occupations=(chance.choice(["2-02-38-03", "4-04-05-01"]),),
        )
        for _ in range(count)
    ]
    with unit_of_work() as session:
        changed(session, "talent", *(one.public_id for one in people))
    return people


def test_ranked_people_with_reasons(app: Flask, search_handle: SearchHandle, drain: Drain) -> None:
    population()
    drain()
    job = make_job()
    ranking = service.match_talents(db.session(), job)
    totals = [match.total for match in ranking.matches]
    assert len(totals) > 10
    assert totals == sorted(totals, reverse=True)
    for match in ranking.matches:
        assert match.total == sum(part.points for part in match.parts)
        assert service.explain_pair(job, _talent(match.talent)) == match


def _talent(public_id: str) -> Any:
    import sqlalchemy as sa

    from talentmarket.members.models import Talent

    return db.session.scalars(sa.select(Talent).where(Talent.public_id == public_id)).one()


def test_personal_ranking_off_is_in_no_ranked_list(
    app: Flask, search_handle: SearchHandle, drain: Drain
) -> None:
    on, off = make_talent(), make_talent(make_account(personal_ranking=False))
    job = make_job()
    with unit_of_work() as session:
        changed(session, "talent", on.public_id, off.public_id)
        changed(session, "job", job.public_id)
    drain()
    found = {match.talent for match in service.match_talents(db.session(), job).matches}
    assert found == {on.public_id}
    assert service.explain_pair(job, off) is None
    assert service.match_jobs(db.session(), off).matches == ()
    assert [one.job for one in service.match_jobs(db.session(), on).matches] == [job.public_id]


def test_a_blocked_employer_gets_nobody(
    app: Flask, search_handle: SearchHandle, drain: Drain
) -> None:
    from talentmarket.core import clock

    employer = make_organisation()
    talent = make_talent()
    with unit_of_work() as session:
        talent.blocks = [
            TalentBlock(
                name="别的写法", name_folded="别的写法", uscc=employer.uscc, created_at=clock.now()
            )
        ]
        changed(session, "talent", talent.public_id)
    drain()
    job = make_job(employer)
    tokens = organisation_keys(db.session(), employer)
    assert not service.match_talents(db.session(), job, not_blocking=tokens).matches
    assert service.match_talents(db.session(), job).matches
    told = app.test_cli_runner().invoke(args=["match", "job", job.public_id, "--json"])
    assert json.loads(told.output)["matches"] == [], "the command shows no more than the page"


def test_costs_say_what_each_requirement_costs(
    app: Flask, search_handle: SearchHandle, drain: Drain
) -> None:
    for skills in ({"spark": 3, "sql": 3}, {"spark": 3}, {"spark": 2}):
        talent = make_talent(skills=skills)
        told = talent.public_id
        with unit_of_work() as session:
            changed(session, "talent", told)
    make_talent(visibility=Visibility.PRIVATE)
    drain()
    found = costs(make_job(skills={"spark": True, "sql": True}))
    assert found.fits == 1
    assert {row.key: row.more for row in found.rows}["skill:sql"] == 2


def test_a_model_is_trained_serves_and_goes_back(app: Flask, tmp_path: Any) -> None:
    population(12)
    space, skills, card = train(db.session())
    first = store.save(space, skills, card).version
    store.promote(first)
    app.extensions["talentmarket_model"].reset()
    assert serving.current()[1] == first
    population(8)
    space, skills, card = train(db.session())
    second = store.save(space, skills, card).version
    store.promote(second)
    before = store.previous(db.session())
    assert second != first
    assert before is not None
    assert before.version == first


def test_a_tampered_model_is_refused(app: Flask) -> None:
    population(12)
    space, skills, card = train(db.session())
    model = store.save(space, skills, card)
    store.promote(model.version)
    path = store.folder() / model.file
    path.write_bytes(path.read_bytes()[:-20] + b"x" * 20)
    with pytest.raises(store.ModelRefused):
        store.read(model)
    handle = serving.SpaceHandle()
    assert handle.state() == "refused"
    assert handle.current()[1] is None
    assert serving.current()[1].startswith("t-")


def test_a_model_that_lacks_a_parameter_of_today_is_refused(app: Flask) -> None:
    population(12)
    space, skills, card = train(db.session())
    del space.shift
    model = store.save(space, skills, card)
    with pytest.raises(store.ModelRefused, match="older program"):
        store.read(model)


def test_hard_conditions_are_asked_of_the_engine_as_of_the_score(
    app: Flask, search_handle: SearchHandle, drain: Drain
) -> None:
    people = {
        name: make_talent(skills={"spark": 3, **dict.fromkeys(certificates, None)}, work_mode=mode)
        for name, certificates, mode in (
            ("meets", ("pmp",), WorkMode.HYBRID),
            ("near", ("prince2",), WorkMode.ONSITE),
            ("no word", (), WorkMode.ONSITE),
            ("silent", ("pmp",), None),
            ("another", ("cet4",), WorkMode.ONSITE),
            ("at home", ("pmp",), WorkMode.REMOTE),
        )
    }
    job = make_job(skills={"spark": True, "pmp": True}, work_mode=WorkMode.ONSITE)
    with unit_of_work() as session:
        changed(session, "talent", *(one.public_id for one in people.values()))
        changed(session, "job", job.public_id)
    drain()
    kinship, _version = serving.current()
    request = recall.talents_for(job_facts(job), kinship, visibility=service.FINDABLE)
    recalled = {one.id for one in search_handle.call(lambda backend: backend.recall(request))}
    listed = [one.talent for one in service.match_talents(db.session(), job).matches]
    names = {one.public_id: name for name, one in people.items()}
    assert {names[one] for one in recalled} == {"meets", "near", "no word", "silent"}
    assert names[listed[0]] == "meets"
    assert {names[one] for one in listed[1:]} == {"near", "no word", "silent"}
    for name, person in people.items():
        found = service.explain_pair(job, person)
        assert found is not None
        assert found.hard_failed == (name in {"another", "at home"}), name
        mine = [one.job for one in service.match_jobs(db.session(), person).matches]
        assert bool(mine) == (not found.hard_failed), name


@pytest.mark.elastic
@pytest.mark.parametrize("licence", [None, "pmp"])
def test_both_engines_recall_the_same_people(
    app: Flask, elasticsearch_url: str, tmp_path: Any, licence: str | None
) -> None:
    people = population(120)
    with unit_of_work():
        for number, one in enumerate(people):
            one.work_mode = [None, *WorkMode][number % 4]
            if certificate := [None, "pmp", "prince2", "cet4"][number // 4 % 4]:
                one.skills.append(TalentSkill(skill_id=certificate))
    job = make_job(
        work_mode=WorkMode.ONSITE, skills={"spark": True} | ({licence: True} if licence else {})
    )
    request = recall.talents_for(
        job_facts(job), serving.current()[0], visibility=service.FINDABLE, limit=25
    )
    settings = app.extensions["talentmarket_settings"].with_(instance=tmp_path)
    name = f"test-{database_id()}-recall"
    found = []
    for one in (
        settings,
        settings.with_(elasticsearch_url=elasticsearch_url, elasticsearch_index_prefix=name),
    ):
        handle = SearchHandle(app, one)
        handle.read_timeout = 30.0
        with handle.writer() as backend:
            rebuild(backend)
            found.append([(item.id, item.score) for item in backend.recall(request)])
            if one.elasticsearch_url:
                backend.drop()
    assert found[0]
    assert sorted(found[0]) == sorted(found[1])

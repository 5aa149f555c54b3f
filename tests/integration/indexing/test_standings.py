"""Lists are put in order from columns: what these read of the rows is what the explanation reads."""

from __future__ import annotations

import random
from datetime import date

import pytest
from flask import Flask

from talentmarket.core.db import db
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.models import Job, JobState
from talentmarket.matching import loading, service
from talentmarket.matching.reading import read_jobs, read_people
from talentmarket.members.models import (
    Availability,
    EntryKind,
    Talent,
    TalentEntry,
    TalentSkillEvidence,
    VerificationState,
    Visibility,
    WorkMode,
)
from talentmarket.members.talents import SECTIONS
from tests.factories import make_account, make_job, make_talent

SKILLS = ["spark", "sql", "flink", "kafka", "python", "hive", "java", "cissp"]


def any_talent(chance: random.Random) -> Talent:
    """Somebody with some sections closed and some things proven."""
    talent = make_talent(
        make_account(personal_ranking=chance.random() < 0.9),
        skills={one: chance.choice([None, 2, 3]) for one in chance.sample(SKILLS, 3)},
        regions=tuple(chance.sample(["510100", "510700", "110000"], chance.randrange(3))),
        occupations=tuple(chance.sample(["2-02-38-03", "4-04-05-01"], chance.randrange(3))),
        visibility=chance.choice([Visibility.PUBLIC, Visibility.ORGANISATIONS, Visibility.APPLIED]),
        sections={
            one: chance.choice([Visibility.PRIVATE, Visibility.PUBLIC])
            for one in chance.sample(SECTIONS, 2)
        },
        education_rank=chance.choice([None, 4, 5]),
        years_tenths=chance.choice([None, 10, 45]),
        willing_to_move=chance.choice([None, True, False]),
        pay_low=chance.choice([None, 1_500_000, 3_000_000]),
        availability=chance.choice([None, *Availability]),
    )
    with unit_of_work() as session:
        kinds = chance.sample(list(EntryKind), 2)
        proofs = [
            TalentEntry(
                kind=kind,
                title="数据平台",
                verification=chance.choice(list(VerificationState)),
                valid_until=chance.choice([None, date(2020, 5, 31), date(2099, 5, 31)]),
            )
            for kind in kinds
        ]
        talent.entries += proofs
        session.flush()
        for skill, proof in zip(talent.skills, proofs, strict=False):
            skill.evidence = [TalentSkillEvidence(entry_id=proof.id)]
            skill.years_tenths, skill.last_used = 25, chance.choice([None, 2019, 2026])
    return talent


def any_job(chance: random.Random) -> Job:
    return make_job(
        skills={one: chance.random() < 0.6 for one in chance.sample(SKILLS, 4)},
        state=chance.choice([JobState.PUBLISHED, JobState.PUBLISHED, JobState.PAUSED]),
        region_code=chance.choice(["510116", "nowhere", None]),
        work_mode=chance.choice([None, *WorkMode]),
        education_rank=chance.choice([None, 5]),
        years_min=chance.choice([None, 3]),
        month_high=chance.choice([None, 2_800_000]),
        occupation_code=chance.choice([None, "2-02-38-03"]),
    )


def test_columns_read_what_the_explanation_reads(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(11)
    people = [any_talent(chance).public_id for _ in range(30)]
    jobs = [any_job(chance) for _ in range(20)]
    job_ids = [job.public_id for job in jobs]
    session = db.session()
    # More rows than one statement takes: their numbers go on from piece to piece.
    monkeypatch.setattr(loading, "CHUNK", 7)
    assert set(read_people(session, people).ids) == set(loading.ranked_talents(session, people))
    assert set(read_jobs(session, job_ids).ids) == set(loading.jobs_facts(session, job_ids))
    for job in jobs[:6]:
        stand = service.stand_talents(session, job, people)
        explained = service.score_talents(session, job, people)
        assert {key: one.order for key, one in stand.items()} == {
            key: match.order for key, match in explained.items()
        }
        assert len({one.total for one in stand.values()}) > 5
    talents = loading.ranked_talents(session, people)
    reader = session.query(Talent).filter_by(public_id=next(iter(talents))).one()
    seeker = service.Seeker(session, reader)
    stand = service.stand_jobs(seeker, job_ids)
    explained = service.score_jobs(seeker, job_ids)
    assert {key: (one.order, one.total, one.hard_failed) for key, one in stand.items()} == {
        key: (match.order, match.total, match.hard_failed) for key, match in explained.items()
    }
    assert len(stand) > 5

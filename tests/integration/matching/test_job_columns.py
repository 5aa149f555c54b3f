"""What a process keeps of jobs is what their rows say, whatever happened to them since."""

from __future__ import annotations

import random
from collections.abc import Iterable
from itertools import pairwise

import pytest
import sqlalchemy as sa

from talentmarket.core.db import db
from talentmarket.core.events import SYSTEM
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange import jobs as postings
from talentmarket.exchange import review
from talentmarket.exchange.importing import storing
from talentmarket.exchange.importing.rows import Row
from talentmarket.exchange.models import Job, JobSkill, JobState
from talentmarket.exchange.posting import SkillWanted, posting_of
from talentmarket.matching import loading, reading
from talentmarket.matching.jobcolumns import Memory, memory_of
from talentmarket.matching.tables import Jobs, Lists, jobs_of
from talentmarket.members.models import Account, WorkMode
from talentmarket.taxonomy.model import get_taxonomy
from tests.factories import make_account, make_job, make_organisation
from tests.scale import scale

SKILLS = ["spark", "sql", "flink", "kafka", "python", "hive", "java", "cissp"]
TEXTS = ["要求3年以上经验，精通Spark，熟悉Hive", "会Java与Kafka，会Flink优先", "维护机房与网络设备"]


def said(jobs: Jobs) -> dict[str, object]:
    """What the columns say of each job, in words that can be compared (NaN as text)."""
    places, skills = _members(jobs.places), _members(jobs.skills)
    columns = jobs.must, jobs.level, jobs.skill_years
    beside = list(zip(*(column.tolist() for column in columns), strict=True))
    start = jobs.skills.start.tolist()
    return {
        one: repr(
            (
                [float(column[n]) for column in (jobs.education, jobs.years, jobs.pay, jobs.mode)],
                jobs.occupation[n],
                places[n],
                list(zip(skills[n], beside[start[n] : start[n + 1]], strict=True)),
            )
        )
        for n, one in enumerate(jobs.ids)
    }


def _members(lists: Lists) -> list[list[str]]:
    assert len(set(lists.names)) == len(lists.names)
    names = [lists.names[code] for code in lists.codes]
    start = lists.start.tolist()
    return [names[begin:end] for begin, end in pairwise(start)]


def kept_and_fresh(ids: Iterable[str]) -> tuple[dict[str, object], dict[str, object]]:
    """Through the memory, and by another way: from the facts that explain a score."""
    session, ids = db.session(), list(ids)
    kept = said(reading.read_jobs(session, ids))
    fresh = said(jobs_of(list(loading.jobs_facts(session, ids).values())))
    session.rollback()
    return kept, fresh


def any_skills(chance: random.Random) -> tuple[SkillWanted, ...]:
    return tuple(
        SkillWanted(
            one, chance.random() < 0.6, chance.choice([None, 2, 4]), chance.choice([None, 3])
        )
        for one in chance.sample(SKILLS, chance.randrange(1, 6))
    )


def any_change(chance: random.Random) -> dict[str, object]:
    return chance.choice(
        [
            {"skills": any_skills(chance)},
            {"skills": any_skills(chance), "years_min": chance.choice([0, 1, 3])},
            {"education_rank": chance.choice([0, 4, 5])},
            {"region_code": chance.choice(["510116", "510107", "110105"])},
            {"work_mode": chance.choice(list(WorkMode))},
            {"pay_low": 1_600_000, "pay_high": chance.choice([2_000_000, 2_800_000])},
            {"occupation_code": chance.choice(["2-02-38-03", "4-04-05-01"])},
        ]
    )


def edit(public_id: str, chance: random.Random) -> None:
    with unit_of_work() as unit:
        job = unit.scalars(sa.select(Job).where(Job.public_id == public_id)).one()
        if job.state in postings.EDITABLE:
            after = posting_of(job).but(**any_change(chance))
            postings.edit(unit, job, after, revision=job.revision, actor=SYSTEM)


def move(public_id: str, reviewer: int) -> None:
    with unit_of_work() as unit:
        job = unit.scalars(sa.select(Job).where(Job.public_id == public_id)).one()
        if job.state is JobState.PUBLISHED:
            postings.pause(unit, job, actor=SYSTEM)
        elif job.state is JobState.PAUSED:
            postings.resume(unit, job, actor=SYSTEM)
        elif job.state is JobState.IN_REVIEW:
            own = unit.get_one(Account, reviewer)
            review.approve(unit, job, reviewer=own, actor=SYSTEM)


def reprint(number: int, chance: random.Random, text: str | None = None) -> None:
    row = Row(
        line=1,
        external_id=str(number),
        source="甲站",
        source_date=None,
        title="大数据开发工程师",
        pay_low=1_500_000,
        pay_high=chance.choice([2_500_000, 3_000_000]),
        region_code=chance.choice(["510107", None]),
        education_rank=chance.choice([4, 5]),
        benefits=(),
        headcount=1,
        description=text or chance.choice(TEXTS),
    )
    storing.store([storing.Named(row.external_id, row)])


def test_after_any_edits_the_memory_says_what_the_rows_say(session, clock, monkeypatch):
    chance = random.Random(20_251_124)
    desk, reviewer = make_organisation(), make_account(is_operator=True).id
    own = [make_job(desk).public_id for _ in range(9)]
    for number in range(4):
        reprint(number, chance)
    ids = list(session.scalars(sa.select(Job.public_id)))
    monkeypatch.setattr(loading, "CHUNK", 5)
    seen = set()
    for _ in range(scale(100)):
        match chance.randrange(5):
            case 0 | 1:
                edit(chance.choice(own), chance)
            case 2 | 3:
                move(chance.choice(own), reviewer)
            case _:
                reprint(chance.randrange(4), chance)
        if chance.random() < 0.5:  # often two changes in one moment
            clock.advance(minutes=1)
        kept, fresh = kept_and_fresh(chance.sample(ids, chance.randrange(len(ids) + 1)))
        assert kept == fresh
        seen |= set(fresh.values())
    assert len(seen) > scale(20, 300)  # there are not much more than 300 such jobs


def test_only_what_changed_is_read_again(session, monkeypatch):
    chance = random.Random(1)
    for number in range(3):
        reprint(number, chance, TEXTS[0])
    own = make_job().public_id
    ids = [*session.scalars(sa.select(Job.public_id).where(Job.external_id.is_not(None))), own]
    read, really = [], reading._read
    monkeypatch.setattr(
        reading,
        "_read",
        lambda connection, some: read.append(set(some)) or really(connection, some),
    )
    before, _ = kept_and_fresh(ids)
    kept_and_fresh(ids)
    assert read == [set(ids)]
    reprint(1, chance, TEXTS[1])
    move(own, 0)  # paused
    kept, fresh = kept_and_fresh(ids)
    assert kept == fresh
    changed = {one for one in kept if kept[one] != before[one]}
    assert (read[1:], own in kept, len(changed)) == ([changed], False, 1)


def test_what_was_rolled_back_is_never_kept(session):
    """Nor what a transaction sees of its own: the next one may give the same revision, in the same
    moment, to something else."""
    job = make_job(skills={"spark": True})
    public_id = job.public_id
    kept_and_fresh([public_id])

    def ask_for(skill: str) -> dict[str, object]:
        with unit_of_work() as unit:
            row = unit.get_one(Job, job.id)
            after = posting_of(row).but(skills=(SkillWanted(skill),))
            postings.edit(unit, row, after, revision=row.revision, actor=SYSTEM)
            row.state = JobState.PUBLISHED
            unit.flush()
            inside = said(reading.read_jobs(unit, [public_id]))
            if skill == "java":
                raise LookupError(str(inside))
        return inside

    with pytest.raises(LookupError, match="'java'"):
        ask_for("java")
    assert "'hive'" in str(ask_for("hive"))
    kept, fresh = kept_and_fresh([public_id])
    assert "'hive'" in str(kept)
    assert kept == fresh


def test_no_jobs_and_jobs_that_ask_for_nothing(session):
    bare = make_job(skills={}, region_code=None, occupation_code=None, education_rank=None)
    for _ in range(2):
        assert reading.read_jobs(session, []).ids == ()
        assert reading.read_jobs(session, ["nobody"]).ids == ()
        kept, fresh = kept_and_fresh([bare.public_id, bare.public_id])
        assert kept == fresh
        assert len(kept) == 1


def test_a_deleted_job_is_gone(session):
    job = make_job()
    kept_and_fresh([job.public_id])
    with unit_of_work() as unit:
        unit.execute(sa.delete(JobSkill).where(JobSkill.job_id == job.id))
        unit.execute(sa.delete(Job).where(Job.id == job.id))
    assert kept_and_fresh([job.public_id]) == ({}, {})


def test_each_database_has_a_memory_of_its_own(session):
    taxonomy = get_taxonomy()
    engine = session.connection().engine
    memory = memory_of(engine, taxonomy)
    assert memory_of(engine, taxonomy) is memory
    assert memory_of(sa.create_engine("sqlite://"), taxonomy) is not memory
    assert isinstance(memory, Memory)

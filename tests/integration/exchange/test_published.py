"""A change that waits for review is read by nobody outside the organisation but the operator."""

from __future__ import annotations

from datetime import timedelta

import pytest

from talentmarket.core import clock
from talentmarket.core.db import db
from talentmarket.core.events import SYSTEM
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange import jobs, review
from talentmarket.exchange.models import Application, Invitation, Job, JobState, SavedJob
from talentmarket.exchange.posting import SkillWanted, posting_of
from talentmarket.exchange.published import as_published
from talentmarket.exchange.snapshots import freeze, give_snapshot
from talentmarket.members.models import Account, Talent
from talentmarket.notices.models import Notice
from tests.factories import (
    make_account,
    make_application,
    make_job,
    make_member,
    make_organisation,
    make_talent,
)

OLD, NEW = "湖仓一体工程师", "没有审核过的名称"


@pytest.fixture
def desk(app, session):
    return make_organisation()


@pytest.fixture
def job(desk):
    return make_job(desk, title=OLD)


def now(job: Job) -> Job:
    db.session.rollback()
    return db.session.get_one(Job, job.id)


def change(job: Job, **values) -> None:
    with unit_of_work() as unit:
        row = unit.get_one(Job, job.id)
        jobs.edit(unit, row, posting_of(row).but(**values), revision=row.revision, actor=SYSTEM)


def act(job: Job, service, **named) -> None:
    with unit_of_work() as unit:
        service(unit, unit.get_one(Job, job.id), actor=SYSTEM, **named)


def approve(job: Job) -> None:
    reviewer = make_account(is_operator=True)
    with unit_of_work() as unit:
        own = unit.get_one(Account, reviewer.id)
        review.approve(unit, unit.get_one(Job, job.id), reviewer=own, actor=SYSTEM)


def begin(job: Job, talent: Talent) -> tuple[Application, str]:
    """The person applied, was invited and put the job aside."""
    application, at = make_application(job, talent), clock.now()
    with unit_of_work() as unit:
        row = unit.get_one(Application, application.id)
        freeze(unit, row, unit.get_one(Talent, talent.id))
        give_snapshot(unit, row, row.organisation.public_id)
        invitation = Invitation(
            organisation_id=job.organisation_id,
            job_id=job.id,
            talent_id=talent.id,
            sent_at=at,
            expires_at=at + timedelta(days=14),
        )
        saved = SavedJob(account_id=talent.account_id, job_id=job.id, saved_at=at)
        unit.add_all([invitation, saved])
        unit.flush()
        return application, invitation.public_id


def test_who_applied_was_invited_or_saved_reads_what_was_published(desk, job, make_client):
    talent, keeper = make_talent(), make_account("收藏的人")
    application, invitation = begin(job, talent)
    with unit_of_work() as unit:
        unit.add(SavedJob(account_id=keeper.id, job_id=job.id, saved_at=clock.now()))
    own = f"/me/applications/{application.public_id}"
    person, other = make_client(talent.account), make_client(keeper)
    pages = {
        (person, path)
        for path in (
            *("/me/saved-jobs", "/me/applications", "/me/invitations", own, f"{own}/snapshot"),
            *(f"/me/invitations/{invitation}", f"/jobs/{job.public_id}"),
        )
    } | {(other, "/me/saved-jobs"), (other, f"/jobs/{job.public_id}")}

    change(job, title=NEW, description="改过的内容，也没有人审核过。负责什么都还没有定下来。")
    assert now(job).state is JobState.IN_REVIEW
    for client, path in pages:
        page = client.get(path).text
        assert OLD in page, path
        assert NEW not in page, path
        assert "没有人审核过" not in page, path
    told = db.session.query(Notice).filter_by(account_id=talent.account_id).all()
    assert [one.arguments["job"] for one in told] == [OLD]
    member = make_client(make_member(desk))
    for path in (f"/org/{desk.public_id}/jobs/{job.public_id}", f"/jobs/{job.public_id}"):
        assert NEW in member.get(path).text, "the organisation reads its own change"

    approve(job)
    for client, path in pages:
        page = client.get(path).text
        assert NEW in page, path
        assert OLD not in page, path


def test_the_first_change_is_the_one_that_is_kept(desk, job):
    before = posting_of(now(job))
    change(job, title=NEW, skills=(SkillWanted("hive", must=False, level=2),), benefits=("餐补",))
    act(job, jobs.recall)
    change(job, title="又改了一次", pay_low=1_900_000)
    kept = as_published(now(job))
    assert posting_of(kept) == before
    assert (kept.month_low, kept.organisation) == (1_800_000, now(job).organisation)
    assert kept not in db.session
    act(job, jobs.submit)
    approve(job)
    assert now(job).approved is None
    assert as_published(now(job)).title == "又改了一次"


def test_what_was_never_published_is_kept_nowhere(desk):
    draft = make_job(desk, title=OLD, state=JobState.DRAFT)
    change(draft, title=NEW)
    assert now(draft).approved is None


def test_a_change_that_needs_no_review_is_read_at_once(desk, job):
    change(job, benefits=("餐补", "班车"))
    assert now(job).state is JobState.PUBLISHED
    assert as_published(now(job)).benefits == ["餐补", "班车"]

"""The services of jobs: from a draft to an end, with everybody told."""

from __future__ import annotations

import threading
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from talentmarket.core import clock as core_clock
from talentmarket.core.errors import Conflict, DomainError, Forbidden, Invalid, NotFound, Stale
from talentmarket.core.events import history
from talentmarket.core.outbox import OutboxRow
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange import copying, jobs, review
from talentmarket.exchange.jobs import OpenApplications
from talentmarket.exchange.models import (
    Application,
    ApplicationState,
    Channel,
    Contract,
    EndReason,
    Job,
    JobState,
    Origin,
)
from talentmarket.exchange.posting import SkillWanted, posting_of
from talentmarket.members.models import OrganisationKind, OrganisationState
from talentmarket.notices.models import Notice
from tests.factories import (
    make_account,
    make_application,
    make_job,
    make_organisation,
    make_talent,
)
from tests.integration.jobs.helpers import ACTOR, do, draft, whole


def publish(key):
    reviewer = make_account("审核员", is_operator=True)
    do(jobs.submit, key, actor=ACTOR)
    do(review.approve, key, reviewer=reviewer, actor=ACTOR)


def notices(session):
    return session.scalars(sa.select(Notice.code).order_by(Notice.id)).all()


def test_from_draft_to_published(session):
    key = draft(make_organisation())
    do(jobs.submit, key, actor=ACTOR)
    job = session.get_one(Job, key)
    assert job.state is JobState.IN_REVIEW
    # Monday 10:00 and four working hours, the noon break between: 15:00.
    assert core_clock.local(job.review_due_at).hour == 15
    assert review.queue(session) == [job]
    reviewer = make_account(is_operator=True)
    do(review.approve, key, reviewer=reviewer, actor=ACTOR)
    session.refresh(job)
    assert (job.state, job.reviewer_id) == (JobState.PUBLISHED, reviewer.id)
    assert job.published_at == job.first_published_at == core_clock.now()
    verbs = [event.verb for event in history(session, "job", job.public_id)]
    assert verbs == ["create", "submit", "approve"]
    assert notices(session) == ["job.published"]
    assert job.public_id in session.scalars(sa.select(OutboxRow.document_id)).all()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"headcount": None}, "headcount"),
        ({"education_rank": None}, "education_rank"),
        ({"description": "短"}, "description"),
        ({"region_code": None}, "region_code"),
        ({"region_code": "510100"}, "region_code"),  # the county is known, and not said
        ({"region_code": "510000"}, "region_code"),
        ({"pay_low": None}, "pay_low"),
        ({"pay_low": 3_000_000}, "pay_low"),
        ({"pay_low": 1500, "pay_high": 2500}, "pay_low"),
        ({"base_pay": None}, "base_pay"),
        ({"base_pay": 9_000_000}, "base_pay"),
        ({"title": ""}, "title"),
        ({"years_min": 5, "years_max": 3}, "years_min"),
        ({"valid_until": date(2025, 11, 1)}, "valid_until"),
        ({"valid_until": date(2026, 11, 1)}, "valid_until"),
        (
            {"contract": Contract.FIXED, "contract_months": 12, "probation_months": 3},
            "probation_months",
        ),
        ({"channel": Channel.OUTSOURCED}, "client_name"),
        ({"channel": Channel.AGENCY}, "channel"),
        ({"description": "负责数据仓库建设和维护工作，男性优先，能适应倒班。"}, "description"),
        ({"benefits": ("入职交押金",)}, "benefits"),
    ],
)
def test_what_keeps_a_draft_from_review(session, changes, field):
    key = draft(make_organisation(), whole(**changes))
    with pytest.raises(Invalid) as refused:
        do(jobs.submit, key, actor=ACTOR)
    assert field in refused.value.errors
    assert session.get_one(Job, key).state is JobState.DRAFT


@pytest.mark.parametrize("elsewhere", ["110000", "440300"])
def test_a_place_outside_of_the_province_is_said_as_far_as_it_is_known(session, elsewhere):
    key = draft(make_organisation(), whole(region_code=elsewhere))
    do(jobs.submit, key, actor=ACTOR)
    assert session.get_one(Job, key).state is JobState.IN_REVIEW


def test_amber_words_and_wide_pay_go_to_the_reviewer(session):
    text = "负责数据仓库建设和维护工作，35岁以下，能适应倒班和短期出差。"
    key = draft(make_organisation(), whole(description=text, pay_high=4_000_000))
    do(jobs.submit, key, actor=ACTOR)
    seen = review.examine(session, session.get_one(Job, key))
    assert seen.wide_pay
    assert [one.text for one in seen.findings["description"]] == ["35岁以下"]
    assert not seen.problems


def test_only_verified_organisations_submit(session):
    for state in OrganisationState:
        key = draft(make_organisation(state=state))
        if state in (OrganisationState.VERIFIED, OrganisationState.RENEWAL_DUE):
            do(jobs.submit, key, actor=ACTOR)
        else:
            with pytest.raises(DomainError, match="not-verified"):
                do(jobs.submit, key, actor=ACTOR)


def test_owed_answers_come_first(session):
    key = draft(make_organisation(posting_held=True))
    with pytest.raises(DomainError, match="answers-owed"):
        do(jobs.submit, key, actor=ACTOR)


def test_returned_rejected_and_again(session):
    key = draft(make_organisation())
    reviewer = make_account(is_operator=True)
    answer = {"reviewer": reviewer, "actor": ACTOR}
    do(jobs.submit, key, actor=ACTOR)
    with pytest.raises(Invalid):
        do(review.return_, key, "element", "短", **answer)
    do(review.return_, key, "element", "请写明工作地点", **answer)
    do(jobs.submit, key, actor=ACTOR)
    do(review.reject, key, "untrue", "与事实不符，请核对", **answer)
    with pytest.raises(Conflict):
        do(jobs.submit, key, actor=ACTOR)
    do(jobs.redraft, key, actor=ACTOR)
    do(jobs.submit, key, actor=ACTOR)
    do(jobs.recall, key, actor=ACTOR)
    assert session.get_one(Job, key).state is JobState.DRAFT
    assert notices(session) == ["job.returned", "job.rejected"]


def test_the_organisation_cannot_answer_for_the_operator(session):
    key = draft(make_organisation())
    do(jobs.submit, key, actor=ACTOR)
    from talentmarket.exchange.job_moves import move
    from talentmarket.exchange.stages import By

    with pytest.raises(Forbidden):
        do(move, key, "approve", By.ORGANISATION)


def test_a_change_of_an_element_goes_back_to_review_and_is_told(session):
    key = draft(make_organisation())
    publish(key)
    application = make_application(session.get_one(Job, key), make_talent())
    job = session.get_one(Job, key)
    do(jobs.edit, key, posting_of(job).but(hours="9:00-18:00"), revision=1, actor=ACTOR)
    session.refresh(job)
    assert job.state is JobState.PUBLISHED
    do(jobs.edit, key, posting_of(job).but(pay_low=2_000_000), revision=2, actor=ACTOR)
    session.refresh(job)
    assert job.state is JobState.IN_REVIEW
    assert (job.month_low, job.revision) == (2_000_000, 3)
    told = session.scalars(sa.select(Notice).where(Notice.code == "job.changed")).one()
    assert told.account_id == application.talent.account_id


def test_a_published_job_stays_lawful(session):
    key = draft(make_organisation())
    publish(key)
    before = posting_of(session.get_one(Job, key))
    with pytest.raises(Invalid):
        do(jobs.edit, key, before.but(headcount=None), revision=1, actor=ACTOR)
    assert posting_of(session.get_one(Job, key)) == before


def test_the_second_sees_both_versions(session):
    key = draft(make_organisation())
    do(jobs.edit, key, whole(title="数据平台工程师"), revision=1, actor=ACTOR)
    with pytest.raises(Stale) as stale:
        do(jobs.edit, key, whole(title="数仓工程师"), revision=1, actor=ACTOR)
    assert stale.value.current.title == "数据平台工程师"
    do(jobs.edit, key, whole(title="数仓工程师"), revision=2, actor=ACTOR)
    assert session.get_one(Job, key).title == "数仓工程师"


def test_of_two_at_once_one_wins(app, session):
    key = draft(make_organisation())
    session.rollback()
    outcomes, start = [], threading.Barrier(4)

    def change(number):
        with app.app_context():
            start.wait()
            try:
                do(jobs.edit, key, whole(title=f"工程师{number}"), revision=1, actor=ACTOR)
                outcomes.append("won")
            except Stale:
                outcomes.append("stale")

    threads = [threading.Thread(target=change, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["stale"] * 3 + ["won"]
    assert session.get_one(Job, key).revision == 2


def test_skills_are_changed_in_place(session):
    key = draft(make_organisation())
    kept = {one.skill_id: one.id for one in session.get_one(Job, key).skills}
    new = (SkillWanted("flink", level=3, years=2), SkillWanted("sql"))
    do(jobs.edit, key, whole(skills=new), revision=1, actor=ACTOR)
    session.expire_all()
    rows = session.get_one(Job, key).skills
    assert [(one.skill_id, one.must, one.level, one.years) for one in rows] == [
        ("flink", True, 3, 2),
        ("sql", True, None, None),
    ]
    assert rows[0].id == kept["flink"]


@pytest.mark.parametrize("service", [jobs.fill, jobs.withdraw])
def test_nobody_is_left_without_a_word(session, service):
    key = draft(make_organisation())
    publish(key)
    job = session.get_one(Job, key)
    open_ = [make_application(job, make_talent()) for _ in range(2)]
    done = make_application(job, make_talent(), state=ApplicationState.REJECTED)
    with pytest.raises(OpenApplications) as refused:
        do(service, key, actor=ACTOR)
    assert refused.value.count == 2
    assert session.get_one(Job, key).state is JobState.PUBLISHED
    with pytest.raises(Invalid):
        do(service, key, actor=ACTOR, reason=EndReason.OTHER, text="短")
    assert do(service, key, actor=ACTOR, reason=EndReason.FILLED) == 2
    session.expire_all()
    assert session.get_one(Job, key).state in (JobState.FILLED, JobState.WITHDRAWN)
    for application in open_:
        row = session.get_one(Application, application.id)
        assert (row.state, row.end_reason) == (ApplicationState.JOB_CLOSED, EndReason.FILLED)
    assert session.get_one(Application, done.id).state is ApplicationState.REJECTED
    assert notices(session).count("application.closed") == 2


def test_pause_extend_expire_reopen(session, clock):
    key = draft(make_organisation())
    publish(key)
    do(jobs.pause, key, actor=ACTOR)
    with pytest.raises(Conflict):
        do(jobs.pause, key, actor=ACTOR)
    do(jobs.resume, key, actor=ACTOR)
    with pytest.raises(Invalid):
        do(jobs.extend, key, core_clock.today() + timedelta(days=91), actor=ACTOR)
    do(jobs.extend, key, core_clock.today() + timedelta(days=60), actor=ACTOR)
    clock.advance(days=60)
    with unit_of_work() as inside:
        assert jobs.expire_due(inside) == 0
    clock.advance(days=1)
    with unit_of_work() as inside:
        assert jobs.expire_due(inside) == 1
        assert jobs.expire_due(inside) == 0
    assert notices(session)[-1] == "job.expired"
    do(jobs.reopen, key, core_clock.today() + timedelta(days=20), actor=ACTOR)
    session.expire_all()
    assert session.get_one(Job, key).state is JobState.IN_REVIEW


def test_a_copy_is_a_draft_of_its_own(session):
    organisation = make_organisation()
    key = draft(organisation)
    publish(key)
    made = do(copying.copy, key, author=None, actor=ACTOR)
    source = session.get_one(Job, key)
    assert made.public_id != source.public_id
    assert (made.state, made.first_published_at) == (JobState.DRAFT, None)
    assert posting_of(made).but(valid_until=None) == posting_of(source).but(valid_until=None)


def test_adopting_a_reference(session):
    source = make_organisation(kind=OrganisationKind.SOURCE, state=OrganisationState.UNVERIFIED)
    reference = make_job(source, origin=Origin.REFERENCE, employer_id=None)
    lacking = make_job(source, origin=Origin.REFERENCE, employer_id=None, headcount=None)
    employer = make_organisation()
    take = {"author": None, "actor": ACTOR}
    with unit_of_work() as inside:
        made = copying.adopt(inside, employer, reference, **take)
        assert (made.origin, made.state) == (Origin.OWN, JobState.DRAFT)
        assert (made.employer_id, made.external_id) == (employer.id, None)
        with pytest.raises(DomainError, match="elements-missing"):
            copying.adopt(inside, employer, lacking, **take)
        with pytest.raises(NotFound):
            copying.adopt(inside, employer, make_job(), **take)
    unverified = make_organisation(state=OrganisationState.UNVERIFIED)
    with unit_of_work() as inside, pytest.raises(DomainError, match="not-verified"):
        copying.adopt(inside, unverified, reference, **take)

"""Applying, moving, undoing: what both sides can do and what the other side sees of it."""

from __future__ import annotations

import threading
from datetime import date

import pytest
import sqlalchemy as sa

from talentmarket.core.errors import Conflict, DomainError, Forbidden, Invalid, NotFound
from talentmarket.core.events import Actor, Event, history
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange import applications, moves, refusals, snapshots
from talentmarket.exchange.models import (
    Application,
    ApplicationState,
    ContactWhen,
    EndReason,
    Job,
    JobState,
    Origin,
)
from talentmarket.exchange.stages import By
from talentmarket.exchange.visibility import Reader
from talentmarket.members.models import Consent, ConsentKind, ProfileOpening, Talent, TalentState
from talentmarket.notices.models import Notice
from tests.factories import make_job, make_member, make_organisation, make_talent

S = ApplicationState


@pytest.fixture
def pair(session):
    """A job with a recruiter, and a person who could apply."""
    organisation = make_organisation()
    member = make_member(organisation)
    job = make_job(organisation, created_by=member.id)
    return job, make_talent(), member


def apply(job, talent, when=ContactWhen.INTERVIEW, **values):
    with unit_of_work() as session:
        return applications.apply(
            session,
            session.get_one(Talent, talent.id),
            applications.open_job(session, job.public_id),
            contact_when=when,
            actor=Actor(talent.account.public_id),
            **values,
        )


def move(application, name, by=By.ORGANISATION, **values):
    with unit_of_work() as session:
        row = session.get_one(Application, application.id)
        return moves.move(session, row, name, by=by, actor=Actor("someone"), **values)


def undo(application, by=By.ORGANISATION, **values):
    with unit_of_work() as session:
        row = session.get_one(Application, application.id)
        return moves.undo(session, row, by=by, actor=Actor("someone"), **values)


def refusal(reason=EndReason.PAY, requirement=None, text=""):
    return refusals.Refusal(reason, requirement, text)


def notices(session, account_id):
    return session.scalars(
        sa.select(Notice.code).where(Notice.account_id == account_id).order_by(Notice.id)
    ).all()


def test_applying_freezes_the_profile_and_names_the_receiver(session, pair):
    job, talent, member = pair
    application, created = apply(job, talent, note="做过两年产线数仓。")
    assert created
    assert application.state is S.SUBMITTED
    with unit_of_work() as unit:
        unit.get_one(Talent, talent.id).headline = "改过的标题"
    frozen = session.get_one(Application, application.id).snapshot
    assert frozen.profile["headline"] == "大数据开发工程师"
    consents = session.scalars(sa.select(Consent)).all()
    assert [(one.kind, one.receiver_id) for one in consents] == [
        (ConsentKind.SNAPSHOT, job.organisation.public_id)
    ]
    assert notices(session, talent.account_id) == ["application.sent"]
    assert notices(session, member.id) == ["application.received"]
    assert session.get_one(Job, job.id).applications_count == 1


def test_the_sealed_person_is_not_in_clear_in_the_database(session, pair):
    job, talent, _ = pair
    apply(job, talent)
    raw = session.execute(sa.text("SELECT person FROM snapshots")).scalar_one()
    assert talent.account.name not in raw
    assert "+86" not in raw


def test_a_second_tab_gets_the_first_one(session, pair):
    job, talent, _ = pair
    first, _ = apply(job, talent)
    second, created = apply(job, talent, ContactWhen.NOW)
    assert not created
    assert second.id == first.id
    assert session.scalar(sa.select(sa.func.count()).select_from(Application)) == 1
    assert snapshots.given(session, second) == {"snapshot", "name"}


def test_two_at_once_make_one(app, session, pair):
    job, talent, _ = pair
    key, talent_key = job.public_id, talent.id
    session.rollback()
    made, start = [], threading.Barrier(2)

    def tab():
        with app.app_context():
            start.wait()
            with unit_of_work() as unit:
                person = unit.get_one(Talent, talent_key)
                application, created = applications.apply(
                    unit,
                    person,
                    applications.open_job(unit, key),
                    contact_when=ContactWhen.INTERVIEW,
                    actor=Actor(),
                )
                made.append((application.public_id, created))

    tabs = [threading.Thread(target=tab) for _ in range(2)]
    for one in tabs:
        one.start()
    for one in tabs:
        one.join()
    assert len({public_id for public_id, _ in made}) == 1
    assert sorted(created for _, created in made) == [False, True]


def test_the_choice_of_contact_has_to_be_made(pair):
    job, talent, _ = pair
    with pytest.raises(Invalid) as wrong:
        apply(job, talent, None)
    assert "contact_when" in wrong.value.errors


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"state": JobState.PAUSED}, applications.NotOpen),
        ({"state": JobState.FILLED}, applications.NotOpen),
        ({"state": JobState.DRAFT}, NotFound),
        ({"origin": Origin.REFERENCE}, applications.NotOpen),
        ({"valid_until": date(2025, 11, 23)}, applications.NotOpen),
    ],
)
def test_only_published_own_jobs_take_applications(session, values, error):
    job, talent = make_job(**values), make_talent()
    with pytest.raises(error):
        apply(job, talent)


def test_a_suspended_person_cannot_apply(session, pair):
    job, _, _ = pair
    with pytest.raises(DomainError):
        apply(job, make_talent(state=TalentState.SUSPENDED))


def test_opening_makes_it_viewed_once_and_every_opening_is_kept(session, pair):
    job, talent, member = pair
    application, _ = apply(job, talent)
    for _ in range(2):
        with unit_of_work() as unit:
            row = unit.get_one(Application, application.id)
            seen = applications.open_by_organisation(
                unit,
                row,
                reader=Reader.DESK,
                viewer=unit.merge(member, load=True),
                actor=Actor(member.public_id, job.organisation.public_id),
            )
    assert seen.snapshot
    assert not seen.name
    verbs = [event.verb for event in history(session, "application", application.public_id)]
    assert verbs == ["submit", "view"]
    assert len(session.scalars(sa.select(ProfileOpening)).all()) == 2


def test_a_jump_forward_is_allowed_and_recorded_as_skipped(session, pair):
    job, talent, _ = pair
    application, _ = apply(job, talent)
    move(application, "offer")
    row = session.get_one(Application, application.id)
    assert row.state is S.OFFER
    assert row.skipped == ["shortlisted", "interview"]
    event = history(session, "application", row.public_id)[-1]
    assert (event.verb, event.from_state, event.to_state) == ("offer", "submitted", "offer")
    assert event.actor == "someone"
    assert event.data["skipped"] == ["shortlisted", "interview"]


def test_each_stage_has_its_own_clock_in_working_days(session, clock, pair):
    job, talent, _ = pair
    application, _ = apply(job, talent)  # Monday 10:00, three working days
    assert application.answer_due_at.isoformat() == "2025-11-27T10:00:00+00:00"  # 18:00 local
    clock.advance(days=1)
    move(application, "shortlist")
    row = session.get_one(Application, application.id)
    assert row.due_at.isoformat() == "2025-12-02T10:00:00+00:00"
    assert row.answered_at == clock.now()
    assert not row.late


def test_a_move_of_the_other_side_is_forbidden(pair):
    job, talent, _ = pair
    application, _ = apply(job, talent)
    with pytest.raises(Forbidden):
        move(application, "withdraw")
    with pytest.raises(Conflict):
        move(application, "accept", By.TALENT)


def test_a_refusal_needs_its_reason(pair):
    job, talent, _ = pair
    application, _ = apply(job, talent)
    with pytest.raises(Conflict):
        move(application, "reject")


def test_undo_brings_everything_back_within_half_an_hour(session, clock, pair):
    job, talent, _ = pair
    application, _ = apply(job, talent)
    before = (application.due_at, application.answered_at, application.skipped)
    move(application, "reject", refusal=refusal())
    clock.advance(minutes=30)
    undo(application)
    row = session.get_one(Application, application.id)
    assert row.state is S.SUBMITTED
    assert (row.due_at, row.answered_at, row.skipped) == before
    assert row.end_reason is None
    assert row.closed_at is None
    with pytest.raises(Conflict):
        undo(application)


def test_undo_is_for_the_mover_and_for_half_an_hour(clock, pair):
    job, talent, _ = pair
    application, _ = apply(job, talent)
    move(application, "shortlist")
    with pytest.raises(Conflict):
        undo(application, By.TALENT)
    clock.advance(minutes=31)
    with pytest.raises(Conflict):
        undo(application)


def test_withdrawing_closes_what_was_given_and_undo_opens_it_again(session, clock, pair):
    job, talent, _ = pair
    application, _ = apply(job, talent, ContactWhen.NOW)
    move(application, "withdraw", By.TALENT)
    assert snapshots.given(session, application) == frozenset()
    clock.advance(minutes=5)
    undo(application, By.TALENT)
    session.expire_all()
    assert snapshots.given(session, application) == {"snapshot", "name", "phone"}


def test_undo_of_a_withdrawal_does_not_make_two(session, pair):
    job, talent, _ = pair
    first, _ = apply(job, talent)
    move(first, "withdraw", By.TALENT)
    second, created = apply(job, talent)
    assert created
    with pytest.raises(Conflict) as refused:
        undo(first, By.TALENT)
    assert refused.value.code == "applied-again"
    assert session.get_one(Application, second.id).state is S.SUBMITTED


def test_taking_contact_back_ends_it_for_good(session, clock, pair):
    job, talent, _ = pair
    application, _ = apply(job, talent, ContactWhen.NOW)
    with unit_of_work() as unit:
        row = unit.get_one(Application, application.id)
        assert snapshots.take_back_contact(unit, row, actor=Actor("person"))
    clock.advance(minutes=1)
    move(application, "withdraw", By.TALENT)
    clock.advance(minutes=1)
    undo(application, By.TALENT)
    session.expire_all()
    assert snapshots.given(session, application) == {"snapshot", "name"}


def test_two_people_at_once_one_wins_and_the_other_is_told(app, session, pair):
    job, talent, _ = pair
    application, _ = apply(job, talent)
    key, start, ends = application.id, threading.Barrier(2), []
    session.rollback()

    def member(name, **values):
        with app.app_context():
            start.wait()
            try:
                with unit_of_work() as unit:
                    row = unit.get_one(Application, key)
                    moves.move(
                        unit,
                        row,
                        name,
                        by=By.ORGANISATION,
                        actor=Actor(),
                        revision=1,
                        **values,
                    )
                ends.append(name)
            except Conflict as told:
                ends.append(told.code)

    both = [
        threading.Thread(target=member, args=("offer",)),
        threading.Thread(target=member, args=("reject",), kwargs={"refusal": refusal()}),
    ]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert ends.count("moved-meanwhile") == 1
    row = session.get_one(Application, key)
    assert row.state in (S.OFFER, S.REJECTED)
    assert row.revision == 2


def test_both_sides_confirm_the_start(session, pair):
    job, talent, _ = pair
    application, _ = apply(job, talent)
    move(application, "offer")
    move(application, "accept", By.TALENT)
    move(application, "start")
    with pytest.raises(Forbidden):
        move(application, "confirm")
    move(application, "confirm", By.TALENT)
    assert session.get_one(Application, application.id).state is S.CONFIRMED


@pytest.mark.parametrize("reason", list(EndReason))
def test_refusals_are_typed(session, pair, reason):
    job, _, _ = pair
    job = session.get_one(Job, job.id)
    if reason is EndReason.REQUIREMENT:
        assert refusals.check(job, reason, "skill:flink", "").requirement == "skill:flink"
        with pytest.raises(Invalid):
            refusals.check(job, reason, "skill:cobol", "")
    elif reason is EndReason.OTHER:
        with pytest.raises(Invalid):
            refusals.check(job, reason, None, "不 太 合 适 呀 呀 呀 呀 ")
        assert refusals.check(job, reason, None, "岗位方向调整为后台服务开发").text
    else:
        assert refusals.check(job, reason, "skill:flink", "").requirement is None


def test_an_overdue_answer_can_be_asked_for_once_a_day(session, clock, pair):
    job, talent, member = pair
    application, _ = apply(job, talent)

    def remind():
        with unit_of_work() as unit:
            row = unit.get_one(Application, application.id)
            applications.remind(unit, row, actor=Actor("person"))

    with pytest.raises(Conflict):
        remind()
    clock.advance(days=5)
    remind()
    remind()
    assert notices(session, member.id).count("application.reminded") == 1


def test_every_move_left_an_event_and_no_event_holds_a_name(session, pair):
    job, talent, _ = pair
    application, _ = apply(job, talent, note="我叫周予安，电话 13800138000")
    move(application, "shortlist")
    move(application, "reject", refusal=refusal(EndReason.OTHER, None, "周予安这次不合适，谢谢您"))
    rows = session.scalars(sa.select(Event)).all()
    text = " ".join(str(row.data) + str(row.reason) for row in rows)
    assert "周予安" not in text
    assert "138" not in text

"""Promises over time: late, the public rate, held postings, closing by itself, invitations."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from talentmarket.core.errors import Conflict, Forbidden, TooMany
from talentmarket.core.events import Actor, history
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange import applications, closing, invitations, moves, promises, refusals
from talentmarket.exchange.models import (
    Application,
    ApplicationState,
    ContactWhen,
    EndReason,
    Invitation,
    InvitationState,
    Job,
)
from talentmarket.exchange.stages import By
from talentmarket.members.models import (
    Account,
    Organisation,
    OrganisationState,
    Talent,
    Visibility,
)
from talentmarket.notices.models import Notice
from tests.factories import block_of, make_job, make_member, make_organisation, make_talent

S = ApplicationState


@pytest.fixture
def employer(session):
    organisation = make_organisation()
    member = make_member(organisation)
    return organisation, make_job(organisation, created_by=member.id), member


def apply(job, talent=None):
    talent = talent or make_talent()
    with unit_of_work() as session:
        application, _ = applications.apply(
            session,
            session.get_one(Talent, talent.id),
            applications.open_job(session, job.public_id),
            contact_when=ContactWhen.INTERVIEW,
            actor=Actor(),
        )
    return application


def move(application, name, by=By.ORGANISATION, **values):
    with unit_of_work() as session:
        row = session.get_one(Application, application.id)
        return moves.move(session, row, name, by=by, actor=Actor("someone"), **values)


def run():
    with unit_of_work() as session:
        return closing.close_due(session)


def reread(session, table, row):
    session.expire_all()
    return session.get_one(table, row.id)


def test_the_promise_ends_at_six_of_the_third_working_day(session, clock):
    clock.set(datetime(2026, 9, 30, 2, 0, tzinfo=UTC))  # the day before the national holiday
    application = apply(make_job())
    assert application.answer_due_at > datetime(2026, 10, 8, tzinfo=UTC)
    local = application.answer_due_at.astimezone()
    assert (local.minute, local.second) == (0, 0)


def test_late_is_marked_once_and_both_sides_are_told(session, clock, employer):
    _, job, member = employer
    application = apply(job)
    clock.set(application.answer_due_at)
    assert run().late == 0
    clock.advance(seconds=1)
    assert run().late == 1
    assert run().late == 0
    codes = session.execute(sa.select(Notice.account_id, Notice.code)).all()
    assert (member.id, "application.overdue") in codes
    assert (application.talent.account_id, "application.late") in codes


def test_late_stays_late_even_when_it_is_answered_or_undone(session, clock, employer):
    organisation, job, _ = employer
    application = apply(job)
    clock.advance(days=5)
    move(application, "shortlist")
    assert reread(session, Application, application).late
    with unit_of_work() as unit:
        row = unit.get_one(Application, application.id)
        moves.undo(unit, row, by=By.ORGANISATION, actor=Actor())
    row = reread(session, Application, application)
    assert row.late
    assert row.answered_at is None
    assert promises.rate_of(reread(session, Organisation, organisation)).due == 1


@pytest.mark.parametrize(
    ("name", "answers"),
    [("view", False), ("shortlist", True), ("interview", True), ("offer", True)],
)
def test_what_counts_as_an_answer(session, employer, name, answers):
    application = apply(employer[1])
    move(application, name)
    assert (reread(session, Application, application).answered_at is not None) is answers


def test_a_withdrawal_in_time_counts_for_nobody(session, employer):
    organisation, job, _ = employer
    move(apply(job), "withdraw", By.TALENT)
    assert reread(session, Organisation, organisation).answers_due == 0


def test_ten_working_days_later_it_closes_as_unanswered(session, clock, employer):
    application = apply(employer[1])
    clock.set(promises.closes_at(application.answer_due_at))
    clock.advance(seconds=-1)
    assert run().unanswered == 0
    clock.advance(seconds=1)
    assert run().unanswered == 1
    row = reread(session, Application, application)
    assert row.state is S.UNANSWERED
    assert row.late
    last = history(session, "application", row.public_id)[-1]
    assert (last.verb, last.actor) == ("unanswered", None)
    assert run() == closing.Closed(0, 0, 0)


def test_below_eighty_percent_new_jobs_wait_until_the_overdue_are_answered(
    session, clock, employer
):
    organisation, job, _ = employer
    made = [apply(job) for _ in range(10)]
    for one in made[:7]:
        move(one, "shortlist")
    clock.advance(days=5)
    run()
    held = reread(session, Organisation, organisation)
    assert promises.rate_of(held).percent == 70
    assert held.posting_held
    for one in made[7:]:
        move(one, "reject", refusal=refusals.Refusal(EndReason.STRONGER))
    freed = reread(session, Organisation, organisation)
    assert promises.rate_of(freed).percent == 70
    assert not freed.posting_held


def test_the_rate_looks_back_ninety_days(session, clock, employer):
    organisation, job, _ = employer
    for _ in range(10):
        move(apply(job), "shortlist")
    assert promises.rate_of(reread(session, Organisation, organisation)).percent == 100
    clock.advance(days=100)
    with unit_of_work() as unit:
        assert promises.refresh_all(unit) == 1
    assert promises.rate_of(reread(session, Organisation, organisation)).percent is None


def test_closing_a_job_ends_its_open_applications_with_one_reason(session, employer):
    _, job, member = employer
    made = [apply(job) for _ in range(3)]
    refusal = refusals.check_closing(EndReason.FILLED, "")
    with unit_of_work() as unit:
        rows = [unit.get_one(Application, one.id) for one in made]
        assert moves.close_open(unit, rows, refusal, actor=Actor(member.public_id)) == 3
    states = session.scalars(sa.select(Application.state)).all()
    assert set(states) == {S.JOB_CLOSED}


# --- invitations -------------------------------------------------------------------------------


def invite(job, talent, member):
    with unit_of_work() as session:
        return invitations.send(
            session,
            session.get_one(Job, job.id),
            session.get_one(Talent, talent.id),
            sender=session.get_one(Account, member.id),
            actor=Actor(member.public_id),
        )


def test_one_open_invitation_per_job_and_person(employer):
    _, job, member = employer
    talent = make_talent()
    invite(job, talent, member)
    with pytest.raises(Conflict):
        invite(job, talent, member)


def test_a_decline_rests_ninety_days_for_the_whole_organisation(session, clock, employer):
    organisation, job, member = employer
    talent = make_talent()
    first = invite(job, talent, member)
    with unit_of_work() as unit:
        invitations.decline(unit, unit.get_one(Invitation, first.id), actor=Actor())
    clock.advance(days=89)
    other = make_job(organisation)
    with pytest.raises(invitations.NotInvitable):
        invite(other, talent, member)
    clock.advance(days=2)
    assert invite(other, talent, member).state is InvitationState.SENT


def test_a_block_and_a_rest_read_the_same(session, employer):
    organisation, job, member = employer
    blocked, hidden = make_talent(), make_talent(visibility=Visibility.APPLIED)
    with unit_of_work() as unit:
        unit.add(block_of(blocked, organisation))
    said = []
    for talent in (blocked, hidden):
        with pytest.raises(invitations.NotInvitable) as refused:
            invite(job, talent, member)
        said.append((refused.value.code, str(refused.value.message)))
    assert said[0] == said[1]
    assert session.scalar(sa.select(sa.func.count()).select_from(Notice)) == 0


def test_an_unverified_organisation_invites_nobody(session):
    organisation = make_organisation(state=OrganisationState.LAPSED)
    member = make_member(organisation)
    with pytest.raises(Forbidden):
        invite(make_job(organisation), make_talent(), member)


def test_the_daily_limit_is_the_organisations(session, monkeypatch, clock, employer):
    _, job, member = employer
    monkeypatch.setattr(invitations, "DAILY_LIMIT", 2)
    for _ in range(2):
        invite(job, make_talent(), member)
    with pytest.raises(TooMany):
        invite(job, make_talent(), member)
    clock.advance(days=1)
    invite(job, make_talent(), member)


def test_an_invitation_expires_and_cannot_be_accepted_late(session, clock, employer):
    _, job, member = employer
    talent = make_talent()
    sent = invite(job, talent, member)
    clock.set(sent.expires_at)
    with pytest.raises(Conflict), unit_of_work() as unit:
        invitations.accept(
            unit,
            unit.get_one(Invitation, sent.id),
            contact_when=ContactWhen.NOW,
            actor=Actor(),
        )
    assert run().expired == 1
    assert reread(session, Invitation, sent).state is InvitationState.EXPIRED

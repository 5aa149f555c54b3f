"""A person who can say no, an employer that answers, a claim nobody can deny: on both databases."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

from talentmarket.core import clock as calendar_clock
from talentmarket.core.errors import Conflict, Forbidden, NotFound
from talentmarket.core.events import Actor, Event
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange import applications, invitations, snapshots
from talentmarket.exchange.brokering.mandating.models import Mandate, MandateState
from talentmarket.exchange.brokering.referring import asking, consenting, watching
from talentmarket.exchange.brokering.referring.asking import NotAskable
from talentmarket.exchange.brokering.referring.models import (
    Referral,
)
from talentmarket.exchange.models import (
    Application,
    ApplicationRoute,
    ContactWhen,
    Invitation,
    InvitationState,
    Job,
)
from talentmarket.members import privacy
from talentmarket.members.models import (
    Account,
    Consent,
    ConsentKind,
    OrganisationKind,
    Talent,
)
from tests.factories import (
    make_job,
    make_licence,
    make_organisation,
    make_talent,
)
from tests.factories.brokering import add_version, make_mandate, terms_of
from tests.integration.exchange.referring import C, Parties, R, now


@pytest.fixture
def parties(session):
    return Parties()


def test_a_yes_to_step_one_sends_nothing(session, parties):
    referral = parties.ask(text="团队十人，弹性工作。")
    parties.interest(referral)
    assert now(session, referral).state is R.INTERESTED
    assert session.scalars(sa.select(Application)).all() == []
    given = sa.select(Consent).where(Consent.kind == ConsentKind.REFERRAL)
    assert session.scalars(given).all() == []
    with pytest.raises(Conflict):
        parties.send(referral)


def test_only_the_separate_yes_names_the_receivers_and_sends_to_them(session, parties):
    referral = parties.ask()
    parties.interest(referral)
    parties.consent(referral)
    rows = session.scalars(sa.select(Consent).where(Consent.kind == ConsentKind.REFERRAL)).all()
    assert {row.receiver_id for row in rows} == {
        parties.employer.public_id,
        parties.firm.public_id,
    }
    assert all(row.until and row.until > calendar_clock.now() for row in rows)
    application = parties.send(referral)
    assert application.route is ApplicationRoute.REFERRAL
    row = now(session, referral)
    assert (row.state, row.claim, row.application_id) == (R.SENT, C.PENDING, application.id)
    assert row.claim_until == calendar_clock.today() + timedelta(days=180)


def test_terms_changed_after_the_page_was_read_or_after_consent(session, parties):
    referral = parties.ask()
    parties.interest(referral)
    with unit_of_work() as unit:
        old = consenting.offered(unit, unit.get_one(Referral, referral.id)).digest
    with unit_of_work() as unit:
        mandate = unit.get_one(Mandate, parties.mandate.id)
        add_version(unit, mandate, terms_of(parties.employer, host_name="成都客户现场有限公司"))
    with pytest.raises(Conflict) as refused:
        parties.consent(referral, digest=old)
    assert refused.value.code == "terms-changed"
    parties.consent(referral)
    with unit_of_work() as unit:
        mandate = unit.get_one(Mandate, parties.mandate.id)
        add_version(unit, mandate, terms_of(parties.employer, host_name="另一处现场有限公司"))
    with pytest.raises(Conflict) as refused:
        parties.send(referral)
    assert refused.value.code == "terms-changed"
    assert session.scalars(sa.select(Application)).all() == []


def decline_invitation(parties):
    """The person said no when the firm invited them to a job it posted itself."""
    at, job = calendar_clock.now(), make_job(parties.firm)
    with unit_of_work() as session:
        session.add(
            Invitation(
                organisation_id=parties.firm.id,
                job_id=job.id,
                talent_id=parties.talent.id,
                state=InvitationState.DECLINED,
                sent_at=at,
                answered_at=at,
                expires_at=at + timedelta(days=14),
            )
        )


def test_a_no_to_a_firms_question_stops_its_invitations_too(session, parties, clock):
    job = make_job(parties.firm)
    parties._does(asking.decline, parties.ask())

    def invite():
        with unit_of_work() as unit:
            return invitations.send(
                unit,
                unit.get_one(Job, job.id),
                unit.get_one(Talent, parties.talent.id),
                sender=unit.get_one(Account, parties.consultant.id),
                actor=Actor("consultant"),
            )

    with pytest.raises(invitations.NotInvitable):
        invite()
    clock.advance(days=91)
    with unit_of_work() as unit:
        unit.get_one(Job, job.id).valid_until = calendar_clock.today()
    assert invite().state is InvitationState.SENT


@pytest.mark.parametrize(
    "why", ["blocked", "claimed", "applied", "declined", "declined an invitation", "hidden"]
)
def test_whoever_cannot_be_asked_reads_the_same(session, parties, why):
    other = make_organisation("天府猎头有限公司", OrganisationKind.HR_FIRM)
    make_licence(other)
    firm = parties.firm
    if why == "blocked":
        parties.block()
    elif why == "claimed":
        parties.sent()
        firm = other
        parties.mandate = make_mandate(other, parties.job, consultant=parties.consultant)
    elif why == "applied":
        parties._does(
            applications.apply, parties.talent, parties.job, contact_when=ContactWhen.INTERVIEW
        )
    elif why == "declined":
        parties._does(asking.decline, parties.ask())
    elif why == "declined an invitation":
        decline_invitation(parties)
    else:
        parties.talent = make_talent(visibility="private")
    with pytest.raises(NotAskable) as refused:
        parties.ask(firm=firm)
    assert str(refused.value.message) == str(NotAskable.message)
    assert refused.value.code == NotAskable.code


def test_a_block_made_after_the_yes_keeps_the_person_from_being_sent(session, parties):
    referral = parties.ask()
    parties.interest(referral)
    parties.consent(referral)
    parties.block()
    with pytest.raises(NotAskable):
        parties.send(referral)


@pytest.mark.parametrize("lapse", ["licence", "paused", "over"])
def test_nothing_is_asked_or_sent_without_licence_or_mandate(session, parties, clock, lapse):
    referral = parties.ask()
    parties.interest(referral)
    parties.consent(referral)
    if lapse == "licence":
        parties.firm = make_organisation("无证机构有限公司", OrganisationKind.HR_FIRM)
        with pytest.raises(Forbidden):
            parties.ask()
        return
    with unit_of_work() as unit:
        mandate = unit.get_one(Mandate, parties.mandate.id)
        if lapse == "paused":
            mandate.state = MandateState.PAUSED
        else:
            mandate.valid_until = calendar_clock.today() - timedelta(days=1)
    with pytest.raises(Conflict) as refused:
        parties.send(referral)
    assert refused.value.code == "mandate-not-active"
    with pytest.raises(Conflict):
        parties.ask()


def test_two_firms_and_one_yes(session, parties):
    mine = parties.ask()
    other = make_organisation("天府猎头有限公司", OrganisationKind.HR_FIRM)
    make_licence(other)
    second = Parties.__new__(Parties)
    second.__dict__.update(parties.__dict__, firm=other)
    second.mandate = make_mandate(other, parties.job, consultant=parties.consultant)
    theirs = second.ask()
    for one in (mine, theirs):
        parties.interest(one)
    parties.consent(mine)
    with pytest.raises(Conflict) as refused:
        second.consent(theirs)
    assert refused.value.code == "consented-elsewhere"
    parties.send(mine)
    assert now(session, theirs).state is R.LAPSED


def test_two_clicks_at_once_send_one_person_once(app, session, parties):
    referral = parties.ask()
    parties.interest(referral)
    parties.consent(referral)
    session.refresh(referral)
    session.expunge(referral)
    session.rollback()
    start, outcomes = threading.Barrier(2), []

    def click():
        with app.app_context():
            start.wait()
            try:
                parties.send(referral)
                outcomes.append("sent")
            except Conflict:
                outcomes.append("told")

    threads = [threading.Thread(target=click) for _ in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(outcomes) == ["sent", "told"]
    assert len(session.scalars(sa.select(Application)).all()) == 1
    sends = sa.select(Event).where(Event.subject_type == "referral", Event.verb == "send")
    assert len(session.scalars(sends).all()) == 1


def test_what_was_asked_lapses_with_its_time(session, parties, clock):
    referral = parties.ask()
    clock.set(referral.expires_at + timedelta(minutes=1))
    with pytest.raises(Conflict):
        parties.interest(referral)
    assert watching.run_due() == 1
    assert now(session, referral).state is R.LAPSED


def test_erasing_the_person_leaves_numbers(session, parties):
    referral = parties.sent()
    account = parties.talent.account_id
    with unit_of_work() as unit:
        privacy.erase(unit, unit.get_one(Account, account), actor=Actor("someone"))
    row = now(session, referral)
    assert (row.state, row.claim, row.text) == (R.WITHDRAWN, C.DORMANT, "")
    assert snapshots.given(session, row.application) == frozenset()


def test_nobody_elses_referral_is_found(session, parties):
    referral = parties.ask()
    with pytest.raises(NotFound):
        asking.own(session, make_talent(), referral.public_id)
    with pytest.raises(NotFound):
        asking.of_firm(session, parties.employer, referral.public_id)

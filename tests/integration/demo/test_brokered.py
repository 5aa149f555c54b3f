"""What a demo holds of brokering breaks no rule: tables, consents, clocks, claims, the books."""

from __future__ import annotations

from collections import defaultdict

import pytest
import sqlalchemy as sa

from talentmarket.cli.demo.loading import Plan, load
from talentmarket.core import calendar
from talentmarket.core.events import Event
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.brokering.books import checking, shared
from talentmarket.exchange.brokering.books.models import LedgerEntry
from talentmarket.exchange.brokering.fees import LineKind
from talentmarket.exchange.brokering.joining import standing
from talentmarket.exchange.brokering.joining.models import JoiningState
from talentmarket.exchange.brokering.mandating import agreement, running
from talentmarket.exchange.brokering.mandating.models import Mandate, MandateState, MandateTerms
from talentmarket.exchange.brokering.mandating.reviewing import missing
from talentmarket.exchange.brokering.mandating.stages import MANDATE
from talentmarket.exchange.brokering.placing import offers, placements, proving
from talentmarket.exchange.brokering.placing.cases import StartCase, StartParty
from talentmarket.exchange.brokering.placing.models import Offer, Placement, PlacementState
from talentmarket.exchange.brokering.placing.starting import silent_since
from talentmarket.exchange.brokering.referring import consenting, disputes, ending, sending
from talentmarket.exchange.brokering.referring.models import (
    Dispute,
    DisputeKind,
    KnownAnswer,
    Referral,
    ReferralClaim,
    ReferralState,
)
from talentmarket.exchange.brokering.referring.stages import CLAIM, REFERRAL
from talentmarket.exchange.brokering.standing import hindrance
from talentmarket.exchange.models import Application, ApplicationRoute
from talentmarket.exchange.stages import By
from talentmarket.members.blocks import is_blocked
from talentmarket.members.models import Consent, ConsentKind, Organisation, OrganisationKind
from tests.fixtures.apps import NOW
from tests.fixtures.databases import on_sqlite
from tests.scale import scale

PLAN = Plan(
    seed=3,
    now=NOW,
    organisations=70,
    talents=scale(620),
    jobs=scale(330),
    applications=scale(300),
    firms=9,
    mandates=scale(60),
    referrals=scale(420),
)
_SIGNS = {LineKind.FEE: 1, LineKind.WAIVE: -1, LineKind.REFUND: -1}
START = {
    "mandate": MandateState.DRAFT,
    "referral": ReferralState.ASKED,
    "placement": PlacementState.AGREED,
}


@pytest.fixture
def loaded(session):
    load(PLAN)
    return session


def test_brokering_in_a_demo_breaks_no_rule(loaded, clock):
    """One load (it takes seconds), looked at from all sides."""
    events = _events(loaded)
    _mandates(loaded, events)
    _referrals(loaded, events)
    _applications(loaded)
    _placements(loaded, events)
    _starts(loaded)
    _disputes(loaded)
    _books(loaded)
    _stages_are_all_there(loaded)
    with unit_of_work() as session:
        assert ending.lapse_due(session) == 0
        assert sending.silence_due(session) == 0
        assert sending.expire_claims(session) == 0
        assert placements.guarantees_due(session) == 0
    assert running.expire_due() == 0


def _all(session, table, *conditions):
    return session.scalars(sa.select(table).where(*conditions).order_by(table.id)).all()


def _events(session):
    found = defaultdict(list)
    for event in session.scalars(sa.select(Event).order_by(Event.id)):
        found[event.subject_type, event.subject_id].append(event)
    return found


def _walk(events, stages, start, state, by):
    here, at = start, None
    for event in events:
        assert at is None or event.at >= at, (event.subject_type, event.verb)
        at = event.at
        if event.from_state is None:
            continue
        assert event.from_state == here, (event.subject_id, event.verb)
        move = stages.find(event.verb.removeprefix("claim_"), type(start)(here), by(event))
        assert move.target == event.to_state
        here = event.to_state
    assert here == state
    return at


def _mandates(session, events):
    rows = _all(session, Mandate)
    assert len(rows) == PLAN.mandates
    by = dict.fromkeys(("prepare", "submit", "recall", "pause", "drop"), By.ORGANISATION)
    by |= dict.fromkeys(("sign", "return"), By.REVIEWER)
    by |= dict.fromkeys(("countersign", "refuse", "end"), By.CLIENT)
    by |= {"freeze": By.OPERATOR, "expire": By.SYSTEM}
    for row in rows:
        course = events["mandate", row.public_id]
        assert course[0].verb == "start"
        _walk(course, MANDATE, START["mandate"], row.state, lambda one: by[one.verb])
        assert row.consultant_id != row.reviewer_id
        assert hindrance(session, row.organisation) is None
        if row.state is not MandateState.DRAFT:
            assert missing(session, row) == []
        versions = agreement.versions(session, row)
        assert all(one.row.digest == one.row.terms.digest() for one in versions)
        assert (row.activated_at is not None) == (row.terms_number == 1)
        if row.activated_at:
            assert versions[0].agreed
            assert row.entrustment.client_uscc == row.client_uscc
            assert row.job.organisation_id == row.client_id
            assert row.activated_at >= row.organisation.verified_at


def _referrals(session, events):
    rows = _all(session, Referral)
    assert len(rows) == PLAN.referrals
    sides = {"expire": By.SYSTEM, "uphold": By.OPERATOR, "refuse": By.OPERATOR, "rest": By.TALENT}

    def side(event):
        name = event.verb.removeprefix("claim_")
        if name in sides:
            return sides[name]
        if event.actor is None:
            return By.SYSTEM
        return By.ORGANISATION if event.acting_for else By.TALENT

    declined = set()
    for row in rows:
        course = events["referral", row.public_id]
        asked = [one for one in course if not one.verb.startswith("claim_")]
        claimed = [one for one in course if one.verb.startswith("claim_")]
        assert [one.at for one in course] == sorted(one.at for one in course)
        _walk(asked, REFERRAL, START["referral"], row.state, side)
        if row.claim:
            _walk(claimed, CLAIM, ReferralClaim.PENDING, row.claim, side)
        assert (row.claim is None) == (row.sent_at is None) == (row.application_id is None)
        assert not is_blocked(session, row.talent, row.employer)
        assert not is_blocked(session, row.talent, row.firm)
        assert row.asked_at >= row.talent.created_at
        assert row.asked_at >= row.mandate.activated_at
        if row.firm_id != row.mandate.organisation_id:
            part = standing.part_of(session, row.mandate, row.firm)
            assert part.state is JoiningState.JOINED
            assert part.answered_at <= row.asked_at
        assert row.asked_at >= row.job.first_published_at
        _consents(session, row)
        if row.state is ReferralState.DECLINED:
            assert (row.firm_id, row.talent_id) not in declined
            declined.add((row.firm_id, row.talent_id))


def _consents(session, row):
    given = _all(
        session, Consent, Consent.subject_type == "referral", Consent.subject_id == row.public_id
    )
    if row.consented_at is None:
        assert not given
        assert row.named == {}
        return
    offered = consenting.Offered.restored(row.named)
    terms = session.get_one(MandateTerms, row.terms_id)
    assert offered.terms == terms.digest
    assert {one.organisation for one in offered.receivers} >= {
        row.employer.public_id,
        row.firm.public_id,
    }
    assert [(one.receiver_id, tuple(one.data["fields"])) for one in given] == [
        (one.organisation, one.data) for one in offered.receivers
    ]
    assert all(one.kind is ConsentKind.REFERRAL for one in given)
    assert all(one.until == consenting.end_of(row.consent_until) for one in given)
    ended = row.state is ReferralState.WITHDRAWN
    assert all((one.withdrawn_at is not None) == ended for one in given)
    if row.state in (ReferralState.CONSENTED, ReferralState.SENT):
        if agreement.newest(session, row.mandate).number == 1:
            assert consenting.offered(session, row).digest == offered.digest
        assert "snapshot" in consenting.standing(session, row, row.employer)


def _applications(session):
    rows = _all(session, Application, Application.route == ApplicationRoute.REFERRAL)
    sent = {
        one.application_id: one for one in _all(session, Referral, Referral.sent_at.is_not(None))
    }
    assert {row.id for row in rows} == set(sent)
    for row in rows:
        referral = sent[row.id]
        assert row.submitted_at == referral.sent_at
        assert (row.talent_id, row.job_id) == (referral.talent_id, referral.job_id)
        given = _all(
            session,
            Consent,
            Consent.subject_type == "application",
            Consent.subject_id == row.public_id,
        )
        if referral.answered_at is None:
            assert given == []
            assert row.answered_at is None or row.state == "rejected"
            assert row.contact_opened_at is None
        else:
            assert min(one.given_at for one in given) == referral.answered_at
            assert (
                row.answered_at is None
                or row.answered_at >= referral.answered_at
                or (row.state == "rejected")
            )
    pairs = session.execute(sa.select(Application.talent_id, Application.job_id)).all()
    assert len(pairs) == len(set(pairs))


def _placements(session, events):
    rows = _all(session, Placement)
    for row in rows:

        def by(event):
            return {
                "leave": By.CLIENT, "replace": By.CLIENT, "refund": By.ORGANISATION,
            }.get(event.verb, By.SYSTEM)  # fmt: skip

        course = events["placement", row.public_id]
        _walk(course, placements.PLACEMENT, START["placement"], row.state, by)
        lines = placements.lines_of(session, row)
        entries = _all(session, LedgerEntry, LedgerEntry.subject_id == row.public_id)
        told = [one.key for one in entries if one.key.startswith("placement:")]
        assert told == [f"placement:{row.public_id}:{at}" for at, _ in enumerate(lines)]
        assert (row.started_on is not None) == bool(lines)
    for offer in _all(session, Offer):
        values = offers.OfferValues(
            offer.pay_month, offer.pay_months, offer.start_on, offer.region_code,
            offer.contract_months, offer.probation_months,
        )  # fmt: skip
        assert offers.problems(values, offer.made_at.date()) == {}
    accepted = _all(session, Application, Application.route == ApplicationRoute.REFERRAL,
                    Application.state.in_(("accepted", "started", "confirmed")))  # fmt: skip
    placed = {row.application_id for row in rows}
    for row in accepted:
        claim = session.scalar(sa.select(Referral.claim).where(Referral.application_id == row.id))
        assert (row.id in placed) or claim in (ReferralClaim.KNOWN, ReferralClaim.REFUSED)


def _starts(session):
    """Starts that one side says: proof was filed when it could be, and the office is not late."""
    rows = _all(session, StartCase)
    assert rows
    for case in rows:
        placement = case.placement
        assert proving.said_by(placement) is StartParty.EMPLOYER
        assert case.filed_at > calendar.due(silent_since(placement), proving.SILENCE_DAYS)
        assert case.filed_at < PLAN.now < case.due_at
        assert case.file.owner_id == case.public_id


def _disputes(session):
    for row in _all(session, Dispute):
        assert row.filed_at > row.referral.answered_at
        assert row.record_on < row.referral.sent_at.date()
        earlier = [one for one in disputes.disputes_of(session, row.referral) if one.id < row.id]
        if row.kind is DisputeKind.APPEAL:
            assert row.ruled_by not in {one.ruled_by for one in earlier}
            assert earlier
        elif row.kind is DisputeKind.OBJECTION:
            assert row.filed_at <= row.referral.object_until


def _books(session):
    found = checking.check(session)
    assert found.whole, found
    assert found.entries >= 10

    _shares(session)


def _shares(session):
    """Splits of which the share is paid, said to be paid, and open; both firms read the same."""
    found, paid = [], []
    for owner in _all(session, Organisation, Organisation.kind == OrganisationKind.HR_FIRM):
        paid += [one for one in shared.payments(session, owner) if not one.came]
        for one in shared.shares(session, owner):
            if not one.owes:
                continue
            found.append(one)
            placement = session.scalars(
                sa.select(Placement).where(Placement.public_id == one.placement)
            ).one()
            (theirs,) = shared.shares(session, placement.referral.firm, placement=one.placement)
            assert (theirs.due, theirs.paid, theirs.on_way) == (one.due, one.paid, one.on_way)
            lines = placements.lines_of(session, placement)
            assert one.due == sum(_SIGNS.get(line.kind, 0) * line.share for line in lines)
    assert found
    assert any(str(one.state) == "received" for one in paid)
    assert all(one.on is None or one.on >= one.day for one in paid)


def _stages_are_all_there(session):
    assert set(session.scalars(sa.select(Mandate.state))) == set(MandateState)
    assert set(session.scalars(sa.select(Referral.state))) == set(ReferralState)
    claims = set(session.scalars(sa.select(Referral.claim))) - {None}
    assert claims >= {"pending", "standing", "known", "disputed", "dormant"}
    assert set(session.scalars(sa.select(Referral.answer))) >= set(KnownAnswer)
    states = set(session.scalars(sa.select(Placement.state)))
    assert states >= {"in_guarantee", "guaranteed", "refunded"}


@on_sqlite
def test_more_firms_than_there_are_are_added_and_have_people(session):
    load(
        Plan(4, NOW, organisations=16, talents=60, jobs=40, applications=20, firms=8, mandates=40,
             referrals=60)
    )  # fmt: skip
    firms = sa.select(sa.func.count(sa.distinct(Mandate.organisation_id)))
    assert session.scalar(firms) == 8
    assert session.scalar(sa.select(sa.func.count()).select_from(Referral)) == 60


@on_sqlite
def test_a_market_without_firms_has_no_mandates(session):
    load(Plan(4, NOW, organisations=5, talents=20, jobs=30, applications=5))
    assert session.scalar(sa.select(sa.func.count()).select_from(Mandate)) == 0
    assert session.scalar(sa.select(sa.func.count()).select_from(Referral)) == 0

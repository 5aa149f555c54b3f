"""Referrals for the guards that look at every route: on each side, of one's own and of others."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from talentmarket.core import calendar, clock, files
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.brokering.mandating.models import Mandate
from talentmarket.exchange.brokering.placing import links
from talentmarket.exchange.brokering.placing.cases import StartCase, StartCaseKind, StartParty
from talentmarket.exchange.brokering.placing.models import (
    HappenedKind,
    Offer,
    Placement,
    PlacementEvent,
    PlacementState,
)
from talentmarket.exchange.brokering.referring.models import (
    Dispute,
    DisputeKind,
    Referral,
    ReferralClaim,
    ReferralState,
)
from talentmarket.exchange.models import Application, ApplicationRoute, ApplicationState, Job, Side
from talentmarket.exchange.stages import By
from talentmarket.members.models import Consent, ConsentKind, Organisation, Talent
from tests.factories.brokering import make_mandate
from tests.factories.organisations import make_organisation
from tests.factories.postings import make_application, make_job
from tests.guards.world_office import PDF

if TYPE_CHECKING:
    from tests.guards.world import World

_EMPLOYERS = ("referred", "answer", "object_to", "let_schedule")


def add(
    world: World, own: Organisation, other: Organisation, talent: Talent, stranger: Talent
) -> None:
    """Put examples for the pages of referrals into the world."""
    asked = _referral(own, make_job(other), talent, state=ReferralState.INTERESTED)
    received = _sent(other, make_job(own), talent)
    foreign = _sent(other, make_job(make_organisation()), stranger)
    received_by_other = _sent(own, make_job(other), stranger)
    world.examples["referral_id"] = asked.public_id
    world.foreign["referral_id"] = foreign.public_id
    for known, referral in ((world.examples, asked), (world.foreign, foreign)):
        known["org_papers.letter:mandate_id"] = _mandate_of(referral)
    for name in _EMPLOYERS:
        world.examples[f"org_referrals.{name}:referral_id"] = received.public_id
        world.foreign[f"org_referrals.{name}:referral_id"] = received_by_other.public_id
    applied = _referral(
        own,
        make_job(other),
        talent,
        state=ReferralState.CONSENTED,
        consented_at=clock.now(),
        posting_id=make_job(own).id,
        reply_due_at=calendar.due(clock.now(), 3),
    )
    world.examples["org_referrals.refuse:referral_id"] = applied.public_id
    world.examples["org_referrals.schedule:referral_id"] = _scheduled(own, other, talent)
    for name in ("consent", "withdraw"):
        world.examples[f"referrals.{name}:referral_id"] = asked.public_id
    world.examples["dispute_id"] = _dispute(received, own).public_id
    placed = _placed(_sent(own, make_job(other), talent))
    world.examples["placement_id"] = placed.public_id
    third = make_organisation()
    world.foreign["placement_id"] = _placed(_sent(other, make_job(third), stranger)).public_id
    world.examples["starts.by_link:token"] = _start_link(_sent(other, make_job(own), stranger))
    _add_proved(world, own, other, talent, stranger)
    world.examples["org_referrals.offer:application_id"] = received.application.public_id
    world.queries["org_referrals.new"] = {"card": world.examples["card"]}


def _add_proved(
    world: World, own: Organisation, other: Organisation, talent: Talent, stranger: Talent
) -> None:
    """Starts that wait for the office: of one's own, and of others."""
    mine = _proved(_sent(other, make_job(own), talent))
    foreign = _proved(_sent(other, make_job(make_organisation()), stranger))
    for known, case in ((world.examples, mine), (world.foreign, foreign)):
        with unit_of_work() as session:
            placement = session.get_one(Placement, case.placement_id)
            for name in ("case", "file"):
                known[f"org_starts.{name}:placement_id"] = placement.public_id
            for name in ("mine", "my_file"):
                known[f"starts.{name}:application_id"] = placement.application.public_id
        for endpoint in ("org_starts.file", "starts.my_file"):
            known[f"{endpoint}:case_id"] = case.public_id
    for endpoint in ("operator.start", "operator.start_file"):
        world.examples[f"{endpoint}:case_id"] = mine.public_id


def _mandate_of(referral: Referral) -> str:
    with unit_of_work() as session:
        return session.get_one(Mandate, referral.mandate_id).public_id


def _sent(firm: Organisation, job: Job, talent: Talent) -> Referral:
    application = make_application(
        job, talent, state=ApplicationState.SUBMITTED, route=ApplicationRoute.REFERRAL
    )
    at = clock.now()
    return _referral(
        firm,
        job,
        talent,
        state=ReferralState.SENT,
        sent_at=at,
        consented_at=at,
        consent_until=clock.today() + timedelta(days=100),
        application_id=application.id,
        claim=ReferralClaim.PENDING,
        claim_until=clock.today() + timedelta(days=180),
        answer_due_at=calendar.due(at, 2),
        object_until=calendar.due(at, 5),
    )


def _scheduled(firm: Organisation, employer: Organisation, talent: Talent) -> str:
    """A referral whose employer leaves the times of the interview to the firm."""
    referral = _sent(firm, make_job(employer), talent)
    with unit_of_work() as session:
        row = session.get_one(Referral, referral.id)
        row.schedules_since, row.claim = clock.now(), ReferralClaim.STANDING
        session.get_one(Application, row.application_id).state = ApplicationState.SHORTLISTED
        session.add(
            Consent(
                account_id=row.talent.account_id,
                kind=ConsentKind.REFERRAL,
                version="1",
                receiver_type="organisation",
                receiver_id=row.firm.public_id,
                subject_type="referral",
                subject_id=row.public_id,
                purpose="referral",
                data={"fields": ["snapshot"], "role": "firm", "name": row.firm.name},
                given_at=clock.now(),
            )
        )
        return row.public_id


def _start_link(referral: Referral) -> str:
    """A link for the person of a placement whose start nobody has said yet."""
    placed = _placed(referral, PlacementState.AGREED)
    with unit_of_work() as session:
        session.get_one(Application, referral.application_id).state = ApplicationState.ACCEPTED
        placed = session.get_one(Placement, placed.id)
        receiver = links.receivers(session, placed, By.TALENT)[0].identity.value
        return links.token_of(placed, By.TALENT, receiver, clock.now() + links.LIFE)


def _proved(referral: Referral) -> StartCase:
    """A start that the employer said, whose proof waits for the office."""
    placed = _placed(referral, PlacementState.AGREED)
    with unit_of_work() as session:
        application = session.get_one(Application, referral.application_id)
        application.state, application.moved_by_side = ApplicationState.STARTED, Side.ORGANISATION
        case = StartCase(
            placement_id=placed.id,
            kind=StartCaseKind.PROOF,
            party=StartParty.EMPLOYER,
            text="本周一起到岗，门禁和考勤都有记录。",
            filed_at=clock.now(),
            due_at=calendar.due(clock.now(), 5),
        )
        session.add(case)
        session.flush()
        case.file_id = files.keep(
            session,
            PDF,
            "考勤.pdf",
            owner_type="start_case",
            owner_id=case.public_id,
            purpose="start_proof",
            uploaded_by=None,
        ).id
    return case


def _placed(referral: Referral, state: PlacementState = PlacementState.IN_GUARANTEE) -> Placement:
    today = clock.today()
    started = state is PlacementState.IN_GUARANTEE
    with unit_of_work() as session:
        offer = Offer(
            application_id=referral.application_id,
            pay_month=20_000_00,
            pay_months=13,
            start_on=today,
            region_code="510107",
            contract_months=36,
            probation_months=6,
            made_at=clock.now(),
        )
        session.add(offer)
        session.flush()
        placement = Placement(
            application_id=referral.application_id,
            referral_id=referral.id,
            offer_id=offer.id,
            state=state,
            agreed_at=clock.now(),
            started_on=today if started else None,
            guarantee_until=today + timedelta(days=89) if started else None,
        )
        if started:
            happened = PlacementEvent(key="started", kind=HappenedKind.STARTED, on=today)
            placement.happened = [happened]
        session.add(placement)
    return placement


def _referral(firm: Organisation, job: Job, talent: Talent, **values: Any) -> Referral:
    mandate = make_mandate(firm, job)
    at = clock.now()
    with unit_of_work() as session:
        referral = Referral(
            number="R-100100",
            mandate_id=mandate.id,
            terms_id=mandate.versions[0].id,
            job_id=job.id,
            firm_id=firm.id,
            employer_id=job.organisation_id,
            talent_id=talent.id,
            text="团队十人，弹性工作。",
            asked_at=at,
            interested_at=at,
            expires_at=calendar.due(at, 10),
            **values,
        )
        session.add(referral)
    return referral


def _dispute(referral: Referral, by: Organisation) -> Dispute:
    at = clock.now()
    with unit_of_work() as session:
        dispute = Dispute(
            referral_id=referral.id,
            kind=DisputeKind.OBJECTION,
            organisation_id=by.id,
            record_on=clock.today() - timedelta(days=9),
            record="九天前的面试登记表第 12 页。",
            filed_at=at,
            due_at=calendar.due(at, 5),
        )
        session.add(dispute)
    return dispute
